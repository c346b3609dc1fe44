// No tenant sees, touches or names what belongs to another, and no organization what belongs to another organization.
// The routes come from the server's own description: one that this file does not know fails.
import { expect, test } from 'vitest';
import { Browser, goodPassword, newApp } from './support/browser.ts';
import { Build, ids, inAnHour, unique } from './support/build.ts';
import { Client, send, type RequestOptions } from './support/client.ts';
import { oauthError, ok, problem } from './support/expect.ts';
import { startServer, type App } from './support/server.ts';

const server = await startServer();
const host = 'other.example';
expect(await server.verb('tenant', 'create', 'other', '--host', host)).toMatchObject({ status: 0 });
const otherApp = await server.newApp('tests', '--tenant', 'other');

const tokenRequest = (app: App, headers: Record<string, string>) => send('POST', `${server.base}/oidc/token`, {
  body: new URLSearchParams({ grant_type: 'client_credentials', resource: app.resource, scope: 'all' }),
  headers: { ...headers, authorization: `Basic ${Buffer.from(`${app.id}:${app.secret}`).toString('base64')}` },
});
const otherToken = ok(await tokenRequest(otherApp, { host })).access_token as string;
const other = new Client(() => `${server.base}/api`, async () => ({ host, authorization: `Bearer ${otherToken}` }));

// ---- a world of things, of each kind one

/** Phrases are told apart by their language; each world has them in one of its own. */
const tongues = ['it', 'nl', 'sv'];

/** The user signs in: a session and a grant. */
async function signIn(api: Client, user: { id: string; username: string }, headers: Record<string, string>) {
  ok(await api.patch(`/users/${user.id}/password`, { password: goodPassword }));
  const spa = await newApp(api);
  await new Browser(() => server.base, headers).signIn(spa, { ...user, password: goodPassword });
  const [session] = ok(await api.get(`/users/${user.id}/sessions`)).sessions;
  const [grant] = ok(await api.get(`/users/${user.id}/grants`)).grants;
  return { spa: spa.id, username: user.username, session: session.payload.uid as string, grant: grant.id as string };
}

