// People come to an application: from the authorization request over sign-in and consent to a code, and out again.
import { createServer } from 'node:http';
import { createHash } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { afterLogout, Browser, newApp, newPerson, redirectUri } from './support/browser.ts';
import { Build, sorted } from './support/build.ts';
import { send, type Answer } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ env: { CALL_PRIVATE_ADDRESSES: 'true' } });
const { api } = server;
const build = new Build(api);
const browser = (headers: Record<string, string> = {}): Browser => new Browser(() => server.base, headers);
const form = (fields: Record<string, string>) => ({ body: new URLSearchParams(fields) });

const back = (answer: any): URLSearchParams => {
  expect({ status: answer.status, to: answer.headers.location })
    .toEqual({ status: 303, to: expect.stringMatching(`^${redirectUri}`) });
  return new URL(answer.headers.location).searchParams;
};

/** A browser in which somebody has signed in to an app. */
async function signedIn(app: any, person: any, more = {}): Promise<Browser> {
  const b = browser();
  await b.signIn(app, person, more);
  return b;
}

// Signing out by the page that posts itself.
const xsrfOf = (html: string): string => /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
async function signOut(b: Browser, query: Record<string, string>): Promise<any> {
  const page = await b.get('/oidc/session/end', { query });
  expect(page.status).toBe(200);
  return b.request('POST', '/oidc/session/end/confirm', form({ xsrf: xsrfOf(page.text), logout: 'yes' }));
}

test('a session lasts over many authorizations, and each gets a code of its own', async () => {
  const [app, other, person] = [await newApp(api), await newApp(api), await newPerson(api)];
  const b = await signedIn(app, person);
  const codes = new Set<string | null>();
  for (let i = 0; i < 5; i++) {
    const answer = back(await b.authorize(app, { prompt: 'none', scope: 'openid', state: `s&${i}` }));
    expect([answer.get('state'), answer.get('iss')]).toEqual([`s&${i}`, `${server.base}/oidc`]);
    codes.add(answer.get('code'));
  }
  expect(codes.size).toBe(5);
  expect(back(await b.authorize(other, { prompt: 'none', scope: 'openid' })).get('error')).toBe('consent_required');
  // the first application that a person consented to is kept
  expect(ok(await api.get(`/users/${person.id}`)).applicationId).toBe(app.id);
});

test('a browser that knew the session before a sign-in has nothing afterwards', async () => {
  const [app, person] = [await newApp(api), await newPerson(api)];
  const victim = await signedIn(app, person), thief = browser();
  for (const [name, value] of victim.jar) thief.jar.set(name, value);
  expect(back(await thief.authorize(app, { prompt: 'none', scope: 'openid' })).get('code')).toBeTruthy();
  await victim.visit(app, { prompt: 'login' });
  await victim.follow(await victim.logIn(person));
  expect(back(await thief.authorize(app, { prompt: 'none', scope: 'openid' })).get('error')).toBe('login_required');
});

test('a cookie without its signature, or with that of another, is as absent', async () => {
  const [app, person] = [await newApp(api), await newPerson(api)];
  const b = await signedIn(app, person);
  const signature = b.jar.get('_session.sig')!;
  for (const forged of [undefined, '', 'x'.repeat(43), b.jar.get('_interaction.sig')]) {
    if (forged === undefined) b.jar.delete('_session.sig');
    else b.jar.set('_session.sig', forged);
    expect(back(await b.authorize(app, { prompt: 'none', scope: 'openid' })).get('error')).toBe('login_required');
    b.jar.set('_session.sig', signature);
  }
});

test('near misses of a redirect address are refused without a redirect', async () => {
  const app = await newApp(api);
  for (const uri of ['https://app.example/callback/', 'https://app.example/callback/../evil',
    'https://app.example/callbackx', 'https://app.example.evil.example/callback',
    'https://app.example@evil.example/callback', 'https://app.example\\@evil.example/callback',
    'https://APP.example:444/callback', 'http://app.example/callback', 'https://app.example/CALLBACK',
    'https://app.example/callback#x', 'https://app.example/callback?x', '//evil.example', 'javascript:alert(1)',
    'https://app.example/%63allback', ' https://app.example/callback', 'https://*.example/callback']) {
    const answer = await browser().authorize(app, { redirect_uri: uri });
    expect([uri, answer.status, answer.headers.location]).toEqual([uri, 400, undefined]);
    expect(answer.body.error).toBe('invalid_redirect_uri');
  }
});

