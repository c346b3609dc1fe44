import { decodeJwt } from 'jose';
import { expect, test, vi } from 'vitest';
import { Build, unique } from './support/build.ts';
import { send, type Answer } from './support/client.ts';
import { ok, problem, soon } from './support/expect.ts';
import { accessRole, apiWith, basic, done, managementApi, newMachine, newTenant,
  tokenFrom } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);
const access = await accessRole(api);
const token = await server.token();
const [head = '', payload = '', signature = ''] = token.split('.');
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const header = JSON.parse(Buffer.from(head, 'base64url').toString());

const ask = (authorization?: string | string[], method = 'GET', path = '/organizations'): Promise<Answer> =>
  send(method, `${server.base}/api${path}`, { headers: authorization === undefined ? {} : { authorization } });
const tokenOf = async (app: { id: string; secret: string }, form: Record<string, string> = {}): Promise<string> =>
  ok(await tokenFrom(server.base, app, { resource: managementApi, scope: 'all', ...form })).access_token;

test.each([`Bearer ${token}`, `Bearer:${token}`,
  `Bearer-${token}`])('a token behind the word Bearer and one more character is read (%#)', async (authorization) => {
  ok(await ask(authorization));
});

test('of two headers the first counts', async () => {
  ok(await ask([`Bearer ${token}`, 'Bearer x']));
  problem(await ask(['Bearer x', `Bearer ${token}`]), 401, 'auth.unauthorized');
});

test('without a header, or with an empty one, there is nothing to say', async () => {
  for (const authorization of [undefined, '']) {
    const answer = await ask(authorization);
    expect(problem(answer, 401, 'auth.authorization_header_missing')).not.toHaveProperty('data');
    expect(answer.headers['www-authenticate']).toBeUndefined();
  }
  problem(await send('GET', `${server.base}/api/organizations?access_token=${token}`), 401,
    'auth.authorization_header_missing');
});

test.each([basic('a', 'b'), `bearer ${token}`, `BEARER ${token}`,
  token])('another scheme is told which one is read (%#)', async (authorization) => {
  expect(problem(await ask(authorization), 401, 'auth.authorization_token_type_not_supported').data)
    .toEqual({ supportedTypes: ['Bearer'] });
});

