// People sign in with accounts that they have elsewhere: sign-in.md sections 2 and 3.6, and what attackers try.
import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { jwtVerify } from 'jose';
import { Browser, newApp } from './support/browser.ts';
import { Build, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { identityProvider, newKey, sign, type Provider } from './support/identity-provider.ts';
import { realProvider } from './support/oidc-provider.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const build = new Build(api);
const app = await newApp(api);
const usual = { signUp: { identifiers: ['username'], password: true, verify: false }, socialSignIn: {} };
ok(await api.patch('/sign-in-exp', { ...usual, signUp: { identifiers: [], password: false, verify: false } }));

interface Connector { id: string; target: string }
const connector = async (body: object): Promise<Connector> => ok(await api.post('/connectors', body));
const oidc = (of: Provider, config: object = {}, more: object = {}) => connector({ connectorId: 'oidc',
  metadata: { target: unique('idp') }, config: { ...of.client, issuer: of.issuer, ...config }, ...more });
/** A provider that speaks OAuth alone, and tells who somebody is at /me. */
const oauth = (of: Provider, config: object = {}) => connector({ connectorId: 'oauth2', metadata: { target: unique('oauth') }, config: { ...of.client,
  authorizationEndpoint: `${of.issuer}/auth`, tokenEndpoint: `${of.issuer}/token`, userInfoEndpoint: `${of.issuer}/me`, ...config } });

const provider = await identityProvider();
const main = await oidc(provider);

const at = (c: Connector) => `/verification/social/${c.id}`;
const redirectUri = (c: Connector) => `${server.base}/callback/${c.id}`;
const fresh = async (event = 'SignIn') => (await new Browser(() => server.base).visit(app)).start(event);
async function go(c: Connector, b: Browser, of: Provider) {
  const { authorizationUri, verificationId } = ok(await b.page('POST', `${at(c)}/authorization-uri`,
    { state: 'state-of-page', redirectUri: redirectUri(c) }));
  return { address: authorizationUri as string, verificationId: verificationId as string,
    connectorData: of.answer(authorizationUri) as Record<string, unknown> };
}
const verify = (c: Connector, b: Browser, { verificationId, connectorData }: { verificationId: string; connectorData: object }) =>
  b.page('POST', `${at(c)}/verify`, { verificationId, connectorData });
async function prove(c: Connector, of: Provider = provider, spoil: (data: any) => void = () => {}) {
  const b = await fresh();
  const went = await go(c, b, of);
  spoil(went.connectorData);
  return { b, went, answer: await verify(c, b, went) };
}
const finish = async (b: Browser) => expect((await b.follow(ok(await b.page('POST', '/submit')).redirectTo)).get('code')).toBeTruthy();
/** All the way, registering when nobody is there. */
async function signIn(c: Connector, of: Provider = provider): Promise<{ isNew: boolean; b: Browser }> {
  const { b, answer } = await prove(c, of);
  const { verificationId } = ok(answer);
  const identified = await b.page('POST', '/identification', { verificationId });
  const isNew = identified.status === 404;
  if (isNew) {
    problem(identified, 404, 'user.identity_not_exist');
    ok(await b.page('PUT', '/interaction-event', { interactionEvent: 'Register' }), 204);
    ok(await b.page('POST', '/identification', { verificationId }), 201);
  } else ok(identified, 204);
  await finish(b);
  return { isNew, b };
}
const all = async (): Promise<any[]> => ok(await api.get('/users?page_size=100&page=1'));
const userOf = async (c: Connector, sub: string) => (await all()).find(({ identities }) => identities[c.target]?.userId === sub);
const readUser = async (id: string): Promise<any> => ok(await api.get(`/users/${id}`));
let people = 0;
const somebody = (of: Provider = provider, more: Record<string, unknown> = {}) => {
  of.reset();
  const sub = `person-${++people}`, email = `ada${people}@mail.example`;
  of.claims = { sub };
  of.userinfo = { email, email_verified: true, name: 'Ada', picture: 'https://a.example/ada.png', ...more };
  return { sub, email };
};

// ---- the way in

test('somebody new registers, and signs in again as the same user', async () => {
  const { sub, email } = somebody();
  expect(await signIn(main)).toMatchObject({ isNew: true });
  const user = await userOf(main, sub);
  expect(user).toMatchObject({ primaryEmail: email, name: 'Ada', avatar: 'https://a.example/ada.png',
    identities: { [main.target]: { userId: sub, details: { id: sub, email, name: 'Ada', emailVerified: true } } } });
  provider.userinfo.name = 'Countess';
  expect(await signIn(main)).toMatchObject({ isNew: false });
  expect(await readUser(user.id)).toMatchObject({ name: 'Ada', identities: { [main.target]: { details: { name: 'Countess' } } } });
  ok(await api.patch(`/connectors/${main.id}`, { syncProfile: true }));
  await signIn(main);
  expect(await readUser(user.id)).toMatchObject({ name: 'Countess' });
  ok(await api.patch(`/connectors/${main.id}`, { syncProfile: false }));
});

test('the address of an OpenID provider carries code flow, PKCE, state and nonce, and what is configured', async () => {
  const c = await oidc(provider, { scope: 'groups', customConfig: { hd: 'a b', state: 'mine', client_id: 'mine' } });
  const { address } = await go(c, await fresh(), provider);
  expect(Object.fromEntries(new URL(address).searchParams)).toEqual({ response_type: 'code', client_id: 'guildhall', redirect_uri: redirectUri(c),
    scope: 'openid profile email groups', state: 'state-of-page', nonce: expect.stringMatching(/^[\w-]{43}$/), hd: 'a b',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/), code_challenge_method: 'S256' });
  expect(new URL(address).searchParams.getAll('state')).toEqual(['state-of-page']);
});

