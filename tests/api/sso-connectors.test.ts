// Connectors to identity providers of organizations: jit-and-sso.md section 3.
import { expect, test } from 'vitest';
import { ids, unique } from './support/build.ts';
import { send } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { identityProvider } from './support/identity-provider.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const provider = await identityProvider();
const config = (more: object = {}) => ({ ...provider.client, issuer: provider.issuer, ...more });
const make = async (more: object = {}): Promise<any> =>
  ok(await api.post('/sso-connectors', { providerName: 'OIDC', connectorName: unique('sso'), ...more }), 200);

test('providers are listed in the order of the contract, described in the language that was asked for', async () => {
  const all = ok(await api.get('/sso-connector-providers'));
  expect(all.map(({ providerName, providerType }: any) => [providerName, providerType])).toEqual([['OIDC', 'oidc'],
    ['SAML', 'saml'], ['AzureAD', 'saml'], ['AzureAdOidc', 'oidc'], ['GoogleWorkspace', 'oidc'], ['Okta', 'oidc']]);
  for (const { logo, logoDark } of all) for (const picture of [logo, logoDark]) expect(picture).toMatch(/^data:image\/svg/);
  const [german] = ok(await api.get('/sso-connector-providers', { headers: { 'accept-language': 'de' } }));
  expect(german.description).toMatch(/^Menschen/);
  expect(all[0].description).toMatch(/^People/);
});

test('a connector without a configuration is made, and is not offered', async () => {
  const made = await make();
  expect(made).toEqual({ tenantId: 'default', id: expect.stringMatching(/^[0-9a-z]{12}$/), providerName: 'OIDC',
    connectorName: made.connectorName, config: {}, domains: [], branding: {}, syncProfile: false, enableTokenStorage: false,
    createdAt: expect.any(Number) });
  expect(ok(await api.get(`/sso-connectors/${made.id}`)).providerConfig).toBeUndefined();
});

test('a configuration keeps what is described, with defaults, and its secret can be read again', async () => {
  const { id, config: stored } = await make({ config: config({ unknown: 1 }) });
  expect(stored).toEqual(config({ trustUnverifiedEmail: false }));
  const shown = ok(await api.get(`/sso-connectors/${id}`));
  expect(shown).toMatchObject({ config: stored, name: 'OIDC', providerType: 'oidc', providerConfig: {
    ...stored, authorizationEndpoint: `${provider.issuer}/auth`, tokenEndpoint: `${provider.issuer}/token`,
    userinfoEndpoint: `${provider.issuer}/me`, jwksUri: `${provider.issuer}/keys`, scope: 'openid profile email' } });
  expect(ok(await api.get('/sso-connectors')).find((one: any) => one.id === id)).toEqual(shown);
});

const found = async (query: Record<string, string | readonly string[]>) => {
  const answer = await api.get('/sso-connectors', { query: { page: 1, page_size: 100, ...query } });
  expect(ok(answer)).toHaveLength(Number(answer.headers['total-number']));
  return ids(answer.body);
};

