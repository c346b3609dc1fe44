// The description of the API is what clients generate code from: it must be valid, and it must be true.
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { send } from './support/client.ts';
import { ok } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const document = ok(await send('GET', `${server.base}/api/swagger.json`));

interface Operation { key: string; method: string; path: string; operation: any }
const operationsOf = (of: any): Operation[] => Object.entries<any>(of.paths).flatMap(([path, item]) =>
  Object.entries<any>(item).map(([method, operation]) => ({ key: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path, operation })));
const operations = operationsOf(document);

const resolve = (value: any): any => (value?.$ref ? value.$ref.slice(2).split('/').reduce((at: any, part: string) => at?.[part], document) : value);
const refs = (value: any): string[] => (value && typeof value === 'object'
  ? Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : refs(inner))) : []);

/** What a value shows that its schema does not allow; '' when nothing. Free objects allow all. */
function misfit(schema: any, value: any, at = ''): string {
  const s = resolve(schema);
  if (s.allOf) return s.allOf.map((part: any) => misfit(part, value, at)).find(Boolean) ?? '';
  if (value === null) return s.nullable ? '' : `${at} is null`;
  const kind = Array.isArray(value) ? 'array' : typeof value;
  if (s.type && kind !== (s.type === 'integer' ? 'number' : s.type)) return `${at} is ${kind}, not ${s.type}`;
  if (s.enum && !s.enum.includes(value)) return `${at} is ${value}`;
  if (kind === 'array') return value.map((one: any, i: number) => misfit(s.items, one, `${at}/${i}`)).find(Boolean) ?? '';
  if (kind !== 'object') return '';
  const missing = (s.required ?? []).find((name: string) => !(name in value));
  if (missing) return `${at}/${missing} is missing`;
  return Object.entries<any>(s.properties ?? {}).filter(([name]) => name in value)
    .map(([name, inner]) => misfit(inner, value[name], `${at}/${name}`)).find(Boolean) ?? '';
}

test.each(['swagger.json', '.well-known/management.openapi.json', '.well-known/experience.openapi.json', '.well-known/user.openapi.json'])(
  '%s is valid OpenAPI 3.0 and all its references lead somewhere', async (name) => {
    const answer = await send('GET', `${server.base}/api/${name}`);
    const result = await new Validator().validate(structuredClone(ok(answer)));
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(answer.body.openapi).toMatch(/^3\.0\.\d$/);
    for (const ref of refs(answer.body)) {
      expect([ref, ref.slice(2).split('/').reduce((at: any, part) => at?.[part], answer.body)]).toEqual([ref, expect.anything()]);
    }
  });

test('the document says what it is, where it is and how to get in', () => {
  expect(document).toMatchObject({
    info: { title: 'Logto API references' }, servers: [{ url: server.base }], security: [{ OAuth2: ['all'] }],
    components: { securitySchemes: { OAuth2: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: '/oidc/token' } } } } },
  });
  const tags = document.tags.map((tag: any) => tag.name.toLowerCase());
  expect(tags).toEqual([...tags].sort());
  expect(new Set(operations.flatMap(({ operation }) => operation.tags))).toEqual(new Set(document.tags.map((tag: any) => tag.name)));
});

test('operation ids are unique', () => {
  const all = operations.map(({ operation }) => operation.operationId);
  expect(all.filter((id, i) => all.indexOf(id) !== i)).toEqual([]);
  expect(all).not.toContain(undefined);
});

test.each([
  ['GET /api/organizations', 'ListOrganizations'], ['POST /api/organizations', 'CreateOrganization'],
  ['GET /api/organizations/{id}', 'GetOrganization'], ['PATCH /api/organizations/{id}', 'UpdateOrganization'],
  ['DELETE /api/organizations/{id}', 'DeleteOrganization'],
  ['GET /api/organizations/{id}/users', 'ListOrganizationUsers'], ['POST /api/organizations/{id}/users', 'AddOrganizationUsers'],
  ['PUT /api/organizations/{id}/users', 'ReplaceOrganizationUsers'], ['DELETE /api/organizations/{id}/users/{userId}', 'DeleteOrganizationUser'],
  ['POST /api/organizations/{id}/users/roles', 'AssignOrganizationRolesToUsers'],
  ['POST /api/organizations/{id}/users/{userId}/roles', 'AssignOrganizationRolesToUser'],
  ['POST /api/organizations/{id}/applications', 'AddOrganizationApplications'],
  ['POST /api/organizations/{id}/applications/roles', 'AssignOrganizationRolesToApplications'],
  ['POST /api/organizations/{id}/applications/{applicationId}/roles', 'AssignOrganizationRolesToApplication'],
  ['POST /api/users/{userId}/roles', 'AssignUserRoles'], ['POST /api/applications/{applicationId}/roles', 'AssignApplicationRoles'],
  ['POST /api/users/{userId}/password/verify', 'VerifyUserPassword'],
])('%s is called %s', (key, id) => {
  expect(operations.find((one) => one.key === key)?.operation.operationId).toBe(id);
});

