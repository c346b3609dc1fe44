// Second factors line by line: which rule asks whom, in which order the checks come, and what an answer holds.
import { beforeEach, expect, test } from 'vitest';
import { Authenticator } from './support/authenticator.ts';
import { Browser, newApp, newPerson, redirectUri, type Person } from './support/browser.ts';
import { Build, unique } from './support/build.ts';
import { send, type Answer } from './support/client.ts';
import { oauthError, ok, problem } from './support/expect.ts';
import { messageService } from './support/messages.ts';
import { fields, newOwner as newAccountOwner } from './support/owner.ts';
import { basic } from './support/people.ts';
import { bind, enter, giveBackupCodes, giveTotp, newOwner, proveTotp, submit, tryBackupCode, tryTotp } from './support/second.ts';
import { startServer } from './support/server.ts';
import { steadyStep, totp, wrongTotp } from './support/totp.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const build = new Build(api);
const service = await messageService();
const app = await newApp(api);
const byName = { identifier: 'username', password: true, verificationCode: false, isPasswordPrimary: true };
const rules = async (change: object) => ok(await api.patch('/sign-in-exp', change));
const rule = (factors: string[], policy: string, more: object = {}) => rules({ mfa: { factors, policy, ...more } });
const visit = () => new Browser(() => server.base).visit(app);
const start = async (person: Pick<Person, 'username' | 'password'>) => enter(await visit(), person);
const required = 'session.mfa.require_mfa_verification', blocked = 'session.verification_blocked_too_many_attempts';
const factors = async ({ id }: { id: string }): Promise<any[]> => ok(await api.get(`/users/${id}/mfa-verifications`));
const said = async ({ id }: { id: string }) => ok(await api.get(`/users/${id}/logto-configs`));
const remove = async (user: { id: string }, type: string) => {
  for (const one of await factors(user))
    if (one.type === type) ok(await api.delete(`/users/${user.id}/mfa-verifications/${one.id}`), 204);
};
const connect = async () => {
  for (const connectorId of ['http-email', 'http-sms'])
    ok(await api.post('/connectors', { connectorId, config: { endpoint: service.endpoint, authorization: 'Key' } }));
};
const skip = (b: Browser, what = 'mfa-skipped') => b.page('POST', `/profile/mfa/${what}`);
let phones = 0;
const newPhone = (): string => `614123457${String(phones++).padStart(2, '0')}`;
const strictMember = async (person: { id: string }) => {
  const organization = await build.organization({ isMfaRequired: true });
  ok(await api.post(`/organizations/${organization.id}/users`, { userIds: [person.id] }), 201);
  return organization;
};

/** Makes a passkey and binds it. */
async function bindPasskey(b: Browser, k: Authenticator): Promise<void> {
  const { verificationId, registrationOptions } = ok(await b.page('POST', '/verification/web-authn/registration'));
  ok(await b.page('POST', '/verification/web-authn/registration/verify',
    { verificationId, payload: k.create(registrationOptions) }));
  ok(await bind(b, 'WebAuthn', verificationId), 204);
}

await connect();
beforeEach(() => rules({ signIn: { methods: [byName] }, signUp: { identifiers: ['username'], password: true, verify: false },
  passwordPolicy: { rejects: { pwned: false } }, sentinelPolicy: {}, passkeySignIn: {}, adaptiveMfa: { enabled: false },
  captchaPolicy: {}, mfa: { factors: [], policy: 'NoPrompt' } }));

// -- who is asked for a factor --

