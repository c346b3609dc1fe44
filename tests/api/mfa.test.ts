// Second factors at sign-in, end to end: who sets one up, who is asked for it, and what an organization that requires it gets.
import LogtoNodeClient, { LogtoRequestError, UserScope } from '@logto/node';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { Browser, newApp, newPerson, redirectUri } from './support/browser.ts';
import { Build, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { messageService } from './support/messages.ts';
import { hookReceiver } from './support/receiver.ts';
import { bind, enter, giveTotp, newOwner, proveTotp, submit, tryBackupCode, tryTotp } from './support/second.ts';
import { startServer } from './support/server.ts';
import { steadyStep, totp } from './support/totp.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true', '--trust-proxy', 'true'] });
const { api } = server;
const build = new Build(api);
const service = await messageService();
for (const connectorId of ['http-email', 'http-sms'])
  ok(await api.post('/connectors', { connectorId, config: { endpoint: service.endpoint, authorization: 'Key' } }));
ok(await api.patch('/sign-in-exp', { passwordPolicy: { rejects: { pwned: false } }, signIn: { methods: [
  { identifier: 'username', password: true, verificationCode: false, isPasswordPrimary: true }] } }));
const app = await newApp(api);
const visit = (headers: Record<string, string> = {}) => new Browser(() => server.base, headers).visit(app);
const start = async (person: Parameters<typeof enter>[1], headers = {}) => enter(await visit(headers), person);
const rule = async (factors: string[], policy: string, more: object = {}) =>
  ok(await api.patch('/sign-in-exp', { mfa: { factors, policy, ...more }, adaptiveMfa: { enabled: false } }));
const required = 'session.mfa.require_mfa_verification';

test('where it is mandatory, a person sets up an app and backup codes, and shows one of them the next time', async () => {
  await rule(['Totp', 'BackupCode'], 'Mandatory');
  const person = await newPerson(api);
  const b = await start(person);
  expect(problem(await submit(b), 422, 'user.missing_mfa').data).toEqual({ availableFactors: ['Totp'] });
  const { secret, verificationId } = await proveTotp(b);
  ok(await bind(b, 'Totp', verificationId), 204);
  problem(await submit(b), 422, 'session.mfa.backup_code_required');
  const set = ok(await b.page('POST', '/verification/backup-code/generate'));
  expect(set.codes).toHaveLength(10);
  ok(await bind(b, 'BackupCode', set.verificationId), 204);
  expect((await b.follow(ok(await submit(b)).redirectTo)).get('code')).toMatch(/\S/);
  expect(ok(await api.get(`/users/${person.id}/mfa-verifications`))).toEqual(expect.arrayContaining([
    expect.objectContaining({ type: 'Totp' }), expect.objectContaining({ type: 'BackupCode', remainCodes: 10 })]));
  for (const prove of [(next: Browser) => tryTotp(next, totp(secret)), (next: Browser) => tryBackupCode(next, set.codes[3])]) {
    const next = await start(person);
    expect(problem(await submit(next), 403, required).data)
      .toEqual({ availableFactors: ['Totp', 'BackupCode'], maskedIdentifiers: {} });
    ok(await prove(next));
    ok(await submit(next));
  }
});

test('whoever registers is asked in the same way', async () => {
  await rule(['Totp'], 'PromptAtSignInAndSignUp');
  const b = await visit();
  ok(await b.register(), 201);
  problem(await submit(b), 422, 'user.suggest_mfa');
  ok(await b.page('POST', '/profile/mfa/mfa-enabled'), 204);
  expect(problem(await submit(b), 422, 'user.missing_mfa').data).toEqual({ availableFactors: ['Totp'], skippable: true });
  ok(await bind(b, 'Totp', (await proveTotp(b)).verificationId), 204);
  ok(await submit(b));
  const other = await visit();
  ok(await other.register(), 201);
  ok(await other.page('POST', '/profile/mfa/mfa-skipped'), 204);
  ok(await submit(other));
});

