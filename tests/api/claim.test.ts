// The link with which the first administrator registers.
import { expect, test } from 'vitest';
import { Browser } from './support/browser.ts';
import { Client, send } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { done, tokenFrom } from './support/people.ts';
import { startServer, type Server } from './support/server.ts';

/** A browser at the admin endpoint. */
const browser = (server: Server) => new Browser(() => server.admin);

/** Opens a link; where it leads. */
async function open(b: Browser, link: string): Promise<string | undefined> {
  const answer = await b.get(link);
  ok(answer, 303);
  return answer.headers.location;
}

/** The Management API of the tenant `admin`. */
async function adminApi(server: Server): Promise<Client> {
  const apps = await done(server, 'app', 'list', '--tenant', 'admin');
  const proxy = apps.find(({ id }: { id: string }) => id === 'm-admin');
  const { access_token: token } = ok(await tokenFrom(server.admin, proxy,
    { resource: 'https://admin.logto.app/api', scope: 'all' }));
  return new Client(() => `${server.admin}/api`, async () => ({ authorization: `Bearer ${token}` }));
}

const names = (things: { name: string }[]): string[] => things.map(({ name }) => name).sort();

test('the link makes an administrator once, and then there is none any more', async () => {
  const server = await startServer();
  expect(server.claim).toMatch(new RegExp(`^${server.admin}/claim/[0-9A-Za-z]{43}$`));
  expect(server.log).not.toContain(server.claim.slice(-43));

  const [first, second] = [browser(server), browser(server)];
  expect(await open(first, server.claim)).toBe('/register?app_id=admin-console');
  await open(second, server.claim);
  ok(await first.register('boss'), 201);
  expect(ok(await first.page('POST', '/submit')).redirectTo).toBe(`${server.admin}/claimed`);
  expect(await open(first, '/claimed')).toBe('/console');
  expect(await open(first, '/claimed')).toBe('/console');

  const api = await adminApi(server);
  const [boss] = ok(await api.get('/users?search=%25boss%25'));
  expect(names(ok(await api.get(`/users/${boss.id}/roles`)))).toEqual(['admin:admin', 'default:admin', 'user']);
  const [place, ...others] = ok(await api.get(`/users/${boss.id}/organizations`));
  expect([place.id, names(place.organizationRoles), others]).toEqual(['t-default', ['admin'], []]);
  expect(ok(await api.get('/sign-in-exp')).signInMode).toBe('SignIn');

  problem(await second.register(), 403, 'auth.forbidden');
  const late = await browser(server).get(server.claim);
  expect([late.status, late.headers['set-cookie']]).toEqual([404, undefined]);
  expect(late.text).toContain('This link is over');
  await server.stop();
  await server.start();
  expect(server.claim).toBe('');
});

test('who comes without the link does not register, whatever the mode is', async () => {
  const server = await startServer();
  const api = await adminApi(server);
  const app = ok(await api.post('/applications', { name: 'tool', type: 'SPA',
    oidcClientMetadata: { redirectUris: ['https://app.example/callback'], postLogoutRedirectUris: [] } }));
  for (const signInMode of ['Register', 'SignInAndRegister']) {
    ok(await api.patch('/sign-in-exp', { signInMode }));
    problem(await (await browser(server).visit(app)).register(), 403, 'auth.forbidden');
  }
  expect(ok(await api.get('/users'))).toEqual([]);
});

test('each start makes a link of its own, and the first that is used ends all', async () => {
  const server = await startServer();
  const secret = server.claim.slice(-43);
  await server.stop();
  await server.start();
  expect(server.claim.slice(-43)).not.toBe(secret);
  const [one, other] = [browser(server), browser(server)];
  await open(one, `/claim/${secret}`);
  await open(other, server.claim);
  const answers = await Promise.all([one.register(), other.register()]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 403]);
  expect(ok(await (await adminApi(server)).get('/users'))).toHaveLength(1);
});

test('when the only administrator is deleted, the next start makes a link, which works though registration is closed',
  async () => {
  const server = await startServer();
  const b = browser(server);
  await open(b, server.claim);
  ok(await b.register(), 201);
  const [boss] = ok(await (await adminApi(server)).get('/users'));
  ok(await (await adminApi(server)).delete(`/users/${boss.id}`), 204);
  await server.stop();
  await server.start();
  const next = browser(server);
  await open(next, server.claim);
  ok(await next.register(), 201);
});

test('a link is for the admin endpoint, and an unknown one opens nothing', async () => {
  const server = await startServer();
  for (const path of [new URL(server.claim).pathname, '/claimed'])
    expect((await send('GET', server.base + path)).status).toBe(404);
  for (const secret of ['x', 'x'.repeat(43), 'x'.repeat(4_000), '%C3%BC', '%2e%2e'])
    expect((await send('GET', `${server.admin}/claim/${secret}`)).status).toBe(404);
  const german = await send('GET', `${server.admin}/claim/x`, { headers: { 'accept-language': 'de' } });
  expect(german.text).toContain('<h1>Dieser Link gilt nicht mehr</h1>');
  expect(german.headers['content-security-policy']).toContain("default-src 'none'");
});

test('the last page of the link signs in whoever has registered by it, and nobody else', async () => {
  const server = await startServer();
  const [stranger, early, app] = [browser(server), browser(server), { id: 'admin-console' }];
  const asks = { redirect_uri: `${server.admin}/console/callback`, scope: 'openid', prompt: 'none' };
  const signedIn = async (b: Browser): Promise<string | null> =>
    (await b.follow((await b.authorize(app, asks)).headers.location ?? '', asks.redirect_uri)).get('error');
  await open(early, server.claim);
  for (const b of [stranger, early]) {
    expect(await open(b, '/claimed')).toBe('/console');
    expect(await signedIn(b)).toBe('login_required');
  }
  ok(await early.register(), 201);
  expect(await open(early, '/claimed')).toBe('/console');	// before it is submitted
  expect(await signedIn(early)).toBe('login_required');
  ok(await early.page('POST', '/submit'));
  expect(await open(early, '/claimed')).toBe('/console');
  expect(await signedIn(early)).toBe('consent_required');	// of offline access alone is asked: somebody is signed in
});