test.each<[string, string, string]>([
  ['nothing', '', 'ERR_JWS_INVALID'],
  ['a word', 'x', 'ERR_JWS_INVALID'],
  ['three words', 'a.b.c', 'ERR_JWS_INVALID'],
  ['two blanks in front', ` ${token}`, 'ERR_JWS_INVALID'],
  ['the last part missing', `${head}.${payload}`, 'ERR_JWS_INVALID'],
  ['an algorithm without keys', `${encode({ ...header, alg: 'none' })}.${payload}.`, 'ERR_JOSE_NOT_SUPPORTED'],
  ['a symmetric algorithm', `${encode({ ...header, alg: 'HS256' })}.${payload}.${signature}`,
    'ERR_JOSE_NOT_SUPPORTED'],
  ['no key named', `${encode({ alg: header.alg })}.${payload}.${signature}`, 'ERR_JWKS_MULTIPLE_MATCHING_KEYS'],
  ['an unknown key', `${encode({ ...header, kid: 'x' })}.${payload}.${signature}`, 'ERR_JWKS_NO_MATCHING_KEY'],
  ['another signature', `${head}.${payload}.${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`,
    'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
  ['no signature', `${head}.${payload}.`, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
  ['another subject', `${head}.${encode({ ...decodeJwt(token), sub: 'admin' })}.${signature}`,
    'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
  ['a longer life', `${head}.${encode({ ...decodeJwt(token), exp: 9e9 })}.${signature}`,
    'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
  ['the algorithm of another key', `${encode({ ...header, alg: 'RS256' })}.${payload}.${signature}`,
    'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
])('a token with %s is refused', async (_, bad, code) => {
  const { data } = problem(await ask(`Bearer ${bad}`), 401, 'auth.unauthorized');
  expect(data.code).toBe(code);
});

test('a token for another API, or for an organization, has the wrong audience', async () => {
  const [app, other, organization] =
    [await newMachine(api, access), await build.resource(), await build.organization()];
  ok(await api.post(`/organizations/${organization.id}/applications`, { applicationIds: [app.id] }), 201);
  const forms = [{ grant_type: 'client_credentials', resource: other.indicator },
    { grant_type: 'client_credentials', organization_id: organization.id, scope: 'all' }];
  for (const form of forms) {
    const foreign = ok(await server.requestToken(form as Record<string, string>, app)).access_token;
    expect(problem(await ask(`Bearer ${foreign}`), 401, 'auth.unauthorized').data)
      .toMatchObject({ code: 'ERR_JWT_CLAIM_VALIDATION_FAILED', claim: 'aud', reason: 'check_failed' });
  }
});

test('a token without the scope is of the right kind, and forbidden', async () => {
  const [none, unasked] = [await newMachine(api), await newMachine(api, access)];
  for (const refused of [await tokenOf(none), await tokenOf(unasked, { scope: 'ALL' }),
    await tokenOf(unasked, { scope: '' })])
    expect(problem(await ask(`Bearer ${refused}`), 403, 'auth.forbidden')).not.toHaveProperty('data');
  ok(await ask(`Bearer ${await tokenOf(unasked, { scope: 'other all' })}`));
});

test('nobody without a token learns more than which paths and methods there are', async () => {
  expect((await ask(undefined, 'GET', '/nope')).status).toBe(404);
  const answer = await ask(undefined, 'PUT');
  expect({ status: answer.status, allow: answer.headers['allow'] }).toEqual({ status: 405, allow: 'POST, HEAD, GET' });
  for (const [method, path] of [['GET', '/organizations?page=0'], ['GET', '/organizations/nope'],
    ['POST', '/organizations'], ['DELETE', '/users/nope']] as const)
    problem(await ask(undefined, method, path), 401, 'auth.authorization_header_missing');
  problem(await send('POST', `${server.base}/api/organizations`, { body: '{' }), 401,
    'auth.authorization_header_missing');
  expect((await ask(undefined, 'HEAD')).status).toBe(401);
  for (const path of ['/status', '/swagger.json'])
    expect((await ask('Bearer x', 'GET', path)).status).toBeLessThan(300);
});

// What a token stands for, and how it goes. The token has been used, so it is remembered.
test.each<[string, number, (app: { id: string }, role: { id: string }) => Promise<unknown>]>([
  ['its application was deleted', 401, (app) => api.delete(`/applications/${app.id}`)],
  ['its application lost the role', 403, (app, role) => api.delete(`/applications/${app.id}/roles/${role.id}`)],
  ['its application got other roles', 403,
    async (app) => api.put(`/applications/${app.id}/roles`,
      { roleIds: [(await build.tenantRole({ type: 'MachineToMachine' })).id] })],
  ['the role lost the application', 403, (app, role) => api.delete(`/roles/${role.id}/applications/${app.id}`)],
  ['the role was deleted', 403, (_, role) => api.delete(`/roles/${role.id}`)],
  ['the role lost the scope', 403, (_, role) => api.delete(`/roles/${role.id}/scopes/management-api-all`)],
])('a token ends at once when %s', async (_, status, end) => {
  const role = await build.tenantRole({ type: 'MachineToMachine', scopeIds: ['management-api-all'] });
  const app = await newMachine(api, role.id);
  const own = apiWith(server, await tokenOf(app));
  for (let i = 0; i < 3; i++) ok(await own.get('/organizations'));
  expect((await end(app, role) as Answer).status).toBeLessThan(300);
  problem(await own.get('/organizations'), status, status === 401 ? 'auth.unauthorized' : 'auth.forbidden');
});

test('a token comes back to life with its role', async () => {
  const app = await newMachine(api, access);
  const own = apiWith(server, await tokenOf(app));
  ok(await own.get('/organizations'));
  ok(await api.delete(`/applications/${app.id}/roles/${access}`), 204);
  problem(await own.get('/organizations'), 403, 'auth.forbidden');
  ok(await api.post(`/applications/${app.id}/roles`, { roleIds: [access] }), 201);
  ok(await own.get('/organizations'));
});

test('a machine that holds the internal admin role may call, until it is not an admin any more', async () => {
  const app = await newMachine(api);
  ok(await api.patch(`/applications/${app.id}`, { isAdmin: true }));
  const own = apiWith(server, await tokenOf(app));
  ok(await own.get('/organizations'));
  ok(await own.patch(`/applications/${app.id}`, { isAdmin: false }));
  problem(await own.get('/organizations'), 403, 'auth.forbidden');
});

test('a token outlives its secret', async () => {
  const app = await newMachine(api, access);
  const own = apiWith(server, await tokenOf(app));
  ok(await own.delete(`/applications/${app.id}/secrets/Default%20secret`), 204);
  ok(await own.get('/organizations'));
});

test('the admin tenant\'s token for the default tenant opens it; the other way round it opens nothing', async () => {
  const proxies = await done(server, 'app', 'list', '--tenant', 'admin');
  const proxy = proxies.find(({ id }: { id: string }) => id === 'm-default');
  const foreign = ok(await tokenFrom(server.admin, proxy, { resource: managementApi, scope: 'all' })).access_token;
  const own = apiWith(server, foreign);
  const name = unique('by admin');
  ok(await own.post('/organizations', { name }), 201);
  expect(ok(await api.get('/organizations', { query: { q: name } }))).toHaveLength(1);
  const there = (t: string) =>
    send('GET', `${server.admin}/api/organizations`, { headers: { authorization: `Bearer ${t}` } });
  expect(problem(await there(token), 401, 'auth.unauthorized').data.code).toBe('ERR_JWKS_NO_MATCHING_KEY');
  expect(problem(await there(foreign), 401, 'auth.unauthorized').data.claim).toBe('aud');
});

test('a token of one tenant is worth nothing in another', async () => {
  const [a, b] = [await newTenant(server, 'left'), await newTenant(server, 'right')];
  ok(await a.api.get('/organizations'));
  const foreign = ok(await tokenFrom(server.base, a.app, { resource: a.app.resource, scope: 'all' },
    a.host)).access_token;
  for (const host of [b.host, 'localhost'])
    expect(problem(await send('GET', `${server.base}/api/organizations`,
      { headers: { host, authorization: `Bearer ${foreign}` } }), 401, 'auth.unauthorized').data.code)
      .toBe('ERR_JWKS_NO_MATCHING_KEY');
  expect(problem(await send('GET', `${server.base}/api/organizations`,
    { headers: { host: a.host, authorization: `Bearer ${token}` } }), 401, 'auth.unauthorized').data.code)
    .toBe('ERR_JWKS_NO_MATCHING_KEY');
});

test('a token whose key a verb beside the server dropped opens nothing within seconds', async () => {
  const app = await done(server, 'app', 'create', '--name', 'beside', '--management-api');
  const own = apiWith(server, await tokenOf(app));
  ok(await own.get('/organizations'));
  await done(server, 'key', 'rotate');
  await done(server, 'key', 'rotate');			// its key is not even the previous one now
  await vi.waitFor(async () => problem(await own.get('/organizations'), 401, 'auth.unauthorized'), soon);
});

test('a token of another issuer is refused: the address of the server is part of it', async () => {
  const app = await newMachine(apiWith(server, await tokenOf(server.app)), access);
  const before = await tokenOf(app);
  await server.stop();
  await server.start();			// on another port
  expect(problem(await ask(`Bearer ${before}`), 401, 'auth.unauthorized').data)
    .toMatchObject({ claim: 'iss', reason: 'check_failed' });
  ok(await ask(`Bearer ${await tokenOf(app)}`));
});
