// People sign in by SimpleSAMLphp, a SAML provider that shares no line with ours or with samlp: it reads our metadata's
// values and our requests, and we its metadata and its answers.
import { expect, test } from 'vitest';
import { Browser, newApp } from './support/browser.ts';
import { unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { type Partner, startSimpleSaml } from './support/simplesamlphp.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const idp = await startSimpleSaml();
const app = await newApp(api);
ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: true,
  signUp: { identifiers: ['username'], password: true, verify: false } }));

interface Connector extends Partner { id: string }
/** A connector that has the provider's metadata from its address; the provider knows it alone. */
async function connect(partner: Partial<Partner> = {}, config: object = {}): Promise<Connector> {
  const { id } = ok(await api.post('/sso-connectors', { providerName: 'SAML', connectorName: unique('saml'), domains: ['firm.example'],
    config: { metadataUrl: idp.metadataUrl, attributeMapping: { name: 'displayName' }, ...config } }));
  const { entityId, assertionConsumerServiceUrl: acs } = ok(await api.get(`/sso-connectors/${id}`)).providerConfig.serviceProvider;
  const made = { id, entityId, acs, signs: { response: true, assertion: true }, ...partner };
  idp.knows([made]);
  return made;
}
const newKey = async (c: Connector): Promise<string> =>
  ok(await api.post(`/sso-connectors/${c.id}/signing-keys`, { active: true }), 201).certificate;
/** One with a key in use, for all tests: to make a key takes seconds. */
let keyed: Promise<{ c: Connector; certificate: string }> | undefined;
const withKey = () => keyed ??= connect().then(async (c) => ({ c, certificate: await newKey(c) }));

const fresh = async () => (await new Browser(() => server.base).visit(app)).start();
/** From our page to the provider and back to it: the browser, and what the page then sends. */
async function signInAt(c: Connector) {
  const b = await fresh();
  const { authorizationUri, verificationId } = ok(await b.page('POST', `/verification/sso/${c.id}/authorization-uri`,
    { state: 'state-of-page', redirectUri: `${server.base}/callback/${c.id}` }));
  const { action, fields } = await idp.signIn(authorizationUri);
  expect(action).toBe(c.acs);
  return { b, verificationId: verificationId as string, fields };
}
const post = (c: Connector, fields: Record<string, string>) => new Browser(() => server.base).request('POST',
  new URL(c.acs).pathname, { body: new URLSearchParams(fields) });

/** The whole way; the user who has come. */
async function signIn(c: Connector): Promise<any> {
  const { b, verificationId, fields } = await signInAt(c), back = await post(c, fields);
  expect([back.status, back.status === 302 ? '' : back.text]).toEqual([302, '']);
  const data = Object.fromEntries(new URL(back.headers.location ?? '').searchParams);
  ok(await b.page('POST', `/verification/sso/${c.id}/verify`, { verificationId, connectorData: data }));
  if ((await b.page('POST', '/identification', { verificationId })).status !== 204) {
    ok(await b.page('PUT', '/interaction-event', { interactionEvent: 'Register' }), 204);
    ok(await b.page('POST', '/identification', { verificationId }), 201);
  }
  const { userId } = ok(await b.page('GET', '/interaction')), { redirectTo } = ok(await b.page('POST', '/submit'));
  expect((await b.follow(redirectTo)).get('code')).toBeTruthy();
  return ok(await api.get(`/users/${userId}?includeSsoIdentities=true`));
}

test('the provider’s own metadata is read from its address', async () => {
  const c = await connect();
  expect(ok(await api.get(`/sso-connectors/${c.id}`)).providerConfig.identityProvider).toMatchObject({ entityId: idp.entityId,
    signInEndpoint: idp.metadataUrl.replace('metadata', 'SSOService'), isCertificateValid: true });
});

test.each([['response', { response: true, assertion: false }], ['assertion', { response: false, assertion: true }],
  ['both', { response: true, assertion: true }]] as const)('somebody signs in where the provider signs the %s', async (_name, signs) => {
  const c = await connect({ signs }), user = await signIn(c);
  expect(user).toMatchObject({ primaryEmail: 'ada@firm.example', name: 'Ada Lovelace' });
  expect(user.ssoIdentities).toContainEqual(expect.objectContaining({ issuer: idp.entityId, identityId: 'ada' }));
});

