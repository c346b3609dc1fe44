// Codes and magic links as proofs: what is sent and to whom not, what they prove, and how one joins by an address.
import { expect, test } from 'vitest';
import { Browser, newApp, newPerson } from './support/browser.ts';
import { unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { messageService } from './support/messages.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const service = await messageService();
for (const connectorId of ['http-email', 'http-sms'])
  ok(await api.post('/connectors', { connectorId, config: { endpoint: service.endpoint, authorization: 'Key' } }));
const method = (identifier: string, verificationCode = true) =>
  ({ identifier, password: true, verificationCode, isPasswordPrimary: true });
ok(await api.patch('/sign-in-exp', { signUp: { identifiers: ['email'], password: false, verify: true },
  signIn: { methods: [method('username', false), method('email'), method('phone')] } }));
const app = await newApp(api);
const start = async (event = 'SignIn') => (await new Browser(() => server.base).visit(app)).start(event);
const address = (domain = 'x.example') => ({ type: 'email', value: `${unique('mail')}@${domain}`.toLowerCase() });
const send = (b: Browser, identifier: object, interactionEvent = 'SignIn') =>
  b.page('POST', '/verification/verification-code', { identifier, interactionEvent });
const verify = (b: Browser, identifier: object, verificationId: string, code: string) =>
  b.page('POST', '/verification/verification-code/verify', { identifier, verificationId, code });
const wrong = (code: string) => (code === '000000' ? '111111' : '000000');

async function sent(to: string): Promise<string> {
  await expect.poll(() => service.got.some((one) => one.to === to), { timeout: 10000 }).toBe(true);
  return service.got.findLast((one) => one.to === to)?.payload.code;
}

/** Proves the identifier by the code that is sent to it. */
async function prove(b: Browser, identifier: { type: string; value: string }, event = 'SignIn'): Promise<string> {
  const { verificationId } = ok(await send(b, identifier, event));
  ok(await verify(b, identifier, verificationId, await sent(identifier.value)));
  return verificationId;
}

test('a person registers with a code, and signs in with one, by mail and by text message', async () => {
  for (const identifier of [address(), { type: 'phone', value: `614${Date.now() % 1e8}`.padEnd(11, '1') }]) {
    if (identifier.type === 'phone') await newPerson(api, { primaryPhone: identifier.value, primaryEmail: address().value });
    else {
      const r = await start('Register');
      ok(await r.page('POST', '/identification', { verificationId: await prove(r, identifier, 'Register') }), 201);
      ok(await r.page('POST', '/submit'));
    }
    const b = await start();
    ok(await b.page('POST', '/identification', { verificationId: await prove(b, identifier) }), 204);
    ok(await b.page('POST', '/submit'));
  }
});

test('the state shows nothing of the code', async () => {
  const [b, identifier] = [await start(), address()];
  ok(await send(b, identifier));
  expect(ok(await b.page('GET', '/interaction')).verificationRecords).toEqual([{ id: expect.any(String), identifier,
    type: 'EmailVerificationCode', templateType: 'SignIn', verified: false }]);
});

test('an address of nobody gets the same answer in the same time, and no message', async () => {
  ok(await api.patch('/sign-in-exp', { signInMode: 'SignIn' }));
  const known = address();
  await newPerson(api, { primaryEmail: known.value });
  const time = async (identifier: { type: string; value: string }) => {
    const b = await start(), began = performance.now();
    expect(Object.keys(ok(await send(b, identifier)))).toEqual(['verificationId']);
    return performance.now() - began;
  };
  const unknown = address();
  for (const identifier of [known, unknown]) expect(await time(identifier)).toBeGreaterThan(190);
  await sent(known.value);
  expect(service.got.some(({ to }) => to === unknown.value)).toBe(false);
  ok(await api.patch('/sign-in-exp', { signInMode: 'SignInAndRegister' }));
});

test('a slow or refusing service is nothing that the caller sees', async () => {
  service.answerWith(500, '{"secret":1}');
  const identifier = address(), answer = await send(await start(), identifier);
  expect(Object.keys(ok(answer))).toEqual(['verificationId']);
  await sent(identifier.value);
  service.answerWith(200, '{}');
});

test('of 64 guesses at once no more than the rules allow are looked at', async () => {
  ok(await api.patch('/sign-in-exp', { verificationCodePolicy: { maxRetryAttempts: 5 } }));
  const [b, identifier] = [await start(), address()];
  const { verificationId } = ok(await send(b, identifier));
  const code = await sent(identifier.value);
  const answers = await Promise.all(Array.from({ length: 64 }, () => verify(b, identifier, verificationId, wrong(code))));
  const codes = answers.map(({ body }) => body.code);
  expect(codes.filter((one) => one === 'verification_code.code_mismatch')).toHaveLength(5);
  problem(await verify(b, identifier, verificationId, code), 400, 'verification_code.exceed_max_try');
  ok(await api.patch('/sign-in-exp', { verificationCodePolicy: {} }));
});

test('guesses are counted in the lockout, whoever makes them', async () => {
  ok(await api.patch('/sign-in-exp', { sentinelPolicy: { maxAttempts: 3, lockoutDuration: 1 } }));
  const identifier = address();
  for (let i = 1; i <= 4; i++) {
    const b = await start(), { verificationId } = ok(await send(b, identifier));
    problem(await verify(b, identifier, verificationId, wrong(await sent(identifier.value))), 400,
      i < 3 ? 'verification_code.code_mismatch' : 'session.verification_blocked_too_many_attempts');
  }
  ok(await api.patch('/sign-in-exp', { sentinelPolicy: {} }));
});

test('a right code or link that comes while its address is blocked is used up, and proves nothing', async () => {
  ok(await api.patch('/sign-in-exp', { sentinelPolicy: { maxAttempts: 2, lockoutDuration: 10 } }));
  const locked = 'session.verification_blocked_too_many_attempts';
  const identifier = address(), b = await start();
  const { token, id } = ok(await api.post('/one-time-tokens', { email: identifier.value }), 201);
  const follow = () => b.page('POST', '/verification/one-time-token/verify', { identifier, token });
  const { verificationId } = ok(await send(b, identifier));
  const code = await sent(identifier.value);
  problem(await verify(b, identifier, verificationId, wrong(code)), 400, 'verification_code.code_mismatch');
  problem(await verify(b, identifier, verificationId, wrong(code)), 400, locked);
  problem(await verify(b, identifier, verificationId, code), 400, locked);
  problem(await follow(), 400, locked);
  expect(ok(await b.page('GET', '/interaction')).verificationRecords).toEqual([expect.objectContaining({ verified: false })]);
  expect(ok(await api.get(`/one-time-tokens/${id}`)).status).toBe('consumed');
  ok(await api.patch('/sign-in-exp', { sentinelPolicy: {} }));
  ok(await api.post('/sentinel-activities/delete', { targetType: 'User', targets: [identifier.value] }), 204);
  problem(await verify(b, identifier, verificationId, code), 400, 'verification_code.not_found');
  problem(await follow(), 400, 'one_time_token.token_consumed');
  await prove(b, identifier);
});

test('who forgot a password chooses another by a code, and the old one is worth nothing', async () => {
  ok(await api.patch('/sign-in-exp', { passwordPolicy: { rejects: { pwned: false } }, forgotPasswordMethods: null }));
  const identifier = address(), fresh = 'Slow-meadow_77!fern';
  const person = await newPerson(api, { primaryEmail: identifier.value });
  const b = await start('ForgotPassword');
  const choose = (password: string) => b.page('PUT', '/profile/password', { password });
  ok(await b.page('POST', '/identification', { verificationId: await prove(b, identifier, 'ForgotPassword') }), 204);
  problem(await b.page('POST', '/submit'), 422, 'user.new_password_required_in_profile');
  problem(await choose(person.password), 422, 'user.same_password');
  ok(await choose(fresh), 204);
  expect(ok(await b.page('GET', '/interaction')).profile).toEqual({});
  ok(await b.page('POST', '/submit'), 204);
  problem(await b.page('GET', '/interaction'), 404, 'session.interaction_not_found');
  const again = await start();
  problem(await again.page('POST', '/verification/password',
    { identifier: { type: 'username', value: person.username }, password: person.password }), 422,
    'session.invalid_credentials');
  ok(await again.page('POST', '/identification', { verificationId: await again.prove({ ...person, password: fresh }) }), 204);
});

test('who registers twice at once with an address of a domain is one member, with its roles', async () => {
  const domain = `${unique('firm')}.example`.toLowerCase().replace(/[^a-z0-9.-]/g, '');
  const org = ok(await api.post('/organizations', { name: 'Firm' }), 201);
  const role = ok(await api.post('/organization-roles', { name: unique('role') }), 201);
  ok(await api.post(`/organizations/${org.id}/jit/email-domains`, { emailDomain: domain.toUpperCase() }), 201);
  ok(await api.post(`/organizations/${org.id}/jit/roles`, { organizationRoleIds: [role.id] }), 201);
  const [b, identifier] = [await start('Register'), address(domain)];
  const verificationId = await prove(b, identifier, 'Register');
  const answers = await Promise.all([1, 2].map(() => b.page('POST', '/identification', { verificationId })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
  const members = ok(await api.get(`/organizations/${org.id}/users`));
  expect(members.map((one: any) => [one.primaryEmail, one.organizationRoles.map(({ id }: any) => id)]))
    .toEqual([[identifier.value, [role.id]]]);
});

test('a magic link is good once, is found again in lists, and can be revoked', async () => {
  const identifier = address();
  const make = async (more: object = {}) => ok(await api.post('/one-time-tokens', { email: identifier.value, ...more }), 201);
  const use = (b: Browser, token: string) => b.page('POST', '/verification/one-time-token/verify', { identifier, token });
  const { id, token } = await make();
  const answers = await Promise.all(Array.from({ length: 8 }, async () => use(await start('Register'), token)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(ok(await api.get(`/one-time-tokens/${id}`))).toMatchObject({ status: 'consumed', token });
  const second = await make();
  ok(await api.put(`/one-time-tokens/${second.id}/status`, { status: 'revoked' }));
  problem(await use(await start(), second.token), 400, 'one_time_token.token_revoked');
  problem(await use(await start(), 'x'), 404, 'one_time_token.token_not_found');
  const third = await make({ context: { interactionEvent: 'Register' } });
  problem(await use(await start(), third.token), 400, 'one_time_token.interaction_event_mismatch');
  ok(await api.post('/one-time-tokens/verify', { email: identifier.value, token: third.token }));
  const page = await api.get(`/one-time-tokens?email=${encodeURIComponent(identifier.value)}&page=1&page_size=2`);
  expect([page.headers['total-number'], ok(page).map((one: any) => one.id)]).toEqual(['3', [third.id, second.id]]);
  ok(await api.delete(`/one-time-tokens/${third.id}`), 204);
  problem(await api.delete(`/one-time-tokens/${third.id}`), 404, 'entity.not_found');
});

test('a magic link leads somewhere else where somebody is signed in', async () => {
  const [known, other] = [address(), address()];
  const person = await newPerson(api, { primaryEmail: known.value });
  const b = new Browser(() => server.base);
  await b.signIn(app, person);
  const make = async ({ value }: { value: string }) => ok(await api.post('/one-time-tokens', { email: value }), 201).token;
  const open = async ({ value }: { value: string }, token: string) => {
    const page = (await b.authorize(app, { login_hint: value, one_time_token: token })).headers.location;
    expect(page).toMatch(/^\/consent/);
    return (await b.get(page as string)).headers.location;
  };
  const query = ({ value }: { value: string }, token: string) =>
    new URLSearchParams({ login_hint: value, one_time_token: token }).toString();
  const [token, strange] = [await make(known), await make(other)];
  expect(await open(other, strange)).toBe(`/switch-account?${query(other, strange)}`);
  expect(await open(known, strange)).toMatch(/^\/one-time-token\?errorMessage=/);
  expect(await open(known, token)).toBe(`/one-time-token?${query(known, token)}`);
  await b.start();
  const { verificationId } = ok(await b.page('POST', '/verification/one-time-token/verify', { identifier: known, token }));
  ok(await b.page('POST', '/identification', { verificationId }), 204);
  expect((await b.follow(ok(await b.page('POST', '/submit')).redirectTo)).get('code')).toBeTruthy();
  expect(await open(known, token)).toContain('/oidc/auth/'); // it is used up, by the one who is here
});
