// Attacks on accounts: who has one, accounts taken before their owner comes, codes and passwords guessed.
import { expect, test } from 'vitest';
import { Browser, goodPassword, newApp, newPerson } from './support/browser.ts';
import { times, unique } from './support/build.ts';
import { type Answer } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { messageService } from './support/messages.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true', '--trust-proxy', 'true', '--password-memory', '8192'] });
const { api } = server;
const service = await messageService();
ok(await api.post('/connectors', { connectorId: 'http-email', config: { endpoint: service.endpoint, authorization: 'Key' } }));
const method = (identifier: string, verificationCode: boolean) => ({ identifier, password: true, verificationCode, isPasswordPrimary: true });
ok(await api.patch('/sign-in-exp', { signUp: { identifiers: ['email'], password: true, verify: true },
  signIn: { methods: [method('username', false), method('email', true)] }, sentinelPolicy: { maxAttempts: 100 },
  passwordPolicy: { rejects: { pwned: false } } }));
const app = await newApp(api);
const start = async (event = 'SignIn', address?: string): Promise<Browser> =>
  (await new Browser(() => server.base, address ? { 'x-forwarded-for': address } : {}).visit(app)).start(event);
const mail = () => ({ type: 'email', value: `${unique('mail')}@x.example` });
type Mail = ReturnType<typeof mail>;
const send = (b: Browser, identifier: Mail, interactionEvent = 'SignIn') =>
  b.page('POST', '/verification/verification-code', { identifier, interactionEvent });
const verify = (b: Browser, identifier: Mail, verificationId: string, code: string) =>
  b.page('POST', '/verification/verification-code/verify', { identifier, verificationId, code });
const identify = (b: Browser, verificationId: string) => b.page('POST', '/identification', { verificationId });
const guess = (b: Browser, value: string, password: string, type = 'username') =>
  b.page('POST', '/verification/password', { identifier: { type, value }, password });
async function sent(to: string, than = 0): Promise<string> {
  await expect.poll(() => service.got.filter((one) => one.to === to).length, { timeout: 20_000 }).toBeGreaterThan(than);
  return service.got.findLast((one) => one.to === to)!.payload.code;
}
const forgotten = 'ForgotPassword';
/** Forgets what was counted: tries, and mails to the address. */
const forget = async (target: string) =>
  ok(await api.post('/sentinel-activities/delete', { targetType: 'User', targets: [target] }), 204);

/** What a caller sees of an answer; the ids of proofs differ. */
const seen = ({ status, text, rawHeaders }: Answer): unknown => [status, text.replace(/"verificationId":"\w+"/, '"verificationId":""'),
  rawHeaders.filter((name, i) => i % 2 === 0 && !/^date$/i.test(name))];

/**
 * Tries both ways in turn. Other work on the machine only ever makes a call longer, so the quickest of many is what the
 * server takes for it; what tells who exists keeps that of the one away from that of the other, however often they are tried.
 */
async function expectAlike(what: string, least: number, rounds: number, one: () => Promise<unknown>, other: () => Promise<unknown>) {
  const best: [number, number] = [Infinity, Infinity], far = () => best[0] / best[1];
  for (let tries = 0; tries < 5 && !(far() > least && far() < 1 / least); tries++)
    for (let i = 0; i < 2 * rounds + 4; i++) {
      const began = performance.now();
      await [one, other][i % 2]!();
      if (i >= 4) best[i % 2] = Math.min(best[i % 2]!, performance.now() - began);	// the first ones are like no others
    }
  expect(far(), what).toBeGreaterThan(least);
  expect(far(), what).toBeLessThan(1 / least);
}

test('a sign-in by password does not tell who exists: not by text, status or headers, and not by time', async () => {
  const [person, bare, suspended, b] = [await newPerson(api), unique('bare').replace(/\W/g, '_'), await newPerson(api), await start()];
  ok(await api.post('/users', { username: bare }));
  ok(await api.patch(`/users/${suspended.id}/is-suspended`, { isSuspended: true }));
  const weak = ok(await api.post('/users', { username: unique('weak').replace(/\W/g, '_'), passwordAlgorithm: 'MD5',
    passwordDigest: 'd41d8cd98f00b204e9800998ecf8427e' }));
  const known = seen(await guess(b, person.username, 'wrong'));
  for (const name of [bare, suspended.username, weak.username, 'nobody_at_all']) expect(seen(await guess(b, name, 'wrong'))).toEqual(known);
  for (const name of [person.username, bare, weak.username]) {
    await expectAlike(name, 0.6, 15, () => guess(b, name, 'wrong'), () => guess(b, 'nobody_at_all', 'wrong'));
  }
});

test('asking for a code does not tell who exists, to sign in, to register or for a forgotten password', async () => {
  const [known, b] = [mail(), await start()];
  await newPerson(api, { primaryEmail: known.value });
  for (const event of ['SignIn', 'Register', forgotten]) {
    const c = await start(event);
    await forget(known.value);
    expect(seen(await send(c, known, event))).toEqual(seen(await send(c, mail(), event)));
    await expectAlike(event, 0.8, 5, () => send(c, known, event), () => send(c, mail(), event));
  }
  await forget(known.value);
  const unknown = mail(), one = ok(await send(b, known)).verificationId;
  const ofKnown = seen(await verify(b, known, one, 'wrong'));
  const two = ok(await send(b, unknown)).verificationId;
  expect(seen(await verify(b, unknown, two, 'wrong'))).toEqual(ofKnown);
});