test('what is asked for is told in its order: passkey, app, phone, mail, and backup codes last', async () => {
  await rule(['BackupCode', 'EmailVerificationCode', 'PhoneVerificationCode', 'Totp', 'WebAuthn'], 'Mandatory');
  const person = await newPerson(api, { primaryEmail: `${unique('lovelace')}@x.example`, primaryPhone: newPhone() });
  const b = await start(person);
  const { data } = problem(await submit(b), 403, required);
  expect(data).toEqual({ availableFactors: ['PhoneVerificationCode', 'EmailVerificationCode'],
    maskedIdentifiers: { EmailVerificationCode: 'love****@x.example',
      PhoneVerificationCode: `****${person.primaryPhone.slice(-4)}` } });
  await giveTotp(api, person);
  await giveBackupCodes(api, person);
  expect(problem(await submit(b), 403, required).data.availableFactors)
    .toEqual(['Totp', 'PhoneVerificationCode', 'EmailVerificationCode', 'BackupCode']);
});

test('of four characters before the @ and fewer nothing is shown, and no address that is no factor', async () => {
  await rule(['EmailVerificationCode'], 'NoPrompt');
  const masked = async (primaryEmail: string) => problem(await submit(await start(
    await newPerson(api, { primaryEmail, primaryPhone: newPhone() }))), 403, required).data.maskedIdentifiers;
  expect(await masked('four@mask.example')).toEqual({ EmailVerificationCode: '****@mask.example' });
  expect(await masked('fives@mask.example')).toEqual({ EmailVerificationCode: 'five****@mask.example' });
});

test('who wants no factor at sign-in is asked where it is mandatory, and only there', async () => {
  await rule(['Totp'], 'Mandatory');
  const owner = await newOwner(api), config = `/users/${owner.id}/logto-configs`;
  expect(await said(owner)).toEqual({ mfa: { skipped: false, skipMfaOnSignIn: false }, passkeySignIn: { skipped: false } });
  for (const mfa of [{ skipMfaOnSignIn: true }, { enabled: false, skipMfaOnSignIn: false }]) {
    ok(await api.patch(config, { mfa }));
    await rule(['Totp'], 'Mandatory');
    problem(await submit(await start(owner)), 403, required);
    for (const policy of ['NoPrompt', 'PromptOnlyAtSignIn', 'PromptAtSignInAndSignUp', 'UserControlled']) {
      await rule(['Totp'], policy);
      const answer = await submit(await start(owner));
      if (mfa.enabled === false && policy !== 'NoPrompt') problem(answer, 422, 'user.suggest_mfa');
      else ok(answer);
    }
  }
});

test('backup codes that were left alone are asked for, and do not stand alone where a factor is mandatory', async () => {
  await rule(['Totp', 'BackupCode'], 'Mandatory');
  const owner = await newOwner(api), codes = await giveBackupCodes(api, owner);
  await remove(owner, 'Totp');
  const b = await start(owner);
  expect(problem(await submit(b), 403, required).data).toEqual({ availableFactors: ['BackupCode'], maskedIdentifiers: {} });
  ok(await tryBackupCode(b, codes[0] as string));
  expect(problem(await submit(b), 422, 'user.missing_mfa').data).toEqual({ availableFactors: ['Totp'] });
  ok(await bind(b, 'Totp', (await proveTotp(b)).verificationId), 204);
  ok(await submit(b));
});

test('a new set of backup codes is good beside one that is used up', async () => {
  await rule(['Totp', 'BackupCode'], 'NoPrompt');
  const owner = await newOwner(api), old = await giveBackupCodes(api, owner);
  for (const code of old) ok(await tryBackupCode(await start(owner), code));
  const codes = await giveBackupCodes(api, owner);
  expect((await factors(owner)).map(({ type, remainCodes }) => [type, remainCodes]))
    .toEqual([['Totp', undefined], ['BackupCode', 0], ['BackupCode', 10]]);
  const b = await start(owner);
  problem(await tryBackupCode(b, old[0] as string), 400, 'session.mfa.invalid_backup_code');
  ok(await tryBackupCode(b, codes[0] as string));
  ok(await submit(b));
  expect((await factors(owner)).map(({ remainCodes }) => remainCodes)).toEqual([undefined, 0, 9]);
});

