// What must be refused, on every route, and that nothing comes of it.
import { expect, test } from 'vitest';
import { Browser, newApp } from './support/browser.ts';
import { Build, inAnHour } from './support/build.ts';
import type { Answer, RequestOptions } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { bodies, input, queries } from './support/malformed.ts';
import { fields, newOwner } from './support/owner.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const organization = await build.organization();
const [role, machineRole, scope, resource, third, tenantRole] = [
  await build.role(), await build.machineRole(), await build.scope(), await build.resource(), await build.thirdParty(),
  await build.tenantRole(),
];
const [user, machine] = [await build.member(organization.id, role.id),
  await build.machineMember(organization.id, machineRole.id)];
const [resourceScope, invitation] = [await build.resourceScope(resource.id), await build.invitation(organization.id)];
const connector = ok(await api.post('/connectors', { connectorId: 'http-email' }));
/** With the cookies of an interaction that was begun. */
const pages = await (await new Browser(() => server.base).visit(await newApp(api))).start('Register');
ok(await api.patch('/account-center', { enabled: true, fields: fields('Edit') }));
const owner = await newOwner(server, await newApp(api));
const things: Record<string, string> = {
  O: organization.id, U: user.id, M: machine.id, R: role.id, MR: machineRole.id, S: scope.id, A: resource.id,
  AS: resourceScope.id, T: third.id, TR: tenantRole.id, I: invitation.id, L: 'sv', MC: connector.id,
};
const fill = (path: string): string => path.replace(/\{([A-Z]+)\}/g, (_, name) => things[name] as string);

/** Everything that the requests below could have changed. */
const seen = async (): Promise<string[]> => Promise.all([
  '/organizations', '/organizations/{O}/users', '/organizations/{O}/applications',
  '/organizations/{O}/users/{U}/roles', '/organizations/{O}/applications/{M}/roles',
  '/organizations/{O}/jit/email-domains', '/organizations/{O}/jit/roles', '/organization-invitations',
  '/organization-roles', '/organization-roles/{R}/scopes',
  '/organization-roles/{R}/resource-scopes', '/organization-scopes', '/users', '/users/{U}/roles',
  '/users/{U}/personal-access-tokens', '/users/{U}/all-identities', '/users/{U}/mfa-verifications', '/applications',
  '/applications/{M}/secrets', '/resources',
  '/resources/{A}/scopes', '/roles', '/email-templates', '/custom-profile-fields', '/custom-phrases',
  '/account-center', '/sign-in-exp', '/applications/{T}/users/{U}/consent-organizations',
  '/applications/{T}/user-consent-scopes', '/applications/{M}/access-control',
].map(async (path) => {
  const answer = await api.get(fill(path));
  ok(answer);
  return `${path} ${answer.headers['total-number']} ${answer.text}`;
}));
const before = await seen();

function expectRefused(answer: Answer, status: number, code: string | undefined): void {
  expect({ status: answer.status, code: answer.body?.code }).toEqual({ status, code });
  expect(answer.body.message).toEqual(expect.stringMatching(/\S/));
  if (code === input && answer.body.data?.issues) {
    for (const issue of answer.body.data.issues)
      expect(issue).toMatchObject({ code: expect.any(String), path: expect.any(Array), message: expect.any(String) });
    expect(answer.body.details).toMatch(/^Error in key path ".*": \(\w+\) \S/);
  }
}

// ---- bodies that a description does not fit: 400 guard.invalid_input

const long = (n: number) => 'x'.repeat(n);
const list = (member: string, rest: object = {}): object[] =>
  [{}, { [member]: null }, { [member]: 'x' }, { [member]: {} }, { [member]: [1] }, { [member]: ['x', null] },
    { [member]: ['x', ''] }, { [member]: [['x']] }].map((body) => ({ ...rest, ...body }));
