import { createManagementApi } from '@logto/api/management';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { expect, test } from 'vitest';
import { Build, unique } from './support/build.ts';
import { send } from './support/client.ts';
import { oauthError, ok, soon } from './support/expect.ts';
import { basic, done, newMachine, newTenant, tokenFrom, verified } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

// An API with three scopes; the machine holds two of them by a role.
const shop = await build.resource({ accessTokenTtl: 120 });
const [read, write] = [await build.resourceScope(shop.id, { name: 'read' }),
  await build.resourceScope(shop.id, { name: 'write:ü' })];
await build.resourceScope(shop.id, { name: 'delete' });
const role = await build.tenantRole({ type: 'MachineToMachine', scopeIds: [read.id, write.id] });
const machine = await newMachine(api, role.id);

const ask = (form: Record<string, string>, app = machine) =>
  server.requestToken({ grant_type: 'client_credentials', ...form }, app);
const scopeOf = (token: string): unknown => decodeJwt(token)['scope'];

test('a token for an API says what it is, and jose accepts it', async () => {
  const before = Math.floor(Date.now() / 1000);
  const answer = await ask({ resource: shop.indicator, scope: 'read' });
  expect(ok(answer)).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 120,
    scope: 'read' });
  expect(answer.headers['cache-control']).toBe('no-store');
  const { payload, protectedHeader } =
    await verified(server.base, answer.body.access_token, { audience: shop.indicator });
  expect(payload).toEqual({
    jti: expect.stringMatching(/\S{8,}/), sub: machine.id, client_id: machine.id, iss: `${server.base}/oidc`,
    aud: shop.indicator, scope: 'read',
    iat: expect.any(Number), exp: (payload.iat ?? 0) + 120,
  });
  expect(Math.abs((payload.iat ?? 0) - before)).toBeLessThan(30);
  expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.stringMatching(/^[\w-]{43}$/) });
});

test('no two tokens are the same', async () => {
  const [a, b] = [await ask({ resource: shop.indicator }), await ask({ resource: shop.indicator })];
  expect(decodeJwt(ok(a).access_token).jti).not.toBe(decodeJwt(ok(b).access_token).jti);
});

test.each<[string, string, string | undefined]>([
  ['all that was asked for', 'read write:ü', 'read write:ü'],
  ['in the order that was asked for', 'write:ü read', 'write:ü read'],
  ['not what was not asked for', 'read', 'read'],
  ['not what no role gives', 'delete read nope', 'read'],
  ['nothing, when no role gives any of it', 'delete', undefined],
  ['nothing, when nothing was asked for', '', undefined],
  ['nothing in other letter case', 'READ', undefined],
])('scopes of a token: %s', async (_, scope, granted) => {
  const body = ok(await ask({ resource: shop.indicator, scope }));
  expect(body.scope).toBe(granted);
  expect('scope' in body).toBe(granted !== undefined);
  expect(scopeOf(body.access_token)).toBe(granted);
});

test.each<[string, Record<string, string>, RegExp]>([
  ['no API and no organization', {}, /resource.*organization_id/],
  ['an empty API', { resource: '', organization_id: '' }, /resource.*organization_id/],
  ['an API that nobody knows', { resource: 'https://nope.example' }, /unknown/],
  ['an API that is not a URI', { resource: 'shop' }, /absolute/],
  ['an API with a fragment', { resource: 'https://a.example/#x' }, /fragment/],
  ['an indicator in other letter case', { resource: shop.indicator.toUpperCase() }, /unknown/],
])('for %s there is no token', async (_, form, description) => {
  const answer = await ask(form);
  expect(oauthError(answer, 400, 'invalid_target'))
    .toEqual({ code: 'oidc.invalid_target', error: 'invalid_target',
    error_description: expect.stringMatching(description), message: expect.stringMatching(/\S/) });
  expect(answer.headers['cache-control']).toBe('no-store');
});

test('one API a token, sent once or twice', async () => {
  const other = await build.resource();
  const twice = (a: string, b: string) => send('POST', `${server.base}/oidc/token`, {
    body: new URLSearchParams([['grant_type', 'client_credentials'], ['resource', a], ['resource', b]]),
    headers: { authorization: basic(machine.id, machine.secret) },
  });
  oauthError(await twice(shop.indicator, other.indicator), 400, 'invalid_target');
  expect(decodeJwt(ok(await twice(shop.indicator, shop.indicator)).access_token).aud).toBe(shop.indicator);
});

