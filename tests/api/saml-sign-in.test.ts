// People sign in by their organization's SAML provider, one of another make: jit-and-sso.md sections 3.4 to 3.6 and 4.4.
import { createServer } from 'node:http';
import { createHash, createVerify, createPublicKey } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { Browser, newApp } from './support/browser.ts';
import { unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { atEnd, newFolder } from './support/owned.ts';
import { bare, metadata, newPair, response, type Said } from './support/saml.ts';
import { engine, Server, startServer } from './support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const [idp, stranger] = [newPair(), newPair()];
const app = await newApp(api);
ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: true,
  signUp: { identifiers: ['username'], password: true, verify: false } }));

const metadataOf = (entityId: string, certificate = idp.certificate) => metadata(entityId, certificate);

let made = 0;
const newDomain = () => `firm${++made}.example`;
const byHand = (entityId: string) => ({ entityId, signInEndpoint: 'https://idp.example/sso', x509Certificate: idp.certificate });
const post = (config: object, domain = newDomain(), providerName = 'SAML') => api.post('/sso-connectors',
  { providerName, connectorName: unique('saml'), domains: [domain],
    config: { attributeMapping: { email: emailClaim, name: nameClaim }, ...config } });

// as the other make names them
const emailClaim = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress';
const nameClaim = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name';

interface Connector { id: string; domain: string; issuer: string; acs: string; audience: string }
async function connect(config?: (issuer: string) => object): Promise<Connector> {
  const domain = newDomain(), issuer = `urn:${domain}`;
  const { id } = ok(await post((config ?? byHand)(issuer), domain));
  return { id, domain, issuer, acs: `${server.base}/api/authn/single-sign-on/saml/${id}`,
    audience: `${server.base}/enterprise-sso/${id}` };
}

const fresh = async () => (await new Browser(() => server.base).visit(app)).start();
const inflate = (request: string): string => inflateRawSync(Buffer.from(request, 'base64')).toString();

/** Goes to the provider; what it is asked. */
async function go(c: Connector, b: Browser, redirectUri = `${server.base}/callback/${c.id}`) {
  const { authorizationUri, verificationId } = ok(await b.page('POST', `/verification/sso/${c.id}/authorization-uri`,
    { state: 'state-of-page', redirectUri }));
  const url = new URL(authorizationUri), xml = inflate(url.searchParams.get('SAMLRequest') ?? '');
  return { url, xml, verificationId: verificationId as string, relayState: url.searchParams.get('RelayState') ?? '',
    id: /ID="([^"]+)"/.exec(xml)?.[1] ?? '' };
}
type Went = Awaited<ReturnType<typeof go>>;

const said = (c: Connector, went: Went, more: Partial<Said> = {}): Said => ({ issuer: c.issuer, audience: c.audience, acs: c.acs,
  inResponseTo: went.id, id: `ada-${c.domain}`, email: `ada@${c.domain}`, ...more });
const form = (xml: string, relayState?: string) => new URLSearchParams({ SAMLResponse: Buffer.from(xml).toString('base64'),
  ...(relayState === undefined ? {} : { RelayState: relayState }) });
/** What a browser without any cookie of ours posts. */
const assert = (c: Connector, xml: string, relayState?: string) =>
  new Browser(() => server.base).request('POST', `/api/authn/single-sign-on/saml/${c.id}`, { body: form(xml, relayState) });

/** The query with which the browser comes back to the page. */
async function answered(c: Connector, went: Went, more: Partial<Said> = {}): Promise<Record<string, string>> {
  const back = await assert(c, await response(idp, said(c, went, more)), went.relayState);
  expect({ status: back.status, text: back.status === 302 ? '' : back.text }).toEqual({ status: 302, text: '' });
  const location = new URL(back.headers.location ?? '');
  expect(location.origin + location.pathname).toBe(`${server.base}/callback/${c.id}`);
  return Object.fromEntries(location.searchParams);
}
const verify = (c: Connector, b: Browser, went: Went, connectorData: object) => b.page('POST', `/verification/sso/${c.id}/verify`,
  { verificationId: went.verificationId, connectorData });

