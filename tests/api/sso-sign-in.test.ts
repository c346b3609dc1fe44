// People sign in by their organization's OpenID provider: jit-and-sso.md section 4, and what attackers try.
import { expect, test } from 'vitest';
import { Browser, newApp } from './support/browser.ts';
import { Build, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { identityProvider, newKey, publish, sign } from './support/identity-provider.ts';
import { hookReceiver } from './support/receiver.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const [provider, other] = [await identityProvider(), await identityProvider()];
const build = new Build(api);
const app = await newApp(api);
ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: true,
  signUp: { identifiers: ['username'], password: true, verify: false } }));

type Idp = typeof provider;
let domains = 0;
/** A connector to a provider with a domain of its own. */
async function connect(of: Idp = provider, more: Record<string, any> = {}, config: object = {}) {
  const domain = more.domains?.[0] ?? `acme${++domains}.example`;
  const connector = ok(await api.post('/sso-connectors', { providerName: 'OIDC', connectorName: unique('sso'), domains: [domain],
    config: { ...of.client, issuer: of.issuer, ...config }, ...more }));
  return { id: connector.id as string, domain };
}
type Connector = Awaited<ReturnType<typeof connect>>;

const at = (c: Connector) => `/verification/sso/${c.id}`;
const redirectUri = (c: Connector) => `${server.base}/callback/${c.id}`;

/** Goes to the provider; what the page would send to be verified. */
async function go(c: Connector, b: Browser, of: Idp = provider) {
  const { authorizationUri, verificationId } = ok(await b.page('POST', `${at(c)}/authorization-uri`,
    { state: 'state-of-page', redirectUri: redirectUri(c) }));
  return { address: authorizationUri as string, verificationId: verificationId as string,
    connectorData: of.answer(authorizationUri) as Record<string, unknown> };
}
const fresh = async () => (await new Browser(() => server.base).visit(app)).start();
const verify = (c: Connector, b: Browser, { verificationId, connectorData }: { verificationId: string; connectorData: object }) =>
  b.page('POST', `${at(c)}/verify`, { verificationId, connectorData });

/** From the page to the proof. */
async function prove(c: Connector, of: Idp = provider) {
  const b = await fresh();
  const went = await go(c, b, of);
  return { b, went, answer: await verify(c, b, went) };
}
/** All the way, registering when nobody is there. */
async function signIn(c: Connector, of: Idp = provider): Promise<{ isNew: boolean; b: Browser }> {
  const { b, answer } = await prove(c, of);
  const { verificationId } = ok(answer);
  const identified = await b.page('POST', '/identification', { verificationId });
  const isNew = identified.status === 404;
  if (isNew) {
    problem(identified, 404, 'user.sso_identity_not_exist');
    ok(await b.page('PUT', '/interaction-event', { interactionEvent: 'Register' }), 204);
    ok(await b.page('POST', '/identification', { verificationId }), 201);
  } else ok(identified, 204);
  const { redirectTo } = ok(await b.page('POST', '/submit'));
  expect((await b.follow(redirectTo)).get('code')).toBeTruthy();
  return { isNew, b };
}
const userOf = async (of: Idp, sub: string) => {
  const all = ok(await api.get('/users?page_size=100'));
  for (const { id } of all) {
    const user = ok(await api.get(`/users/${id}?includeSsoIdentities=true`));
    if (user.ssoIdentities.some((one: any) => one.issuer === of.issuer && one.identityId === sub)) return user;
  }
  return undefined;
};
let people = 0;
/** Somebody the provider knows, with an address in the domain. */
const somebody = (c: Connector, of: Idp = provider, more: Record<string, unknown> = {}) => {
  of.reset();
  const sub = `person-${++people}`, email = `ada${people}@${c.domain}`;
  Object.assign(of.claims, { sub });
  Object.assign(of.userinfo, { email, email_verified: true, name: 'Ada', picture: 'https://a.example/ada.png', family_name: 'Lovelace', ...more });
  return { sub, email };
};

test('the address of the provider carries code flow, PKCE, state, nonce and all scopes', async () => {
  const c = await connect(provider, {}, { scope: 'groups' });
  const { address } = await go(c, await fresh());
  expect(address.startsWith(`${provider.issuer}/auth?`)).toBe(true);
  expect(Object.fromEntries(new URL(address).searchParams)).toEqual({ response_type: 'code', client_id: 'guildhall',
    redirect_uri: redirectUri(c), scope: 'openid profile email groups', state: 'state-of-page', nonce: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/), code_challenge_method: 'S256' });
});