test('where a default API is set it is meant when none is named, but not beside an organization', async () => {
  const organization = await build.organization();
  ok(await api.post(`/organizations/${organization.id}/applications`, { applicationIds: [machine.id] }), 201);
  ok(await api.patch(`/resources/${shop.id}/is-default`, { isDefault: true }));
  const token = ok(await ask({ scope: 'read' }));
  expect(decodeJwt(token.access_token)).toMatchObject({ aud: shop.indicator, scope: 'read' });
  expect(decodeJwt(ok(await ask({ organization_id: organization.id })).access_token).aud)
    .toBe(`urn:logto:organization:${organization.id}`);
  ok(await api.patch(`/resources/${shop.id}/is-default`, { isDefault: false }));
  oauthError(await ask({ scope: 'read' }), 400, 'invalid_target');
});

test('what changes shows in the next token', async () => {
  const [api2, app] = [await build.resource({ accessTokenTtl: 60 }), await newMachine(api)];
  const scope = await build.resourceScope(api2.id);
  const own = await build.tenantRole({ type: 'MachineToMachine' });
  const next = async () => ok(await ask({ resource: api2.indicator, scope: `${scope.name} later` }, app));
  expect(await next()).not.toHaveProperty('scope');
  ok(await api.post(`/applications/${app.id}/roles`, { roleIds: [own.id] }), 201);
  ok(await api.post(`/roles/${own.id}/scopes`, { scopeIds: [scope.id] }), 201);
  expect(await next()).toMatchObject({ scope: scope.name, expires_in: 60 });
  ok(await api.patch(`/resources/${api2.id}/scopes/${scope.id}`, { name: 'later' }));
  ok(await api.patch(`/resources/${api2.id}`, { accessTokenTtl: 7200 }));
  expect(await next()).toMatchObject({ scope: 'later', expires_in: 7200 });
  ok(await api.delete(`/roles/${own.id}`), 204);
  expect(await next()).not.toHaveProperty('scope');
  ok(await api.delete(`/resources/${api2.id}`), 204);
  oauthError(await ask({ resource: api2.indicator }, app), 400, 'invalid_target');
});

// An organization in which the machine has a role with template permissions and scopes of the API.
const organization = await build.organization();
const [look, edit] = [await build.scope({ name: 'look' }), await build.scope({ name: 'edit' })];
const reporter = await build.machineRole({ organizationScopeIds: [look.id, edit.id], resourceScopeIds: [write.id] });
const member = await newMachine(api, role.id);
ok(await api.post(`/organizations/${organization.id}/applications`, { applicationIds: [member.id] }), 201);
ok(await api.post(`/organizations/${organization.id}/applications/${member.id}/roles`,
  { organizationRoleIds: [reporter.id] }), 201);

test('an organization token names the organization by its audience alone, and always has a scope', async () => {
  const audience = `urn:logto:organization:${organization.id}`;
  const byId = [look, edit].sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ name }) => name).join(' ');
  for (const [scope, granted] of [['edit look nope read', byId], ['look', 'look'], ['', '']] as const) {
    const body = ok(await ask({ organization_id: organization.id, scope }, member));
    expect(body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600, scope: granted });
    const { payload } = await verified(server.base, body.access_token, { audience });
    expect(payload).toEqual({
      jti: expect.any(String), sub: member.id, client_id: member.id, iss: `${server.base}/oidc`, aud: audience,
      scope: granted,
      iat: expect.any(Number), exp: (payload.iat ?? 0) + 3600,
    });
  }
});

test('an API token for an organization has the scopes of the roles there, and of no other', async () => {
  const body = ok(await ask({ organization_id: organization.id, resource: shop.indicator, scope: 'read write:ü look' },
    member));
  expect(body).toMatchObject({ expires_in: 120, scope: 'write:ü' });
  const { payload } = await verified(server.base, body.access_token, { audience: shop.indicator });
  expect(payload).toMatchObject({ organization_id: organization.id, scope: 'write:ü', sub: member.id });
  expect(decodeJwt(ok(await ask({ resource: shop.indicator, scope: 'read write:ü' },
    member)).access_token)).not.toHaveProperty('organization_id');
  const none = ok(await ask({ organization_id: organization.id, resource: shop.indicator, scope: 'read' }, member));
  expect(none).not.toHaveProperty('scope');
  expect(decodeJwt(none.access_token)).not.toHaveProperty('scope');
});