test('connectors are found by a part of their id, name or domain in any letter case, and by whole domains', async () => {
  const word = unique('Wörd-'), [a, b] = [unique('d'), unique('d')].map((name) => `${name}.example`) as [string, string];
  const one = await make({ connectorName: `x ${word} y`, domains: [a, `sub.${b}`] }), two = await make({ connectorName: `${word} two`, domains: [b] });
  expect(await found({ q: word.toUpperCase() })).toEqual([one.id, two.id]);
  expect(await found({ q: `${word} T` })).toEqual([two.id]);
  expect(await found({ q: one.id.slice(1).toUpperCase() })).toEqual([one.id]);
  expect(await found({ q: b.toUpperCase() })).toEqual([one.id, two.id]);
  expect(await found({ domain: b })).toEqual([two.id]);
  expect(await found({ domain: [a.toUpperCase(), b] })).toEqual([one.id, two.id]);
  expect(await found({ domain: [a, b], q: 'two' })).toEqual([two.id]);
  expect([await found({ q: '%' }), await found({ q: `${word}\\` }), await found({ q: `${word}_` })]).toEqual([[], [], []]);	// as they are
  problem(await api.get('/sso-connectors', { query: { q: 'x'.repeat(257) } }), 400, 'guard.invalid_input');
  expect(await found({ q: '' })).toEqual(expect.arrayContaining([one.id, two.id]));
  expect(ids(ok(await api.get('/sso-connectors', { query: { q: word, page: 2, page_size: 1 } })))).toEqual([two.id]);
  expect(ids(ok(await api.get('/sso-connectors', { query: { q: word } })))).toEqual([one.id, two.id]);

  ok(await api.patch(`/sso-connectors/${two.id}`, { connectorName: unique('other'), domains: [a] }));
  expect([await found({ q: word }), await found({ domain: b }), await found({ domain: a })]).toEqual([[one.id], [], [one.id, two.id]]);
  ok(await api.delete(`/sso-connectors/${one.id}`), 204);
  expect(await found({ domain: a })).toEqual([two.id]);
  problem(await api.get('/sso-connectors?providerConfig=maybe'), 400, 'guard.invalid_input');
});

test('a list leaves out what providers publish when it is asked to', async () => {
  const { id } = await make({ config: config() });
  const shown = async (query: string) => ok(await api.get(`/sso-connectors${query}`)).find((one: any) => one.id === id);
  const whole = await shown(''), { providerConfig, ...rest } = whole;
  expect(providerConfig).toBeDefined();
  expect(await shown('?providerConfig=false')).toEqual(rest);
  expect(await shown('?providerConfig=true')).toEqual(whole);
});

test('the secret does not stand in the log', async () => {
  await make({ config: config({ clientSecret: 'seen-by-nobody' }) });
  expect(server.log).not.toMatch(/seen-by-nobody/);
});

test('domains are stored in small letters, and everybody’s and repeated ones are refused in that order', async () => {
  expect((await make({ domains: ['Foo.COM', 'bar.example'] })).domains).toEqual(['foo.com', 'bar.example']);
  const refused = (domains: string[]) =>
    api.post('/sso-connectors', { providerName: 'OIDC', connectorName: unique('sso'), domains });
  const both = await refused(['gmail.com', 'a.example', 'A.example']);
  problem(both, 422, 'single_sign_on.forbidden_domains');
  expect(both.body.data).toEqual({ data: ['gmail.com'] });
  const twice = await refused(['a.example', 'A.example', 'b.example']);
  problem(twice, 422, 'single_sign_on.duplicated_domains');
  expect(twice.body.data).toEqual({ data: ['a.example'] });
  problem(await refused(['co.uk']), 422, 'single_sign_on.forbidden_domains');
  for (const bad of ['', 'a b', 'a@b.example', 'a.example:80', 'a.example/x']) problem(await refused([bad]), 400, 'guard.invalid_input');
});

