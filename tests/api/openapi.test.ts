// The description of the API is what clients generate code from: it must be valid, and it must be true.
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { send } from './support/client.ts';
import { ApiDocument } from './support/document.ts';
import { ok } from './support/expect.ts';
import { startServer, verb } from './support/server.ts';

const server = await startServer();
const { api } = server;
const document = ok(await send('GET', `${server.base}/api/swagger.json`));

interface Operation { key: string; method: string; path: string; operation: any }
const operationsOf = (of: any): Operation[] => Object.entries<any>(of.paths).flatMap(([path, item]) =>
  Object.entries<any>(item).map(([method, operation]) =>
    ({ key: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path, operation })));
const operations = operationsOf(document);

const resolve = (value: any): any =>
  (value?.$ref ? value.$ref.slice(2).split('/').reduce((at: any, part: string) => at?.[part], document) : value);
const refs = (value: any): string[] => (value && typeof value === 'object'
  ? Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : refs(inner))) : []);

test.each(['swagger.json', '.well-known/management.openapi.json', '.well-known/experience.openapi.json',
  '.well-known/user.openapi.json'])(
  '%s is valid OpenAPI 3.0 and all its references lead somewhere', async (name) => {
    const answer = await send('GET', `${server.base}/api/${name}`);
    const result = await new Validator().validate(structuredClone(ok(answer)));
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(answer.body.openapi).toMatch(/^3\.0\.\d$/);
    for (const ref of refs(answer.body)) {
      expect([ref, ref.slice(2).split('/').reduce((at: any, part) => at?.[part], answer.body)])
        .toEqual([ref, expect.anything()]);
    }
  });

test('the document says what it is, where it is and how to get in', () => {
  expect(document).toMatchObject({
    info: { title: 'Logto API references' }, servers: [{ url: server.base }], security: [{ OAuth2: ['all'] }],
    components: { securitySchemes: { OAuth2: { type: 'oauth2',
      flows: { clientCredentials: { tokenUrl: '/oidc/token' } } } } },
  });
  const tags = document.tags.map((tag: any) => tag.name.toLowerCase());
  expect(tags).toEqual([...tags].sort());
  expect(new Set(operations.flatMap(({ operation }) => operation.tags)))
    .toEqual(new Set(document.tags.map((tag: any) => tag.name)));
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
  ['GET /api/organizations/{id}/users', 'ListOrganizationUsers'],
  ['POST /api/organizations/{id}/users', 'AddOrganizationUsers'],
  ['PUT /api/organizations/{id}/users', 'ReplaceOrganizationUsers'],
  ['DELETE /api/organizations/{id}/users/{userId}', 'DeleteOrganizationUser'],
  ['POST /api/organizations/{id}/users/roles', 'AssignOrganizationRolesToUsers'],
  ['POST /api/organizations/{id}/users/{userId}/roles', 'AssignOrganizationRolesToUser'],
  ['POST /api/organizations/{id}/applications', 'AddOrganizationApplications'],
  ['POST /api/organizations/{id}/applications/roles', 'AssignOrganizationRolesToApplications'],
  ['POST /api/organizations/{id}/applications/{applicationId}/roles', 'AssignOrganizationRolesToApplication'],
  ['POST /api/users/{userId}/roles', 'AssignUserRoles'],
  ['POST /api/applications/{applicationId}/roles', 'AssignApplicationRoles'],
  ['POST /api/users/{userId}/password/verify', 'VerifyUserPassword'],
  ['PATCH /api/users/{userId}/password/expiration', 'UpdateUserPasswordExpiration'],
  ['PATCH /api/users/{userId}/personal-access-tokens', 'UpdatePersonalAccessTokenName'],
  ['POST /api/users/{userId}/personal-access-tokens/delete', 'DeletePersonalAccessTokenPost'],
  ['POST /api/one-time-tokens', 'AddOneTimeTokens'], ['POST /api/one-time-tokens/verify', 'VerifyOneTimeToken'],
  ['PUT /api/one-time-tokens/{id}/status', 'ReplaceOneTimeTokenStatus'],
  ['POST /api/verification-codes/verify', 'VerifyVerificationCode'],
  ['GET /api/dashboard/users/total', 'GetTotalUserCount'], ['GET /api/dashboard/users/new', 'GetNewUserCounts'],
  ['GET /api/dashboard/users/active', 'GetActiveUserCounts'],
])('%s is called %s', (key, id) => {
  expect(operations.find((one) => one.key === key)?.operation.operationId).toBe(id);
});

test('every placeholder in a path is declared, required and described by its component', () => {
  for (const { key, path, operation } of operations) {
    const declared = (operation.parameters ?? []).map(resolve).filter((one: any) => one.in === 'path')
      .map((one: any) => one.name);
    expect([key, declared.sort()]).toEqual([key, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()]);
  }
  const names = (key: string) =>
    operations.find((one) => one.key === key)?.operation.parameters.map((one: any) => one.$ref);
  expect(names('DELETE /api/organizations/{id}/users/{userId}'))
    .toEqual(expect.arrayContaining(['#/components/parameters/organizationId-root',
    '#/components/parameters/userId']));
});