test('a browser gets a page in the language of the person where an error cannot go back to the application', async () => {
  const app = await newApp(api);
  const visitor = (language = 'en') => browser({ accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'accept-language': language });
  const page = async (answer: Promise<Answer>): Promise<string> => {
    const { status, headers, text } = await answer;
    expect([status, headers['content-type'], headers.vary, headers['cache-control']])
      .toEqual([400, 'text/html; charset=utf-8', expect.stringMatching(/^Accept, /), 'no-store']);
    expect(text).not.toContain('<script');
    return text;
  };
  const unknown = { id: '"><script>alert(1)</script>' };
  expect(await page(visitor().authorize(unknown))).toMatch(/There is no such application.*<code>invalid_client<\/code>/s);
  expect(await page(visitor('ja').authorize(unknown))).toContain('<html lang="ja">');
  expect(await page(visitor().authorize(app, { redirect_uri: 'https://evil.example' }))).toContain('invalid_redirect_uri');
  const end = (query: Record<string, string>) => visitor().get('/oidc/session/end', { query });
  expect(await page(end({ client_id: 'nobody' }))).toContain('There is no such application');
  expect(await page(end({ client_id: app.id, post_logout_redirect_uri: 'https://evil.example' })))
    .toContain('post_logout_redirect_uri not registered');
  expect(await page(visitor().get('/oidc/auth/nowhere'))).toContain('This sign-in is over');

  for (const accept of [undefined, '*/*', 'application/json', 'application/json, text/html;q=0.9']) {
    const answer = await browser(accept ? { accept } : {}).authorize(unknown);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_client']);
  }
  const token = await send('POST', `${server.base}/oidc/token`, { ...form({ grant_type: 'x' }),
    headers: { accept: 'text/html' } });
  expect([token.headers['content-type'], token.headers.vary]).toEqual([expect.stringContaining('json'),
    expect.not.stringMatching(/^Accept, /)]);
});

test('parameters of any size and number are answered, and never with a failure of the server', async () => {
  const app = await newApp(api);
  const fine = { client_id: app.id, redirect_uri: redirectUri, response_type: 'code', scope: 'openid',
    code_challenge: browser().pkce.challenge, code_challenge_method: 'S256' };
  for (const name of ['state', 'nonce', 'login_hint', 'ui_locales', 'scope', 'prompt', 'organization_id',
    'direct_sign_in', 'first_screen', 'one_time_token', 'id_token_hint', 'resource', 'max_age', 'response_mode',
    'redirect_uri'])
    for (const value of ['x'.repeat(30_000), 'ü\u{1f600}'.repeat(1_000), '\r\nSet-Cookie: a=b', '"><script>', ';;;',
      '\0']) {
      const answer = await browser().request('POST', '/oidc/auth',
        form({ ...fine, [name]: value }));
      expect([name, value.slice(0, 20), answer.status < 500]).toEqual([name, value.slice(0, 20), true]);
      expect([answer.headers['set-cookie'] ?? []].flat().filter((cookie) => cookie.startsWith('a='))).toEqual([]);
    }
});

test('a form that posts itself runs one handler and carries what it brings escaped', async () => {
  const [app, person] = [await newApp(api), await newPerson(api)];
  const b = await signedIn(app, person);
  const page = await b.authorize(app,
    { prompt: 'none', scope: 'openid', response_mode: 'form_post', state: '"><script>' });
  expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.text).toContain('name="state" value="&quot;&gt;&lt;script&gt;"');
  const handler = /onload="([^"]+)"/.exec(page.text)![1]!;
  expect(page.headers['content-security-policy'])
    .toContain(`'sha256-${createHash('sha256').update(handler).digest('base64')}'`);
});

test('pages of many applications at once leave no cookie that grows', async () => {
  const [apps, b] = [await Promise.all(Array.from({ length: 25 }, () => newApp(api))), browser()];
  for (const app of apps) await b.visit(app);
  expect(b.jar.get('_interaction')!.length).toBeLessThan(3_000);
  await b.visit(apps[0]!);
  await b.start();
});

test('a pushed request carries what the browser does not', async () => {
  const [app, person, b] = [await newApp(api), await newPerson(api), browser()];
  const pushed = ok(await send('POST', `${server.base}/oidc/request`, form({ client_id: app.id, scope: 'openid',
    redirect_uri: redirectUri, response_type: 'code', state: 'pushed', code_challenge: b.pkce.challenge,
    code_challenge_method: 'S256' })), 201);
  expect(pushed.expires_in).toBe(60);
  await b.get('/oidc/auth', { query: { client_id: app.id, request_uri: pushed.request_uri } });
  expect((await b.follow(await b.logIn(person))).get('state')).toBe('pushed');
  const again = back(await b.get('/oidc/auth', { query: { client_id: app.id, request_uri: pushed.request_uri } }));
  expect(again.get('error')).toBe('invalid_request_uri');
});

