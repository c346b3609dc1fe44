// The Console: where it is served, what its document may do, and how an administrator gets into the Management API.
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { Browser, newApp, newPerson, type Person } from './support/browser.ts';
import { unique } from './support/build.ts';
import { Client, send, type Answer } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { apiWith, done, managementApi, newTenant, tokenFrom } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const theConsole = { id: 'admin-console' };
const adminManagementApi = 'https://admin.logto.app/api';
const callback = `${server.admin}/console/callback`;
const visitor = (): Browser => new Browser(() => server.admin);
const request = { redirect_uri: callback, resource: managementApi, scope: 'openid offline_access profile all' };
const addresses = ['/console', '/console/', '/console/organizations', '/console/callback?code=x&state=y',
  '/console/organization-template/organization-roles/x/permissions', '/console/organizations/%C3%BC%2F/settings'];

/** The Management API of the tenant `admin`. */
async function adminApi(): Promise<Client> {
  const apps = await done(server, 'app', 'list', '--tenant', 'admin');
  const proxy = apps.find(({ id }: { id: string }) => id === 'm-admin');
  const { access_token: token } = ok(await tokenFrom(server.admin, proxy,
    { resource: adminManagementApi, scope: 'all' }));
  return new Client(() => `${server.admin}/api`, async () => ({ authorization: `Bearer ${token}` }));
}

/** What the page does with a code: the tokens, asked for from its origin. */
async function redeem(b: Browser, code: string | null, more: Record<string, string> = {}): Promise<Answer> {
  return send('POST', `${server.admin}/oidc/token`, { headers: { origin: server.admin },
    body: new URLSearchParams({ grant_type: 'authorization_code', client_id: theConsole.id, redirect_uri: callback,
      code: code ?? '', code_verifier: b.pkce.verifier, resource: managementApi, ...more }) });
}

/** The tokens of somebody who signs in to the Console. */
async function enter(person: Pick<Person, 'username' | 'password'>, resource = managementApi): Promise<{
  access_token: string }> {
  const b = visitor();
  await b.visit(theConsole, { ...request, resource });
  return ok(await redeem(b, (await b.follow(await b.logIn(person), callback)).get('code'), { resource }));
}

const claimed = visitor();
ok(await claimed.get(server.claim), 303);
const boss = { username: unique('boss').replace(/\W/g, '_'), password: 'Quiet-river_42!moss' };
ok(await claimed.register(boss.username, boss.password), 201);
const afterwards = await claimed.get(ok(await claimed.page('POST', '/submit')).redirectTo);
const admin = await adminApi();
const [bossUser] = ok(await admin.get(`/users?search=${boss.username}`));

