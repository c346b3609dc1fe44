// What the sign-in pages call, end to end: who gets in by a password, who registers, what is refused and what it leaves.
import { expect, test } from 'vitest';
import { Browser, goodPassword, newApp, newPerson } from './support/browser.ts';
import { times, unique } from './support/build.ts';
import { send } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { newTenant } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
ok(await api.patch('/sign-in-exp', { passwordPolicy: { rejects: { pwned: false } } }));
const app = await newApp(api);
const browser = (headers = {}) => new Browser(() => server.base, headers);
const visit = (): Promise<Browser> => browser().visit(app);
const start = async (event = 'SignIn'): Promise<Browser> => (await visit()).start(event);
const name = (): string => unique('name').replace(/\W/g, '_');

const identify = (b: Browser, verificationId?: string) =>
  b.page('POST', '/identification', verificationId ? { verificationId } : {});
const choose = async (b: Browser, username: string, password = goodPassword): Promise<string> =>
  ok(await b.page('POST', '/verification/new-password-identity',
    { identifier: { type: 'username', value: username }, password })).verificationId;

test('without an interaction nothing works, and the answer says so to OAuth clients too', async () => {
  for (const [method, path] of [['PUT', ''], ['GET', '/interaction'], ['POST', '/submit']] as const) {
    const body = problem(await browser().page(method, path, method === 'PUT' ? {} : undefined), 400, 'session.not_found');
    expect(body).toMatchObject({ error: 'invalid_request', error_description: 'interaction session not found' });
  }
  problem(await api.get('/experience/interaction'), 400, 'session.not_found');
});

test('one that was not begun is told before a body that does not fit', async () => {
  const b = await visit();
  problem(await b.page('GET', '/interaction'), 404, 'session.interaction_not_found');
  problem(await b.page('POST', '/verification/password', {}), 404, 'session.interaction_not_found');
  expect(ok(await b.page('GET', '/sso-connectors?email=a%40b.example'))).toEqual({ connectorIds: [] });
});

test('a path that is not there is plain text', async () => {
  const answer = await (await visit()).page('GET', '/x');
  expect([answer.status, answer.text]).toEqual([404, 'Not Found']);
});

const visitor = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

test('an address that is no page is told to a person by a page in their language, and to a program in two words', async () => {
  for (const path of ['/account/no/page', '/demo-app/x']) {
    const page = await send('GET', server.base + path, { headers: { ...visitor, 'accept-language': 'de-CH' } });
    expect([page.status, page.headers['content-type'], page.headers.vary]).toEqual([404, 'text/html; charset=utf-8', expect.stringMatching(/^Accept, /)]);
    expect(page.text).toContain('<h1>Diese Seite gibt es nicht</h1>');
    for (const headers of [{}, { accept: '*/*' }, { accept: 'application/json' }])
      expect(await send('GET', server.base + path, { headers })).toMatchObject({ status: 404, text: 'Not Found' });
    expect(await send('POST', server.base + path, { headers: visitor })).toMatchObject({ status: 404, text: 'Not Found' });
  }
  for (const path of ['/api/nowhere', '/.well-known/nowhere', '/me/x'])
    expect(await send('GET', server.base + path, { headers: visitor })).toMatchObject({ status: 404, text: 'Not Found' });
});