test('the factor is asked for before what is staged and what is missing', async () => {
  await connect();
  await rules({ mfa: { factors: ['Totp'], policy: 'Mandatory' }, signUp: { identifiers: ['email'], password: true, verify: true } });
  const owner = await newOwner(api), b = await start(owner);
  problem(await submit(b), 403, required);
  await steadyStep();
  ok(await tryTotp(b, totp(owner.secret)));
  expect(problem(await submit(b), 422, 'user.missing_profile').data).toEqual({ missingProfile: ['email'] });
  const other = await start(await newPerson(api));
  problem(await submit(other), 422, 'user.missing_profile');		// before user.missing_mfa
});

// -- who is led to set one up --

test('UserControlled asks as PromptAtSignInAndSignUp does', async () => {
  await rule(['Totp'], 'UserControlled');
  const b = await start(await newPerson(api));
  problem(await submit(b), 422, 'user.suggest_mfa');
  ok(await skip(b), 204);
  ok(await submit(b));
  const new_ = await visit();
  ok(await new_.register(), 201);
  problem(await submit(new_), 422, 'user.suggest_mfa');
  ok(await skip(new_, 'mfa-enabled'), 204);
  expect(problem(await submit(new_), 422, 'user.missing_mfa').data).toEqual({ availableFactors: ['Totp'], skippable: true });
  ok(await skip(new_), 204);
  ok(await submit(new_));
});

test('who registers has said no to second factors until they say otherwise', async () => {
  await rule(['Totp'], 'PromptOnlyAtSignIn');
  const username = unique('new').replace(/\W/g, '_'), b = await visit();
  ok(await b.register(username), 201);
  ok(await submit(b));
  const { userId: id } = ok(await b.page('GET', '/interaction'));
  expect((await said({ id })).mfa).toEqual({ enabled: false, skipped: false, skipMfaOnSignIn: false });
});

test('who has a factor and never said so is recorded as wanting it', async () => {
  await rule(['EmailVerificationCode', 'Totp'], 'PromptAtSignInAndSignUp');
  const owner = await newOwner(api), b = await start(owner);
  problem(await submit(b), 403, required);
  await steadyStep();
  ok(await tryTotp(b, totp(owner.secret)));
  ok(await submit(b));
  expect((await said(owner)).mfa.enabled).toBe(true);
});

test('an organization leads those who register to a factor, but not under a policy of sign-ins alone', async () => {
  const organization = await build.organization({ isMfaRequired: true });
  const invited = async () => {
    const email = `${unique('invited')}@x.example`, b = await (await visit()).start('Register');
    const { token } = ok(await api.post('/one-time-tokens', { email, context: { jitOrganizationIds: [organization.id] } }), 201);
    const { verificationId } = ok(await b.page('POST', '/verification/one-time-token/verify',
      { identifier: { type: 'email', value: email }, token }));
    ok(await b.page('POST', '/identification', { verificationId }), 201);
    return b;
  };
  await rules({ signUp: { identifiers: ['email'], password: false, verify: true } });
  const demand = { organizationRequiredMfaPolicy: 'Mandatory' };
  await rule(['Totp'], 'PromptOnlyAtSignIn', demand);
  ok(await submit(await invited()));
  for (const policy of ['NoPrompt', 'PromptAtSignInAndSignUp']) {
    await rule(['Totp'], policy, demand);
    const b = await invited();
    expect(problem(await submit(b), 422, 'user.missing_mfa').data).toEqual({ availableFactors: ['Totp'] });
    problem(await skip(b), 422, 'session.mfa.mfa_policy_not_user_controlled');
  }
  await rule(['Totp'], 'NoPrompt', { organizationRequiredMfaPolicy: 'NoPrompt' });
  ok(await submit(await invited()));
});

test('who skipped is asked again once an organization demands a factor', async () => {
  await rule(['Totp'], 'PromptAtSignInAndSignUp', { organizationRequiredMfaPolicy: 'Mandatory' });
  const person = await newPerson(api), b = await start(person);
  ok(await skip(b), 204);
  ok(await submit(b));
  expect((await said(person)).mfa.skipped).toBe(true);
  await strictMember(person);
  expect(problem(await submit(await start(person)), 422, 'user.missing_mfa').data).toEqual({ availableFactors: ['Totp'] });
});

