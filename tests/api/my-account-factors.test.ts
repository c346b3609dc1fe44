// Second factors in people's own account: authenticator apps, backup codes, passkeys, and what is said about them.
import { expect, test } from 'vitest';
import { Authenticator } from './support/authenticator.ts';
import { newApp, newPerson } from './support/browser.ts';
import { Build, times } from './support/build.ts';
import { send } from './support/client.ts';
import { oauthError, ok, problem } from './support/expect.ts';
import { fields, newOwner, Owner, tokensOf } from './support/owner.ts';
import { faults } from './support/people.ts';
import { startServer } from './support/server.ts';
import { totp, wrongTotp } from './support/totp.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);
const app = await newApp(api);
const center = async (change: object) => ok(await api.patch('/account-center', change));
const mfa = { factors: ['Totp', 'WebAuthn', 'BackupCode'], policy: 'NoPrompt' };
await center({ enabled: true, fields: fields('Edit') });
ok(await api.patch('/sign-in-exp', { mfa }));
const denied = 'verification_record.permission_denied';
const path = '/my-account/mfa-verifications';

const add = (owner: Owner, body: object, proof?: string) =>
  owner.call('POST', path, body, proof ? { proof } : {});
const list = async (owner: Owner): Promise<any[]> => ok(await owner.get(path));
const remove = (owner: Owner, id: string, proof?: string) =>
  owner.call('DELETE', `${path}/${id}`, undefined, proof ? { proof } : {});
const newSecret = async (owner: Owner): Promise<string> =>
  ok(await owner.call('POST', `${path}/totp-secret/generate`)).secret;
const newCodes = async (owner: Owner): Promise<string[]> =>
  ok(await owner.call('POST', `${path}/backup-codes/generate`)).codes;

/** An owner with an authenticator app. */
async function withTotp() {
  const owner = await newOwner(server, app), proof = await owner.prove(), secret = await newSecret(owner);
  ok(await add(owner, { type: 'Totp', secret, code: totp(secret) }, proof), 204);
  return { owner, proof, secret };
}

test('an authenticator app is added once it shows a right code', async () => {
  const owner = await newOwner(server, app), proof = await owner.prove();
  expect(await list(owner)).toEqual([]);
  const secret = await newSecret(owner);
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  const body = { type: 'Totp', secret, code: totp(secret) };
  problem(await add(owner, body), 401, denied);
  problem(await add(owner, { ...body, secret: 'x' }, proof), 400, 'user.totp_secret_invalid');
  problem(await add(owner, { ...body, code: wrongTotp(secret) }, proof), 400, 'session.mfa.invalid_totp_code');
  problem(await add(owner, { type: 'Totp', secret }, proof), 400, 'session.mfa.invalid_totp_code');
  expect(await list(owner)).toEqual([]);
  ok(await add(owner, body, proof), 204);
  expect(await list(owner)).toEqual([{ id: expect.any(String), createdAt: expect.any(String), type: 'Totp' }]);
  problem(await add(owner, body, proof), 422, 'user.totp_already_in_use');
  expect(ok(await owner.get('/my-account/logto-configs')).mfa.enabled).toBe(true);
});

test('an authenticator app is replaced, also where there was none', async () => {
  const { owner, proof } = await withTotp(), [before] = await list(owner), secret = await newSecret(owner);
  const replace = (who: Owner, code: string, withProof?: string) =>
    who.call('PUT', `${path}/totp`, { secret, code }, withProof ? { proof: withProof } : {});
  problem(await replace(owner, totp(secret)), 401, denied);
  problem(await replace(owner, wrongTotp(secret), proof), 400, 'session.mfa.invalid_totp_code');
  ok(await replace(owner, totp(secret), proof), 204);
  const after = await list(owner);
  expect([after.length, after[0].id === before.id]).toEqual([1, false]);
  const other = await newOwner(server, app);
  ok(await replace(other, totp(secret), await other.prove()), 204);
  expect(await list(other)).toHaveLength(1);
});