test('somebody new registers without what the tenant demands of others, and joins by the connector alone', async () => {
  const c = await connect();
  const [byConnector, byDomain, role] = [await build.organization(), await build.organization(), await build.role()];
  ok(await api.post(`/organizations/${byConnector.id}/jit/sso-connectors`, { ssoConnectorIds: [c.id] }), 201);
  ok(await api.post(`/organizations/${byConnector.id}/jit/roles`, { organizationRoleIds: [role.id] }), 201);
  ok(await api.post(`/organizations/${byDomain.id}/jit/email-domains`, { emailDomain: c.domain }), 201);
  const { sub, email } = somebody(c);
  expect(await signIn(c)).toMatchObject({ isNew: true });
  const user = await userOf(provider, sub);
  expect(user).toMatchObject({ primaryEmail: email, name: 'Ada', avatar: 'https://a.example/ada.png', hasPassword: false,
    ssoIdentities: [{ issuer: provider.issuer, identityId: sub, ssoConnectorId: c.id,
      detail: { id: sub, email, name: 'Ada', avatar: 'https://a.example/ada.png', familyName: 'Lovelace', emailVerified: true } }] });
  expect(ok(await api.get(`/users/${user.id}/organizations`)).map(({ id, organizationRoles }: any) => [id, organizationRoles.map((r: any) => r.id)]))
    .toEqual([[byConnector.id, [role.id]]]);
  const exchange = provider.seen.filter(({ path }) => path === '/token').at(-1);
  expect(exchange?.headers.authorization).toBe(`Basic ${Buffer.from('guildhall:a secret of both').toString('base64')}`);
  expect(Object.fromEntries(exchange?.body ?? [])).toEqual({ grant_type: 'authorization_code', code: 'a-code',
    redirect_uri: redirectUri(c), code_verifier: expect.stringMatching(/^[\w-]{64}$/) });
  expect(ok(await api.get(`/users/${user.id}/all-identities`)).ssoIdentities).toMatchObject([{ ssoConnectorId: c.id }]);
  expect(ok(await api.get(`/users/${user.id}/sso-identities/${c.id}`)).ssoIdentity).toMatchObject({ identityId: sub });
});

test('a later sign-in is the same user, joins nothing, and brings name and picture up to date only if asked to', async () => {
  const c = await connect();
  const { sub } = somebody(c);
  await signIn(c);
  const organization = await build.organization();
  ok(await api.post(`/organizations/${organization.id}/jit/sso-connectors`, { ssoConnectorIds: [c.id] }), 201);
  provider.userinfo.name = 'Countess';
  expect(await signIn(c)).toMatchObject({ isNew: false });
  const user = await userOf(provider, sub);
  expect(user).toMatchObject({ name: 'Ada', ssoIdentities: [{ detail: { name: 'Countess' } }] });
  expect(ok(await api.get(`/users/${user.id}/organizations`))).toEqual([]);
  ok(await api.patch(`/sso-connectors/${c.id}`, { syncProfile: true }));
  await signIn(c);
  expect(await userOf(provider, sub)).toMatchObject({ id: user.id, name: 'Countess' });
});

test('a user with the address is linked, keeps name and address, and joins by the connector', async () => {
  const c = await connect();
  const { sub, email } = somebody(c);
  const user = ok(await api.post('/users', { primaryEmail: email.toUpperCase().replace(/@.*/, `@${c.domain}`), name: 'Before' }));
  const organization = await build.organization();
  ok(await api.post(`/organizations/${organization.id}/jit/sso-connectors`, { ssoConnectorIds: [c.id] }), 201);
  expect(await signIn(c)).toMatchObject({ isNew: false });
  expect(await userOf(provider, sub)).toMatchObject({ id: user.id, name: 'Before' });
  expect(ok(await api.get(`/users/${user.id}/organizations`)).map(({ id }: any) => id)).toEqual([organization.id]);
});

test('a webhook is told once who joins by a connector, with that as the cause, whether the user is new or was there', async () => {
  const c = await connect(), organization = await build.organization(), receiver = await hookReceiver();
  ok(await api.post(`/organizations/${organization.id}/jit/sso-connectors`, { ssoConnectorIds: [c.id] }), 201);
  ok(await api.post('/hooks', { events: ['Organization.Membership.Updated'], config: { url: receiver.url() } }), 201);
  for (const wasThere of [false, true]) {
    const { sub, email } = somebody(c);
    if (wasThere) ok(await api.post('/users', { primaryEmail: email }));
    await signIn(c);
    await signIn(c);
    const [told] = await receiver.take(1);
    expect(told?.body).toMatchObject({ organizationId: organization.id, addedUserIds: [(await userOf(provider, sub)).id],
      cause: 'jit-sso-connector', applicationId: app.id });
  }
});

test('the same person who finishes twice at once is one user and one member', async () => {
  const c = await connect();
  const { sub, email } = somebody(c);
  ok(await api.post('/users', { primaryEmail: email }));
  const organization = await build.organization();
  ok(await api.post(`/organizations/${organization.id}/jit/sso-connectors`, { ssoConnectorIds: [c.id] }), 201);
  const both: { b: Browser; verificationId: string }[] = [];
  for (let i = 0; i < 4; i++) {
    const { b, answer } = await prove(c);
    both.push({ b, verificationId: ok(answer).verificationId });
  }
  for (const { b, verificationId } of both) ok(await b.page('POST', '/identification', { verificationId }), 204);
  for (const answer of await Promise.all(both.map(({ b }) => b.page('POST', '/submit')))) ok(answer);
  expect(ok(await api.get(`/organizations/${organization.id}/users`))).toHaveLength(1);
  expect((await userOf(provider, sub)).ssoIdentities).toHaveLength(1);
});