test('what people sign up by is a factor, and another one is suggested until they say no', async () => {
  await rules({ signUp: { identifiers: ['username'], password: true, verify: true,
    secondaryIdentifiers: [{ identifier: 'emailOrPhone', verify: true }] },
    mfa: { factors: ['Totp', 'EmailVerificationCode', 'PhoneVerificationCode', 'WebAuthn', 'BackupCode'], policy: 'Mandatory' } });
  const person = await newPerson(api, { primaryEmail: `${unique('lovelace')}@x.example` }), b = await start(person);
  const { verificationId } = ok(await b.page('POST', '/verification/mfa-verification-code', { identifierType: 'email' }));
  await expect.poll(() => service.got.findLast((one) => one.to === person.primaryEmail)?.type).toBe('MfaVerification');
  const { code } = service.got.findLast((one) => one.to === person.primaryEmail)!.payload;
  ok(await b.page('POST', '/verification/mfa-verification-code/verify', { verificationId, code, identifierType: 'email' }));
  expect(problem(await submit(b), 422, 'session.mfa.suggest_additional_mfa').data).toEqual({
    availableFactors: ['WebAuthn', 'Totp', 'PhoneVerificationCode', 'EmailVerificationCode'],
    maskedIdentifiers: { EmailVerificationCode: 'love****@x.example' }, skippable: true, suggestion: true });
  ok(await skip(b, 'mfa-suggestion-skipped'), 204);
  problem(await submit(b), 422, 'session.mfa.backup_code_required');
  const set = ok(await b.page('POST', '/verification/backup-code/generate'));
  ok(await bind(b, 'BackupCode', set.verificationId), 204);
  ok(await submit(b));
});

test('a passkey that signs in, too, calls for another factor', async () => {
  await rules({ passkeySignIn: { enabled: true }, mfa: { factors: ['WebAuthn', 'Totp'], policy: 'Mandatory' } });
  const person = await newPerson(api), b = await start(person);
  problem(await submit(b), 422, 'user.passkey_preferred');		// before what is missing
  ok(await skip(b, 'passkey-skipped'), 204);
  expect(problem(await submit(b), 422, 'user.missing_mfa').data).toEqual({ availableFactors: ['WebAuthn', 'Totp'] });
  await bindPasskey(b, new Authenticator(server.base));
  expect(problem(await submit(b), 422, 'session.mfa.suggest_additional_mfa').data).toEqual({
    availableFactors: ['WebAuthn', 'Totp'], maskedIdentifiers: {}, isWebAuthnUsedAsSignInPasskey: true,
    skippable: true, suggestion: true });
  ok(await bind(b, 'Totp', (await proveTotp(b)).verificationId), 204);
  ok(await submit(b));
  expect(await said(person)).toEqual({ mfa: { enabled: true, skipped: false, skipMfaOnSignIn: false },
    passkeySignIn: { skipped: true } });
});

test('with nothing left to suggest nothing is suggested', async () => {
  await rules({ passkeySignIn: { enabled: true }, mfa: { factors: ['WebAuthn'], policy: 'Mandatory' } });
  const b = await start(await newPerson(api));
  await bindPasskey(b, new Authenticator(server.base));
  ok(await submit(b));
});

test('a factor that was switched off after it was staged is not stored', async () => {
  await rule(['Totp'], 'NoPrompt');
  const person = await newPerson(api), b = await start(person);
  ok(await bind(b, 'Totp', (await proveTotp(b)).verificationId), 204);
  for (const left of [['WebAuthn'], []]) {
    await rule(left, 'NoPrompt');
    problem(await submit(b), 400, 'session.mfa.mfa_factor_not_enabled');
  }
  expect(await factors(person)).toEqual([]);
  await rule(['Totp'], 'NoPrompt');
  ok(await submit(b));
  expect(await factors(person)).toHaveLength(1);
});