async function create(api: Client, sender = 'http-email', headers: Record<string, string> = {}) {
  const build = new Build(api);
  const [organization, scope, resource, app] =
    [await build.organization(), await build.scope(), await build.resource(), await build.thirdParty()];
  const resourceScope = await build.resourceScope(resource.id);
  const carried = { organizationScopeIds: [scope.id], resourceScopeIds: [resourceScope.id] };
  const [role, machineRole] = [await build.role(carried), await build.machineRole(carried)];
  const [user, machine] = [await build.member(organization.id, role.id),
    await build.machineMember(organization.id, machineRole.id)];
  const [tenantRole, machineTenantRole] =
    [await build.tenantRole(), await build.tenantRole({ type: 'MachineToMachine' })];
  const [domain, secret, token, target, userRole] =
    [`${unique('domain')}.example`, unique('secret'), unique('token'), unique('target'), await build.tenantRole()];
  ok(await api.post(`/organizations/${organization.id}/jit/email-domains`, { emailDomain: domain }), 201);
  ok(await api.post(`/organizations/${organization.id}/jit/roles`, { organizationRoleIds: [role.id] }), 201);
  const proof = ok(await api.post('/domain-proofs', { domain: `${unique('proof').replace(/\W/g, '')}.example` }), 201);
  ok(await api.post(`/applications/${machine.id}/secrets`, { name: secret }), 201);
  ok(await api.post(`/users/${user.id}/roles`, { roleIds: [userRole.id] }), 201);
  ok(await api.post(`/users/${user.id}/personal-access-tokens`, { name: token }), 201);
  ok(await api.put(`/users/${user.id}/identities/${target}`, { userId: 'x' }), 201);
  ok(await api.post(`/users/${user.id}/mfa-verifications`, { type: 'Totp' }));
  const [factor] = ok(await api.get(`/users/${user.id}/mfa-verifications`));
  ok(await api.post(`/applications/${app.id}/users/${user.id}/consent-organizations`,
    { organizationIds: [organization.id] }), 201);
  ok(await api.post(`/applications/${app.id}/user-consent-scopes`,
    { organizationScopes: [scope.id], resourceScopes: [resourceScope.id], userScopes: ['email'] }), 201);
  ok(await api.put(`/applications/${machine.id}/access-control`, { userIds: [user.id], userRoleIds: [tenantRole.id],
    organizationIds: [organization.id],
    organizationRoleRules: [{ organizationId: organization.id, organizationRoleIds: [role.id] }] }));
  const mailer = ok(await api.post('/connectors', { connectorId: sender }));
  const sso = ok(await api.post('/sso-connectors', { providerName: 'OIDC', connectorName: unique('sso'), domains: [`${unique('d').replace(/\W/g, '')}.example`] }));
  ok(await api.post(`/organizations/${organization.id}/jit/sso-connectors`, { ssoConnectorIds: [sso.id] }), 201);
  const trial = ok(await api.post(`/sso-connectors/${sso.id}/tests`), 201);
  const saml = ok(await api.post('/sso-connectors', { providerName: 'SAML', connectorName: unique('saml') }));
  const samlKey = ok(await api.post(`/sso-connectors/${saml.id}/signing-keys`), 201);
  ok(await api.put(`/sso-connectors/${saml.id}/idp-initiated-auth-config`, { autoSendAuthorizationRequest: false,
    defaultApplicationId: (await newApp(api)).id, clientIdpInitiatedAuthCallbackUri: 'https://app.example/sso' }));
  const link = ok(await api.post('/one-time-tokens', { email: `${unique('link')}@x.example` }), 201);
  const [template] = ok(await api.put('/email-templates', { templates: [{ languageTag: unique('t').slice(-12),
    templateType: 'Generic', details: { subject: 's', content: 'c' } }] }));
  const hook = ok(await api.post('/hooks', { events: ['PostSignIn'], config: { url: 'https://hook.example' } }), 201);
  const field = unique('field').replace(/\W/g, '');
  ok(await api.post('/custom-profile-fields', { name: field, type: 'Text', required: false }), 201);
  const [phrases] = tongues.splice(0, 1);
  ok(await api.put(`/custom-phrases/${phrases}`, { input: { username: 'Name' } }), 201);
  ok(await api.put('/captcha-provider', { config: { type: 'Turnstile', siteKey: 's', secretKey: 'hidden' } }));
  const look = await api.put(`/applications/${machine.id}/sign-in-experience`, { displayName: 'shown' });
  expect(look.status).toBe(201);
  const [key] = ok(await api.get('/configs/oidc/private-keys'));
  const [cookieKey] = ok(await api.get('/configs/oidc/cookie-keys'));
  const [log] = ok(await api.get('/logs?page_size=1'));
  return {
    organization: organization.id, scope: scope.id, resource: resource.id, app: app.id,
    resourceScope: resourceScope.id, role: role.id, machineRole: machineRole.id,
    user: user.id, machine: machine.id, tenantRole: tenantRole.id, machineTenantRole: machineTenantRole.id,
    invitation: (await build.invitation(organization.id)).id,
    roleName: role.name, domain, secret, token, target, factor: factor.id as string,
    ...await signIn(api, user, headers), template: template.id,
    proof: proof.id as string, log: log.id, field, phrases: phrases as string, key: key.id, cookieKey: cookieKey.id, connector: sso.id as string, trial: trial.id as string, saml: saml.id as string, samlKey: samlKey.id as string,
    hook: hook.id as string, link: link.id, linkToken: link.token as string, linkEmail: link.email as string, mailer: mailer.id,
    factory: 'http-email', scopeType: 'resource-scopes', tokenType: 'access-token', action: 'action.postSignIn',
  } as const;
}
type World = Awaited<ReturnType<typeof create>>;
type Kind = keyof World;

/** Words of the program, which belong to no tenant. */
const words: (Kind | undefined)[] = ['factory', 'scopeType', 'tokenType', 'action'];

const own = await create(server.api);
const foreign = await create(other, 'http-email', { host });
const elsewhere = await create(server.api, 'http-sms');	// same tenant, another organization
const unknown = Object.fromEntries(Object.entries(own).map(([kind, id]) =>
  [kind, kind === 'phrases' ? 'fi' : '0'.repeat(id.length)])) as unknown as World;

// ---- which kind a parameter is, and which bodies name things

