// The device flow (oidc.md section 7.4): codes, the forms of the person, and what the device hears meanwhile.
import { expect, test } from 'vitest';
import { Browser, newApp, newPerson } from './support/browser.ts';
import { send, type Answer } from './support/client.ts';
import { oauthError, ok } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const issuer = `${server.base}/oidc`;
const grant = 'urn:ietf:params:oauth:grant-type:device_code';
const device = await newApp(api, 'Native', { oidcClientMetadata: { redirectUris: [], postLogoutRedirectUris: [] },
  customClientMetadata: { isDeviceFlow: true } });
const ada = await newPerson(api);

const post = (path: string, form: Record<string, string>, app = device): Promise<Answer> =>
  send('POST', `${issuer}${path}`, { body: new URLSearchParams({ client_id: app.id, ...form }) });
const begin = async (scope = 'openid offline_access'): Promise<any> => ok(await post('/device/auth', { scope }));
const poll = (code: string): Promise<Answer> => post('/token', { grant_type: grant, device_code: code });
const enter = (browser: Browser, form: Record<string, string>): Promise<Answer> =>
  browser.request('POST', '/oidc/device', { body: new URLSearchParams(form) });
const opened = async (): Promise<{ browser: Browser; xsrf: string }> => {
  const browser = new Browser(() => server.base);
  expect((await browser.get('/oidc/device')).headers.location).toBe('/device');
  return { browser, xsrf: browser.jar.get('_logto_device_flow_xsrf') as string };
};

test('a device gets its tokens when a person has entered the code and signed in', async () => {
  const codes = await begin();
  expect(codes).toEqual({ device_code: expect.stringMatching(/^[\w-]{43}$/), expires_in: 600,
    user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
    verification_uri: `${server.base}/device`,
    verification_uri_complete: `${server.base}/device?user_code=${codes.user_code}` });
  oauthError(await poll(codes.device_code), 400, 'authorization_pending');
  const { browser, xsrf } = await opened();
  const typed = codes.user_code.toLowerCase().replace('-', ' ');
  expect((await enter(browser, { xsrf, user_code: typed })).headers.location)
    .toBe(`/device?user_code=${codes.user_code}`);
  const page = await enter(browser, { xsrf, user_code: typed, confirm: 'yes' });
  expect(page.headers.location).toBe(`/sign-in?app_id=${device.id}`);
  oauthError(await poll(codes.device_code), 400, 'authorization_pending');
  const home = `${server.base}/device/success`;
  let next: string | undefined = await browser.logIn(ada);
  expect(next).toMatch(new RegExp(`^${issuer}/device/[\\w-]+$`));
  for (let hops = 0; next && next !== '/device/success' && hops < 5; hops++)
    next = (await browser.get(new URL(next, home).pathname)).headers.location;
  expect(next).toBe('/device/success');
  const tokens = ok(await poll(codes.device_code));
  expect(tokens).toMatchObject({ scope: 'openid offline_access', id_token: expect.any(String),
    refresh_token: expect.any(String) });
  oauthError(await poll(codes.device_code), 400, 'invalid_grant');
  oauthError(await post('/token', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }), 400,
    'invalid_grant');
});

test('nobody else can make a browser confirm a device', async () => {
  const { user_code } = await begin();
  const { browser, xsrf } = await opened(), stranger = await opened();
  const location = async (form: Record<string, string>): Promise<string | undefined> =>
    (await enter(browser, form)).headers.location;
  expect(await location({ user_code, confirm: 'yes' })).toBe('/device?error=InvalidRequest');
  expect(await location({ xsrf: stranger.xsrf, user_code, confirm: 'yes' })).toBe('/device?error=InvalidRequest');
  expect(await location({ xsrf, user_code, confirm: 'yes' }), 'each answer with a fault renews it')
    .toBe('/device?error=InvalidRequest');
  browser.jar.delete('_session');
  expect(await location({ xsrf: browser.jar.get('_logto_device_flow_xsrf') as string, user_code, confirm: 'yes' }))
    .toBe('/device?error=InvalidRequest');
});

