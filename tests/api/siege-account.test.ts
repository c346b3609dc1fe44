// Attacks on the API for people's own accounts: tokens that are none, proofs of others, guesses.
import { expect, test } from 'vitest';
import { goodPassword, newApp, newPerson } from './support/browser.ts';
import { Build, times, unique } from './support/build.ts';
import { send } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { messageService } from './support/messages.ts';
import { fields, newOwner, newThirdParty, Owner, tokensOf } from './support/owner.ts';
import { basic, newTenant } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const build = new Build(api);
const service = await messageService();
ok(await api.post('/connectors', { connectorId: 'http-email', config: { endpoint: service.endpoint } }));
const app = await newApp(api);
ok(await api.patch('/account-center', { enabled: true, fields: fields('Edit') }));
ok(await api.patch('/sign-in-exp', { sentinelPolicy: { maxAttempts: 5, lockoutDuration: 10 } }));
const otherPassword = 'Meadow-lantern_58!';
const blocked = 'session.verification_blocked_too_many_attempts';
const denied = 'verification_record.permission_denied';
const address = () => `${unique('mail')}@x.example`.toLowerCase();

/** The code of the message that the application has caused to the address, once that is there. */
async function codeFor(to: string, from = app): Promise<string> {
  const find = () => service.got.find((one) => one.to === to && one.payload.application?.id === from.id);
  await expect.poll(find, { timeout: 20_000 }).toBeTruthy();
  return find()!.payload.code;
}

/** Proves an address by its code, with a token of the application; the id of that. */
async function proveAddress(owner: Owner, value: string, from = app): Promise<string> {
  const identifier = { type: 'email', value };
  const { verificationRecordId: verificationId } =
    ok(await owner.call('POST', '/verifications/verification-code', { identifier }), 201);
  ok(await owner.call('POST', '/verifications/verification-code/verify',
    { identifier, verificationId, code: await codeFor(value, from) }));
  return verificationId;
}

/** Every call, from the document; bodies that pass the first look. */
const { paths } = ok(await send('GET', `${server.base}/api/.well-known/user.openapi.json`));
const calls = Object.entries<any>(paths).flatMap(([path, item]) => Object.keys(item)
  .map((method) => [method.toUpperCase(), path.replace('/api', '').replace(/\{\w+\}/g, 'x')] as const));
const changing = calls.filter(([method]) => method !== 'GET');

test('there are calls to attack', () => {
  expect(calls.length).toBeGreaterThan(15);
});

// ---- tokens

test('what is no opaque access token of a person opens nothing', async () => {
  const person = await newPerson(api), resource = await build.resource(), organization = await build.organization();
  ok(await api.post(`/organizations/${organization.id}/users`, { userIds: [person.id] }), 201);
  const tokens = await tokensOf(server.base, app, person, 'openid offline_access profile urn:logto:scope:organizations');
  const refreshed = async (more: Record<string, string>) => ok(await send('POST', `${server.base}/oidc/token`,
    { body: new URLSearchParams({ grant_type: 'refresh_token', client_id: app.id,
      refresh_token: tokens.refresh_token, ...more }) }));
  const { access_token: organizationToken } = await refreshed({ organization_id: organization.id });
  const exchanging = await newApp(api, 'SPA', { customClientMetadata: { allowTokenExchange: true } });
  const { access_token: jwt } = ok(await send('POST', `${server.base}/oidc/token`, { body: new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', client_id: exchanging.id,
    subject_token: tokens.access_token, subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    resource: resource.indicator }) }));
  const personal = ok(await api.post(`/users/${person.id}/personal-access-tokens`, { name: 'p' }), 201).value;
  for (const token of [tokens.id_token, tokens.refresh_token, organizationToken, jwt, personal, await server.token(),
    'x', tokens.access_token.slice(0, -1), `${tokens.access_token}x`, 'a.b.c']) {
    const answer = await new Owner(server.base, token as string, person).get();
    expect([answer.status, answer.body.code, answer.body.data]).toEqual([401, 'auth.unauthorized', undefined]);
  }
  ok(await new Owner(server.base, tokens.access_token, person).get());
});

test('each way to send no token has its answer', async () => {
  const ask = (headers: Record<string, string>) => send('GET', `${server.base}/api/my-account`, { headers });
  problem(await ask({}), 401, 'auth.authorization_header_missing');
  problem(await ask({ authorization: 'Basic YTpi' }), 401, 'auth.authorization_token_type_not_supported');
  problem(await ask({ authorization: 'Bearer' }), 401, 'auth.unauthorized');
});