test('somebody signs in at oidc-provider, a provider that others wrote', async () => {
  const real = await realProvider(/\/callback\/[0-9a-z]{12}$/);
  real.person = { sub: 'grace', email: 'grace@real.example', email_verified: true, name: 'Grace' };
  const c = await connector({ connectorId: 'oidc', metadata: { target: unique('real') }, config: { ...real.client, issuer: real.issuer } });
  let used: Record<string, string> = {};
  for (const isNew of [true, false]) {
    const b = await fresh();
    const { authorizationUri, verificationId } = ok(await b.page('POST', `${at(c)}/authorization-uri`, { state: 's', redirectUri: redirectUri(c) }));
    const back = await new Browser(() => real.issuer).follow(authorizationUri, `${server.base}/callback/`);
    ok(await verify(c, b, { verificationId, connectorData: Object.fromEntries(back) }));
    if (isNew) ok(await b.page('PUT', '/interaction-event', { interactionEvent: 'Register' }), 204);
    ok(await b.page('POST', '/identification', { verificationId }), isNew ? 201 : 204);
    await finish(b);
    used = Object.fromEntries(back);
  }
  const b = await fresh();	// RFC 6749 section 4.1.2: a code is good once, whoever brings it again
  const { verificationId } = ok(await b.page('POST', `${at(c)}/authorization-uri`, { state: 's', redirectUri: redirectUri(c) }));
  problem(await verify(c, b, { verificationId, connectorData: used }), 401, 'connector.social_auth_code_invalid');
  expect(await userOf(c, 'grace')).toMatchObject({ primaryEmail: 'grace@real.example', name: 'Grace' });
});

test('an OpenID provider without a discovery document is spoken to at the addresses that were entered', async () => {
  const idp = await identityProvider();
  idp.takes.set('/.well-known/openid-configuration', () => { throw new Error('nobody asks for it'); });
  const c = await connector({ connectorId: 'oidc', metadata: { target: unique('hand') }, config: { ...idp.client, tokenEndpointAuthMethod: 'client_secret_post',
    authorizationEndpoint: `${idp.issuer}/auth?tenant=x`, tokenEndpoint: `${idp.issuer}/token`,
    idTokenVerificationConfig: { issuer: idp.issuer, jwksUri: `${idp.issuer}/keys` } } });
  const { sub } = somebody(idp);
  idp.claims = { sub, email: 'h@hand.example', email_verified: true };
  idp.takes.set('/.well-known/openid-configuration', () => { throw new Error('nobody asks for it'); });
  expect((await go(c, await fresh(), idp)).address.startsWith(`${idp.issuer}/auth?tenant=x&response_type=code`)).toBe(true);
  await signIn(c, idp);
  expect(await userOf(c, sub)).toMatchObject({ primaryEmail: 'h@hand.example' });
  expect(idp.seen.find(({ path }) => path === '/token')?.body.get('client_secret')).toBe(idp.client.clientSecret);
});

test('a new user joins by the domain of an address that the provider vouches for', async () => {
  const domain = `${unique('acme').replace(/\W/g, '')}.example`;
  const organization = await build.organization();
  ok(await api.post(`/organizations/${organization.id}/jit/email-domains`, { emailDomain: domain }), 201);
  somebody(provider, { email: `a@${domain}` });
  await signIn(main);
  somebody(provider, { email: `b@${domain}`, email_verified: false });
  await signIn(main);
  expect(ok(await api.get(`/organizations/${organization.id}/users`)).map(({ primaryEmail }: any) => primaryEmail)).toEqual([`a@${domain}`]);
});

// ---- OAuth, and providers with ways of their own

test('a provider that speaks OAuth alone tells who somebody is where the mapping says', async () => {
  const idp = await identityProvider();
  const c = await oauth(idp, { scope: 'read', tokenEndpointAuthMethod: 'client_secret_post',
    profileMap: { id: 'data.account.id', name: 'data.missing|data.nick', avatar: 'data.picture', email: 'data.mail', emailVerified: 'data.confirmed' } });
  idp.takes.set('/token', (_, r) => r.end(JSON.stringify({ access_token: 'opaque' })));
  idp.takes.set('/me', (seen, r) => {
    expect(seen.headers.authorization).toBe('Bearer opaque');
    r.end(JSON.stringify({ data: { account: { id: 4711 }, nick: 'ada', picture: 'https://a.example/p.png', mail: 'm@oauth.example', confirmed: true } }));
  });
  const { address } = await go(c, await fresh(), idp);
  expect(new URL(address).searchParams.get('scope')).toBe('read');
  expect(new URL(address).searchParams.has('nonce')).toBe(false);
  await signIn(c, idp);
  expect(await userOf(c, '4711')).toMatchObject({ primaryEmail: 'm@oauth.example', name: 'ada', avatar: 'https://a.example/p.png' });
  const exchange = idp.seen.findLast(({ path }) => path === '/token');
  expect(Object.fromEntries(exchange?.body ?? [])).toEqual({ grant_type: 'authorization_code', code: 'a-code', redirect_uri: redirectUri(c),
    code_verifier: expect.stringMatching(/^[\w-]{64}$/), client_id: 'guildhall', client_secret: 'a secret of both' });
});

