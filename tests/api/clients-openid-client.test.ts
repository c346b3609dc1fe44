// Every flow by openid-client, a certified relying party, as it is on npm.
import * as oidc from 'openid-client';
import { expect, test } from 'vitest';
import { afterLogout, Browser, newApp, newPerson, redirectUri } from './support/browser.ts';
import { Build } from './support/build.ts';
import { ok } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);
const issuer = new URL(`${server.base}/oidc`);
const organizationsScope = 'urn:logto:scope:organizations';
const ada = await newPerson(api, { name: 'Ada' });

interface App { id: string; secret?: string }

const withSecret = async (more: object = {}): Promise<Required<App>> => {
  const { id } = await newApp(api, 'Traditional', more);
  return { id, secret: ok(await api.get(`/applications/${id}/secrets`))[0].value };
};
/** The package with what it found at our issuer. It checks signatures too, which it leaves to TLS by default. */
const configure = (app: App, authentication?: oidc.ClientAuth): Promise<oidc.Configuration> =>
  oidc.discovery(issuer, app.id, app.secret, authentication,
    { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] });
const newBrowser = (): Browser => new Browser(() => server.base);
const spa: App = await newApp(api), web = await withSecret();

/** What an app does from its link "sign in" on, with PKCE, state and nonce. */
async function signIn(config: oidc.Configuration, more: Record<string, string> = {}, browser = newBrowser()) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
  const address = oidc.buildAuthorizationUrl(config, { redirect_uri: redirectUri, prompt: 'consent',
    scope: 'openid offline_access profile', code_challenge_method: 'S256', state: expectedState,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier), nonce: expectedNonce, ...more });
  const checks = { pkceCodeVerifier, expectedState, expectedNonce };
  const back = await browser.open(address, ada);
  return { browser, back, checks, tokens: await oidc.authorizationCodeGrant(config, back, checks) };
}

/** The OAuth error of a call that the server refuses. */
const errorOf = (call: Promise<unknown>): Promise<string> => call.then(() => 'none', (error) => {
  expect(error).toBeInstanceOf(oidc.ResponseBodyError);
  return error.error;
});

test.each([['a browser app', spa, undefined],
  ['a secret in the header', web, oidc.ClientSecretBasic(web.secret)],
  ['a secret in the form', web, oidc.ClientSecretPost(web.secret)],
] as const)('a person signs in with a code, PKCE, state and nonce: %s', async (_, app, authentication) => {
  const config = await configure(app, authentication);
  const { tokens } = await signIn(config);
  expect(tokens.claims()).toMatchObject({ iss: issuer.href, aud: app.id, sub: ada.id, name: 'Ada' });
  expect(tokens.expiresIn()).toBeGreaterThan(3500);
  expect(await oidc.fetchUserInfo(config, tokens.access_token, ada.id))
    .toMatchObject({ sub: ada.id, username: ada.username });
  const next = await oidc.refreshTokenGrant(config, tokens.refresh_token!);
  expect(next.claims()?.sub).toBe(ada.id);
  expect(await oidc.fetchUserInfo(config, next.access_token, ada.id)).toMatchObject({ name: 'Ada' });
});

test('a code is good once, and what it gave is taken back when it comes again', async () => {
  const config = await configure(spa);
  const { back, checks, tokens } = await signIn(config);
  expect(await errorOf(oidc.authorizationCodeGrant(config, back, checks))).toBe('invalid_grant');
  expect(await errorOf(oidc.refreshTokenGrant(config, tokens.refresh_token!))).toBe('invalid_grant');
});

test('a browser that has a session comes back without a page, and an error comes back as one', async () => {
  const config = await configure(spa);
  const { browser } = await signIn(config);
  const { tokens } = await signIn(config, { prompt: 'none', scope: 'openid' }, browser);
  expect(tokens.claims()?.sub).toBe(ada.id);
  const refused = signIn(config, { prompt: 'none', scope: 'openid' });
  await expect(refused).rejects.toBeInstanceOf(oidc.AuthorizationResponseError);
  await expect(refused).rejects.toMatchObject({ error: 'login_required' });
});

test('max_age is answered with a time of sign-in that the package accepts', async () => {
  const config = await configure(spa);
  const verifier = oidc.randomPKCECodeVerifier();
  const address = oidc.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope: 'openid', max_age: '300',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' });
  const back = await newBrowser().open(address, ada);
  const tokens = await oidc.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, maxAge: 300 });
  expect(tokens.claims()?.auth_time).toEqual(expect.any(Number));
});

test('a token is introspected, revoked, and unknown afterwards', async () => {
  const config = await configure(web);
  const { tokens } = await signIn(config);
  expect(await oidc.tokenIntrospection(config, tokens.access_token))
    .toMatchObject({ active: true, sub: ada.id, client_id: web.id });
  await oidc.tokenRevocation(config, tokens.refresh_token!);
  expect(await oidc.tokenIntrospection(config, tokens.access_token)).toMatchObject({ active: false });
  expect(await errorOf(oidc.refreshTokenGrant(config, tokens.refresh_token!))).toBe('invalid_grant');
});

