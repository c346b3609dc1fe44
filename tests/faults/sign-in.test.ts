// Sign-ins that end before their time: given up by ten thousand, and cut by kill -9 at any point.
import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { Browser, goodPassword, newApp, newPerson, redirectUri } from '../api/support/browser.ts';
import { unique } from '../api/support/build.ts';
import { send } from '../api/support/client.ts';
import { ok, soon } from '../api/support/expect.ts';
import { startServer, type Server } from '../api/support/server.ts';
import { sql } from '../api/support/stored.ts';
import { Load, sleep } from './support.ts';

/** How many rows there are. */
const count = (server: Server, of: string): number => Number(sql(server, `SELECT count(*) FROM ${of}`));

const resident = (server: Server): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))![1]) / 1024;

test('10,000 interactions that nobody ends leave the memory as it was, and are collected when their time is over', async () => {
  const server = await startServer();
  const app = await newApp(server.api);
  const abandon = (count: number) => {
    let left = count;
    return Promise.all(Array.from({ length: 32 }, async () => {
      while (left-- > 0) {
        const b = new Browser(() => server.base);
        await b.visit(app, { state: 'x'.repeat(200) });
        if (left % 8 === 0) await b.start();
      }
    }));
  };
  await abandon(2_000);
  const before = resident(server);
  await abandon(8_000);
  expect(resident(server) - before).toBeLessThan(24);
  expect(count(server, 'interactions')).toBe(10_000);
  sql(server, 'UPDATE interactions SET expires_at = 1');
  await vi.waitFor(() => expect(count(server, 'interactions')).toBe(0), { timeout: 240_000, interval: 1_000 });
  await new Browser(() => server.base).signIn(app, await newPerson(server.api));
});

test('kill -9 at any point of a sign-in or a registration leaves each of them done or not begun', async () => {
  const server = await startServer({ flags: ['--password-memory', '8192'] });
  const { api } = server;
  ok(await api.patch('/sign-in-exp', { passwordPolicy: { rejects: { pwned: false } } }));
  const app = await newApp(api), person = await newPerson(api);
  const exchange = (code: string, verifier: string) => send('POST', `${server.base}/oidc/token`, {
    body: new URLSearchParams({ client_id: app.id, grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }) });
  const refresh = (token: string) => send('POST', `${server.base}/oidc/token`, {
    body: new URLSearchParams({ client_id: app.id, grant_type: 'refresh_token', refresh_token: token }) });
  const total = async (path: string, query = {}) =>
    Number((await api.get(path, { query: { ...query, page: 1, page_size: 1 } })).headers['total-number']);
  let ended = 0;

  for (let round = 0; round < 12; round++) {
    const registered = new Set<string>(), codes: { code: string; verifier: string }[] = [], tokens: string[] = [];
    let killed = false;
    const register = async (b: Browser): Promise<string> => {
      const username = unique('new').replace(/\W/g, '_');
      await b.start('Register');
      const { verificationId } = ok(await b.page('POST', '/verification/new-password-identity',
        { identifier: { type: 'username', value: username }, password: goodPassword }));
      ok(await b.page('POST', '/identification', { verificationId }), 201);
      registered.add(username);
      return ok(await b.page('POST', '/submit')).redirectTo;
    };
    const load = new Load(8, async (caller) => {
      try {
        const b = await new Browser(() => server.base).visit(app);
        const code = (await b.follow(caller % 2 ? await b.logIn(person) : await register(b))).get('code')!;
        const held = { code, verifier: b.pkce.verifier };
        if (caller % 4 < 2) codes.push(held);
        else tokens.push(ok(await exchange(held.code, held.verifier)).refresh_token);
        ended++;
      } catch (error) {
        if (!killed) throw error;
        load.end();
      }
    });
    await sleep(200 + Math.random() * 400);
    killed = true;
    await server.kill();
    await load.stop();
    await server.start();

    // what was told holds, once
    for (const { code, verifier } of codes) {
      const answers = await Promise.all([1, 2].map(() => exchange(code, verifier)));
      expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
      expect(answers.some(({ status }) => status === 200) || answers.every(({ body }) => body.error === 'invalid_grant')).toBe(true);
    }
    for (const token of tokens) ok(await refresh(token));
    for (const username of registered) {
      const [user] = ok(await api.get('/users', { query: { 'search.username': username, 'mode.username': 'exact' } }));
      expect([user?.username, user?.hasPassword]).toEqual([username, true]);
    }
    // and nothing is half there: PostgreSQL may finish a COMMIT that was under way when its client died
    await vi.waitFor(async () => {
      const made = count(server, "users WHERE username LIKE 'new%'");
      expect(made).toBeGreaterThanOrEqual(registered.size);
      expect(count(server, "users WHERE username LIKE 'new%' AND password_digest IS NULL")).toBe(0);
      expect(await total('/logs', { logKey: 'Interaction.Register.Identifier.Submit' }), 'told of, and made').toBe(made);
      expect(await total('/users'), 'counted, and made').toBe(count(server, "users WHERE tenant_id = 'default'"));
    }, soon);
  }
  expect(ended).toBeGreaterThan(0);
});

test('a session, a page that is open and the tokens of an app are there after a restart, and after kill -9', async () => {
  const server = await startServer();
  const app = await newApp(server.api), person = await newPerson(server.api);
  const browser = new Browser(() => server.base), open = new Browser(() => server.base);
  const token = (body: Record<string, string>) => send('POST', `${server.base}/oidc/token`, { body: new URLSearchParams({ client_id: app.id, ...body }) });
  let { refresh_token } = ok(await token({ grant_type: 'authorization_code', code: await browser.signIn(app, person),
    redirect_uri: redirectUri, code_verifier: browser.pkce.verifier }));
  for (const end of ['stop', 'kill'] as const) {
    await open.visit(app);
    await open.start();
    await server[end]();
    await server.start();
    const { headers } = await browser.authorize(app, { prompt: 'none', scope: 'openid profile' });
    const answer = new URL(headers.location as string);
    expect([answer.searchParams.get('error'), answer.searchParams.get('code')]).toEqual([null, expect.stringMatching(/./)]);
    ({ refresh_token } = ok(await token({ grant_type: 'refresh_token', refresh_token })));
    expect((await open.follow(await open.logIn(person))).get('code')).toMatch(/./);
    open.jar.clear();
  }
});
