// Test sign-ins at the provider of a connector: what an administrator sees of it before people come. An extension of ours.
import { inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Browser } from './support/browser.ts';
import { unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { identityProvider } from './support/identity-provider.ts';
import { realProvider } from './support/oidc-provider.ts';
import { newPair, response, type Said } from './support/saml.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const real = await realProvider(/\/callback\/[0-9a-z]{12}$/);
const made = await identityProvider();
const idp = newPair();

const connect = async (providerName: string, config?: object, domains: string[] = ['acme.example']): Promise<string> =>
  ok(await api.post('/sso-connectors', { providerName, connectorName: unique('sso'), domains, ...(config ? { config } : {}) })).id;
const oidc = (of: { issuer: string; client: object }, more: object = {}) => ({ ...of.client, issuer: of.issuer, ...more });
const begin = async (id: string) => ok(await api.post(`/sso-connectors/${id}/tests`), 201);
const result = async (id: string, { id: test }: { id: string }) => ok(await api.get(`/sso-connectors/${id}/tests/${test}`));
const browser = () => new Browser(() => server.base);
const people = async () => ok(await api.get('/users')).length as number;
/** The page that the browser ends on. */
const visit = async (query: Record<string, string>, id: string) => {
  const away = await browser().request('GET', `/callback/${id}?${new URLSearchParams(query)}`);
  expect(away.status).toBe(303);
  return browser().request('GET', away.headers.location ?? '');
};

test('a test at oidc-provider shows the claims and what counts of them, and signs nobody in', async () => {
  const id = await connect('OIDC', oidc(real)), before = await people();
  real.person = { sub: 'ada', email: 'ada@acme.example', email_verified: true, name: '<b>Ada</b>' };
  const begun = await begin(id);
  expect(begun).toMatchObject({ connectorId: id, status: 'Pending', authorizationUri: expect.stringContaining(real.issuer) });
  expect(await result(id, begun)).toEqual({ ...begun, authorizationUri: undefined });
  const came = await new Browser(() => real.issuer).follow(begun.authorizationUri, `${server.base}/callback/`);
  const page = await visit(Object.fromEntries(came), id);
  expect(page).toMatchObject({ status: 200, headers: { 'content-type': expect.stringContaining('text/html') } });
  expect(page.text).toContain('&lt;b&gt;Ada&lt;/b&gt;');
  expect(page.headers['set-cookie']).toBeUndefined();
  const { expiresAt, ...rest } = await result(id, begun);
  expect(rest).toMatchObject({ status: 'Succeeded', issuer: real.issuer, claims: { sub: 'ada', aud: 'guildhall' },
    userInfo: { email: 'ada@acme.example' }, person: { id: 'ada', email: 'ada@acme.example', name: '<b>Ada</b>' } });
  expect(expiresAt).toBeGreaterThan(begun.expiresAt);
  expect(JSON.stringify(rest)).not.toContain(real.client.clientSecret);
  expect(await people()).toBe(before);
});

test('the first answer uses a test up, and another state belongs to none', async () => {
  const id = await connect('OIDC', oidc(made)), other = await connect('OIDC', oidc(made)), begun = await begin(id);
  const answer = made.answer(begun.authorizationUri);
  for (const wrong of [{ ...answer, state: 'sso-test.nobody' }, answer])
    expect((await visit(wrong, other)).text).toContain('the test is over, or was never begun');
  expect((await visit(answer, id)).status).toBe(200);
  expect((await visit(answer, id)).status).toBe(400);
  expect(await result(id, begun)).toMatchObject({ status: 'Succeeded' });
});

test('what is refused is told exactly, to the browser and to the administrator', async () => {
  const id = await connect('OIDC', oidc(made)), refusals: [() => void, string][] = [
    [() => { made.claims = { nonce: 'another' }; }, 'nonce'],
    [() => { made.takes.set('/token', (_, answer) => { answer.writeHead(401, { 'content-type': 'application/json' });
      answer.end('{"error":"invalid_client","error_description":"no such secret"}'); }); }, 'answered 401: invalid_client, no such secret'],
    [() => { made.userinfo = { sub: 'somebody else' }; }, 'another person'],
  ];
  for (const [change, words] of refusals) {
    change();
    const begun = await begin(id), page = await visit(made.answer(begun.authorizationUri), id);
    expect(page.status).toBe(400);
    expect(page.text).toContain(words);
    expect(await result(id, begun)).toMatchObject({ status: 'Failed', error: { code: 'connector.authorization_failed', detail: expect.stringContaining(words) } });
    made.reset();
  }
  const begun = await begin(id), { state } = made.answer(begun.authorizationUri);
  await visit({ state: state as string, error: 'access_denied', error_description: '<script>' }, id);
  expect(await result(id, begun)).toMatchObject({ error: { detail: 'the provider sent no code: access_denied, <script>' } });
});

test('an address outside of the domains is shown as one that does not count', async () => {
  const id = await connect('OIDC', oidc(made, { trustUnverifiedEmail: true }), []), begun = await begin(id);
  made.userinfo = { email: 'ada@elsewhere.example' };
  await visit(made.answer(begun.authorizationUri), id);
  made.reset();
  const { person } = await result(id, begun);
  expect(person).toEqual({ id: 'person-1', unverifiedEmail: 'ada@elsewhere.example' });
});

test('a connector that is not configured has a failed test, which is told too', async () => {
  const id = await connect('OIDC');
  expect(await begin(id)).toMatchObject({ status: 'Failed', error: { code: 'connector.general', detail: 'the connector is not configured' } });
  problem(await api.post('/sso-connectors/nobody/tests'), 404, 'entity.not_exists_with_id');
  problem(await api.get(`/sso-connectors/${id}/tests/nobody`), 404, 'entity.not_found');
});

test('of one connector twenty tests are kept', async () => {
  const id = await connect('OIDC'), first = await begin(id);
  for (let i = 0; i < 20; i++) await begin(id);
  problem(await api.get(`/sso-connectors/${id}/tests/${first.id}`), 404, 'entity.not_found');
});

const issuer = 'urn:trial.example';
const byHand = { entityId: issuer, signInEndpoint: 'https://idp.example/sso', x509Certificate: idp.certificate };
/** What the provider answers to this test, posted by a browser without any cookie. */
async function post(id: string, begun: { authorizationUri: string }, more: Partial<Said> = {}) {
  const asked = new URL(begun.authorizationUri).searchParams;
  const request = inflateRawSync(Buffer.from(asked.get('SAMLRequest') ?? '', 'base64')).toString();
  const acs = `${server.base}/api/authn/single-sign-on/saml/${id}`;
  const xml = await response(idp, { issuer, audience: `${server.base}/enterprise-sso/${id}`, acs,
    inResponseTo: /ID="([^"]+)"/.exec(request)?.[1], id: 'ada', email: 'ada@acme.example', ...more });
  return browser().request('POST', `/api/authn/single-sign-on/saml/${id}`, { body: new URLSearchParams({
    SAMLResponse: Buffer.from(xml).toString('base64'), RelayState: asked.get('RelayState') ?? '' }) });
}
const emailClaim = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress';

test('a test by SAML shows the attributes under their own names, mapped or not', async () => {
  const id = await connect('SAML', byHand), begun = await begin(id), page = await post(id, begun);
  expect(page).toMatchObject({ status: 200, headers: { 'content-type': expect.stringContaining('text/html') } });
  const shown = await result(id, begun);
  expect(shown).toMatchObject({ status: 'Succeeded', issuer, claims: { nameID: 'ada', [emailClaim]: 'ada@acme.example' } });
  expect(shown.person.email).toBeUndefined();
  expect((await post(id, begun)).status).toBe(400);
  ok(await api.patch(`/sso-connectors/${id}`, { config: { ...byHand, attributeMapping: { email: emailClaim } } }));
  const again = await begin(id);
  await post(id, again);
  expect((await result(id, again)).person).toMatchObject({ id: 'ada', email: 'ada@acme.example' });
});

test('a response that is not believed says why', async () => {
  const id = await connect('SAML', byHand), begun = await begin(id);
  expect((await post(id, begun, { audience: 'https://other.example' })).status).toBe(400);
  const { status, error, claims } = await result(id, begun);
  expect([status, error.code, claims]).toEqual(['Failed', 'connector.authorization_failed', undefined]);
  expect(error.detail).toMatch(/audience/i);
});
