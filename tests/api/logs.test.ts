// The audit log: what machines that ask for tokens leave in it, and how it is read.
import { expect, test } from 'vitest';
import { Browser, newApp, newPerson, redirectUri } from './support/browser.ts';
import { Build, ids } from './support/build.ts';
import { send } from './support/client.ts';
import { oauthError, ok, problem } from './support/expect.ts';
import { newTenant } from './support/people.ts';
import { startServer, type App } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const newMachine = async (): Promise<{ id: string; secret: string }> => {
  const { id } = await build.machine();
  return { id, secret: ok(await api.get<any[]>(`/applications/${id}/secrets`))[0].value };
};
const ask = (app: { id: string; secret: string }, form: Record<string, string> = {}) =>
  server.requestToken({ grant_type: 'client_credentials', resource: server.app.resource, ...form }, app as App);
const list = (query: string) => api.get<any[]>(`/logs?${query}`);
const entries = async (app: { id: string }, query = ''): Promise<any[]> => ok(await list(`applicationId=${app.id}${query}`));

test('a token has its entry at once, with who asked for what and no secret', async () => {
  const app = await newMachine();
  ok(await ask(app, { scope: 'all' }));
  const [entry, ...more] = await entries(app);
  expect(more).toEqual([]);
  expect(entry).toEqual({
    tenantId: 'default', id: expect.stringMatching(/^[0-9a-z]{21}$/), key: 'ExchangeTokenBy.ClientCredentials',
    createdAt: expect.any(Number),
    payload: { key: 'ExchangeTokenBy.ClientCredentials', result: 'Success', ip: expect.any(String), applicationId: app.id,
      applicationSecret: { name: 'Default secret' }, tokenTypes: ['AccessToken'],
      params: { grant_type: 'client_credentials', resource: server.app.resource, scope: 'all', client_secret: '******' } },
  });
  expect(Math.abs(entry.createdAt - Date.now())).toBeLessThan(60_000);
  expect(ok(await api.get(`/logs/${entry.id}`))).toEqual(entry);
  expect(JSON.stringify(entry)).not.toContain(app.secret);
});

test('an entry says what the user agent of its caller is, and repeats it', async () => {
  const app = await newMachine(), ua = 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 "\\ Mobile Safari/537.36';
  const from = (agent: string) => send('POST', `${server.base}/oidc/token`, { headers: { 'user-agent': agent }, body: new URLSearchParams({
    grant_type: 'client_credentials', client_id: app.id, client_secret: app.secret, resource: server.app.resource, userAgent: 'no agent' }) });
  ok(await from(ua));
  ok(await from('curl/8.5.0'));
  const [second, first] = await entries(app);
  expect(first.payload).toMatchObject({ result: 'Success', userAgent: ua, applicationId: app.id });
  expect(first.payload.userAgentParsed).toEqual({ ua, browser: { name: 'Chrome', version: '149.0.0.0', major: '149' },
    engine: { name: 'Blink', version: '149.0.0.0' }, os: { name: 'Android', version: '14' },
    device: { vendor: 'Google', model: 'Pixel 8', type: 'mobile' }, cpu: {} });
  expect(second.payload.userAgentParsed).toEqual({ ua: 'curl/8.5.0', browser: {}, engine: {}, os: {}, device: {}, cpu: {} });
  expect(ok(await api.get(`/logs/${first.id}`))).toEqual(first);
});