test.each(['', '/mfa-enabled', '/mfa-skipped', '/mfa-suggestion-skipped', '/passkey-skipped', '/passkey'])(
  'POST /profile/mfa%s needs a person who has proven what they have, and no forgotten password', async (path) => {
    await rule(['Totp', 'WebAuthn'], 'NoPrompt');
    const call = (b: Browser) => b.page('POST', `/profile/mfa${path}`, { type: 'Totp', verificationId: 'x' });
    problem(await call(await (await visit()).start('ForgotPassword')), 400, 'session.not_supported_for_forgot_password');
    problem(await call(await (await visit()).start()), 404, 'session.identifier_not_found');
    problem(await call(await (await visit()).start('Register')), 404, 'session.identifier_not_found');
    problem(await call(await start(await newOwner(api))), 403, required);
  });

test.each([[{}], [{ type: 'Totp' }], [{ verificationId: 'x' }], [{ type: 'Password', verificationId: 'x' }],
  [{ type: 'Totp', verificationId: 1 }]])('%j binds nothing', async (body) => {
  const b = await start(await newPerson(api));
  problem(await b.page('POST', '/profile/mfa', body), 400, 'guard.invalid_input');
});

test('the state tells what is staged without its secrets', async () => {
  await rule(['Totp', 'BackupCode'], 'NoPrompt');
  const person = await newPerson(api), b = await start(person), { secret, verificationId } = await proveTotp(b);
  const totpRecord = ok(await b.page('GET', '/interaction')).verificationRecords.at(-1);
  expect(totpRecord).toEqual({ id: verificationId, type: 'Totp', userId: person.id, verified: true });
  ok(await bind(b, 'Totp', verificationId), 204);
  const set = ok(await b.page('POST', '/verification/backup-code/generate'));
  const state = ok(await b.page('GET', '/interaction'));
  expect(state.verificationRecords.at(-1)).toEqual({ id: set.verificationId, type: 'BackupCode', userId: person.id });
  ok(await bind(b, 'BackupCode', set.verificationId), 204);
  const { mfa } = ok(await b.page('GET', '/interaction'));
  expect(mfa).toEqual({ mfaEnabled: true, totp: { type: 'Totp' }, backupCode: { type: 'BackupCode' } });
  expect(JSON.stringify(state)).not.toContain(secret);
  const answer = ok(await submit(b));
  expect(ok(await submit(b))).toEqual(answer);		// the same until it is resumed
  expect(ok(await b.page('GET', '/interaction')).userId).toBe(person.id);
});

// -- codes that are sent --

test('codes as a second factor are counted, and need a service to send them', async () => {
  await rule(['EmailVerificationCode', 'Totp'], 'Mandatory');
  const person = await newPerson(api, { primaryEmail: `${unique('many')}@x.example` }), b = await start(person);
  const ask = () => b.page('POST', '/verification/mfa-verification-code', { identifierType: 'email' });
  for (const wrong of [{}, { identifierType: 'username' }])
    problem(await b.page('POST', '/verification/mfa-verification-code', wrong), 400, 'guard.invalid_input');
  for (let i = 0; i < 10; i++) ok(await ask());
  problem(await ask(), 429, 'request.message_rate_limited');
  const phoned = await newPerson(api, { primaryPhone: newPhone() });
  await rule(['PhoneVerificationCode'], 'Mandatory');
  for (const one of ok(await api.get('/connectors')))
    if (one.type === 'Sms') ok(await api.delete(`/connectors/${one.id}`), 204);
  problem(await (await start(phoned)).page('POST', '/verification/mfa-verification-code', { identifierType: 'phone' }),
    501, 'connector.not_found');
  await connect();
});

// -- how often one may fail --