test('pages are declared exactly where they are taken', async () => {
  for (const { key, method, path, operation } of operations.filter((one) =>
    one.method === 'GET' && one.operation.security?.length !== 0)) {
    const declared = (operation.parameters ?? []).map(resolve).some((one: any) => one.name === 'page');
    const answer = await api.request(method, path.replace('/api', '').replace(/\{\w+\}/g, 'nope'),
      { query: { page: 0, paginated: 'true' } });
    // looked at before pages
    if (answer.body?.code === 'organization.require_membership' || /consent-organizations/.test(path)) continue;
    expect([key, answer.body?.code === 'guard.invalid_pagination']).toEqual([key, declared]);
  }
});

test('free objects say that they take anything', () => {
  const { customData } = resolve(document.paths['/api/organizations'].post.requestBody.content['application/json'].schema).properties;
  expect(customData).toMatchObject({ type: 'object', additionalProperties: true });
});

const named = operations.map((one) => [one.key, one] as const);

test.each(named)('%s is behind the door that it declares, and declares what it refuses',
  async (_, { method, path, operation }) => {
  const answer = await send(method, server.base + path.replace(/\{\w+\}/g, 'nope'),
    { body: method === 'POST' ? {} : undefined });
  const open = operation.security?.length === 0;
  expect(answer.status === 401).toBe(!open);
  if (!open) expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403']));
  if (!open && operation.requestBody) expect(operation.responses).toHaveProperty('400');
});

test.each(named.filter(([, { operation }]) =>
  operation.security?.length !== 0))('%s answers an unknown thing with a status that it declares',
  async (_, { method, path, operation }) => {
  const body = operation.requestBody ? '{"broken' : undefined;
  for (const options of [{}, body ? { body } : {}]) {
    const answer = await api.request(method, path.replace('/api', '').replace(/\{\w+\}/g, 'nope'), options);
    expect(Object.keys(operation.responses)).toContain(String(answer.status));
  }
});

// ---- the answers of all tests (support/document.ts)

const held = new ApiDocument(document);
const organization = ok(await api.post('/organizations', { name: 'held' }), 201);

/** What is found wrong with an answer to GET of an organization. */
function found(body: unknown, status = 200): string {
  const answer = { status, headers: {}, rawHeaders: [], bytes: Buffer.alloc(0), text: JSON.stringify(body), body };
  return held.misfit(held.find('GET', '/api/organizations/x')!, 'GET', answer);
}

test('an answer that the document does not describe is found out', () => {
  expect(found(organization)).toBe('');
  const { name, ...nameless } = organization;
  expect(found(nameless)).toMatch(/required property 'name'/);
  expect(found({ ...organization, name: 1 })).toMatch(/name must be string/);
  expect(found({ ...organization, name: null })).toMatch(/name must be string/);
  expect(found({ ...organization, description: null })).toBe('');
  expect(found({ ...organization, extra: 1 })).toMatch(/"extra"/);
  expect(found({ ...organization, color: { extra: 1 } })).toMatch(/"extra"/);
  expect(found({ ...organization, customData: { extra: 1 } })).toBe('');
  expect(found(organization, 201)).toMatch(/201 is not described/);
  expect(found({ code: 'entity.not_found', message: 'm' }, 404)).toBe('');
  expect(found({ code: 'entity.not_found' }, 404)).toMatch(/required property 'message'/);
  expect(found({ message: 'm', extra: 1 }, 404)).toMatch(/"extra"/);
});

test('the route of a request is found as the server finds it', () => {
  const key = (method: string, path: string) => held.find(method, path)?.key;
  expect(key('GET', '/api/organizations')).toBe('GET /api/organizations');
  expect(key('HEAD', '/api/Organizations/x/')).toBe('GET /api/organizations/{id}');
  expect(key('POST', '/api/organizations/x/users/roles')).toBe('POST /api/organizations/{id}/users/roles');
  expect([key('GET', '/API/organizations'), key('GET', '/api/organizations/'), key('GET', '/api/organizations//'),
    key('PUT', '/api/organizations')])
    .toEqual([undefined, 'GET /api/organizations', undefined, undefined]);
});

test('members that are always there are required, so that generated types have them', () => {
  const { Organization, User, Application } = document.components.schemas;
  expect(Organization.required).toEqual(Object.keys(Organization.properties));
  expect(User.required).toEqual(Object.keys(User.properties));
  expect(Application.required).toEqual(Object.keys(Application.properties));
  const keys = document.paths['/api/configs/oidc/private-keys'].get.responses['200'].content['application/json'].schema.items;
  expect(keys.required).toEqual(['id', 'createdAt', 'signingKeyAlgorithm', 'status']);
});

test.each([['management', '.well-known/management.openapi.json'], ['experience', '.well-known/experience.openapi.json'],
  ['user', '.well-known/user.openapi.json'], ['whole', 'swagger.json']])(
  'the part %s is printed by the verb as it is served, without a database', async (part, name) => {
    const printed = await verb(['openapi', '--part', part, '--server', server.base]);
    expect(printed).toEqual({ status: 0, stderr: '', stdout: (await send('GET', `${server.base}/api/${name}`)).text });
  });

test('without options the verb prints the Management API at its usual place', async () => {
  const { stdout } = await verb(['openapi']);
  const served = ok(await send('GET', `${server.base}/api/.well-known/management.openapi.json`));
  expect(JSON.parse(stdout)).toEqual({ ...served,
    servers: [{ ...served.servers[0], url: 'http://localhost:3001' }] });
});
