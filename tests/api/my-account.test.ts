// People and their own account: what they see of it, what they change, and what they must prove first.
import LogtoNodeClient, { UserScope } from '@logto/node';
import { expect, test } from 'vitest';
import { Browser, goodPassword, newApp, newPerson, redirectUri } from './support/browser.ts';
import { unique } from './support/build.ts';
import { send } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { messageService } from './support/messages.ts';
import { fields, newOwner, newThirdParty, Owner, tokensOf } from './support/owner.ts';
import { faults } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true', '--uploads', 'data'] });
const { api } = server;
const service = await messageService();
for (const connectorId of ['http-email', 'http-sms'])
  ok(await api.post('/connectors', { connectorId, config: { endpoint: service.endpoint } }));
const app = await newApp(api);
const otherPassword = 'Meadow-lantern_58!';
const center = async (change: object) => ok(await api.patch('/account-center', change));
const everything = { enabled: true, fields: fields('Edit') };
await center(everything);

const address = () => `${unique('mail')}@x.example`.toLowerCase();
let numbers = 0;
const number = () => `6141${String(Date.now() % 1e5).padStart(5, '0')}${String(numbers++).padStart(2, '0')}`;
const seen = async (person: { id: string }): Promise<any> => ok(await api.get(`/users/${person.id}`));

const messagesTo = (address: string) => service.got.filter(({ to }) => to === address);

/** The `nth` message to the address, once it is there. */
async function sent(to: string, nth = 1): Promise<any> {
  await expect.poll(() => messagesTo(to).length, { timeout: 10_000 }).toBe(nth);
  return messagesTo(to).at(-1);
}

/** Begins the proof of an identifier by a code. */
const ask = async (owner: Owner, identifier: object): Promise<string> =>
  ok(await owner.call('POST', '/verifications/verification-code', { identifier }), 201).verificationRecordId;
const answer = (owner: Owner, identifier: object, verificationId: string, code: string) =>
  owner.call('POST', '/verifications/verification-code/verify', { identifier, verificationId, code });

async function proveAddress(owner: Owner, identifier: { type: string; value: string }): Promise<string> {
  const nth = messagesTo(identifier.value).length + 1, id = await ask(owner, identifier);
  const { payload } = await sent(identifier.value, nth);
  expect(ok(await answer(owner, identifier, id, payload.code))).toEqual({ verificationRecordId: id });
  return id;
}

// ---- the token

test('the token that @logto/node gets opens the account', async () => {
  const { id: appId } = await newApp(api, 'Traditional');
  const [{ value: appSecret }] = ok(await api.get(`/applications/${appId}/secrets`));
  const kept = new Map<string, string>();
  let to = '';
  const client = new LogtoNodeClient({ endpoint: server.base, appId, appSecret, scopes: [UserScope.Email] }, {
    storage: { getItem: async (key: string) => kept.get(key) ?? null,
      setItem: async (key: string, value: string) => { kept.set(key, value); },
      removeItem: async (key: string) => { kept.delete(key); } },
    navigate: (url) => { to = url; } });
  const person = await newPerson(api, { primaryEmail: address(), name: 'Ada' });
  await client.signIn({ redirectUri });
  await client.handleSignInCallback((await new Browser(() => server.base).open(to, person)).href);
  const owner = new Owner(server.base, await client.getAccessToken(), person);
  expect(ok(await owner.get())).toMatchObject({ id: person.id, name: 'Ada', primaryEmail: person.primaryEmail });
  ok(await owner.call('PATCH', '/my-account', { name: 'Ada L.' }));
  expect((await seen(person)).name).toBe('Ada L.');
});

test('while the account center is off nobody sees or changes anything', async () => {
  const owner = await newOwner(server, app);
  await center({ enabled: false });
  try {
    problem(await owner.get(), 400, 'account_center.not_enabled');
    problem(await owner.call('PATCH', '/my-account', { name: 'x' }), 400, 'account_center.not_enabled');
    problem(await owner.call('POST', '/verifications/password', { password: goodPassword }), 400,
      'account_center.not_enabled');
  } finally {
    await center(everything);
  }
});