const github = async () => {
  const idp = await identityProvider();
  for (const { id } of ok(await api.get('/connectors?target=github'))) ok(await api.delete(`/connectors/${id}`), 204);
  const c = await connector({ connectorId: 'github-universal', config: { ...idp.client, enterpriseUrl: `${idp.issuer}/` } });
  const emails = [{ email: 'old@hub.example', primary: false, verified: true }, { email: 'octo@hub.example', primary: true, verified: true }];
  const user: Record<string, unknown> = { id: ++people, login: 'octo', name: null, avatar_url: 'https://hub.example/o.png', email: 'shown@hub.example' };
  idp.takes.set('/login/oauth/access_token', (_, r) => r.end(JSON.stringify({ access_token: 'gho', token_type: 'bearer', scope: 'read:user,user:email' })));
  idp.takes.set('/api/v3/user', (seen, r) => {
    expect(seen.headers['user-agent']).toBeTruthy();
    r.end(JSON.stringify(user));
  });
  idp.takes.set('/api/v3/user/emails', (_, r) => r.end(JSON.stringify(emails)));
  return { idp, c, user, emails };
};

test('of GitHub’s list of addresses the primary one counts, and not the one that a user shows', async () => {
  const { idp, c, user } = await github();
  await signIn(c, idp);
  expect(await userOf(c, String(user['id']))).toMatchObject({ primaryEmail: 'octo@hub.example', name: 'octo', avatar: 'https://hub.example/o.png' });
});

test('an address that GitHub has not verified is nobody’s', async () => {
  const { idp, c, user, emails } = await github();
  Object.assign(emails[1] as object, { verified: false, email: 'boss@victim.example' });
  await signIn(c, idp);
  expect(await userOf(c, String(user['id']))).toMatchObject({ primaryEmail: null,
    identities: { github: { details: { unverifiedEmail: 'boss@victim.example' } } } });
});

test('a code that GitHub does not know is refused, though it says so with 200', async () => {
  const { idp, c } = await github();
  idp.takes.set('/login/oauth/access_token', (_, r) => r.end(JSON.stringify({ error: 'bad_verification_code' })));
  problem((await prove(c, idp)).answer, 401, 'connector.social_auth_code_invalid');
});

test('Apple gets a secret that is signed for it, and tells the name through the browser', async () => {
  const idp = await identityProvider();
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const c = await connector({ connectorId: 'apple-universal', config: { clientId: 'guildhall', teamId: 'TEAM', keyId: 'KEY', issuer: idp.issuer,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) } });
  const apple = (claims: object) => {
    idp.reset();
    idp.discovery = { token_endpoint_auth_methods_supported: ['client_secret_post'], userinfo_endpoint: undefined };
    Object.assign(idp.claims, claims);
  };
  apple({ sub: 'apple-1', email: 'relay@privaterelay.example', email_verified: 'true' });
  const { address } = await go(c, await fresh(), idp);
  expect(Object.fromEntries(new URL(address).searchParams)).toEqual({ response_type: 'code', response_mode: 'form_post', client_id: 'guildhall',
    redirect_uri: redirectUri(c), scope: 'openid name email', state: 'state-of-page', nonce: expect.any(String) });
  const { b, answer } = await prove(c, idp, (data) => { data.user = JSON.stringify({ name: { firstName: 'Ada', lastName: 'Lovelace' }, email: 'boss@victim.example' }); });
  ok(await b.page('PUT', '/interaction-event', { interactionEvent: 'Register' }), 204);
  ok(await b.page('POST', '/identification', { verificationId: ok(answer).verificationId }), 201);
  await finish(b);
  expect(await userOf(c, 'apple-1')).toMatchObject({ name: 'Ada Lovelace', primaryEmail: 'relay@privaterelay.example' });
  const form = idp.seen.findLast(({ path }) => path === '/token')?.body;
  expect(form?.has('code_verifier')).toBe(false);
  const { payload, protectedHeader } = await jwtVerify(form?.get('client_secret') ?? '', publicKey);
  expect(protectedHeader).toEqual({ alg: 'ES256', kid: 'KEY' });
  expect(payload).toMatchObject({ iss: 'TEAM', sub: 'guildhall', aud: idp.issuer });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
  for (const [i, user] of ['{', '[]', '"x"', '{"name":5}', JSON.stringify({ name: { firstName: 'x'.repeat(5000) } })].entries()) {
    apple({ sub: `apple-bad-${i}` });
    const bad = await prove(c, idp, (data) => { data.user = user; });
    expect(ok(await bad.b.page('GET', '/interaction')).verificationRecords[0].socialUserInfo.name).toBeUndefined();
    ok(bad.answer);
  }
});

test('what Apple posts comes to the page by GET, where the browser has its cookies', async () => {
  for (const path of [`/callback/${main.id}`, `/account/callback/social/${main.id}`]) {
    const answer = await new Browser(() => server.base).request('POST', path, { body: new URLSearchParams({ code: 'a b', state: 's&x', user: '{"name":1}' }) });
    expect([answer.status, answer.headers.location]).toEqual([303, `${path}?code=a+b&state=s%26x&user=%7B%22name%22%3A1%7D`]);
  }
});

