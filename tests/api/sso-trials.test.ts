// Test sign-ins at the provider of a connector: what an administrator sees of it before people come. An extension of ours.
import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Browser, newApp } from './support/browser.ts';
import { Build, unique } from './support/build.ts';
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

// ---- what a sign-in would do

const build = new Build(api);
ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: true }));
/** What a test of this connector says that a sign-in of this person would do, and the page that says it. */
async function foresee(id: string, claims: object, userinfo: object) {
  made.claims = { ...claims };
  made.userinfo = { ...userinfo };
  const begun = await begin(id), page = await visit(made.answer(begun.authorizationUri), id);
  made.reset();
  expect(page.status).toBe(200);
  const { status, outcome } = await result(id, begun);
  expect(status).toBe('Succeeded');
  return { outcome, page: page.text };
}

test('a test tells whom a sign-in would make a user, or sign in, and which organizations would admit them; it does none of it', async () => {
  const id = await connect('OIDC', oidc(made)), grace = { email: 'grace@acme.example', email_verified: true, name: 'Grace' };
  const [joins, other] = [await build.organization({ name: 'A & B' }), await build.organization()];
  const roles = [await build.role({ name: unique('editor') }), await build.machineRole()];
  for (const organization of [joins, other]) ok(await api.post(`/organizations/${organization.id}/jit/sso-connectors`, { ssoConnectorIds: [id] }), 201);
  ok(await api.post(`/organizations/${joins.id}/jit/roles`, { organizationRoleIds: roles.map((role) => role.id) }), 201);
  const would = (isMember = false) => expect.arrayContaining([
    { id: joins.id, name: 'A & B', isMember, roles: [{ id: roles[0].id, name: roles[0].name }] },
    { id: other.id, name: other.name, isMember: false, roles: [] }]);
  const before = await people();

  const first = await foresee(id, { sub: 'grace' }, grace);
  expect(first.outcome).toEqual({ action: 'Register', organizations: would() });
  for (const text of ['A new user would be made', 'A &amp; B', roles[0].name, 'no roles']) expect(first.page).toContain(text);
  expect([await people(), ok(await api.get(`/organizations/${joins.id}/users`))]).toEqual([before, []]);

  const user = ok(await api.post('/users', { primaryEmail: 'Grace@acme.example', username: unique('grace').replaceAll('-', '_') }));
  ok(await api.post(`/organizations/${joins.id}/users`, { userIds: [user.id] }), 201);
  const linked = await foresee(id, { sub: 'grace' }, grace);
  expect(linked.outcome).toEqual({ action: 'Link', user: { id: user.id, username: user.username, primaryEmail: user.primaryEmail }, organizations: would(true) });
  for (const text of [user.id, 'would become theirs', 'a member already']) expect(linked.page).toContain(text);
  expect(ok(await api.get(`/users/${user.id}?includeSsoIdentities=true`)).ssoIdentities).toEqual([]);
  expect((await foresee(id, { sub: 'other' }, { ...grace, email_verified: false })).outcome.action).toBe('Register');

  ok(await api.patch('/configs/provisioning', { onlyProvenDomains: true }));
  const unproven = await foresee(id, { sub: 'grace' }, grace);
  expect(unproven.outcome).toMatchObject({ action: 'Link', organizations: [], hasUnprovenDomain: true });
  expect(unproven.page).toContain('the domain of the e-mail address is not proven');
  ok(await api.patch('/configs/provisioning', { onlyProvenDomains: false }));
});

test('what a test foresees is what a sign-in does', async () => {
  const id = await connect('OIDC', oidc(made)), who = { email: 'alan@acme.example', email_verified: true, name: 'Alan' };
  const organization = await build.organization();
  ok(await api.post(`/organizations/${organization.id}/jit/sso-connectors`, { ssoConnectorIds: [id] }), 201);
  expect((await foresee(id, { sub: 'alan' }, who)).outcome).toMatchObject({ action: 'Register', organizations: [{ id: organization.id }] });
  made.claims = { sub: 'alan' };
  made.userinfo = who;
  const b = await (await browser().visit(await newApp(api))).start(), verification = `/verification/sso/${id}`;
  const { authorizationUri, verificationId } = ok(await b.page('POST', `${verification}/authorization-uri`,
    { state: 's', redirectUri: `${server.base}/callback/${id}` }));
  ok(await b.page('POST', `${verification}/verify`, { verificationId, connectorData: made.answer(authorizationUri) }));
  ok(await b.page('PUT', '/interaction-event', { interactionEvent: 'Register' }), 204);
  ok(await b.page('POST', '/identification', { verificationId }), 201);
  const [member] = ok(await api.get(`/organizations/${organization.id}/users`));
  const again = await foresee(id, { sub: 'alan' }, who);
  expect(again.outcome).toEqual({ action: 'SignIn', user: { id: member.id, name: 'Alan', primaryEmail: who.email } });
  expect(again.page).toContain('belongs to this user already');
});

test('a test tells which rule would refuse a sign-in', async () => {
  const id = await connect('OIDC', oidc(made)), off = await connect('OIDC', oidc(made), []);
  const refused = async (code: string, who: Record<string, unknown>, of = id) => {
    const { outcome, page } = await foresee(of, { sub: 'barred' }, { email_verified: true, ...who });
    expect(outcome).toEqual({ action: 'Refuse', error: { code, message: expect.any(String), detail: expect.any(String) } });
    expect(page).toContain(code);
    expect(page).toContain('The provider vouches for the person, but a sign-in would be refused');
  };
  const email = 'barred@acme.example', { id: user } = ok(await api.post('/users', { primaryEmail: email }));
  ok(await api.patch(`/users/${user}/is-suspended`, { isSuspended: true }));
  await refused('user.suspended', { email });
  await refused('user.sign_in_method_not_enabled', { email: 'new@acme.example' }, off);
  const settings = async (change: object) => ok(await api.patch('/sign-in-exp', change));
  await settings({ signInMode: 'SignIn' });
  await refused('auth.forbidden', { email: 'new@acme.example' });
  await settings({ signInMode: 'SignInAndRegister', emailBlocklistPolicy: { customBlocklist: ['new@acme.example'] } });
  await refused('session.email_blocklist.email_not_allowed', { email: 'new@acme.example' });
  await settings({ emailBlocklistPolicy: {}, singleSignOnEnabled: false });
  await refused('user.sign_in_method_not_enabled', { email: 'new@acme.example' });
  await settings({ singleSignOnEnabled: true });
  expect((await foresee(id, { sub: 'barred' }, { email: 'new@acme.example', email_verified: true })).outcome.action).toBe('Register');
});

test('the page of a test is in the language of the browser, with a style that its policy allows', async () => {
  const id = await connect('OIDC', oidc(made)), begun = await begin(id), answer = made.answer(begun.authorizationUri);
  const away = await browser().request('GET', `/callback/${id}?${new URLSearchParams(answer)}`);
  const { text, headers } = await browser().request('GET', away.headers.location ?? '', { headers: { 'accept-language': 'de-CH' } });
  expect(text).toContain('<html lang="de">');
  expect(text).toContain('Was eine Anmeldung bewirken würde');
  const style = createHash('sha256').update(/<style>([^]*)<\/style>/.exec(text)?.[1] ?? '').digest('base64');
  expect(headers['content-security-policy']).toBe(`default-src 'none'; base-uri 'none'; frame-ancestors 'self'; style-src 'sha256-${style}' 'self'; img-src 'self' data: https:`);
  expect(text).toContain('<link rel="stylesheet" href="/look.css">');
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