test('a scope opens its part of the account, and no other', async () => {
  const person = await newPerson(api, { name: 'Ada', primaryEmail: address(), primaryPhone: number(),
    customData: { colour: 'blue' }, profile: { nickname: 'A', address: { locality: 'Bath' } } });
  const of = async (scope: string) =>
    ok(await new Owner(server.base, (await tokensOf(server.base, app, person, scope)).access_token, person).get());
  const always = { id: person.id, hasSecurityVerificationMethod: true };
  const plain = { ...always, username: person.username, name: 'Ada', avatar: null, applicationId: app.id,
    cimdClientId: null, isSuspended: false, hasPassword: true, createdAt: expect.any(Number),
    updatedAt: expect.any(Number), lastSignInAt: expect.any(Number) };
  expect(await of('openid')).toEqual(always);
  expect(await of('openid profile')).toEqual({ ...plain, profile: { nickname: 'A' } });
  expect(await of('openid email')).toEqual({ ...always, primaryEmail: person.primaryEmail });
  expect(await of('openid phone')).toEqual({ ...always, primaryPhone: person.primaryPhone });
  expect(await of('openid custom_data')).toEqual({ ...always, customData: { colour: 'blue' } });
  expect(await of('openid identities')).toEqual({ ...always, identities: {} });
  expect(await of('openid profile address'))
    .toEqual({ ...plain, profile: { nickname: 'A', address: { locality: 'Bath' } } });
});

// ---- fields

test('a field is hidden, shown or changed as the account center says', async () => {
  const owner = await newOwner(server, app, { name: 'Ada', primaryEmail: address() });
  const change = (body: object) => owner.call('PATCH', '/my-account', body);
  try {
    await center({ fields: fields('ReadOnly', { name: 'Off' }) });
    const shown = ok(await owner.get());
    expect(shown).toMatchObject({ primaryEmail: owner.person.primaryEmail, avatar: null, hasPassword: true });
    expect(shown).not.toHaveProperty('name');
    for (const body of [{ name: 'x' }, { avatar: 'https://a.example/a.png' }, { username: 'x' }, { customData: {} }])
      problem(await change(body), 400, 'account_center.field_not_editable');
    problem(await owner.call('PATCH', '/my-account/profile', { nickname: 'x' }), 400,
      'account_center.field_not_editable');
    const proof = await owner.prove();
    for (const [method, path, body] of [['POST', '/password', { password: otherPassword }],
      ['DELETE', '/primary-email'], ['DELETE', '/primary-phone'], ['DELETE', '/identities/x'],
      ['DELETE', '/sessions/x'], ['DELETE', '/grants/x']] as const)
      problem(await owner.call(method, `/my-account${path}`, body, { proof }), 400,
        'account_center.field_not_editable');
    await center({ fields: {} });
    expect(ok(await owner.get())).not.toHaveProperty('primaryEmail');
    for (const path of ['/sessions', '/grants'])
      problem(await owner.get(`/my-account${path}`, { proof }), 400, 'account_center.field_not_enabled');
  } finally {
    await center(everything);
  }
  expect((await seen(owner.person)).name).toBe('Ada');
});

test('what a token has no scope for is not changed through it', async () => {
  const owner = await newOwner(server, app, { primaryEmail: address(), profile: { nickname: 'A' } }, 'openid');
  const proof = await owner.prove();
  for (const [method, path, body] of [['PATCH', '', { name: 'x' }], ['PATCH', '', { customData: {} }],
    ['PATCH', '/profile', { nickname: 'x' }], ['POST', '/password', { password: otherPassword }],
    ['DELETE', '/primary-email'], ['DELETE', '/primary-phone']] as const)
    problem(await owner.call(method, `/my-account${path}`, body, { proof }), 400, 'auth.unauthorized');
  for (const [method, path] of [['GET', '/sessions'], ['GET', '/grants'], ['DELETE', '/sessions/x'],
    ['DELETE', '/grants/x'], ['DELETE', '/identities/x']] as const)
    problem(await owner.call(method, `/my-account${path}`, undefined, { proof }), 401, 'auth.unauthorized');
  const slim = await newOwner(server, app, {}, 'openid profile');
  problem(await slim.call('PATCH', '/my-account/profile', { address: { country: 'x' } }), 400, 'auth.unauthorized');
  expect(await seen(owner.person)).toMatchObject({ primaryEmail: owner.person.primaryEmail,
    profile: { nickname: 'A' } });
});

