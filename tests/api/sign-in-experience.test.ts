// How people sign in and what they see: each member, the rules between them, and the copy for everyone.
import { expect, test } from 'vitest';
import { unique } from './support/build.ts';
import { send } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { newTenant } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const path = '/sign-in-exp';
const seen = async (): Promise<any> => ok(await api.get(path));
const method = (identifier: string, password: boolean, verificationCode: boolean) =>
  ({ identifier, password, verificationCode, isPasswordPrimary: true });
const username = { methods: [method('username', true, false)] };

test('a fresh tenant lets people sign in and register with a user name and a password', async () => {
  const fresh = await newTenant(server, 'fresh');
  expect(ok(await fresh.api.get(path))).toMatchObject({ tenantId: 'fresh', id: 'default', signIn: username,
    signUp: { identifiers: ['username'], password: true, verify: false }, signInMode: 'SignInAndRegister',
    color: { primaryColor: '#6139F6', isDarkModeEnabled: false, darkPrimaryColor: '#8768F8' }, branding: {},
    languageInfo: { autoDetect: true, fallbackLanguage: 'en' }, mfa: { factors: [], policy: 'UserControlled' },
    passwordPolicy: {}, passwordExpiration: {}, forgotPasswordMethods: [], signUpProfileFields: null,
    customCss: null, socialSignInConnectorTargets: [], hideLogtoBranding: false });
  ok(await api.patch(path, { signInMode: 'SignIn' }));
  expect(ok(await fresh.api.get(path)).signInMode).toBe('SignInAndRegister');
});

const csp = { scriptSrc: [], connectSrc: [] };
const names = (more: object = {}) => ({ caseSensitive: true, minLength: 3, maxLength: 20,
  allowedChars: { lowercase: true, uppercase: true, numbers: true, underscore: true }, ...more });
const words = { pwned: false, repetitionAndSequence: true, userInfo: true, words: [] };
test.each<[object, object?]>([
  [{ signInMode: 'Register' }], [{ signInMode: 'SignInAndRegister' }],
  [{ color: { primaryColor: '#123456', isDarkModeEnabled: true, darkPrimaryColor: '#abc' } }],
  [{ branding: { logoUrl: 'https://a.example/l.png', favicon: 'https://a.example/f.ico' } }], [{ branding: {} }],
  [{ termsOfUseUrl: 'https://a.example/t', privacyPolicyUrl: 'foo:bar' }],
  [{ termsOfUseUrl: '', privacyPolicyUrl: null }, { termsOfUseUrl: null, privacyPolicyUrl: null }],
  [{ supportEmail: 'help@a.example' }], [{ supportEmail: '' }, { supportEmail: null }],
  [{ agreeToTermsPolicy: 'Manual' }], [{ customCss: 'body {}' }], [{ customCss: '' }, { customCss: null }],
  [{ customContent: { '/sign-in': '<p>x</p>' } }], [{ customContent: {} }], [{ customUiCsp: csp }, { customUiCsp: {} }],
  [{ customUiAssets: { id: 'x', createdAt: 1 } }], [{ customUiAssets: null }],
  [{ socialSignIn: { automaticAccountLinking: true, other: 1 } }, { socialSignIn: { automaticAccountLinking: true } }],
  [{ socialSignInConnectorTargets: ['nobody'] }, { socialSignInConnectorTargets: [] }],
  [{ singleSignOnEnabled: true }], [{ captchaPolicy: { enabled: true } }], [{ captchaPolicy: {} }],
  [{ passwordPolicy: { rejects: { pwned: false } } }, { passwordPolicy: { rejects: words } }],
  [{ passwordPolicy: { length: { min: 10 } } }, { passwordPolicy: { length: { min: 10, max: 256 } } }],
  [{ passwordPolicy: { characterTypes: {} } }, { passwordPolicy: { characterTypes: { min: 1 } } }],
  [{ usernamePolicy: names() }], [{ sentinelPolicy: { maxAttempts: 5 } }], [{ sentinelPolicy: {} }],
  [{ verificationCodePolicy: { expirationDuration: 60, maxRetryAttempts: 100 } }],
  [{ verificationCodePolicy: { expirationDuration: 3600, maxRetryAttempts: 1 } }],
  [{ emailBlocklistPolicy: { customBlocklist: ['a@b.example', '@c.example', '@c.example'], blockSubaddressing: true } },
    { emailBlocklistPolicy: { customBlocklist: ['a@b.example', '@c.example'], blockSubaddressing: true } }],
  [{ forgotPasswordMethods: null }], [{ forgotPasswordMethods: [] }],
  [{ passkeySignIn: { enabled: true } }], [{ signUpProfileFields: [{ name: 'nobody' }] }, { signUpProfileFields: [] }],
  [{ signUpProfileFields: null }], [{ signUp: { identifiers: [], password: false, verify: false } }],
  [{ signUp: { identifiers: ['username'], password: true, verify: false } }], [{ signIn: { methods: [] } }],
  [{ signIn: { methods: [method('email', true, false)] } }], [{ signIn: username }],
  [{ mfa: { factors: ['Totp', 'BackupCode'], policy: 'Mandatory' } }], [{ adaptiveMfa: { enabled: true } }],
  [{ mfa: { factors: ['Totp'], policy: 'PromptOnlyAtSignInMandatory', organizationRequiredMfaPolicy: 'Mandatory' } }],
  [{ mfa: { factors: [], policy: 'UserControlled' } },
    { mfa: { factors: [], policy: 'UserControlled' }, adaptiveMfa: { enabled: false } }],
  [{ passwordExpiration: { validPeriodDays: 30 } }],
  [{ passwordExpiration: { enabled: false, validPeriodDays: 3 } }, { passwordExpiration: { enabled: false } }],
])('%j is taken, and nothing else changes', async (body, after = body) => {
  const before = await seen();
  expect(ok(await api.patch(path, body))).toEqual({ ...before, ...after });
  expect(await seen()).toEqual({ ...before, ...after });
});

