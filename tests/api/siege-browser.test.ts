// Attacks through a person's browser: planted sessions, forms and scripts of other sites, frames.
import { expect, test } from 'vitest';
import { Browser, newApp, newPerson } from './support/browser.ts';
import { Build } from './support/build.ts';
import type { Answer } from './support/client.ts';
import { problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);
const [app, person] = [await newApp(api), await newPerson(api)];
const browser = (headers = {}): Browser => new Browser(() => server.base, headers);
const copy = (from: Browser, to = browser()): Browser => {
  for (const [name, value] of from.jar) to.jar.set(name, value);
  return to;
};
const cookies = (answer: { rawHeaders: readonly string[] }): string[] =>
  answer.rawHeaders.filter((_, i) => i % 2 && answer.rawHeaders[i - 1]!.toLowerCase() === 'set-cookie');

test('a session that was there before the sign-in, planted or not, is worth nothing after it', async () => {
  const thief = browser();
  await thief.visit(app);
  await thief.follow(await thief.logIn(await newPerson(api)));	// a session of the thief's own, signed by the server
  const planted = thief.jar.get('_session');
  const victim = copy(thief);
  await victim.visit(app, { prompt: 'login consent' });
  const to = await victim.logIn(person);
  const page = await victim.get(new URL(to).pathname);	// asks to end the session of the other first
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)![1]!;
  const on = await victim.request('POST', '/oidc/session/end/confirm', { body: new URLSearchParams({ xsrf, logout: 'yes' }) });
  expect((await victim.follow(on.headers.location!)).get('code')).toBeTruthy();
  expect(victim.jar.get('_session')).not.toBe(planted);
  const answer = await thief.authorize(app, { prompt: 'none', scope: 'openid' });
  expect(new URL(answer.headers.location!).searchParams.get('error')).toBe('login_required');
});

test('the cookies of a sign-in change with it: those of before open no session', async () => {
  const victim = await browser().visit(app), before = copy(victim);
  await victim.follow(await victim.logIn(person));
  const answer = await before.authorize(app, { prompt: 'none', scope: 'openid' });
  expect(new URL(answer.headers.location!).searchParams.get('error')).toBe('login_required');
  problem(await before.page('GET', '/interaction'), 400, 'session.not_found');
});

test('every cookie of a sign-in is kept from scripts and from what other sites send', async () => {
  const b = browser(), seen = new Set<string>();
  const look = (answer: { rawHeaders: readonly string[] }): void => {
    for (const cookie of cookies(answer)) {
      const name = cookie.split('=')[0]!;
      seen.add(name);
      expect(cookie).toMatch(/; samesite=(lax|strict)/i);
      if (/^_(session|interaction)/.test(name)) expect(cookie).toMatch(/; httponly/i);
    }
  };
  look(await b.authorize(app));
  let to: string | undefined = new URL(await b.logIn(person)).pathname;
  while (to?.startsWith('/')) {
    const answer: Answer = await b.get(to);
    look(answer);
    to = answer.headers.location?.replace(server.base, '');
  }
  for (const name of ['_session', '_session.sig', '_interaction', '_interaction.sig', '_interaction_resume']) expect([...seen]).toContain(name);
});

// What a form of another site can send: three types of body, and the cookies that SameSite leaves it, which are none.
const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
const calls: readonly [string, string, Record<string, unknown>][] = [
  ['POST', '/api/experience/submit', {}], ['POST', '/api/experience/identification', { verificationId: 'x' }],
  ['POST', '/api/experience/profile', { type: 'username', value: 'x' }],
  ['POST', '/api/experience/verification/password', { identifier: { type: 'username', value: 'x' }, password: 'x' }],
  ['POST', '/api/experience/verification/verification-code', { identifier: { type: 'email', value: 'a@b.example' }, interactionEvent: 'SignIn' }],
  ['POST', '/api/interaction/consent', {}],
];

