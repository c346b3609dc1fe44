import { expect, test } from 'vitest';
import { Build } from './support/build.ts';
import { send, type RequestOptions } from './support/client.ts';
import { oauthError, ok } from './support/expect.ts';
import { basic, newMachine } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);
const resource = await build.resource();
const redirect = { oidcClientMetadata: { redirectUris: ['https://app.example/cb', 'https://*.app.example/cb'],
  postLogoutRedirectUris: [] } };
const [machine, other] = [await newMachine(api), await newMachine(api)];
const spa = await build.application('SPA', redirect);
const web = await build.application('Traditional',
  { ...redirect, customClientMetadata: { corsAllowedOrigins: ['https://page.example'] } });
const [{ value: webSecret }] = ok(await api.get(`/applications/${web.id}/secrets`));
const bare = await build.application('Traditional');
const [{ value: bareSecret }] = ok(await api.get(`/applications/${bare.id}/secrets`));

const { id, secret } = machine;
const raw = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
const percent = (text: string): string => [...text].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('');
const form = { grant_type: 'client_credentials', resource: resource.indicator };
const ask = (fields: Record<string, string> | string[][] = {}, authorization?: string, options: RequestOptions = {},
  query = '') =>
  send('POST', `${server.base}/oidc/token${query}`, {
    body: new URLSearchParams([...Object.entries(form),
      ...(Array.isArray(fields) ? fields : Object.entries(fields))] as [string, string][]),
    ...options, headers: { ...(authorization === undefined ? {} : { authorization }), ...options.headers },
  });

test.each<[string, Record<string, string>, string?]>([
  ['in the header', {}, basic(id, secret)],
  ['in the header, the id in the body too', { client_id: id }, basic(id, secret)],
  ['in the header, percent-encoded', {}, raw(`${percent(id)}:${percent(secret)}`)],
  ['in the header, the scheme in other letter case', {}, basic(id, secret).replace('Basic', 'bAsIC')],
  ['in the header, an empty one in the body', { client_secret: '' }, basic(id, secret)],
  ['in the body', { client_id: id, client_secret: secret }],
  ['in the body, an empty header', { client_id: id, client_secret: secret }, ''],
])('a machine shows its secret %s', async (_, fields, authorization) => {
  ok(await ask(fields, authorization));
});