const filled = (member: string, rest: object = {}): object[] => [...list(member, rest), { ...rest, [member]: [] }];
const template = [{ name: null }, { name: '' }, { name: 5 }, { name: long(129) },
  { name: 'n', description: long(257) }, { name: 'n', description: 1 }, { name: 'n', tenantId: 1 },
  { name: 'n', tenantId: long(22) }];
const organizationMembers = [
  { name: null }, { name: '' }, { name: 1 }, { name: [] }, { name: long(129) }, { name: '😀'.repeat(65) },
  { name: 'n', description: {} }, { name: 'n', description: long(257) },
  { name: 'n', customData: null }, { name: 'n', customData: 'b' }, { name: 'n', customData: [] },
  { name: 'n', customData: 1 },
  { name: 'n', isMfaRequired: null }, { name: 'n', isMfaRequired: 'true' }, { name: 'n', isMfaRequired: 1 },
  { name: 'n', color: null }, { name: 'n', color: { primaryColor: null } },
  { name: 'n', color: { primaryColor: 'red' } }, { name: 'n', color: { primaryColor: '#ab' } },
  { name: 'n', color: { primaryColor: '#abcdeg' } }, { name: 'n', color: { darkPrimaryColor: '' } },
  { name: 'n', color: { isDarkModeEnabled: 'x' } },
  { name: 'n', branding: null }, { name: 'n', branding: { logoUrl: '' } }, { name: 'n', branding: { favicon: 'x' } },
  { name: 'n', branding: { darkLogoUrl: null } }, { name: 'n', branding: { logoUrl: 'http://' } },
  ...['logoUrl', 'darkLogoUrl', 'favicon', 'darkFavicon'].flatMap((member) =>
    ['javascript:alert(1)', 'JaVaScRiPt:x', 'vbscript:x', 'data:text/html,x', 'data:,x', 'blob:https://a.example/x']
      .map((url) => ({ name: 'n', branding: { [member]: url } }))),
  { name: 'n', customCss: 1 }, { name: 'n', tenantId: null }, { name: 'n', createdAt: null },
  { name: 'n', createdAt: '1' },
];
const invitationWith = (...changes: object[]): object[] =>
  changes.map((change) => ({ invitee: 'a@b.example', organizationId: organization.id, expiresAt: inAnHour(),
    ...change }));
const application = { name: 'n', type: 'SPA' };

const noRules = { userIds: [], userRoleIds: [], organizationIds: [], organizationRoleRules: [] };