const directory = '11111111-2222-3333-4444-555555555555';
test('an address of Microsoft counts only where its directory owns the domain (nOAuth)', async () => {
  const idp = await identityProvider();
  const c = await connector({ connectorId: 'azuread-universal', config: { ...idp.client, cloudInstance: idp.issuer, prompts: ['select_account'] } });
  const victim = ok(await api.post('/users', { primaryEmail: 'boss@victim-ms.example' }));
  idp.takes.set('/common/v2.0/.well-known/openid-configuration', (_, r) => r.end(JSON.stringify({ issuer: `${idp.issuer}/{tenantid}/v2.0`,
    authorization_endpoint: `${idp.issuer}/auth`, token_endpoint: `${idp.issuer}/token`, jwks_uri: `${idp.issuer}/keys` })));
  for (const more of [{}, { email_verified: true }, { xms_edov: false }, { xms_edov: '0', email_verified: true }]) {
    const sub = `ms-${++people}`;
    idp.claims = { sub, tid: directory, iss: `${idp.issuer}/${directory}/v2.0`, email: 'boss@victim-ms.example', ...more };
    const { b, answer } = await prove(c, idp);
    const { verificationId } = ok(answer);
    problem(await b.page('POST', '/identification', { verificationId, linkSocialIdentity: true }), 404, 'user.identity_not_exist');
    await signIn(c, idp);
    expect(await userOf(c, sub)).toMatchObject({ primaryEmail: null });
  }
  idp.claims = { sub: 'ms-owner', tid: directory, iss: `${idp.issuer}/${directory}/v2.0`, email: 'boss@victim-ms.example', xms_edov: true };
  expect(new URL((await go(c, await fresh(), idp)).address).searchParams.get('prompt')).toBe('select_account');
  const { b, answer } = await prove(c, idp);
  ok(await b.page('POST', '/identification', { verificationId: ok(answer).verificationId, linkSocialIdentity: true }), 204);
  await finish(b);
  expect((await readUser(victim.id)).identities.azuread.userId).toBe('ms-owner');
  idp.claims = { sub: 'x', tid: '66666666-2222-3333-4444-555555555555', iss: `${idp.issuer}/${directory}/v2.0` };
  problem((await prove(c, idp)).answer, 401, 'connector.social_invalid_id_token');
});

// ---- Google One Tap

const oneTap = async (oneTap: object = { isEnabled: true }) => {
  const idp = await identityProvider();
  for (const { id } of ok(await api.get('/connectors?target=google'))) ok(await api.delete(`/connectors/${id}`), 204);
  const c = await connector({ connectorId: 'google-universal', config: { ...idp.client, issuer: idp.issuer, oneTap } });
  const now = Math.floor(Date.now() / 1000);
  const credential = (more: object = {}) => sign({ iss: idp.issuer, aud: 'guildhall', sub: `tap-${++people}`, email: `tap${people}@mail.example`,
    email_verified: true, name: 'Tapper', iat: now, exp: now + 3600, ...more }, idp.key);
  const tap = (b: Browser, connectorData: object) => b.page('POST', `${at(c)}/verify`, { connectorData });
  return { c, credential, tap };
};

test('what Google One Tap gave to a page of the application signs somebody in, in the browser that got it', async () => {
  const { c, credential, tap } = await oneTap();
  const token = await credential();
  const b = new Browser(() => server.base);
  const answer = await b.authorize(app, { google_one_tap_credential: token });
  expect(answer.headers.location).toMatch(/^\/direct\/social\/google\?/);
  expect(answer.rawHeaders.find((value) => value.startsWith('_logto_google'))).toMatch(/^_logto_google_one_tap_credential=[\w.-]+; path=\/; expires=/);
  await b.start();
  const other = await fresh();
  problem(await tap(other, { credential: token }), 400, 'session.google_one_tap.cookie_mismatch');
  problem(await tap(b, { credential: await credential() }), 400, 'session.google_one_tap.cookie_mismatch');
  const { verificationId } = ok(await tap(b, { credential: token }));
  ok(await b.page('PUT', '/interaction-event', { interactionEvent: 'Register' }), 204);
  ok(await b.page('POST', '/identification', { verificationId }), 201);
  await finish(b);
  expect((await all()).find(({ name }) => name === 'Tapper')).toMatchObject({ identities: { google: expect.anything() }, primaryEmail: expect.stringMatching(/^tap/) });
  expect(ok(await api.get('/connectors?target=google'))[0].id).toBe(c.id);
});

test('a page may hand it over itself, with the token of Google’s page against others', async () => {
  const { credential, tap } = await oneTap();
  const b = await fresh(), token = await credential();
  problem(await tap(b, { credential: token, g_csrf_token: 'x' }), 400, 'session.csrf_token_mismatch');
  b.jar.set('g_csrf_token', 'y');
  problem(await tap(b, { credential: token, g_csrf_token: 'x' }), 400, 'session.csrf_token_mismatch');
  problem(await tap(b, { credential: token, g_csrf_token: '' }), 400, 'session.csrf_token_mismatch');
  b.jar.set('g_csrf_token', 'x');
  for (const bad of [{ iss: 'https://evil.example' }, { aud: 'another' }, { exp: 1 }, { iat: 1 }, { sub: undefined }])
    problem(await tap(b, { credential: await credential(bad), g_csrf_token: 'x' }), 401, 'connector.social_invalid_id_token');
  const ofAnother = await credential({ nonce: 'guildhall.another' });	// as our own page asks for them
  problem(await tap(b, { credential: ofAnother, g_csrf_token: 'x' }), 401, 'connector.social_invalid_id_token');
  ok(await tap(b, { credential: await credential({ nonce: 'of the application' }), g_csrf_token: 'x' }));
  ok(await tap(b, { credential: token, g_csrf_token: 'x' }));
});