test('a token without openid is refused', async () => {
  const person = await newPerson(api);
  const { access_token: token } = await tokensOf(server.base, app, person, 'offline_access profile');
  problem(await new Owner(server.base, token, person).get(), 403, 'auth.forbidden');
});

test('a token that was revoked, and one whose user or application is gone or suspended, opens nothing', async () => {
  const [revoked, suspended, deleted] = [await newOwner(server, app), await newOwner(server, app),
    await newOwner(server, app)];
  const own = await newApp(api), orphan = await newOwner(server, own);
  ok(await send('POST', `${server.base}/oidc/token/revocation`,
    { body: new URLSearchParams({ client_id: app.id, token: revoked.token }) }));
  ok(await api.patch(`/users/${suspended.person.id}/is-suspended`, { isSuspended: true }));
  ok(await api.delete(`/users/${deleted.person.id}`), 204);
  ok(await api.delete(`/applications/${own.id}`), 204);
  for (const owner of [revoked, suspended, deleted, orphan]) {
    problem(await owner.get(), 401, 'auth.unauthorized');
    problem(await owner.call('POST', '/verifications/password', { password: goodPassword }), 401,
      'auth.unauthorized');
  }
  ok(await api.patch(`/users/${suspended.person.id}/is-suspended`, { isSuspended: false }));
  problem(await suspended.get(), 401, 'auth.unauthorized');
});

const elsewhere = newTenant(server, 'elsewhere');
const stranger = newOwner(server, app);

test.each(calls)('%s %s is closed to a token of another tenant', async (method, path) => {
  const { host } = await elsewhere;
  const answer = await (await stranger).call(method, path, method === 'GET' ? undefined : {}, { headers: { host } });
  problem(answer, 401, 'auth.unauthorized');
});

const guest = (async () => {
  const theirs = await newThirdParty(api, ['profile', 'email', 'phone', 'custom_data', 'identities']);
  const person = await newPerson(api, { name: 'Ada' });
  const { access_token: token } = await tokensOf(server.base, theirs, person,
    'openid profile email phone custom_data identities');
  return new Owner(server.base, token, person);
})();

test.each(changing)('%s %s is closed to an application of a third party', async (method, path) => {
  problem(await (await guest).call(method, path, {}), 403, 'auth.third_party_application_forbidden');
});

test('an application of a third party reads what it was given, and changes nothing', async () => {
  const { person } = await guest;
  expect(ok(await (await guest).get())).toMatchObject({ id: person.id, name: 'Ada' });
  const own = new Owner(server.base, (await tokensOf(server.base, app, person)).access_token, person);
  const proof = await own.prove();
  problem(await (await guest).call('POST', '/my-account/password', { password: otherPassword }, { proof }), 403,
    'auth.third_party_application_forbidden');
  expect(ok(await api.get(`/users/${person.id}`)).name).toBe('Ada');
  await own.prove();
});

// ---- proofs

test('the proof of another person is none, whichever call it is for', async () => {
  const [owner, thief] = [await newOwner(server, app, { primaryEmail: address() }), await newOwner(server, app,
    { primaryEmail: address() })];
  const proof = await owner.prove();
  for (const [method, path, body] of [['PATCH', '', { username: 'stolen' }], ['POST', '/password',
    { password: otherPassword }], ['DELETE', '/primary-email'], ['DELETE', '/primary-phone'],
    ['DELETE', '/identities/x'], ['GET', '/sessions'], ['GET', '/grants'], ['DELETE', '/sessions/x'],
    ['DELETE', '/grants/x'], ['POST', '/primary-email', { email: address(), newIdentifierVerificationRecordId: 'x' }],
  ] as const)
    problem(await thief.call(method, `/my-account${path}`, body, { proof }), 401, denied);
  ok(await owner.call('DELETE', '/my-account/primary-phone', undefined, { proof }), 204);
});

test('a proof of another tenant is none', async () => {
  const other = await newTenant(server, 'proofs'), headers = { host: other.host };
  ok(await other.api.patch('/account-center', { enabled: true, fields: fields('Edit') }));
  const person = await newPerson(other.api), theirs = await newApp(other.api);
  const { access_token: token } = await tokensOf(server.base, theirs, person, undefined, headers);
  const there = new Owner(server.base, token, person);
  ok(await there.get('/my-account', { headers }));
  const made = ok(await there.call('POST', '/verifications/password', { password: goodPassword }, { headers }), 201);
  const owner = await newOwner(server, app);
  problem(await owner.get('/my-account/sessions', { proof: made.verificationRecordId }), 401, denied);
});