test('of a user who signs in by an organization no second factor and no passkey is asked for', async () => {
  const c = await connect();
  const before = ok(await api.get('/sign-in-exp'));
  ok(await api.patch('/sign-in-exp', { mfa: { policy: 'Mandatory', factors: ['Totp'] }, passkeySignIn: { enabled: true } }));
  somebody(c);
  await signIn(c);
  await signIn(c);
  ok(await api.patch('/sign-in-exp', { mfa: before.mfa, passkeySignIn: before.passkeySignIn }));
});

test('what is shown of the interaction has neither session nor verifier', async () => {
  const c = await connect();
  const b = await fresh();
  const went = await go(c, b);
  const before = await b.page('GET', '/interaction');
  expect(ok(before).verificationRecords).toEqual([{ id: went.verificationId, type: 'EnterpriseSso', connectorId: c.id }]);
  somebody(c);
  went.connectorData = provider.answer(went.address);
  ok(await verify(c, b, went));
  const after = await b.page('GET', '/interaction');
  expect(ok(after).verificationRecords).toMatchObject([{ type: 'EnterpriseSso', issuer: provider.issuer,
    enterpriseSsoUserInfo: { name: 'Ada' } }]);
  for (const answer of [before, after]) expect(answer.text).not.toMatch(/verifier|nonce|state-of-page/);
});

test('another way to sign in with an address of the domain is refused when it would identify', async () => {
  const c = await connect();
  ok(await api.post('/users', { primaryEmail: `eve@${c.domain}`, password: 'Quiet-river_42!moss' }));
  const b = await fresh();
  expect(ok(await b.page('GET', `/sso-connectors?email=eve%40${c.domain.toUpperCase()}`))).toEqual({ connectorIds: [c.id] });
  const { verificationId } = ok(await b.page('POST', '/verification/password',
    { identifier: { type: 'email', value: `eve@${c.domain}` }, password: 'Quiet-river_42!moss' }));
  await ok(await api.patch('/sign-in-exp', { signIn: { methods: [{ identifier: 'email', password: true, verificationCode: false, isPasswordPrimary: true },
    { identifier: 'username', password: true, verificationCode: false, isPasswordPrimary: true }] } }));
  const refused = await b.page('POST', '/identification', { verificationId });
  problem(refused, 422, 'session.sso_enabled');
  expect(refused.text).not.toMatch(/secret/);
});

test('a domain is the same in any spelling of the DNS, from the moment when a connector has it until it has it no longer', async () => {
  const name = unique('d'), c = await connect(provider, { domains: [`bücher-${name}.example`] }), b = await fresh();
  const asked = async (domain: string) => ok(await b.page('GET', `/sso-connectors?email=${encodeURIComponent(`eve@${domain}`)}`)).connectorIds;
  const ascii = new URL(`http://${c.domain}`).hostname;
  expect(ascii).toMatch(/^xn--/);
  expect(await asked(ascii)).toEqual([c.id]);
  expect(await asked(ascii.toUpperCase())).toEqual([c.id]);
  expect(await asked(`${name}.example`)).toEqual([]);
  ok(await api.patch(`/sso-connectors/${c.id}`, { domains: [`${name}.example`] }));
  expect([await asked(ascii), await asked(`${name}.example`)]).toEqual([[], [c.id]]);
  const other = await connect(provider, { domains: [`${name}.example`] });
  expect(await asked(`${name}.example`)).toEqual([c.id, other.id].sort());
  ok(await api.delete(`/sso-connectors/${c.id}`), 204);
  expect(await asked(`${name}.example`)).toEqual([other.id]);
});

test('pages ask for the name and the logo of a connector that can be used, while single sign-on is on', async () => {
  const c = await connect(provider, { branding: { displayName: 'Acme', logo: 'https://a.example/l.png' } }), b = await fresh();
  const unfinished = ok(await api.post('/sso-connectors', { providerName: 'Okta', connectorName: unique('sso'), domains: [c.domain] }));
  const face = (id: string) => b.page('GET', `/sso-connectors/${id}`);
  expect(ok(await face(c.id))).toEqual({ id: c.id, connectorName: 'Acme', logo: 'https://a.example/l.png', darkLogo: 'https://a.example/l.png' });
  for (const id of [unfinished.id, 'nope']) problem(await face(id), 404, 'entity.not_exists_with_id');
  ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: false }));
  problem(await face(c.id), 404, 'entity.not_exists_with_id');
  ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: true }));
});

// ---- whom a provider may speak for

const refusedAsUnknown = async (c: Connector) => {
  const { b, answer } = await prove(c);
  problem(await b.page('POST', '/identification', { verificationId: ok(answer).verificationId }), 404, 'user.sso_identity_not_exist');
};

test.each<[string, Record<string, unknown>, object]>([
  ['that the provider says is not verified', { email_verified: false }, { trustUnverifiedEmail: true }],
  ['of which the provider says nothing', { email_verified: undefined }, {}],
  ['that it calls verified with a word', { email_verified: 'no' }, { trustUnverifiedEmail: true }],
  ['verified with null', { email_verified: null }, { trustUnverifiedEmail: true }],
])('an address %s links nobody, and no new user has it', async (_, more, config) => {
  const c = await connect(provider, {}, config);
  const { email, sub } = somebody(c, provider, more);
  const victim = ok(await api.post('/users', { primaryEmail: email }));
  await refusedAsUnknown(c);
  await signIn(c);
  expect(await userOf(provider, sub)).toMatchObject({ primaryEmail: null, ssoIdentities: [{ detail: { unverifiedEmail: email } }] });
  expect(ok(await api.get(`/users/${victim.id}?includeSsoIdentities=true`)).ssoIdentities).toEqual([]);
});