const misfits: [string, object[]][] = [
  ['POST /connectors', [{}, { connectorId: 5 }, { connectorId: 'http-email', id: '' },
    { connectorId: 'http-email', id: long(129) }, { connectorId: 'http-email', config: [] },
    { connectorId: 'http-email', metadata: { logo: 'javascript:alert(1)' } },
    { connectorId: 'http-email', syncProfile: 'yes' }]],
  ['PATCH /connectors/{MC}', [{ config: null }, { config: 'x' }, { syncProfile: 1 }, { metadata: [] }]],
  ['POST /sso-connectors', [{}, { providerName: 'OIDC' }, { providerName: 1, connectorName: 'n' }, { providerName: 'OIDC', connectorName: long(129) },
    { providerName: 'OIDC', connectorName: 'n', config: [] }, { providerName: 'OIDC', connectorName: 'n', domains: 'a.example' },
    { providerName: 'OIDC', connectorName: 'n', domains: [1] }, { providerName: 'OIDC', connectorName: 'n', domains: ['a b'] },
    { providerName: 'OIDC', connectorName: 'n', branding: { logo: 'javascript:alert(1)' } },
    { providerName: 'OIDC', connectorName: 'n', syncProfile: 'yes' }]],
  ['POST /connectors/http-email/test', [{}, { email: 'a@a.example' }, { email: 'a', config: {} },
    { email: 'a@a.example\r\nBcc: b@a.example', config: {} }, { phone: 'x', config: {} }]],
  ['POST /verification-codes', [{}, { email: 'x' }, { phone: 'x' }, { email: 'a@a.example\nb' }]],
  ['POST /verification-codes/verify', [{ email: 'a@a.example' }, { verificationCode: '1' },
    { email: 'a@a.example', verificationCode: '' }, { email: 'x', verificationCode: '1' }]],
  ['POST /sentinel-activities/delete', [{}, { targetType: 'Dog', targets: [] }, { targetType: 'User', targets: 'x' }]],
  ['POST /organizations', [{}, ...organizationMembers]],
  ['PATCH /organizations/{O}', organizationMembers],
  ['POST /organizations/{O}/users', filled('userIds')],
  ['PUT /organizations/{O}/users', list('userIds')],
  ['POST /organizations/{O}/users/roles',
    [...filled('userIds', { organizationRoleIds: [role.id] }),
      ...filled('organizationRoleIds', { userIds: [user.id] })]],
  ...['POST', 'PUT'].map((method): [string, object[]] => [`${method} /organizations/{O}/users/{U}/roles`,
    ['organizationRoleIds', 'organizationRoleNames'].flatMap((member) => list(member).slice(1))]),
  ['POST /organizations/{O}/applications', filled('applicationIds')],
  ['PUT /organizations/{O}/applications', list('applicationIds')],
  ['POST /organizations/{O}/applications/roles',
    [...filled('applicationIds', { organizationRoleIds: [machineRole.id] }),
      ...filled('organizationRoleIds', { applicationIds: [machine.id] })]],
  ['POST /organizations/{O}/applications/{M}/roles', filled('organizationRoleIds')],
  ['PUT /organizations/{O}/applications/{M}/roles', filled('organizationRoleIds')],
  ['POST /organizations/{O}/jit/email-domains',
    [{}, { emailDomain: '' }, { emailDomain: null }, { emailDomain: ['x'] }]],
  ['PUT /organizations/{O}/jit/email-domains', list('emailDomains')],
  ['POST /organizations/{O}/jit/roles', filled('organizationRoleIds')],
  ['PUT /organizations/{O}/jit/roles', list('organizationRoleIds')],
  ['POST /organizations/{O}/jit/sso-connectors', filled('ssoConnectorIds')],
  ['PUT /organizations/{O}/jit/sso-connectors', list('ssoConnectorIds')],
  ['POST /organization-invitations', [{}, ...invitationWith(
    ...['', 'a', 'a@b', 'a@b.c', '@b.example', '.a@b.example', 'a.@b.example', 'a..b@c.example', "a'@b.example",
      'a@-b.example', 'a@b..example', 'a b@c.example', ' a@b.example', 'ä@b.example', 'a@b.1e', 'a@b@c.example', null,
      1]
      .map((invitee) => ({ invitee })),
    { organizationId: null }, { organizationId: '' }, { organizationId: long(22) }, { expiresAt: undefined },
    { expiresAt: '1' }, { expiresAt: null }, { expiresAt: 1e20 },
    { inviterId: 1 }, { inviterId: long(22) }, { organizationRoleIds: null }, { organizationRoleIds: [1] },
    { messagePayload: true }, { messagePayload: null }, { messagePayload: { link: 1 } },
  )]],
  ['PUT /organization-invitations/{I}/status',
    [{}, { status: 'Pending' }, { status: 'revoked' }, { status: null }, { status: 'Revoked', acceptedUserId: 1 },
      { status: 'Accepted', acceptedUserId: long(22) }]],
  ['POST /organization-invitations/{I}/message', [{ link: 1 }, { code: null }, { locale: {} }, { uiLocales: [] }]],
  ['POST /organization-roles',
    [{}, ...template, { name: 'n', type: 'user' }, { name: 'n', type: null },
      { name: 'n', organizationScopeIds: null }, { name: 'n', resourceScopeIds: 'x' },
      { name: 'n', organizationScopeIds: [1] }]],
  ['PATCH /organization-roles/{R}', [...template, { type: 'Other' }]],
  ['POST /organization-roles/{R}/scopes', filled('organizationScopeIds')],
  ['PUT /organization-roles/{R}/scopes', list('organizationScopeIds')],
  ['POST /organization-roles/{R}/resource-scopes', filled('scopeIds')],
  ['PUT /organization-roles/{R}/resource-scopes', list('scopeIds')],
  ['POST /organization-scopes', [{}, ...template]],
  ['PATCH /organization-scopes/{S}', template],
  ['POST /applications/{T}/users/{U}/consent-organizations', filled('organizationIds')],
  ['PUT /applications/{T}/users/{U}/consent-organizations', list('organizationIds')],
  ['POST /applications/{T}/user-consent-scopes', [{ userScopes: ['nothing'] }, { userScopes: 'profile' },
    { userScopes: [1] }, ...['organizationScopes', 'resourceScopes', 'organizationResourceScopes'].flatMap((member) =>
      list(member).slice(1))]],
  ['PUT /applications/{M}/access-control', [{}, ...['userIds', 'userRoleIds', 'organizationIds'].flatMap((member) =>
    [null, 'x', [1], [null], Array(2001).fill('x')].map((value) => ({ ...noRules, [member]: value }))),
    ...[null, ['x'], [{}], [{ organizationId: 'x' }], [{ organizationId: 1, organizationRoleIds: ['x'] }],
      [{ organizationId: 'x', organizationRoleIds: [1] }]].map((organizationRoleRules) =>
      ({ ...noRules, organizationRoleRules }))]],
  ['POST /users', [{ username: '1a' }, { username: 'a b' }, { username: '' }, { username: null },
    { primaryEmail: 'a' }, { primaryEmail: 'a @b.c' }, { primaryPhone: '+61' }, { name: 1 }, { avatar: 'x' },
    { customData: [] }, { profile: null }, { profile: { nickname: null } }, { profile: { address: 'x' } },
    { password: '' }, { passwordDigest: 'x', passwordAlgorithm: 'ROT13' }]],
  ['PATCH /users/{U}', [{ username: '1a' }, { primaryEmail: 'a' }, { customData: null }, { profile: 'x' },
    { avatar: 1 }]],
  ['PATCH /users/{U}/is-suspended', [{}, { isSuspended: 'true' }]],
  ['PATCH /users/{U}/password', [{}, { password: '' }]],
  ['POST /users/{U}/roles', list('roleIds')],
  ['PUT /users/{U}/roles', list('roleIds')],
  ['PUT /users/{U}/identities/github', [{}, { userId: 1 }, { userId: long(257) }, { userId: 'x', details: [] }]],
  ['POST /users/{U}/identities', [{}, { connectorId: 'x' }, { connectorId: 1, connectorData: {} },
    { connectorId: 'x', connectorData: 'y' }]],
  ['POST /users/{U}/personal-access-tokens', [{}, { name: '' }, { name: long(257) }, { name: 'n', expiresAt: 'x' }]],
  ['PATCH /users/{U}/personal-access-tokens', [{}, { name: '' }, { name: 'n', currentName: 1 },
    { name: 'n', currentName: long(257) }]],
  ['PATCH /users/{U}/personal-access-tokens/x', [{}, { name: '' }, { name: long(257) }]],
  ['POST /users/{U}/personal-access-tokens/delete', [{}, { name: '' }, { name: 1 }]],
  ['POST /users/{U}/mfa-verifications', [{}, { type: 'WebAuthn' }, { type: ['Totp'] }, { type: 'Totp', secret: 1 },
    { type: 'Totp', secret: null }, { type: 'BackupCode', codes: {} }, { type: 'BackupCode', codes: [null] }]],
  ['POST /subject-tokens', [{}, { userId: 1 }, { userId: 'x', context: [] }]],
  ['POST /applications', [{}, { name: 'n' }, { ...application, name: '' }, { ...application, name: long(257) },
    { ...application, type: 'spa' }, { ...application, type: 1 }, { ...application, isThirdParty: 'x' },
    { ...application, oidcClientMetadata: {} },
    { ...application, oidcClientMetadata: { redirectUris: ['x'], postLogoutRedirectUris: [] } },
    { ...application, customData: [] }]],
  ['PATCH /applications/{T}',
    [{ name: '' }, { customData: 1 }, { isAdmin: 'x' }, { customClientMetadata: { refreshTokenTtlInDays: 181 } }]],
  ['POST /applications/{M}/secrets', [{}, { name: '' }, { name: long(257) }, { name: 'n', expiresAt: 'x' }]],
  ['POST /resources', [{}, { name: 'n' }, { name: '', indicator: 'x' }, { name: 'n', indicator: '' },
    { name: 'n', indicator: 'x', accessTokenTtl: '1' }]],
  ['PATCH /resources/{A}', [{ name: '' }, { accessTokenTtl: null }]],
  ['POST /resources/{A}/scopes', [{}, { name: '' }, { name: long(257) }, { name: 'n', description: 1 }]],
  ['POST /roles', [{}, { name: 'n' }, { name: 'n', description: '' }, { name: '', description: 'd' },
    { name: long(129), description: 'd' }, { name: 'n', description: long(129) },
    { name: 'n', description: 'd', type: 'x' }]],
  ['PUT /email-templates', [{}, { templates: [] }, { templates: [{}] }, { templates: 'x' }]],
  ['PATCH /sign-in-exp', [{ signInMode: 'None' }, { color: { primaryColor: '#123456' } }, { branding: { logoUrl: '' } },
    { signIn: {} }, { signUp: { identifiers: [] } }, { mfa: { factors: ['Fax'], policy: 'NoPrompt' } }, { mfa: null },
    { languageInfo: { autoDetect: true, fallbackLanguage: 'xx-yy' } }, { customContent: { a: 1 } },
    { customUiCsp: { imgSrc: [] } }, { customUiCsp: { scriptSrc: [1] } }, { passwordPolicy: null },
    { passwordPolicy: { length: { min: 0 } } }, { passwordPolicy: { length: { min: 9, max: 8 } } },
    { sentinelPolicy: { maxAttempts: -1 } }, { usernamePolicy: { caseSensitive: true } },
    { passwordExpiration: { enabled: true } }, { supportEmail: 'x' }, { termsOfUseUrl: 'javascript:alert(1)' }]],
  ['PUT /captcha-provider', [{}, { config: {} }, { config: { type: 'Turnstile', siteKey: 's' } },
    { config: { type: 'RecaptchaEnterprise', siteKey: 's', secretKey: 'k' } },
    { config: { type: 'Other', siteKey: 's', secretKey: 'k' } }]],
  ['PUT /applications/{M}/sign-in-experience', [{ color: null }, { displayName: long(257) }, { termsOfUseUrl: 'x' },
    { branding: { favicon: 'javascript:alert(1)' } }]],
  ['PUT /custom-phrases/sv', [{ input: { username: 1 } }, { input: [] }, { input: null }]],
  ['POST /roles/{TR}/users', filled('userIds')],
  ['POST /roles/{TR}/applications', filled('applicationIds')],
  ['POST /roles/{TR}/scopes', filled('scopeIds')],
];