test('without the switch of the connector nothing is taken so, and the pages are told only where it is on', async () => {
  const { c, credential, tap } = await oneTap({ isEnabled: false });
  const b = await fresh();
  b.jar.set('g_csrf_token', 'x');
  problem(await tap(b, { credential: await credential(), g_csrf_token: 'x' }), 400, 'connector.unexpected_type');
  problem(await b.page('POST', `${at(main)}/verify`, { connectorData: { credential: await credential(), g_csrf_token: 'x' } }), 400, 'connector.unexpected_type');
  ok(await api.patch('/sign-in-exp', { socialSignInConnectorTargets: ['google'] }));
  expect(ok(await api.get('/.well-known/sign-in-exp')).googleOneTap).toBeUndefined();
  const { config } = ok(await api.get(`/connectors/${c.id}`));
  ok(await api.patch(`/connectors/${c.id}`, { config: { ...config, oneTap: { isEnabled: true, autoSelect: true } } }));
  const shown = { isEnabled: true, autoSelect: true, itpSupport: false, clientId: 'guildhall', connectorId: c.id };
  expect(ok(await api.get('/.well-known/sign-in-exp')).googleOneTap).toEqual(shown);
  ok(await api.patch(`/connectors/${c.id}`, { config: { ...config, oneTap: { isEnabled: true, autoSelect: true, closeOnTapOutside: false } } }));
  expect(ok(await api.get('/.well-known/sign-in-exp')).googleOneTap).toEqual({ ...shown, closeOnTapOutside: false });
});

// ---- linking

test('an account is linked to the user with the address only when the person asks, and at submit', async () => {
  const { sub, email } = somebody();
  const user = ok(await api.post('/users', { primaryEmail: email.toUpperCase(), name: 'Before' }));
  const { b, answer } = await prove(main);
  const { verificationId } = ok(answer);
  const unknown = problem(await b.page('POST', '/identification', { verificationId }), 404, 'user.identity_not_exist');
  expect(unknown.data).toEqual({ relatedUser: { type: 'email', value: expect.stringMatching(/^ada\d?\*\*\*\*@mail\.example$/) } });
  ok(await b.page('POST', '/identification', { verificationId, linkSocialIdentity: true }), 204);
  expect((await readUser(user.id)).identities).toEqual({});
  await finish(b);
  expect(await readUser(user.id)).toMatchObject({ name: 'Before', identities: { [main.target]: { userId: sub } } });
  expect(await signIn(main)).toMatchObject({ isNew: false });
});

test('nobody is told of, or linked by, an address that the provider does not vouch for', async () => {
  for (const more of [{ email_verified: false }, { email_verified: undefined }, { email_verified: 'no' }, { email_verified: null }]) {
    const { email } = somebody(provider, more);
    const user = ok(await api.post('/users', { primaryEmail: email }));
    const { b, answer } = await prove(main);
    const { verificationId } = ok(answer);
    for (const linkSocialIdentity of [true, false]) {
      const refused = problem(await b.page('POST', '/identification', { verificationId, linkSocialIdentity }), 404, 'user.identity_not_exist');
      expect(refused.data).toEqual({});
    }
    expect(await signIn(main)).toMatchObject({ isNew: true });
    expect((await readUser(user.id)).identities).toEqual({});
  }
});

test('a person who registers all the same gets an account without the address of somebody else', async () => {
  const { sub, email } = somebody();
  ok(await api.post('/users', { primaryEmail: email }));
  await signIn(main);
  expect(await userOf(main, sub)).toMatchObject({ primaryEmail: null, name: 'Ada' });
});

test('who has another account at the provider keeps it', async () => {
  const { email } = somebody();
  const user = ok(await api.post('/users', { primaryEmail: email }));
  ok(await api.put(`/users/${user.id}/identities/${main.target}`, { userId: 'first' }), 201);
  const { b, answer } = await prove(main);
  problem(await b.page('POST', '/identification', { verificationId: ok(answer).verificationId, linkSocialIdentity: true }), 422,
    'user.social_account_exists_in_profile');
  expect((await readUser(user.id)).identities[main.target].userId).toBe('first');
});

test('a user whose second factor is demanded proves it before the account is linked', async () => {
  const { email } = somebody();
  const user = ok(await api.post('/users', { primaryEmail: email }));
  ok(await api.post(`/users/${user.id}/mfa-verifications`, { type: 'Totp' }));
  ok(await api.patch('/sign-in-exp', { mfa: { policy: 'UserControlled', factors: ['Totp'] } }));
  const { b, answer } = await prove(main);
  ok(await b.page('POST', '/identification', { verificationId: ok(answer).verificationId, linkSocialIdentity: true }), 204);
  problem(await b.page('POST', '/submit'), 403, 'session.mfa.require_mfa_verification');
  expect((await readUser(user.id)).identities).toEqual({});
  ok(await api.patch('/sign-in-exp', { mfa: { policy: 'UserControlled', factors: [] } }));
});

