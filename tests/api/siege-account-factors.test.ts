// Attacks on second factors in people's own accounts: passkeys that were made elsewhere, proofs that are over or used up,
// and what the audit log tells of each change.
import { expect, test } from 'vitest';
import { Authenticator, type Bend } from './support/authenticator.ts';
import { newApp } from './support/browser.ts';
import { times } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { fields, newOwner, newThirdParty, Owner, tokensOf } from './support/owner.ts';
import { startServer } from './support/server.ts';
import { letProofsEnd } from './support/stored.ts';
import { totp } from './support/totp.ts';

const server = await startServer();
const { api } = server;
const app = await newApp(api);
ok(await api.patch('/account-center', { enabled: true, fields: fields('Edit') }));
ok(await api.patch('/sign-in-exp', { mfa: { factors: ['Totp', 'WebAuthn', 'BackupCode'], policy: 'NoPrompt' } }));
const path = '/my-account/mfa-verifications';
const [failed, unasked] = ['session.mfa.webauthn_verification_failed', 'session.mfa.pending_info_not_found'];
const [denied, missing] = ['verification_record.permission_denied', 'verification_record.not_found'];

const key = (algorithm?: 'RS256' | 'EdDSA') => new Authenticator(server.base, algorithm);
const list = async (owner: Owner): Promise<any[]> => ok(await owner.get(path));
const add = (owner: Owner, body: object, proof: string) => owner.call('POST', path, body, { proof });
const remove = (owner: Owner, id: string, proof: string) => owner.call('DELETE', `${path}/${id}`, undefined, { proof });
const newSecret = async (owner: Owner): Promise<string> =>
  ok(await owner.call('POST', `${path}/totp-secret/generate`)).secret;

/** Asks for a passkey: what the browser is told, and the record of it. */
const ask = async (owner: Owner): Promise<{ id: string; options: any }> => {
  const { verificationRecordId: id, registrationOptions: options } =
    ok(await owner.call('POST', '/verifications/web-authn/registration'));
  return { id, options };
};
const confirm = (owner: Owner, verificationRecordId: string, payload: object) =>
  owner.call('POST', '/verifications/web-authn/registration/verify', { verificationRecordId, payload });
const keep = (owner: Owner, id: string, proof: string, name?: string) =>
  add(owner, { type: 'WebAuthn', newIdentifierVerificationRecordId: id, ...(name ? { name } : {}) }, proof);

// ---- passkeys

const maker = newOwner(server, app);
const [host, port] = [new URL(server.base).hostname, `http://${new URL(server.base).hostname}:1`];

test.each<[string, Bend]>([
  ['another origin', { origin: 'https://evil.example' }], ['another port', { origin: port }],
  ['another host', { rpId: 'evil.example' }], ['a host below', { rpId: `x.${host}` }],
  ['another challenge', { challenge: 'A'.repeat(43) }], ['the use of one', { type: 'webauthn.get' }],
  ['a frame', { crossOrigin: true }], ['somebody unverified', { flags: 0x41 }], ['nobody there', { flags: 0x44 }],
  ['no passkey', { flags: 0x05 }], ['a wrong signature', { format: 'packed', spoil: true }],
  ['an attestation of another form', { format: 'fido-u2f' }], ['another id', { id: 'AAAA' }],
  ['an end too early', { damage: (a) => a.subarray(0, -1) }], ['more behind it', { damage: (a) => Buffer.concat([a, a]) }],
  ['lists in lists', { damage: () => Buffer.alloc(10_000, 0x81) }],
  ['a list of all the memory', { damage: () => Buffer.from('9bffffffffffffffff', 'hex') }],
])('a passkey of %s does not come into an account', async (_, bend) => {
  const owner = await maker, { id, options } = await ask(owner);
  problem(await confirm(owner, id, key().create(options, bend)), 400, failed);
  problem(await keep(owner, id, await owner.prove()), 400, missing);
  ok(await confirm(owner, id, key().create(options)));	// nothing is spoilt for the right one
});