test('an address of which the provider says nothing links where the connector trusts it', async () => {
  const c = await connect(provider, {}, { trustUnverifiedEmail: true });
  const { email, sub } = somebody(c, provider, { email_verified: undefined });
  const user = ok(await api.post('/users', { primaryEmail: email }));
  await signIn(c);
  expect(await userOf(provider, sub)).toMatchObject({ id: user.id });
});

test.each([
  ['of another organization’s domain', (c: Connector) => `boss@other-${c.domain}`],
  ['of a domain below the connector’s', (c: Connector) => `boss@sub.${c.domain}`],
  ['with a second @', (c: Connector) => `boss@victim.example@${c.domain}`],
  ['with a quoted @', (c: Connector) => `"boss@victim.example"@${c.domain}`],
  ['with a blank behind the domain of somebody else', (c: Connector) => `boss@victim.example ${c.domain}`],
])('a provider cannot sign anybody in by an address %s, even if it calls it verified', async (_, address) => {
  const c = await connect();
  const { sub } = somebody(c);
  provider.userinfo.email = address(c);
  const victim = await api.post('/users', { primaryEmail: address(c) });
  await refusedAsUnknown(c);
  await signIn(c);
  const user = await userOf(provider, sub);
  expect(user.primaryEmail).toBe(null);
  if (victim.status === 200) expect(user.id).not.toBe(victim.body.id);
});

test('two providers that use the same name for a person do not speak of the same one', async () => {
  const [c, d] = [await connect(), await connect(other)];
  const { sub } = somebody(c);
  await signIn(c);
  other.reset();
  Object.assign(other.claims, { sub });
  expect(await signIn(d, other)).toMatchObject({ isNew: true });
  expect((await userOf(provider, sub)).id).not.toBe((await userOf(other, sub)).id);
});

// ---- what comes back

const denied = async (c: Connector, of: Idp = provider) => problem((await prove(c, of)).answer, 500, 'connector.authorization_failed');
const back = await connect();

test.each<[string, (data: any) => void]>([
  ['a changed state', (data) => { data.state = 'another'; }],
  ['a state that is no text', (data) => { data.state = ['state-of-page']; }],
  ['no code', (data) => { delete data.code; }],
  ['an empty code', (data) => { data.code = ''; }],
  ['a code that is no text', (data) => { data.code = { a: 1 }; }],
  ['a giant code', (data) => { data.code = 'x'.repeat(5000); }],
  ['an error beside a code', (data) => { data.error = 'access_denied'; }],
  ['the issuer of another provider (mix-up)', (data) => { data.iss = other.issuer; }],
  ['an issuer that is no text', (data) => { data.iss = [provider.issuer]; }],
])('an answer with %s proves nothing, and cannot be tried again', async (_, spoil) => {
  somebody(back);
  const b = await fresh();
  const went = await go(back, b);
  const good = { ...went, connectorData: { ...went.connectorData } };
  spoil(went.connectorData);
  problem(await verify(back, b, went), 500, 'connector.authorization_failed');
  problem(await verify(back, b, good), 400, 'session.connector_validation_session_not_found');
  problem(await b.page('POST', '/identification', { verificationId: went.verificationId }), 400, 'session.verification_failed');
});

test('an answer without issuer proves nothing where the provider always names itself', async () => {
  const idp = await identityProvider();
  idp.discovery = { authorization_response_iss_parameter_supported: true };
  const c = await connect(idp);
  const b = await fresh();
  problem(await verify(c, b, await go(c, b, idp)), 500, 'connector.authorization_failed');
  const again = await go(c, b, idp);
  ok(await verify(c, b, { ...again, connectorData: { ...again.connectorData, iss: idp.issuer } }));
});

test('a proof is for its own connector and its own interaction', async () => {
  const c = await connect();
  somebody(c);
  const [b, thief] = [await fresh(), await fresh()];
  const went = await go(c, b);
  problem(await verify(c, thief, went), 404, 'session.verification_session_not_found');
  problem(await verify(back, b, went), 404, 'session.verification_session_not_found');
  problem(await verify(c, b, { ...went, verificationId: 'none' }), 404, 'session.verification_session_not_found');
  problem(await b.page('POST', '/verification/sso/none/verify', went), 404, 'entity.not_exists_with_id');
  problem(await b.page('POST', '/verification/sso/none/authorization-uri', { state: 's', redirectUri: 'https://a.example' }), 404,
    'entity.not_exists_with_id');
  problem(await b.page('POST', `${at(c)}/authorization-uri`, { state: 's' }), 400, 'guard.invalid_input');
  problem(await b.page('POST', `${at(c)}/authorization-uri`, { state: 's', redirectUri: 'javascript:alert(1)' }), 400, 'guard.invalid_input');
  ok(await verify(c, b, went));
});

