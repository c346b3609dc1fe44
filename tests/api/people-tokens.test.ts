// Tokens for people: codes and refresh tokens, used as they should be and stolen; organizations; userinfo and its neighbours.
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { expect, test } from 'vitest';
import { Browser, newApp, newPerson, redirectUri, type Person } from './support/browser.ts';
import { Build, unique } from './support/build.ts';
import { send, type Answer } from './support/client.ts';
import { oauthError, ok } from './support/expect.ts';
import { basic, verified } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);
const issuer = `${server.base}/oidc`;
const organizations = 'urn:logto:resource:organizations', organizationsScope = 'urn:logto:scope:organizations';

interface App { id: string; secret?: string }
type More = Record<string, string | readonly string[] | undefined>;

const spa: App = await newApp(api), other: App = await newApp(api);
const withSecret = async (more: object = {}): Promise<App> => {
  const made = await newApp(api, 'Traditional', more);
  return { ...made, secret: ok(await api.get(`/applications/${made.id}/secrets`))[0].value };
};
const web = await withSecret();
const ada = await newPerson(api, { name: 'Ada', primaryEmail: `${unique('ada')}@a.example` });

/** A post to an endpoint that clients call, as this client. */
const post = (path: string, app: App, form: Record<string, string>, headers: Record<string, string> = {}):
Promise<Answer> => send('POST', `${issuer}${path}`, {
  body: new URLSearchParams(app.secret ? form : { client_id: app.id, ...form }),
  headers: { ...(app.secret ? { authorization: basic(app.id, app.secret) } : {}), ...headers },
});
const exchange = (app: App, code: string, verifier: string, more: Record<string, string> = {}): Promise<Answer> =>
  post('/token', app, { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri,
    ...more });
const refresh = (app: App, token: string, more: Record<string, string> = {}): Promise<Answer> =>
  post('/token', app, { grant_type: 'refresh_token', refresh_token: token, ...more });
const introspect = async (app: App, token: string): Promise<any> =>
  ok(await post('/token/introspection', app, { token }));
const me = (token: string): Promise<Answer> => send('GET', `${issuer}/me`, {
  headers: { authorization: `Bearer ${token}` } });

const authorized = async (app: App, person: Person, more: More = {}) => {
  const browser = new Browser(() => server.base);
  return { browser, code: await browser.signIn(app, person, more) };
};
const session = async (app: App, person: Person = ada, more: More = {}): Promise<any> => {
  const { browser, code } = await authorized(app, person, more);
  return { browser, ...ok(await exchange(app, code, browser.pkce.verifier)) };
};
const refused = (answer: Answer): void => {
  expect(oauthError(answer, 400, 'invalid_grant').error_description).toBe('grant request is invalid');
};

test('a code gives an opaque access token, an ID token that jose accepts, and a refresh token', async () => {
  const s = await session(spa, ada, { nonce: 'n', scope: 'openid offline_access profile email' });
  expect(s).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'openid offline_access profile email',
    access_token: expect.stringMatching(/^[\w-]{43}$/), refresh_token: expect.stringMatching(/^[\w-]{43}$/) });
  const { payload } = await verified(server.base, s.id_token, { audience: spa.id });
  expect(payload).toMatchObject({ sub: ada.id, nonce: 'n', name: 'Ada', email: ada.primaryEmail,
    email_verified: true, username: ada.username, iss: issuer });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
  expect(decodeProtectedHeader(s.id_token)).not.toHaveProperty('typ');
  expect(ok(await me(s.access_token))).toMatchObject({ sub: ada.id, name: 'Ada', email: ada.primaryEmail });
});

test('a code is for its client, redirect URI and verifier; a wrong one does not use it up', async () => {
  const { browser, code } = await authorized(spa, ada);
  const { verifier } = browser.pkce;
  refused(await exchange(spa, code, 'v'.repeat(43)));
  refused(await post('/token', spa, { grant_type: 'authorization_code', code, redirect_uri: redirectUri }));
  refused(await exchange(spa, code, verifier, { redirect_uri: `${redirectUri}/` }));
  refused(await exchange(other, code, verifier));
  refused(await exchange(spa, `${code.slice(0, -1)}!`, verifier));
  ok(await exchange(spa, code, verifier));
});

test('a code that comes a second time takes back all that it gave', async () => {
  const { browser, code } = await authorized(spa, ada);
  const first = ok(await exchange(spa, code, browser.pkce.verifier));
  ok(await me(first.access_token));
  refused(await exchange(spa, code, browser.pkce.verifier));
  expect((await me(first.access_token)).status).toBe(401);
  refused(await refresh(spa, first.refresh_token));
});