test('a passkey of an algorithm that was not offered, too large or without a form, does not come into an account', async () => {
  const owner = await newOwner(server, app), { id, options } = await ask(owner), right = key().create(options);
  problem(await confirm(owner, id, key('EdDSA').create(options)), 400, failed);
  for (const payload of [{}, [], { ...right, type: 'public-key' }, { ...right, response: {} }, { ...right, id: 'A'.repeat(2_000) },
    { ...right, response: { ...right.response, attestationObject: 'A'.repeat(30_000) } },
    { ...right, response: { ...right.response, clientDataJSON: 'A'.repeat(8_000) } }])
    problem(await confirm(owner, id, payload), 400, 'guard.invalid_input');
  ok(await confirm(owner, id, key('RS256').create(options, { format: 'packed' })));
  ok(await keep(owner, id, await owner.prove()), 204);
  expect((await list(owner)).map(({ type }) => type)).toEqual(['WebAuthn']);
});

test('a challenge is answered once, by who asked, and its passkey is added once', async () => {
  const [owner, thief] = [await newOwner(server, app), await newOwner(server, app)], k = key();
  const [mine, second, theirs] = [await ask(owner), await ask(owner), await ask(thief)], payload = k.create(mine.options);
  problem(await confirm(thief, mine.id, payload), 400, missing);
  problem(await confirm(thief, theirs.id, payload), 400, failed);
  problem(await confirm(owner, second.id, payload), 400, failed);
  const answers = await times(8, () => confirm(owner, mine.id, payload));
  expect(answers.map(({ body }) => body.code ?? 'in').sort()).toEqual(['in', ...Array(7).fill(unasked)]);
  problem(await keep(thief, mine.id, await thief.prove()), 400, missing);
  const proof = await owner.prove(), added = await times(8, () => keep(owner, mine.id, proof));
  expect(added.map(({ status, body }) => body?.code ?? status).sort()).toEqual([204, ...Array(7).fill(missing)]);
  ok(await confirm(owner, second.id, k.create(second.options)));
  problem(await keep(owner, second.id, proof), 400, failed);	// the account has it
  expect([(await list(owner)).length, (await list(thief)).length]).toEqual([1, 0]);
});

// ---- proofs

test('a proof that is over opens nothing, and no passkey is added by a record that is', async () => {
  const owner = await newOwner(server, app), proof = await owner.prove(), { id, options } = await ask(owner);
  const late = await ask(owner), secret = await newSecret(owner);
  ok(await confirm(owner, id, key().create(options)));
  ok(await add(owner, { type: 'Totp', secret, code: totp(secret) }, proof), 204);
  letProofsEnd(server, owner.person.id);
  const body = { secret, code: totp(secret) }, [factor] = await list(owner);
  for (const [method, to, sent] of [['POST', path, { type: 'Totp', ...body }], ['PUT', `${path}/totp`, body],
    ['POST', path, { type: 'BackupCode', codes: Array(10).fill('0123456789') }], ['DELETE', `${path}/${factor.id}`],
    ['POST', path, { type: 'WebAuthn', newIdentifierVerificationRecordId: id }], ['GET', `${path}/backup-codes`],
    ['PATCH', `${path}/${factor.id}/name`, { name: 'x' }], ['PATCH', '/my-account/mfa-settings', { skipMfaOnSignIn: true }],
    ['PATCH', '/my-account/logto-configs', { mfa: { skipped: true } }], ['PATCH', '/my-account', { username: 'stolen' }],
    ['POST', '/my-account/password', { password: 'Meadow-lantern_58!' }], ['GET', '/my-account/sessions'],
  ] as const)
    problem(await owner.call(method, to, sent, { proof }), 401, denied);
  problem(await confirm(owner, late.id, key().create(late.options)), 400, missing);
  const fresh = await owner.prove();
  problem(await keep(owner, id, fresh), 400, missing);
  ok(await remove(owner, factor.id, fresh), 204);
});