test('name, picture and custom data are replaced, the profile is added to', async () => {
  const owner = await newOwner(server, app, { customData: { a: 1 }, profile: { nickname: 'A',
    address: { locality: 'Bath' } } });
  const change = (body: object) => owner.call('PATCH', '/my-account', body);
  const changes = { name: 'Eve', avatar: 'https://a.example/a.png', customData: { b: 2 } };
  expect(ok(await change(changes))).toMatchObject(changes);
  expect(ok(await change({ name: null, avatar: null }))).toMatchObject({ name: null, avatar: null,
    customData: { b: 2 } });
  expect(ok(await owner.call('PATCH', '/my-account/profile', { address: { country: 'Wales' }, website: 'x' })))
    .toEqual({ nickname: 'A', address: { country: 'Wales' }, website: 'x' });
  expect((await seen(owner.person)).profile).toEqual({ nickname: 'A', address: { country: 'Wales' }, website: 'x' });
  problem(await change({}), 422, 'entity.invalid_input');
  problem(await change({ primaryEmail: address() }), 422, 'entity.invalid_input');
  for (const [body, path] of [[{ name: 1 }, 'name'], [{ avatar: 'x' }, 'avatar'], [{ customData: 'x' }, 'customData'],
    [{ avatar: 'javascript:alert(1)' }, 'avatar'], [{ username: '1x' }, 'username']] as const)
    expect(faults(problem(await change(body), 400, 'guard.invalid_input'))).toEqual([path]);
  problem(await change({ name: 'x'.repeat(129) }), 422, 'entity.value_too_long');
});

test('a picture is uploaded, and not without end', async () => {
  const owner = await newOwner(server, app);
  const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(30, 7)]);
  const body = Buffer.concat([Buffer.from('--cut\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n' +
    'content-type: image/png\r\n\r\n'), png, Buffer.from('\r\n--cut--\r\n')]);
  const upload = () => owner.call('POST', '/my-account/user-assets/avatar', body,
    { headers: { 'content-type': 'multipart/form-data; boundary=cut' } });
  const { url } = ok(await upload());
  expect((await send('GET', url)).bytes).toEqual(png);
  expect(ok(await owner.call('PATCH', '/my-account', { avatar: url })).avatar).toBe(url);
  const answers = [];
  for (let i = 0; i < 10; i++) answers.push((await upload()).status);
  expect(answers).toEqual([...Array(9).fill(200), 429]);
});

// ---- proofs

test('a password is a proof for ten minutes, for any number of calls', async () => {
  const owner = await newOwner(server, app), taken = await newPerson(api);
  const username = unique('renamed').replace(/\W/g, '_');
  const rename = (to: string, proof?: string) =>
    owner.call('PATCH', '/my-account', { username: to }, proof ? { proof } : {});
  problem(await owner.call('POST', '/verifications/password', { password: 'wrong' }), 422,
    'session.invalid_credentials');
  const begun = Date.now();
  const made = ok(await owner.call('POST', '/verifications/password', { password: goodPassword }), 201);
  expect(made).toEqual({ verificationRecordId: expect.stringMatching(/^[0-9a-z]{21}$/),
    expiresAt: new Date(made.expiresAt).toISOString() });
  expect(Math.abs(Date.parse(made.expiresAt) - begun - 600_000)).toBeLessThan(30_000);
  problem(await rename(username), 401, 'verification_record.permission_denied');
  problem(await rename(username, 'unknown'), 401, 'verification_record.permission_denied');
  problem(await rename(taken.username, made.verificationRecordId), 422, 'user.username_already_in_use');
  expect(ok(await rename(username, made.verificationRecordId)).username).toBe(username);
  expect(ok(await rename(`${username}_2`, made.verificationRecordId)).username).toBe(`${username}_2`);
});

test('the tenant’s rules for user names hold here too', async () => {
  const owner = await newOwner(server, app), proof = await owner.prove();
  const rename = (username: string) => owner.call('PATCH', '/my-account', { username }, { proof });
  const { usernamePolicy } = ok(await api.get('/sign-in-exp'));
  ok(await api.patch('/sign-in-exp', { usernamePolicy: { caseSensitive: false, minLength: 3, maxLength: 128,
    allowedChars: { lowercase: true, uppercase: true, numbers: false, underscore: true } } }));
  try {
    problem(await rename('ab'), 422, 'user.username_too_short');
    problem(await rename('abc1'), 422, 'user.username_numbers_not_allowed');
    const other = await newOwner(server, app), name = unique('Same').replace(/[\W\d]/g, '_');
    ok(await other.call('PATCH', '/my-account', { username: name }, { proof: await other.prove() }));
    problem(await rename(name.toUpperCase()), 422, 'user.username_already_in_use');
  } finally {
    ok(await api.patch('/sign-in-exp', { usernamePolicy }));
  }
});