const own = 'sign_in_experiences.';
const second = (identifier: string, verify?: boolean) => ({ identifier, verify });
const up = (identifiers: string[], verify: boolean, ...secondaryIdentifiers: object[]) =>
  ({ signUp: { identifiers, password: true, verify, secondaryIdentifiers } });
test.each<[object, number, string]>([
  [{}, 422, 'entity.invalid_input'], [{ nothing: 1 }, 422, 'entity.invalid_input'],
  ...[{ expirationDuration: 59 }, { expirationDuration: 3601 }, { maxRetryAttempts: 0 }, { maxRetryAttempts: 101 }]
    .map((policy): [object, number, string] => [{ verificationCodePolicy: policy }, 400, 'guard.invalid_input']),
  [{ hideLogtoBranding: true }, 400, 'request.invalid_input'],
  [{ customUiCsp: { scriptSrc: ['https://a.example'] } }, 400, 'request.invalid_input'],
  [{ languageInfo: { autoDetect: true, fallbackLanguage: 'af-ZA' } }, 400, `${own}unsupported_default_language`],
  [{ termsOfUseUrl: `https://a.example/${'x'.repeat(2050)}` }, 422, 'entity.value_too_long'],
  [{ mfa: { factors: ['BackupCode'], policy: 'UserControlled' } }, 400, `${own}backup_code_cannot_be_enabled_alone`],
  [{ mfa: { factors: ['Totp', 'Totp'], policy: 'UserControlled' } }, 400, `${own}duplicated_mfa_factors`],
  [{ mfa: { factors: ['Totp'], policy: 'PromptOnlyAtSignInMandatory' } }, 422,
    `${own}non_adaptive_mfa_requires_skippable_policy`],
  [{ adaptiveMfa: { enabled: true } }, 422, `${own}adaptive_mfa_requires_mfa`],
  [{ adaptiveMfa: { enabled: true }, mfa: { factors: ['Totp'], policy: 'NoPrompt' } }, 422,
    `${own}adaptive_mfa_requires_non_skippable_policy`],
  [{ emailBlocklistPolicy: { customAllowlist: ['nothing'] } }, 400, `${own}invalid_custom_email_blocklist_format`],
  [{ emailBlocklistPolicy: { blockDisposableAddresses: true } }, 400, 'request.invalid_input'],
  [{ passwordExpiration: { enabled: true, validPeriodDays: 30 } }, 422,
    `${own}password_expiration_requires_forgot_password`],
  [{ forgotPasswordMethods: ['EmailVerificationCode'] }, 400, `${own}forgot_password_method_requires_connector`],
  [up(['email'], true), 400, `${own}enabled_connector_not_found`],
  [up(['email'], false), 400, `${own}passwordless_requires_verify`],
  [up(['username', 'username'], false), 400, `${own}duplicated_sign_up_identifiers`],
  [up([], false, second('username')), 400, `${own}missing_sign_up_identifiers`],
  [{ signIn: { methods: [method('username', false, false)] } }, 400, `${own}at_least_one_authentication_factor`],
  [{ signIn: { methods: [method('email', true, true)] } }, 400, `${own}enabled_connector_not_found`],
])('%j is refused', async (body, status, code) => {
  const before = await seen();
  problem(await api.patch(path, body), status, code);
  expect(await seen()).toEqual(before);
});