test('the same person who registers twice at once is one user', async () => {
  const { sub } = somebody();
  const proven: { b: Browser; verificationId: string }[] = [];
  for (let i = 0; i < 4; i++) {
    const { b, answer } = await prove(main);
    ok(await b.page('PUT', '/interaction-event', { interactionEvent: 'Register' }), 204);
    proven.push({ b, verificationId: ok(answer).verificationId });
  }
  const answers = await Promise.all(proven.map(({ b, verificationId }) => b.page('POST', '/identification', { verificationId })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422]);
  for (const answer of answers.filter(({ status }) => status === 422)) expect(answer.body.code).toMatch(/^user\.(identity|email)_already_in_use$/);
  expect((await all()).filter(({ identities }) => identities[main.target]?.userId === sub)).toHaveLength(1);
});

test('an address of an organization that signs its people in itself leads there', async () => {
  const domain = `${unique('corp').replace(/\W/g, '')}.example`;
  ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: true }));
  const sso = ok(await api.post('/sso-connectors', { providerName: 'OIDC', connectorName: unique('sso'), domains: [domain],
    config: { ...provider.client, issuer: provider.issuer } }));
  somebody(provider, { email: `a@${domain}` });
  const { b, answer } = await prove(main);
  const refused = problem(await b.page('POST', '/identification', { verificationId: ok(answer).verificationId }), 422, 'session.sso_enabled');
  expect(refused.data.ssoConnectors.map(({ id }: any) => id)).toEqual([sso.id]);
  ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: false }));
});

// ---- what the tenant demands

test('what the tenant demands is asked for, unless those who come so are exempt', async () => {
  ok(await api.patch('/sign-in-exp', usual));
  somebody();
  const { b, answer } = await prove(main);
  const { verificationId } = ok(answer);
  ok(await b.page('PUT', '/interaction-event', { interactionEvent: 'Register' }), 204);
  expect(problem(await b.page('POST', '/identification', { verificationId }), 422, 'user.missing_profile').data).toEqual({ missingProfile: ['username'] });
  ok(await b.page('POST', '/profile', { type: 'username', value: `ada_${people}` }), 204);
  ok(await b.page('POST', '/identification', {}), 201);
  await finish(b);
  ok(await api.patch('/sign-in-exp', { socialSignIn: { skipRequiredIdentifiers: true } }));
  const { sub } = somebody();
  await signIn(main);
  await signIn(main);
  expect((await userOf(main, sub)).username).toBe(null);
  ok(await api.patch('/sign-in-exp', { socialSignIn: {}, signUp: { identifiers: [], password: false, verify: false } }));
});

test('somebody who signs in another way adds an account by POST /profile, once', async () => {
  const { sub } = somebody();
  ok(await api.patch('/sign-in-exp', { signIn: { methods: [{ identifier: 'username', password: true, verificationCode: false, isPasswordPrimary: true }] } }));
  const person = ok(await api.post('/users', { username: unique('p').replace(/\W/g, '_'), password: 'Quiet-river_42!moss' }));
  const add = async () => {
    const b = await fresh();
    const { verificationId: byPassword } = ok(await b.page('POST', '/verification/password',
      { identifier: { type: 'username', value: person.username }, password: 'Quiet-river_42!moss' }));
    const went = await go(main, b, provider);
    problem(await b.page('POST', '/profile', { type: 'social', verificationId: went.verificationId }), 404, 'session.identifier_not_found');
    ok(await b.page('POST', '/identification', { verificationId: byPassword }), 204);
    problem(await b.page('POST', '/profile', { type: 'social', verificationId: went.verificationId }), 400, 'session.verification_failed');
    problem(await b.page('POST', '/profile', { type: 'social', verificationId: byPassword }), 404, 'session.verification_session_not_found');
    ok(await verify(main, b, went));
    return { b, answer: await b.page('POST', '/profile', { type: 'social', verificationId: went.verificationId }) };
  };
  const first = await add();
  ok(first.answer, 204);
  await finish(first.b);
  expect(await readUser(person.id)).toMatchObject({ name: null, identities: { [main.target]: { userId: sub } } });
  problem((await add()).answer, 422, 'user.social_account_exists_in_profile');
});

test('registration that is switched off stays off', async () => {
  ok(await api.patch('/sign-in-exp', { signInMode: 'SignIn' }));
  somebody();
  const { b, answer } = await prove(main);
  problem(await b.page('POST', '/identification', { verificationId: ok(answer).verificationId }), 404, 'user.identity_not_exist');
  problem(await b.page('PUT', '/interaction-event', { interactionEvent: 'Register' }), 403, 'auth.forbidden');
  ok(await api.patch('/sign-in-exp', { signInMode: 'SignInAndRegister' }));
});

test('a suspended user does not come in by an account elsewhere', async () => {
  const { sub } = somebody();
  await signIn(main);
  const { id } = await userOf(main, sub);
  ok(await api.patch(`/users/${id}/is-suspended`, { isSuspended: true }));
  const { b, answer } = await prove(main);
  problem(await b.page('POST', '/identification', { verificationId: ok(answer).verificationId }), 401, 'user.suspended');
});

// ---- what comes back

test('what is shown of the interaction has neither session nor verifier', async () => {
  somebody();
  const { b, went, answer } = await prove(main);
  ok(answer);
  const shown = await b.page('GET', '/interaction');
  expect(ok(shown).verificationRecords).toMatchObject([{ id: went.verificationId, type: 'Social', connectorId: main.id, socialUserInfo: { name: 'Ada' } }]);
  expect(ok(shown).captcha).toMatchObject({ skipped: true });
  expect(shown.text).not.toMatch(/verifier|nonce|state-of-page/);
});