test('a new secret is proven without counting, and an administrator lifts the block of the app', async () => {
  await rule(['Totp'], 'NoPrompt');
  await rules({ sentinelPolicy: { maxAttempts: 3, lockoutDuration: 10 } });
  const person = await newPerson(api), b = await start(person);
  const { secret, verificationId } = ok(await b.page('POST', '/verification/totp/secret'));
  for (let i = 0; i < 5; i++)
    problem(await b.page('POST', '/verification/totp/verify', { code: wrongTotp(secret), verificationId }), 400,
      'session.mfa.invalid_totp_code');
  ok(await b.page('POST', '/verification/totp/verify', { code: totp(secret), verificationId }));
  const owner = await newOwner(api), guess = await start(owner);
  for (let i = 0; i < 2; i++)
    problem(await tryTotp(guess, wrongTotp(owner.secret)), 400, 'session.mfa.invalid_totp_code');
  problem(await tryTotp(guess, wrongTotp(owner.secret)), 400, blocked);
  problem(await tryTotp(guess, totp(owner.secret)), 400, blocked);
  problem(await tryBackupCode(guess, '0123456789'), 400, 'session.mfa.invalid_backup_code');	// a pool of its own
  ok(await api.post('/sentinel-activities/delete', { targetType: 'User', targets: [owner.id] }), 204);
  await steadyStep();
  ok(await tryTotp(guess, totp(owner.secret)));
});

// -- tokens for organizations --

const tokenOf = (client: { id: string; secret?: string }, form: Record<string, string>): Promise<Answer> =>
  send('POST', `${server.base}/oidc/token`, { body: new URLSearchParams({ ...(client.secret ? {} : { client_id: client.id }), ...form }),
    headers: client.secret ? { authorization: basic(client.id, client.secret) } : {} });
const unprotected = 'organization requires MFA but user has no MFA configured';

test('an exchanged token is refused in the same way, with and without a resource', async () => {
  await rule(['Totp'], 'NoPrompt');
  const person = await newPerson(api), strict = await strictMember(person), api1 = await build.resource();
  const { id } = await newApp(api, 'Traditional', { customClientMetadata: { allowTokenExchange: true } });
  const [{ value: secret }] = ok(await api.get(`/applications/${id}/secrets`));
  const { subjectToken } = ok(await api.post('/subject-tokens', { userId: person.id }), 201);
  const swap = (more: Record<string, string>) => tokenOf({ id, secret }, {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token: subjectToken,
    subject_token_type: 'urn:logto:token-type:impersonation_token', organization_id: strict.id, ...more });
  for (const more of [{}, { resource: api1.indicator }] as Record<string, string>[])
    expect(oauthError(await swap(more), 403, 'access_denied').error_description).toBe(unprotected);
  await giveTotp(api, person);
  expect(ok(await swap({}))).toMatchObject({ scope: '', expires_in: 3600, token_type: 'Bearer' });
});

test('who is no member is told so first, then who has no factor, then what has no scope; no refusal uses the token up', async () => {
  await rule(['Totp'], 'NoPrompt');
  const person = await newPerson(api), strict = await strictMember(person), foreign = await build.organization({ isMfaRequired: true });
  const browser = new Browser(() => server.base);
  const code = await browser.signIn(app, person);
  let { refresh_token } = ok(await tokenOf(app, { grant_type: 'authorization_code', code, redirect_uri: redirectUri,
    code_verifier: browser.pkce.verifier }));
  const ask = (organization_id: string, more: Record<string, string> = {}) =>
    tokenOf(app, { grant_type: 'refresh_token', refresh_token, organization_id, ...more });
  for (const more of [{}, { resource: 'urn:logto:resource:organizations' }] as Record<string, string>[]) {
    expect(oauthError(await ask(foreign.id, more), 403, 'access_denied').error_description)
      .toBe('user is not a member of the organization');
    expect(oauthError(await ask(strict.id, more), 403, 'access_denied').error_description).toBe(unprotected);
  }
  await giveTotp(api, person);
  const refused = oauthError(await ask(strict.id), 403, 'insufficient_scope');
  expect(refused).toMatchObject({ code: 'oidc.insufficient_scope', error_description: 'refresh token missing required scope',
    scope: 'urn:logto:scope:organizations' });
  await new Promise((done) => setTimeout(done, 3_500));		// beyond the time for parallel refreshes
  ({ refresh_token } = ok(await tokenOf(app, { grant_type: 'refresh_token', refresh_token })));
  expect(refresh_token).toMatch(/\S/);
});