test('the proof of a passkey, or of a person with a token of a third party, opens no change', async () => {
  const owner = await newOwner(server, app), { id, options } = await ask(owner), proof = await owner.prove();
  ok(await confirm(owner, id, key().create(options)));
  problem(await keep(owner, id, id), 401, denied);
  const theirs = await newThirdParty(api, ['identities']);
  const { access_token: token } = await tokensOf(server.base, theirs, owner.person, 'openid identities');
  const guest = new Owner(server.base, token, owner.person), secret = await newSecret(owner);
  expect(await list(guest)).toEqual([]);
  for (const answer of [await keep(guest, id, proof), await add(guest, { type: 'Totp', secret, code: totp(secret) }, proof),
    await guest.call('POST', `${path}/totp-secret/generate`), await guest.call('POST', '/verifications/web-authn/registration'),
    await guest.call('POST', '/verifications/password', { password: owner.person.password })])
    problem(answer, 403, 'auth.third_party_application_forbidden');
  expect(await list(owner)).toEqual([]);
});

test('of many who remove a factor at once one does, and none brings back what another has removed', async () => {
  const owner = await newOwner(server, app), proof = await owner.prove(), secret = await newSecret(owner);
  ok(await add(owner, { type: 'Totp', secret, code: totp(secret) }, proof), 204);
  const [factor] = await list(owner), codes = ok(await owner.call('POST', `${path}/backup-codes/generate`)).codes;
  const [removed] = await Promise.all([times(4, () => remove(owner, factor.id, proof)),
    times(4, () => add(owner, { type: 'BackupCode', codes }, proof))]);
  expect(removed.map(({ status }) => status).sort()).toEqual([204, 400, 400, 400]);
  expect((await list(owner)).filter(({ type }) => type === 'Totp')).toEqual([]);
});

// ---- the audit log

test('each change of a factor is in the audit log, and so is what was refused; no secret is', async () => {
  const owner = await newOwner(server, app), proof = await owner.prove(), secrets = [await newSecret(owner), await newSecret(owner)];
  const [first = '', second = ''] = secrets, k = key(), { id, options } = await ask(owner);
  const codes: string[] = ok(await owner.call('POST', `${path}/backup-codes/generate`)).codes;
  problem(await owner.call('POST', path, { type: 'Totp', secret: first, code: totp(first) }), 401, denied);
  ok(await add(owner, { type: 'Totp', secret: first, code: totp(first) }, proof), 204);
  ok(await owner.call('PUT', `${path}/totp`, { secret: second, code: totp(second) }, { proof }), 204);
  ok(await add(owner, { type: 'BackupCode', codes }, proof), 204);
  ok(await confirm(owner, id, k.create(options)));
  ok(await keep(owner, id, proof, 'Laptop'), 204);
  const factors = await list(owner), passkey = factors.find(({ type }) => type === 'WebAuthn');
  ok(await owner.call('PATCH', `${path}/${passkey.id}/name`, { name: 'Key' }, { proof }));
  ok(await owner.call('PATCH', '/my-account/mfa-settings', { skipMfaOnSignIn: true }, { proof }));
  ok(await owner.call('PATCH', '/my-account/logto-configs', { mfa: { skipped: true } }, { proof }));
  for (const one of factors) ok(await remove(owner, one.id, proof), 204);

  const entries = async (logKey: string): Promise<any[]> => ok(await api.get<any[]>('/logs', { query: {
    userId: owner.person.id, logKey, page_size: '100' } })).map(({ payload }) => payload).reverse();
  const types = (list: { type: string }[]) => list.map(({ type }) => type).join();
  const changes = async () => (await entries('User.MfaVerifications.Update'))
    .map(({ added, removed }) => `${types(added)}-${types(removed)}`);
  await expect.poll(changes).toEqual(['Totp-', 'Totp-Totp', 'BackupCode-', 'WebAuthn-',
    ...factors.map(({ type }) => `-${type}`)]);
  const results = async (what: string) => (await entries(`Account.${what}.Update`)).map(({ result }) => result);
  await expect.poll(() => results('MfaVerifications')).toEqual(['Error', ...Array(5 + factors.length).fill('Success')]);
  expect(await results('MfaSettings')).toEqual(['Success']);
  expect(await results('LogtoConfigs')).toEqual(['Success']);
  for (const step of ['Create', 'Submit'])
    expect((await entries(`Account.Verification.WebAuthn.${step}`)).map(({ result }) => result)).toEqual(['Success']);
  const { text } = await api.get('/logs', { query: { userId: owner.person.id, page_size: '100' } });
  for (const hidden of [...secrets, ...codes, options.challenge]) expect(text).not.toContain(hidden);
});