test.each([['email', 'EmailVerificationCode', { primaryEmail: `${unique('mail')}@x.example` }],
  ['phone', 'PhoneVerificationCode', { primaryPhone: '61412345678' }]] as const)(
  'a code to the %s of the account is a second factor', async (identifierType, factor, more) => {
    await rule([factor, 'Totp'], 'Mandatory');
    const [to] = Object.values(more) as [string];
    const person = await newPerson(api, more);
    const b = await start(person);
    const { data } = problem(await submit(b), 403, required);
    expect(data.availableFactors).toEqual([factor]);
    expect(data.maskedIdentifiers[factor]).toContain('****');
    const { verificationId } = ok(await b.page('POST', '/verification/mfa-verification-code', { identifierType }));
    await expect.poll(() => service.got.findLast((one) => one.to === to)?.type, { timeout: 20_000 }).toBe('MfaVerification');
    const { code } = service.got.findLast((one) => one.to === to)!.payload;
    const verify = (value: string, id = verificationId) =>
      b.page('POST', '/verification/mfa-verification-code/verify', { verificationId: id, code: value, identifierType });
    problem(await verify(code === '000000' ? '111111' : '000000'), 400, 'verification_code.code_mismatch');
    problem(await verify(code, 'x'), 404, 'session.verification_session_not_found');
    problem(await submit(b), 403, required);
    ok(await verify(code));
    problem(await verify(code), 400, 'verification_code.not_found');
    ok(await submit(b));
    const bare = await start(await newPerson(api));
    problem(await bare.page('POST', '/verification/mfa-verification-code', { identifierType }), 400,
      'session.mfa.mfa_factor_not_enabled');
    problem(await (await (await visit()).start()).page('POST', '/verification/mfa-verification-code', { identifierType }),
      400, 'session.identifier_not_found');
  });

test('an address becomes a factor, and the sign-in that set it up goes on', async () => {
  await rule(['EmailVerificationCode'], 'Mandatory');
  const person = await newPerson(api), identifier = { type: 'email', value: `${unique('new')}@x.example` };
  const b = await start(person);
  expect(problem(await submit(b), 422, 'user.missing_mfa').data).toEqual({ availableFactors: ['EmailVerificationCode'] });
  const { verificationId } = ok(await b.page('POST', '/verification/verification-code', { identifier, interactionEvent: 'SignIn' }));
  problem(await bind(b, 'EmailVerificationCode', verificationId), 400, 'session.verification_failed');
  await expect.poll(() => service.got.findLast((one) => one.to === identifier.value)?.type, { timeout: 20_000 }).toBe('BindMfa');
  const { code } = service.got.findLast((one) => one.to === identifier.value)!.payload;
  ok(await b.page('POST', '/verification/verification-code/verify', { identifier, verificationId, code }));
  ok(await bind(b, 'EmailVerificationCode', verificationId), 204);
  ok(await submit(b));
  expect(ok(await api.get(`/users/${person.id}`)).primaryEmail).toBe(identifier.value);
  expect(ok(await api.get(`/users/${person.id}/mfa-verifications`))).toEqual([]);
  problem(await submit(await start(person)), 403, required);
});