const short = (text: string) => (text.length > 70 ? `${text.slice(0, 60)}… (${text.length})` : text);
test.each(misfits.flatMap(([route, bodies]) =>
  bodies.map((body) => [route, short(JSON.stringify(body)), body] as const)))('%s refuses %s',
  async (route, _, body) => {
  const [method, path] = route.split(' ') as [string, string];
  expectRefused(await api.request(method, fill(path), { body }), 400, input);
});

test.each([
  [{ name: '' }, ['name']], [{ name: 'n', color: { primaryColor: 'x' } }, ['color', 'primaryColor']],
  [{ name: 'n', branding: { favicon: 'x' } }, ['branding', 'favicon']],
])('the refusal of %j tells where the fault is', async (body, path) => {
  const { body: { data, details } } = await api.post('/organizations', body);
  expect(data.issues.map((issue: any) => issue.path)).toEqual([path]);
  expect(details).toContain(`"${path.join('.')}"`);
});

test('all faults of a body are told at once, in the order of the fields', async () => {
  const { body } = await api.post(`/organizations/${organization.id}/users/roles`,
    { organizationRoleIds: ['x', 1], userIds: [] });
  expect(body.data.issues.map(({ code, path }: any) => [code, path]))
    .toEqual([['too_small', ['userIds']], ['invalid_type', ['organizationRoleIds', 1]]]);
  expect(body.details.split('\n')).toHaveLength(2);
});