test('a new password needs a proof and fits the policy; tokens live on', async () => {
  const owner = await newOwner(server, app), proof = await owner.prove();
  const change = (password: string, withProof = true) =>
    owner.call('POST', '/my-account/password', { password }, withProof ? { proof } : {});
  problem(await change(otherPassword, false), 401, 'verification_record.permission_denied');
  expect(problem(await change('Ab1!'), 422, 'password.rejected').data)
    .toEqual([{ code: 'password_rejected.too_short', interpolation: { min: 8 } }]);
  problem(await change(goodPassword), 422, 'user.same_password');
  ok(await change(otherPassword), 204);
  problem(await owner.call('POST', '/verifications/password', { password: goodPassword }), 422,
    'session.invalid_credentials');
  await owner.prove(otherPassword);
  ok(await owner.get());
  await new Browser(() => server.base).signIn(app, { ...owner.person, password: otherPassword });
});

test('who has nothing to prove themselves by sets a first password without a proof', async () => {
  const { id } = ok(await api.post('/users', { username: unique('bare').replace(/\W/g, '_') }));
  const subject = ok(await api.post('/subject-tokens', { userId: id }), 201).subjectToken;
  const exchanging = await newApp(api, 'SPA', { customClientMetadata: { allowTokenExchange: true } });
  const { access_token: token } = ok(await send('POST', `${server.base}/oidc/token`, { body: new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', client_id: exchanging.id, subject_token: subject,
    subject_token_type: 'urn:logto:token-type:impersonation_token', scope: 'openid profile' }) }));
  const bare = new Owner(server.base, token, { id, username: '', password: '' });
  expect(ok(await bare.get())).toMatchObject({ hasPassword: false, hasSecurityVerificationMethod: false });
  ok(await bare.call('POST', '/my-account/password', { password: otherPassword }), 204);
  expect(ok(await bare.get())).toMatchObject({ hasPassword: true, hasSecurityVerificationMethod: true });
  problem(await bare.call('POST', '/my-account/password', { password: goodPassword }), 401,
    'verification_record.permission_denied');
});

// ---- addresses and numbers

test.each(['email', 'phone'] as const)('a new %s is the account’s once it is proven', async (type) => {
  const [old, fresh, taken] = type === 'email' ? [address(), address(), address()] : [number(), number(), number()];
  const member = type === 'email' ? 'primaryEmail' : 'primaryPhone';
  const path = `/my-account/primary-${type}`;
  const owner = await newOwner(server, app, { [member]: old }), proof = await owner.prove();
  await newPerson(api, { [member]: taken });
  const set = (value: string, newIdentifierVerificationRecordId: string, more: object = { proof }) =>
    owner.call('POST', path, { [type]: value, newIdentifierVerificationRecordId }, more);
  const of = (value: string) => ({ type, value });

  expect(faults(problem(await owner.call('POST', '/verifications/verification-code', { identifier: of('x') }), 400,
    'guard.invalid_input'))).toEqual(['identifier.value']);
  const id = await ask(owner, of(fresh));
  const message = await sent(fresh);
  expect(message).toMatchObject({ type: 'BindNewIdentifier', payload: { application: { id: app.id } } });
  const { code } = message.payload;
  problem(await set(fresh, id), 400, 'verification_record.not_found');
  problem(await answer(owner, of(fresh), id, code === '000000' ? '111111' : '000000'), 400,
    'verification_code.code_mismatch');
  problem(await answer(owner, of(old), id, code), 400, `verification_code.${type}_mismatch`);
  problem(await answer(owner, of(fresh), 'unknown', code), 400, 'verification_record.not_found');
  ok(await answer(owner, of(fresh), id, code));
  problem(await answer(owner, of(fresh), id, code), 400, 'verification_code.not_found');

  problem(await set(fresh, id, {}), 401, 'verification_record.permission_denied');
  problem(await set(fresh, id, { proof: id }), 401, 'verification_record.permission_denied');
  problem(await set(type === 'email' ? address() : number(), id), 400, 'verification_record.not_found');
  problem(await set(fresh, proof), 400, 'verification_record.not_found');
  problem(await set(taken, await proveAddress(owner, of(taken))), 422, `user.${type}_already_in_use`);
  ok(await set(fresh, id), 204);
  expect((await seen(owner.person))[member]).toBe(fresh);

  const own = await proveAddress(owner, of(fresh));
  expect((await sent(fresh, 2)).type).toBe('UserPermissionValidation');
  ok(await owner.call('DELETE', path, undefined, { proof: own }), 204);
  expect((await seen(owner.person))[member]).toBeNull();
  ok(await owner.call('DELETE', path, undefined, { proof }), 204);
  problem(await owner.call('DELETE', path), 401, 'verification_record.permission_denied');
});