test('an organization gives tokens to its own machines only, before anything else of the request is looked at',
  async () => {
  for (const form of [{ organization_id: organization.id }, { organization_id: 'nope' },
    { organization_id: organization.id, resource: 'https://nope.example' }]) {
    const body = oauthError(await ask(form), 403, 'access_denied');
    expect(body).toMatchObject({ code: 'oidc.access_denied',
      error_description: expect.stringMatching(/organization/) });
  }
  oauthError(await ask({ organization_id: organization.id, resource: 'https://nope.example' }, member), 400,
    'invalid_target');
});

test('a machine that left its organization gets no token for it any more', async () => {
  const app = await newMachine(api);
  const elsewhere = await build.organization();
  ok(await api.post(`/organizations/${elsewhere.id}/applications`, { applicationIds: [app.id] }), 201);
  ok(await ask({ organization_id: elsewhere.id }, app));
  ok(await api.delete(`/organizations/${elsewhere.id}/applications/${app.id}`), 204);
  oauthError(await ask({ organization_id: elsewhere.id }, app), 403, 'access_denied');
});

test('the reserved resource gives a token for organizations at large', async () => {
  const body = ok(await ask({ organization_id: organization.id, resource: 'urn:logto:resource:organizations',
    scope: 'look' }, member));
  expect(decodeJwt(body.access_token))
    .toMatchObject({ aud: 'urn:logto:resource:organizations', organization_id: organization.id });
});

test.each(['ES256', 'ES384', 'RS256', 'EdDSA'])('jose accepts tokens that are signed by %s', async (algorithm) => {
  const tenant = await newTenant(server, algorithm.toLowerCase());
  const ring = await done(server, 'key', 'rotate', '--algorithm', algorithm, '--tenant', tenant.id);
  expect(ring[0]).toMatchObject({ algorithm, status: 'Current' });
  const next = async () => ok(await tokenFrom(server.base, tenant.app, { resource: tenant.app.resource, scope: 'all' },
    tenant.host)).access_token;
  await expect.poll(async () => decodeProtectedHeader(await next()).kid, soon)
    .toBe(ring[0].kid);
  const { protectedHeader, payload } =
    await verified(server.base, await next(),
      { audience: tenant.app.resource, issuer: tenant.issuer, host: tenant.host });
  expect(protectedHeader.alg).toBe(algorithm);
  expect(payload).toMatchObject({ sub: tenant.app.id, scope: 'all' });
  ok(await tenant.api.get('/organizations'));		// and so do we
}, 60_000);

test('the published client manages people, apps, APIs and roles', async () => {
  const { apiClient: client } = createManagementApi('default', {
    clientId: server.app.id, clientSecret: server.app.secret, baseUrl: server.base, apiIndicator: server.app.resource,
  });
  const name = unique('client');
  const user = await client.POST('/api/users', { body: { username: name, customData: { a: 1 } } });
  expect(user.data).toMatchObject({ username: name, customData: { a: 1 } });
  const userId = user.data?.id ?? '';
  const app = await client.POST('/api/applications', { body: { name, type: 'MachineToMachine' } });
  const secrets = await client.GET('/api/applications/{id}/secrets', { params: { path: { id: app.data?.id ?? '' } } });
  expect(secrets.data).toHaveLength(1);
  const resource = await client.POST('/api/resources', { body: { name, indicator: `https://${name}.example` } });
  const resourceId = resource.data?.id ?? '';
  const scope = await client.POST('/api/resources/{resourceId}/scopes',
    { params: { path: { resourceId } }, body: { name: 'read' } });
  const made = await client.POST('/api/roles',
    { body: { name, description: 'd', type: 'User', scopeIds: [scope.data?.id ?? ''] } });
  const roleId = made.data?.id ?? '';
  expect((await client.POST('/api/users/{userId}/roles',
    { params: { path: { userId } }, body: { roleIds: [roleId] } })).data)
    .toEqual({ roleIds: [roleId], addedRoleIds: [roleId] });
  expect((await client.GET('/api/users', { params: { query: { search: name } } as any })).data).toEqual([user.data]);
  expect((await client.PATCH('/api/users/{userId}/is-suspended',
    { params: { path: { userId } }, body: { isSuspended: true } })).data?.isSuspended).toBe(true);
  expect((await client.DELETE('/api/users/{userId}', { params: { path: { userId } } })).response.status).toBe(204);
  const gone = await client.GET('/api/users/{userId}', { params: { path: { userId } } });
  expect(gone.error).toMatchObject({ code: 'entity.not_found' });
});