const kinds: [RegExp, Record<string, Kind>][] = [
  [/^\/api\/organizations\/.*\/applications/,
    { id: 'organization', applicationId: 'machine', organizationRoleId: 'machineRole' }],
  [/^\/api\/organizations\//,
    { id: 'organization', userId: 'user', organizationRoleId: 'role', emailDomain: 'domain',
      ssoConnectorId: 'connector' }],
  [/^\/api\/organization-invitations\//, { id: 'invitation' }],
  [/^\/api\/organization-roles\//, { id: 'role', organizationScopeId: 'scope', scopeId: 'resourceScope' }],
  [/^\/api\/organization-scopes\//, { id: 'scope' }],
  [/^\/api\/applications\/.*consent-organizations/, { id: 'app', userId: 'user', organizationId: 'organization' }],
  [/^\/api\/applications\/.*user-consent-scopes/,
    { applicationId: 'app', scopeType: 'scopeType', scopeId: 'resourceScope' }],
  [/^\/api\/applications\//, { id: 'machine', applicationId: 'machine', roleId: 'machineTenantRole', name: 'secret',
    domain: 'log' }],
  [/^\/api\/users\//, { userId: 'user', roleId: 'tenantRole', name: 'token', target: 'target',
    ssoConnectorId: 'connector', sessionId: 'session', grantId: 'grant', verificationId: 'factor' }],
  [/^\/api\/resources\//, { id: 'resource', resourceId: 'resource', scopeId: 'resourceScope' }],
  [/^\/api\/roles\/.*\/applications/, { id: 'machineTenantRole', applicationId: 'machine' }],
  [/^\/api\/roles\//, { id: 'tenantRole', userId: 'user', scopeId: 'resourceScope' }],
  [/^\/api\/email-templates\//, { id: 'template' }],
  [/^\/api\/logs\//, { id: 'log' }],
  [/^\/api\/domains\//, { id: 'log' }],
  [/^\/api\/secrets\//, { id: 'log' }],
  [/^\/api\/domain-proofs\//, { id: 'proof' }],
  [/^\/api\/configs\/jwt-customizer\//, { tokenTypePath: 'tokenType' }],
  [/^\/api\/configs\/actions\//, { actionType: 'action' }],
  [/^\/api\/configs\/oidc\/\{keyType/, { keyType: 'tokenType' }],
  [/^\/api\/custom-profile-fields\//, { name: 'field' }],
  [/^\/api\/custom-phrases\//, { languageTag: 'phrases' }],
  [/^\/api\/configs\/oidc\/private-keys\//, { keyId: 'key' }],
  [/^\/api\/configs\/oidc\/cookie-keys\//, { keyId: 'cookieKey' }],
  [/^\/api\/connector-factories\//, { id: 'factory' }],
  [/^\/api\/hooks\//, { id: 'hook' }],
  [/^\/api\/one-time-tokens\//, { id: 'link' }],
  [/^\/api\/sso-connectors\/.*(signing-keys|idp-initiated)/, { id: 'saml', keyId: 'samlKey' }],
  [/^\/api\/sso-connectors\//, { id: 'connector', testId: 'trial' }],
  [/^\/api\/connectors\//, { id: 'mailer', factoryId: 'factory' }],
];
const parametersOf = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
const kindOf = (path: string, name: string): Kind | undefined =>
  kinds.find(([pattern]) => pattern.test(path))?.[1][name];

/** Members that begin with @ name a thing of that kind. */
const bodies: Record<string, Record<string, unknown>> = {
  'POST /api/organizations': { name: 'n' },
  'PATCH /api/organizations/{id}': { name: 'n' },
  'POST /api/organizations/{id}/users': { userIds: ['@user'] },
  'PUT /api/organizations/{id}/users': { userIds: ['@user'] },
  'POST /api/organizations/{id}/users/roles': { userIds: ['@user'], organizationRoleIds: ['@role'] },
  'POST /api/organizations/{id}/users/{userId}/roles': { organizationRoleIds: ['@role'],
    organizationRoleNames: ['@roleName'] },
  'PUT /api/organizations/{id}/users/{userId}/roles': { organizationRoleIds: ['@role'],
    organizationRoleNames: ['@roleName'] },
  'POST /api/organizations/{id}/applications': { applicationIds: ['@machine'] },
  'PUT /api/organizations/{id}/applications': { applicationIds: ['@machine'] },
  'POST /api/organizations/{id}/applications/roles': { applicationIds: ['@machine'],
    organizationRoleIds: ['@machineRole'] },
  'POST /api/organizations/{id}/applications/{applicationId}/roles': { organizationRoleIds: ['@machineRole'] },
  'PUT /api/organizations/{id}/applications/{applicationId}/roles': { organizationRoleIds: ['@machineRole'] },
  'POST /api/organizations/{id}/jit/email-domains': { emailDomain: 'new.example' },
  'PUT /api/organizations/{id}/jit/email-domains': { emailDomains: ['new.example'] },
  'POST /api/organizations/{id}/jit/roles': { organizationRoleIds: ['@role'] },
  'PUT /api/organizations/{id}/jit/roles': { organizationRoleIds: ['@role'] },
  'POST /api/organizations/{id}/jit/sso-connectors': { ssoConnectorIds: ['@connector'] },
  'PUT /api/organizations/{id}/jit/sso-connectors': { ssoConnectorIds: ['@connector'] },
  'POST /api/organization-invitations': { organizationId: '@organization', inviterId: '@user',
    organizationRoleIds: ['@role'], invitee: 'new@a.example', expiresAt: inAnHour() },
  'POST /api/organization-invitations/{id}/message': {},
  'PUT /api/organization-invitations/{id}/status': { status: 'Accepted', acceptedUserId: '@user' },
  'POST /api/organization-roles': { name: 'n', organizationScopeIds: ['@scope'],
    resourceScopeIds: ['@resourceScope'] },
  'PATCH /api/organization-roles/{id}': { name: 'n' },
  'POST /api/organization-roles/{id}/scopes': { organizationScopeIds: ['@scope'] },
  'PUT /api/organization-roles/{id}/scopes': { organizationScopeIds: ['@scope'] },
  'POST /api/organization-roles/{id}/resource-scopes': { scopeIds: ['@resourceScope'] },
  'PUT /api/organization-roles/{id}/resource-scopes': { scopeIds: ['@resourceScope'] },
  'POST /api/organization-scopes': { name: 'n' },
  'PATCH /api/organization-scopes/{id}': { name: 'n' },
  'PUT /api/applications/{id}/users/{userId}/consent-organizations': { organizationIds: ['@organization'] },
  'POST /api/applications/{id}/users/{userId}/consent-organizations': { organizationIds: ['@organization'] },
  'POST /api/applications/{applicationId}/user-consent-scopes': { organizationScopes: ['@scope'],
    resourceScopes: ['@resourceScope'], organizationResourceScopes: ['@resourceScope'] },
  'PUT /api/applications/{applicationId}/access-control': { userIds: ['@user'], userRoleIds: ['@tenantRole'],
    organizationIds: ['@organization'], organizationRoleRules: [] },
  'POST /api/users': {},
  'PATCH /api/users/{userId}': { name: 'n' },
  'PATCH /api/users/{userId}/custom-data': { customData: { a: 1 } },
  'PATCH /api/users/{userId}/profile': { profile: { nickname: 'n' } },
  'PATCH /api/users/{userId}/password': { password: 'correct horse' },
  'PATCH /api/users/{userId}/password/expiration': { isExpired: false },
  'POST /api/users/{userId}/password/verify': { password: 'x' },
  'PATCH /api/users/{userId}/is-suspended': { isSuspended: true },
  'PATCH /api/users/{userId}/logto-configs': { mfa: { skipped: true } },
  'POST /api/users/{userId}/roles': { roleIds: ['@tenantRole'] },
  'PUT /api/users/{userId}/roles': { roleIds: ['@tenantRole'] },
  'PUT /api/users/{userId}/identities/{target}': { userId: 'y' },
  'POST /api/users/{userId}/identities': { connectorId: '@mailer', connectorData: {} },
  'POST /api/users/{userId}/mfa-verifications': { type: 'Totp' },
  'POST /api/users/{userId}/personal-access-tokens': { name: 'n' },
  'PATCH /api/users/{userId}/personal-access-tokens': { name: 'n', currentName: '@token' },
  'POST /api/users/{userId}/personal-access-tokens/delete': { name: '@token' },
  'PATCH /api/users/{userId}/personal-access-tokens/{name}': { name: 'n' },
  'POST /api/subject-tokens': { userId: '@user' },
  'POST /api/applications': { name: 'n', type: 'SPA' },
  'PATCH /api/applications/{id}': { name: 'n' },
  'PATCH /api/applications/{applicationId}/custom-data': { a: 1 },
  'POST /api/applications/{id}/secrets': { name: 'n' },
  'PATCH /api/applications/{id}/secrets/{name}': { name: 'n' },
  'POST /api/applications/{applicationId}/roles': { roleIds: ['@machineTenantRole'] },
  'PUT /api/applications/{applicationId}/roles': { roleIds: ['@machineTenantRole'] },
  'POST /api/resources': { name: 'n', indicator: 'https://n.example' },
  'PATCH /api/resources/{id}': { name: 'n' },
  'PATCH /api/resources/{id}/is-default': { isDefault: true },
  'POST /api/resources/{resourceId}/scopes': { name: 'n' },
  'PATCH /api/resources/{resourceId}/scopes/{scopeId}': { name: 'n' },
  'POST /api/roles': { name: 'n', description: 'd', scopeIds: ['@resourceScope'] },
  'PATCH /api/roles/{id}': { name: 'n' },
  'POST /api/roles/{id}/scopes': { scopeIds: ['@resourceScope'] },
  'POST /api/roles/{id}/users': { userIds: ['@user'] },
  'POST /api/roles/{id}/applications': { applicationIds: ['@machine'] },
  'PUT /api/email-templates': { templates: [{ languageTag: 'zz', templateType: 'SignIn',
    details: { subject: 's', content: 'c' } }] },
  'PATCH /api/email-templates/{id}/details': { subject: 'n' },
  'POST /api/custom-profile-fields': { name: 'n', type: 'Text', required: false },
  'POST /api/custom-profile-fields/batch': {},
  'POST /api/custom-profile-fields/properties/sie-order': { order: [] },
  'PUT /api/custom-profile-fields/{name}': { type: 'Text', required: false },
  'PUT /api/custom-phrases/{languageTag}': { input: { username: 'n' } },
  'PATCH /api/account-center': { enabled: true },
  'PATCH /api/sign-in-exp': { signInMode: 'SignIn' },
  'POST /api/sign-in-exp/default/check-password': { password: 'x', userId: '@user' },
  'PUT /api/captcha-provider': { config: { type: 'Turnstile', siteKey: 's', secretKey: 'k' } },
  'PATCH /api/configs/admin-console': { organizationCreated: true },
  'PUT /api/applications/{applicationId}/sign-in-experience': { displayName: 'n' },
  'POST /api/applications/{id}/protected-app-metadata/custom-domains': {},
  'POST /api/configs/oidc/private-keys/rotate': {},
  'PATCH /api/configs/oidc/session': { ttl: 60 },
  'PUT /api/configs/id-token': { enabledExtendedClaims: ['roles'] },
  'PATCH /api/configs/cimd': { enabled: false },
  'PUT /api/configs/jwt-customizer/{tokenTypePath}': { script: 's' },
  'PATCH /api/configs/jwt-customizer/{tokenTypePath}': { script: 's' },
  'POST /api/configs/jwt-customizer/test': { tokenType: 'AccessToken', token: {}, context: {}, script: 's' },
  'PUT /api/configs/actions/{actionType}': { script: 's' },
  'PATCH /api/configs/actions/{actionType}': { script: 's' },
  'POST /api/configs/actions/test': { actionType: 'action.postSignIn', event: {}, script: 's' },
  'POST /api/domains': { domain: 'd.example' },
  'PUT /api/domains/{id}/verification-files': { verificationFiles: [] },
  'POST /api/domain-proofs': { domain: 'new.example' },
  'PATCH /api/configs/provisioning': { onlyProvenDomains: true },
  'POST /api/domains/cleanup': { staleDays: 1 },
  'POST /api/configs/oidc/cookie-keys/rotate': {},
  'POST /api/verification-codes': { email: 'a@a.example' },
  'POST /api/verification-codes/verify': { email: 'a@a.example', verificationCode: '000000' },
  'POST /api/user-assets': {},
  'POST /api/sign-in-exp/default/custom-ui-assets': {},
  'POST /api/sentinel-activities/delete': { targetType: 'User', targets: ['a@a.example'] },
  'POST /api/one-time-tokens': { email: 'a@a.example' },
  'POST /api/one-time-tokens/verify': { token: 't', email: 'a@a.example' },
  'PUT /api/one-time-tokens/{id}/status': { status: 'revoked' },
  'POST /api/hooks': { events: ['PostSignIn'], config: { url: 'https://a.example' } },
  'PATCH /api/hooks/{id}': { name: 'n' },
  'POST /api/hooks/{id}/test': { events: ['PostSignIn'], config: { url: '' } },
  'POST /api/sso-connectors': { providerName: 'OIDC', connectorName: 'n' },
  'PATCH /api/sso-connectors/{id}': { connectorName: 'n' },
  'POST /api/sso-connectors/{id}/signing-keys': {},
  'POST /api/sso-connectors/{id}/tests': {},
  'PATCH /api/sso-connectors/{id}/signing-keys/{keyId}': { active: false },
  'PUT /api/sso-connectors/{id}/idp-initiated-auth-config': { autoSendAuthorizationRequest: false,
    defaultApplicationId: '@spa', clientIdpInitiatedAuthCallbackUri: 'https://app.example/sso' },
  'POST /api/connectors': { connectorId: 'http-email' },
  'PATCH /api/connectors/{id}': { config: { endpoint: 'https://a.example' } },
  'POST /api/connectors/{id}/authorization-uri': { state: 's', redirectUri: 'https://a.example' },
  'POST /api/connectors/{factoryId}/test': { email: 'a@a.example', config: { endpoint: 'https://a.example' } },
};

/**
 * The lists of an organization that one does not know are empty; and an unknown user has no scopes in one, no sessions
 * and no grants.
 */
const empty = /^GET \/api\/(hooks\/\{id\}\/recent-logs|organizations\/\{id\}\/(users|applications|jit\/email-domains|users\/\{userId\}\/scopes)|resources\/\{resourceId\}\/scopes|users\/\{userId\}\/(sessions|grants))$/;

const thing = (value: unknown): Kind | undefined =>
  (typeof value === 'string' && value.startsWith('@') ? value.slice(1) as Kind : undefined);

/** The body with own things; the member `at` names, beside them, that of another world. */
function bodyOf(key: string, at?: string, world: World = own): object | undefined {
  const template = bodies[key];
  if (!template) return undefined;
  return Object.fromEntries(Object.entries(template).map(([member, value]) => {
    const [kind, listed] = [thing(value), Array.isArray(value) ? thing(value[0]) : undefined];
    if (kind) return [member, (member === at ? world : own)[kind]];
    if (listed) return [member, member === at ? [own[listed], world[listed]] : [own[listed]]];
    return [member, value];
  }));
}

const fill = (path: string, at?: string, world: World = own): string => path.replace('/api', '')
  .replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent((name === at ? world : own)[kindOf(path, name) as Kind]));

async function seen(method: string, path: string, options: RequestOptions): Promise<object> {
  const { status, body, text } = await server.api.request(method, path, options);
  return { status, code: body?.code, list: status < 300 ? text : undefined };
}

// ---- the routes

/** People come by a token of their own: siege-account.test.ts tries each of these with that of another tenant. */
const ofPeople = /^\/api\/(my-account|verifications)\b/;
const description = ok(await server.api.get('/swagger.json'));
const routes = Object.entries<any>(description.paths).flatMap(([path, item]) => Object.keys(item)
  .filter((method) => item[method].security?.length !== 0 && !ofPeople.test(path))
  .map((method) => ({ key: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path,
  hasBody: Boolean(item[method].requestBody) })));

/** Nothing can be set up for these: they refuse whoever calls. */
const refusing = /custom-domains$|sso-identities|^\/api\/(domains\/\{id\}|systems\/application|configs\/(jwt-customizer|actions|oidc)\/\{)/;

/** What each tenant's own world looks like from inside; but an attempt is told in the log of the tenant that it was made at. */
const view = (api: Client, world: World): Promise<string[]> =>
  Promise.all(routes.filter(({ method, path }) => method === 'GET' && !refusing.test(path) && path !== '/api/logs').map(async ({ path }) => {
  const answer = await api.get(path.replace('/api', '').replace(/\{(\w+)\}/g,
    (_, name) => encodeURIComponent(world[kindOf(path, name) as Kind])));
  ok(answer);
  return `${path} ${answer.text}`;
}));
const before = [await view(server.api, own), await view(server.api, elsewhere), await view(other, foreign)];

test('this file knows every route: its parameters and its body', () => {
  const strange = routes.flatMap(({ key, path, hasBody }) =>
    [...parametersOf(path).filter((name) => !kindOf(path, name)).map((name) => `${key}: ${name}`),
      ...(hasBody && !bodies[key] ? [`${key}: body`] : [])]);
  expect(strange).toEqual([]);
  expect(Object.keys(bodies).filter((key) => !routes.some((route) => route.key === key))).toEqual([]);
});

/** What makes the thing that its path names knows no unknown one. */
const making = ['PUT /api/custom-phrases/{languageTag}', 'PUT /api/users/{userId}/identities/{target}',
  'DELETE /api/domains/{id}'];
const inPath = routes.flatMap(({ key, method, path }) =>
  parametersOf(path).filter((name) => !words.includes(kindOf(path, name)))
    .filter((name) => !(making.includes(key) && path.endsWith(`{${name}}`)))
    .map((name) => [key, name, method, path] as const));

test.each(inPath)('%s takes {%s} of another tenant for unknown', async (key, name, method, path) => {
  const ask = (world: World) => seen(method, fill(path, name, world), { body: bodyOf(key) });
  const answer = await ask(foreign);
  expect(answer).toEqual(await ask(unknown));
  if (empty.test(key)) expect(answer).toEqual({ status: 200, list: expect.stringMatching(/^(\{"\w+":)?\[\]\}?$/) });
  else expect(answer).toMatchObject({ status: expect.toSatisfy((status: number) => status === 404 || status === 422),
  code: expect.any(String) });
});

// The first parameter is the thing itself; what stands behind it must belong to it. A user may consent to any third
// party. Who ends the session of another user is told so.
const ofAnother = 'DELETE /api/users/{userId}/sessions/{sessionId}';
const behind = inPath.filter(([key, name, , path]) =>
  parametersOf(path)[0] !== name && !(name === 'userId' && /consent/.test(path)) &&
    kindOf(path, name) !== 'connector' && key !== ofAnother);

test.each(behind)('%s takes {%s} that belongs elsewhere for unknown', async (key, name, method, path) => {
  const ask = (world: World) => seen(method, fill(path, name, world), { body: bodyOf(key) });
  const answer = await ask(elsewhere);
  expect(answer).toEqual(await ask(unknown));
  if (/scopes$/.test(path) && method === 'GET') expect(answer).toEqual({ status: 200, list: '[]' });
  else expect(answer).toMatchObject({ status: expect.toSatisfy((status: number) =>
  status === 404 || status === 422) });
});

const inBody = routes.flatMap(({ key, method, path }) => Object.entries(bodies[key] ?? {})
  .filter(([, value]) => thing(Array.isArray(value) ? value[0] : value)).map(([member]) =>
  [key, member, method, path] as const));

test.each(inBody)('%s takes a member of %s that is of another tenant for unknown',
  async (key, member, method, path) => {
  const ask = (world: World) => seen(method, fill(path), { body: bodyOf(key, member, world) });
  const answer = await ask(foreign);
  expect(answer).toMatchObject({ status: expect.toSatisfy((status: number) => status === 404 || status === 422),
    code: expect.any(String) });
  expect(answer).toEqual(await ask(unknown));
});

test.each(inBody.filter(([key, member]) =>
  (/\}\/\w+\/roles$/.test(key) && /^(user|application)Ids$/.test(member)) || /consent-organizations/.test(key)))(
  '%s refuses a member of %s that belongs to another organization', async (key, member, method, path) => {
    expect(await seen(method, fill(path), { body: bodyOf(key, member, elsewhere) })).toMatchObject({ status: 422 });
  });

test.each<[string, Kind]>([
  ['/organizations/{organization}/users?organizationRoleId=', 'role'],
  ['/organizations/{organization}/applications?roleId=', 'machineRole'],
  ['/organization-invitations?organizationId=', 'organization'], ['/organization-invitations?inviterId=', 'user'],
  ['/users?excludeOrganizationId=', 'organization'], ['/users?excludeRoleId=', 'tenantRole'],
  ['/applications?excludeOrganizationId=', 'organization'],
  ['/applications?excludeRoleId=', 'machineTenantRole'], ['/roles?excludeUserId=', 'user'],
  ['/roles?excludeApplicationId=', 'machine'],
  ['/organizations?q=', 'organization'], ['/organization-roles?q=', 'role'],
  ['/organizations/{organization}/users?q=', 'user'], ['/users?search.id=', 'user'],
  ['/applications?search.id=', 'machine'],
])('GET %s with a %s of another tenant is as with an unknown one', async (path, kind) => {
  const ask = (world: World) => seen('GET', path.replace('{organization}', own.organization) + world[kind], {});
  expect(await ask(foreign)).toEqual(await ask(unknown));
});

test('no answer to one tenant shows an id of the other', () => {
  const strangers = (texts: string[] | undefined, world: World) =>
    Object.entries(world).filter(([kind]) => ![...words, 'connector', 'phrases'].includes(kind as Kind))
    .flatMap(([kind, id]) => (texts ?? []).filter((text) => text.includes(id)).map((text) =>
    `${kind} in ${text.split(' ')[0]}`));
  expect(strangers(before[0], foreign)).toEqual([]);
  expect(strangers(before[2], own)).toEqual([]);
  for (const [i, world] of [[0, own], [2, foreign]] as const)
    expect(before[i]?.join('\n')).toContain(world.organization);
});

test('a token is good for its own tenant alone, and so is an application', async () => {
  const [mine, theirs] = [{ authorization: `Bearer ${await server.token()}` },
    { authorization: `Bearer ${otherToken}` }];
  problem(await send('GET', `${server.base}/api/organizations`, { headers: theirs }), 401, 'auth.unauthorized');
  problem(await send('GET', `${server.base}/api/organizations`, { headers: { ...mine, host } }), 401,
    'auth.unauthorized');
  for (const [app, headers] of [[otherApp, {}], [server.app, { host }]] as const) {
    oauthError(await tokenRequest(app, headers), 400, 'invalid_client');
  }
});

// ---- people: what pages call has a cookie in place of a token

const ofPages = Object.entries<any>(description.paths)
  .filter(([path]) => /^\/api\/(experience|interaction)\b/.test(path))
  .flatMap(([path, item]) => Object.keys(item).map((method) => [method.toUpperCase(), path] as const));
const begin = async (world: World) =>
  (await new Browser(() => server.base).visit({ id: world.spa })).start();
const begun = await begin(own);

test.each(ofPages)('%s %s takes an interaction of another tenant for unknown', async (method, path) => {
  const stranger = new Browser(() => server.base, { host });
  for (const [cookie, value] of begun.jar) stranger.jar.set(cookie, value);
  problem(await stranger.request(method, path, method === 'GET' ? {} : { body: {} }), 400, 'session.not_found');
});

test('a page proves nothing by what belongs to another tenant', async () => {
  const identifier = (type: string, value: string) => ({ identifier: { type, value } });
  const ask = async (b: Browser, { username, linkEmail, linkToken }: World) => {
    const answers = [
      await b.page('POST', '/verification/password', { ...identifier('username', username), password: goodPassword }),
      await b.page('POST', '/verification/one-time-token/verify',
        { ...identifier('email', linkEmail), token: linkToken }),
    ];
    return answers.map(({ status, body }) => [status, body.code]);
  };
  expect(await ask(await begin(own), foreign))
    .toEqual([[422, 'session.invalid_credentials'], [404, 'one_time_token.token_not_found']]);
});

test('what was proven in one interaction is unknown to another', async () => {
  const [one, two] = [await begin(own), await begin(own)];
  const verificationId = await one.prove({ username: own.username, password: goodPassword });
  problem(await two.page('POST', '/identification', { verificationId }), 404,
    'session.verification_session_not_found');
});

test('an application of another tenant is as an unknown one to who begins', async () => {
  const ask = async (world: World) => {
    const { status, headers } = await new Browser(() => server.base).authorize({ id: world.spa });
    return { status, location: headers.location };
  };
  expect(await ask(foreign)).toEqual({ status: 400, location: undefined });
  expect(await ask(foreign)).toEqual(await ask(unknown));
});

test('what is unique is unique in its tenant alone', async () => {
  const name = unique('Same');
  for (const [path, body] of [
    ['/organization-roles', { name }], ['/organization-scopes', { name }], ['/roles', { name, description: 'd' }],
    ['/resources', { name, indicator: `https://${name}.example` }],
    ['/users', { username: name, primaryEmail: `${name}@a.example`, primaryPhone: '61412345678' }],
  ] as const) {
    const made = [await server.api.post(path, body), await other.post(path, body)];
    expect(made.map(({ status }) => status < 300)).toEqual([true, true]);
    expect(new Set(ids(made.map((answer) => answer.body))).size).toBe(2);
    for (const [api, answer] of [[server.api, made[0]], [other, made[1]]] as const)
      ok(await api.delete(`${path}/${answer?.body.id}`), 204);
  }
});

test('after all of this both tenants look as before', async () => {
  const after = [await view(server.api, own), await view(server.api, elsewhere), await view(other, foreign)];
  const withoutLog = (views: string[][]) =>
    views.map((texts) => texts.filter((text) => !text.startsWith('/api/logs ')));	// it tells of refused tokens
  expect(withoutLog(after)).toEqual(withoutLog(before));
});