test('names are unique, also at once', async () => {
  const { connectorName, id } = await make();
  problem(await api.post('/sso-connectors', { providerName: 'Okta', connectorName }), 409,
    'single_sign_on.duplicate_connector_name');
  const other = await make();
  problem(await api.patch(`/sso-connectors/${other.id}`, { connectorName }), 409, 'single_sign_on.duplicate_connector_name');
  ok(await api.patch(`/sso-connectors/${id}`, { connectorName }));
  const name = unique('sso');
  const answers = await Promise.all(Array.from({ length: 6 }, () =>
    api.post('/sso-connectors', { providerName: 'OIDC', connectorName: name })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
});

test('what is no connector is refused, in the contract’s order', async () => {
  const post = (body: object) => api.post('/sso-connectors', body);
  problem(await post({ connectorName: 'n' }), 400, 'guard.invalid_input');
  problem(await post({ providerName: 'OIDC', connectorName: '' }), 400, 'guard.invalid_input');
  problem(await post({ providerName: 'None', connectorName: 'n', domains: ['gmail.com'] }), 422, 'connector.not_found');
  problem(await post({ providerName: 'OIDC', connectorName: 'n', domains: ['gmail.com'], config: {} }), 422,
    'single_sign_on.forbidden_domains');
  for (const bad of [{}, { ...config(), issuer: 'here' }, { ...config(), issuer: 'javascript:1' }, { ...config(), clientId: '' },
    { ...config(), trustUnverifiedEmail: 'yes' }, { ...config(), issuer: `${provider.issuer}?x=1` }]) {
    const answer = await post({ providerName: 'OIDC', connectorName: 'n', config: bad });
    problem(answer, 400, 'connector.invalid_config');
    expect(answer.body.data).toBeUndefined();
  }
  problem(await post({ providerName: 'SAML', connectorName: 'n', config: { metadata: 'x', signAuthnRequest: true } }), 400,
    'single_sign_on.active_signing_key_required');
  problem(await post({ providerName: 'OIDC', connectorName: unique('n'), enableTokenStorage: true }), 422,
    'request.feature_not_supported');
  for (const method of ['get', 'patch', 'delete'] as const)
    problem(await api.request(method.toUpperCase(), '/sso-connectors/none', method === 'patch' ? { body: {} } : {}), 404,
      'entity.not_exists_with_id');
});

test.each<[string, () => void]>([
  ['has another issuer', () => { provider.discovery = { issuer: 'https://other.example' }; }],
  ['has no issuer', () => { provider.discovery = { issuer: undefined }; }],
  ['lacks the token endpoint', () => { provider.discovery = { token_endpoint: undefined }; }],
  ['names an endpoint that is no web address', () => { provider.discovery = { jwks_uri: 'file:///etc/passwd' }; }],
  ['is no JSON', () => { provider.takes.set('/.well-known/openid-configuration', (_, r) => r.end('<html>')); }],
  ['is a list', () => { provider.takes.set('/.well-known/openid-configuration', (_, r) => r.end('[]')); }],
  ['repeats a member', () => { provider.takes.set('/.well-known/openid-configuration', (_, r) =>
    r.end(`{"issuer":"${provider.issuer}","issuer":"${provider.issuer}"}`)); }],
  ['is not there', () => { provider.takes.set('/.well-known/openid-configuration', (_, r) => r.writeHead(404).end('{}')); }],
  ['redirects to itself for ever', () => { provider.takes.set('/.well-known/openid-configuration', (_, r) =>
    r.writeHead(302, { location: `${provider.issuer}/.well-known/openid-configuration` }).end()); }],
  ['is endless', () => { provider.takes.set('/.well-known/openid-configuration', (_, r) => {
    r.on('error', () => {});
    const timer = setInterval(() => { if (r.destroyed) clearInterval(timer); else r.write('['.repeat(65536)); }, 1);
  }); }],
])('a provider whose discovery document %s is refused, and told from what was wrong', async (_, spoil) => {
  provider.reset();
  spoil();
  const answer = await api.post('/sso-connectors', { providerName: 'OIDC', connectorName: unique('sso'), config: config() });
  problem(answer, 400, 'connector.invalid_config');
  expect(answer.body.data).toEqual({ ssoErrorCode: 'invalid_config', config: { issuer: provider.issuer },
    message: 'fail_to_fetch_config', error: expect.any(String) });
  provider.reset();
});

test('a patch replaces the configuration, changes nothing without members, and answers as a read does', async () => {
  const { id } = await make({ config: config({ scope: 'groups+groups email' }), domains: ['a.example'] });
  const before = ok(await api.get(`/sso-connectors/${id}`));
  expect(before.providerConfig.scope).toBe('openid profile email groups');
  expect(ok(await api.patch(`/sso-connectors/${id}`, {}))).toEqual(before);
  expect(ok(await api.patch(`/sso-connectors/${id}`, { providerName: 'Okta', anything: 1 }))).toEqual(before);
  const after = ok(await api.patch(`/sso-connectors/${id}`, { config: config({ clientId: 'new' }), syncProfile: true,
    domains: ['B.example'], branding: { displayName: 'Acme' } }));
  expect(after).toMatchObject({ config: config({ clientId: 'new', trustUnverifiedEmail: false }), syncProfile: true,
    domains: ['b.example'], branding: { displayName: 'Acme' } });
  problem(await api.patch(`/sso-connectors/${id}`, { config: {} }), 400, 'connector.invalid_config');
  problem(await api.patch(`/sso-connectors/${id}`, { branding: { logo: 'javascript:alert(1)' } }), 400, 'guard.invalid_input');
  expect(ok(await api.get(`/sso-connectors/${id}`))).toEqual(after);
});

test('a list has pages when they are asked for', async () => {
  const all = ok(await api.get('/sso-connectors'));
  const page = await api.get('/sso-connectors?page=1&page_size=2');
  expect(ok(page)).toEqual(all.slice(0, 2));
  expect(page.headers['total-number']).toBe(String(all.length));
});

test('a SAML connector tells from the beginning what to enter at the provider', async () => {
  const { id } = await make({ providerName: 'SAML' });
  expect(ok(await api.get(`/sso-connectors/${id}`)).providerConfig).toEqual({
    defaultAttributeMapping: { id: 'nameID', email: 'email', name: 'name' },
    serviceProvider: { entityId: `${server.base}/enterprise-sso/${id}`,
      assertionConsumerServiceUrl: `${server.base}/api/authn/single-sign-on/saml/${id}` } });
});

test('pages are told of connectors that can be used, while single sign-on is on, and of no configuration', async () => {
  const { id } = await make({ config: config(), domains: ['shown.example'],
    branding: { displayName: 'Acme', logo: 'https://a.example/l.png' } });
  const plain = await make({ providerName: 'Okta', config: config(), domains: ['plain.example'] });
  const shown = async () => ok(await server.api.get('/.well-known/sign-in-exp')).ssoConnectors;
  expect(await shown()).toEqual([]);
  ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: true }));
  const all = await shown();
  expect(all).toContainEqual({ id, connectorName: 'Acme', logo: 'https://a.example/l.png', darkLogo: 'https://a.example/l.png' });
  expect(all).toContainEqual({ id: plain.id, connectorName: 'Okta', logo: expect.stringMatching(/^data:/), darkLogo: expect.stringMatching(/^data:/) });
  expect(JSON.stringify(all)).not.toMatch(/secret/);
});