test('of several rules that are broken the first of the contract’s order is told', async () => {
  const broken: [object, string][] = [
    [{ signUpProfileFields: [{ name: 'a' }, { name: 'a' }] }, 'request.invalid_input'],
    [{ languageInfo: { autoDetect: true, fallbackLanguage: 'af-ZA' } }, `${own}unsupported_default_language`],
    [up(['username', 'username'], false), `${own}duplicated_sign_up_identifiers`],
    [{ signIn: { methods: [method('username', false, false)] } }, `${own}at_least_one_authentication_factor`],
    [{ mfa: { factors: ['BackupCode'], policy: 'NoPrompt' } }, `${own}backup_code_cannot_be_enabled_alone`],
    [{ forgotPasswordMethods: ['EmailVerificationCode'] }, `${own}forgot_password_method_requires_connector`],
    [{ hideLogtoBranding: true }, 'request.invalid_input'],
    [{ emailBlocklistPolicy: { customBlocklist: ['x'] } }, `${own}invalid_custom_email_blocklist_format`],
  ];
  for (let i = 0; i < broken.length; i++) {
    const body = Object.assign({}, ...broken.slice(i).map(([part]) => part));
    problem(await api.patch(path, body), 400, broken[i]?.[1] as string);
  }
  const twice = { signUpProfileFields: [{ name: 'a' }, { name: 'a' }] };
  expect(problem(await api.patch(path, twice), 400, 'request.invalid_input').data).toEqual({ duplicateNames: ['a'] });
});

test('letter case of user names can be ignored only while no two differ in it alone', async () => {
  const conflicts = `${path}/username-policy/case-sensitivity-conflicts`;
  const name = unique('Name').replace(/\W/g, '_');
  const made = [name.toLowerCase(), name.toUpperCase()].map((one) => `a_${one}`);
  const users = [];
  for (const one of made) users.push(ok(await api.post('/users', { username: one })).id);
  const refused = problem(await api.patch(path, { usernamePolicy: names({ caseSensitive: false }) }), 409,
    `${own}username_policy_case_conflicts_exist`);
  const found = { totalConflicts: 1, samples: [{ usernameLower: made[0], userIds: expect.any(Array) }] };
  expect(refused.data).toEqual(found);
  const listed = ok(await api.get(conflicts));
  expect(listed).toEqual(found);
  expect(listed.samples[0].userIds.toSorted()).toEqual(users.toSorted());
  for (const limit of ['0', '101', 'x', '']) problem(await api.get(`${conflicts}?limit=${limit}`), 400,
    'guard.invalid_input');
  ok(await api.delete(`/users/${users[1]}`), 204);
  expect(ok(await api.get(`${conflicts}?limit=1`))).toEqual({ totalConflicts: 0, samples: [] });
  ok(await api.patch(path, { usernamePolicy: names({ caseSensitive: false }) }));
});

test('an administrator may ask what the password policy says', async () => {
  const check = (body: object) => api.post(`${path}/default/check-password`, body);
  const verdict = async (body: object): Promise<string[]> => {
    const { status, body: { result, issues } } = await check(body);
    expect([status, result]).toEqual(issues ? [400, false] : [200, true]);
    return (issues ?? []).map(({ code }: { code: string }) => code.replace('password_rejected.', ''));
  };
  ok(await api.patch(path, { passwordPolicy: { rejects: { userInfo: false, words: ['river'] } } }));
  expect(await verdict({ password: 'Quiet-Lantern_58!' })).toEqual([]);
  expect(await verdict({ password: '' })).toEqual(['too_short', 'character_types']);
  expect(await verdict({ password: 'riverriver' })).toEqual(['restricted.words']);
  expect((await check({ password: 'aB' })).body.issues)
    .toEqual([{ code: 'password_rejected.too_short', interpolation: { min: 8 } }]);
  problem(await check({}), 400, 'guard.invalid_input');
  problem(await check({ password: 'x', userId: 'nobody' }), 404, 'entity.not_found');
  const { id } = ok(await api.post('/users', { name: 'Marigold Bench' }));
  expect(await verdict({ password: 'Marigold Bench', userId: id })).toEqual([]);
  ok(await api.patch(path, { passwordPolicy: {} }));
  expect(problem(await check({ password: 'Quiet-Lantern_58!' }), 400, 'request.invalid_input').data)
    .toEqual({ message: expect.stringMatching(/\S/) });
  expect(await verdict({ password: 'Marigold Bench', userId: id })).toEqual(['restricted.user_info']);
  expect(await verdict({ password: 'Quiet-Lantern_58!', userId: id })).toEqual([]);
});

