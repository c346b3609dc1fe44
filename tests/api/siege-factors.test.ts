// Attacks on second factors that are codes sent to people: guesses, codes of other sign-ins, addresses that change.
import { expect, test } from 'vitest';
import { Browser, newApp, newPerson, type Person } from './support/browser.ts';
import { times, unique } from './support/build.ts';
import { type Answer } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { messageService } from './support/messages.ts';
import { bind, enter, submit } from './support/second.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const service = await messageService();
ok(await api.post('/connectors', { connectorId: 'http-email', config: { endpoint: service.endpoint } }));
ok(await api.patch('/sign-in-exp', { passwordPolicy: { rejects: { pwned: false } }, sentinelPolicy: { maxAttempts: 5 },
  mfa: { factors: ['EmailVerificationCode'], policy: 'NoPrompt' }, signIn: { methods: [
    { identifier: 'username', password: true, verificationCode: false, isPasswordPrimary: true }] } }));
const [blocked, mismatch] = ['session.verification_blocked_too_many_attempts', 'verification_code.code_mismatch'];
const required = 'session.mfa.require_mfa_verification', unknown = 'session.verification_session_not_found';
const address = () => `${unique('mail')}@x.example`.toLowerCase();
const newOwner = () => newPerson(api, { primaryEmail: address() });

/** A browser in which the person has passed the first factor, at an application of its own: messages name that. */
interface Entered { b: Browser; app: { id: string } }
async function start(person: Person): Promise<Entered> {
  const app = await newApp(api);
  return { b: await enter(await new Browser(() => server.base).visit(app), person), app };
}

/** The message of this type that the sign-in has sent. */
async function sentBy({ app }: Entered, type = 'MfaVerification'): Promise<{ to: string; code: string }> {
  const find = () => service.got.find((one) => one.payload.application?.id === app.id && one.type === type);
  await expect.poll(find, { timeout: 20_000 }).toBeTruthy();
  return { to: find()!.to, code: find()!.payload.code };
}

const ask = async ({ b }: Entered): Promise<string> =>
  ok(await b.page('POST', '/verification/mfa-verification-code', { identifierType: 'email' })).verificationId;
const tell = ({ b }: Entered, verificationId: string, code: string): Promise<Answer> =>
  b.page('POST', '/verification/mfa-verification-code/verify', { verificationId, code, identifierType: 'email' });

test('of 32 guesses at once at codes for one address, from several sign-ins, few learn anything', async () => {
  const person = await newOwner(), entered = await times(4, () => start(person));
  const ids = await Promise.all(entered.map(ask)), sent = await Promise.all(entered.map((one) => sentBy(one)));
  const wrong = ['000000', '111111', '222222', '333333', '444444']
    .find((code) => sent.every((one) => one.code !== code)) as string;
  const answers = await times(32, (i) => tell(entered[i % 4]!, ids[i % 4]!, wrong));
  const told = answers.filter(({ body }) => body.code !== blocked);
  expect(told.map(({ body }) => body.code)).toEqual(told.map(() => mismatch));
  expect(told.length).toBeLessThanOrEqual(4);
  for (const [i, one] of entered.entries()) {
    problem(await tell(one, ids[i]!, sent[i]!.code), 400, blocked);
    problem(await submit(one.b), 403, required);
  }
  const late = await start(person);	// the password is not blocked, and another code is no help
  problem(await tell(late, await ask(late), (await sentBy(late)).code), 400, blocked);
  ok(await api.post('/sentinel-activities/delete', { targetType: 'User', targets: [person['primaryEmail']] }), 204);
  problem(await tell(entered[0]!, ids[0]!, sent[0]!.code), 400, 'verification_code.not_found');	// a right one is used up
  const last = await start(person);
  ok(await tell(last, await ask(last), (await sentBy(last)).code));
  ok(await submit(last.b));
});

test('of many who come with the same code at once one gets in', async () => {
  const one = await start(await newOwner()), id = await ask(one), { code } = await sentBy(one);
  const answers = await times(4, () => tell(one, id, code));
  expect(answers.map(({ body }) => body.code ?? 'in').sort())
    .toEqual(['in', ...Array(3).fill('verification_code.not_found')]);
  ok(await submit(one.b));
});

test('a code proves the person in the sign-in that asked for it, and in no other', async () => {
  const person = await newOwner(), [mine, other] = [await start(person), await start(person)];
  const [id, otherId] = [await ask(mine), await ask(other)], { code } = await sentBy(mine);
  problem(await tell(other, id, code), 404, unknown);
  if ((await sentBy(other)).code !== code) problem(await tell(other, otherId, code), 400, mismatch);
  problem(await submit(other.b), 403, required);
  ok(await tell(mine, id, code));
  problem(await submit(other.b), 403, required);
  ok(await submit(mine.b));
});

test('a code that proves an address for signing in is no second factor, and sets none up', async () => {
  const person = await newOwner(), one = await start(person), identifier = { type: 'email', value: person['primaryEmail'] };
  const { verificationId } = ok(await one.b.page('POST', '/verification/verification-code',
    { identifier, interactionEvent: 'SignIn' }));
  const { code } = await sentBy(one, 'BindMfa');
  problem(await tell(one, verificationId, code), 404, unknown);
  ok(await one.b.page('POST', '/verification/verification-code/verify', { identifier, verificationId, code }));
  problem(await submit(one.b), 403, required);
  problem(await bind(one.b, 'EmailVerificationCode', verificationId), 403, required);
  problem(await one.b.page('POST', '/profile', { type: 'email', verificationId }), 403, required);
});

test('a thief does not turn the codes to an address of theirs', async () => {
  const person = await newOwner(), one = await start(person), identifier = { type: 'email', value: address() };
  const { verificationId } = ok(await one.b.page('POST', '/verification/verification-code',
    { identifier, interactionEvent: 'SignIn' }));
  const { code } = await sentBy(one, 'BindMfa');
  ok(await one.b.page('POST', '/verification/verification-code/verify', { identifier, verificationId, code }));
  problem(await bind(one.b, 'EmailVerificationCode', verificationId), 403, required);
  ok(await one.b.page('POST', '/verification/mfa-verification-code',
    { identifierType: 'email', identifier, email: identifier.value, value: identifier.value }));
  expect((await sentBy(one)).to).toBe(person['primaryEmail']);
  problem(await submit(one.b), 403, required);
});

test('a code to an address proves nothing once the person has another', async () => {
  const person = await newOwner(), one = await start(person), id = await ask(one), { code } = await sentBy(one);
  ok(await tell(one, id, code));
  ok(await api.patch(`/users/${person.id}`, { primaryEmail: address() }));
  problem(await submit(one.b), 403, required);
});

test('who is deleted or suspended between the two factors does not come in', async () => {
  const [gone, held] = [await newOwner(), await newOwner()], [one, two] = [await start(gone), await start(held)];
  const ids = [await ask(one), await ask(two)], [first, second] = [await sentBy(one), await sentBy(two)];
  ok(await api.delete(`/users/${gone.id}`), 204);
  ok(await api.patch(`/users/${held.id}/is-suspended`, { isSuspended: true }));
  for (const [entered, id, code] of [[one, ids[0]!, first.code], [two, ids[1]!, second.code]] as const) {
    await tell(entered, id, code);
    const answer = await submit(entered.b);
    expect([answer.status >= 400, answer.status < 500, answer.body.redirectTo]).toEqual([true, true, undefined]);
  }
});