test('an organization that requires MFA leads its member to a factor, and gives its token then', async () => {
  const strict = await build.organization({ isMfaRequired: true }), person = await newPerson(api);
  ok(await api.post(`/organizations/${strict.id}/users`, { userIds: [person.id] }), 201);
  const { id: appId } = await newApp(api, 'Traditional');
  const [{ value: appSecret }] = ok(await api.get(`/applications/${appId}/secrets`));
  const kept = new Map<string, string>();
  let to = '';
  const client = new LogtoNodeClient({ endpoint: server.base, appId, appSecret, scopes: [UserScope.Organizations] }, {
    navigate: (url) => { to = url; },
    storage: { getItem: async (key) => kept.get(key) ?? null, setItem: async (key, value) => { kept.set(key, value); },
      removeItem: async (key) => { kept.delete(key); } },
  });
  const signIn = async (more: (b: Browser) => Promise<unknown>): Promise<void> => {
    await client.signIn({ redirectUri });
    const { pathname, search } = new URL(to), b = new Browser(() => server.base);
    expect((await b.get(pathname + search)).status).toBe(303);
    await enter(b, person);
    await more(b);
    const params = await b.follow(ok(await submit(b)).redirectTo);
    await client.handleSignInCallback(`${redirectUri}?${params}`);
  };
  const refusal = () => client.getOrganizationToken(strict.id).then(() => 'a token', (error) => {
    expect(error).toBeInstanceOf(LogtoRequestError);
    return (error as LogtoRequestError).cause instanceof Response ? 'refused' : (error as LogtoRequestError).code;
  });

  await rule([], 'NoPrompt', { organizationRequiredMfaPolicy: 'Mandatory' });
  await signIn(async () => {});		// there is nothing to set up
  expect(await refusal()).not.toBe('a token');
  await rule(['Totp'], 'NoPrompt', { organizationRequiredMfaPolicy: 'Mandatory' });
  let secret = '';
  await signIn(async (b) => {
    expect(problem(await submit(b), 422, 'user.missing_mfa').data).toEqual({ availableFactors: ['Totp'] });
    problem(await b.page('POST', '/profile/mfa/mfa-skipped'), 422, 'session.mfa.mfa_policy_not_user_controlled');
    const proven = await proveTotp(b);
    secret = proven.secret;
    ok(await bind(b, 'Totp', proven.verificationId), 204);
  });
  expect(decodeJwt(await client.getOrganizationToken(strict.id)).aud).toBe(`urn:logto:organization:${strict.id}`);
  await rule([], 'NoPrompt', { organizationRequiredMfaPolicy: 'Mandatory' });		// switched off: what was set up counts still
  await client.clearAccessToken();
  expect(decodeJwt(await client.getOrganizationToken(strict.id)).aud).toBe(`urn:logto:organization:${strict.id}`);
  await signIn(async () => {});
  await rule(['Totp'], 'NoPrompt', { organizationRequiredMfaPolicy: 'Mandatory' });
  await signIn(async (b) => {
    problem(await submit(b), 403, required);
    ok(await tryTotp(b, totp(secret, 1)));
  });
});

test('with adaptive MFA only a sign-in unlike those before is asked, as the proxy tells it', async () => {
  ok(await api.patch('/sign-in-exp', { mfa: { factors: ['Totp'], policy: 'Mandatory' }, adaptiveMfa: { enabled: true } }));
  const owner = await newOwner(api), from = (country: string) => start(owner, { 'x-logto-cf-country': country });
  ok(await submit(await start(owner)));
  const b = await from('IT');
  problem(await submit(b), 403, required);
  await steadyStep();
  ok(await tryTotp(b, totp(owner.secret)));
  ok(await submit(b));
  ok(await submit(await from('IT')));
  problem(await submit(await from('AU')), 403, required);
});

test('with adaptive MFA who travels faster than a plane is asked, and so is a program that nobody knows', async () => {
  ok(await api.patch('/sign-in-exp', { mfa: { factors: ['Totp'], policy: 'PromptOnlyAtSignInMandatory' },
    adaptiveMfa: { enabled: true } }));
  const owner = await newOwner(api);
  const at = (latitude: string, longitude: string) =>
    start(owner, { 'x-logto-cf-latitude': latitude, 'x-logto-cf-longitude': longitude });
  ok(await submit(await at('45.46', '9.19')));			// Milan
  ok(await submit(await at('45.463', '9.19')));		// the next street
  problem(await submit(await at('-37.81', '144.96')), 403, required);	// Melbourne
  problem(await submit(await start(owner, { 'x-logto-cf-bot-score': '29' })), 403, required);
  ok(await submit(await start(owner, { 'x-logto-cf-bot-score': '29', 'x-logto-cf-bot-verified': 'true' })));
  problem(await submit(await at('-37.81', '144.96')), 403, required);	// a refusal is no place where they have been
  const bare = await start(await newPerson(api), { 'x-logto-cf-bot-score': '1' });
  problem(await submit(bare), 422, 'user.missing_mfa');	// what one has none of cannot be asked for
  await rule(['Totp'], 'NoPrompt');
});

