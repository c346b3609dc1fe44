// Attacks with tokens: forged, of another kind, of somebody else, over, stolen and used by two.
import { createHmac, createPublicKey, createSign, generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { expect, test } from 'vitest';
import { Browser, newApp, newPerson, redirectUri } from './support/browser.ts';
import { Build } from './support/build.ts';
import { send, type Answer } from './support/client.ts';
import { oauthError, ok, problem } from './support/expect.ts';
import { basic } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);
const shop = await build.resource();
const [page, other, person] = [await newApp(api), await newApp(api), await newPerson(api)];
const exchanger = await newApp(api, 'Traditional', { customClientMetadata: { allowTokenExchange: true } });
const exchangerSecret: string = ok(await api.get(`/applications/${exchanger.id}/secrets`))[0].value;

const refresh = (app: { id: string }, refresh_token: string, more: Record<string, string> = {}): Promise<Answer> =>
  send('POST', `${server.base}/oidc/token`,
    { body: new URLSearchParams({ client_id: app.id, grant_type: 'refresh_token', refresh_token, ...more }) });
const me = (token: string): Promise<Answer> =>
  send('GET', `${server.base}/oidc/me`, { headers: { authorization: `Bearer ${token}` } });
const signedIn = async (more: Record<string, string> = {}): Promise<any> => {
  const b = new Browser(() => server.base), code = await b.signIn(page, person, more);
  return ok(await send('POST', `${server.base}/oidc/token`, { body: new URLSearchParams({ client_id: page.id,
    grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: b.pkce.verifier }) }));
};
const asSubject = (subject_token: string, more: Record<string, string> = {}): Promise<Answer> =>
  send('POST', `${server.base}/oidc/token`, { headers: { authorization: basic(exchanger.id, exchangerSecret) },
    body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', scope: 'openid', subject_token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token', ...more }) });

// The four places that read a signed token, and what a good one would give.
const atManagement = async (token: string): Promise<void> => {
  problem(await send('GET', `${server.base}/api/users`, { headers: { authorization: `Bearer ${token}` } }), 401, 'auth.unauthorized');
};
const asHint = async (token: string): Promise<void> => {
  oauthError(await send('GET', `${server.base}/oidc/session/end`, { query: { id_token_hint: token } }), 400, 'invalid_request');
  const answer = await new Browser(() => server.base).authorize(page, { id_token_hint: token, prompt: 'none', scope: 'openid' });
  expect(new URL(answer.headers.location!).searchParams.get('error')).toBe('invalid_request');
};
const refusedSubject = async (token: string): Promise<void> => {
  oauthError(await asSubject(token), 400, 'invalid_grant');
};

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const hmac = (text: string, key: string | Buffer) => createHmac('sha256', key).update(text).digest('base64url');
const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** The token with another header, signed with `sign`. */
const forge = (token: string, header: object, sign: (text: string) => string): string => {
  const text = `${encode({ ...decodeProtectedHeader(token), ...header })}.${token.split('.')[1]}`;
  return `${text}.${sign(text)}`;
};
const es256 = (text: string) => createSign('sha256').update(text).sign({ key: own.privateKey, dsaEncoding: 'ieee-p1363' }, 'base64url');

async function forgeries(token: string): Promise<string[]> {
  const keys = ok(await send('GET', `${server.base}/oidc/jwks`)).keys;
  const key = keys.find(({ kid }: any) => kid === decodeProtectedHeader(token).kid);
  const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const der = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'der' });
  const jwk = own.publicKey.export({ format: 'jwk' });
  const confused = [pem as string, der, JSON.stringify(key), key.x, Buffer.from(key.x, 'base64url'), '', '\0']
    .flatMap((secret) => ['HS256', 'hs256'].map((alg) => forge(token, { alg }, (text) => hmac(text, secret))));
  const unsigned = ['none', 'None', 'NONE', ''].flatMap((alg) => [forge(token, { alg }, () => ''), forge(token, { alg }, () => token.split('.')[2]!)]);
  const kids = ['', '../../../../dev/null', '/dev/null', "' OR '1'='1", "x' UNION SELECT 'a", 'https://evil.example/jwks', '%', '*', '\0', 'x'.repeat(5_000)];
  const injected = kids.flatMap((kid) => [forge(token, { kid }, es256), forge(token, { kid, alg: 'HS256' }, (text) => hmac(text, ''))]);
  const odd = [null, 0, true, [key.kid], { kid: key.kid }].map((kid) => forge(token, { kid }, es256));
  const brought = [{ jwk }, { jku: 'https://evil.example/jwks' }, { x5u: 'https://evil.example/x' }, { x5c: ['AA=='] }, { jwk, kid: undefined }]
    .map((header) => forge(token, { alg: 'ES256', ...header }, es256));
  const empty = forge(token, {}, () => Buffer.alloc(96).toString('base64url'));
  const critical = `${encode({ ...decodeProtectedHeader(token), crit: ['b64'], b64: false })}.${token.split('.').slice(1).join('.')}`;
  return [...confused, ...unsigned, ...injected, ...odd, ...brought, empty, critical, forge(token, {}, es256), `${token}.`, `${token}.x`, `${token}=`, `.${token}`];
}

