// Attacks on codes: PKCE left out, weakened or wrong; stolen codes; parameters that come twice or are huge.
import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { Browser, newApp, newPerson, redirectUri } from './support/browser.ts';
import { send, type Answer } from './support/client.ts';
import { oauthError, ok } from './support/expect.ts';
import { basic } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const [page, other, person] = [await newApp(api), await newApp(api), await newPerson(api)];
const web = await newApp(api, 'Traditional');
const secret: string = ok(await api.get(`/applications/${web.id}/secrets`))[0].value;
const browser = (): Browser => new Browser(() => server.base);

const token = (form: Record<string, string>, app = page): Promise<Answer> =>
  send('POST', `${server.base}/oidc/token`, app === web ?
    { body: new URLSearchParams(form), headers: { authorization: basic(web.id, secret) } } :
    { body: new URLSearchParams({ client_id: app.id, ...form }) });
const exchange = (code: string, more: Record<string, string>, app = page): Promise<Answer> =>
  token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...more }, app);
const told = (answer: Answer): URLSearchParams => {
  expect([answer.status, answer.headers.location]).toEqual([303, expect.stringMatching(`^${redirectUri}\\?`)]);
  return new URL(answer.headers.location!).searchParams;
};

test('an application without a secret gets no code without S256', async () => {
  const { challenge, verifier } = browser().pkce;
  for (const bad of [{ code_challenge: undefined, code_challenge_method: undefined }, { code_challenge: undefined },
    { code_challenge_method: undefined }, { code_challenge: verifier, code_challenge_method: 'plain' },
    { code_challenge_method: 's256' }, { code_challenge_method: 'S512' }, { code_challenge: '' },
    { code_challenge: 'short' }, { code_challenge: 'x'.repeat(129) }, { code_challenge: `${challenge.slice(1)}+` }]) {
    const answer = told(await browser().authorize(page, bad));
    expect([bad, answer.get('error'), answer.get('code'), answer.get('state')])
      .toEqual([bad, 'invalid_request', null, 'state-1']);
  }
});

test('a code with a challenge is not redeemed without its verifier, nor one without a challenge with any', async () => {
  const b = browser();
  const bound = await b.signIn(web, person);
  const verifier = b.pkce.verifier;
  for (const bad of [{}, { code_verifier: '' }, { code_verifier: b.pkce.challenge },
    { code_verifier: createHash('sha256').update(b.pkce.challenge).digest('base64url') },
    { code_verifier: `${verifier}a` }, { code_verifier: verifier.slice(0, -1).padEnd(43, '_') }])
    oauthError(await exchange(bound, bad as Record<string, string>, web), 400, 'invalid_grant');
  ok(await exchange(bound, { code_verifier: verifier }, web));
  const free = await browser().signIn(web, person, { code_challenge: undefined, code_challenge_method: undefined });
  oauthError(await exchange(free, { code_verifier: verifier }, web), 400, 'invalid_grant');
  ok(await exchange(free, {}, web));
});

test('a code that a thief tries with another application is still good for its own, and then gives all back', async () => {
  const b = browser(), code = await b.signIn(page, person);
  const { verifier } = b.pkce;
  oauthError(await exchange(code, { code_verifier: verifier }, other), 400, 'invalid_grant');
  oauthError(await exchange(code, { code_verifier: verifier }, web), 400, 'invalid_grant');
  const first = ok(await exchange(code, { code_verifier: verifier }));
  const again = ok(await token({ grant_type: 'refresh_token', refresh_token: first.refresh_token }));
  oauthError(await exchange(code, { code_verifier: verifier }), 400, 'invalid_grant');
  for (const { access_token, refresh_token } of [first, again]) {
    expect((await send('GET', `${server.base}/oidc/me`, { headers: { authorization: `Bearer ${access_token}` } })).status)
      .toBe(401);
    oauthError(await token({ grant_type: 'refresh_token', refresh_token }), 400, 'invalid_grant');
  }
});

test('an address with a wildcard cannot be left out when its code is redeemed', async () => {
  const wild = await newApp(api, 'SPA',
    { oidcClientMetadata: { redirectUris: ['https://*.app.example/cb'], postLogoutRedirectUris: [] } });
  const b = browser(), home = 'https://one.app.example/cb';
  await b.visit(wild, { redirect_uri: home });
  const code = (await b.follow(await b.logIn(person), home)).get('code')!;
  const form = { grant_type: 'authorization_code', code, code_verifier: b.pkce.verifier };
  oauthError(await token(form, wild), 400, 'invalid_grant');
  oauthError(await token({ ...form, redirect_uri: 'https://two.app.example/cb' }, wild), 400, 'invalid_grant');
  ok(await token({ ...form, redirect_uri: home }, wild));
});

test('state and nonce come back as they went, whatever stands in them', async () => {
  for (const text of ['a b+c', '%2e%2E&state=x#y', 'ü€\u{1f600}', '"><script>', ' x ', 'null', '\\', 'a'.repeat(2_000)]) {
    const b = browser();
    await b.visit(page, { state: text, nonce: text });
    const answer = await b.follow(await b.logIn(person));
    expect([answer.get('state'), answer.getAll('state').length]).toEqual([text, 1]);
    const { id_token } = ok(await exchange(answer.get('code')!, { code_verifier: b.pkce.verifier }));
    expect(decodeJwt(id_token)['nonce']).toBe(text);
  }
});

test('a parameter that comes twice is refused by name and not chosen from', async () => {
  const fine: [string, string][] = [['client_id', page.id], ['redirect_uri', redirectUri], ['response_type', 'code'],
    ['scope', 'openid'], ['state', 's'], ['nonce', 'n'], ['code_challenge', browser().pkce.challenge],
    ['code_challenge_method', 'S256'], ['prompt', 'consent'], ['max_age', '60']];
  for (const [name, value] of fine) {
    const query = new URLSearchParams([...fine, [name, value]]);
    for (const answer of [await browser().get(`/oidc/auth?${query}`),
      await browser().request('POST', '/oidc/auth', { body: query })]) {
      const text = answer.headers.location ?? answer.text;
      expect([name, answer.status === 400 || answer.status === 303]).toEqual([name, true]);
      expect(decodeURIComponent(text).replaceAll('+', ' ')).toContain(`'${name}' parameter must not be provided twice`);
    }
  }
  for (const name of ['grant_type', 'code', 'redirect_uri', 'code_verifier', 'client_id'])
    oauthError(await send('POST', `${server.base}/oidc/token`, { body: new URLSearchParams([
      ['client_id', page.id], ['grant_type', 'authorization_code'], ['code', 'x'], ['redirect_uri', redirectUri],
      ['code_verifier', 'v'.repeat(43)], [name, 'y']]) }), 400, 'invalid_request');
});

test('a parameter of 100 kB is refused at every endpoint, and the server goes on', async () => {
  const long = 'x'.repeat(100_000);
  for (const path of ['auth', 'token', 'request', 'session/end', 'token/introspection', 'token/revocation',
    'session/end/confirm', 'device/auth'])
    for (const name of ['client_id', 'state', 'scope', 'code', 'redirect_uri', 'token', 'refresh_token'])
      for (const where of ['query', 'body']) {
        const pair = { [name]: long };
        const answer = await send('POST', `${server.base}/oidc/${path}`,
          where === 'query' ? { query: pair, alone: true } : { body: new URLSearchParams(pair), alone: true });
        expect([path, name, where, answer.status >= 400 && answer.status < 500]).toEqual([path, name, where, true]);
      }
  ok(await send('GET', `${server.base}/oidc/.well-known/openid-configuration`));
});
