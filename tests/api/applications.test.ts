import { expect, test } from 'vitest';
import { Build, expectPages, ids, names, sorted, times, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { faults } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const noUris = { redirectUris: [], postLogoutRedirectUris: [] };
const oidcClientMetadata = {
  redirectUris: ['https://a.example/cb', 'myapp:/cb'], postLogoutRedirectUris: ['https://*.a.example/x*'],
  backchannelLogoutUri: 'https://a.example/out', backchannelLogoutSessionRequired: true, logoUri: 'anything',
};
const customClientMetadata = {
  corsAllowedOrigins: ['https://a.example'], idTokenTtl: 1.5, refreshTokenTtl: 60, refreshTokenTtlInDays: 180,
  tenantId: 't',
  alwaysIssueRefreshToken: true, rotateRefreshToken: false, allowTokenExchange: true, maxAllowedGrants: 1,
};
const everything = { name: 'App', description: 'All of it', oidcClientMetadata, customClientMetadata,
  customData: { a: [null, { b: 1 }] } };

const uris = (n: number) => Array.from({ length: n }, (_, i) => `https://a${i}.example/cb`);

test.each(['Native', 'SPA', 'Traditional',
  'MachineToMachine'])('a new application of type %s has defaults for what was not given', async (type) => {
  const created = ok(await api.post('/applications', { name: 'x'.repeat(256), type }));
  expect(created).toEqual({
    tenantId: 'default', id: expect.stringMatching(/^[0-9a-z]{21}$/), name: 'x'.repeat(256), description: null, type,
    oidcClientMetadata: noUris,
    customClientMetadata: {}, protectedAppMetadata: null, customData: {}, isThirdParty: false,
    appLevelAccessControlEnabled: false,
    createdAt: expect.any(Number),
  });
  expect(ok(await api.get(`/applications/${created.id}`))).toEqual({ ...created, isAdmin: false });
});

test('an application has what was given; unknown members are dropped at every level', async () => {
  const foo = { foo: 1 };
  const created = await build.application('Traditional', {
    ...everything, ...foo, oidcClientMetadata: { ...oidcClientMetadata, ...foo },
    customClientMetadata: { ...customClientMetadata, ...foo },
    protectedAppMetadata: { subDomain: 's', origin: 'o' }, id: 'mine', secret: 'mine', createdAt: 5,
    appLevelAccessControlEnabled: true, isAdmin: true,
  });
  expect(created).toEqual({
    tenantId: 'default', id: created.id, ...everything, type: 'Traditional', protectedAppMetadata: null,
    isThirdParty: false,
    appLevelAccessControlEnabled: false, createdAt: created.createdAt,
  });
  expect(created.id).not.toBe('mine');
  expect(ok(await api.get(`/applications/${created.id}`))).toEqual({ ...created, isAdmin: false });
});

test.each<[object, string]>([
  [{}, 'name'], [{ name: '' }, 'name'], [{ name: 'x'.repeat(257) }, 'name'], [{ type: 'Web' }, 'type'],
  [{ type: undefined }, 'type'],
  [{ description: 5 }, 'description'], [{ customData: [] }, 'customData'], [{ isThirdParty: 'true' }, 'isThirdParty'],
  [{ oidcClientMetadata: { redirectUris: [] } }, 'oidcClientMetadata.postLogoutRedirectUris'],
  [{ oidcClientMetadata: { ...noUris, backchannelLogoutUri: 'x' } }, 'oidcClientMetadata.backchannelLogoutUri'],
  [{ customClientMetadata: { corsAllowedOrigins: [''] } }, 'customClientMetadata.corsAllowedOrigins.0'],
  [{ description: 'ä'.repeat(8193) }, 'description'],
  [{ oidcClientMetadata: { ...noUris, redirectUris: uris(101) } }, 'oidcClientMetadata.redirectUris'],
  [{ oidcClientMetadata: { ...noUris, postLogoutRedirectUris: uris(101) } },
    'oidcClientMetadata.postLogoutRedirectUris'],
  [{ customClientMetadata: { corsAllowedOrigins: uris(101) } }, 'customClientMetadata.corsAllowedOrigins'],
  [{ customClientMetadata: { refreshTokenTtlInDays: 181 } }, 'customClientMetadata.refreshTokenTtlInDays'],
  [{ customClientMetadata: { refreshTokenTtlInDays: 1.5 } }, 'customClientMetadata.refreshTokenTtlInDays'],
  [{ customClientMetadata: { maxAllowedGrants: 0 } }, 'customClientMetadata.maxAllowedGrants'],
  [{ customClientMetadata: { idTokenTtl: '60' } }, 'customClientMetadata.idTokenTtl'],
  [{ customClientMetadata: { idTokenTtl: 0 } }, 'customClientMetadata.idTokenTtl'],
  [{ customClientMetadata: { refreshTokenTtl: 315_360_001 } }, 'customClientMetadata.refreshTokenTtl'],
  [{ oidcClientMetadata: { ...noUris, logoUri: 'java\nscript:alert(1)' } }, 'oidcClientMetadata.logoUri'],
  [{ oidcClientMetadata: { ...noUris, logoUri: 'data:text/html,x' } }, 'oidcClientMetadata.logoUri'],
  [{ oidcClientMetadata: { ...noUris, backchannelLogoutUri: 'javascript:x' } }, 'oidcClientMetadata.backchannelLogoutUri'],
])('an application is refused for %j', async (fields, path) => {
  const body = { type: 'SPA', ...('name' in fields || Object.keys(fields).length === 0 ? {} : { name: 'n' }),
    ...fields };
  expect(faults(problem(await api.post('/applications', body), 400, 'guard.invalid_input'))).toEqual([path]);
});

test('a hundred addresses of each kind and a long description are taken, when it is made and when it changes',
  async () => {
    const body = {
      description: 'ä'.repeat(8192), customClientMetadata: { corsAllowedOrigins: uris(100) },
      oidcClientMetadata: { redirectUris: uris(100), postLogoutRedirectUris: uris(100) },
    };
    const app = await build.application('SPA', body);
    expect(app).toMatchObject(body);
    expect(ok(await api.patch(`/applications/${app.id}`, body))).toMatchObject(body);
    for (const change of [{ description: 'x'.repeat(8193) },
      { oidcClientMetadata: { ...noUris, redirectUris: uris(101) } }]) {
      const refusal = problem(await api.patch(`/applications/${app.id}`, change), 400, 'guard.invalid_input');
      expect(refusal.details).toMatch(/At most (8192 characters|100 elements)/);
    }
  });

test.each([
  'http://localhost:3000/cb', 'https://a.example', 'https://a.example/cb?x=1#y', 'myapp://cb', 'myapp:/cb',
  'com.a.example:/x', 'a+b-c.d://x', 'app://cb/*',
  'https://*.a.example/cb', 'https://*.com/', 'https://a-*.a.example/*/cb*', 'https://a.example/%2a..',
  `https://${'x'.repeat(63)}.example/`, `https://${'a.'.repeat(124)}example/`,
])('%s is a place to come back to', async (uri) => {
  const body = { oidcClientMetadata: { redirectUris: [uri], postLogoutRedirectUris: [uri, uri] } };
  expect(await build.application('SPA', body)).toMatchObject(body);
});

test.each([
  '', 'a.example', '/cb', 'https://', 'my_app://cb', '1app://cb', 'https://a.example/../cb',
  'https://a.example/%2e%2E/cb', 'https://a.example/./cb',
  'https://*/cb', 'https://*:*/cb', 'https://a.example:*/cb', 'https://a.example/?*', 'https://a.example/#*',
  '*://a.example', 'https://u:p@*.a.example/',
  'javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd',
  `https://${'x'.repeat(64)}.example/`, `https://${'a.'.repeat(128)}example/`,
  `myapp://${'x'.repeat(256)}`,
])('%j is not a place to come back to', async (uri) => {
  for (const [name, list] of [['redirectUris', { redirectUris: ['myapp://ok', uri] }], ['postLogoutRedirectUris', { postLogoutRedirectUris: ['myapp://ok', uri] }]] as const) {
    const refusal = problem(await api.post('/applications', { name: 'n', type: 'Native', oidcClientMetadata: { ...noUris, ...list } }), 400, 'guard.invalid_input');
    expect(refusal.data.issues).toMatchObject([{ code: 'custom', path: ['oidcClientMetadata', name, 1] }]);
  }
});

test('a name that the DNS cannot hold is not a place to come back to, and is compared with nothing', async () => {
  for (const host of [`${'a'.repeat(64)}.a.example`, `${'a'.repeat(6_000)}*.a.example`, 'a.'.repeat(128) + 'example']) {
    const oidcClientMetadata = { ...noUris, redirectUris: [`https://${host}/cb`] };
    problem(await api.post('/applications', { name: 'n', type: 'SPA', oidcClientMetadata }), 400, 'guard.invalid_input');
  }
});

test.each<[string, object, number, string]>([
  ['SAML has an API of its own', { type: 'SAML', customClientMetadata: { isDeviceFlow: true } }, 400,
    'application.saml.use_saml_app_api'],
  ['the device flow is for native apps', { type: 'SPA', customClientMetadata: { isDeviceFlow: true } }, 422,
    'application.device_flow_native_only'],
  ['a protected app needs its metadata', { type: 'Protected' }, 400, 'application.protected_app_metadata_is_required'],
  ['a subdomain is a label', { type: 'Protected', protectedAppMetadata: { subDomain: 'a.b', origin: 'https://a.example' } }, 422, 'application.invalid_subdomain'],
  ['a subdomain is not empty', { type: 'Protected', protectedAppMetadata: { subDomain: '', origin: 'https://a.example' } }, 422, 'application.invalid_subdomain'],
  ['a protected app needs a provider', { type: 'Protected', protectedAppMetadata: { subDomain: 'a', origin: 'https://a.example' } }, 501, 'application.protected_app_not_configured'],
  ['a machine is not a third party', { type: 'MachineToMachine', isThirdParty: true }, 400, 'application.invalid_third_party_application_type'],
  ['a third party exchanges no tokens', { type: 'SPA', isThirdParty: true, customClientMetadata: { allowTokenExchange: true } }, 422, 'application.third_party_application_cannot_enable_token_exchange'],
])('%s', async (_, fields, status, code) => {
  const name = unique('refused');
  problem(await api.post('/applications', { name, ...fields }), status, code);
  expect(ok(await api.get('/applications', { query: { search: name } }))).toEqual([]);
});

test.each<[string, object, object]>([
  ['the name', { name: 'Renamed' }, { name: 'Renamed' }],
  ['the description', { description: '' }, { description: null }],
  ['OIDC metadata, as a whole', { oidcClientMetadata: noUris }, { oidcClientMetadata: noUris }],
  ['custom metadata, as a whole', { customClientMetadata: { idTokenTtl: 5 } },
    { customClientMetadata: { idTokenTtl: 5 } }],
  ['custom data, as a whole', { customData: { z: 1 } }, { customData: { z: 1 } }],
  ['nothing', {}, {}],
  ['what cannot be changed',
    { type: 'SPA', isThirdParty: true, id: 'x', secret: 'x', createdAt: 5, protectedAppMetadata: null,
      appLevelAccessControlEnabled: false }, {}],
])('changing %s leaves all else', async (_, change, expected) => {
  const before = await build.application('Traditional', everything);
  expect(ok(await api.patch(`/applications/${before.id}`, change))).toEqual({ ...before, ...expected });
  expect(ok(await api.get(`/applications/${before.id}`))).toEqual({ ...before, ...expected, isAdmin: false });
});

test('a change is refused as a whole', async () => {
  const [web, native, third] =
    [await build.application('Traditional', everything),
      await build.application('Native', { customClientMetadata: { isDeviceFlow: true } }), await build.thirdParty()];
  const refused: [{ id: string }, object, number, string][] = [
    [web, { appLevelAccessControlEnabled: true }, 422, 'request.invalid_input'],
    [web, { customClientMetadata: { isDeviceFlow: true } }, 422, 'application.device_flow_not_changeable'],
    [native, { customClientMetadata: {} }, 422, 'application.device_flow_not_changeable'],
    [third, { customClientMetadata: { allowTokenExchange: true } }, 422,
      'application.third_party_application_cannot_enable_token_exchange'],
    [web, { protectedAppMetadata: { origin: 'https://a.example' } }, 400, 'application.protected_application_only'],
  ];
  for (const [app, change, status, code] of refused) {
    problem(await api.patch(`/applications/${app.id}`, { name: 'changed', ...change }), status, code);
    expect(ok(await api.get(`/applications/${app.id}`))).toEqual({ ...app, isAdmin: false });
  }
  ok(await api.patch(`/applications/${native.id}`, { customClientMetadata: { isDeviceFlow: true, idTokenTtl: 5 } }));
});

test('the internal role is given and taken with isAdmin', async () => {
  const app = await build.machine();
  for (const isAdmin of [true, true, false, false]) {
    expect(ok(await api.patch(`/applications/${app.id}`, { isAdmin }))).toEqual(app);
    expect(ok(await api.get(`/applications/${app.id}`))).toMatchObject({ isAdmin });
  }
  expect(ok(await api.get(`/applications/${app.id}/roles`))).toEqual([]);
});

test.each([['demo-app', 'SPA', 'Live Preview'], ['account-center', 'SPA', 'Account Center'],
  ['device-demo-app', 'Native', 'Device Flow Preview']])(
  '%s can be read everywhere and changed nowhere', async (id, type, name) => {
    expect(ok(await api.get(`/applications/${id}`)))
      .toMatchObject({ tenantId: 'default', id, type, name, secret: 'N/A', createdAt: 0, isAdmin: false });
    problem(await api.patch(`/applications/${id}`, { name: 'x' }), 404, 'entity.not_exists_with_id');
    problem(await api.delete(`/applications/${id}`), 404, 'entity.not_exists_with_id');
    problem(await api.get(`/applications/${id}/secrets`), 404, 'entity.not_exists_with_id');
    expect(ids(ok(await api.get('/applications')))).not.toContain(id);
  });

test('custom data is laid over what is there; the body is the object itself', async () => {
  const { id } = await build.machine({ customData: { a: 1, b: { c: 1 } } });
  const at = `/applications/${id}/custom-data`;
  expect(ok(await api.patch(at, { b: { d: 1 }, customData: null }))).toEqual({ a: 1, b: { d: 1 }, customData: null });
  expect(ok(await api.patch(at, {}))).toEqual(ok(await api.get(`/applications/${id}`)).customData);
  problem(await api.patch(at, []), 400, 'guard.invalid_input');
  problem(await api.patch('/applications/nope/custom-data', {}), 404, 'entity.not_exists');
  expect((await api.get(at)).status).toBe(405);
});

test('a deleted application is gone with its secrets and cannot be deleted twice', async () => {
  const { id } = await build.machine();
  ok(await api.delete(`/applications/${id}`), 204);
  for (const [method, path] of [['GET', ''], ['PATCH', ''], ['DELETE', ''], ['GET', '/secrets'],
    ['GET', '/roles']] as const)
    problem(await api.request(method, `/applications/${id}${path}`, method === 'PATCH' ? { body: {} } : {}), 404,
      'entity.not_exists_with_id');
});

test('the list has the newest first, and comes in pages only when asked for', async () => {
  const first = await build.machine();
  const last = await build.application('SPA');
  const list = ok(await api.get('/applications'));
  expect(list[0]).toEqual(last);
  expect(ids(list).slice(0, 2)).toEqual([last.id, first.id]);
  await times(20, () => build.machine());
  await expectPages(api, '/applications', ok(await api.get('/applications')).length);
});

test('the list can be cut down by type, third parties, a role and an organization', async () => {
  const tag = unique('cut');
  const make = (type: string, name: string, more = {}) =>
    build.application(type, { name: `${tag} ${name}`, description: 'Grün', ...more });
  const [spa, web, third, plain, holder] =
    [await make('SPA', 'spa'), await make('Traditional', 'web'), await make('SPA', 'third', { isThirdParty: true }),
      await make('MachineToMachine', 'm'), await make('MachineToMachine', 'h')];
  const [role, organization] = [await build.tenantRole({ type: 'MachineToMachine' }), await build.organization()];
  ok(await api.post(`/applications/${holder.id}/roles`, { roleIds: [role.id] }), 201);
  ok(await api.post(`/organizations/${organization.id}/applications`, { applicationIds: [plain.id] }), 201);
  const all = [spa, web, third, plain, holder];
  const list = async (query: Record<string, string | string[]>, ...expected: object[]) => {
    const answer = await api.get('/applications', { query: { search: `%${tag}%`, page: 1, ...query } });
    expect(sorted(names(ok(answer)))).toEqual(sorted(names(expected as { name: string }[])));
    expect(answer.headers['total-number']).toBe(String(expected.length));
  };
  await list({}, ...all);
  await list({ types: 'SPA' }, spa, third);
  await list({ types: ['SPA', 'Traditional'] }, spa, third, web);
  await list({ isThirdParty: 'true' }, third);
  await list({ isThirdParty: 'false' }, spa, web, plain, holder);
  await list({ excludeRoleId: role.id }, spa, web, third, plain);
  await list({ excludeOrganizationId: organization.id, types: 'MachineToMachine' }, holder);
  await list({ excludeRoleId: '', excludeOrganizationId: 'nope' }, ...all);
  await list({ search: '%GRÜN%' }, ...all);
  await list({ 'search.name': `${tag} web`, 'search.id': plain.id, search: 'nothing at all' }, web, plain);
  await list({ 'search.description': 'nope', 'search.name': `${tag}%`, search: 'nope', types: 'Traditional' }, web);
});

test.each(['types=', 'types=Web', 'types=SPA,Native', 'isThirdParty=', 'isThirdParty=1',
  'excludeRoleId=a&excludeRoleId=b'])('the list is refused for %s', async (query) => {
  problem(await api.get(`/applications?${query}`), 400, 'guard.invalid_input');
});

test('a role and an organization cannot be left out together', async () => {
  problem(await api.get('/applications?excludeRoleId=a&excludeOrganizationId=b'), 400, 'request.invalid_input');
});
