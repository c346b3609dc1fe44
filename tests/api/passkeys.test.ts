// Passkeys: made and used as a second factor, and in place of a password; what is wrong about one proves nothing.
import { beforeEach, expect, test } from 'vitest';
import { Authenticator, type Bend } from './support/authenticator.ts';
import { Browser, newApp, newPerson, type Person } from './support/browser.ts';
import { times } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const app = await newApp(api);
const host = new URL(server.base).hostname;
const failed = 'session.mfa.webauthn_verification_failed', unasked = 'session.mfa.pending_info_not_found';
const unknown = 'session.verification_session_not_found';
const blocked = 'session.verification_blocked_too_many_attempts';

beforeEach(async () => {
  ok(await api.patch('/sign-in-exp', { mfa: { factors: ['WebAuthn'], policy: 'Mandatory' }, passkeySignIn: {},
    sentinelPolicy: {} }));
});

const key = (algorithm?: 'RS256' | 'EdDSA') => new Authenticator(server.base, algorithm);
const start = async (event?: string) => (await new Browser(() => server.base).visit(app)).start(event);
async function entered(person: Person): Promise<Browser> {
  const b = await start();
  ok(await b.page('POST', '/identification', { verificationId: await b.prove(person) }), 204);
  return b;
}
const begin = async (b: Browser, what: 'registration' | 'authentication'): Promise<any> =>
  ok(await b.page('POST', `/verification/web-authn/${what}`));
const finish = (b: Browser, what: 'registration' | 'authentication', verificationId: string, payload: object) =>
  b.page('POST', `/verification/web-authn/${what}/verify`, { verificationId, payload });

/** Makes a passkey that is not bound yet; the verification. */
async function make(b: Browser, k: Authenticator, bend?: Bend): Promise<string> {
  const { verificationId, registrationOptions } = await begin(b, 'registration');
  ok(await finish(b, 'registration', verificationId, k.create(registrationOptions, bend)));
  return verificationId;
}

/** A person with a passkey. */
async function owner(k: Authenticator, bend?: Bend): Promise<Person> {
  const person = await newPerson(api), b = await entered(person);
  ok(await b.page('POST', '/profile/mfa', { type: 'WebAuthn', verificationId: await make(b, k, bend) }), 204);
  ok(await b.page('POST', '/submit'));
  return person;
}

/** The second factor of somebody who is identified. */
async function use(b: Browser, k: Authenticator): Promise<void> {
  const { verificationId, authenticationOptions } = await begin(b, 'authentication');
  ok(await finish(b, 'authentication', verificationId, k.get(authenticationOptions)));
}

const factors = async (person: Person) => ok(await api.get(`/users/${person.id}/mfa-verifications`));