test.each([['a browser app', spa], ['an app with a secret', web]])('a request that was pushed: %s', async (_, app) => {
  const config = await configure(app);
  const verifier = oidc.randomPKCECodeVerifier(), expectedState = oidc.randomState();
  const address = await oidc.buildAuthorizationUrlWithPAR(config, { redirect_uri: redirectUri, scope: 'openid profile',
    state: expectedState, code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256' });
  expect([...address.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
  const back = await newBrowser().open(address, ada);
  const tokens = await oidc.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState });
  expect(tokens.claims()).toMatchObject({ sub: ada.id, name: 'Ada' });
});

test('signing out ends the session and leads back to the app', async () => {
  const config = await configure(spa);
  const { browser, tokens } = await signIn(config);
  const address = oidc.buildEndSessionUrl(config, { id_token_hint: tokens.id_token!, state: 'gone',
    post_logout_redirect_uri: afterLogout });
  expect(await browser.leave(address)).toBe(`${afterLogout}?state=gone`);
  await expect(signIn(config, { prompt: 'none', scope: 'openid' }, browser))
    .rejects.toMatchObject({ error: 'login_required' });
});

test('a device gets its tokens while the package polls', async () => {
  const device = await newApp(api, 'Native', { oidcClientMetadata: { redirectUris: [], postLogoutRedirectUris: [] },
    customClientMetadata: { isDeviceFlow: true } });
  const config = await configure(device);
  const codes = await oidc.initiateDeviceAuthorization(config, { scope: 'openid offline_access profile' });
  const polled = oidc.pollDeviceAuthorizationGrant(config, { ...codes, interval: 1 });

  const browser = newBrowser();
  await browser.get('/oidc/device');
  const xsrf = browser.jar.get('_logto_device_flow_xsrf') ?? '';
  const enter = (more: Record<string, string>) => browser.request('POST', '/oidc/device',
    { body: new URLSearchParams({ xsrf, user_code: codes.user_code, ...more }) });
  await enter({});
  expect((await enter({ confirm: 'yes' })).headers.location).toBe(`/sign-in?app_id=${device.id}`);
  let next: string | undefined = await browser.logIn(ada);
  for (let hops = 0; next && next !== '/device/success' && hops < 5; hops++)
    next = (await browser.get(new URL(next, server.base).pathname)).headers.location;
  expect(next).toBe('/device/success');

  const tokens = await polled;
  expect(tokens.claims()).toMatchObject({ sub: ada.id, aud: device.id });
  expect(await oidc.fetchUserInfo(config, tokens.access_token, ada.id)).toMatchObject({ name: 'Ada' });
});

test('an access token and a subject token are exchanged', async () => {
  const exchanger = await withSecret({ customClientMetadata: { allowTokenExchange: true } });
  const config = await configure(exchanger);
  const exchange = (subject_token: string, subject_token_type: string) => oidc.genericGrantRequest(config,
    'urn:ietf:params:oauth:grant-type:token-exchange', { subject_token, subject_token_type, scope: 'openid profile' });
  const { subjectToken } = ok(await api.post('/subject-tokens', { userId: ada.id }), 201);
  const first = await exchange(subjectToken, 'urn:logto:token-type:impersonation_token');
  expect(await oidc.fetchUserInfo(config, first.access_token, ada.id)).toMatchObject({ sub: ada.id });
  const second = await exchange(first.access_token, 'urn:ietf:params:oauth:token-type:access_token');
  expect(await oidc.fetchUserInfo(config, second.access_token, ada.id)).toMatchObject({ sub: ada.id });
  expect(await errorOf(exchange(subjectToken, 'urn:logto:token-type:impersonation_token'))).toBe('invalid_grant');
});

test('organizations are in the ID token, and a refresh token gives a token for one', async () => {
  const scope = await build.scope();
  const role = await build.role({ organizationScopeIds: [scope.id] });
  const [home, foreign] = [await build.organization(), await build.organization()];
  ok(await api.post(`/organizations/${home.id}/users`, { userIds: [ada.id] }), 201);
  ok(await api.post(`/organizations/${home.id}/users/${ada.id}/roles`, { organizationRoleIds: [role.id] }), 201);
  const config = await configure(spa);
  const { tokens } = await signIn(config, { resource: 'urn:logto:resource:organizations',
    scope: `openid offline_access ${organizationsScope} urn:logto:scope:organization_roles ${scope.name}` });
  expect(tokens.claims()).toMatchObject({ organizations: [home.id], organization_roles: [`${home.id}:${role.name}`] });
  const token = await oidc.refreshTokenGrant(config, tokens.refresh_token!, { organization_id: home.id });
  expect(token.scope).toBe(scope.name);
  const [, payload = ''] = token.access_token.split('.');
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString()))
    .toMatchObject({ aud: `urn:logto:organization:${home.id}`, scope: scope.name, sub: ada.id });
  expect(await errorOf(oidc.refreshTokenGrant(config, token.refresh_token!, { organization_id: foreign.id })))
    .toBe('access_denied');
});

test('a machine gets a token for itself', async () => {
  const config = await configure(server.app);
  const tokens = await oidc.clientCredentialsGrant(config, { resource: server.app.resource, scope: 'all' });
  expect(tokens).toMatchObject({ scope: 'all', token_type: 'bearer' });
});