test('a refusal has its entry, although all that it did was rolled back', async () => {
  const app = await newMachine();
  oauthError(await ask({ ...app, secret: 'wrong' }), 401, 'invalid_client');
  oauthError(await ask(app, { resource: 'https://nowhere.example' }), 400, 'invalid_target');
  oauthError(await ask(app, { grant_type: 'refresh_token', refresh_token: 'hidden' }), 400, 'invalid_request');
  const found = await entries(app);
  expect(found.map(({ key, payload }) => [key, payload.result, JSON.parse(payload.error).error])).toEqual([
    ['ExchangeTokenBy.RefreshToken', 'Error', 'invalid_request'],
    ['ExchangeTokenBy.ClientCredentials', 'Error', 'invalid_target'],
    ['ExchangeTokenBy.ClientCredentials', 'Error', 'invalid_client'],
  ]);
  expect(JSON.stringify(found)).not.toMatch(/hidden|wrong"/);
});

test('a grant that nobody knows, and a client that nobody knows', async () => {
  const app = await newMachine();
  oauthError(await ask(app, { grant_type: 'nonsense' }), 400, 'unsupported_grant_type');
  oauthError(await ask({ id: 'nobody', secret: 'x' }, { scope: 'unheard' }), 400, 'invalid_client');
  expect((await entries(app))[0].key).toBe('ExchangeTokenBy.Unknown');
  const found = ok(await list('page_size=1'))[0].payload;
  expect(found).toMatchObject({ result: 'Error', params: { scope: 'unheard' } });
  expect(found).not.toHaveProperty('applicationId');
});

test('a revocation is told too', async () => {
  const app = await newMachine();
  const form = { token: 'unknown', client_id: app.id, client_secret: app.secret };
  ok(await send('POST', `${server.base}/oidc/token/revocation`, { body: new URLSearchParams(form) }));
  expect((await entries(app))[0]).toMatchObject({ key: 'RevokeToken',
    payload: { result: 'Success', params: { token: '******', client_secret: '******' } } });
});

test('filters and pages', async () => {
  const app = await newMachine();
  for (let i = 0; i < 5; i++) ok(await ask(app));
  oauthError(await ask(app, { grant_type: 'nonsense' }), 400, 'unsupported_grant_type');
  const all = await entries(app);
  expect(all).toHaveLength(6);
  expect(all.map(({ createdAt }) => createdAt)).toEqual(all.map(({ createdAt }) => createdAt).sort((a, b) => b - a));
  const page = await list(`applicationId=${app.id}&page=2&page_size=4`);
  expect(ids(ok(page))).toEqual(ids(all.slice(4)));
  expect(page.headers['total-number']).toBe('6');
  expect(page.headers).not.toHaveProperty('total-number-is-capped');
  expect(ids(await entries(app, '&logKey=ExchangeTokenBy.Unknown'))).toEqual([all[0].id]);
  expect(await entries(app, '&logKey=TriggerHook.User.Created')).toEqual([]);
  expect(await entries(app, '&userId=nobody')).toEqual([]);
  expect(ids(await entries(app, '&userId=&logKey=&start_time=&end_time='))).toEqual(ids(all));
  const [first, last] = [all.at(-1).createdAt, all[0].createdAt];
  expect(await entries(app, `&start_time=${first}&end_time=${last}`)).toHaveLength(6);
  expect(await entries(app, `&end_time=${first - 1}`)).toEqual([]);
  expect(await entries(app, `&start_time=${last + 1}`)).toEqual([]);
  expect(await entries(app, `&start_time=-1e300&end_time=1e300`)).toHaveLength(6);
  expect((await entries(app, `&start_time=${last}&end_time=${last}`)).length).toBeGreaterThan(0);
});

test('a window that ends before it begins, and times that are none', async () => {
  problem(await list('start_time=2&end_time=1'), 400, 'log.invalid_time_window');
  ok(await list('start_time=1&end_time=1'));
  for (const query of ['start_time=x', 'end_time=x', 'end_time=Infinity', 'start_time=NaN']) {
    const refusal = problem(await list(query), 400, 'guard.invalid_input');
    expect(refusal).not.toHaveProperty('data');
  }
  problem(await list('logKey=a&logKey=b'), 400, 'guard.invalid_input');
  problem(await list('page=0'), 400, 'guard.invalid_pagination');
  problem(await api.get('/logs/nothing'), 404, 'entity.not_exists_with_id');
});

test('what waits in memory is written when the server stops', async () => {
  const app = await newMachine();
  ok(await ask(app));
  await server.stop();
  await server.start();
  expect(await entries(app)).toHaveLength(1);
});

test('a tenant sees its own entries alone', async () => {
  const other = await newTenant(server, 'logs-other');
  const keys = ok(await other.api.get<any[]>('/logs'));
  expect(keys.every(({ tenantId }) => tenantId === other.id)).toBe(true);
  for (const { id } of ok(await list('page_size=3')))
    problem(await other.api.get(`/logs/${id}`), 404, 'entity.not_exists_with_id');
});

const redeem = (browser: Browser, app: { id: string }, code: string) => send('POST', `${server.base}/oidc/token`, {
  body: new URLSearchParams({ grant_type: 'authorization_code', client_id: app.id, redirect_uri: redirectUri, code,
    code_verifier: browser.pkce.verifier }),
});

test('a sign-in leaves its whole way, from the request to the tokens and their renewal', async () => {
  const [app, person] = [await newApp(api), await newPerson(api)];
  const browser = new Browser(() => server.base);
  const code = await browser.signIn(app, person);
  const tokens = ok(await redeem(browser, app, code));
  const keys = (await entries(app)).map(({ key, payload }) => `${key} ${payload.result}`).reverse();
  expect(keys[0]).toBe('Interaction.Create Success');
  expect(keys.at(-1)).toBe('ExchangeTokenBy.AuthorizationCode Success');
  for (const key of ['SignIn.Create', 'SignIn.Verification.Password.Submit', 'SignIn.Identifier.Submit', 'SignIn.Submit', 'End'])
    expect(keys).toContain(`Interaction.${key} Success`);
  const [last] = ok(await list(`userId=${person.id}`));
  expect(last.payload).toMatchObject({ userId: person.id, applicationId: app.id, params: { code: '******',
    code_verifier: '******' }, tokenTypes: ['AccessToken', 'IdToken', 'RefreshToken'] });
  oauthError(await redeem(browser, app, code), 400, 'invalid_grant');
  expect((await entries(app))[0].payload).toMatchObject({ result: 'Error', userId: person.id });
  const all = JSON.stringify(await entries(app));
  for (const secret of [person.password, code, tokens.access_token, tokens.refresh_token, tokens.id_token])
    expect(all).not.toContain(secret);
});

test('a person who is given tokens is active today, once', async () => {
  const [app, person] = [await newApp(api), await newPerson(api)];
  const active = async (): Promise<number[]> => {
    const { dau, wau, mau } = ok(await api.get('/dashboard/users/active'));
    return [dau.count, wau.count, mau.count];
  };
  const before = await active();
  for (let i = 0; i < 2; i++) {
    const browser = new Browser(() => server.base);
    ok(await redeem(browser, app, await browser.signIn(app, person)));
  }
  expect(await active()).toEqual(before.map((n) => n + 1));
});