test('of a code that is sent many times at once, one request at most gets tokens, and they do not last', async () => {
  const { browser, code } = await authorized(spa, ada);
  const answers = await Promise.all(Array.from({ length: 8 }, () => exchange(spa, code, browser.pkce.verifier)));
  const given = answers.filter((answer) => answer.status === 200);
  expect(given.length).toBeLessThanOrEqual(1);
  for (const { body } of given) refused(await refresh(spa, body.refresh_token));
});

test('parallel refreshes get a token each; a thief who comes later ends all of them', async () => {
  const s = await session(spa);
  const answers = await Promise.all([1, 2, 3, 4].map(() => refresh(spa, s.refresh_token)));
  const next = answers.map((answer) => ok(answer).refresh_token);
  expect(new Set([s.refresh_token, ...next]).size).toBe(5);
  ok(await refresh(spa, next[0]));
  await new Promise((go) => setTimeout(go, 3300));
  refused(await refresh(spa, s.refresh_token));
  for (const token of next) refused(await refresh(spa, token));
  expect((await me(answers[0]?.body.access_token)).status).toBe(401);
});

test('a refresh token of one client is nothing in the hand of another', async () => {
  const s = await session(web);
  refused(await refresh(other, s.refresh_token));
  refused(await refresh(await withSecret(), s.refresh_token));
  oauthError(await refresh({ ...web, secret: 'x'.repeat(32) }, s.refresh_token), 401, 'invalid_client');
  expect(ok(await refresh(web, s.refresh_token)).refresh_token, 'a young one of a server stays').toBe(s.refresh_token);
});

test('a page of another origin does not read the answer', async () => {
  const s = await session(spa);
  const form = { grant_type: 'refresh_token', refresh_token: s.refresh_token };
  const own = await post('/token', spa, form, { origin: new URL(redirectUri).origin });
  expect(own.headers['access-control-allow-origin']).toBe(new URL(redirectUri).origin);
  expect(own.headers['cache-control']).toBe('no-store');
  const strange = await post('/token', spa, { ...form, refresh_token: ok(own).refresh_token },
    { origin: 'https://evil.example' });
  oauthError(strange, 400, 'invalid_request');
  expect(strange.headers['access-control-allow-origin']).toBeUndefined();
  ok(await refresh(spa, own.body.refresh_token));
  const read = await send('GET', `${issuer}/me`,
    { headers: { authorization: `Bearer ${own.body.access_token}`, origin: 'https://"evil"' } });
  expect(oauthError(read, 400, 'invalid_request').error_description).toContain('https://"evil"');
  expect(read.headers['www-authenticate']).toBe(`Bearer realm="${issuer}", error="invalid_request", ` +
    `error_description="origin https://?evil? not allowed for client: ${spa.id}"`);
});

test('what was given without offline_access ends with the session', async () => {
  const s = await session(spa, ada, { scope: 'openid profile' });
  expect(s.refresh_token).toBeUndefined();
  ok(await me(s.access_token));
  const [kept] = ok(await api.get(`/users/${ada.id}/sessions`)).sessions.filter((one: any) =>
    one.payload.authorizations?.[spa.id]);
  expect(kept).toBeDefined();
  for (const one of ok(await api.get(`/users/${ada.id}/sessions`)).sessions)
    ok(await api.delete(`/users/${ada.id}/sessions/${one.payload.uid}`), 204);
  expect((await me(s.access_token)).status).toBe(401);
  expect(await introspect(web, s.access_token)).toEqual({ active: false });
});

test('a token for an API has the scopes that were granted and that roles give at that moment', async () => {
  const shop = await build.resource({ accessTokenTtl: 120 });
  const [read, write] = [await build.resourceScope(shop.id, { name: 'read' }),
    await build.resourceScope(shop.id, { name: 'write' })];
  const role = await build.tenantRole({ scopeIds: [read.id, write.id] });
  const person = await newPerson(api);
  ok(await api.post(`/users/${person.id}/roles`, { roleIds: [role.id] }), 201);
  const s = await session(web, person, { scope: 'openid offline_access read write', resource: shop.indicator });
  const token = ok(await refresh(web, s.refresh_token, { resource: shop.indicator }));
  expect(token.expires_in).toBe(120);
  expect(token.scope.split(' ').sort()).toEqual(['read', 'write']);
  expect(decodeJwt(token.access_token)).toMatchObject({ aud: shop.indicator, sub: person.id, client_id: web.id,
    scope: token.scope });
  expect(ok(await refresh(web, s.refresh_token, { resource: shop.indicator, scope: 'read' })).scope).toBe('read');
  oauthError(await refresh(web, s.refresh_token, { resource: 'https://nope.example' }), 400, 'invalid_target');
  ok(await api.delete(`/roles/${role.id}/scopes/${write.id}`), 204);
  expect(ok(await refresh(web, s.refresh_token, { resource: shop.indicator })).scope).toBe('read');
});