test('the page is told what is wrong with a code', async () => {
  const { browser } = await opened();
  const say = async (user_code: string, more: Record<string, string> = {}): Promise<string | undefined> =>
    (await enter(browser, { xsrf: browser.jar.get('_logto_device_flow_xsrf') as string, user_code, ...more }))
      .headers.location;
  expect(await say('')).toBe('/device?error=NoCodeError');
  expect(await say('BBBB-BBBB')).toBe('/device?input_code=BBBB-BBBB&error=NotFoundError');
  expect(await say('<script>"')).toBe('/device?input_code=%3Cscript%3E%22&error=NotFoundError');
  expect(await say('x'.repeat(10_000))).toBe('/device?error=NotFoundError');
  const codes = await begin();
  expect(await say(codes.user_code, { abort: 'yes' })).toBe('/device?error=AbortedError');
  expect(oauthError(await poll(codes.device_code), 400, 'access_denied').error_description)
    .toBe('End-User aborted interaction');
  expect(await say(codes.user_code, { confirm: 'yes' })).toMatch(/error=AlreadyUsedError$/);
});

test('only applications for devices may ask', async () => {
  const spa = await newApp(api);
  oauthError(await post('/device/auth', { scope: 'openid' }, spa), 400, 'invalid_request');
  oauthError(await post('/device/auth', { resource: 'https://nope.example' }), 400, 'invalid_target');
  oauthError(await post('/device/auth', { client_id: 'nobody' }, { id: '' }), 400, 'invalid_client');
  oauthError(await poll('x'.repeat(43)), 400, 'invalid_grant');
});

test('the address that a device shows begins with the secret of the form', async () => {
  const browser = new Browser(() => server.base);
  expect((await browser.get('/device?user_code=BBBB-BBBB')).headers.location)
    .toBe('/oidc/device?user_code=BBBB-BBBB');
  const form = await browser.get('/oidc/device?user_code=%22%3E%3Cscript%3E');
  expect(form.status).toBe(200);
  expect(form.text).toContain('name="xsrf"');
  expect(form.text).not.toContain('<script>');
});

test('an address that says whose page it is keeps that, for the scripts of the page too', async () => {
  const query = '?app_id=a%3Bb&organization_id=o1&ui_locales=fr+de';
  const browser = new Browser(() => server.base);
  expect((await browser.get(`/device${query}`)).headers.location).toBe(`/oidc/device${query}`);
  expect((await browser.get(`/oidc/device${query}`)).headers.location).toBe(`/device${query}`);
  expect(JSON.parse(browser.jar.get('_logto') as string)).toEqual({ appId: 'a;b', organizationId: 'o1', uiLocales: 'fr de' });
});

test('a network that enters many codes of no device waits, also with a right one, and others do not', async () => {
  const proxied = await startServer({ flags: ['--trust-proxy'] });
  const app = await newApp(proxied.api, 'Native', { oidcClientMetadata: { redirectUris: [], postLogoutRedirectUris: [] },
    customClientMetadata: { isDeviceFlow: true } });
  const { user_code } = ok(await send('POST', `${proxied.base}/oidc/device/auth`,
    { body: new URLSearchParams({ client_id: app.id, scope: 'openid' }) }));
  const visitor = async (address: string) => {
    const browser = new Browser(() => proxied.base, { 'x-forwarded-for': address });
    await browser.get('/oidc/device');
    return async (code: string) => (await enter(browser,
      { xsrf: browser.jar.get('_logto_device_flow_xsrf') as string, user_code: code })).headers.location;
  };
  const say = await visitor('2001:db8::1');
  for (let i = 1; i < 20; i++) expect(await say('BBBB-BBBB')).toMatch(/error=NotFoundError$/);
  expect(await (await visitor('2001:db8::2'))(user_code)).toBe(`/device?user_code=${user_code}`);
  expect(await (await visitor('2001:db8::3'))('BBBB-BBBB')).toBe('/device?input_code=BBBB-BBBB&error=SlowDown');
  expect(await say(user_code)).toBe(`/device?input_code=${user_code}&error=SlowDown`);
  expect(await (await visitor('2001:db8:0:1::1'))(user_code)).toBe(`/device?user_code=${user_code}`);
});