test('a form of another site reaches no call of a sign-in under way', async () => {
  for (const [method, path, body] of calls)
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const answer = await browser().request(method, path, { body: JSON.stringify(body), headers: { ...foreign, 'content-type': type } });
      expect([path, type, answer.status >= 400 && answer.status < 500]).toEqual([path, type, true]);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
});

test('text that only looks like JSON is not read as JSON', async () => {
  const b = await (await browser().visit(app)).start();
  for (const [method, path, body] of calls.filter(([, path]) => path.includes('verification') || path.includes('profile')))
    for (const type of ['text/plain', 'text/plain;application/json', 'multipart/form-data; boundary=x', 'application/octet-stream']) {
      const answer = await b.request(method, path, { body: JSON.stringify(body), headers: { 'content-type': type } });
      expect([path, type, answer.status === 400 || answer.status === 415]).toEqual([path, type, true]);
    }
});

test('no answer of a sign-in is given to a page of another origin, whatever it asks', async () => {
  const b = await (await browser().visit(app)).start();
  for (const origin of ['https://evil.example', 'null', 'http://localhost', `${server.base}.evil.example`, `http://evil.example#${server.base}`])
    for (const path of ['/api/experience/interaction', '/api/interaction/consent', '/oidc/session/end', '/oidc/auth', '/sign-in']) {
      const answer = await b.get(path, { headers: { origin } });
      expect([origin, path, answer.headers['access-control-allow-origin'], answer.headers['access-control-allow-credentials']])
        .toEqual([origin, path, undefined, undefined]);
    }
});

test('a sign-out and a device need the secret of their form', async () => {
  const b = browser();
  await b.signIn(app, person);
  for (const xsrf of [undefined, '', 'guess', 'x'.repeat(32)]) {
    const secret: Record<string, string> = xsrf === undefined ? {} : { xsrf };
    const post = (path: string, more: Record<string, string>) =>
      b.request('POST', path, { body: new URLSearchParams({ ...more, ...secret }), headers: foreign });
    expect((await post('/oidc/session/end/confirm', { logout: 'yes' })).status).toBe(400);
    const device = await post('/oidc/device', { user_code: 'AAAA-AAAA', confirm: 'yes' });
    expect([device.status, device.headers.location]).toEqual([302, expect.stringContaining('InvalidRequest')]);
  }
  const still = await b.authorize(app, { prompt: 'none', scope: 'openid' });
  expect(new URL(still.headers.location!).searchParams.get('code')).toBeTruthy();
});

test('no page of another site frames a page of ours', async () => {
  const b = await browser().visit(app);
  const paths = ['/', '/sign-in', '/register', '/forgot-password', '/consent', '/single-sign-on', '/unknown-session', '/switch-account', '/account-suspended', '/mfa-binding',
    '/mfa-verification/Totp', '/create-passkey', '/demo-app', '/oidc/session/end', '/oidc/session/end/success', '/oidc/device', '/console', '/account', '/nope', '/oidc/auth?client_id=x'];
  for (const path of paths) {
    const { headers, status } = await b.get(path);
    const ancestors = /frame-ancestors ([^;]*)/.exec(headers['content-security-policy'] ?? '')?.[1]?.trim().split(/\s+/);
    const closed = /^(SAMEORIGIN|DENY)$/i.test(headers['x-frame-options'] ?? '');
    const own = ancestors?.every((one) => ["'self'", "'none'", server.admin].includes(one));
    const hasPage = headers['content-type']?.startsWith('text/html') ?? false;
    expect([path, status, !hasPage || (ancestors ? own : closed)]).toEqual([path, status, true]);
  }
});

test('a page of ours runs no script but its own', async () => {
  const organization = await build.organization();
  const b = await browser().visit(app, { organization_id: organization.id });
  const { headers, text } = await b.get('/sign-in');
  const policy = headers['content-security-policy'] ?? '';
  expect(policy).toMatch(/script-src 'self'(;|$)/);
  expect(policy).toMatch(/object-src 'none'/);
  expect(policy).not.toMatch(/script-src[^;]*(unsafe|https?:|\*)/);
  expect(text).not.toMatch(/<script(?![^>]*\b(src|type="application\/json")=?)/);
});