test('a passkey is made, and proves the person at each further sign-in', async () => {
  const person = await newPerson(api), k = key(), b = await entered(person);
  problem(await b.page('POST', '/submit'), 422, 'user.missing_mfa');
  const { verificationId, registrationOptions } = await begin(b, 'registration');
  expect(registrationOptions).toEqual({ challenge: expect.stringMatching(/^[\w-]{43}$/), rp: { id: host, name: host },
    user: { id: Buffer.from(person.id).toString('base64url'), name: person.username, displayName: person.username },
    pubKeyCredParams: [{ alg: -7, type: 'public-key' }, { alg: -257, type: 'public-key' }], timeout: 60000,
    attestation: 'none', excludeCredentials: [], extensions: { credProps: true },
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' } });
  const bind = () => b.page('POST', '/profile/mfa', { type: 'WebAuthn', verificationId });
  problem(await bind(), 400, 'session.verification_failed');
  ok(await finish(b, 'registration', verificationId, k.create(registrationOptions)));
  ok(await bind(), 204);
  ok(await bind(), 204);
  ok(await b.page('POST', '/submit'));
  expect(await factors(person)).toEqual([{ id: expect.any(String), type: 'WebAuthn', createdAt: expect.any(String) }]);

  const c = await entered(person);
  problem(await c.page('POST', '/submit'), 403, 'session.mfa.require_mfa_verification');
  const asked = await begin(c, 'authentication');
  expect(asked.authenticationOptions).toEqual({ challenge: expect.stringMatching(/^[\w-]{43}$/), rpId: host,
    timeout: 60000, userVerification: 'required',
    allowCredentials: [{ id: k.id, type: 'public-key', transports: ['internal', 'hybrid'] }] });
  ok(await finish(c, 'authentication', asked.verificationId, k.get(asked.authenticationOptions)));
  ok(await c.page('POST', '/submit'));
  expect(await factors(person)).toEqual([expect.objectContaining({ lastUsedAt: expect.any(String) })]);
});

test('nobody, and who has none, is told so', async () => {
  const b = await start();
  for (const what of ['registration', 'authentication'])
    problem(await b.page('POST', `/verification/web-authn/${what}`), 404, 'session.identifier_not_found');
  const c = await entered(await newPerson(api));
  problem(await c.page('POST', '/verification/web-authn/authentication'), 400,
    'session.mfa.webauthn_verification_not_found');
});

test.each<[string, 'RS256' | undefined, Bend]>([['RSA', 'RS256', {}], ['its own attestation', undefined, { format: 'packed' }],
  ['its own attestation by RSA', 'RS256', { format: 'packed' }]])(
  'a passkey with %s is one', async (_, algorithm, bend) => {
    const k = key(algorithm), person = await owner(k, bend), b = await entered(person);
    await use(b, k);
    ok(await b.page('POST', '/submit'));
  });

const elsewhere = 'https://evil.example', other = 'A'.repeat(43);
test.each<[string, Bend]>([
  ['another origin', { origin: elsewhere }], ['another port', { origin: `http://${host}:1` }],
  ['another host', { rpId: 'evil.example' }], ['another challenge', { challenge: other }],
  ['the use of one', { type: 'webauthn.get' }], ['a frame', { crossOrigin: true }],
  ['somebody unverified', { flags: 0x41 }], ['nobody there', { flags: 0x44 }], ['no passkey', { flags: 0x05 }],
  ['a wrong signature', { format: 'packed', spoil: true }], ['an attestation of another form', { format: 'fido-u2f' }],
  ['another id', { id: 'AAAA' }], ['an end too early', { damage: (a) => a.subarray(0, -1) }],
  ['an end in the middle', { damage: (a) => a.subarray(0, 60) }], ['no CBOR', { damage: () => Buffer.from('{}') }],
  ['more behind it', { damage: (a) => Buffer.concat([a, a]) }],
  ['lists in lists', { damage: () => Buffer.alloc(10_000, 0x81) }],
  ['a list of all the memory', { damage: () => Buffer.from('9bffffffffffffffff', 'hex') }],
  ['a map without an end', { damage: () => Buffer.from('bf63666d74646e6f6e65ff', 'hex') }],
])('a passkey of %s is none', async (_, bend) => {
  const b = await entered(await newPerson(api));
  const { verificationId, registrationOptions } = await begin(b, 'registration');
  problem(await finish(b, 'registration', verificationId, key().create(registrationOptions, bend)), 400, failed);
  problem(await b.page('POST', '/profile/mfa', { type: 'WebAuthn', verificationId }), 400,
    'session.verification_failed');
  // nothing is spoilt for the right one
  ok(await finish(b, 'registration', verificationId, key().create(registrationOptions)));
});

test('an algorithm that was not offered, and a form that is none, are refused', async () => {
  const b = await entered(await newPerson(api)), k = key();
  const { verificationId, registrationOptions } = await begin(b, 'registration');
  problem(await finish(b, 'registration', verificationId, key('EdDSA').create(registrationOptions)), 400, failed);
  const right = k.create(registrationOptions);
  for (const payload of [{}, [], { ...right, type: 'public-key' }, { ...right, id: 1 }, { ...right, response: {} },
    { ...right, response: { ...right.response, attestationObject: 'A'.repeat(30_000) } },
    { ...right, response: { ...right.response, clientDataJSON: 'A'.repeat(8_000) } },
    { ...right, id: 'A'.repeat(2_000) }, { ...right, response: { ...right.response, transports: Array(17).fill('usb') } }])
    problem(await finish(b, 'registration', verificationId, payload), 400, 'guard.invalid_input');
  problem(await finish(b, 'registration', verificationId,
    { ...right, response: { ...right.response, attestationObject: '!' } }), 400, failed);
  problem(await finish(b, 'registration', 'unknown', right), 404, unknown);
  ok(await finish(b, 'registration', verificationId, right));
});

test('a challenge is answered once, and only where it was asked', async () => {
  const person = await newPerson(api), k = key(), [b, c] = [await entered(person), await entered(person)];
  const { verificationId, registrationOptions } = await begin(b, 'registration');
  const payload = k.create(registrationOptions);
  problem(await finish(c, 'registration', verificationId, payload), 404, unknown);
  problem(await finish(c, 'registration', (await begin(c, 'registration')).verificationId, payload), 400, failed);
  problem(await finish(b, 'authentication', verificationId, k.get({ ...registrationOptions, rpId: host })), 400, unasked);
  ok(await finish(b, 'registration', verificationId, payload));
  problem(await finish(b, 'registration', verificationId, payload), 400, unasked);
  const again = await begin(b, 'registration');
  problem(await finish(b, 'registration', verificationId, payload), 404, unknown);
  problem(await finish(b, 'registration', again.verificationId, payload), 400, failed);
});

test('what was made in one interaction is not bound in another', async () => {
  const person = await newPerson(api), [b, c] = [await entered(person), await entered(person)];
  const verificationId = await make(b, key());
  problem(await c.page('POST', '/profile/mfa', { type: 'WebAuthn', verificationId }), 404, unknown);
  problem(await b.page('POST', '/profile/mfa', { type: 'Totp', verificationId }), 404, unknown);
});

test('the same passkey is not bound twice, and a further one is beside the first', async () => {
  const [k, second] = [key(), key('RS256')], person = await owner(k);
  const b = await entered(person);
  await use(b, k);
  const { verificationId, registrationOptions } = await begin(b, 'registration');
  expect(registrationOptions.excludeCredentials.map(({ id }: any) => id)).toEqual([k.id]);
  problem(await finish(b, 'registration', verificationId, k.create(registrationOptions)), 400, failed);
  ok(await finish(b, 'registration', verificationId, second.create(registrationOptions)));
  // a new one takes the place of the proof
  problem(await b.page('POST', '/profile/mfa', { type: 'WebAuthn', verificationId }), 403,
    'session.mfa.require_mfa_verification');
});

test.each<[string, Bend]>([
  ['another origin', { origin: elsewhere }], ['another host', { rpId: 'evil.example' }],
  ['another challenge', { challenge: other }], ['the making of one', { type: 'webauthn.create' }],
  ['a frame', { crossOrigin: true }], ['somebody unverified', { flags: 0x01 }], ['nobody there', { flags: 0x04 }],
  ['a passkey in it', { flags: 0x45 }], ['extensions that are not there', { flags: 0x85 }],
  ['a wrong signature', { spoil: true }], ['another user', { handle: 'c29tZWJvZHk' }],
  ['a counter that goes back', { counter: 1 }], ['a counter that stands still', { counter: 5 }],
  ['a counter of 0', { counter: 0 }],
])('the use of a passkey with %s proves nothing', async (_, bend) => {
  const k = key();
  k.counter = 4;
  const person = await owner(k), b = await entered(person);
  await use(b, k);
  const { verificationId, authenticationOptions } = await begin(b, 'authentication');
  problem(await finish(b, 'authentication', verificationId, k.get(authenticationOptions, bend)), 400, failed);
  problem(await b.page('POST', '/submit'), 403, 'session.mfa.require_mfa_verification');
  k.counter = 5;
  ok(await finish(b, 'authentication', verificationId, k.get(authenticationOptions)));
  ok(await b.page('POST', '/submit'));
});

test('an authenticator that does not count is good for ever, until it counts', async () => {
  const k = key(), person = await owner(k), b = await entered(person);
  for (const counter of [0, 0, 3]) {
    const { verificationId, authenticationOptions } = await begin(b, 'authentication');
    ok(await finish(b, 'authentication', verificationId, k.get(authenticationOptions, { counter })));
  }
  const { verificationId, authenticationOptions } = await begin(b, 'authentication');
  problem(await finish(b, 'authentication', verificationId, k.get(authenticationOptions, { counter: 0 })), 400, failed);
});

test('the passkey of somebody else proves nothing', async () => {
  const [k, strange] = [key(), key()], b = await entered(await owner(k));
  await owner(strange);
  const { verificationId, authenticationOptions } = await begin(b, 'authentication');
  problem(await finish(b, 'authentication', verificationId, strange.get(authenticationOptions)), 400, failed);
  problem(await finish(b, 'authentication', verificationId, strange.get(authenticationOptions, { id: k.id })), 400,
    failed);
});

test('the use of a passkey counts in the sign-in that asked for it, and for the challenge of that', async () => {
  const k = key(), person = await owner(k), [b, c] = [await entered(person), await entered(person)];
  const [mine, theirs] = [await begin(b, 'authentication'), await begin(c, 'authentication')];
  const payload = k.get(mine.authenticationOptions);
  problem(await finish(c, 'authentication', mine.verificationId, payload), 404, unknown);
  problem(await finish(c, 'authentication', theirs.verificationId, payload), 400, failed);
  ok(await finish(b, 'authentication', mine.verificationId, payload));
  problem(await c.page('POST', '/submit'), 403, 'session.mfa.require_mfa_verification');
  const again = await begin(b, 'authentication');
  problem(await finish(b, 'authentication', again.verificationId, payload), 400, failed);
});

test('a passkey that is taken away meanwhile proves nothing, and signs nobody in', async () => {
  await enable();
  const k = key(), person = await owner(k), [b, c] = [await entered(person), await start()];
  const { verificationId, authenticationOptions } = await begin(b, 'authentication'), options = await early(c);
  const [{ id }] = await factors(person);
  ok(await api.delete(`/users/${person.id}/mfa-verifications/${id}`), 204);
  problem(await finish(b, 'authentication', verificationId, k.get(authenticationOptions)), 400, failed);
  problem(await answer(c, k.get(options)), 400, 'session.identifier_not_found');
});

test('one use that comes eight times at once is taken once', async () => {
  const k = key(), b = await entered(await owner(k));
  const { verificationId, authenticationOptions } = await begin(b, 'authentication');
  const payload = k.get(authenticationOptions);
  const answers = await Promise.all(Array.from({ length: 8 }, () =>
    finish(b, 'authentication', verificationId, payload)));
  expect(answers.map(({ status, body }) => (status === 200 ? 'ok' : body.code)).sort())
    .toEqual(['ok', ...Array(7).fill(unasked)].sort());
});

test('too many failures block the passkeys of the user, and nothing else', async () => {
  ok(await api.patch('/sign-in-exp', { sentinelPolicy: { maxAttempts: 3, lockoutDuration: 10 } }));
  const k = key(), person = await owner(k), b = await entered(person);
  const { verificationId, authenticationOptions } = await begin(b, 'authentication');
  for (const code of [failed, failed, blocked])
    problem(await finish(b, 'authentication', verificationId, k.get(authenticationOptions, { spoil: true })), 400, code);
  const c = await entered(person), asked = await begin(c, 'authentication');
  problem(await finish(c, 'authentication', asked.verificationId, k.get(asked.authenticationOptions)), 400, blocked);
  problem(await c.page('POST', '/submit'), 403, 'session.mfa.require_mfa_verification');
  ok(await api.post('/sentinel-activities/delete', { targetType: 'User', targets: [person.id] }), 204);
  ok(await finish(c, 'authentication', asked.verificationId, k.get(asked.authenticationOptions)));
  ok(await c.page('POST', '/submit'));
});

test('pages of related origins make and use passkeys, whatever the header Origin says', async () => {
  const related = 'https://related.example', k = key(), b = await entered(await newPerson(api));
  const { verificationId, registrationOptions } = await begin(b, 'registration');
  const from = (origin: string, payload: object) => b.page('POST', '/verification/web-authn/registration/verify',
    { verificationId, payload }, { headers: { origin } });
  problem(await from(elsewhere, k.create(registrationOptions, { origin: elsewhere })), 400, failed);
  problem(await from(related, k.create(registrationOptions, { origin: related })), 400, failed);
  ok(await api.patch('/account-center', { webauthnRelatedOrigins: [related] }));
  ok(await from(server.base, k.create(registrationOptions, { origin: related })));
  ok(await api.patch('/account-center', { webauthnRelatedOrigins: [] }));
});

test('answers tell nothing of challenges', async () => {
  const k = key(), b = await entered(await owner(k));
  await begin(b, 'authentication');
  ok(await b.page('POST', '/preflight/sign-in-passkey/authentication'));
  const state = await b.page('GET', '/interaction');
  expect(state.text).not.toContain('challenge');
  expect(ok(state).verificationRecords.at(-1)).toEqual({ id: expect.any(String), type: 'WebAuthn',
    userId: expect.any(String), verified: false });
});

test('each verification is in the audit log', async () => {
  const k = key(), person = await owner(k), b = await entered(person);
  await use(b, k);
  const { verificationId, authenticationOptions } = await begin(b, 'authentication');
  await finish(b, 'authentication', verificationId, k.get(authenticationOptions, { spoil: true }));
  const logs = async (step: string) => ok(await api.get('/logs', { query: { userId: person.id,
    logKey: `Interaction.SignIn.Verification.WebAuthn.${step}` } })).map(({ payload }: any) => payload.result);
  await expect.poll(() => logs('Submit')).toEqual(['Error', 'Success', 'Success']);
  await expect.poll(() => logs('Create')).toEqual(['Success', 'Success', 'Success']);
});

// ---- signing in with a passkey alone

const early = async (b: Browser) =>
  ok(await b.page('POST', '/preflight/sign-in-passkey/authentication')).authenticationOptions;
const named = (b: Browser, value: string) =>
  b.page('POST', '/verification/sign-in-passkey/authentication', { identifier: { type: 'username', value } });
const answer = (b: Browser, payload: object, verificationId?: string) =>
  b.page('POST', '/verification/sign-in-passkey/authentication/verify',
    { payload, ...(verificationId ? { verificationId } : {}) });
const enable = async () => ok(await api.patch('/sign-in-exp', { passkeySignIn: { enabled: true } }));

test('a passkey signs in, without a name, a password and a second factor', async () => {
  await enable();
  const k = key(), person = await owner(k), b = await new Browser(() => server.base).visit(app);
  const options = await early(b);
  expect(options).toEqual({ challenge: expect.any(String), rpId: host, timeout: 60000, userVerification: 'required',
    allowCredentials: [] });
  problem(await answer(b, k.get(options)), 404, 'session.interaction_not_found');
  await b.start();
  const payload = k.get(options), { verificationId } = ok(await answer(b, payload));
  problem(await answer(b, payload), 404, unknown);
  ok(await b.page('POST', '/identification', { verificationId }), 204);
  expect(ok(await b.page('GET', '/interaction'))).toMatchObject({ userId: person.id, captcha: { skipped: true },
    verificationRecords: [{ type: 'SignInPasskey', userId: person.id, verified: true }] });
  ok(await b.page('POST', '/submit'));
});

test('one sign-in by a passkey that comes eight times at once is taken once', async () => {
  await enable();
  const k = key(), person = await owner(k), [b, c] = [await start(), await start()], payload = k.get(await early(b));
  const { verificationId, authenticationOptions } = ok(await named(c, person.username));
  const second = k.get(authenticationOptions);
  for (const answers of [await times(8, () => answer(b, payload)), await times(8, () => answer(c, second, verificationId))])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test('a passkey of a certain person signs in, and nobody learns who that is before', async () => {
  await enable();
  const k = key(), person = await owner(k), b = await start();
  for (const value of ['nobody_here', (await newPerson(api)).username])
    problem(await named(b, value), 400, 'session.mfa.webauthn_verification_not_found');
  const { verificationId, authenticationOptions } = ok(await named(b, person.username));
  expect((await b.page('GET', '/interaction')).text).not.toContain(person.id);
  problem(await answer(b, k.get(authenticationOptions)), 404, unknown);
  problem(await answer(b, k.get(authenticationOptions, { spoil: true }), verificationId), 400, failed);
  problem(await b.page('POST', '/identification', { verificationId }), 400, 'session.verification_failed');
  const payload = k.get(authenticationOptions);
  ok(await answer(b, payload, verificationId));
  problem(await answer(b, payload, verificationId), 400, 'session.passkey_sign_in.pending_info_not_found');
  ok(await b.page('POST', '/identification', { verificationId }), 204);
  ok(await b.page('POST', '/submit'));
});

test.each<[string, Bend, string]>([
  ['of nobody', { handle: 'bm9ib2R5' }, 'session.identifier_not_found'],
  ['without a user', { handle: null }, 'session.identifier_not_found'],
  ['with a user of strange letters', { handle: 'AAAA' }, 'session.identifier_not_found'],
  ['that nobody has', { id: 'AAAA' }, 'session.identifier_not_found'],
  ['of another origin', { origin: elsewhere }, failed], ['of another host', { rpId: 'evil.example' }, failed],
  ['for another challenge', { challenge: other }, failed], ['with a wrong signature', { spoil: true }, failed],
  ['with a counter that goes back', { counter: 2 }, failed], ['of somebody unverified', { flags: 0x01 }, failed],
  ['of nobody there', { flags: 0x04 }, failed], ['that is only made', { type: 'webauthn.create' }, failed],
  ['in a frame', { crossOrigin: true }, failed],
])('a passkey %s signs nobody in', async (_, bend, code) => {
  await enable();
  const k = key();
  k.counter = 3;
  await owner(k);
  const b = await start();
  problem(await answer(b, k.get(await early(b), bend)), 400, code);
});

test('the passkey of somebody else, and another one of an identified person', async () => {
  await enable();
  const [k, strange] = [key(), key()], person = await owner(k), b = await entered(person);
  await owner(strange);
  problem(await answer(b, strange.get(await early(b))), 409, 'session.identity_conflict');
  const { verificationId, authenticationOptions } = ok(await named(await b.start(), person.username));
  problem(await answer(b, strange.get(authenticationOptions), verificationId), 400, 'session.identifier_not_found');
});

test('a suspended person does not come in, and nobody does where passkeys do not sign in', async () => {
  const k = key(), person = await owner(k), b = await start();
  const { verificationId } = ok(await answer(b, k.get(await early(b))));
  problem(await b.page('POST', '/identification', { verificationId }), 422, 'user.sign_in_method_not_enabled');
  await enable();
  ok(await api.patch(`/users/${person.id}/is-suspended`, { isSuspended: true }));
  problem(await b.page('POST', '/identification', { verificationId }), 401, 'user.suspended');
});

test('who has none is asked to make one, and may do so later', async () => {
  ok(await api.patch('/sign-in-exp', { mfa: { factors: [], policy: 'NoPrompt' }, passkeySignIn: { enabled: true } }));
  const [lazy, eager] = [await newPerson(api), await newPerson(api)], k = key();
  const b = await entered(lazy), c = await entered(eager);
  problem(await b.page('POST', '/submit'), 422, 'user.passkey_preferred');
  ok(await b.page('POST', '/profile/mfa/passkey-skipped'), 204);
  ok(await b.page('POST', '/submit'));
  expect(ok(await api.get(`/users/${lazy.id}/logto-configs`)).passkeySignIn).toEqual({ skipped: true });
  ok(await (await entered(lazy)).page('POST', '/submit'));

  problem(await c.page('POST', '/submit'), 422, 'user.passkey_preferred');
  problem(await c.page('POST', '/profile/mfa/passkey', { verificationId: 'unknown' }), 404, unknown);
  ok(await c.page('POST', '/profile/mfa/passkey', { verificationId: await make(c, k) }), 204);
  ok(await c.page('POST', '/submit'));
  const d = await start(), { verificationId } = ok(await answer(d, k.get(await early(d))));
  ok(await d.page('POST', '/identification', { verificationId }), 204);
  ok(await d.page('POST', '/submit'));
});

test('a passkey is bound by who may, and where the tenant wants any', async () => {
  ok(await api.patch('/sign-in-exp', { mfa: { factors: [], policy: 'NoPrompt' } }));
  const b = await entered(await newPerson(api)), verificationId = await make(b, key());
  problem(await b.page('POST', '/profile/mfa/passkey', { verificationId }), 400, 'session.mfa.mfa_factor_not_enabled');
  for (const path of ['/profile/mfa/passkey', '/profile/mfa/passkey-skipped']) {
    problem(await (await start()).page('POST', path, { verificationId }), 404, 'session.identifier_not_found');
    problem(await (await start('ForgotPassword')).page('POST', path, { verificationId }), 400,
      'session.not_supported_for_forgot_password');
  }
});