test('every placeholder in a path is declared, required and described by its component', () => {
  for (const { key, path, operation } of operations) {
    const declared = (operation.parameters ?? []).map(resolve).filter((one: any) => one.in === 'path').map((one: any) => one.name);
    expect([key, declared.sort()]).toEqual([key, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()]);
  }
  const names = (key: string) => operations.find((one) => one.key === key)?.operation.parameters.map((one: any) => one.$ref);
  expect(names('DELETE /api/organizations/{id}/users/{userId}'))
    .toEqual(expect.arrayContaining(['#/components/parameters/organizationId-root', '#/components/parameters/userId']));
});

test('pages are declared exactly where they are taken', async () => {
  for (const { key, method, path, operation } of operations.filter((one) => one.method === 'GET' && one.operation.security?.length !== 0)) {
    const declared = (operation.parameters ?? []).map(resolve).some((one: any) => one.name === 'page');
    const answer = await api.request(method, path.replace('/api', '').replace(/\{\w+\}/g, 'nope'), { query: { page: 0 } });
    if (answer.body?.code === 'organization.require_membership' || /consent-organizations/.test(path)) continue;	// looked at before pages
    expect([key, answer.body?.code === 'guard.invalid_pagination']).toEqual([key, declared]);
  }
});

test('free objects say that they take anything', () => {
  const { customData } = resolve(document.paths['/api/organizations'].post.requestBody.content['application/json'].schema).properties;
  expect(customData).toMatchObject({ type: 'object', additionalProperties: true });
});

const named = operations.map((one) => [one.key, one] as const);

test.each(named)('%s is behind the door that it declares, and declares what it refuses', async (_, { method, path, operation }) => {
  const answer = await send(method, server.base + path.replace(/\{\w+\}/g, 'nope'), { body: method === 'POST' ? {} : undefined });
  const open = operation.security?.length === 0;
  expect(answer.status === 401).toBe(!open);
  if (!open) expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403']));
  if (!open && operation.requestBody) expect(operation.responses).toHaveProperty('400');
});

test.each(named.filter(([, { operation }]) => operation.security?.length !== 0))('%s answers an unknown thing with a status that it declares', async (_, { method, path, operation }) => {
  const body = operation.requestBody ? '{"broken' : undefined;
  for (const options of [{}, body ? { body } : {}]) {
    const answer = await api.request(method, path.replace('/api', '').replace(/\{\w+\}/g, 'nope'), options);
    expect(Object.keys(operation.responses)).toContain(String(answer.status));
    if (operation.security === undefined && answer.status < 300) {
      const schema = operation.responses[answer.status].content?.['application/json']?.schema;
      if (answer.body !== undefined) expect(misfit(schema, answer.body)).toBe('');
    }
  }
});

test('creations of every kind answer as they declare', async () => {
  const created: Record<string, [object, number]> = {
    '/organizations': [{ name: 'n' }, 201], '/organization-roles': [{ name: 'n' }, 201], '/organization-scopes': [{ name: 'n' }, 201],
    '/users': [{ username: 'n', profile: { nickname: 'x' } }, 200], '/applications': [{ name: 'n', type: 'SPA' }, 200],
    '/resources': [{ name: 'n', indicator: 'https://n.example' }, 201], '/roles': [{ name: 'n', description: 'd' }, 200],
  };
  for (const [path, [body, status]] of Object.entries(created)) {
    const declared = document.paths[`/api${path}`];
    const schema = declared.post.responses[status]?.content['application/json'].schema;
    const answer = ok(await api.post(path, body), status);
    expect([path, misfit(schema, answer)]).toEqual([path, '']);
    const list = ok(await api.get(path, { query: { page_size: 100 } }));
    expect([path, misfit(declared.get.responses['200'].content['application/json'].schema, list)]).toEqual([path, '']);
    expect([path, misfit(document.paths[`/api${path}/{id}`]?.get?.responses['200'].content['application/json'].schema ?? {}, answer)]).toEqual([path, '']);
  }
});