async function signIn(c: Connector, more: Partial<Said> = {}): Promise<{ userId: string; isNew: boolean }> {
  const b = await fresh(), went = await go(c, b);
  const { verificationId } = ok(await verify(c, b, went, await answered(c, went, more)));
  const identified = await b.page('POST', '/identification', { verificationId }), isNew = identified.status === 404;
  if (isNew) {
    problem(identified, 404, 'user.sso_identity_not_exist');
    ok(await b.page('PUT', '/interaction-event', { interactionEvent: 'Register' }), 204);
    ok(await b.page('POST', '/identification', { verificationId }), 201);
  } else ok(identified, 204);
  const { userId } = ok(await b.page('GET', '/interaction'));
  const { redirectTo } = ok(await b.page('POST', '/submit'));
  expect((await b.follow(redirectTo)).get('code')).toBeTruthy();
  return { userId, isNew };
}

const newKey = async (c: Connector, active = true) => ok(await api.post(`/sso-connectors/${c.id}/signing-keys`, { active }), 201);
/** One with a key in use and one that rests, for all tests: to make a key takes seconds. */
let keyed: Promise<{ c: Connector; active: any; resting: any }> | undefined;
const withKeys = () => keyed ??= connect().then(async (c) => ({ c, resting: await newKey(c, false), active: await newKey(c) }));

test('somebody new registers by SAML, joins the organization of the connector, and comes back as the same', async () => {
  const c = await connect();
  const { id: firm } = ok(await api.post('/organizations', { name: unique('Firm') }), 201);
  ok(await api.post(`/organizations/${firm}/jit/sso-connectors`, { ssoConnectorIds: [c.id] }), 201);
  const first = await signIn(c), again = await signIn(c);
  expect([first.isNew, again]).toEqual([true, { userId: first.userId, isNew: false }]);
  const user = ok(await api.get(`/users/${first.userId}?includeSsoIdentities=true`));
  expect(user).toMatchObject({ primaryEmail: `ada@${c.domain}`, name: 'Ada Lovelace' });
  expect(user.ssoIdentities).toMatchObject([{ issuer: c.issuer, identityId: `ada-${c.domain}`,
    detail: { nameID: `ada-${c.domain}`, [nameClaim]: 'Ada Lovelace' } }]);
  expect(ok(await api.get(`/organizations/${firm}/users`)).map(({ id }: { id: string }) => id)).toEqual([first.userId]);
});

test('the request names us, the provider and nothing of the person, and is not signed', async () => {
  const c = await connect(), { url, xml } = await go(c, await fresh());
  expect([...url.searchParams.keys()]).toEqual(['SAMLRequest', 'RelayState']);
  expect(url.origin + url.pathname).toBe('https://idp.example/sso');
  expect(xml).toMatch(/^<samlp:AuthnRequest .*<saml:Issuer>[^<]+<\/saml:Issuer><samlp:NameIDPolicy AllowCreate="true"\/><\/samlp:AuthnRequest>$/);
  for (const part of [`AssertionConsumerServiceURL="${c.acs}"`, `<saml:Issuer>${c.audience}<`, 'Destination="https://idp.example/sso"'])
    expect(xml).toContain(part);
});