test('nobody begins by a connector without configuration, without domains, or while single sign-on is off', async () => {
  const b = await fresh();
  const begin = (id: string) => b.page('POST', `/verification/sso/${id}/authorization-uri`, { state: 's', redirectUri: 'https://a.example' });
  const bare = ok(await api.post('/sso-connectors', { providerName: 'OIDC', connectorName: unique('sso'), domains: ['bare.example'] }));
  problem(await begin(bare.id), 422, 'user.sign_in_method_not_enabled');
  problem(await begin((await connect(provider, { domains: [] })).id), 422, 'user.sign_in_method_not_enabled');
  ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: false }));
  problem(await begin(back.id), 422, 'user.sign_in_method_not_enabled');
  ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: true }));
});

// ---- the ID token

const rsa = await newKey('RS256', 'rsa');
const pem = async () => {
  const { exportSPKI } = await import('jose');
  return exportSPKI(rsa.publicKey);
};
const unsigned = (header: object, claims: object, signature = '') =>
  [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') + `.${signature}`;
const hour = 3600;
const now = () => Math.floor(Date.now() / 1000);

test.each<[string, (idp: Idp) => unknown]>([
  ['has no nonce', (p) => { p.claims.nonce = undefined; }],
  ['has another nonce', (p) => { p.claims.nonce = 'n'; }],
  ['has a nonce that is no text', (p) => { p.claims.nonce = 5; }],
  ['is of another issuer', (p) => { p.claims.iss = other.issuer; }],
  ['has no issuer', (p) => { p.claims.iss = undefined; }],
  ['has the issuer with a slash more', (p) => { p.claims.iss = `${p.issuer}/`; }],
  ['is for another audience', (p) => { p.claims.aud = 'somebody else'; }],
  ['has no audience', (p) => { p.claims.aud = undefined; }],
  ['has an empty list of audiences', (p) => { p.claims.aud = []; }],
  ['is for several audiences and does not say to whom it was issued', (p) => { p.claims.aud = ['guildhall', 'x']; }],
  ['was issued to another client', (p) => { p.claims.azp = 'x'; }],
  ['was issued to a client that is no text', (p) => { p.claims.azp = ['guildhall']; }],
  ['has expired', (p) => { p.claims.exp = now() - 61; }],
  ['never expires', (p) => { p.claims.exp = undefined; }],
  ['expires at a time that is a text', (p) => { p.claims.exp = String(now() + hour); }],
  ['was issued long ago', (p) => { p.claims.iat = now() - 660; }],
  ['was issued in the future', (p) => { p.claims.iat = now() + 660; }],
  ['does not say when it was issued', (p) => { p.claims.iat = undefined; }],
  ['is not valid yet', (p) => { p.claims.nbf = now() + hour; }],
  ['names nobody', (p) => { p.claims.sub = undefined; }],
  ['names nobody by an empty text', (p) => { p.claims.sub = ''; }],
  ['names somebody by a number', (p) => { p.claims.sub = 7; }],
  ['is not signed (alg none)', (p) => { p.token = (claims) => unsigned({ alg: 'none', kid: p.key.kid }, claims); }],
  ['is not signed (alg None)', (p) => { p.token = (claims) => unsigned({ alg: 'None' }, claims); }],
  ['is not signed (alg NONE)', (p) => { p.token = (claims) => unsigned({ alg: 'NONE' }, claims); }],
  ['is not signed (alg nOnE)', (p) => { p.token = (claims) => unsigned({ alg: 'nOnE', kid: p.key.kid }, claims); }],
  ['names no algorithm', (p) => { p.token = (claims) => unsigned({ kid: p.key.kid }, claims, 'AAAA'); }],
  ['says alg none above a good signature', (p) => { p.token = async (claims) => {
    const [, body, signature] = (await sign(claims, p.key)).split('.');
    return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.${signature}`;
  }; }],
  ['has another body than was signed', (p) => { p.token = async (claims) => {
    const [head, , signature] = (await sign(claims, p.key)).split('.');
    return `${head}.${Buffer.from(JSON.stringify({ ...claims, sub: 'admin' })).toString('base64url')}.${signature}`;
  }; }],
  ['is signed with HMAC by the public key', async (p) => {
    const secret = new TextEncoder().encode(await pem());
    p.keys.push(await publish(rsa));
    p.token = (claims) => sign(claims, { alg: 'HS256', kid: 'rsa', privateKey: secret } as any);
  }],
  ['is signed with HMAC by the client secret', (p) => {
    p.token = (claims) => sign(claims, { alg: 'HS256', kid: p.key.kid, privateKey: new TextEncoder().encode(p.client.clientSecret) } as any);
  }],
  ['is signed by a key that the provider does not publish', async (p) => { p.key = await newKey('ES256', 'stranger'); }],
  ['is signed by another key under the name of a published one', async (p) => { p.key = await newKey('ES256', p.key.kid); }],
  ['brings its own key (jwk)', async (p) => {
    const key = await newKey('ES256', p.key.kid);
    const { publicKey: _, ...jwk } = { ...await publish(key), publicKey: 0 };
    p.token = (claims) => sign(claims, key, { jwk });
  }],
  ['says where its key is (jku)', async (p) => {
    const key = await newKey('ES256', 'far');
    other.keys.push(await publish(key));
    p.token = (claims) => sign(claims, key, { jku: `${other.issuer}/keys` });
  }],
  ['says where the certificate of its key is (x5u)', async (p) => {
    const key = await newKey('ES256', p.key.kid);
    p.token = (claims) => sign(claims, key, { x5u: `${other.issuer}/certificate` });
  }],
  ['names its key by a giant text', async (p) => { p.token = (claims) => sign(claims, p.key, { kid: 'k'.repeat(9000) }); }],
  ['names its key by a number', async (p) => { p.token = (claims) => sign(claims, p.key, { kid: 7 }); }],
  ['is signed by a curve that its algorithm has not', async (p) => {
    const key = await newKey('ES384', 'curve');
    p.keys.push({ ...await publish(key), alg: 'ES256' });
    p.token = async (claims) => {
      const text = unsigned({ alg: 'ES256', kid: 'curve' }, claims).slice(0, -1);
      const { sign: make, KeyObject } = await import('node:crypto');
      const from = KeyObject.from(key.privateKey as any);
      return `${text}.${make('sha256', Buffer.from(text), { key: from, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
    };
  }],
  ['has a signature of two zeros', (p) => { p.token = (claims) =>
    unsigned({ alg: 'ES256', kid: p.key.kid }, claims, Buffer.alloc(64).toString('base64url')); }],
  ['names its key by a path', async (p) => {
    const key = await newKey('ES256', '../../dev/null');
    p.token = (claims) => sign(claims, key);
  }],
  ['has a critical extension', async (p) => { p.token = (claims) => sign(claims, p.key, { crit: ['b64'], b64: true }); }],
  ['is signed by a key that is for encryption', async (p) => {
    const key = await newKey('ES256', 'enc');
    p.keys.push({ ...await publish(key), use: 'enc' });
    p.key = key;
  }],
  ['is signed with another algorithm than its key is for', async (p) => {
    const key = await newKey('PS256', 'pss');
    p.keys.push({ ...await publish(key), alg: 'RS256' });
    p.key = key;
  }],
  ['is signed by a short RSA key', async (p) => {
    const { generateKeyPairSync, createSign } = await import('node:crypto');
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    p.keys.push({ ...publicKey.export({ format: 'jwk' }) as any, kid: 'short', alg: 'RS256' });
    p.token = (claims) => {
      const text = unsigned({ alg: 'RS256', kid: 'short' }, claims).slice(0, -1);
      return `${text}.${createSign('sha256').update(text).sign(privateKey).toString('base64url')}`;
    };
  }],
  ['has only two parts', (p) => { p.token = () => 'a.b'; }],
  ['has five parts', (p) => { p.token = async (claims) => `${await sign(claims, p.key)}.a.b`; }],
  ['is larger than a token is', (p) => { p.claims.more = 'x'.repeat(20000); }],
  ['is not there', (p) => { p.takes.set('/token', (_, r) => r.end(JSON.stringify({ access_token: 'a' }))); }],
  ['comes without an access token', (p) => { p.takes.set('/token', (_, r) => r.end(JSON.stringify({ id_token: 'a.b.c' }))); }],
  ['comes with a refusal', (p) => { p.takes.set('/token', (_, r) => r.writeHead(400).end('{"error":"invalid_grant"}')); }],
  ['comes with a redirect', (p) => { p.takes.set('/token', (_, r) => r.writeHead(307, { location: `${other.issuer}/token` }).end()); }],
  ['comes with a page in place of tokens', (p) => { p.takes.set('/token', (_, r) => r.end('<html>signed in</html>')); }],
  ['comes with a list in place of tokens', (p) => { p.takes.set('/token', (_, r) => r.end('[]')); }],
  ['comes in an answer that has it twice', (p) => { p.takes.set('/token', (_, r) =>
    r.end('{"access_token":"a","id_token":"a.b.c","id_token":"d.e.f"}')); }],
  ['is of somebody whom userinfo shows as a page', (p) => { p.takes.set('/me', (_, r) => r.end('<html>')); }],
  ['comes with an account of a name too long', (p) => { p.claims.sub = 's'.repeat(129); }],
  ['is of another person than userinfo', (p) => { p.userinfo.sub = 'another'; }],
  ['is of a person whom userinfo does not name', (p) => { p.userinfo.sub = undefined; }],
  ['is refused by userinfo', (p) => { p.takes.set('/me', (_, r) => r.writeHead(401).end()); }],
])('an ID token that %s proves nothing', async (_, spoil) => {
  // of its own, so that its keys are read with those that the case publishes
  const idp = await identityProvider(), c = await connect(idp);
  somebody(c, idp);
  await spoil(idp);
  const before = other.seen.length;
  await denied(c, idp);
  expect(other.seen).toHaveLength(before);
});

test.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'])(
  'an ID token signed with %s by a published key is taken', async (alg) => {
    const idp = await identityProvider();
    const key = await newKey(alg, alg, alg === 'EdDSA' ? { crv: 'Ed25519' } : {});
    idp.key = key;
    idp.keys = [await publish(key)];
    ok((await prove(await connect(idp), idp)).answer);
  });

test('a new key of the provider is found when the first token comes by it', async () => {
  const idp = await identityProvider();
  const c = await connect(idp);
  ok((await prove(c, idp)).answer);
  idp.key = await newKey('ES256', 'next');
  idp.keys = [await publish(idp.key)];
  ok((await prove(c, idp)).answer);
  idp.key = await newKey('ES256', 'unpublished');
  problem((await prove(c, idp)).answer, 500, 'connector.authorization_failed');
});

test('a key set of thousands of keys is not tried, and one of megabytes is not read', async () => {
  for (const many of [300, 20000]) {
    const idp = await identityProvider();
    const c = await connect(idp);
    idp.keys = Array.from({ length: many }, () => idp.keys[0] as any);
    const { answer } = await prove(c, idp);
    expect([answer.status, answer.body.code]).toEqual([500, many > 1000 ? 'connector.general' : 'connector.authorization_failed']);
  }
});

test.each<[string, string, (path: string, p: Idp) => void]>([
  ['tokens', 'never end', (path, p) => { p.takes.set(path, (_, r) => {
    r.on('error', () => {});
    const timer = setInterval(() => { if (r.destroyed) clearInterval(timer); else r.write('['.repeat(65536)); }, 1);
  }); }],
  ['tokens', 'are giant', (path, p) => { p.takes.set(path, (_, r) => r.end(`{"id_token":"${'x'.repeat(400_000)}"}`)); }],
  ['keys', 'never end', (path, p) => { p.takes.set(path, (_, r) => {
    r.on('error', () => {});
    const timer = setInterval(() => { if (r.destroyed) clearInterval(timer); else r.write('['.repeat(65536)); }, 1);
  }); }],
  ['keys', 'lead to themselves for ever', (path, p) => { p.takes.set(path, (_, r) =>
    r.writeHead(302, { location: `${p.issuer}${path}` }).end()); }],
  ['keys', 'lead to another server', (path, p) => { p.takes.set(path, (_, r) =>
    r.writeHead(302, { location: `${other.issuer}/keys` }).end()); }],
  ['keys', 'are a page', (path, p) => { p.takes.set(path, (_, r) => r.end('<html>')); }],
])('%s that %s prove nothing, and are asked for once', async (what, _, spoil) => {
  const idp = await identityProvider(), c = await connect(idp), path = what === 'keys' ? '/keys' : '/token', before = other.seen.length;
  spoil(path, idp);
  const { b, went, answer } = await prove(c, idp);
  expect([answer.status, answer.body.code]).toEqual([500, expect.stringMatching(/^connector\.(general|authorization_failed)$/)]);
  expect(idp.seen.filter((one) => one.path === path)).toHaveLength(1);
  expect(other.seen).toHaveLength(before);
  problem(await b.page('POST', '/identification', { verificationId: went.verificationId }), 400, 'session.verification_failed');
});

test('a storm of tokens by unknown keys has the keys read again once, and the known key goes on', async () => {
  const idp = await identityProvider(), c = await connect(idp), reads = () => idp.seen.filter(({ path }) => path === '/keys').length;
  ok((await prove(c, idp)).answer);
  expect(reads()).toBe(1);
  const good = idp.key;
  for (let i = 0; i < 8; i++) {
    idp.key = await newKey('ES256', `unknown-${i}`);
    problem((await prove(c, idp)).answer, 500, 'connector.authorization_failed');
  }
  expect(reads()).toBe(2);
  idp.key = good;
  ok((await prove(c, idp)).answer);
  expect(reads()).toBe(2);
});

test('a token that another sign-in at the same connector asked for proves nothing here, with or without a state', async () => {
  const idp = await identityProvider(), c = await connect(idp);
  for (const keepsState of [true, false]) {
    const [ada, eve] = [await fresh(), await fresh()];
    const mine = await go(c, ada, idp);
    await go(c, eve, idp);		// the token will have this one's nonce
    const { state, ...rest } = mine.connectorData;
    problem(await verify(c, ada, { ...mine, connectorData: keepsState ? { ...rest, state } : rest }), 500, 'connector.authorization_failed');
  }
});

test('a proof cannot be brought twice, though it was good', async () => {
  const c = await connect();
  somebody(c);
  const { b, went, answer } = await prove(c);
  ok(answer);
  problem(await verify(c, b, went), 400, 'session.connector_validation_session_not_found');
});

test('somebody new who finishes four times at once is one user and one member, and comes back as the same', async () => {
  const c = await connect(), { sub, email } = somebody(c), organization = await build.organization();
  ok(await api.post(`/organizations/${organization.id}/jit/sso-connectors`, { ssoConnectorIds: [c.id] }), 201);
  const all: { b: Browser; verificationId: string }[] = [];
  for (let i = 0; i < 4; i++) {
    const { b, answer } = await prove(c);
    all.push({ b, verificationId: ok(answer).verificationId });
  }
  for (const { b } of all) ok(await b.page('PUT', '/interaction-event', { interactionEvent: 'Register' }), 204);
  const answers = await Promise.all(all.map(({ b, verificationId }) => b.page('POST', '/identification', { verificationId })));
  const first = answers.findIndex(({ status }) => status === 201);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  for (const { status, body } of answers.filter((_, i) => i !== first))
    expect([status, body.code]).toEqual([422, expect.stringMatching(/^user\.(identity|email)_already_in_use$/)]);
  ok(await all[first]!.b.page('POST', '/submit'));
  const user = await userOf(provider, sub);
  expect(user).toMatchObject({ primaryEmail: email, ssoIdentities: [{ identityId: sub }] });
  expect(ok(await api.get(`/organizations/${organization.id}/users`)).map(({ id }: any) => id)).toEqual([user.id]);
  expect(await signIn(c)).toMatchObject({ isNew: false });
});

test('a provider that does not answer is told from one that refuses, and delays nobody else', async () => {
  const idp = await identityProvider();
  const c = await connect(idp);
  idp.takes.set('/token', () => {});
  const slow = prove(c, idp);
  const begun = Date.now();
  somebody(back);
  ok((await prove(back)).answer);
  expect(Date.now() - begun).toBeLessThan(5000);
  problem((await slow).answer, 500, 'connector.general');
}, 20000);

// ---- providers whose accounts are everybody's

test('without a fixed address in the configuration Google’s own is used', async () => {
  const made = await api.post('/sso-connectors', { providerName: 'GoogleWorkspace', connectorName: unique('sso'), domains: ['g.example'],
    config: { ...provider.client, issuer: provider.issuer } });
  // what it answers here depends on the network; never is the configured issuer asked
  if (made.status === 400) expect(made.body.data.config.issuer).toBe('https://accounts.google.com');
  else expect(made.body.config.issuer).toBeUndefined();
});

const tenant = '11111111-2222-3333-4444-555555555555';
test('of an issuer for all customers only people count whose address their own organization owns', async () => {
  const idp = await identityProvider();
  idp.discovery = { issuer: `${idp.issuer}/{tenantid}/v2.0` };
  const c = await connect(idp, { providerName: 'AzureAdOidc' }, { trustUnverifiedEmail: true });
  const email = `ada@${c.domain}`;
  const user = ok(await api.post('/users', { primaryEmail: email }));
  const good = { tid: tenant, iss: `${idp.issuer}/${tenant}/v2.0`, sub: 'entra', email, xms_edov: true };
  for (const bad of [{ xms_edov: undefined }, { xms_edov: false }, { xms_edov: '0' }, { email: 'ada@elsewhere.example' }, { email: undefined },
    { tid: undefined }, { tid: `${tenant}/x` }, { tid: '66666666-2222-3333-4444-555555555555' }, { iss: `${idp.issuer}/{tenantid}/v2.0` }]) {
    Object.assign(idp.claims, good, bad);
    idp.userinfo = { sub: 'entra', email, xms_edov: true };
    expect((await prove(c, idp)).answer.body.code, JSON.stringify(bad)).toBe('connector.authorization_failed');
  }
  idp.claims = good;
  idp.userinfo = { sub: 'entra' };
  await signIn(c, idp);
  expect(ok(await api.get(`/users/${user.id}?includeSsoIdentities=true`)).ssoIdentities).toMatchObject([{ issuer: good.iss }]);
});

test('no address of this machine or its network is asked unless the operator allows it', async () => {
  const guarded = await startServer();
  for (const issuer of [provider.issuer, 'http://localhost:1', 'http://169.254.169.254', 'http://[::1]:1', 'http://10.0.0.1', 'http://0x7f.1']) {
    const before = provider.seen.length;
    const answer = await guarded.api.post('/sso-connectors', { providerName: 'OIDC', connectorName: unique('sso'),
      config: { ...provider.client, issuer } });
    problem(answer, 400, 'connector.invalid_config');
    expect(provider.seen).toHaveLength(before);
  }
});

test('a provider that posts its answer as a form reaches the same page, and the sign-in goes on', async () => {
  const c = await connect();
  somebody(c);
  const b = await fresh(), went = await go(c, b);
  const form = new URLSearchParams(went.connectorData as Record<string, string>);
  const posted = await new Browser(() => server.base).request('POST', `/callback/${c.id}`, { body: form });
  const back = new URL(posted.headers.location ?? '', server.base);
  expect([posted.status, back.origin, back.pathname]).toEqual([303, server.base, `/callback/${c.id}`]);
  expect(Object.fromEntries(back.searchParams)).toEqual(Object.fromEntries(form));
  ok(await verify(c, b, { ...went, connectorData: Object.fromEntries(back.searchParams) }));
});

test('a form of another site names no other page and takes nothing along that is too long', async () => {
  const c = await connect(), post = (path: string, code: string) => new Browser(() => server.base).request('POST', path,
    { body: new URLSearchParams({ code, redirect_uri: 'https://evil.example' }) });
  expect((await post(`/callback/${c.id}`, 'x')).headers.location).toMatch(/^(http:\/\/localhost:\d+)?\/callback\/[0-9a-z]+\?/);
  expect((await post(`/callback/${c.id}`, 'x'.repeat(200_000))).status).toBeGreaterThanOrEqual(400);
});