test('what is not verified, and what proves a new address, is no proof of the person', async () => {
  const owner = await newOwner(server, app, { primaryEmail: address() });
  const identifier = { type: 'email', value: owner.person.primaryEmail };
  const begun = ok(await owner.call('POST', '/verifications/verification-code', { identifier }), 201);
  const fresh = await proveAddress(owner, address());
  for (const proof of [begun.verificationRecordId, fresh, '', ' ', 'x'.repeat(500)])
    problem(await owner.get('/my-account/sessions', { proof }), 401, denied);
});

test('the proof of a new address is used up by it, and is no good for another person', async () => {
  const [owner, thief] = [await newOwner(server, app), await newOwner(server, app)];
  const email = address(), id = await proveAddress(owner, email);
  const set = (who: Owner, proof: string) => who.call('POST', '/my-account/primary-email',
    { email, newIdentifierVerificationRecordId: id }, { proof });
  const [proof, theirs] = [await owner.prove(), await thief.prove()];
  problem(await set(thief, theirs), 400, 'verification_record.not_found');
  const answers = await times(8, () => set(owner, proof));
  expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(7).fill(400)]);
  ok(await owner.call('DELETE', '/my-account/primary-email', undefined, { proof }), 204);
  problem(await set(owner, proof), 400, 'verification_record.not_found');
});

// Both prove it at once, so each has an application of their own: its name tells whose code a message brings.
test('two people who proved the same address do not both get it', async () => {
  const email = address();
  const people = await times(2, async () => {
    const own = await newApp(api), owner = await newOwner(server, own);
    return { owner, own, proof: await owner.prove() };
  });
  const proven = await Promise.all(people.map(async ({ owner, own, proof }) =>
    ({ owner, proof, id: await proveAddress(owner, email, own) })));
  const answers = await Promise.all(proven.map(({ owner, proof, id }) => owner.call('POST',
    '/my-account/primary-email', { email, newIdentifierVerificationRecordId: id }, { proof })));
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 422]);
});

// ---- guesses

test('of 64 guesses at a password with a stolen token, the right one among them, few learn anything', async () => {
  const owner = await newOwner(server, app);
  const answers = await times(64, (i) => owner.call('POST', '/verifications/password',
    { password: i === 63 ? goodPassword : `wrong ${i}` }));
  const told = answers.filter(({ body }) => body.code !== blocked);
  expect(told.length).toBeLessThanOrEqual(5);
  problem(await owner.call('POST', '/verifications/password', { password: goodPassword }), 400, blocked);
  const again = new Owner(server.base, (await tokensOf(server.base, app, owner.person)).access_token, owner.person);
  problem(await again.call('POST', '/verifications/password', { password: goodPassword }), 400, blocked);
  ok(await api.post('/sentinel-activities/delete', { targetType: 'User', targets: [owner.person.id] }), 204);
  await owner.prove();
});

test('a code is guessed no more often than at the sign-in pages', async () => {
  const owner = await newOwner(server, app), value = address(), identifier = { type: 'email', value };
  const { verificationRecordId: verificationId } =
    ok(await owner.call('POST', '/verifications/verification-code', { identifier }), 201);
  const code = await codeFor(value);
  const guess = (typed: string) => owner.call('POST', '/verifications/verification-code/verify',
    { identifier, verificationId, code: typed });
  const wrong = code === '000000' ? '111111' : '000000';
  const answers = await times(32, () => guess(wrong));
  expect(answers.filter(({ body }) => body.code === 'verification_code.code_mismatch').length).toBeLessThanOrEqual(4);
  problem(await guess(code), 400, blocked);
});

test('a person does not have codes sent without end', async () => {
  const owner = await newOwner(server, app);
  const send = (value: string) =>
    owner.call('POST', '/verifications/verification-code', { identifier: { type: 'email', value } });
  const same = address();
  for (let i = 0; i < 10; i++) ok(await send(same), 201);
  problem(await send(same), 429, 'request.message_rate_limited');
  const answers = await times(120, () => send(address()));
  expect(answers.filter(({ status }) => status !== 201).map(({ status }) => status)).toContain(429);
  problem(await send(address()), 429, 'request.message_rate_limited');
});

test('a client of its own secret is no person', async () => {
  const { id, secret } = await newThirdParty(api, []);
  problem(await send('GET', `${server.base}/api/my-account`, { headers: { authorization: basic(id, secret as string) } }),
    401, 'auth.authorization_token_type_not_supported');
});