test.each([['SHA-256', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'RSA-SHA256'],
  ['SHA-512', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', 'RSA-SHA512']])('requests are signed with %s by the active key',
  async (_name, requestSignatureAlgorithm, digest) => {
    const { c, active: key } = await withKeys();
    ok(await api.patch(`/sso-connectors/${c.id}`, { config: { ...byHand(c.issuer), signAuthnRequest: true, requestSignatureAlgorithm } }));
    const { url } = await go(c, await fresh()), [covered, signature] = url.search.slice(1).split('&Signature=');
    expect(url.searchParams.get('SigAlg')).toBe(requestSignatureAlgorithm);
    expect(createVerify(digest).update(covered!).verify(createPublicKey(key.certificate),
      decodeURIComponent(signature!), 'base64')).toBe(true);
  });

test('what is encrypted to a key of the connector is read, also to one that rests', async () => {
  const { c, active, resting } = await withKeys();
  expect((await signIn(c, { encryptTo: active.certificate })).isNew).toBe(true);
  expect((await signIn(c, { encryptTo: resting.certificate })).isNew).toBe(false);
});

test('metadata of the connector says who we are, with its keys', async () => {
  const { c, active: key } = await withKeys();
  const answer = await new Browser(() => server.base).get(`/enterprise-sso/${c.id}`);
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/samlmetadata+xml']);
  for (const part of [`entityID="${c.audience}"`, `Location="${c.acs}"`, bare(key.certificate)]) expect(answer.text).toContain(part);
});

test('metadata at an address is fetched, and metadata as text is read', async () => {
  const issuer = `urn:${unique('idp')}`;
  const web = createServer((_rq, rs) => rs.end(metadataOf(issuer))).listen(0);
  atEnd(() => web.close());
  for (const config of [{ metadataUrl: `http://localhost:${(web.address() as AddressInfo).port}/` }, { metadata: metadataOf(issuer) }]) {
    const { id } = ok(await post(config));
    expect(ok(await api.get(`/sso-connectors/${id}`)).providerConfig.identityProvider).toEqual({ entityId: issuer,
      signInEndpoint: 'https://idp.example/sso?x=1', x509Certificate: expect.stringContaining('BEGIN CERTIFICATE'),
      certificateExpiresAt: expect.any(Number), isCertificateValid: true });
  }
});

test.each([
  ['connector.invalid_metadata', { metadata: '<html/>' }], ['connector.invalid_metadata', { metadata: '<!DOCTYPE x><x/>' }],
  ['connector.invalid_metadata', { metadataUrl: 'http://localhost:1/' }],
  ['connector.invalid_metadata', { metadata: metadataOf('') }],
  ['connector.invalid_metadata', { metadata: metadataOf('urn:x', 'AAAA') }],
  ['connector.invalid_certificate', { ...byHand('urn:x'), x509Certificate: 'AAAA' }],
])('%s: %j is not stored', async (code, config) => {
  const { data } = problem(await post(config), 400, code);
  expect(data).toMatchObject({ ssoErrorCode: code.replace('connector.', ''), error: expect.any(String) });
});

test('what another browser has brought is of no use to who began', async () => {
  const c = await connect(), b = await fresh(), went = await go(c, b);
  await answered(c, went);
  problem(await verify(c, b, went, { state: 'state-of-page' }), 500, 'connector.authorization_failed');
});

test('a ticket that was guessed is refused, and the session is gone', async () => {
  const c = await connect(), b = await fresh(), went = await go(c, b), data = await answered(c, went);
  problem(await verify(c, b, went, { ...data, ticket: 'a'.repeat(43) }), 500, 'connector.authorization_failed');
  problem(await verify(c, b, went, data), 400, 'session.connector_validation_session_not_found');
});

test.each(['https://evil.example/callback', 'javascript:alert(1)', '', '//evil.example'])(
  'the way back does not lead to %j', async (redirectUri) => {
    const c = await connect(), b = await fresh();
    expect((await b.page('POST', `/verification/sso/${c.id}/authorization-uri`, { state: 's', redirectUri })).status).toBe(400);
  });

test('nobody is there before the provider has answered', async () => {
  const c = await connect(), b = await fresh(), went = await go(c, b);
  problem(await verify(c, b, went, { state: 'state-of-page', ticket: 'x' }), 500, 'connector.authorization_failed');
});

test('an assertion signs in once: neither its sign-in nor another takes it again', async () => {
  const c = await connect(), b = await fresh(), went = await go(c, b), xml = await response(idp, said(c, went));
  expect((await assert(c, xml, went.relayState)).status).toBe(302);
  problem(await assert(c, xml, went.relayState), 400, 'session.connector_validation_session_not_found');
  const other = await go(c, await fresh());
  problem(await assert(c, xml, other.relayState), 401, 'connector.authorization_failed');
});

test('an address of another domain does not become the person’s', async () => {
  const victim = ok(await api.post('/users', { primaryEmail: `grace@${newDomain()}` }));
  const { userId, isNew } = await signIn(await connect(), { email: victim.primaryEmail, id: unique('evil') });
  expect(isNew).toBe(true);
  expect(userId).not.toBe(victim.id);
  expect(ok(await api.get(`/users/${userId}`)).primaryEmail).toBeNull();
});

test('a provider cannot sign in at the connector of another', async () => {
  const [mine, theirs] = [await connect(), await connect()], went = await go(theirs, await fresh());
  problem(await assert(theirs, await response(idp, said(theirs, went, { issuer: mine.issuer })), went.relayState), 401,
    'connector.authorization_failed');
  problem(await assert(mine, await response(idp, said(mine, went)), went.relayState), 404,
    'session.connector_validation_session_not_found');
});

/** A provider that publishes whatever it likes of itself, now; the certificate is `pair`'s. */
const publisher = (pair: typeof idp) => {
  const says = { issuer: `urn:${unique('idp')}` };
  const web = createServer((_rq, rs) => rs.end(metadataOf(says.issuer, pair.certificate))).listen(0);
  atEnd(() => web.close());
  return { says, metadataUrl: `http://localhost:${(web.address() as AddressInfo).port}/` };
};

/** Somebody registers at a provider that calls itself as that of another connector, with an account as Ada has it there. */
async function intrude(theirs: Connector): Promise<string> {
  const { says, metadataUrl } = publisher(stranger);
  says.issuer = theirs.issuer;
  const own = await connect(() => ({ metadataUrl })), b = await fresh(), went = await go(own, b);
  const xml = await response(stranger, said(own, went, { issuer: theirs.issuer, id: `ada-${theirs.domain}`, email: `ada@${theirs.domain}` }));
  const back = await assert(own, xml, went.relayState);
  const { verificationId } = ok(await verify(own, b, went, Object.fromEntries(new URL(back.headers.location ?? '').searchParams)));
  problem(await b.page('POST', '/identification', { verificationId }), 404, 'user.sso_identity_not_exist');
  ok(await b.page('PUT', '/interaction-event', { interactionEvent: 'Register' }), 204);
  ok(await b.page('POST', '/identification', { verificationId }), 201);
  const { userId } = ok(await b.page('GET', '/interaction'));
  ok(await b.page('POST', '/submit'));
  return userId;
}

test('a provider that takes the name of another organization’s signs in nobody there', async () => {
  const theirs = await connect(), { userId: victim } = await signIn(theirs), intruder = await intrude(theirs);
  expect(intruder).not.toBe(victim);
  expect(ok(await api.get(`/users/${intruder}`)).primaryEmail).toBeNull();
  expect(await signIn(theirs)).toEqual({ userId: victim, isNew: false });
});

test('a provider that takes the name of another organization’s before its people have come keeps none of them out', async () => {
  const theirs = await connect(), intruder = await intrude(theirs), { userId: victim, isNew } = await signIn(theirs);
  expect(isNew).toBe(true);
  expect(victim).not.toBe(intruder);
  expect(await signIn(theirs)).toEqual({ userId: victim, isNew: false });
  for (const [id, connector] of [[victim, theirs.id], [intruder, expect.not.stringMatching(theirs.id)]])
    expect(ok(await api.get(`/users/${id}?includeSsoIdentities=true`)).ssoIdentities)
      .toMatchObject([{ issuer: theirs.issuer, identityId: `ada-${theirs.domain}`, ssoConnectorId: connector }]);
});

test('two connectors to one provider know the same person, by an address in the domains of both', async () => {
  const first = await connect(), { userId } = await signIn(first);
  const { id } = ok(await post(byHand(first.issuer), first.domain));
  const second = { ...first, id, acs: `${server.base}/api/authn/single-sign-on/saml/${id}`, audience: `${server.base}/enterprise-sso/${id}` };
  expect(await signIn(second)).toEqual({ userId, isNew: false });
});

test('with syncProfile a known person’s name follows the provider, and the address never does', async () => {
  const victim = ok(await api.post('/users', { primaryEmail: `grace@${newDomain()}` }));
  const c = await connect(), { userId } = await signIn(c);
  ok(await api.patch(`/sso-connectors/${c.id}`, { syncProfile: true }));
  for (const email of [victim.primaryEmail, `other@${c.domain}`]) {
    expect(await signIn(c, { email })).toEqual({ userId, isNew: false });
    expect(ok(await api.get(`/users/${userId}`)).primaryEmail).toBe(`ada@${c.domain}`);
  }
});

test('the form with two responses, or two sign-ins, is refused', async () => {
  const c = await connect(), b = await fresh(), went = await go(c, b), good = form(await response(idp, said(c, went)), went.relayState);
  for (const [name, value] of [['SAMLResponse', Buffer.from('<x/>').toString('base64')], ['RelayState', 'another']] as const) {
    const twice = new URLSearchParams(good);
    twice.append(name, value);
    expect((await new Browser(() => server.base).request('POST', `/api/authn/single-sign-on/saml/${c.id}`, { body: twice })).status)
      .toBeGreaterThanOrEqual(400);
  }
  ok(await verify(c, b, went, await answered(c, went)));
});

test('an answer under the name of another browser’s sign-in is refused, and both go on', async () => {
  const c = await connect(), [ada, eve] = [await fresh(), await fresh()], mine = await go(c, ada), theirs = await go(c, eve);
  const [xml, evil] = [await response(idp, said(c, mine)), await response(idp, said(c, theirs, { id: 'eve', email: `eve@${c.domain}` }))];
  problem(await assert(c, xml, theirs.relayState), 401, 'connector.authorization_failed');
  problem(await assert(c, evil, mine.relayState), 401, 'connector.authorization_failed');
  ok(await verify(c, ada, mine, await answered(c, mine)));
  ok(await verify(c, eve, theirs, await answered(c, theirs)));
});

test('what a provider says of its own accord about somebody of another domain does not become theirs', async () => {
  const victim = ok(await api.post('/users', { primaryEmail: `grace@${newDomain()}` }));
  const c = await connect();
  ok(await initiated(c, { autoSendAuthorizationRequest: false, defaultApplicationId: app.id,
    clientIdpInitiatedAuthCallbackUri: 'https://app.example/sso' }));
  const b = await fresh();
  const xml = await response(idp, { ...said(c, {} as Went, { email: victim.primaryEmail, id: unique('evil') }), inResponseTo: undefined });
  expect((await b.request('POST', `/api/authn/single-sign-on/saml/${c.id}`, { body: form(xml) })).status).toBe(302);
  const { authorizationUri, verificationId } = ok(await b.page('POST', `/verification/sso/${c.id}/authorization-uri`,
    { state: 's', redirectUri: `${server.base}/callback/${c.id}` }));
  ok(await verify(c, b, { verificationId } as Went, Object.fromEntries(new URL(authorizationUri).searchParams)));
  problem(await b.page('POST', '/identification', { verificationId }), 404, 'user.sso_identity_not_exist');
  ok(await b.page('PUT', '/interaction-event', { interactionEvent: 'Register' }), 204);
  ok(await b.page('POST', '/identification', { verificationId }), 201);
  const { userId } = ok(await b.page('GET', '/interaction'));
  expect(userId).not.toBe(victim.id);
  expect(ok(await api.get(`/users/${userId}`)).primaryEmail).toBeNull();
});

test('of the session that a provider began only the browser that brought it has use, once, at its connector', async () => {
  const [c, other] = [await connect(), await connect()], page = (one: Connector) => [`/verification/sso/${one.id}/authorization-uri`,
    { state: 's', redirectUri: `${server.base}/callback/${one.id}` }] as const;
  for (const one of [c, other]) ok(await initiated(one, { autoSendAuthorizationRequest: false, defaultApplicationId: app.id,
    clientIdpInitiatedAuthCallbackUri: 'https://app.example/sso' }));
  const b = await fresh(), stranger = await fresh();
  expect((await b.request('POST', `/api/authn/single-sign-on/saml/${c.id}`, { body: form(await unasked(c)) })).status).toBe(302);
  for (const [browser, one] of [[stranger, c], [b, other]] as const)
    expect(new URL(ok(await browser.page('POST', ...page(one))).authorizationUri).origin).toBe('https://idp.example');
  expect(new URL(ok(await b.page('POST', ...page(c))).authorizationUri).pathname).toBe(`/callback/${c.id}`);
  expect(new URL(ok(await b.page('POST', ...page(c))).authorizationUri).origin).toBe('https://idp.example');
});

test('metadata at an address of this machine or its network is not fetched unless the operator allows it', async () => {
  const guarded = await startServer();
  for (const metadataUrl of [publisher(idp).metadataUrl, 'http://169.254.169.254/latest/meta-data', 'http://[::ffff:10.0.0.1]/', 'http://0x7f.1/'])
    problem(await guarded.api.post('/sso-connectors', { providerName: 'SAML', connectorName: unique('saml'), config: { metadataUrl } }),
      400, 'connector.invalid_metadata');
});

test.runIf(engine === 'postgres')('an assertion that one copy has taken is refused by every other', async () => {
  // both have the same address, as behind a proxy, and listen at ports of their own
  const taken = createServer().listen(0), { port } = taken.address() as AddressInfo;
  await new Promise((closed) => taken.close(closed));
  await new Server(join(newFolder('copy-'), 'data'), { db: server.db!, flags: ['--port', String(port), '--endpoint', server.base,
    '--call-private-addresses', 'true', '--seal-key-file', join(server.data, 'seal.key')] }).start();
  const c = await connect();
  ok(await initiated(c, { autoSendAuthorizationRequest: false, defaultApplicationId: app.id,
    clientIdpInitiatedAuthCallbackUri: 'https://app.example/sso' }));
  const xml = await unasked(c), atCopy = (one: string) => new Browser(() => `http://localhost:${port}`).request('POST',
    `/api/authn/single-sign-on/saml/${c.id}`, { body: form(one) });
  expect((await assert(c, xml)).status).toBe(302);
  problem(await atCopy(xml), 401, 'connector.authorization_failed');
  expect((await atCopy(await unasked(c))).status).toBe(302);
});

test.each([
  ['nothing signed', { signs: 'nothing' as const }], ['SHA-1', { digest: 'sha1' as const }],
  ['another audience', { audience: 'https://other.example' }], ['another recipient', { acs: 'https://other.example' }],
  ['another request', { inResponseTo: '_other' }], ['no request', { inResponseTo: undefined }],
  ['what has expired', { lifetimeInSeconds: -600 }],
] as const)('a response with %s is refused', async (_name, more) => {
  const c = await connect(), went = await go(c, await fresh());
  problem(await assert(c, await response(idp, said(c, went, more)), went.relayState), 401, 'connector.authorization_failed');
});

test('a connector that allows SHA-1 takes it, and refuses it again when that is turned off', async () => {
  const c = await connect((issuer) => ({ ...byHand(issuer), allowSha1: true })), sha1 = { digest: 'sha1' as const };
  expect(ok(await api.get(`/sso-connectors/${c.id}`)).config.allowSha1).toBe(true);
  expect((await signIn(c, sha1)).isNew).toBe(true);
  ok(await api.patch(`/sso-connectors/${c.id}`, { config: byHand(c.issuer) }));
  expect(ok(await api.get(`/sso-connectors/${c.id}`)).config).not.toHaveProperty('allowSha1');
  const went = await go(c, await fresh());
  problem(await assert(c, await response(idp, said(c, went, sha1)), went.relayState), 401, 'connector.authorization_failed');
});

test.each(['yes', 1])('whether SHA-1 is allowed is told by true or false, not by %j', async (allowSha1) => {
  problem(await post({ ...byHand('urn:x'), allowSha1 }), 400, 'connector.invalid_config');
});

test('a stranger’s signature is refused, and the sign-in goes on', async () => {
  const c = await connect(), b = await fresh(), went = await go(c, b);
  problem(await assert(c, await response(stranger, said(c, went)), went.relayState), 401, 'connector.authorization_failed');
  ok(await verify(c, b, went, await answered(c, went)));
});

test.each(['no base64 at all *', Buffer.from('<html/>').toString('base64'), Buffer.from('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>').toString('base64')])(
  'a response of %j is refused', async (SAMLResponse) => {
    const c = await connect(), went = await go(c, await fresh());
    problem(await new Browser(() => server.base).request('POST', `/api/authn/single-sign-on/saml/${c.id}`,
      { body: new URLSearchParams({ SAMLResponse, RelayState: went.relayState }) }), 401, 'connector.authorization_failed');
  });

test('a response needs a form, a sign-in that waits for it, and a connector that speaks SAML', async () => {
  const c = await connect(), went = await go(c, await fresh()), xml = await response(idp, said(c, went));
  problem(await assert(c, xml), 404, 'session.connector_validation_session_not_found');
  problem(await assert(c, xml, 'unknown'), 400, 'session.not_found');
  problem(await assert({ ...c, id: 'unknown' }, xml, went.relayState), 404, 'entity.not_exists_with_id');
  problem(await new Browser(() => server.base).request('POST', `/api/authn/single-sign-on/saml/${c.id}`, { body: new URLSearchParams({ RelayState: 'x' }) }),
    400, 'guard.invalid_input');
  const oidc = ok(await api.post('/sso-connectors', { providerName: 'OIDC', connectorName: unique('oidc') }));
  problem(await assert({ ...c, id: oidc.id }, xml, went.relayState), 400, 'connector.unexpected_type');
});

test('signing keys are listed, changed and deleted, and the one in use stays', async () => {
  const c = await connect(), at = `/sso-connectors/${c.id}/signing-keys`;
  const first = await newKey(c), second = await newKey(c, false);
  const digest = createHash('sha256').update(Buffer.from(bare(first.certificate), 'base64')).digest('hex').toUpperCase();
  expect(first).toEqual({ id: expect.any(String), certificate: expect.stringMatching(/^-----BEGIN CERTIFICATE-----\r\n/), active: true,
    createdAt: expect.any(Number), expiresAt: first.createdAt + 3 * 365 * 86400_000,
    fingerprints: { sha256: { unformatted: digest, formatted: digest.match(/../g)!.join(':') } } });
  expect(ok(await api.get(at)).map(({ id }: { id: string }) => id)).toEqual([second.id, first.id]);
  problem(await api.delete(`${at}/${first.id}`), 400, 'single_sign_on.can_not_delete_active_signing_key');
  ok(await api.patch(`/sso-connectors/${c.id}`, { config: { ...byHand(c.issuer), signAuthnRequest: true } }));
  problem(await api.patch(`${at}/${first.id}`, { active: false }), 400, 'single_sign_on.can_not_deactivate_signing_key_in_use');
  expect(ok(await api.patch(`${at}/${second.id}`, { active: true })).active).toBe(true);
  expect(ok(await api.get(at)).map(({ active }: { active: boolean }) => active)).toEqual([true, false]);
  ok(await api.delete(`${at}/${first.id}`), 204);
  problem(await api.delete(`${at}/${first.id}`), 404, 'entity.not_found');
  problem(await api.patch(`${at}/unknown`, { active: true }), 404, 'entity.not_found');
  problem(await api.get('/sso-connectors/unknown/signing-keys'), 404, 'entity.not_exists_with_id');
  const oidc = ok(await api.post('/sso-connectors', { providerName: 'OIDC', connectorName: unique('oidc') }));
  problem(await api.get(`/sso-connectors/${oidc.id}/signing-keys`), 404, 'connector.not_found');
});

const initiated = (c: Connector, to: string | object) =>
  (to === 'GET' || to === 'DELETE' ? api.request(to, `/sso-connectors/${c.id}/idp-initiated-auth-config`) :
    api.put(`/sso-connectors/${c.id}/idp-initiated-auth-config`, to as object));
const unasked = async (c: Connector) => response(idp, { ...said(c, {} as Went), inResponseTo: undefined });

test('a provider begins a sign-in: the browser goes to the authorization, and signs in without asking it again', async () => {
  const c = await connect(), web = await newApp(api, 'Traditional');
  expect(ok(await initiated(c, { autoSendAuthorizationRequest: true, defaultApplicationId: web.id,
    authParameters: { scope: 'email', audience: 'x' } }))).toEqual({ tenantId: 'default', connectorId: c.id,
    defaultApplicationId: web.id, redirectUri: null, authParameters: { scope: 'email', audience: 'x' },
    autoSendAuthorizationRequest: true, clientIdpInitiatedAuthCallbackUri: null, createdAt: expect.any(Number) });
  const b = new Browser(() => server.base);
  const went = await b.request('POST', `/api/authn/single-sign-on/saml/${c.id}`, { body: form(await unasked(c)) });
  const to = new URL(went.headers.location ?? '');
  expect([went.status, to.origin + to.pathname, Object.fromEntries(to.searchParams)]).toEqual([302, `${server.base}/oidc/auth`, {
    response_type: 'code', client_id: web.id, redirect_uri: expect.any(String), prompt: 'login', direct_sign_in: `sso:${c.id}`,
    scope: 'openid profile email', audience: 'x' }]);
  expect((await b.get(to.pathname + to.search)).status).toBe(303);
  await b.start();
  const begun = ok(await b.page('POST', `/verification/sso/${c.id}/authorization-uri`,
    { state: 's', redirectUri: `${server.base}/callback/${c.id}` }));
  const back = new URL(begun.authorizationUri);
  expect(back.origin + back.pathname).toBe(`${server.base}/callback/${c.id}`);
  const proof = { verificationId: begun.verificationId } as Went;
  ok(await verify(c, b, proof, Object.fromEntries(back.searchParams)));
  expect(new URL(ok(await b.page('POST', `/verification/sso/${c.id}/authorization-uri`,
    { state: 's', redirectUri: `${server.base}/callback/${c.id}` })).authorizationUri).origin).toBe('https://idp.example');
});

test('the application may begin the sign-in itself', async () => {
  const c = await connect();
  ok(await initiated(c, { autoSendAuthorizationRequest: false, defaultApplicationId: app.id,
    clientIdpInitiatedAuthCallbackUri: 'https://app.example/sso?a=1' }));
  const went = await assert(c, await unasked(c));
  expect([went.status, went.headers.location]).toEqual([302, `https://app.example/sso?a=1&ssoConnectorId=${c.id}`]);
  expect(went.rawHeaders.filter((one) => one.startsWith('_logto_idp_saml_sso_session_id=')))
    .toEqual([expect.stringMatching(/HttpOnly.*SameSite=Strict|SameSite=Strict.*HttpOnly/i)]);
});

test('a response to a request does not begin a sign-in, nor one that came before', async () => {
  const c = await connect(), xml = await unasked(c);
  problem(await assert(c, xml), 404, 'session.connector_validation_session_not_found');
  ok(await initiated(c, { autoSendAuthorizationRequest: false, defaultApplicationId: app.id,
    clientIdpInitiatedAuthCallbackUri: 'https://app.example/sso' }));
  problem(await assert(c, await response(idp, said(c, { id: '_q' } as Went))), 401, 'connector.authorization_failed');
  expect((await assert(c, xml)).status).toBe(302);
  problem(await assert(c, xml), 401, 'connector.authorization_failed');
});

test('what a provider may begin is checked, replaced whole, and deleted', async () => {
  const c = await connect(), web = await newApp(api, 'Traditional'), own = { autoSendAuthorizationRequest: true, defaultApplicationId: web.id };
  problem(await initiated(c, 'GET'), 404, 'entity.not_found');
  problem(await initiated(c, { ...own, defaultApplicationId: 'unknown' }), 404, 'entity.not_exists_with_id');
  problem(await initiated(c, { ...own, defaultApplicationId: app.id }), 400,
    'single_sign_on.idp_initiated_authentication_invalid_application_type');
  problem(await initiated(c, { ...own, redirectUri: 'https://other.example/cb' }), 400,
    'single_sign_on.idp_initiated_authentication_redirect_uri_not_registered');
  problem(await initiated(c, { ...own, autoSendAuthorizationRequest: false }), 400, 'guard.invalid_input');
  problem(await initiated(c, { ...own, authParameters: { scope: 1 } }), 400, 'guard.invalid_input');
  problem(await initiated({ ...c, id: 'unknown' }, own), 404, 'entity.not_exists_with_id');
  const oidc = ok(await api.post('/sso-connectors', { providerName: 'OIDC', connectorName: unique('oidc') }));
  problem(await initiated({ ...c, id: oidc.id }, own), 400, 'single_sign_on.idp_initiated_authentication_not_supported');
  ok(await initiated(c, { ...own, redirectUri: 'https://app.example/callback', authParameters: { scope: 'email' } }));
  expect(ok(await initiated(c, { autoSendAuthorizationRequest: false, defaultApplicationId: app.id,
    clientIdpInitiatedAuthCallbackUri: 'https://app.example/sso' }))).toMatchObject({ redirectUri: null, authParameters: {} });
  expect(ok(await initiated(c, 'GET'))).toMatchObject({ clientIdpInitiatedAuthCallbackUri: 'https://app.example/sso' });
  ok(await initiated(c, 'DELETE'), 204);
  problem(await initiated(c, 'DELETE'), 404, 'entity.not_found');
});

test('a connector without an active key cannot sign, and says so', async () => {
  const c = await connect();
  problem(await api.patch(`/sso-connectors/${c.id}`, { config: { ...byHand(c.issuer), signAuthnRequest: true } }), 400,
    'single_sign_on.active_signing_key_required');
});

/** A server whose helper is this program. */
const withHelper = async (script: string) => {
  const path = join(newFolder('helper-'), 'helper');
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return startServer({ flags: ['--saml-program', path] });
};

test.each([['is not there', ''], ['ends at once', '#!/bin/sh\nexit 3\n'], ['crashes', '#!/bin/sh\nkill -SEGV $$\n']])(
  'a helper that %s fails what needs it, and nothing else', async (_name, script) => {
    const own = script ? await withHelper(script) : await startServer({ flags: ['--saml-program', '/nowhere'] });
    for (let i = 0; i < 3; i++) {
      problem(await own.api.post('/sso-connectors', { providerName: 'SAML', connectorName: unique('saml'), config: byHand('urn:x') }), 500,
        'connector.general');
      ok(await own.api.get('/sso-connectors'));
    }
  });

test('a helper that hangs holds up nobody else', async () => {
  const own = await withHelper('#!/bin/sh\nexec sleep 600\n');
  const hanging = own.api.post('/sso-connectors', { providerName: 'SAML', connectorName: unique('saml'), config: byHand('urn:x') });
  const began = Date.now();
  for (let i = 0; i < 20; i++) ok(await own.api.get('/sso-connectors'));
  expect(Date.now() - began).toBeLessThan(8000);
  problem(await hanging, 500, 'connector.general');
}, 60_000);