test('an encrypted assertion in a signed response is read, and one encrypted to another key is not', async () => {
  const { c, certificate } = await withKey();
  idp.knows([{ ...c, encryptTo: certificate, signs: { response: true, assertion: false } }]);
  expect((await signIn(c)).name).toBe('Ada Lovelace');
  idp.knows([{ ...c, encryptTo: idp.pair.certificate }]);
  const { fields } = await signInAt(c);
  expect(Buffer.from(fields['SAMLResponse']!, 'base64').toString()).toMatch(/EncryptedAssertion/);
  problem(await post(c, fields), 401, 'connector.authorization_failed');
});

test.each(['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512'])(
  'the provider believes a request that we signed with %s', async (requestSignatureAlgorithm) => {
    const { c, certificate } = await withKey();
    ok(await api.patch(`/sso-connectors/${c.id}`, { config: { metadataUrl: idp.metadataUrl, signAuthnRequest: true, requestSignatureAlgorithm } }));
    idp.knows([{ ...c, requestsBy: certificate }]);
    expect((await signIn(c)).primaryEmail).toBe('ada@firm.example');
  });

test.each([['SHA-384', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384'], ['SHA-512', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512']])(
  'a signature with %s counts', async (_name, signatureAlgorithm) => {
    expect((await signIn(await connect({ signatureAlgorithm }))).primaryEmail).toBe('ada@firm.example');
  });

test('its signatures with SHA-1 count only where they are allowed', async () => {
  const signatureAlgorithm = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1', c = await connect({ signatureAlgorithm });
  problem(await post(c, (await signInAt(c)).fields), 401, 'connector.authorization_failed');
  expect((await signIn(await connect({ signatureAlgorithm }, { allowSha1: true }))).primaryEmail).toBe('ada@firm.example');
});

test('what it signed is believed neither changed nor twice', async () => {
  const c = await connect(), { fields } = await signInAt(c);
  const xml = Buffer.from(fields['SAMLResponse']!, 'base64').toString();
  for (const changed of [xml.replaceAll('ada@', 'eve@'), xml.replace(/<ds:SignatureValue>[^<]{8}/, '<ds:SignatureValue>AAAAAAAA'),
    xml.replace('>ada</saml:NameID>', '>eve</saml:NameID>'), xml.replaceAll(/<ds:Signature\b[^]*?<\/ds:Signature>/g, '')]) {
    expect(changed).not.toBe(xml);
    problem(await post(c, { ...fields, SAMLResponse: Buffer.from(changed).toString('base64') }), 401, 'connector.authorization_failed');
  }
  expect((await post(c, fields)).status).toBe(302);
  problem(await post(c, fields), 400, 'session.connector_validation_session_not_found');
});

test('an answer that is meant for another connector is refused', async () => {
  const mine = await connect(), other = await connect();
  idp.knows([mine, other]);
  const { fields } = await signInAt(mine), went = await signInAt(other);
  problem(await post(other, { ...fields, RelayState: went.fields['RelayState']! }), 401, 'connector.authorization_failed');
});

test('somebody begins at the provider, and comes to the application', async () => {
  const c = await connect(), web = await newApp(api, 'Traditional');
  const at = `/sso-connectors/${c.id}/idp-initiated-auth-config`;
  const { action, fields } = await idp.signIn(idp.begin(c));
  expect(action).toBe(c.acs);
  problem(await post(c, fields), 404, 'session.connector_validation_session_not_found');
  ok(await api.put(at, { autoSendAuthorizationRequest: true, defaultApplicationId: web.id }));
  const b = new Browser(() => server.base);
  const went = await b.request('POST', new URL(c.acs).pathname, { body: new URLSearchParams((await idp.signIn(idp.begin(c))).fields) });
  const to = new URL(went.headers.location ?? '');
  expect([went.status, to.pathname, to.searchParams.get('direct_sign_in')]).toEqual([302, '/oidc/auth', `sso:${c.id}`]);
  expect((await b.get(to.pathname + to.search)).status).toBe(303);
  await b.start();
  const begun = ok(await b.page('POST', `/verification/sso/${c.id}/authorization-uri`,
    { state: 's', redirectUri: `${server.base}/callback/${c.id}` }));
  const back = new URL(begun.authorizationUri);
  expect(back.pathname).toBe(`/callback/${c.id}`);
  ok(await b.page('POST', `/verification/sso/${c.id}/verify`,
    { verificationId: begun.verificationId, connectorData: Object.fromEntries(back.searchParams) }));
});