// ---- bodies that are not JSON, or none of ours: each route alike, so the routes come from the server

const description = ok(await api.get('/swagger.json'));
const names: Record<string, string> = {
  userId: 'U', organizationRoleId: 'R', organizationScopeId: 'S', scopeId: 'AS', organizationId: 'O', resourceId: 'A',
  roleId: 'TR', applicationId: 'M', languageTag: 'L',
};
const roots: Record<string, string> = {
  organizations: 'O', users: 'U', applications: 'M', 'organization-roles': 'R', 'organization-scopes': 'S',
  'organization-invitations': 'I', resources: 'A', roles: 'TR', connectors: 'MC',
};
const writing = Object.entries<any>(description.paths).flatMap(([path, item]) =>
  Object.keys(item).filter((method) => item[method].requestBody).map((method) => {
  const root = /consent/.test(path) ? 'T' : roots[path.split('/')[2] as string];
  const filledIn = path.slice(4).replace('{id}', `{${root}}`).replace(/\{([a-z]\w*)\}/g,
    (_, name) => (names[name] ? `{${names[name]}}` : 'x'));
  return [`${method.toUpperCase()} ${filledIn}`, method.toUpperCase(), filledIn] as const;
}));

/** These refuse every application that there can be, before they look at the body. */
const refusing = /custom-domains$/;
/** Pages call these. */
const ofPages = /^\/(experience|interaction)\b/;
/** People call these, with a token of their own. */
const ofPeople = /^\/(my-account|verifications)\b/;
/** The body of these is a list. */
const listing = /custom-profile-fields\/batch$/;