test('no forged token passes at the Management API: other algorithms, injected and brought keys, none at all', async () => {
  for (const forged of await forgeries(await server.token())) await atManagement(forged);
});

test('no forged ID token is taken for a hint', async () => {
  for (const forged of await forgeries((await signedIn()).id_token)) await asHint(forged);
});

test('no forged access token stands for a person in an exchange', async () => {
  const scope = await build.resourceScope(shop.id);
  const role = await build.tenantRole({ scopeIds: [scope.id] });
  ok(await api.post(`/users/${person.id}/roles`, { roleIds: [role.id] }), 201);
  const { refresh_token } = await signedIn({ resource: shop.indicator, scope: `openid offline_access ${scope.name}` });
  const { access_token } = ok(await refresh(page, refresh_token, { resource: shop.indicator }));
  ok(await asSubject(access_token));
  for (const forged of await forgeries(access_token)) await refusedSubject(forged);
});

test('a token of one kind is nothing where another is read', async () => {
  const tokens = await signedIn({ resource: shop.indicator });
  const jwt = ok(await refresh(page, tokens.refresh_token, { resource: shop.indicator }));
  const machine = await server.token();
  for (const wrong of [tokens.id_token, tokens.refresh_token, tokens.access_token, jwt.access_token, jwt.refresh_token]) await atManagement(wrong);
  for (const wrong of [tokens.refresh_token, tokens.access_token, jwt.access_token, machine]) await asHint(wrong);
  for (const wrong of [tokens.id_token, tokens.refresh_token, jwt.refresh_token, machine]) await refusedSubject(wrong);
  for (const wrong of [tokens.id_token, jwt.refresh_token, jwt.access_token, machine]) expect((await me(wrong)).status).toBe(401);
  for (const wrong of [tokens.id_token, tokens.access_token, jwt.access_token, machine]) oauthError(await refresh(page, wrong), 400, 'invalid_grant');
});

test('a token that is over is refused everywhere', async () => {
  const brief = await build.resource({ accessTokenTtl: 1 });
  const { refresh_token } = await signedIn({ resource: brief.indicator });
  const { access_token } = ok(await refresh(page, refresh_token, { resource: brief.indicator }));
  const { exp = 0, iat = 0 } = decodeJwt(access_token);
  expect(exp - iat).toBe(1);
  await new Promise((go) => setTimeout(go, 2_100));
  await refusedSubject(access_token);
  await atManagement(access_token);
  expect((await me(access_token)).status).toBe(401);
});

test('a refresh token that two applications use helps neither of them to that of the other', async () => {
  const s = await signedIn();
  for (const thief of [other, exchanger]) {
    const { status, body } = await refresh(thief, s.refresh_token);
    expect([status, body.error]).toEqual(thief === other ? [400, 'invalid_grant'] : [401, 'invalid_client']);
  }
  ok(await refresh(page, s.refresh_token));	// the attempt of another takes nothing from the owner
});

test('a stolen refresh token that owner and thief use ends for both of them, whoever was first', async () => {
  const s = await signedIn();
  const first = ok(await refresh(page, s.refresh_token));
  await new Promise((go) => setTimeout(go, 3_300));
  oauthError(await refresh(page, s.refresh_token), 400, 'invalid_grant');
  oauthError(await refresh(page, first.refresh_token), 400, 'invalid_grant');
  for (const { access_token } of [s, first]) expect((await me(access_token)).status).toBe(401);
});

test('an application neither sees nor ends what another was given', async () => {
  const s = await signedIn();
  const post = (path: string, token: string): Promise<Answer> =>
    send('POST', `${server.base}/oidc/token/${path}`, { body: new URLSearchParams({ client_id: other.id, token }) });
  for (const token of [s.access_token, s.refresh_token]) {
    expect(ok(await post('introspection', token))).toEqual({ active: false });
    ok(await post('revocation', token));	// as for one that nobody knows
  }
  ok(await me(s.access_token));
  ok(await refresh(page, s.refresh_token));
});