const assertion = { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' };

test.each<[string, Record<string, string>, string | undefined, number, string, RegExp?]>([
  ['another scheme', {}, `Bearer ${secret}`, 400, 'invalid_request', /format/],
  ['a scheme alone', {}, 'Basic', 400, 'invalid_request', /format/],
  ['three parts', {}, `${basic(id, secret)} x`, 400, 'invalid_request', /format/],
  ['no colon', {}, raw(id), 400, 'invalid_request', /format/],
  ['no secret behind the colon', {}, raw(`${id}:`), 400, 'invalid_request', /client_secret/],
  ['what cannot be printed', {}, raw(`${id}:%01`), 400, 'invalid_request', /encoded/],
  ['a broken escape', {}, raw(`${id}:%zz`), 400, 'invalid_request'],
  ['a wrong secret in header and body', { client_id: id, client_secret: 'x' }, basic(id, 'x'), 400, 'invalid_request', /one mechanism/],
  ['a wrong secret beside an assertion', { client_id: id, client_secret: 'x', client_assertion: 'a.b.c', ...assertion }, undefined, 400, 'invalid_request', /one mechanism/],
  ['an assertion that is not a JWT', { client_assertion: 'x', ...assertion }, undefined, 400, 'invalid_request', /client_assertion/],
  ['another id in the body', { client_id: other.id }, basic(id, secret), 400, 'invalid_request', /client_id/],
  ['nothing', {}, undefined, 400, 'invalid_request', /no client/],
  ['a secret without an id', { client_secret: secret }, undefined, 400, 'invalid_request', /no client/],
  ['an unknown id in the header', {}, basic('nope', 'x'), 400, 'invalid_client', /nope/],
  ['an unknown id in the body', { client_id: 'nope' }, undefined, 400, 'invalid_client', /nope/],
  ['an id without a secret', { client_id: id }, undefined, 401, 'invalid_client', /failed/],
  ['a wrong secret in the header', {}, basic(id, 'x'), 401, 'invalid_client', /failed/],
  ['a wrong secret in the body', { client_id: id, client_secret: 'x' }, undefined, 401, 'invalid_client', /failed/],
  ['the secret of another', {}, basic(id, other.secret), 401, 'invalid_client', /failed/],
  ['a secret for an app without secrets', { client_id: spa.id, client_secret: 'x' }, undefined, 401, 'invalid_client',
    /failed/],
  ['a web app without a place to come back to', {}, basic(bare.id, bareSecret), 400, 'invalid_redirect_uri',
    /redirect_uris/],
  ['a browser app that wants a machine token', { client_id: spa.id }, undefined, 400, 'invalid_request',
    /not allowed/],
  ['a web app that wants a machine token', {}, basic(web.id, webSecret), 400, 'invalid_request', /not allowed/],
])('a client shows %s and is refused', async (_, fields, authorization, status, error, description) => {
  const answer = await ask(fields, authorization);
  const body = oauthError(answer, status, error);
  expect(body).toMatchObject({ code: `oidc.${error}`, message: expect.stringMatching(/\S/) });
  if (description) expect(body.error_description).toMatch(description);
  expect(answer.headers['cache-control']).toBe('no-store');
  const challenge = status === 401 && authorization
    ? `Basic realm="${server.base}/oidc", error="invalid_client", error_description="${body.error_description}"`
    : undefined;
  expect(answer.headers['www-authenticate']).toBe(challenge);
});

test.each<[string, object, string, RegExp]>([
  ['no grant', { grant_type: '' }, 'invalid_request', /'grant_type'/],
  ['an unknown grant', { grant_type: 'nope' }, 'unsupported_grant_type', /grant_type/],
  ['the implicit grant', { grant_type: 'implicit' }, 'unsupported_grant_type', /grant_type/],
  ['a code', { grant_type: 'authorization_code', code: 'x' }, 'invalid_request', /not allowed/],
  ['a refresh token', { grant_type: 'refresh_token', refresh_token: 'x' }, 'invalid_request', /not allowed/],
])('a machine that asks with %s is refused, after a wrong secret', async (_, fields, error, description) => {
  const body = new URLSearchParams({ ...form, ...fields });
  expect(oauthError(await ask({}, basic(id, secret), { body }), 400, error).error_description).toMatch(description);
  oauthError(await ask({}, basic(id, 'x'), { body }), 401, 'invalid_client');
});

test.each([
  [{ grant_type: 'authorization_code' }, "'code'"],
  [{ grant_type: 'refresh_token' }, "'refresh_token'"],
])('a web app has to bring what it exchanges: %j', async (fields, missing) => {
  expect(oauthError(await ask({}, basic(web.id, webSecret), { body: new URLSearchParams({ ...fields }) }), 400,
    'invalid_request').error_description).toContain(missing);
});

test('what a web app brings and nobody issued is an invalid grant, and no more is said', async () => {
  for (const fields of [{ grant_type: 'authorization_code', code: 'x' },
    { grant_type: 'refresh_token', refresh_token: 'x' }]) {
    expect(oauthError(await ask({}, basic(web.id, webSecret), { body: new URLSearchParams(fields) }), 400,
      'invalid_grant')).toMatchObject({
      code: 'oidc.invalid_grant', error_uri: 'https://openid.sh/debug/invalid_grant',
    });
  }
});

test.each(['grant_type', 'client_id', 'scope', 'organization_id'])('%s may be sent once', async (name) => {
  const answer = await ask([[name, 'x'], [name, 'y']], name === 'client_id' ? undefined : basic(id, secret));
  expect(oauthError(answer, 400, 'invalid_request').error_description).toMatch(new RegExp(`'${name}'.*twice`));
});

test('what belongs to another grant is dropped', async () => {
  ok(await ask([['code', 'x'], ['code', 'y'], ['refresh_token', 'x'], ['foo', 'x'], ['foo', 'y']], basic(id, secret)));
});

test('the body may be JSON, and nothing else', async () => {
  const authorization = basic(id, secret);
  ok(await ask({}, authorization, { body: { ...form, scope: null, foo: {} } }));
  const text = oauthError(await ask({}, authorization, { body: 'x', headers: { 'content-type': 'text/plain' } }), 400,
    'invalid_request');
  expect(text.error_description).toMatch(/application\/x-www-form-urlencoded.*POST \/token/);
  expect(oauthError(await ask({}, authorization, { body: '{' }), 400, 'invalid_request').error_description)
    .toContain("'grant_type'");
  expect(oauthError(await ask({}, authorization,
    { body: `grant_type=\0`, headers: { 'content-type': 'application/x-www-form-urlencoded' } }), 400,
    'invalid_request').error_description).toMatch(/null/);
});

test('an error comes plain when the request says so', async () => {
  expect(ok(await ask({}, undefined, {}, '?parse_error=false'), 400))
    .toEqual({ error: 'invalid_request', error_description: expect.stringMatching(/\S/) });
  const grant = new URLSearchParams({ client_id: 'demo-app', grant_type: 'refresh_token', refresh_token: 'x' });
  expect(ok(await send('POST', `${server.base}/oidc/token?parse_error=false`, { body: grant }), 400))
    .toEqual({ error: 'invalid_grant', error_description: 'grant request is invalid' });
});

test('whatever is not an endpoint is refused in the form of OAuth', async () => {
  for (const [method, path] of [['GET', '/token'], ['GET', '/nope'], ['PUT', '/jwks'], ['OPTIONS', '/token']] as const) {
    const body = oauthError(await send(method, `${server.base}/oidc${path}`), 404, 'invalid_request');
    expect(body).toMatchObject({ code: 'oidc.invalid_request',
      error_description: expect.stringContaining(`${method} on ${path}`) });
  }
});

test.each<[string, boolean]>([
  ['https://page.example', true], ['https://app.example', true], ['https://shop.app.example', true],
  ['https://APP.example', true],
  ['http://page.example', false], ['https://page.example:8443', false], ['https://a.b.app.example', false],
  ['null', false], ['https://evil.example', false],
])('a page of %s may ask for tokens: %s', async (origin, allowed) => {
  const answer = await ask({ grant_type: 'refresh_token', refresh_token: 'x' }, basic(web.id, webSecret),
    { body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x' }), headers: { origin } });
  expect(answer.headers['access-control-allow-origin']).toBe(allowed ? origin : undefined);
  const body = oauthError(answer, 400, allowed ? 'invalid_grant' : 'invalid_request');
  if (!allowed) expect(body.error_description).toContain(origin);
});

test('a page whose address is longer than any host may not ask, and gets its answer at once', async () => {
  const answer = await ask({}, basic(web.id, webSecret),
    { body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x' }),
      headers: { origin: `https://${'a'.repeat(12_500)}.app.example` } });
  expect(answer.status).toBe(400);
  expect(answer.headers['access-control-allow-origin']).toBeUndefined();
});

test('while the client is not known any page may read the error', async () => {
  for (const answer of [await ask({}, basic('nope', 'x'), { headers: { origin: 'https://evil.example' } }),
    await ask({}, undefined, { headers: { origin: 'https://evil.example' } })])
    expect(answer.headers['access-control-allow-origin']).toBe('https://evil.example');
  ok(await ask({}, basic(id, secret), { headers: { origin: server.base } }));
});
