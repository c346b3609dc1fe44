// The client packages as they are on npm: @logto/node in a server, and @logto/client, which all others are built on.
import LogtoClient, { createRequester } from '@logto/client';
import LogtoNodeClient, { LogtoRequestError, UserScope, type Storage } from '@logto/node';
import { createHash, randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { afterLogout, Browser, newApp, newPerson, redirectUri } from './support/browser.ts';
import { Build } from './support/build.ts';
import { ok } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const shop = await build.resource();
const [read, scope] = [await build.resourceScope(shop.id, { name: 'read' }), await build.scope()];
const role = await build.role({ organizationScopeIds: [scope.id], resourceScopeIds: [read.id] });
const [home, second, foreign] = [await build.organization(), await build.organization(), await build.organization()];
const tenantRole = await build.tenantRole({ scopeIds: [read.id] });
const ada = await newPerson(api, { name: 'Ada', primaryEmail: 'ada@a.example' });
for (const { id } of [home, second]) {
  ok(await api.post(`/organizations/${id}/users`, { userIds: [ada.id] }), 201);
  ok(await api.post(`/organizations/${id}/users/${ada.id}/roles`, { organizationRoleIds: [role.id] }), 201);
}
ok(await api.post(`/users/${ada.id}/roles`, { roleIds: [tenantRole.id] }), 201);

class Memory implements Storage<string> {
  readonly kept = new Map<string, string>();
  async getItem(key: string): Promise<string | null> { return this.kept.get(key) ?? null; }
  async setItem(key: string, value: string): Promise<void> { this.kept.set(key, value); }
  async removeItem(key: string): Promise<void> { this.kept.delete(key); }
}

/** A client, and where it last sent the browser. */
interface Visit<C> { client: C; went: () => string; storage: Memory; appId: string }

const scopes = [UserScope.Email, UserScope.Organizations, UserScope.OrganizationRoles, 'read', scope.name];

async function nodeClient(): Promise<Visit<LogtoNodeClient>> {
  const { id: appId } = await newApp(api, 'Traditional');
  const [{ value: appSecret }] = ok(await api.get(`/applications/${appId}/secrets`));
  const storage = new Memory();
  let to = '';
  const client = new LogtoNodeClient({ endpoint: server.base, appId, appSecret, scopes, resources: [shop.indicator] },
    { storage, navigate: (url) => { to = url; } });
  return { client, went: () => to, storage, appId };
}

async function plainClient(): Promise<Visit<LogtoClient>> {
  const { id: appId } = await newApp(api);
  const storage = new Memory(), random = () => randomBytes(64).toString('base64url');
  let to = '';
  const client = new LogtoClient({ endpoint: server.base, appId, scopes, resources: [shop.indicator] }, {
    storage, navigate: (url) => { to = url; }, requester: createRequester(fetch),
    generateState: random, generateCodeVerifier: random,
    generateCodeChallenge: async (verifier) => createHash('sha256').update(verifier).digest('base64url'),
  });
  return { client, went: () => to, storage, appId };
}

const refusal = (call: Promise<unknown>): Promise<string> => call.then(() => 'none', (error) => {
  expect(error).toBeInstanceOf(LogtoRequestError);
  return error.code;
});

describe.each([['@logto/node', nodeClient], ['@logto/client', plainClient]] as const)('%s', (_, make) => {
  const signedIn = async () => {
    const visit = await make(), browser = new Browser(() => server.base);
    await visit.client.signIn({ redirectUri });
    await visit.client.handleSignInCallback((await browser.open(visit.went(), ada)).href);
    return { ...visit, browser };
  };

  test('a person signs in, and the ID token has the organizations and their roles', async () => {
    const { client, appId } = await signedIn();
    expect(await client.isAuthenticated()).toBe(true);
    const claims = await client.getIdTokenClaims();
    expect(claims).toMatchObject({ iss: `${server.base}/oidc`, aud: appId, sub: ada.id, email: 'ada@a.example',
      email_verified: true, name: 'Ada', username: ada.username });
    expect([...claims.organizations ?? []].sort()).toEqual([home.id, second.id].sort());
    expect([...claims.organization_roles ?? []].sort())
      .toEqual([`${home.id}:${role.name}`, `${second.id}:${role.name}`].sort());
  });

  test('the package gets a token for each organization, several at once', async () => {
    const { client } = await signedIn();
    const tokens = await Promise.all([home.id, second.id].map((id) => client.getOrganizationToken(id)));
    expect(new Set(tokens).size).toBe(2);
    expect(await client.getOrganizationTokenClaims(home.id)).toMatchObject({ sub: ada.id, scope: scope.name,
      aud: `urn:logto:organization:${home.id}` });
    expect(await client.getOrganizationToken(home.id), 'kept until it expires').toBe(tokens[0]);
    expect(await refusal(client.getOrganizationToken(foreign.id))).toBe('oidc.access_denied');
    await client.clearAccessToken();
    expect(await client.getOrganizationToken(second.id), 'and again').not.toBe(tokens[1]);
  });

  test('the package gets tokens for an API, alone and in an organization', async () => {
    const { client } = await signedIn();
    expect(await client.getAccessTokenClaims(shop.indicator))
      .toMatchObject({ aud: shop.indicator, scope: 'read', sub: ada.id });
    expect(decodeJwt(await client.getAccessToken(shop.indicator, home.id)))
      .toMatchObject({ aud: shop.indicator, scope: 'read', organization_id: home.id });
    expect(await refusal(client.getAccessToken('https://nope.example'))).toBe('oidc.invalid_target');
  });

  test('the package asks who the person is', async () => {
    const { client } = await signedIn();
    expect(await client.fetchUserInfo()).toMatchObject({ sub: ada.id, name: 'Ada', email: 'ada@a.example',
      organizations: expect.arrayContaining([home.id, second.id]) });
  });

  test('signing out revokes the refresh token, ends the session and leads back', async () => {
    const { client, went, browser, appId } = await signedIn();
    const address = went();
    await client.signOut(afterLogout);
    expect(await client.isAuthenticated()).toBe(false);
    expect(await browser.leave(went())).toBe(afterLogout);
    expect(ok(await api.get(`/users/${ada.id}/grants`)).grants.map((one: any) => one.payload.clientId))
      .not.toContain(appId);
    const { pathname, search } = new URL(address);
    expect((await browser.get(pathname + search)).headers.location, 'a page asks again').toMatch(/^\/sign-in/);
  });

  test('a revoked refresh token is an error that applications know', async () => {
    const { client, storage, appId } = await signedIn();
    const [grant] = ok(await api.get(`/users/${ada.id}/grants`)).grants
      .filter((one: any) => one.payload.clientId === appId);
    ok(await api.delete(`/users/${ada.id}/grants/${grant.id}`), 204);
    expect(storage.kept.size).toBeGreaterThan(0);
    expect(await refusal(client.getOrganizationToken(home.id))).toBe('oidc.invalid_grant');
  });
});

test('the context of @logto/node holds claims, what the person is, and a token for each organization', async () => {
  const { client, went } = await nodeClient();
  expect(await client.getContext()).toEqual({ isAuthenticated: false });
  await client.signIn(redirectUri);
  await client.handleSignInCallback((await new Browser(() => server.base).open(went(), ada)).href);
  const context = await client.getContext({ fetchUserInfo: true, getOrganizationToken: true });
  expect(context).toMatchObject({ isAuthenticated: true, claims: { sub: ada.id }, userInfo: { sub: ada.id } });
  expect(Object.keys(context.organizationTokens ?? {}).sort()).toEqual([home.id, second.id].sort());
  const inOrganization = await client.getContext({ getAccessToken: true, resource: shop.indicator,
    organizationId: home.id });
  expect(inOrganization).toMatchObject({ isAuthenticated: true, scopes: ['read'], accessToken: expect.any(String) });
});

test('an organization that requires MFA gives its token once the person has a factor, and no longer without one', async () => {
  const strict = await build.organization({ isMfaRequired: true });
  const bob = await newPerson(api);
  ok(await api.post(`/organizations/${strict.id}/users`, { userIds: [bob.id] }), 201);
  const { client, went } = await nodeClient();
  await client.signIn({ redirectUri });
  await client.handleSignInCallback((await new Browser(() => server.base).open(went(), bob)).href);
  expect(await refusal(client.getOrganizationToken(strict.id))).toBe('oidc.access_denied');
  const factors = `/users/${bob.id}/mfa-verifications`;
  ok(await api.post(factors, { type: 'Totp' }));
  expect(decodeJwt(await client.getOrganizationToken(strict.id)))
    .toMatchObject({ aud: `urn:logto:organization:${strict.id}`, sub: bob.id });
  const [{ id }] = ok(await api.get(factors));
  ok(await api.delete(`${factors}/${id}`), 204);
  await client.clearAccessToken();
  expect(await refusal(client.getOrganizationToken(strict.id))).toBe('oidc.access_denied');
});

test('a sign-in that names an organization, a first page and a hint comes back as any other', async () => {
  const { client, went } = await plainClient();
  await client.signIn({ redirectUri, loginHint: 'ada@a.example', firstScreen: 'sign_in',
    extraParams: { organization_id: home.id } });
  const address = new URL(went());
  expect(Object.fromEntries(address.searchParams)).toMatchObject({ login_hint: 'ada@a.example',
    organization_id: home.id });
  await client.handleSignInCallback((await new Browser(() => server.base).open(address, ada)).href);
  expect((await client.getIdTokenClaims()).sub).toBe(ada.id);
});