test('the scopes of a token for an API stand in the order in which they were asked for', async () => {
  const resource = `https://${unique('api')}.example`;
  const { id } = ok(await api.post('/resources', { name: unique('api'), indicator: resource }), 201);
  const names = ['b', 'd', 'a', 'c', 'e'];
  const scopeIds: string[] = [];
  for (const name of [...names].sort()) scopeIds.push(ok(await api.post(`/resources/${id}/scopes`, { name }), 201).id);
  const role = ok(await api.post('/roles', { name: unique('role'), description: 'd', scopeIds }));
  const person = await newPerson(api);
  ok(await api.post(`/users/${person.id}/roles`, { roleIds: [role.id] }), 201);
  const s = await session(spa, person, { resource, scope: `openid offline_access ${names.join(' ')} b` });
  expect(ok(await refresh(spa, s.refresh_token, { resource })).scope).toBe(names.join(' '));
});

test('an organization token needs membership, the second factor that the organization asks for, and the scope',
  async () => {
    const scope = await build.scope();
    const role = await build.role({ organizationScopeIds: [scope.id] });
    const person = await newPerson(api);
    const home = await build.organization(), strict = await build.organization({ isMfaRequired: true });
    const foreign = await build.organization();
    for (const { id } of [home, strict])
      ok(await api.post(`/organizations/${id}/users`, { userIds: [person.id] }), 201);
    ok(await api.post(`/organizations/${home.id}/users/${person.id}/roles`, { organizationRoleIds: [role.id] }), 201);
    const plain = await session(web, person);
    oauthError(await refresh(web, plain.refresh_token, { organization_id: foreign.id }), 403, 'access_denied');
    oauthError(await refresh(web, plain.refresh_token, { organization_id: strict.id }), 403, 'access_denied');
    oauthError(await refresh(web, plain.refresh_token, { organization_id: home.id }), 403, 'insufficient_scope');
    const s = await session(spa, person, { resource: organizations,
      scope: `openid offline_access ${organizationsScope} ${scope.name}` });
    oauthError(await refresh(spa, s.refresh_token, { organization_id: strict.id }), 403, 'access_denied');
    const token = ok(await refresh(spa, s.refresh_token, { organization_id: home.id }));
    expect(token.scope).toBe(scope.name);
    const { payload } = await verified(server.base, token.access_token,
      { audience: `urn:logto:organization:${home.id}` });
    expect(payload).not.toHaveProperty('organization_id');
    expect((await me(token.access_token)).status).toBe(401);
    ok(await api.delete(`/organizations/${home.id}/users/${person.id}`), 204);
    oauthError(await refresh(spa, token.refresh_token, { organization_id: home.id }), 403, 'access_denied');
  });

test('a third-party application gets an organization token where its person has said so, and no scope that was not allowed',
  async () => {
    const third = await withSecret({ isThirdParty: true });
    const shop = await build.resource();
    const [allowed, closed] = [await build.resourceScope(shop.id, { name: 'allowed' }),
      await build.resourceScope(shop.id, { name: 'closed' })];
    const role = await build.tenantRole({ scopeIds: [allowed.id, closed.id] });
    const person = await newPerson(api);
    const home = await build.organization();
    ok(await api.post(`/users/${person.id}/roles`, { roleIds: [role.id] }), 201);
    ok(await api.post(`/organizations/${home.id}/users`, { userIds: [person.id] }), 201);
    ok(await api.post(`/applications/${third.id}/user-consent-scopes`,
      { resourceScopes: [allowed.id], userScopes: [organizationsScope] }), 201);
    const browser = await new Browser(() => server.base).visit(third, { resource: shop.indicator,
      scope: `openid offline_access ${organizationsScope} allowed closed` });
    await browser.get(await browser.logIn(person));
    const { redirectTo } = ok(await browser.request('POST', '/api/interaction/consent', { body: {} }));
    const code = (await browser.follow(redirectTo)).get('code') as string;
    const s = ok(await exchange(third, code, browser.pkce.verifier));
    expect(ok(await refresh(third, s.refresh_token, { resource: shop.indicator })).scope).toBe('allowed');
    expect(oauthError(await refresh(third, s.refresh_token, { organization_id: home.id }), 403, 'access_denied')
      .error_description).toBe('organization access is not granted to the application');
    ok(await api.post(`/applications/${third.id}/users/${person.id}/consent-organizations`,
      { organizationIds: [home.id] }), 201);
    ok(await refresh(third, s.refresh_token, { organization_id: home.id }));
  });

test('who may not use an application any more gets nothing by an old token', async () => {
  const gated = await newApp(api, 'SPA');
  const s = await session(gated);
  const guest = await newPerson(api);
  ok(await api.put(`/applications/${gated.id}/access-control`,
    { userIds: [guest.id], userRoleIds: [], organizationIds: [], organizationRoleRules: [] }));
  ok(await api.patch(`/applications/${gated.id}`, { appLevelAccessControlEnabled: true }));
  oauthError(await refresh(gated, s.refresh_token), 400, 'access_denied');
});