test('everyone sees it but for what is the tenant’s own business', async () => {
  ok(await api.post('/custom-profile-fields', { name: 'one', type: 'Text', required: false }), 201);
  ok(await api.post('/custom-profile-fields', { name: 'two', type: 'Text', required: true }), 201);
  ok(await api.patch(path, { signUpProfileFields: [{ name: 'two' }, { name: 'x' }, { name: 'one' }] }));
  const { emailBlocklistPolicy, forgotPasswordMethods, ...rest } = await seen();
  const shown = ok(await send('GET', `${server.base}/api/.well-known/sign-in-exp`));
  expect(shown).toMatchObject({ ...rest, socialConnectors: [], ssoConnectors: [], isDevelopmentTenant: false,
    forgotPassword: { email: false, phone: false }, customProfileFieldCatalog: [{ name: 'one' }, { name: 'two' }],
    customProfileFields: [{ name: 'two' }, { name: 'one' }] });
  expect(Object.keys(shown)).not.toContain('emailBlocklistPolicy');
  expect(Object.keys(shown)).not.toContain('forgotPasswordMethods');
  expect(ok(await send('GET', `${server.base}/api/.well-known/experience`))).toEqual(shown);
  ok(await api.delete('/custom-profile-fields/two'), 204);
  expect((await seen()).signUpProfileFields).toEqual([{ name: 'one' }]);
  problem(await send('GET', `${server.base}/api/.well-known/sign-in-exp?appId=a&appId=b`), 400, 'guard.invalid_input');
});

test('the captcha service keeps its secret, and goes with its policy', async () => {
  const at = '/captcha-provider';
  const shown = async () => ok(await send('GET', `${server.base}/api/.well-known/sign-in-exp`)).captchaConfig;
  problem(await api.get(at), 404, 'entity.not_found');
  const turnstile = { type: 'Turnstile', siteKey: 'site', secretKey: 'hidden.key' };
  const made = ok(await api.put(at, { config: { ...turnstile, mode: 'checkbox', more: 1 } }));
  expect(made).toEqual({ tenantId: 'default', id: expect.stringMatching(/^[0-9a-z]{21}$/), config: turnstile,
    createdAt: expect.any(Number), updatedAt: expect.any(Number) });
  expect(ok(await api.get(at))).toEqual(made);
  expect(await shown()).toBeUndefined();
  ok(await api.patch(path, { captchaPolicy: { enabled: true } }));
  expect(await shown()).toEqual({ type: 'Turnstile', siteKey: 'site' });
  const recaptcha = { type: 'RecaptchaEnterprise', siteKey: 's', secretKey: 'k', projectId: 'p', mode: 'checkbox' };
  expect(ok(await api.put(at, { config: recaptcha }))).toEqual({ ...made, config: recaptcha });
  expect(await shown()).toEqual({ type: 'RecaptchaEnterprise', siteKey: 's', mode: 'checkbox' });
  for (let i = 0; i < 2; i++) ok(await api.delete(at), 204);
  expect((await seen()).captchaPolicy).toEqual({ enabled: false });
  expect(await shown()).toBeUndefined();
});

test('the Console notes its first steps', async () => {
  const at = '/configs/admin-console';
  expect(ok(await api.get(at))).toEqual({ signInExperienceCustomized: false, organizationCreated: false, firstStepsDismissed: false });
  expect(ok(await api.patch(at, { organizationCreated: true }))).toEqual({ signInExperienceCustomized: false,
    organizationCreated: true, firstStepsDismissed: false });
  expect(ok(await api.patch(at, {}))).toMatchObject({ organizationCreated: true });
  problem(await api.patch(at, { organizationCreated: 'yes' }), 400, 'guard.invalid_input');
});

test('only the admin tenant tells where people of other tenants sign in', async () => {
  const at = '/api/.well-known/endpoints/anything';
  expect(ok(await send('GET', `${server.admin}${at}`))).toEqual({ user: `${server.base}/` });
  const elsewhere = await send('GET', `${server.base}${at}`);
  expect([elsewhere.status, elsewhere.text]).toEqual([404, 'Not Found']);
});
