// Connectors to providers where people have accounts of their own: sign-in.md section 12.1, and what the pages learn of them.
import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const client = { clientId: 'guildhall', clientSecret: 'a secret of both' };
const oauth = { ...client, authorizationEndpoint: 'https://idp.example/auth', tokenEndpoint: 'https://idp.example/token',
  userInfoEndpoint: 'https://idp.example/me' };
const make = async (body: object): Promise<any> => ok(await api.post('/connectors', body));
const pem = (curve: string) => generateKeyPairSync('ec', { namedCurve: curve }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

beforeEach(async () => {
  for (const { id } of ok(await api.get('/connectors'))) ok(await api.delete(`/connectors/${id}`), 204);
});

test('six kinds are offered: four providers, and two protocols that say so', async () => {
  const all = ok(await api.get('/connector-factories')).filter(({ type }: any) => type === 'Social');
  expect(all.map(({ id, target, isStandard }: any) => [id, target, Boolean(isStandard)])).toEqual([
    ['google-universal', 'google', false], ['github-universal', 'github', false], ['apple-universal', 'apple', false],
    ['azuread-universal', 'azuread', false], ['oidc', 'oidc', true], ['oauth2', 'oauth2', true]]);
  for (const factory of all) {
    expect(factory).toMatchObject({ platform: 'Universal', isTokenStorageSupported: false, isDemo: false, name: { en: expect.any(String) },
      description: { en: expect.any(String) }, readme: expect.any(String), logo: expect.stringMatching(/^data:image\/svg/),
      logoDark: expect.stringMatching(/^data:image\/svg/) });
    expect(factory.formItems.find(({ key }: any) => key === 'clientId')).toEqual({ key: 'clientId', type: 'Text', label: 'Client ID', required: true });
    expect(factory.formItems.every(({ label }: any) => label)).toBe(true);
    expect(ok(await api.get(`/connector-factories/${factory.id}`))).toEqual(factory);
  }
  const item = (id: string, key: string) => all.find((one: any) => one.id === id).formItems.find((one: any) => one.key === key);
  expect(item('apple-universal', 'privateKey').type).toBe('MultilineText');
  expect(item('google-universal', 'prompts')).toMatchObject({ type: 'MultiSelect', selectItems: expect.arrayContaining([{ value: 'consent', title: 'consent' }]) });
  expect(item('oauth2', 'tokenEndpointAuthMethod')).toMatchObject({ type: 'Select' });
  expect(item('apple-universal', 'issuer')).toBeUndefined();
});

test('a provider has one connector, under its own target and with its own name', async () => {
  const made = await make({ connectorId: 'github-universal', config: client, syncProfile: true });
  expect(made).toMatchObject({ connectorId: 'github-universal', target: 'github', type: 'Social', platform: 'Universal', config: client,
    metadata: {}, syncProfile: true, enableTokenStorage: false, name: { en: 'GitHub' }, extraInfo: {} });
  problem(await api.post('/connectors', { connectorId: 'github-universal', config: client }), 422, 'connector.multiple_instances_not_supported');
  problem(await api.post('/connectors', { connectorId: 'google-universal', config: client, metadata: { target: 'x' } }), 400,
    'connector.cannot_overwrite_metadata_for_non_standard_connector');
  problem(await api.patch(`/connectors/${made.id}`, { metadata: { name: { en: 'X' } } }), 400,
    'connector.cannot_overwrite_metadata_for_non_standard_connector');
  expect(ok(await api.get('/connectors')).map(({ id }: any) => id)).toEqual([made.id]);
});

test('a protocol has any number, each with a target of its own that never changes', async () => {
  problem(await api.post('/connectors', { connectorId: 'oauth2', config: oauth }), 400, 'connector.should_specify_target');
  problem(await api.post('/connectors', { connectorId: 'oauth2', config: oauth, metadata: { target: '' } }), 400, 'connector.should_specify_target');
  for (const target of ['with blank', 'a/b', 'ü', 'x'.repeat(129)])
    problem(await api.post('/connectors', { connectorId: 'oauth2', config: oauth, metadata: { target } }), 400, 'guard.invalid_input');
  const metadata = { target: 'forge', name: { en: 'Forge', de: 'Schmiede' }, logo: 'https://forge.example/logo.svg' };
  const made = await make({ connectorId: 'oauth2', config: oauth, metadata });
  expect(made).toMatchObject({ target: 'forge', name: metadata.name, logo: metadata.logo, logoDark: null, metadata });
  await make({ connectorId: 'oidc', config: { ...client, issuer: 'https://idp.example' }, metadata: { target: 'idp' } });
  const taken = await api.post('/connectors', { connectorId: 'oidc', config: { ...client, issuer: 'https://idp.example' }, metadata: { target: 'forge' } });
  problem(taken, 422, 'connector.multiple_target_with_same_platform');
  expect(taken.body.data).toEqual({ connectorId: 'oauth2', connectorName: 'OAuth 2.0' });
  problem(await api.patch(`/connectors/${made.id}`, { metadata: { target: 'other' } }), 400, 'connector.can_not_modify_target');
  const renamed = ok(await api.patch(`/connectors/${made.id}`, { metadata: { target: 'forge', name: { en: 'The Forge' }, logo: '' } }));
  expect(renamed.metadata).toEqual({ target: 'forge', name: { en: 'The Forge' } });
  expect(renamed.logo).toMatch(/^data:image/);
  expect(ok(await api.get('/connectors?target=forge')).map(({ id }: any) => id)).toEqual([made.id]);
});

test('of many made at once with one target exactly one is left', async () => {
  const body = { connectorId: 'oauth2', config: oauth, metadata: { target: 'one' } };
  const answers = await Promise.all(Array.from({ length: 8 }, () => api.post('/connectors', body)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(422)]);
});

const hand = { authorizationEndpoint: 'https://idp.example/auth', tokenEndpoint: 'https://idp.example/token',
  idTokenVerificationConfig: { issuer: 'https://idp.example', jwksUri: 'https://idp.example/keys' } };
const apple = { clientId: 'org.example', teamId: 'TEAM', keyId: 'KEY', privateKey: pem('P-256') };
test.each<[string, object, object[]]>([
  ['oidc', { ...client, ...hand }, [client, { ...client, issuer: 'nonsense' }, { ...client, issuer: 'https://idp.example?x' },
    { ...client, ...hand, tokenEndpoint: undefined }, { ...client, ...hand, idTokenVerificationConfig: { issuer: 'https://idp.example' } },
    { ...client, issuer: 'https://idp.example', customConfig: { a: 1 } }, { issuer: 'https://idp.example', clientId: 'x' }]],
  ['oauth2', oauth, [client, { ...oauth, userInfoEndpoint: 'javascript:alert(1)' }, { ...oauth, tokenEndpoint: 'https://u:p@idp.example/' },
    { ...oauth, tokenEndpointAuthMethod: 'none' }, { ...oauth, profileMap: 'id' }]],
  ['google-universal', { ...client, prompts: ['select_account'] }, [{ clientId: 'x' }, { ...client, prompts: ['shout'] }]],
  ['github-universal', { ...client, enterpriseUrl: 'https://forge.example' }, [{ clientSecret: 'x' }, { ...client, enterpriseUrl: 'forge' }]],
  ['apple-universal', apple, [client, { ...apple, privateKey: 'x' }, { ...apple, privateKey: pem('P-384') }]],
  ['azuread-universal', { ...client, tenantId: 'common' }, [{ clientId: 'x' }, { ...client, tenantId: '../evil' }]],
])('a configuration of %s must make a whole', async (connectorId, good, bad) => {
  const metadata = connectorId.startsWith('oauth') || connectorId === 'oidc' ? { metadata: { target: 'own' } } : {};
  const { id } = await make({ connectorId, config: good, ...metadata });
  for (const config of bad) {
    problem(await api.patch(`/connectors/${id}`, { config }), 400, 'connector.invalid_config');
  }
  expect(ok(await api.get(`/connectors/${id}`)).config).toEqual(good);
  ok(await api.delete(`/connectors/${id}`), 204);
  for (const config of bad)
    problem(await api.post('/connectors', { connectorId, config, ...metadata }), 400, 'connector.invalid_config');
  expect((await make({ connectorId, ...metadata })).config).toEqual({});
});

test('tokens of providers are not kept, and no message goes through such a connector', async () => {
  problem(await api.post('/connectors', { connectorId: 'github-universal', config: client, enableTokenStorage: true }), 422, 'request.feature_not_supported');
  const { id } = await make({ connectorId: 'github-universal', config: client });
  problem(await api.patch(`/connectors/${id}`, { enableTokenStorage: true }), 422, 'request.feature_not_supported');
  problem(await api.patch(`/connectors/${id}`, {}), 422, 'entity.invalid_input');
  expect(ok(await api.patch(`/connectors/${id}`, { syncProfile: true })).syncProfile).toBe(true);
  expect(ok(await api.patch(`/connectors/${id}`, { config: { ...client, scope: 'repo' } }))).toMatchObject({ syncProfile: true, config: { scope: 'repo' } });
  problem(await api.post('/connectors/github-universal/test', { email: 'a@x.example', config: client }), 400, 'connector.not_found');
});

const shown = async (): Promise<any> => ok(await api.get('/.well-known/sign-in-exp'));
const targets = async (list: string[]) => ok(await api.patch('/sign-in-exp', { socialSignInConnectorTargets: list })).socialSignInConnectorTargets;

test('people are offered the targets that the tenant lists, in its order, and never see a configuration', async () => {
  const github = await make({ connectorId: 'github-universal', config: client });
  const forge = await make({ connectorId: 'oauth2', config: oauth, metadata: { target: 'forge', name: { en: 'Forge' }, logo: 'https://f.example/l.svg',
    logoDark: 'https://f.example/d.svg' } });
  expect((await shown()).socialConnectors).toEqual([]);
  expect(await targets(['forge', 'nobody', 'github'])).toEqual(['forge', 'github']);
  const { socialConnectors } = await shown();
  expect(socialConnectors).toEqual([
    { id: forge.id, target: 'forge', name: { en: 'Forge' }, logo: 'https://f.example/l.svg', logoDark: 'https://f.example/d.svg', platform: 'Universal',
      isTokenStorageSupported: false },
    { id: github.id, target: 'github', name: { en: 'GitHub' }, logo: github.logo, logoDark: github.logoDark, platform: 'Universal',
      isTokenStorageSupported: false }]);
  expect(JSON.stringify(await shown())).not.toContain('a secret of both');
});

test('a target goes from the list with its connector', async () => {
  const { id } = await make({ connectorId: 'github-universal', config: client });
  await make({ connectorId: 'google-universal', config: client });
  await targets(['github', 'google']);
  ok(await api.delete(`/connectors/${id}`), 204);
  expect(ok(await api.get('/sign-in-exp')).socialSignInConnectorTargets).toEqual(['google']);
});

test('an administrator gets the address where an account is to be linked', async () => {
  const { id } = await make({ connectorId: 'github-universal', config: { ...client, scope: 'repo user:email' } });
  const ask = (of: string, state: string, redirectUri = 'https://a.example/back') => api.post(`/connectors/${of}/authorization-uri`, { state, redirectUri });
  const { redirectTo } = ok(await ask(id, 'x'));
  expect(redirectTo.startsWith('https://github.com/login/oauth/authorize?')).toBe(true);
  expect(Object.fromEntries(new URL(redirectTo).searchParams)).toEqual({ response_type: 'code', client_id: 'guildhall', state: 'x',
    redirect_uri: 'https://a.example/back', scope: 'read:user user:email repo', code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256' });
  problem(await ask('none', ''), 400, 'session.insufficient_info');
  problem(await ask('none', 'x'), 404, 'entity.not_found');
  const bare = await make({ connectorId: 'oauth2', metadata: { target: 'bare' } });
  problem(await ask(bare.id, 'x'), 400, 'connector.invalid_config');
});

test.each<[string, object, string]>([
  ['google-universal', client, 'https://accounts.google.com/o/oauth2/v2/auth?'],
  ['apple-universal', apple, 'https://appleid.apple.com/auth/authorize?'],
])('whoever goes to %s does not wait for its discovery document', async (connectorId, config, begin) => {
  const { id } = await make({ connectorId, config });
  const { redirectTo } = ok(await api.post(`/connectors/${id}/authorization-uri`, { state: 'x', redirectUri: 'https://a.example/back' }));
  expect(redirectTo.slice(0, begin.length)).toBe(begin);
});