test.each(writing.filter(([, , path]) => !refusing.test(path)))('%s refuses what is not a JSON object',
  async (_, method, path) => {
  const ask = (options: RequestOptions): Promise<Answer> => {
    if (ofPages.test(path)) return pages.request(method, `/api${path}`, options);
    if (ofPeople.test(path)) return owner.call(method, path, options.body, { headers: options.headers ?? {} });
    return api.request(method, fill(path), options);
  };
  expectRefused(await ask({ body: '{"broken' }), 400, undefined);
  expectRefused(await ask({ body: listing.test(path) ? '{}' : '[]' }), 400, input);
  expectRefused(await ask({ body: 'x', headers: { 'content-type': 'text/plain' } }), 400, input);
});

test.each(bodies)('a body with %s is refused', async (_, body, status, code, headers = {}) => {
  const options: RequestOptions = { body, headers: { 'content-type': 'application/json', ...headers } };
  expectRefused(await api.request('POST', '/organizations', options), status, code);
});

test('of a quarter of a million faults a hundred are told, and the answer is short and whole', async () => {
  const answer = await api.post(`/organizations/${organization.id}/users`, { userIds: Array(250_000).fill('') });
  const refusal = problem(answer, 400, input);
  expect(refusal.data.issues.map((issue: any) => issue.path)).toEqual(
    Array.from({ length: 100 }, (_, i) => ['userIds', i]));
  expect(refusal.details).toMatch(/\nThere are more; at most 100 are told\.$/);
  expect(answer.text.length).toBeLessThan(40_000);
});

// ---- queries and paths

test.each(queries)('GET %s is refused', async (path, code) => {
  expectRefused(await api.get(fill(path)), 400, code);
});

test('after all of this nothing has changed, and the server goes on', async () => {
  expect(await seen()).toEqual(before);
  await build.organization();
});
