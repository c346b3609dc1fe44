import { createRemoteJWKSet } from 'jose';
import { expect, test } from 'vitest';
import { send } from './support/client.ts';
import { ok } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const issuer = `${server.base}/oidc`;
const openid = `${issuer}/.well-known/openid-configuration`;
const oauth = `${issuer}/.well-known/oauth-authorization-server`;
const words = (text: string): string[] => text.trim().split(/\s+/);

test('the discovery document has exactly what the provider offers', async () => {
  const answer = await send('GET', openid);
  expect(answer.headers['content-type']).toMatch(/^application\/json; charset=utf-8/);
  expect(ok(answer)).toEqual({
    issuer,
    authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`, userinfo_endpoint: `${issuer}/me`,
    jwks_uri: `${issuer}/jwks`,
    end_session_endpoint: `${issuer}/session/end`, introspection_endpoint: `${issuer}/token/introspection`,
    revocation_endpoint: `${issuer}/token/revocation`,
    device_authorization_endpoint: `${issuer}/device/auth`, pushed_authorization_request_endpoint: `${issuer}/request`,
    authorization_response_iss_parameter_supported: true, backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    claim_types_supported: ['normal'], claims_parameter_supported: false, request_uri_parameter_supported: false,
    code_challenge_methods_supported: ['S256'],
    grant_types_supported: [...words('implicit authorization_code refresh_token client_credentials'),
      ...['device_code', 'token-exchange'].map((g) => `urn:ietf:params:oauth:grant-type:${g}`)],
    id_token_signing_alg_values_supported: ['ES256'],
    response_modes_supported: words('form_post fragment query'),
    response_types_supported: ['code id_token', 'code', 'id_token', 'none'],
    scopes_supported: [...words('openid offline_access profile email phone address custom_data identities roles'),
      ...words('organizations organization_roles sessions trusted_devices').map((s) => `urn:logto:scope:${s}`)],
    subject_types_supported: ['public'],
    token_endpoint_auth_methods_supported: words('client_secret_basic client_secret_jwt client_secret_post private_key_jwt none'),
    token_endpoint_auth_signing_alg_values_supported: words('HS256 RS256 PS256 ES256 Ed25519 EdDSA'),
    claims_supported: words(`sub name family_name given_name middle_name nickname preferred_username profile picture website gender birthdate zoneinfo locale
      updated_at username created_at email email_verified phone_number phone_number_verified address custom_data identities sso_identities roles
      organizations organization_data organization_roles sid auth_time iss`),
  });
  expect((await send('GET', oauth)).text).toBe(answer.text);
});

test('the keys are published without anything private, and are never taken from a cache unasked', async () => {
  const answer = await send('GET', `${issuer}/jwks`);
  expect(answer.headers).toMatchObject({ 'content-type': 'application/jwk-set+json; charset=utf-8',
    'cache-control': 'no-cache, max-age=0, must-revalidate' });
  expect(ok(answer)).toEqual({ keys: [{
    kty: 'EC', use: 'sig', alg: 'ES256', crv: 'P-256', kid: expect.stringMatching(/^[\w-]{43}$/),
    x: expect.stringMatching(/^[\w-]{43}$/), y: expect.stringMatching(/^[\w-]{43}$/),
  }] });
  const find = createRemoteJWKSet(new URL(`${issuer}/jwks`));
  expect((await find({ alg: 'ES256', kid: answer.body.keys[0].kid })).type).toBe('public');
});

test.each(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server',
  '/jwks'])('%s is sent again only when it changed', async (path) => {
  const first = await send('GET', issuer + path);
  const etag = first.headers['etag'] ?? '';
  expect(etag).toMatch(/^(W\/)?"[^"]+"$/);
  for (const match of [etag, `"other", ${etag}`, '*']) {
    const again = await send('GET', issuer + path, { headers: { 'if-none-match': match } });
    expect({ status: again.status, text: again.text, etag: again.headers['etag'] })
      .toEqual({ status: 304, text: '', etag });
  }
  expect((await send('GET', issuer + path, { headers: { 'if-none-match': '"other"' } })).text).toBe(first.text);
});

test.each(['/.well-known/openid-configuration', '/jwks'])('pages of any origin may read %s', async (path) => {
  expect((await send('GET', issuer + path)).headers['access-control-allow-origin']).toBe('*');
  const answer = await send('GET', issuer + path, { headers: { origin: 'https://any.example' } });
  expect(answer.headers).toMatchObject({ 'access-control-allow-origin': 'https://any.example',
    vary: expect.stringContaining('Origin') });
  expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
});

test.each([
  ['/.well-known/openid-configuration', 'GET'], ['/.well-known/oauth-authorization-server', 'GET'], ['/jwks', 'GET'],
  ['/token', 'POST'],
  ['/token/introspection', 'POST'], ['/token/revocation', 'POST'], ['/me', 'GET,POST'],
])('a preflight for %s is answered', async (path, methods) => {
  const answer = await send('OPTIONS', issuer + path, {
    headers: { origin: 'https://any.example', 'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, x-any' },
  });
  expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' });
  expect(answer.headers).toMatchObject({
    'access-control-allow-origin': 'https://any.example', 'access-control-allow-methods': methods,
    'access-control-allow-headers': 'authorization, x-any', 'access-control-max-age': '3600',
  });
});

test('a preflight for what is not there is not answered as one', async () => {
  const headers = { origin: 'https://any.example', 'access-control-request-method': 'POST' };
  expect((await send('OPTIONS', `${issuer}/nope`, { headers })).status).toBe(404);
});

test.each(['gzip', 'br', 'deflate'])('the document is compressed by %s for whoever can read that', async (coding) => {
  const answer = await send('GET', openid, { headers: { 'accept-encoding': coding } });
  expect(answer.headers['content-encoding']).toBe(coding);
  expect(answer.bytes.length).toBeLessThan((await send('GET', openid)).bytes.length);
});

test.each(['ES384', 'EdDSA'])('a fresh server signs by %s when told so', async (algorithm) => {
  const other = await startServer({ flags: ['--signing-algorithm', algorithm] });
  const { keys } = ok(await send('GET', `${other.base}/oidc/jwks`));
  expect(keys).toMatchObject([{ alg: algorithm, use: 'sig', kty: algorithm === 'EdDSA' ? 'OKP' : 'EC',
    crv: algorithm === 'EdDSA' ? 'Ed25519' : 'P-384' }]);
  expect(ok(await send('GET',
    `${other.base}/oidc/.well-known/openid-configuration`)).id_token_signing_alg_values_supported)
    .toEqual([algorithm]);
});