test('one document is at every address of the Console, and tells it where its servers are', async () => {
  const document = await send('GET', server.console);
  for (const address of addresses) {
    const answer = await send('GET', server.admin + address);
    expect([address, answer.status, answer.headers['content-type'], answer.headers['cache-control']])
      .toEqual([address, 200, 'text/html; charset=utf-8', 'no-cache, no-store, must-revalidate']);
    const strip = ({ text }: Answer) => text.replace(/nonce="\w+"/, '');
    expect(strip(answer)).toBe(strip(document));
  }
  const [, data = ''] = /<script type="application\/json" id="console"[^>]*>(.*?)<\/script>/.exec(document.text) ?? [];
  expect(JSON.parse(data)).toEqual({ adminEndpoint: server.admin, apiEndpoint: server.base, resource: managementApi,
    adminResource: adminManagementApi, appId: 'admin-console', tenantId: 'default', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  const answer = await send('POST', server.console, { body: {} });
  expect([answer.status, answer.headers['allow']]).toEqual([405, 'HEAD, GET']);
});

test('the document runs our own files alone, calls the tenant it manages, and no page may frame it', async () => {
  const [one, other] = [await send('GET', server.console), await send('GET', server.console)];
  const [, nonce] = / nonce="(\w{22})"/.exec(one.text) ?? [];
  expect(one.headers['content-security-policy']).toBe([
    "default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`, "font-src 'self'", `img-src 'self' ${server.base} data: blob: https:`,
    `connect-src 'self' ${server.base}`, `frame-src ${server.base}`].join('; '));
  expect(other.text).not.toContain(nonce);
  expect(one.headers['cross-origin-resource-policy']).toBe('same-origin');
});

test('the files that the document names are there, compressed, and may be kept; no others are', async () => {
  const { text } = await send('GET', server.console);
  const files = [...text.matchAll(/ (?:href|src)="([^"]+)"/g)].map(([, file]) => file ?? '').filter((file) => !file.startsWith('data:image/'));
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) {
    expect(file).toMatch(/^\/console\/assets\/[\w.-]+-[\w-]{8}\.(css|js)$/);
    const answer = await send('GET', server.admin + file, { headers: { 'accept-encoding': 'br' } });
    expect([file, answer.status, answer.headers['content-encoding'], answer.headers['cache-control']])
      .toEqual([file, 200, 'br', 'public, max-age=31536000, immutable']);
  }
  for (const path of ['/console/assets/x.js', '/console/assets/..%2Fentry.json', '/console/assets/'])
    expect([path, (await send('GET', server.admin + path)).text]).toEqual([path, expect.not.stringContaining('"script"')]);
  expect((await send('GET', `${server.admin}/console/assets/x.js`)).status).toBe(404);
});

test('only the admin endpoint has the Console', async () => {
  const [, script = ''] = /<script type="module" src="([^"]+)"/.exec((await send('GET', server.console)).text) ?? [];
  const { host } = await newTenant(server, unique('t').replace(/\W/g, '-'));
  for (const path of [...addresses, script]) {
    expect([path, (await send('GET', server.base + path)).status]).toEqual([path, 404]);
    expect([path, (await send('GET', server.base + path, { headers: { host } })).status]).toEqual([path, 404]);
  }
});

test('the sign-in page of the tenant may be framed by the Console, its account page may not', async () => {
  const policyOf = async (path: string) => (await send('GET', server.base + path)).headers['content-security-policy'];
  expect(await policyOf('/sign-in?preview')).toMatch(new RegExp(`; frame-ancestors 'self' ${server.admin}$`));
  expect(await policyOf('/account')).toMatch(/; frame-ancestors 'self' ?$/);
});

test('the link of the first administrator leads into the Console, without another sign-in', async () => {
  expect([afterwards.status, afterwards.headers.location]).toEqual([303, '/console']);
  const answer = await claimed.authorize(theConsole, request);
  const { code, iss } = Object.fromEntries(await claimed.follow(answer.headers.location ?? '', callback));
  expect(iss).toBe(`${server.admin}/oidc`);
  const tokens = ok(await redeem(claimed, code ?? null));
  expect(decodeJwt(tokens.access_token)).toMatchObject(
    { iss: `${server.admin}/oidc`, aud: managementApi, client_id: theConsole.id, sub: bossUser.id, scope: 'all' });

  const page = { headers: { origin: server.admin, authorization: `Bearer ${tokens.access_token}` } };
  const list = await send('GET', `${server.base}/api/organizations`, page);
  expect(ok(list)).toEqual([]);
  expect([list.headers['access-control-allow-origin'], list.headers['access-control-expose-headers'],
    list.headers['total-number']]).toEqual([server.admin, '*', '0']);
  ok(await send('POST', `${server.base}/api/organizations`, { ...page, body: { name: 'Acme' } }), 201);

  const renewed = ok(await redeem(claimed, null,
    { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, resource: managementApi }));
  ok(await apiWith(server, renewed.access_token).get('/users'));
});

test('the Console may call the API from its own origin alone, and asks beforehand once', async () => {
  const preflight = (origin: string) => send('OPTIONS', `${server.base}/api/organizations`,
    { headers: { origin, 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'authorization' } });
  expect((await preflight(server.admin)).headers).toMatchObject({ 'access-control-allow-origin': server.admin,
    'access-control-allow-headers': 'authorization' });
  for (const origin of [server.base, 'https://evil.example', 'null'])
    expect([origin, (await preflight(origin)).headers['access-control-allow-origin']]).toEqual([origin, undefined]);
});