const plain = await oauth(provider);
test.each<[string, Connector, (data: any) => void]>([
  ['a changed state', main, (data) => { data.state = 'another'; }],
  ['a state that is no text', main, (data) => { data.state = ['state-of-page']; }],
  ['no code', main, (data) => { delete data.code; }],
  ['an empty code', main, (data) => { data.code = ''; }],
  ['a code that is no text', main, (data) => { data.code = { a: 1 }; }],
  ['a giant code', main, (data) => { data.code = 'x'.repeat(5000); }],
  ['an error beside a code', main, (data) => { data.error = 'access_denied'; }],
  ['the issuer of another provider (mix-up)', main, (data) => { data.iss = 'https://evil.example'; }],
  ['no state, where there is no nonce', plain, (data) => { delete data.state; }],
  ['a changed state, where there is no nonce', plain, (data) => { data.state = 'another'; }],
])('an answer with %s proves nothing, and cannot be tried again', async (_, c, spoil) => {
  somebody();
  const b = await fresh();
  const went = await go(c, b, provider);
  const good = { ...went, connectorData: { ...went.connectorData } };
  spoil(went.connectorData);
  const asked = provider.seen.filter(({ path }) => path === '/token').length;
  problem(await verify(c, b, went), 401, 'connector.authorization_failed');
  expect(provider.seen.filter(({ path }) => path === '/token')).toHaveLength(asked);
  problem(await verify(c, b, good), 400, 'session.connector_validation_session_not_found');
  problem(await b.page('POST', '/identification', { verificationId: went.verificationId }), 400, 'session.verification_failed');
});

test('a proof is for its own connector and its own browser', async () => {
  const c = await oidc(provider);
  somebody();
  const [b, thief] = [await fresh(), await fresh()];
  const went = await go(c, b, provider);
  problem(await verify(c, thief, went), 404, 'session.verification_session_not_found');
  problem(await verify(main, b, went), 404, 'session.verification_session_not_found');
  problem(await verify(c, b, { ...went, verificationId: 'none' }), 404, 'session.verification_session_not_found');
  problem(await b.page('POST', `${at(c)}/verify`, { connectorData: went.connectorData }), 404, 'session.verification_session_not_found');
  problem(await b.page('POST', `${at({ id: 'none', target: '' })}/authorization-uri`, { state: 's', redirectUri: 'https://a.example' }), 404, 'entity.not_found');
  const begin = (body: object) => b.page('POST', `${at(c)}/authorization-uri`, body);
  problem(await begin({ state: '', redirectUri: 'https://a.example' }), 400, 'session.insufficient_info');
  problem(await begin({ state: 's', redirectUri: '' }), 400, 'session.insufficient_info');
  problem(await begin({ state: 's' }), 400, 'guard.invalid_input');
  problem(await begin({ state: 's', redirectUri: 'javascript:alert(1)' }), 400, 'guard.invalid_input');
  const mail = await connector({ connectorId: 'http-email', config: { endpoint: 'https://m.example' } });
  problem(await b.page('POST', `${at(mail)}/authorization-uri`, { state: 's', redirectUri: 'https://a.example' }), 400, 'connector.unexpected_type');
  ok(await verify(c, b, went));
});

test('a code of another browser’s sign-in does not fit the nonce of this one', async () => {
  somebody();
  const [victim, attacker] = [await fresh(), await fresh()];
  const mine = await go(main, victim, provider);
  await go(main, attacker, provider);	// the provider answers with the attacker's nonce from now on
  problem(await verify(main, victim, mine), 401, 'connector.social_invalid_id_token');
});