test('an application with access control lets nobody else in', async () => {
  const [app, insider, outsider] = [await newApp(api), await newPerson(api), await newPerson(api)];
  ok(await api.put(`/applications/${app.id}/access-control`,
    { userIds: [insider.id], userRoleIds: [], organizationIds: [], organizationRoleRules: [] }));
  ok(await api.patch(`/applications/${app.id}`, { appLevelAccessControlEnabled: true }));
  await signedIn(app, insider);
  const b = await browser().visit(app);
  const to = new URL(await b.logIn(outsider)).pathname;
  expect((await b.get(to)).headers.location).toBe(`/consent?app_id=${app.id}`);
  problem(await b.request('POST', '/api/interaction/consent', { body: {} }), 400, 'oidc.access_denied');
  problem(await b.get('/api/interaction/consent'), 400, 'oidc.access_denied');
});

// -- consent to third parties --

const organizations = 'urn:logto:scope:organizations';

async function askedForConsent(more: object = {}) {
  const [person, app] = [await newPerson(api), await newApp(api, 'Traditional', { isThirdParty: true })];
  const [mine, other] = [await build.organization(), await build.organization()];
  ok(await api.post(`/organizations/${mine.id}/users`, { userIds: [person.id] }), 201);
  ok(await api.post(`/applications/${app.id}/user-consent-scopes`, { userScopes: ['profile', organizations] }), 201);
  const b = await browser().visit(app, { scope: `openid profile ${organizations}`, ...more });
  const to = new URL(await b.logIn(person)).pathname;
  expect((await b.get(to)).headers.location).toBe(`/consent?app_id=${app.id}`);
  return { b, person, app, mine, other };
}

test('the page of a third party shows what is missing, and grants it for the organizations chosen', async () => {
  const { b, person, app, mine, other } = await askedForConsent();
  const asked = ok(await b.get('/api/interaction/consent'));
  expect(asked).toMatchObject({ application: { id: app.id }, user: { id: person.id, username: person.username },
    organizations: [{ id: mine.id, name: mine.name, missingResourceScopes: [] }],
    missingOIDCScope: ['profile', organizations], missingResourceScopes: [], redirectUri });
  problem(await b.request('POST', '/api/interaction/consent', { body: { organizationIds: [mine.id, other.id] } }), 422,
    'organization.require_membership');
  const { redirectTo } = ok(await b.request('POST', '/api/interaction/consent',
    { body: { organizationIds: [mine.id] } }));
  expect((await b.follow(redirectTo)).get('code')).toBeTruthy();
  const granted = ok(await api.get(`/applications/${app.id}/users/${person.id}/consent-organizations`));
  expect(granted.organizations.map((one: any) => one.id)).toEqual([mine.id]);
  // nothing is missing any more
  expect(back(await b.authorize(app, { scope: 'openid profile', prompt: 'none' })).get('code')).toBeTruthy();
});

test('the calls of the page need the interaction of that page', async () => {
  const { b, app } = await askedForConsent();
  problem(await browser().get('/api/interaction/consent'), 400, 'session.not_found');
  problem(await b.get('/api/interaction/consent', { headers: { 'logto-app-id': 'another' } }), 400,
    'oidc.invalid_request');
  const login = await browser().visit(app, { scope: 'openid' });
  problem(await login.get('/api/interaction/consent'), 400, 'session.not_found');
});

test('an address that is not registered any more is not shown to anybody', async () => {
  const { b, app } = await askedForConsent();
  ok(await api.patch(`/applications/${app.id}`, { oidcClientMetadata: { redirectUris: ['https://app.example/new'],
    postLogoutRedirectUris: [] } }));
  problem(await b.get('/api/interaction/consent'), 400, 'oidc.invalid_redirect_uri');
});

// -- signing out --

interface Told { url: string; token: any; header: any }
const told: Told[] = [];
const decode = (part?: string): any => JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
const listener = createServer((request, response) => {
  let body = '';
  request.on('data', (piece) => { body += piece; });
  request.on('end', () => {
    const [header, claims] = (new URLSearchParams(body).get('logout_token') ?? '').split('.');
    told.push({ url: request.url ?? '', header: decode(header), token: decode(claims) });
    if (request.url !== '/hangs') response.writeHead(request.url === '/fails' ? 500 : 204).end();
  });
});
await new Promise<void>((done) => { listener.listen(0, '127.0.0.1', done); });
afterAll(() => { listener.close(); });
const tellAt = (path: string): string => `http://127.0.0.1:${(listener.address() as any).port}${path}`;