test('a revoked refresh token takes its siblings along, those of another sign-in stay', async () => {
  const [a, b] = [await session(web), await session(web)];
  expect(await introspect(web, a.access_token)).toMatchObject({ active: true, sub: ada.id, token_type: 'Bearer' });
  expect(await introspect(other, a.access_token), 'a public client sees only its own').toEqual({ active: false });
  oauthError(await post('/token/revocation', await withSecret(), { token: a.access_token }), 400, 'invalid_request');
  ok(await post('/token/revocation', web, { token: a.refresh_token }));
  expect(await introspect(web, a.access_token)).toEqual({ active: false });
  refused(await refresh(web, a.refresh_token));
  ok(await refresh(web, b.refresh_token));
});

test('an authorization whose grant is revoked at the same moment asks again, or gives a code', async () => {
  const person = await newPerson(api), browser = new Browser(() => server.base);
  let code: string | null = await browser.signIn(spa, person);
  for (let i = 0; i < 10; i++) {
    const { refresh_token: token } = ok(await exchange(spa, code as string, browser.pkce.verifier));
    const [answer] = await Promise.all([browser.authorize(spa, { prompt: undefined, scope: 'openid profile' }),
      post('/token/revocation', spa, { token })]);
    expect(answer.status, answer.text).toBe(303);
    code = (await browser.follow((await browser.authorize(spa)).headers.location as string)).get('code');
  }
});

test('what an application was given ends with it', async () => {
  const doomed = await newApp(api), s = await session(doomed);
  expect(await introspect(web, s.access_token)).toMatchObject({ active: true, client_id: doomed.id });
  ok(await api.delete(`/applications/${doomed.id}`), 204);
  expect(await introspect(web, s.access_token)).toEqual({ active: false });
  expect(await introspect(web, s.refresh_token)).toEqual({ active: false });
  expect((await me(s.access_token)).status).toBe(401);
  const exchanger = await withSecret({ customClientMetadata: { allowTokenExchange: true } });
  const { subjectToken } = ok(await api.post('/subject-tokens', { userId: ada.id }), 201);
  refused(await post('/token', exchanger, { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: subjectToken, subject_token_type: 'urn:logto:token-type:impersonation_token',
    actor_token: s.access_token, actor_token_type: 'urn:ietf:params:oauth:token-type:access_token' }));
});

test('a subject token is used up by success alone, and never twice at once', async () => {
  const exchanger = await withSecret({ customClientMetadata: { allowTokenExchange: true } });
  const { subjectToken } = ok(await api.post('/subject-tokens', { userId: ada.id }), 201);
  const swap = (more: Record<string, string> = {}): Promise<Answer> => post('/token', exchanger, {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token: subjectToken,
    subject_token_type: 'urn:logto:token-type:impersonation_token', scope: 'openid', ...more });
  refused(await swap({ actor_token: 'x', actor_token_type: 'urn:ietf:params:oauth:token-type:access_token' }));
  oauthError(await swap({ organization_id: 'nobodysorg12' }), 403, 'access_denied');
  oauthError(await swap({ resource: 'https://nope.example' }), 400, 'invalid_target');
  const answers = await Promise.all([1, 2, 3, 4].map(() => swap()));
  const given = answers.filter((answer) => answer.status === 200);
  expect(given.length).toBe(1);
  expect(ok(await me(given[0]?.body.access_token)).sub).toBe(ada.id);
  const forged = ok(await post('/token', exchanger, { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: given[0]?.body.access_token, scope: 'openid',
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token' }));
  expect(forged.scope).toBe('openid');
  refused(await post('/token', exchanger, { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: `${(await session(spa)).id_token}`, subject_token_type:
    'urn:ietf:params:oauth:token-type:access_token' }));
});

test('suspension ends what a person has', async () => {
  const person = await newPerson(api), s = await session(spa, person);
  ok(await api.patch(`/users/${person.id}/is-suspended`, { isSuspended: true }));
  refused(await refresh(spa, s.refresh_token));
  expect((await me(s.access_token)).status).toBe(401);
});

test('with an RSA key, tokens are signed beside the transactions, and CORS headers are there', async () => {
  ok(await api.post('/configs/oidc/private-keys/rotate', { signingKeyAlgorithm: 'RSA' }));
  const s = await session(spa);
  expect(decodeProtectedHeader(s.id_token).alg).toBe('RS256');
  const answer = await post('/token', spa, { grant_type: 'refresh_token', refresh_token: s.refresh_token },
    { origin: new URL(redirectUri).origin });
  expect(ok(answer).id_token).toBeDefined();
  expect(answer.headers['access-control-allow-origin']).toBe(new URL(redirectUri).origin);
}, 60_000);