test('a blocked address does not become the account’s, and no address joins an organization', async () => {
  const domain = `${unique('d')}.example`, owner = await newOwner(server, app), proof = await owner.prove();
  const { id } = ok(await api.post('/organizations', { name: domain }), 201);
  ok(await api.post(`/organizations/${id}/jit/email-domains`, { emailDomain: domain }), 201);
  const set = async (email: string) => owner.call('POST', '/my-account/primary-email', { email,
    newIdentifierVerificationRecordId: await proveAddress(owner, { type: 'email', value: email }) }, { proof });
  ok(await api.patch('/sign-in-exp', { emailBlocklistPolicy: { customBlocklist: [`bad@${domain}`] } }));
  problem(await set(`bad@${domain}`), 422, 'session.email_blocklist.email_not_allowed');
  ok(await set(`good@${domain}`), 204);
  expect(ok(await api.get(`/users/${owner.person.id}/organizations`))).toEqual([]);
});

test('without a connector no code is sent', async () => {
  const plain = await startServer();
  ok(await plain.api.patch('/account-center', everything));
  const owner = await newOwner(plain, await newApp(plain.api));
  problem(await owner.call('POST', '/verifications/verification-code',
    { identifier: { type: 'email', value: address() } }), 501, 'connector.not_found');
});

test('the last way to sign in stays', async () => {
  const owner = await newOwner(server, app, { primaryEmail: address() }), target = unique('target');
  const proof = await owner.prove(), { id } = owner.person;
  ok(await api.patch(`/users/${id}`, { username: null }));
  problem(await owner.call('DELETE', '/my-account/primary-email', undefined, { proof }), 400,
    'user.last_sign_in_method_required');
  ok(await api.put(`/users/${id}/identities/${target}`, { userId: target }), 201);
  ok(await owner.call('DELETE', '/my-account/primary-email', undefined, { proof }), 204);
  problem(await owner.call('DELETE', `/my-account/identities/${target}`, undefined, { proof }), 400,
    'user.last_sign_in_method_required');
  ok(await api.patch(`/users/${id}`, { username: owner.person.username }));
  problem(await owner.call('DELETE', `/my-account/identities/${target}`), 401,
    'verification_record.permission_denied');
  ok(await owner.call('DELETE', `/my-account/identities/${target}`, undefined, { proof }), 204);
  problem(await owner.call('DELETE', `/my-account/identities/${target}`, undefined, { proof }), 404,
    'user.identity_not_exist');
  expect((await seen(owner.person)).identities).toEqual({});
});

// ---- sessions and grants

test('people see where they are signed in, and sign out there', async () => {
  const person = await newPerson(api), second = await newApp(api);
  const here = new Owner(server.base, (await tokensOf(server.base, app, person)).access_token, person);
  const there = await tokensOf(server.base, second, person);
  const proof = await here.prove(), list = async () => ok(await here.get('/my-account/sessions', { proof })).sessions;
  problem(await here.get('/my-account/sessions'), 401, 'verification_record.permission_denied');
  const sessions = await list();
  expect(sessions.map((one: any) => [one.clientId, one.isCurrent]).sort())
    .toEqual([[app.id, true], [second.id, false]].sort());
  const uid = (of: { id: string }) => sessions.find((one: any) => one.clientId === of.id).payload.uid;
  const end = (id: string, query: Record<string, string> = {}) =>
    here.call('DELETE', `/my-account/sessions/${id}`, undefined, { proof, query });
  expect(problem(await end('unknown'), 400, 'oidc.session_not_found').data).toEqual({ status: 404 });
  expect(faults(problem(await end(uid(second), { revokeGrantsTarget: 'x' }), 400, 'guard.invalid_input')))
    .toEqual(['revokeGrantsTarget']);
  ok(await end(uid(second), { revokeGrantsTarget: 'all' }), 204);
  expect(await list()).toHaveLength(1);
  expect((await send('GET', `${server.base}/oidc/me`,
    { headers: { authorization: `Bearer ${there.access_token}` } })).status).toBe(401);
  ok(await end(uid(app), { revokeGrantsTarget: 'firstParty' }), 204);
  problem(await here.get('/my-account/sessions', { proof }), 401, 'auth.unauthorized');
});