// -- the account --

test('of several sets of backup codes the account tells the one that is good', async () => {
  ok(await api.patch('/account-center', { enabled: true, fields: fields('Edit') }));
  await rule(['Totp', 'BackupCode'], 'NoPrompt');
  const owner = await newAccountOwner(server, app), path = '/my-account/mfa-verifications';
  await giveTotp(api, owner.person);
  for (const code of await giveBackupCodes(api, owner.person)) ok(await tryBackupCode(await start(owner.person), code));
  await giveBackupCodes(api, owner.person);
  const proof = await owner.prove();
  const told = ok(await owner.get(`${path}/backup-codes`, { proof })).codes;
  expect(told.filter((one: any) => one.usedAt)).toEqual([]);
  await remove(owner.person, 'Totp');
  const { codes } = ok(await owner.call('POST', `${path}/backup-codes/generate`));
  problem(await owner.call('POST', path, { type: 'BackupCode', codes }, { proof }), 422,
    'session.mfa.backup_code_can_not_be_alone');
});

test('the account page has tokens that are renewed without being asked for', async () => {
  const person = await newPerson(api), browser = new Browser(() => server.base), home = `${server.base}/account`;
  const account = { id: 'account-center' };
  await browser.visit(account, { redirect_uri: home, scope: 'openid profile', prompt: undefined });
  const code = (await browser.follow(await browser.logIn(person), home)).get('code') as string;
  expect(ok(await tokenOf(account, { grant_type: 'authorization_code', code, redirect_uri: home,
    code_verifier: browser.pkce.verifier })).refresh_token).toMatch(/\S/);
});

// -- the settings --

test.each([
  [{ mfa: { factors: ['Totp', 'Totp'], policy: 'NoPrompt' } }, 400, 'sign_in_experiences.duplicated_mfa_factors'],
  [{ mfa: { factors: ['BackupCode'], policy: 'NoPrompt' } }, 400, 'sign_in_experiences.backup_code_cannot_be_enabled_alone'],
  [{ mfa: { factors: [], policy: 'Mandatory' }, adaptiveMfa: { enabled: true } }, 422, 'sign_in_experiences.adaptive_mfa_requires_mfa'],
  [{ mfa: { factors: ['Totp'], policy: 'NoPrompt' }, adaptiveMfa: { enabled: true } }, 422,
    'sign_in_experiences.adaptive_mfa_requires_non_skippable_policy'],
  [{ mfa: { factors: ['Totp'], policy: 'PromptOnlyAtSignInMandatory' } }, 422,
    'sign_in_experiences.non_adaptive_mfa_requires_skippable_policy'],
  [{ mfa: { factors: ['Totp'], policy: 'PromptAtSignInAndSignUpMandatory' } }, 422,
    'sign_in_experiences.non_adaptive_mfa_requires_skippable_policy'],
  [{ mfa: { factors: ['EmailVerificationCode'], policy: 'NoPrompt' }, signIn: { methods: [{ identifier: 'email',
    password: true, verificationCode: true, isPasswordPrimary: true }] } }, 400,
    'sign_in_experiences.email_verification_code_cannot_be_used_for_sign_in'],
  [{ mfa: { factors: ['Totp'] } }, 400, 'guard.invalid_input'],
  [{ mfa: { factors: ['Sms'], policy: 'NoPrompt' } }, 400, 'guard.invalid_input'],
  [{ mfa: { factors: [], policy: 'x' } }, 400, 'guard.invalid_input'],
  [{ mfa: { factors: [], policy: 'NoPrompt', organizationRequiredMfaPolicy: 'x' } }, 400, 'guard.invalid_input'],
])('the settings %j are refused', async (change, status, code) => {
  problem(await api.patch('/sign-in-exp', change), status, code);
});