test('the code goes to the Console and nowhere else, and signing out leads back to it', async () => {
  const wrong = await visitor().authorize(theConsole, { ...request, redirect_uri: `${server.base}/console/callback` });
  expect([wrong.status, wrong.headers.location]).toEqual([400, undefined]);
  const b = visitor();
  await b.visit(theConsole, request);
  await b.follow(await b.logIn(boss), callback);
  const query = new URLSearchParams({ client_id: theConsole.id, post_logout_redirect_uri: server.console });
  expect(await b.leave(`${server.admin}/oidc/session/end?${query}`)).toBe(server.console);
});

test('who has an account at the admin tenant and no role there gets nothing', async () => {
  const person = await newPerson(admin);
  const { access_token: token } = await enter(person);
  for (const path of ['/organizations', '/users', '/configs/admin-console'])
    problem(await apiWith(server, token).get(path), 403, 'auth.forbidden');
  problem(await apiWith(server, token).post('/organizations', { name: 'Mine' }), 403, 'auth.forbidden');
});

test('an administrator who loses the role is refused from the next call on, with the same token', async () => {
  const person = await newPerson(admin);
  const [role] = ok(await admin.get('/roles?search=default:admin'));
  ok(await admin.post(`/users/${person.id}/roles`, { roleIds: [role.id] }), 201);
  const api = apiWith(server, (await enter(person)).access_token);
  ok(await api.get('/organizations'));
  ok(await admin.delete(`/users/${person.id}/roles/${role.id}`), 204);
  problem(await api.get('/organizations'), 403, 'auth.forbidden');
});

test('people of the tenant are nobody to the Console, and its administrators nobody to the tenant', async () => {
  const person = await newPerson(server.api);
  const b = await visitor().visit(theConsole, request);
  await b.start();
  problem(await b.page('POST', '/verification/password',
    { identifier: { type: 'username', value: person.username }, password: person.password }), 422,
    'session.invalid_credentials');
  expect((await new Browser(() => server.base).authorize(theConsole, request)).status).toBe(400);

  const app = await newApp(server.api), own = new Browser(() => server.base);
  const code = await own.signIn(app, person, { resource: managementApi, scope: 'openid all' });
  const tokens = ok(await send('POST', `${server.base}/oidc/token`, { body: new URLSearchParams({
    grant_type: 'authorization_code', client_id: app.id, redirect_uri: 'https://app.example/callback', code,
    code_verifier: own.pkce.verifier, resource: managementApi }) }));
  problem(await apiWith(server, tokens.access_token).get('/organizations'), 403, 'auth.forbidden');
});

test('a token for the tenant opens neither the API of the admin tenant nor that of another tenant', async () => {
  const { access_token: token } = await enter(boss);
  const headers = { authorization: `Bearer ${token}` };
  problem(await send('GET', `${server.admin}/api/users`, { headers }), 401, 'auth.unauthorized');
  const { host } = await newTenant(server, unique('t').replace(/\W/g, '-'));
  problem(await send('GET', `${server.base}/api/users`, { headers: { ...headers, host } }), 401, 'auth.unauthorized');
});

test('an administrator makes further ones by the API of the admin tenant, from the origin of the Console', async () => {
  const { access_token: token } = await enter(boss, adminManagementApi);
  const own = new Client(() => `${server.admin}/api`,
    async () => ({ authorization: `Bearer ${token}`, origin: server.admin }));
  const person = await newPerson(own);
  const roles = ok(await own.get('/roles?type=User')).filter(({ name }: { name: string }) => name === 'default:admin');
  ok(await own.post(`/users/${person.id}/roles`, { roleIds: [roles[0].id] }), 201);
  ok(await apiWith(server, (await enter(person)).access_token).get('/organizations'));
  // who does not have that role makes none
  const { access_token: lesser } = await enter(person, adminManagementApi);
  problem(await send('GET', `${server.admin}/api/users`, { headers: { authorization: `Bearer ${lesser}` } }), 403,
    'auth.forbidden');
});