const stranger = await newKey('ES256', 'stranger');
test.each<[string, (p: Provider) => void]>([
  ['is of another issuer', (p) => { p.claims.iss = 'https://evil.example'; }],
  ['is for another audience', (p) => { p.claims.aud = 'somebody else'; }],
  ['has no nonce', (p) => { p.claims.nonce = undefined; }],
  ['has expired', (p) => { p.claims.exp = 1; }],
  ['is signed by a stranger', (p) => { p.key = stranger; }],
  ['is not signed', (p) => { p.token = (claims) => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`; }],
  ['is not there', (p) => { p.takes.set('/token', (_, r) => r.end('{"access_token":"a"}')); }],
])('an ID token that %s is refused', async (_, spoil) => {
  const idp = await identityProvider();
  const c = await oidc(idp);
  somebody(idp);
  spoil(idp);
  problem((await prove(c, idp)).answer, 401, 'connector.social_invalid_id_token');
});

test.each<[string, string, number, string, Parameters<Provider['takes']['set']>[1]]>([
  ['does not know the code', '/token', 401, 'connector.social_auth_code_invalid', (_, r) => { r.statusCode = 400; r.end('{"error":"invalid_grant"}'); }],
  ['gives no access token', '/token', 401, 'connector.social_auth_code_invalid', (_, r) => r.end('{}')],
  ['answers the exchange with garbage', '/token', 400, 'connector.invalid_response', (_, r) => r.end('{"access_token":')],
  ['answers the exchange with a list', '/token', 400, 'connector.invalid_response', (_, r) => r.end('[]')],
  ['repeats a member', '/token', 400, 'connector.invalid_response', (_, r) => r.end('{"access_token":"a","access_token":"b"}')],
  ['answers the exchange with far too much', '/token', 400, 'connector.invalid_response', (_, r) => r.end(`{"access_token":"a","more":"${'x'.repeat(200_000)}"}`)],
  ['nests without end', '/token', 400, 'connector.invalid_response', (_, r) => r.end('['.repeat(30_000))],
  ['redirects the exchange', '/token', 400, 'connector.invalid_response', (_, r) => { r.writeHead(302, { location: 'http://169.254.169.254/' }); r.end(); }],
  ['breaks off', '/token', 400, 'connector.general', (_, r) => { r.destroy(); }],
  ['has a failure of its own', '/token', 400, 'connector.general', (_, r) => { r.statusCode = 500; r.end('no'); }],
  ['does not take its own token', '/me', 401, 'connector.social_invalid_access_token', (_, r) => { r.statusCode = 401; r.end('{}'); }],
  ['tells of nobody', '/me', 400, 'connector.invalid_response', (_, r) => r.end('{}')],
  ['tells of somebody without a fitting id', '/me', 400, 'connector.invalid_response', (_, r) => r.end(`{"sub":"${'x'.repeat(129)}"}`)],
])('a provider that %s signs nobody in', async (_, path, status, code, take) => {
  const idp = await identityProvider();
  const c = await oauth(idp);
  if (path === '/me') idp.takes.set('/token', (_seen, r) => r.end('{"access_token":"a"}'));
  idp.takes.set(path, take);
  const { b, answer, went } = await prove(c, idp);
  problem(answer, status, code);
  expect(answer.text).not.toMatch(/a secret of both|169\.254|invalid_grant/);
  problem(await b.page('POST', '/identification', { verificationId: went.verificationId }), 400, 'session.verification_failed');
});

test('a provider that speaks of another person at its userinfo endpoint is not believed', async () => {
  somebody();
  provider.userinfo.sub = 'somebody else';
  problem((await prove(main)).answer, 401, 'connector.authorization_failed');
});

test('a provider that never answers delays nobody else, and is told as that', async () => {
  const idp = await identityProvider();
  const c = await oauth(idp);
  idp.takes.set('/token', () => {});
  const slow = prove(c, idp);
  const begun = Date.now();
  somebody();
  ok((await prove(main)).answer);
  expect(Date.now() - begun).toBeLessThan(5000);
  problem((await slow).answer, 400, 'connector.general');
}, 20000);

test('no address of this machine or its network is asked unless the operator allows it', async () => {
  const guarded = await startServer();
  const made = ok(await guarded.api.post('/connectors', { connectorId: 'oauth2', metadata: { target: 'inside' }, config: { ...provider.client,
    authorizationEndpoint: 'https://idp.example/auth', tokenEndpoint: `${provider.issuer}/token`, userInfoEndpoint: `${provider.issuer}/me` } }));
  const open = await newApp(guarded.api);
  const b = await (await new Browser(() => guarded.base).visit(open)).start();
  const { verificationId } = ok(await b.page('POST', `/verification/social/${made.id}/authorization-uri`, { state: 's', redirectUri: 'https://a.example' }));
  const before = provider.seen.length;
  problem(await b.page('POST', `/verification/social/${made.id}/verify`, { verificationId, connectorData: { code: 'c', state: 's' } }), 400, 'connector.general');
  expect(provider.seen).toHaveLength(before);
});

test('neither codes nor tokens nor secrets get into the log', () => {
  expect(server.log).not.toMatch(/a-code|a secret of both|code_verifier/);
});

// ---- administrators

test('an administrator links an account by what the provider brought back, once', async () => {
  const { sub } = somebody();
  const user = ok(await api.post('/users', {}));
  const begin = async (state: string) => provider.answer(ok(await api.post(`/connectors/${main.id}/authorization-uri`,
    { state, redirectUri: 'https://admin.example/back' })).redirectTo);
  const link = (id: string, connectorData: object, connectorId = main.id) => api.post(`/users/${id}/identities`, { connectorId, connectorData });
  const data = await begin('of-admin');
  problem(await link('nobody', data), 404, 'entity.not_found');
  problem(await link(user.id, data, 'none'), 404, 'entity.not_found');
  problem(await link(user.id, { ...data, state: 'of-nobody' }), 400, 'session.connector_validation_session_not_found');
  expect(ok(await link(user.id, data))).toMatchObject({ [main.target]: { userId: sub, details: { name: 'Ada' } } });
  expect(provider.seen.findLast(({ path }) => path === '/token')?.body.get('redirect_uri')).toBe('https://admin.example/back');
  problem(await link(user.id, data), 400, 'session.connector_validation_session_not_found');
  const second = ok(await api.post('/users', {}));
  problem(await link(second.id, await begin('again')), 422, 'user.identity_already_in_use');
  expect(await signIn(main)).toMatchObject({ isNew: false });
  ok(await api.delete(`/users/${user.id}/identities/${main.target}`));
  expect(ok(await link(second.id, await begin('third')))[main.target].userId).toBe(sub);
});

test('the audit log tells of each step', async () => {
  const { sub } = somebody();
  await signIn(main);
  const { id } = await userOf(main, sub);
  const keys = ok(await api.get(`/logs?userId=${id}`)).map(({ key }: any) => key);
  expect(keys).toEqual(expect.arrayContaining(['Interaction.Register.Submit']));
  const every = ok(await api.get('/logs?page_size=100')).map(({ key }: any) => key);
  expect(every).toEqual(expect.arrayContaining(['Interaction.SignIn.Verification.Social.Create', 'Interaction.SignIn.Verification.Social.Submit']));
});