test('people see what applications have of their account, and take it', async () => {
  const person = await newPerson(api), theirs = await newThirdParty(api, ['profile']);
  const owner = new Owner(server.base, (await tokensOf(server.base, app, person)).access_token, person);
  const stranger = await tokensOf(server.base, theirs, person, 'openid profile');
  const proof = await owner.prove();
  const list = async (query: Record<string, string> = {}): Promise<any[]> =>
    ok(await owner.get('/my-account/grants', { proof, query })).grants;
  problem(await owner.get('/my-account/grants'), 401, 'verification_record.permission_denied');
  expect((await list()).map(({ application }) => application.id).sort()).toEqual([app.id, theirs.id].sort());
  const [grant] = await list({ appType: 'thirdParty' });
  expect(grant).toMatchObject({ application: { id: theirs.id }, payload: { accountId: person.id } });
  const end = (id: string, more: object = { proof }) =>
    owner.call('DELETE', `/my-account/grants/${id}`, undefined, more);
  problem(await end(grant.id, {}), 401, 'verification_record.permission_denied');
  problem(await end('unknown'), 404, 'oidc.invalid_grant');
  ok(await end(grant.id), 204);
  expect((await send('GET', `${server.base}/oidc/me`,
    { headers: { authorization: `Bearer ${stranger.access_token}` } })).status).toBe(401);
  expect(await list({ appType: 'thirdParty' })).toEqual([]);
});

// ---- pages of others, and what is told

test('any page may call with a token that it was given', async () => {
  const owner = await newOwner(server, app), origin = 'https://shop.example';
  const answer = await owner.get('/my-account', { headers: { origin } });
  ok(answer);
  expect(answer.headers).toMatchObject({ 'access-control-allow-origin': origin,
    'access-control-expose-headers': '*', vary: expect.stringMatching(/\bOrigin\b/) });
  expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  const before = await send('OPTIONS', `${server.base}/api/verifications/password`, { headers: { origin,
    'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization, logto-verification-id' } });
  expect([before.status, before.headers['access-control-allow-headers']])
    .toEqual([204, 'authorization, logto-verification-id']);
});

test('the log tells of changes and of what was refused, and shows no secret', async () => {
  const owner = await newOwner(server, app), proof = await owner.prove();
  problem(await owner.call('POST', '/my-account/password', { password: otherPassword }), 401,
    'verification_record.permission_denied');
  ok(await owner.call('POST', '/my-account/password', { password: otherPassword }, { proof }), 204);
  const entries: any[] = ok(await api.get('/logs', { query: { userId: owner.person.id,
    logKey: 'Account.Password.Update' } }));
  expect(entries.map(({ payload }) => [payload.result, payload.applicationId]))
    .toEqual([['Success', app.id], ['Error', app.id]]);
  const proofs: any[] = ok(await api.get('/logs', { query: { userId: owner.person.id,
    logKey: 'Account.Verification.Password.Submit' } }));
  expect(proofs.map(({ payload }) => payload.result)).toEqual(['Success']);
  expect(JSON.stringify([entries, proofs])).not.toMatch(/Meadow|Quiet/);
});

test('the document of the API for people has these calls, and says what opens them', async () => {
  const { paths, security } = ok(await send('GET', `${server.base}/api/.well-known/user.openapi.json`));
  expect(security).toEqual([{ cookieAuth: ['all'] }]);
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/api/my-account', '/api/verifications/password']));
  expect(Object.keys(paths).filter((path) => !/^\/api\/(my-account|verifications)\b/.test(path))).toEqual([]);
  expect(paths['/api/my-account'].get.security).toEqual([{ accountToken: [] }]);
});