test('a plain page wears the logo of the tenant and of the organization, and is dark where people may have that', async () => {
  const look = (query = '') => send('GET', `${server.base}/look.css${query}`), before = ok(await api.get('/sign-in-exp'));
  const logo = 'https://cdn.example/a"){}</style>\\logo.svg', dark = 'https://cdn.example/dark.svg';
  const set = (isDarkModeEnabled: boolean, branding: object) => api.patch('/sign-in-exp', { branding,
    color: { primaryColor: '#0f766e', isDarkModeEnabled, darkPrimaryColor: '#5eead4' } });
  ok(await set(false, {}));
  expect(await look()).toMatchObject({ status: 200, text: '', headers: { 'content-type': 'text/css; charset=utf-8' } });
  ok(await set(true, { logoUrl: logo, darkLogoUrl: dark }));
  const { text } = await look();
  expect(text).toMatch(/^main::before[^]*@media \(prefers-color-scheme: dark\)[^]*color-scheme: dark[^]*dark\.svg/);
  expect(text).not.toMatch(/<\/|"\)\{/);
  const organization = ok(await api.post('/organizations', { name: unique('org'), branding: { logoUrl: 'https://cdn.example/own.svg' } }), 201);
  expect((await look(`?organization_id=${organization.id}`)).text).toContain('url("https://cdn.example/own.svg")');
  ok(await api.patch('/sign-in-exp', { branding: before.branding, color: before.color }));
});

test('the cookie counts with its signature alone, and for its own application', async () => {
  const [b, other] = [await start(), await newApp(api)];
  const bare = browser();
  bare.jar.set('_interaction', b.jar.get('_interaction') as string);
  problem(await bare.page('GET', '/interaction'), 400, 'session.not_found');
  problem(await b.page('GET', '/interaction', undefined, { headers: { 'logto-app-id': other.id } }), 400,
    'oidc.invalid_request');
  ok(await b.page('GET', '/interaction', undefined, { headers: { 'logto-app-id': app.id } }));
});

test('a person signs in with a password and comes back to the app', async () => {
  const person = await newPerson(api);
  const b = await visit();
  const before = ok(await api.get(`/users/${person.id}`)).lastSignInAt;
  const params = await b.follow(await b.logIn(person));
  expect(params.get('code')).toMatch(/\S/);
  expect(params.get('state')).toBe('state-1');
  expect([before, ok(await api.get(`/users/${person.id}`)).lastSignInAt]).toEqual([null, expect.any(Number)]);
});

test('wrong, unknown and without a password are one answer', async () => {
  const [person, bare, b] = [await newPerson(api), name(), await start()];
  ok(await api.post('/users', { username: bare }));
  for (const [value, password] of [[person.username, 'wrong'], ['nobody', 'wrong'], [bare, 'wrong']]) {
    const answer = await b.page('POST', '/verification/password',
      { identifier: { type: 'username', value }, password });
    expect(problem(answer, 422, 'session.invalid_credentials').data).toBeUndefined();
  }
});

test('a suspended person is refused at each step', async () => {
  const [person, b] = [await newPerson(api), await start()];
  const verificationId = await b.prove(person);
  ok(await identify(b, verificationId), 204);
  ok(await api.patch(`/users/${person.id}/is-suspended`, { isSuspended: true }));
  problem(await b.page('POST', '/submit'), 401, 'user.suspended');
  problem(await identify(b, verificationId), 401, 'user.suspended');
  problem(await b.page('POST', '/verification/password',
    { identifier: { type: 'username', value: person.username }, password: person.password }), 401, 'user.suspended');
});

test('a refused call leaves what there was', async () => {
  const [person, b] = [await newPerson(api), await start()];
  await b.prove(person);
  const before = ok(await b.page('GET', '/interaction'));
  problem(await identify(b, 'x'), 404, 'session.verification_session_not_found');
  problem(await b.page('PUT', '/interaction-event', { interactionEvent: 'ForgotPassword' }), 400,
    'session.not_supported_for_forgot_password');
  expect(ok(await b.page('GET', '/interaction'))).toEqual(before);
});

test('a person registers with a name and a password', async () => {
  const [b, username] = [await start('Register'), name()];
  expect((await identify(b, await choose(b, username))).status).toBe(201);
  const { userId, profile } = ok(await b.page('GET', '/interaction'));
  expect(profile).toEqual({});
  expect(ok(await api.get(`/users/${userId}`))).toMatchObject({ username, hasPassword: true, lastSignInAt: null });
  expect((await b.follow(ok(await b.page('POST', '/submit')).redirectTo)).get('code')).toMatch(/\S/);
  expect(ok(await api.get(`/users/${userId}`)).lastSignInAt).toEqual(expect.any(Number));
});

test('a person turns from signing in to registering, and what was proven for that stays', async () => {
  const [b, username] = [await start(), name()];
  const turn = (interactionEvent: string) => b.page('PUT', '/interaction-event', { interactionEvent });
  ok(await turn('Register'), 204);
  const proof = await choose(b, username);
  expect(ok(await b.page('GET', '/interaction'))).toMatchObject({ interactionEvent: 'Register',
    verificationRecords: [{ id: proof }] });
  expect((await identify(b, proof)).status).toBe(201);
});

test('of many who register the same name at once one gets it', async () => {
  const username = name();
  const browsers = await times(8, () => start('Register'));
  const proofs = await Promise.all(browsers.map((b) => choose(b, username)));
  const answers = await Promise.all(browsers.map((b, i) => identify(b, proofs[i])));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  for (const answer of answers.filter(({ status }) => status !== 201))
    problem(answer, 422, 'user.username_already_in_use');
});

test('one interaction makes one account, however often it is asked at once', async () => {
  const b = await start('Register');
  const proof = await choose(b, name());
  const answers = await Promise.all(Array.from({ length: 8 }, () => identify(b, proof)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.every(({ status }) => status === 201 || status === 422)).toBe(true);
  problem(await identify(b), 409, 'session.identity_conflict');
});

test('a password that breaks the rules is told what is wrong with it', async () => {
  const b = await start('Register');
  const answer = await b.page('POST', '/verification/new-password-identity',
    { identifier: { type: 'username', value: name() }, password: 'Ab1!' });
  expect(problem(answer, 422, 'password.rejected').data)
    .toEqual([{ code: 'password_rejected.too_short', interpolation: { min: 8 } }]);
});

test('what is staged is not shown where it is secret, and is stored at the end', async () => {
  const [b, username] = [await start('Register'), name()];
  ok(await b.page('POST', '/profile', { type: 'username', value: username }), 204);
  expect(problem(await identify(b), 422, 'user.missing_profile').data).toEqual({ missingProfile: ['password'] });
  ok(await b.page('POST', '/profile', { type: 'password', value: goodPassword }), 204);
  ok(await b.page('POST', '/profile', { type: 'extraProfile', values: { name: 'Ada', team: 'red' } }), 204);
  expect(ok(await b.page('GET', '/interaction')).profile)
    .toEqual({ username, name: 'Ada', customData: { team: 'red' } });
  expect((await identify(b)).status).toBe(201);
  const { userId } = ok(await b.page('GET', '/interaction'));
  expect(ok(await api.get(`/users/${userId}`))).toMatchObject({ name: 'Ada', customData: { team: 'red' } });
});

test('a new password is for those who forgot theirs', async () => {
  problem(await (await start()).page('PUT', '/profile/password', { password: goodPassword }), 400,
    'session.invalid_interaction_type');
  const b = await start('ForgotPassword');
  problem(await b.page('PUT', '/profile/password', { password: goodPassword }), 404,
    'session.identifier_not_found');
});

test('two people in one interaction are a conflict', async () => {
  const [one, two, b] = [await newPerson(api), await newPerson(api), await start()];
  ok(await identify(b, await b.prove(one)), 204);
  problem(await identify(b, await b.prove(two)), 409, 'session.identity_conflict');
});

test('an interaction of one tenant is unknown to another', async () => {
  const other = await newTenant(server, unique('tenant'));
  const b = await start();
  const stranger = browser({ host: other.host });
  for (const [cookie, value] of b.jar) stranger.jar.set(cookie, value);
  problem(await stranger.page('GET', '/interaction'), 400, 'session.not_found');
});

test('pages of other sites do not read the answers', async () => {
  const b = await start();
  const answer = await b.page('GET', '/interaction', undefined, { headers: { origin: 'https://evil.example' } });
  expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  const flight = await send('OPTIONS', `${server.base}/api/experience/submit`,
    { headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' } });
  expect(flight.headers['access-control-allow-origin']).toBeUndefined();
});

test('what a person does is in the audit log, refusals too, and no secret of it', async () => {
  const [person, own] = [await newPerson(api), await newApp(api)];
  const b = await (await browser().visit(own)).start();
  problem(await b.page('POST', '/verification/password',
    { identifier: { type: 'username', value: person.username }, password: 'wrong' }), 422, 'session.invalid_credentials');
  ok(await identify(b, await b.prove(person)), 204);
  ok(await b.page('POST', '/submit'));
  const logs = ok(await api.get('/logs', { query: { applicationId: own.id } }));
  const told = logs.map(({ key, payload }: any) => [key, payload.result, payload.userId ?? null]).reverse()
    .filter(([key]: string[]) => key !== 'Interaction.Create');
  expect(told).toEqual([
    ['Interaction.SignIn.Create', 'Success', null],
    ['Interaction.SignIn.Verification.Password.Submit', 'Error', null],
    ['Interaction.SignIn.Verification.Password.Submit', 'Success', null],
    ['Interaction.SignIn.Identifier.Submit', 'Success', person.id],
    ['Interaction.SignIn.Submit', 'Success', person.id],
  ]);
  expect(JSON.stringify(logs)).not.toContain(goodPassword);
});