test('a forgotten password: only who reads the mails learns whether there is an account', async () => {
  const [known, unknown, b] = [mail(), mail(), await start(forgotten)];
  await newPerson(api, { primaryEmail: known.value });
  const answers = [known, unknown].map(async (one) => {
    const c = await start(forgotten), { verificationId } = ok(await send(c, one, forgotten));
    return seen(await verify(c, one, verificationId, '12345'));
  });
  const [first, second] = await Promise.all(answers);
  expect(first).toEqual(second);
  problem(await b.page('PUT', '/profile/password', { password: goodPassword }), 404, 'session.identifier_not_found');
});

test('an address that is registered is told to its owner alone, behind the code', async () => {
  const [identifier, b] = [mail(), await start('Register')];
  await newPerson(api, { primaryEmail: identifier.value });
  const { verificationId } = ok(await send(b, identifier, 'Register'));
  problem(await identify(b, verificationId), 400, 'session.verification_failed');
  ok(await verify(b, identifier, verificationId, await sent(identifier.value)));
  problem(await identify(b, verificationId), 422, 'user.email_already_in_use');
});

test('nobody takes an account before its owner: an address without its code is nobody\'s', async () => {
  const identifier = mail(), thief = await start('Register');
  const { verificationId } = ok(await send(thief, identifier, 'Register'));
  const ofOwner = await sent(identifier.value);
  problem(await thief.page('POST', '/profile', { type: 'email', verificationId }), 400, 'session.verification_failed');
  for (const body of [{ type: 'email', value: identifier.value }, { type: 'extraProfile', values: { primaryEmail: identifier.value } },
    { type: 'extraProfile', values: { emailVerified: true, email: identifier.value } }])
    expect((await thief.page('POST', '/profile', body)).status).not.toBe(500);
  ok(await thief.page('POST', '/profile', { type: 'password', value: 'Thieves-know_this1' }), 204);
  problem(await identify(thief, verificationId), 400, 'session.verification_failed');
  expect(ok(await thief.page('GET', '/interaction')).profile.primaryEmail).toBeUndefined();

  const owner = await start('Register');
  const mine = ok(await send(owner, identifier, 'Register')).verificationId;
  ok(await verify(owner, identifier, mine, await sent(identifier.value, 1)));
  ok(await owner.page('POST', '/profile', { type: 'password', value: goodPassword }), 204);
  ok(await identify(owner, mine), 201);
  ok(await owner.page('POST', '/submit'));

  // the thief's code of before, the thief's password and the thief's interaction are nothing in the account
  problem(await guess(await start(), identifier.value, 'Thieves-know_this1', 'email'), 422, 'session.invalid_credentials');
  problem(await thief.page('POST', '/submit'), 404, 'session.identifier_not_found');
  ok(await verify(thief, identifier, verificationId, ofOwner));
  problem(await identify(thief, verificationId), 422, 'user.email_already_in_use');
  const [user] = ok(await api.get('/users', { query: { search: `%${identifier.value}%` } }));
  expect([user.primaryEmail, user.username]).toEqual([identifier.value, null]);
});

test('a proof of one address is none of another', async () => {
  const [mine, other, b] = [mail(), mail(), await start('Register')];
  const { verificationId } = ok(await send(b, mine, 'Register'));
  const code = await sent(mine.value);
  problem(await verify(b, other, verificationId, code), 400, 'verification_code.email_mismatch');
  const second = ok(await send(b, other, 'Register')).verificationId;
  expect((await verify(b, mine, second, code)).status).toBe(400);
  expect((await verify(b, other, verificationId, code)).status).toBe(404);	// a new code takes the place of the old one
  expect((await verify(await start('Register'), mine, verificationId, code)).status).toBe(404);
});

test('64 guesses at once from 64 addresses and browsers, at codes of their own, are counted as one guesser', async () => {
  ok(await api.patch('/sign-in-exp', { sentinelPolicy: { maxAttempts: 5, lockoutDuration: 10 } }));
  const identifier = mail();
  await newPerson(api, { primaryEmail: identifier.value });
  const guessers = await times(8, async (i) => {
    const b = await start('SignIn', `198.51.100.${i}`);
    return { b, verificationId: ok(await send(b, identifier)).verificationId };
  });
  const answers = await Promise.all(Array.from({ length: 64 }, (_, i) => {
    const { b, verificationId } = guessers[i % 8]!;
    return b.page('POST', '/verification/verification-code/verify', { identifier, verificationId, code: `x${i}` },
      { headers: { 'x-forwarded-for': `203.0.113.${i}` } });
  }));
  const looked = answers.filter(({ body }) => body.code === 'verification_code.code_mismatch');
  expect(looked.length).toBeLessThanOrEqual(4);
  expect(answers.filter(({ body }) => body.code === 'session.verification_blocked_too_many_attempts').length).toBe(64 - looked.length);
  const last = guessers[0]!;
  problem(await verify(last.b, identifier, last.verificationId, await sent(identifier.value)), 400,
    'session.verification_blocked_too_many_attempts');
  problem(await guess(await start('SignIn', '192.0.2.77'), identifier.value, goodPassword, 'email'), 400,
    'session.verification_blocked_too_many_attempts');
  ok(await api.patch('/sign-in-exp', { sentinelPolicy: { maxAttempts: 100 } }));
});