test('without factors adaptive MFA ends, too', async () => {
  await rules({ mfa: { factors: ['Totp'], policy: 'PromptOnlyAtSignInMandatory' }, adaptiveMfa: { enabled: true } });
  expect((await rule([], 'NoPrompt')).adaptiveMfa).toEqual({ enabled: false });
  await rules({ mfa: { factors: ['EmailVerificationCode'], policy: 'NoPrompt' } });
  problem(await api.patch('/sign-in-exp', { signIn: { methods: [{ identifier: 'email', password: true, verificationCode: true,
    isPasswordPrimary: true }] } }), 400, 'sign_in_experiences.email_verification_code_cannot_be_used_for_sign_in');
  await rules({ mfa: { factors: [], policy: 'NoPrompt' }, signIn: { methods: [{ identifier: 'phone', password: false,
    verificationCode: true, isPasswordPrimary: false }] } });
  problem(await api.patch('/sign-in-exp', { mfa: { factors: ['PhoneVerificationCode'], policy: 'NoPrompt' } }), 400,
    'sign_in_experiences.phone_verification_code_cannot_be_used_for_mfa');
});

// -- the audit log --

test('each step with a passkey and with a code that was sent has its key in the audit log', async () => {
  await rules({ mfa: { factors: ['WebAuthn', 'EmailVerificationCode', 'Totp'], policy: 'NoPrompt' } });
  const person = await newPerson(api, { primaryEmail: `${unique('logged')}@x.example` }), b = await start(person);
  const k = new Authenticator(server.base);
  const { verificationId } = ok(await b.page('POST', '/verification/mfa-verification-code', { identifierType: 'email' }));
  await expect.poll(() => service.got.findLast((one) => one.to === person.primaryEmail)?.type).toBe('MfaVerification');
  const { code } = service.got.findLast((one) => one.to === person.primaryEmail)!.payload;
  ok(await b.page('POST', '/verification/mfa-verification-code/verify', { verificationId, code, identifierType: 'email' }));
  await bindPasskey(b, k);
  ok(await skip(b, 'mfa-enabled'), 204);
  ok(await submit(b));
  await rules({ passkeySignIn: { enabled: true } });
  const other = await (await visit()).start();
  const asked = ok(await other.page('POST', '/verification/sign-in-passkey/authentication',
    { identifier: { type: 'email', value: person.primaryEmail } }));
  ok(await other.page('POST', '/verification/sign-in-passkey/authentication/verify',
    { verificationId: asked.verificationId, payload: k.get(asked.authenticationOptions) }));
  ok(await other.page('POST', '/identification', { verificationId: asked.verificationId }), 204);
  const more = ok(await other.page('POST', '/verification/web-authn/registration'));
  ok(await other.page('POST', '/verification/web-authn/registration/verify',
    { verificationId: more.verificationId, payload: new Authenticator(server.base).create(more.registrationOptions) }));
  ok(await other.page('POST', '/profile/mfa/passkey', { verificationId: more.verificationId }), 204);
  ok(await submit(other));
  const told = ok(await api.get('/logs', { query: { userId: person.id, page_size: '100' } })).map(({ key }: any) => key);
  for (const one of ['Verification.MfaEmailVerificationCode.Create', 'Verification.MfaEmailVerificationCode.Submit',
    'Verification.WebAuthn.Create', 'Verification.WebAuthn.Submit', 'BindMfa.WebAuthn.Submit', 'SignInPasskey.Submit',
    'Identifier.Submit', 'Submit'])
    expect(told).toContain(`Interaction.SignIn.${one}`);
});