test('each submission that is refused for a risk is told to webhooks, with the rules that saw it', async () => {
  const receiver = await hookReceiver();
  const { id } = ok(await api.post('/hooks', { events: ['PostSignInAdaptiveMfaTriggered', 'PostSignIn'], config: { url: receiver.url('/') } }), 201);
  ok(await api.patch('/sign-in-exp', { mfa: { factors: ['Totp'], policy: 'Mandatory' }, adaptiveMfa: { enabled: true } }));
  const owner = await newOwner(api), b = await start(owner, { 'x-logto-cf-bot-score': '29' });
  for (let i = 0; i < 2; i++) {
    problem(await submit(b), 403, required);
    const [{ body }] = await receiver.take(1) as [any];
    expect(body).toMatchObject({ event: 'PostSignInAdaptiveMfaTriggered', interactionEvent: 'SignIn', userId: owner.id,
      user: { id: owner.id, username: owner.username }, application: { id: app.id }, hookId: id,
      adaptiveMfaResult: { requiresMfa: true, triggeredRules: [{ rule: 'untrusted_ip', details: { botScore: 29, minBotScore: 30 } }] } });
  }
  ok(await submit(await start(owner)));
  expect((await receiver.take(1))[0]!.body.event).toBe('PostSignIn');
  ok(await api.delete(`/hooks/${id}`), 204);
  await rule(['Totp'], 'NoPrompt');
});

test('the audit log tells each use and each change of a factor, and no secret', async () => {
  await rule(['Totp', 'BackupCode'], 'NoPrompt');
  const person = await newPerson(api), b = await start(person);
  const { secret, verificationId } = await proveTotp(b);
  ok(await bind(b, 'Totp', verificationId), 204);
  const set = ok(await b.page('POST', '/verification/backup-code/generate'));
  ok(await bind(b, 'BackupCode', set.verificationId), 204);
  ok(await submit(b));
  const next = await start(person);
  problem(await tryTotp(next, totp(secret, 50)), 400, 'session.mfa.invalid_totp_code');
  ok(await tryBackupCode(next, set.codes[0]));
  const logs = ok(await api.get('/logs', { query: { userId: person.id, page_size: '100' } }));
  const told = logs.map(({ key, payload }: any) => `${key} ${payload.result}`);
  for (const one of ['Verification.Totp.Create Success', 'Verification.Totp.Submit Success', 'BindMfa.Totp.Submit Success',
    'Verification.BackupCode.Create Success', 'BindMfa.BackupCode.Submit Success', 'Verification.Totp.Submit Error',
    'Verification.BackupCode.Submit Success'])
    expect(told).toContain(`Interaction.SignIn.${one}`);
  expect(told).toContain('User.MfaVerifications.Update Success');
  const text = JSON.stringify(logs);
  for (const hidden of [secret, ...set.codes]) expect(text).not.toContain(hidden);
});

test('a user whose factor is taken away while they sign in is not asked for it', async () => {
  await rule(['Totp'], 'NoPrompt');
  const person = await newPerson(api);
  await giveTotp(api, person);
  const b = await start(person);
  problem(await submit(b), 403, required);
  const [{ id }] = ok(await api.get(`/users/${person.id}/mfa-verifications`));
  ok(await api.delete(`/users/${person.id}/mfa-verifications/${id}`), 204);
  ok(await submit(b));
});