test('backup codes are told once, and stand beside another factor', async () => {
  const { owner, proof } = await withTotp();
  const codes = await newCodes(owner);
  expect(codes).toHaveLength(10);
  for (const code of codes) expect(code).toMatch(/^[0-9a-f]{10}$/);
  const read = (withProof?: string) => owner.get(`${path}/backup-codes`, withProof ? { proof: withProof } : {});
  problem(await read(proof), 404, 'verification_record.not_found');
  problem(await add(owner, { type: 'BackupCode', codes: ['x'] }, proof), 422, 'user.wrong_backup_code_format');
  ok(await add(owner, { type: 'BackupCode', codes }, proof), 204);
  problem(await read(), 401, denied);
  expect(ok(await read(proof)).codes).toEqual(Array(10).fill({ code: '**********' }));
  expect((await list(owner)).map(({ type, remainCodes }) => [type, remainCodes]))
    .toEqual(expect.arrayContaining([['BackupCode', 10], ['Totp', undefined]]));
  ok(await add(owner, { type: 'BackupCode', codes: await newCodes(owner) }, proof), 204);
  expect((await list(owner)).filter(({ type }) => type === 'BackupCode')).toHaveLength(1);
  const bare = await newOwner(server, app);
  problem(await add(bare, { type: 'BackupCode', codes }, await bare.prove()), 422,
    'session.mfa.backup_code_can_not_be_alone');
});

test('a passkey is added once the browser has made it, and has a name', async () => {
  const owner = await newOwner(server, app), proof = await owner.prove(), key = new Authenticator(server.base);
  const asked = ok(await owner.call('POST', '/verifications/web-authn/registration'));
  const { verificationRecordId: id, registrationOptions: options } = asked;
  expect(options).toMatchObject({ rp: { id: new URL(server.base).hostname }, attestation: 'none' });
  const confirm = (payload: object, verificationRecordId = id) =>
    owner.call('POST', '/verifications/web-authn/registration/verify', { verificationRecordId, payload });
  const body = { type: 'WebAuthn', newIdentifierVerificationRecordId: id, name: 'Laptop' };
  problem(await add(owner, body, proof), 400, 'verification_record.not_found');
  problem(await confirm(key.create(options, { origin: 'https://evil.example' })), 400,
    'session.mfa.webauthn_verification_failed');
  problem(await confirm(key.create(options), 'unknown'), 400, 'verification_record.not_found');
  expect(ok(await confirm(key.create(options)))).toEqual({ verificationRecordId: id });
  problem(await confirm(key.create(options)), 400, 'session.mfa.pending_info_not_found');
  const thief = await newOwner(server, app);
  problem(await add(thief, body, await thief.prove()), 400, 'verification_record.not_found');
  problem(await add(owner, body), 401, denied);
  ok(await add(owner, body, proof), 204);
  problem(await add(owner, body, proof), 400, 'verification_record.not_found');
  const [passkey] = await list(owner);
  expect(passkey).toMatchObject({ type: 'WebAuthn', name: 'Laptop' });
  const rename = (factor: string, name: string, withProof?: string) =>
    owner.call('PATCH', `${path}/${factor}/name`, { name }, withProof ? { proof: withProof } : {});
  problem(await rename(passkey.id, 'x'), 401, denied);
  problem(await rename('unknown', 'x', proof), 400, 'verification_record.not_found');
  ok(await rename(passkey.id, 'Work key', proof));
  expect((await list(owner))[0].name).toBe('Work key');
});

test('the field and the scope decide who sees and changes factors', async () => {
  const { owner, proof } = await withTotp(), [factor] = await list(owner);
  const secret = await newSecret(owner), body = { type: 'Totp', secret, code: totp(secret) };
  try {
    await center({ fields: fields('Edit', { mfa: 'ReadOnly' }) });
    expect(await list(owner)).toEqual([factor]);
    problem(await add(owner, body, proof), 400, 'account_center.field_not_editable');
    problem(await remove(owner, factor.id, proof), 400, 'account_center.field_not_editable');
    problem(await owner.call('PATCH', '/my-account/mfa-settings', { skipMfaOnSignIn: true }, { proof }), 400,
      'account_center.field_not_editable');
    await center({ fields: fields('Edit', { mfa: 'Off' }) });
    problem(await owner.get(path), 400, 'account_center.field_not_enabled');
    problem(await owner.get('/my-account/mfa-settings'), 400, 'account_center.field_not_enabled');
    await center({ fields: fields('Edit', { passkey: 'ReadOnly' }) });
    problem(await owner.call('PATCH', '/my-account/logto-configs', { passkeySignIn: { skipped: true } }, { proof }),
      400, 'account_center.field_not_editable');
  } finally {
    await center({ fields: fields('Edit') });
  }
  const slim = await newOwner(server, app, {}, 'openid profile');
  problem(await slim.get(path), 401, 'auth.unauthorized');
});