test('a sign-out tells every client that wants to know, also when one of them fails', async () => {
  const metadata = (path: string, more = {}) => ({ oidcClientMetadata: { redirectUris: [redirectUri],
    postLogoutRedirectUris: [afterLogout], backchannelLogoutUri: tellAt(path), ...more } });
  const [silent, failing, hearing, person] = [await newApp(api), await newApp(api, 'SPA', metadata('/fails')),
    await newApp(api, 'SPA', metadata('/hears', { backchannelLogoutSessionRequired: true })), await newPerson(api)];
  const b = await signedIn(failing, person);
  for (const app of [silent, hearing]) await b.follow((await b.authorize(app)).headers.location!);
  const end = await signOut(b, { client_id: hearing.id, post_logout_redirect_uri: afterLogout, state: 'bye' });
  expect([end.status, end.headers.location]).toEqual([303, `${afterLogout}?state=bye`]);
  expect(b.jar.has('_session')).toBe(false);
  expect(sorted(told.map((one) => one.url))).toEqual(['/fails', '/hears']);
  const { token, header } = told.find((one) => one.url === '/hears')!;
  expect(header).toMatchObject({ typ: 'logout+jwt' });
  expect(token).toMatchObject({ iss: `${server.base}/oidc`, aud: hearing.id, sub: person.id,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} }, sid: expect.any(String) });
  expect(token.exp - token.iat).toBe(120);
  expect(told.find((one) => one.url === '/fails')!.token.sid).toBeUndefined();
  expect(back(await b.authorize(silent, { prompt: 'none', scope: 'openid' })).get('error')).toBe('login_required');
});

test('clients that do not answer hold a sign-out up for three seconds, however many they are, and others are told', async () => {
  const apps = await Promise.all(Array.from({ length: 6 }, () => newApp(api, 'SPA', { oidcClientMetadata: {
    redirectUris: [redirectUri], postLogoutRedirectUris: [afterLogout], backchannelLogoutUri: tellAt('/hangs') } })));
  const hearing = await newApp(api, 'SPA', { oidcClientMetadata: { redirectUris: [redirectUri],
    postLogoutRedirectUris: [afterLogout], backchannelLogoutUri: tellAt('/hears-beside') } });
  const b = await signedIn(apps[0], await newPerson(api));
  for (const app of [...apps.slice(1), hearing]) await b.follow((await b.authorize(app)).headers.location!);
  const began = Date.now();
  expect((await signOut(b, { client_id: apps[0]!.id })).status).toBe(303);
  expect(Date.now() - began).toBeLessThan(6_000);	// one after the other would take eighteen seconds
  expect(told.filter(({ url }) => url === '/hears-beside')).toHaveLength(1);
  expect(b.jar.has('_session')).toBe(false);
  listener.closeAllConnections();
}, 40_000);

test('a form of another site cannot sign a person out', async () => {
  const [app, person] = [await newApp(api), await newPerson(api)];
  const b = await signedIn(app, person);
  await b.get('/oidc/session/end', { query: { client_id: app.id } });
  for (const xsrf of ['', 'guess', 'x'.repeat(32)])
    expect((await b.request('POST', '/oidc/session/end/confirm', form({ xsrf, logout: 'yes' }))).status).toBe(400);
  expect(back(await b.authorize(app, { prompt: 'none', scope: 'openid' })).get('code')).toBeTruthy();
});

test('another account ends the session of the one before, and then goes on', async () => {
  const [app, first, second] = [await newApp(api), await newPerson(api), await newPerson(api)];
  const b = await signedIn(app, first);
  await b.visit(app, { prompt: 'login consent' });
  const page = await b.get(new URL(await b.logIn(second)).pathname);
  expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  const on = await b.request('POST', '/oidc/session/end/confirm',
    form({ xsrf: xsrfOf(page.text), logout: 'yes' }));
  expect((await b.follow(on.headers.location!)).get('code')).toBeTruthy();
});

test('a page without a sign-in under way leads where the tenant wants it', async () => {
  const answer = await browser().get('/consent');
  expect([answer.status, answer.headers.location]).toEqual([302, `${server.base}/unknown-session`]);
  ok(await api.patch('/sign-in-exp', { unknownSessionRedirectUrl: 'https://app.example/start' }));
  expect((await browser().get('/consent')).headers.location).toBe('https://app.example/start');
  ok(await api.patch('/sign-in-exp', { unknownSessionRedirectUrl: null }));
});
