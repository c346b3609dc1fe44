// Attacks on second factors: codes used twice and guessed, enrolment left out, proofs carried from one place to another.
import { expect, test } from 'vitest';
import { Browser, newApp, newPerson } from './support/browser.ts';
import { times, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { bind, enter, giveBackupCodes, giveTotp, newOwner, proveTotp, submit, tryBackupCode, tryTotp } from './support/second.ts';
import { startServer } from './support/server.ts';
import { steadyStep, totp, wrongTotp } from './support/totp.ts';

const server = await startServer({ flags: ['--trust-proxy', 'true'] });
const { api } = server;
ok(await api.patch('/sign-in-exp', { passwordPolicy: { rejects: { pwned: false } }, sentinelPolicy: { maxAttempts: 5 } }));
const app = await newApp(api);
const visit = () => new Browser(() => server.base).visit(app);
const start = async (person: Parameters<typeof enter>[1]) => enter(await visit(), person);
const rule = async (factors: string[], policy: string) => ok(await api.patch('/sign-in-exp', { mfa: { factors, policy } }));
const [blocked, required] = ['session.verification_blocked_too_many_attempts', 'session.mfa.require_mfa_verification'];
const lift = async (target: string) =>
  ok(await api.post('/sentinel-activities/delete', { targetType: 'User', targets: [target] }), 204);
const codes = (answers: { body: any }[]) => answers.map(({ body }) => body.code ?? 'in');
await rule(['Totp', 'BackupCode'], 'NoPrompt');

test('of many who come with the same code of an app at once one gets in', async () => {
  const owner = await newOwner(api);
  const browsers = await times(4, () => start(owner));
  await steadyStep();
  const answers = await Promise.all(browsers.map((b) => tryTotp(b, totp(owner.secret))));
  expect(codes(answers).sort()).toEqual(['in', ...Array(3).fill('session.mfa.invalid_totp_code')]);
  await lift(owner.id);
  const late = await start(owner);
  problem(await tryTotp(late, totp(owner.secret)), 400, 'session.mfa.invalid_totp_code');
  problem(await tryTotp(late, totp(owner.secret, -1)), 400, 'session.mfa.invalid_totp_code');
  problem(await submit(late), 403, required);
});

test('of many who come with the same backup code at once one gets in, and it is gone', async () => {
  const owner = await newOwner(api), [code = ''] = await giveBackupCodes(api, owner);
  const browsers = await times(4, () => start(owner));
  const answers = await Promise.all(browsers.map((b) => tryBackupCode(b, code)));
  expect(codes(answers).sort()).toEqual(['in', ...Array(3).fill('session.mfa.invalid_backup_code')]);
  const left = ok(await api.get(`/users/${owner.id}/mfa-verifications`)).find(({ type }: any) => type === 'BackupCode');
  expect(left.remainCodes).toBe(9);
  expect(await Promise.all(browsers.map(async (b) => (await submit(b)).status)))
    .toEqual(answers.map(({ status }) => (status === 200 ? 200 : 403)));
});

test('of 64 guesses at once few learn anything, from any browser, and each factor is counted alone', async () => {
  const owner = await newOwner(api), [code = ''] = await giveBackupCodes(api, owner);
  const browsers = await times(8, () => start(owner));
  const answers = await Promise.all(Array.from({ length: 64 }, (_, i) =>
    tryTotp(browsers[i % 8] as Browser, wrongTotp(owner.secret))));
  const told = codes(answers).filter((one) => one !== blocked);
  expect(told.length).toBeLessThanOrEqual(4);
  problem(await tryTotp(await start(owner), totp(owner.secret)), 400, blocked);
  const b = await start(owner);		// neither the password nor the backup codes are blocked
  ok(await tryBackupCode(b, code));
  ok(await submit(b));
  const guesses = await Promise.all(Array.from({ length: 16 }, (_, i) =>
    tryBackupCode(browsers[i % 8] as Browser, String(i).padStart(10, '0'))));
  expect(codes(guesses).filter((one) => one !== blocked).length).toBeLessThanOrEqual(4);
});

test('odd codes are refused, and none of them opens anything', async () => {
  const owner = await newOwner(api);
  await giveBackupCodes(api, owner);
  const b = await start(owner);
  for (const code of ['', 1, null, [], {}, '0'.repeat(65), undefined])
    for (const path of ['totp', 'backup-code'])
      problem(await b.page('POST', `/verification/${path}/verify`, { code }), 400, 'guard.invalid_input');
  for (const code of [' ', '12345', '1234567', '１２３４５６', '-00001', '0x0000', '000000\n', 'a%00'])
    expect([400, 422]).toContain((await tryTotp(b, code)).status);
  problem(await submit(b), 403, required);
});

test('enrolment is not left out by submitting, skipping, or turning to registration', async () => {
  await rule(['Totp'], 'Mandatory');
  const b = await start(await newPerson(api));
  for (let i = 0; i < 2; i++) problem(await submit(b), 422, 'user.missing_mfa');
  problem(await b.page('POST', '/profile/mfa/mfa-skipped'), 422, 'session.mfa.mfa_policy_not_user_controlled');
  for (const said of ['mfa-enabled', 'mfa-suggestion-skipped']) ok(await b.page('POST', `/profile/mfa/${said}`), 204);
  problem(await submit(b), 422, 'user.missing_mfa');
  ok(await b.page('PUT', '/interaction-event', { interactionEvent: 'Register' }), 204);
  problem(await submit(b), 422, 'user.missing_mfa');
  await rule(['Totp', 'BackupCode'], 'NoPrompt');
});

test('a second factor is not left out by turning to registration', async () => {
  const b = await start(await newOwner(api));
  ok(await b.page('PUT', '/interaction-event', { interactionEvent: 'Register' }), 204);
  problem(await submit(b), 403, required);
  problem(await bind(b, 'Totp', 'x'), 403, required);
  problem(await b.page('POST', '/identification', {}), 409, 'session.identity_conflict');
  problem(await b.page('POST', '/verification/new-password-identity',
    { identifier: { type: 'username', value: unique('x').replace(/\W/g, '_') }, password: 'short' }), 422, 'password.rejected');
  problem(await submit(b), 403, required);
});

test('what was proven or set up in one interaction is nothing in another', async () => {
  const owner = await newOwner(api), person = await newPerson(api);
  const [one, two] = [await start(owner), await start(owner)];
  const { verificationId } = ok(await tryTotp(one, totp(owner.secret)));
  problem(await submit(two), 403, required);
  problem(await bind(two, 'Totp', verificationId), 403, required);
  const [mine, theirs] = [await start(person), await start(await newPerson(api))];
  const proven = await proveTotp(mine);
  problem(await bind(theirs, 'Totp', proven.verificationId), 404, 'session.verification_session_not_found');
  problem(await theirs.page('POST', '/verification/totp/verify',
    { code: totp(proven.secret), verificationId: proven.verificationId }), 404, 'session.verification_session_not_found');
  ok(await bind(mine, 'Totp', proven.verificationId), 204);
  ok(await submit(theirs));
  expect(ok(await api.get(`/users/${person.id}/mfa-verifications`))).toEqual([]);	// staged is not stored
});

test('a proof is of its own user: nobody brings it to another account', async () => {
  const [owner, victim] = [await newOwner(api), await newOwner(api)];
  const b = await start(owner);
  await steadyStep();
  ok(await tryTotp(b, totp(owner.secret)));
  problem(await b.page('POST', '/identification', { verificationId: await b.prove(victim) }), 409,
    'session.identity_conflict');
  problem(await tryTotp(await start(victim), totp(owner.secret, 1)), 400, 'session.mfa.invalid_totp_code');
});

test('nothing is bound without its proof, nor by the proof of something else', async () => {
  const person = await newPerson(api), b = await start(person);
  const { verificationId } = ok(await b.page('POST', '/verification/totp/secret'));
  problem(await bind(b, 'Totp', verificationId), 400, 'session.verification_failed');
  for (const type of ['WebAuthn', 'BackupCode', 'EmailVerificationCode'])
    problem(await bind(b, type, verificationId), 404, 'session.verification_session_not_found');
  const { verificationRecords } = ok(await b.page('GET', '/interaction'));
  const password = verificationRecords.find(({ type }: any) => type === 'Password');
  problem(await bind(b, 'Totp', password.id), 404, 'session.verification_session_not_found');
  problem(await b.page('POST', '/profile/mfa', { type: 'Password', verificationId: password.id }), 400, 'guard.invalid_input');
  problem(await (await (await visit()).start()).page('POST', '/profile/mfa', { type: 'Totp', verificationId: 'x' }), 404,
    'session.identifier_not_found');
  ok(await submit(b));
  expect(ok(await api.get(`/users/${person.id}/mfa-verifications`))).toEqual([]);
});

test('a thief who knows the password adds no factor and replaces none', async () => {
  const owner = await newOwner(api), b = await start(owner);
  await giveBackupCodes(api, owner);
  const before = ok(await api.get(`/users/${owner.id}/mfa-verifications`));
  const { verificationId } = await proveTotp(b);
  problem(await bind(b, 'Totp', verificationId), 403, required);
  const set = ok(await b.page('POST', '/verification/backup-code/generate'));
  problem(await bind(b, 'BackupCode', set.verificationId), 403, required);
  problem(await tryBackupCode(b, set.codes[0]), 400, 'session.mfa.invalid_backup_code');
  problem(await submit(b), 403, required);
  expect(ok(await api.get(`/users/${owner.id}/mfa-verifications`))).toEqual(before);
});

test('of two sign-ins that set up an app at once one does, and the other is asked for it', async () => {
  const person = await newPerson(api);
  const browsers = await times(2, () => start(person));
  for (const b of browsers) ok(await bind(b, 'Totp', (await proveTotp(b)).verificationId), 204);
  const answers = await Promise.all(browsers.map(submit));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
  expect(ok(await api.get(`/users/${person.id}/mfa-verifications`))).toHaveLength(1);
});

test('with a proof one still has one app at most', async () => {
  const owner = await newOwner(api), [code = ''] = await giveBackupCodes(api, owner), b = await start(owner);
  const { verificationId } = await proveTotp(b);
  ok(await tryBackupCode(b, code));
  problem(await bind(b, 'Totp', verificationId), 422, 'user.totp_already_in_use');
});

test('a password that is reset asks for no second factor, and gives none', async () => {
  const b = await (await visit()).start('ForgotPassword');
  problem(await bind(b, 'Totp', 'x'), 400, 'session.not_supported_for_forgot_password');
  for (const said of ['mfa-enabled', 'mfa-skipped', 'mfa-suggestion-skipped'])
    problem(await b.page('POST', `/profile/mfa/${said}`), 400, 'session.not_supported_for_forgot_password');
  problem(await b.page('PUT', '/interaction-event', { interactionEvent: 'SignIn' }), 400,
    'session.not_supported_for_forgot_password');
});

test('the headers of a proxy count for nothing when a client sends them', async () => {
  const other = await startServer();		// no proxy is trusted here
  ok(await other.api.patch('/sign-in-exp', { mfa: { factors: ['Totp'], policy: 'Mandatory' }, adaptiveMfa: { enabled: true } }));
  const person = await newPerson(other.api), there = await newApp(other.api);
  await giveTotp(other.api, person);
  const from = async (headers: Record<string, string>) =>
    enter(await new Browser(() => other.base, headers).visit(there), person);
  ok(await submit(await from({})));
  ok(await submit(await from({ 'x-logto-cf-country': 'IT', 'x-logto-cf-bot-score': '1' })));
});
