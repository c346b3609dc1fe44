import { expect, test } from 'vitest';
import { Build } from './support/build.ts';
import { send } from './support/client.ts';
import { oauthError, ok } from './support/expect.ts';
import { basic, managementApi, newMachine } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const build = new Build(server.api);
const machine = await newMachine(server.api);
const spa = await build.application('SPA',
  { oidcClientMetadata: { redirectUris: ['https://app.example/cb'], postLogoutRedirectUris: [] } });
const jwt = ok(await server.requestToken({ grant_type: 'client_credentials', resource: managementApi },
  machine)).access_token;

const ask = (endpoint: string, fields: Record<string, string>,
  headers: Record<string, string> = { authorization: basic(machine.id, machine.secret) }) =>
  send('POST', `${server.base}/oidc${endpoint}`, { body: new URLSearchParams(fields), headers });
const me = (method: string, headers: Record<string, string> = {}, body?: URLSearchParams, query = '') =>
  send(method, `${server.base}/oidc/me${query}`, { headers, body });
const unknown = 'x'.repeat(43);

test.each([{ token: unknown }, { token: unknown, token_type_hint: 'refresh_token' },
  { token: unknown, token_type_hint: 'nonsense' }, { token: 'a.b' }])(
  'a token that nobody issued is not active, and may be revoked: %j', async (fields) => {
    const active = await ask('/token/introspection', fields);
    expect(ok(active)).toEqual({ active: false });
    expect(active.headers['cache-control']).toBe('no-store');
    const revoked = await ask('/token/revocation', fields);
    expect({ status: revoked.status, text: revoked.text }).toEqual({ status: 200, text: '' });
  });

test('an app without a secret may ask too', async () => {
  expect(ok(await ask('/token/introspection', { client_id: spa.id, token: unknown }, {}))).toEqual({ active: false });
  ok(await ask('/token/revocation', { client_id: spa.id, token: unknown }, {}));
});

test.each([['introspection', 'introspected'],
  ['revocation', 'revoked']])('the %s of a JWT is refused: whoever has the keys can judge it',
  async (endpoint, done) => {
  for (const hint of [undefined, 'access_token']) {
    const body = oauthError(await ask(`/token/${endpoint}`,
      { token: jwt, ...(hint ? { token_type_hint: hint } : {}) }), 400, 'unsupported_token_type');
    expect(body).toMatchObject({
      code: 'oidc.unsupported_token_type', message: expect.stringMatching(/\S/),
      error_description: expect.stringMatching(new RegExp(`JWT.*${done}`)),
    });
  }
});

test.each(['introspection', 'revocation'])('%s has its checks in order: the client, then the token',
  async (endpoint) => {
  const at = `/token/${endpoint}`;
  oauthError(await ask(at, {}, { authorization: basic(machine.id, 'x') }), 401, 'invalid_client');
  oauthError(await ask(at, { token: jwt }, {}), 400, 'invalid_request');
  oauthError(await ask(at, { token: jwt }, { authorization: basic('nope', 'x') }), 400, 'invalid_client');
  for (const fields of [{}, { token: '' }])
    expect(oauthError(await ask(at, fields as Record<string, string>), 400, 'invalid_request').error_description)
      .toContain("'token'");
  const twice = await send('POST', `${server.base}/oidc${at}`,
    { body: new URLSearchParams([['token', 'x'], ['token', 'y']]),
      headers: { authorization: basic(machine.id, machine.secret) } });
  expect(oauthError(twice, 400, 'invalid_request').error_description).toMatch(/'token'.*twice/);
  const text = await send('POST', `${server.base}/oidc${at}`,
    { body: 'x', headers: { 'content-type': 'text/plain' } });
  expect(oauthError(text, 400, 'invalid_request').error_description).toContain(`POST ${at}`);
});

test.each(['GET', 'POST'])('%s userinfo asks for a token', async (method) => {
  const answer = await me(method, {}, method === 'POST' ? new URLSearchParams() : undefined);
  expect(oauthError(answer, 401, 'invalid_token')).toMatchObject({ code: 'oidc.invalid_token' });
  expect(answer.headers['www-authenticate']).toBe(`Bearer realm="${server.base}/oidc"`);
  expect(answer.headers['cache-control']).toBe('no-store');
});

test.each([['unknown', unknown], ['for an API', jwt],
  ['no token', 'x y']])('userinfo knows nobody by a token that is %s', async (_, token) => {
  for (const answer of [await me('GET', { authorization: `Bearer ${token.split(' ')[0]}` }),
    await me('POST', {}, new URLSearchParams({ access_token: token }))]) {
    const { error_description: text } = oauthError(answer, 401, 'invalid_token');
    expect(answer.headers['www-authenticate'])
      .toBe(`Bearer realm="${server.base}/oidc", error="invalid_token", error_description="${text}"`);
  }
});

test.each<[string, () => ReturnType<typeof me>, RegExp]>([
  ['another scheme', () => me('GET', { authorization: basic('a', 'b') }), /Bearer/],
  ['a scheme alone', () => me('GET', { authorization: 'Bearer' }), /format/],
  ['a token in the query', () => me('GET', {}, undefined, `?access_token=${unknown}`), /query/],
  ['a token in two places',
    () => me('POST', { authorization: `Bearer ${unknown}` }, new URLSearchParams({ access_token: unknown })),
    /one mechanism/],
])('userinfo refuses %s', async (_, act, description) => {
  const answer = await act();
  expect(oauthError(answer, 400, 'invalid_request').error_description).toMatch(description);
  expect(answer.headers['www-authenticate']).toContain('error="invalid_request"');
});