test('the document of the pages says that there are connectors, and names none of them', async () => {
  await make({ connectorName: 'Unfinished', domains: ['unfinished.example'] });
  const document = async () => (await send('GET', `${server.base}/unknown-session`)).text;
  for (const { id } of ok(await api.get('/sso-connectors?providerConfig=false'))) ok(await api.delete(`/sso-connectors/${id}`), 204);
  ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: true }));
  expect(await document()).toMatch(/"hasSsoConnectors": ?false/);
  const made = await make({ connectorName: unique('Customer'), config: config(), domains: ['customer.example'] });
  const shown = await document();
  expect(shown).toMatch(/"hasSsoConnectors": ?true/);
  for (const hidden of [made.id, made.connectorName, 'customer.example']) expect(shown).not.toContain(hidden);
  ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: false }));
  expect(await document()).toMatch(/"hasSsoConnectors": ?false/);
});

test('an organization lists its connectors with their whole configuration, and a deleted one is gone there', async () => {
  const organization = ok(await api.post('/organizations', { name: 'o' }), 201);
  const at = `/organizations/${organization.id}/jit/sso-connectors`;
  const made = await make({ config: config() });
  const { body } = await api.post(at, { ssoConnectorIds: [made.id] });
  expect(body).toBeFalsy();
  expect(ok(await api.get(at))).toEqual([made]);
  ok(await api.delete(`${at}/${made.id}`), 204);
  expect(ok(await api.get(at))).toEqual([]);
  ok(await api.put(at, { ssoConnectorIds: [made.id] }), 204);
  ok(await api.delete(`/sso-connectors/${made.id}`), 204);
  expect(ok(await api.get(at))).toEqual([]);
  problem(await api.get(`/sso-connectors/${made.id}`), 404, 'entity.not_exists_with_id');
});