test('a factor that the tenant does not offer is not added', async () => {
  const owner = await newOwner(server, app), proof = await owner.prove(), secret = await newSecret(owner);
  ok(await api.patch('/sign-in-exp', { mfa: { ...mfa, factors: ['WebAuthn'] } }));
  try {
    problem(await add(owner, { type: 'Totp', secret, code: totp(secret) }, proof), 400,
      'session.mfa.mfa_factor_not_enabled');
  } finally {
    ok(await api.patch('/sign-in-exp', { mfa }));
  }
});

test('nothing is bound, replaced or removed without a proof of the person themselves', async () => {
  const { owner } = await withTotp(), thief = await newOwner(server, app), [factor] = await list(owner);
  const proof = await thief.prove(), secret = await newSecret(owner), code = totp(secret);
  for (const more of [undefined, proof, 'unknown']) {
    problem(await add(owner, { type: 'Totp', secret, code }, more), 401, denied);
    problem(await owner.call('PUT', `${path}/totp`, { secret, code }, more ? { proof: more } : {}), 401, denied);
    problem(await add(owner, { type: 'BackupCode', codes: await newCodes(owner) }, more), 401, denied);
    problem(await remove(owner, factor.id, more), 401, denied);
    for (const where of ['mfa-settings', 'logto-configs'])
      problem(await owner.call('PATCH', `/my-account/${where}`, where === 'mfa-settings'
        ? { skipMfaOnSignIn: true } : { mfa: { skipped: true } }, more ? { proof: more } : {}), 401, denied);
  }
  problem(await remove(thief, factor.id, proof), 400, 'verification_record.not_found');
  expect(await list(owner)).toEqual([factor]);
});

test('of several apps that are added at once one is', async () => {
  const owner = await newOwner(server, app), proof = await owner.prove();
  const answers = await times(6, async () => {
    const secret = await newSecret(owner);
    return add(owner, { type: 'Totp', secret, code: totp(secret) }, proof);
  });
  expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(5).fill(422)]);
  expect(await list(owner)).toHaveLength(1);
});

test('what is said about factors is kept', async () => {
  const owner = await newOwner(server, app), proof = await owner.prove();
  expect(ok(await owner.get('/my-account/mfa-settings'))).toEqual({ skipMfaOnSignIn: false });
  const say = (body: object) => owner.call('PATCH', '/my-account/mfa-settings', body, { proof });
  expect(ok(await say({ skipMfaOnSignIn: true }))).toEqual({ skipMfaOnSignIn: true });
  expect(faults(problem(await say({ skipMfaOnSignIn: 'x' }), 400, 'guard.invalid_input'))).toEqual(['skipMfaOnSignIn']);
  const config = (body: object) => owner.call('PATCH', '/my-account/logto-configs', body, { proof });
  expect(faults(problem(await config({ mfa: { skipped: 'x' } }), 400, 'guard.invalid_input'))).toEqual(['mfa.skipped']);
  expect(ok(await config({ mfa: { skipped: true }, passkeySignIn: { skipped: true } })))
    .toEqual({ mfa: { skipped: true, skipMfaOnSignIn: true }, passkeySignIn: { skipped: true } });
  expect(ok(await api.get(`/users/${owner.person.id}/logto-configs`)).mfa.skipMfaOnSignIn).toBe(true);
});

test('who removes the last factor gets no token for an organization that requires one', async () => {
  const organization = await build.organization({ isMfaRequired: true }), person = await newPerson(api);
  ok(await api.post(`/organizations/${organization.id}/users`, { userIds: [person.id] }), 201);
  const scope = 'openid offline_access identities urn:logto:scope:organizations';
  const tokens = await tokensOf(server.base, app, person, scope);
  const owner = new Owner(server.base, tokens.access_token, person), proof = await owner.prove();
  let refresh = tokens.refresh_token;
  const organizationToken = async () => {
    const answer = await send('POST', `${server.base}/oidc/token`, { body: new URLSearchParams({
      grant_type: 'refresh_token', client_id: app.id, refresh_token: refresh, organization_id: organization.id }) });
    refresh = answer.body.refresh_token ?? refresh;
    return answer;
  };
  oauthError(await organizationToken(), 403, 'access_denied');
  const secret = await newSecret(owner);
  ok(await add(owner, { type: 'Totp', secret, code: totp(secret) }, proof), 204);
  ok(await organizationToken());
  const [factor] = await list(owner);
  ok(await remove(owner, factor.id, proof), 204);
  expect(await list(owner)).toEqual([]);
  oauthError(await organizationToken(), 403, 'access_denied');
});
