// Webhooks: how they are kept, trials of a receiver, and deliveries from the change to the entry (webhooks-and-logs.md).
import { expect, test } from 'vitest';
import { Browser, newApp, newPerson } from './support/browser.ts';
import { expectPagesOf, ids, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { messageService } from './support/messages.ts';
import { accountScopes, fields, newOwner } from './support/owner.ts';
import { hookReceiver, signatureHeader, signed } from './support/receiver.ts';
import { submit } from './support/second.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const receiver = await hookReceiver();
const config = (path = '/', more: object = {}) => ({ url: receiver.url(path), ...more });
const make = async (body: object = {}): Promise<any> =>
  ok(await api.post('/hooks', { events: ['Organization.Created'], config: config(), ...body }), 201);

test('a hook has what was sent, each event once, and a signing key of its own', async () => {
  const sent = { url: 'x', headers: { 'X-Token': 'Geheimnis' }, retries: 1.5 };
  const made = await make({ name: 'First', events: ['User.Created', 'PostSignIn', 'User.Created'],
    config: { ...sent, unknown: 1 }, signingKey: 'mine', id: 'mine', enabled: false, createdAt: 5 });
  expect(made).toMatchObject({ tenantId: 'default', name: 'First', event: null,
    events: ['User.Created', 'PostSignIn'], config: sent, enabled: false });
  expect(made.id).toMatch(/^[0-9a-z]{21}$/);
  expect(made.signingKey).toMatch(/^[0-9a-zA-Z]{32}$/);
  expect(Date.now() - made.createdAt).toBeLessThan(60_000);
  expect(ok(await api.get(`/hooks/${made.id}`))).toEqual(made);
  const plain = ok(await api.post('/hooks', { event: 'User.Deleted', config: { url: '' } }), 201);
  expect(plain).toMatchObject({ name: '', event: 'User.Deleted', events: [], config: { url: '' }, enabled: true });
});

test('what does not fit is refused before it is asked for an event', async () => {
  for (const bad of [{ name: '' }, { name: 'x'.repeat(257) }, { event: null }, { event: 'No.Such' }, { events: [] },
    { events: ['TrustedDevice.Created'] }, { config: undefined }, { config: {} }, { config: { url: 1 } }, { createdAt: 'now' },
    { config: { url: 'x', retries: 4 } }, { config: { url: 'x', headers: { a: 1 } } }, { enabled: 'yes' }])
    problem(await api.post('/hooks', { config: config(), ...bad }), 400, 'guard.invalid_input');
  problem(await api.post('/hooks', { config: config() }), 400, 'hook.missing_events');
});

test('a change replaces what it names, the configuration as a whole', async () => {
  const made = await make({ config: config('/', { headers: { a: 'b' } }) });
  const path = `/hooks/${made.id}`;
  expect(ok(await api.patch(path, { config: config('/other') })).config).toEqual(config('/other'));
  expect(ok(await api.patch(path, { event: 'PostSignIn', enabled: false, name: 'n' })))
    .toMatchObject({ event: 'PostSignIn', events: made.events, enabled: false, name: 'n', signingKey: made.signingKey });
  expect(ok(await api.patch(path, { event: null, tenantId: 'other' }))).toMatchObject({ event: null, tenantId: 'default' });
  problem(await api.patch(path, {}), 422, 'entity.invalid_input');
  problem(await api.patch(path, { events: [] }), 400, 'guard.invalid_input');
  const renewed = ok(await api.patch(`${path}/signing-key`));
  expect(renewed.signingKey).toMatch(/^[0-9a-zA-Z]{32}$/);
  expect(renewed.signingKey).not.toBe(made.signingKey);
  expect(ok(await api.get(path)).signingKey).toBe(renewed.signingKey);
});

test('a hook that is not there is told by what was asked of it', async () => {
  problem(await api.get('/hooks/none'), 404, 'entity.not_exists_with_id');
  problem(await api.patch('/hooks/none', {}), 422, 'entity.invalid_input');
  problem(await api.patch('/hooks/none', { name: 'n' }), 404, 'entity.not_exists');
  problem(await api.patch('/hooks/none', { config: config() }), 404, 'entity.not_exists');
  problem(await api.patch('/hooks/none/signing-key'), 404, 'entity.not_exists');
  problem(await api.delete('/hooks/none'), 404, 'entity.not_found');
  problem(await api.post('/hooks/none/test', { events: ['PostSignIn'], config: config() }), 404, 'entity.not_exists_with_id');
  expect(ok(await api.get('/hooks/none/recent-logs'))).toEqual([]);
  const { id } = await make();
  ok(await api.delete(`/hooks/${id}`), 204);
  problem(await api.get(`/hooks/${id}`), 404, 'entity.not_exists_with_id');
});

test('the list is newest first and in pages, with figures where they are asked for', async () => {
  const last = await make({ name: 'last' });
  const all = ok(await api.get('/hooks'));
  expect(all[0]).toEqual(last);
  expect(new Set(ids(all)).size).toBe(all.length);
  const page = await api.get('/hooks?page=1&page_size=20&includeExecutionStats=true');
  expect(page.headers['total-number']).toBe(String(all.length));
  expect(page.body[0]).toEqual({ ...last, executionStats: { successCount: 0, requestCount: 0 } });
  expect(ok(await api.get('/hooks?includeExecutionStats=no'))[0]).toEqual(last);
  expect(ok(await api.get(`/hooks/${last.id}?includeExecutionStats=no`)).executionStats).toEqual({ successCount: 0, requestCount: 0 });
  await expectPagesOf(api, '/hooks', all.length);
});

test('a trial calls once for each event, with made-up members and the true signature', async () => {
  const { id, signingKey } = await make({ config: { url: 'http://elsewhere.example' } });
  ok(await api.post(`/hooks/${id}/test`, { events: ['PostSignIn', 'Identifier.Lockout', 'PostSignIn'],
    config: config('/', { headers: { 'X-Own': 'mine', 'Content-Type': 'application/vnd.x+json', 'User-Agent': 'me',
      'Logto-Signature-SHA-256': 'forged' } }) }), 204);
  const got = await receiver.take(2);
  for (const { method, headers, raw } of got) {
    expect(method).toBe('POST');
    expect(headers).toMatchObject({ 'x-own': 'mine', 'content-type': 'application/vnd.x+json', 'user-agent': 'me' });
    expect(headers[signatureHeader]).toBe(signed(signingKey, raw));
  }
  const [signIn, lockout] = ['PostSignIn', 'Identifier.Lockout'].map((event) => got.find(({ body }) => body.event === event)!.body);
  expect(Object.keys(signIn)).toEqual(['event', 'hookId', 'createdAt', 'userAgent', 'sessionId', 'userIp', 'userId', 'user', 'application']);
  expect(signIn).toMatchObject({ hookId: id, userAgent: 'fake-user-agent', sessionId: 'fake-session-id', userIp: 'fake-user-ip', userId: 'fake-id' });
  expect(Object.keys(signIn.user)).toHaveLength(15);
  expect(lockout).toEqual({ event: 'Identifier.Lockout', hookId: id, createdAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
    userAgent: 'fake-user-agent', path: '/fake-path/:id', method: 'POST', status: 200, params: { id: 'fake-id' }, data: { result: 'success' } });
});

test('what comes of a trial is told: an answer that is no success, or none at all', async () => {
  const { id } = await make();
  const attempt = (path: string, more: object = {}) =>
    api.post(`/hooks/${id}/test`, { events: ['User.Created'], config: { ...config(path), ...more } });
  receiver.answer('/500', 500);
  receiver.answer('/304', 304);
  receiver.answer('/301', (response) => response.writeHead(301, { location: '/moved' }).end());
  receiver.answer('/307', (response) => response.writeHead(307, { location: '/kept' }).end());
  receiver.answer('/long', (response) => response.end('x'.repeat(200_000)));
  expect(problem(await attempt('/500'), 422, 'hook.endpoint_responded_with_error').data)
    .toEqual({ responseStatus: 500, responseBody: '{"ok":1,"secret":"s"}' });
  expect(problem(await attempt('/304'), 422, 'hook.endpoint_responded_with_error').data)
    .toEqual({ responseStatus: 304, responseBody: '' });
  for (const path of ['/301', '/307', '/long']) ok(await attempt(path), 204);
  const [moved] = await receiver.take(1, '/moved'), [kept] = await receiver.take(1, '/kept');
  expect([moved!.method, moved!.raw.length, kept!.method]).toEqual(['GET', 0, 'POST']);
  expect(moved!.headers[signatureHeader]).toBeDefined();
  expect(kept!.body.event).toBe('User.Created');
  for (const url of ['', 'no url', 'http://a:b@127.0.0.1/', 'ftp://x.example', 'http://127.0.0.1:1/']) {
    const { message, data } = problem(await attempt('/', { url }), 422, 'hook.send_test_payload_failed');
    expect(message).toMatch(/^Failed to send test payload: TypeError: ./);
    expect(data ?? null).toBeNull();
  }
  problem(await attempt('/', { headers: { 'bad name': 'x' } }), 422, 'hook.send_test_payload_failed');
  problem(await api.post(`/hooks/${id}/test`, { events: [], config: config() }), 400, 'guard.invalid_input');
  problem(await api.post(`/hooks/${id}/test`, { events: ['User.Created'] }), 400, 'guard.invalid_input');
});

// ---- deliveries

/** A hook at a path of its own, and what comes there. */
let paths = 0;
async function listen(events: string[], more: object = {}) {
  const path = `/listen-${++paths}`;
  const { id, signingKey } = await make({ events, config: config(path), ...more });
  const logs = () => api.get(`/hooks/${id}/recent-logs?page_size=100`);
  return { id: id as string, signingKey: signingKey as string, path, take: (count: number) => receiver.take(count, path), logs };
}
const acme = async (more: object = {}) => ok(await api.post('/organizations', { name: 'Acme', ...more }), 201);
const user = async () => ok(await api.post('/users', {}));

test('a change is told to each hook that wants it, signed, with what describes the call', async () => {
  const first = await listen(['Organization.Created']), second = await listen([], { events: undefined, event: 'Organization.Created' });
  const off = await listen(['Organization.Created'], { enabled: false }), other = await listen(['Organization.Deleted'], { event: 'Organization.Created' });
  const answer = await api.request('POST', '/organizations?x=1', { body: { name: 'Ünïcode' }, headers: { 'user-agent': 'tester' } });
  for (const hook of [first, second]) {
    const [{ body, raw, headers, method }] = await hook.take(1) as [any];
    expect([method, headers['content-type'], headers['user-agent']]).toEqual(['POST', 'application/json', expect.stringMatching(/^guildhall\//)]);
    expect(headers[signatureHeader]).toBe(signed(hook.signingKey, raw));
    expect(raw.toString()).toContain('Ünïcode');
    expect(Object.keys(body)).toEqual(['event', 'createdAt', 'userAgent', 'ip', 'path', 'method', 'status', 'params', 'matchedRoute', 'data', 'hookId']);
    expect(body).toMatchObject({ event: 'Organization.Created', userAgent: 'tester', path: '/organizations', method: 'POST',
      status: 201, params: {}, matchedRoute: '/organizations', data: answer.body, hookId: hook.id });
    expect(body.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(body.ip).toMatch(/127\.0\.0\.1$/);
  }
  ok(await api.delete(`/organizations/${answer.body.id}`), 204);
  const [deleted] = await other.take(1);
  expect(deleted!.body.data).toBeUndefined();
  expect(deleted!.body.params).toEqual({ id: answer.body.id });
  for (const hook of [off, other]) expect(receiver.got.filter(({ path }) => path === hook.path)).toEqual([]);
});

test('a change of members tells who came and who went, and that an administrator did it', async () => {
  const hook = await listen(['Organization.Membership.Updated']);
  const [{ id }, ada, bob] = [await acme(), await user(), await user()];
  const path = `/organizations/${id}/users`;
  const told = async () => (await hook.take(1))[0]!.body;
  ok(await api.post(path, { userIds: [ada.id, ada.id] }), 201);
  expect(await told()).toMatchObject({ organizationId: id, addedUserIds: [ada.id], matchedRoute: '/organizations/:id/users', cause: 'api' });
  ok(await api.put(path, { userIds: [bob.id] }), 204);
  expect(await told()).toMatchObject({ addedUserIds: [bob.id], removedUserIds: [ada.id] });
  ok(await api.put(path, { userIds: [bob.id] }), 204);
  const same = await told();
  expect(Object.keys(same).filter((key) => /^(added|removed|data)/.test(key))).toEqual([]);
  ok(await api.delete(`${path}/${bob.id}`), 204);
  expect(await told()).toMatchObject({ removedUserIds: [bob.id], status: 204 });
  const machine = ok(await api.post('/applications', { name: 'm', type: 'MachineToMachine' }));
  ok(await api.post(`/organizations/${id}/applications`, { applicationIds: [machine.id] }), 201);
  expect(await told()).toMatchObject({ addedApplicationIds: [machine.id], cause: 'api' });
  ok(await api.put(`/organizations/${id}/applications`, { applicationIds: [] }), 204);
  expect(await told()).toMatchObject({ removedApplicationIds: [machine.id] });
  const invitation = ok(await api.post('/organization-invitations',
    { organizationId: id, invitee: 'eve@eve.example', expiresAt: Date.now() + 3_600_000 }), 201);
  const eve = ok(await api.post('/users', { primaryEmail: 'eve@eve.example' }));
  ok(await api.put(`/organization-invitations/${invitation.id}/status`, { status: 'Accepted', acceptedUserId: eve.id }));
  expect(await told()).toMatchObject({ organizationId: id, addedUserIds: [eve.id], cause: 'invitation',
    matchedRoute: '/organization-invitations/:id/status' });
});

test('a call with two events tells both, and a deleted user is told with the fifteen members of a user', async () => {
  const hook = await listen(['Role.Created', 'Role.Scopes.Updated', 'OrganizationRole.Created', 'OrganizationRole.Scopes.Updated', 'User.Deleted']);
  const resource = ok(await api.post('/resources', { name: 'r', indicator: 'https://hooks.example' }), 201);
  const scope = ok(await api.post(`/resources/${resource.id}/scopes`, { name: 'read' }), 201);
  const role = ok(await api.post('/roles', { name: 'hooked', description: 'd', scopeIds: [scope.id] }));
  const two = (await hook.take(2)).map(({ body }) => body);
  expect(two.map(({ event, path, roleId }) => [event, path, roleId]).sort()).toEqual([
    ['Role.Created', '/roles', undefined], ['Role.Scopes.Updated', '/roles', role.id]]);
  expect(two[0].createdAt).toBe(two[1].createdAt);
  const organizationScope = ok(await api.post('/organization-scopes', { name: 'hooked' }), 201);
  const organizationRole = ok(await api.post('/organization-roles', { name: 'hooked', organizationScopeIds: [organizationScope.id] }), 201);
  expect((await hook.take(2)).map(({ body }) => [body.event, body.path, body.organizationRoleId]).sort()).toEqual([
    ['OrganizationRole.Created', '/organization-roles', undefined],
    ['OrganizationRole.Scopes.Updated', '/organization-roles', organizationRole.id]]);
  const ada = await user();
  ok(await api.delete(`/users/${ada.id}`), 204);
  const [{ body }] = await hook.take(1) as [any];
  expect(Object.keys(body.data).sort()).toEqual(['id', 'username', 'primaryEmail', 'primaryPhone', 'name', 'avatar', 'customData',
    'identities', 'lastSignInAt', 'createdAt', 'updatedAt', 'profile', 'applicationId', 'cimdClientId', 'isSuspended'].sort());
});

test('each delivery leaves an entry with what was sent and what came back, secrets masked', async () => {
  const good = await listen(['User.Data.Updated']), bad = await listen(['User.Data.Updated']), gone = await make({ events: ['User.Data.Updated'], config: { url: 'http://127.0.0.1:1/' } });
  receiver.answer(bad.path, 500);
  const ada = await user();
  ok(await api.patch(`/users/${ada.id}/custom-data`, { customData: { apiKey: 'secret-value', colour: 'red' } }));
  expect((await good.take(1))[0]!.body.data).toEqual({ apiKey: 'secret-value', colour: 'red' });
  await bad.take(1);
  const entry = async (id: string) => {
    await expect.poll(async () => ok(await api.get(`/hooks/${id}/recent-logs`)).length).toBe(1);
    return ok(await api.get(`/hooks/${id}/recent-logs?logKey=TriggerHook.User.Data.Updated`))[0];
  };
  const [well, badly, never] = [await entry(good.id), await entry(bad.id), await entry(gone.id)];
  expect(well).toEqual({ id: expect.stringMatching(/^[0-9a-z]{21}$/), key: 'TriggerHook.User.Data.Updated', createdAt: expect.any(Number), payload: {
    key: 'TriggerHook.User.Data.Updated', result: 'Success', hookId: good.id,
    hookRequest: { body: expect.objectContaining({ hookId: good.id, data: { apiKey: '******', colour: 'red' } }) },
    response: { statusCode: 200, body: { ok: 1, secret: '******' } } } });
  expect(badly.payload).toMatchObject({ result: 'Error', response: { statusCode: 500 }, error: expect.stringMatching(/^HTTPError: /) });
  expect(never.payload).toMatchObject({ result: 'Error', error: expect.stringMatching(/^TypeError: /) });
  expect(never.payload.response).toBeUndefined();
  expect(JSON.stringify([well, badly, never])).not.toContain('secret-value');

  const path = `/hooks/${good.id}/recent-logs`;
  expect(ok(await api.get(`${path}?logKey=TriggerHook.User.Created`))).toEqual([]);
  expect(ok(await api.get(`${path}?start_time=${well.createdAt}&end_time=${well.createdAt}`))).toEqual([well]);
  expect(ok(await api.get(`${path}?end_time=${well.createdAt - 1}`))).toEqual([]);
  expect((await api.get(`${path}?enableCap=true&page=1`)).headers['total-number']).toBe('1');
  problem(await api.get(`${path}?start_time=2&end_time=1`), 400, 'log.invalid_time_window');
  problem(await api.get(`${path}?start_time=x`), 400, 'guard.invalid_input');
  expect(ok(await api.get(`/logs/${well.id}`))).toEqual({ tenantId: 'default', ...well });
  expect(ok(await api.get('/logs?logKey=TriggerHook.User.Data.Updated'))).toEqual([]);

  const stats = async (id: string) => ok(await api.get(`/hooks/${id}?includeExecutionStats=1`)).executionStats;
  expect(await stats(good.id)).toEqual({ successCount: 1, requestCount: 1 });
  expect(await stats(bad.id)).toEqual({ successCount: 0, requestCount: 1 });
  const listed = ok(await api.get('/hooks?includeExecutionStats=true'));
  expect(listed.find(({ id }: any) => id === good.id).executionStats).toEqual({ successCount: 1, requestCount: 1 });
  ok(await api.delete(`/hooks/${good.id}`), 204);
  expect(ok(await api.get(path))).toEqual([well]);
});

test('a receiver that never answers holds up nobody, and is given up after ten seconds', async () => {
  const silent = await listen(['Scope.Created']), quick = await listen(['Scope.Created']);
  receiver.answer(silent.path, () => undefined);
  const resource = ok(await api.post('/resources', { name: 'r', indicator: 'https://silent.example' }), 201);
  const begun = Date.now();
  for (let i = 0; i < 20; i++) ok(await api.post(`/resources/${resource.id}/scopes`, { name: `s${i}` }), 201);
  await quick.take(20);
  expect(Date.now() - begun).toBeLessThan(8_000);
  await expect.poll(async () => ok(await silent.logs())[0]?.payload.error, { timeout: 20_000 }).toMatch(/^TimeoutError: /);
  ok(await api.delete(`/hooks/${silent.id}`), 204);
}, 40_000);

test('other tenants are told nothing, and see no hook of this one', async () => {
  const hook = await listen(['Organization.Created']);
  expect(await server.verb('tenant', 'create', 'other', '--host', 'other.example')).toMatchObject({ status: 0 });
  await acme({ name: 'here' });
  await hook.take(1);
  expect((await api.get('/hooks', { headers: { host: 'other.example' } })).status).toBe(401);
});

// ---- what people do on the pages

const mail = await messageService();
ok(await api.post('/connectors', { connectorId: 'http-email', config: { endpoint: mail.endpoint } }));
const flow = ['interactionEvent', 'userAgent', 'applicationId', 'sessionId', 'ip', 'application'];
const events = async (hook: { take(count: number): Promise<any[]> }, count: number) => {
  const bodies = (await hook.take(count)).map(({ body }) => body);
  return Object.fromEntries(bodies.map((body) => [body.event, body]));
};

/** What everybody needs here. */
const address = () => ({ primaryEmail: `${unique('person').toLowerCase()}@person.example` });

/** Registers with a code to the address. */
async function register(address: string) {
  const app = await newApp(api, 'SPA', { description: 'd' }), identifier = { type: 'email', value: address };
  const b = await (await new Browser(() => server.base).visit(app)).start('Register');
  const { verificationId } = ok(await b.page('POST', '/verification/verification-code', { identifier, interactionEvent: 'Register' }));
  await expect.poll(() => mail.got.find(({ to }) => to === address), { timeout: 20_000 }).toBeTruthy();
  const { code } = mail.got.find(({ to }) => to === address)!.payload;
  ok(await b.page('POST', '/verification/verification-code/verify', { identifier, verificationId, code }));
  ok(await b.page('POST', '/identification', { verificationId }), 201);
  const { redirectTo } = ok(await b.page('POST', '/submit'));
  return { app, sessionId: new URL(redirectTo).pathname.split('/').at(-1) };
}

test('a registration tells who came, into which organizations and why', async () => {
  ok(await api.patch('/sign-in-exp', { signUp: { identifiers: ['email'], password: false, verify: true }, signIn: { methods: [
    { identifier: 'email', password: true, verificationCode: true, isPasswordPrimary: true },
    { identifier: 'username', password: true, verificationCode: false, isPasswordPrimary: true }] } }));
  const { id } = await acme(), domain = `${unique('firm').toLowerCase()}.example`;
  ok(await api.post(`/organizations/${id}/jit/email-domains`, { emailDomain: domain }), 201);
  const hook = await listen(['Organization.Membership.Updated', 'User.Created', 'PostRegister']);
  const { app, sessionId } = await register(`ada@${domain}`);
  const { 'Organization.Membership.Updated': joined, 'User.Created': created, PostRegister: registered } = await events(hook, 3);
  const application = { id: app.id, type: 'SPA', description: 'd' };
  expect(joined).toMatchObject({ interactionEvent: 'Register', applicationId: app.id, sessionId, application, organizationId: id,
    addedUserIds: [created.data.id], cause: 'jit-email-domain' });
  expect(Object.keys(joined)).toEqual(['event', 'createdAt', ...flow.filter((name) => name in joined), 'organizationId', 'addedUserIds', 'cause', 'hookId']);
  expect(created).toMatchObject({ interactionEvent: 'Register', sessionId, application, data: { primaryEmail: `ada@${domain}` } });
  expect(registered).toMatchObject({ interactionEvent: 'Register', sessionId, userId: created.data.id, application,
    userIp: expect.stringMatching(/127\.0\.0\.1$/), user: { id: created.data.id, lastSignInAt: expect.any(Number) } });
  for (const body of [joined, created, registered])
    for (const name of ['path', 'method', 'status', 'params', 'matchedRoute']) expect(body).not.toHaveProperty(name);
});

test('who follows a link with organizations joins them, to register and to sign in, and the cause says so', async () => {
  const hook = await listen(['Organization.Membership.Updated']), app = await newApp(api);
  const identifier = { type: 'email', value: `${unique('linked').toLowerCase()}@link.example` };
  for (const interactionEvent of ['Register', 'SignIn'] as const) {
    const { id } = await acme(), context = { jitOrganizationIds: [id] };
    const { token } = ok(await api.post('/one-time-tokens', { email: identifier.value, context }), 201);
    const b = await (await new Browser(() => server.base).visit(app)).start(interactionEvent);
    const { verificationId } = ok(await b.page('POST', '/verification/one-time-token/verify', { identifier, token }));
    ok(await b.page('POST', '/identification', { verificationId }), interactionEvent === 'Register' ? 201 : 204);
    ok(await submit(b));
    const [{ body }] = await hook.take(1) as [any];
    expect(body).toMatchObject({ interactionEvent, applicationId: app.id, organizationId: id, cause: 'jit-one-time-token',
      addedUserIds: [expect.any(String)] });
  }
});

test('who leaves an organization is told with the person’s own account as the cause', async () => {
  const hook = await listen(['Organization.Membership.Updated']), { id } = await acme();
  ok(await api.patch('/account-center', { enabled: true, fields: fields('Edit', { organizations: 'Edit' }) }));
  const who = await newOwner(server, await newApp(api), address(), `${accountScopes} urn:logto:scope:organizations`);
  ok(await api.post(`/organizations/${id}/users`, { userIds: [who.person.id] }), 201);
  await hook.take(1);
  ok(await who.call('DELETE', `/my-account/organizations/${id}`, undefined, { proof: await who.prove() }), 204);
  expect((await hook.take(1))[0]!.body).toMatchObject({ organizationId: id, removedUserIds: [who.person.id], cause: 'account',
    method: 'DELETE', status: 204, matchedRoute: '/my-account/organizations/:organizationId' });
});

test('a sign-in is told, and every answer that tells of a lockout', async () => {
  const hook = await listen(['PostSignIn', 'Identifier.Lockout']);
  const app = await newApp(api), person = await newPerson(api, address());
  await new Browser(() => server.base).signIn(app, person);
  const { PostSignIn: signIn } = await events(hook, 1);
  expect(Object.keys(signIn).filter((name) => name !== 'userAgent')).toEqual(['event', 'createdAt', 'interactionEvent', 'sessionId',
    'userId', 'userIp', 'user', 'application', 'hookId']);
  expect(signIn).toMatchObject({ interactionEvent: 'SignIn', userId: person.id, application: { id: app.id } });
  ok(await api.patch('/sign-in-exp', { sentinelPolicy: { maxAttempts: 1, lockoutDuration: 10 } }));
  const b = await (await new Browser(() => server.base).visit(app)).start();
  for (let i = 0; i < 3; i++)
    expect((await b.page('POST', '/verification/password', { identifier: { type: 'username', value: person.username }, password: 'wrong' })).status)
      .toBeGreaterThanOrEqual(400);
  const blocked = await hook.take(3);
  for (const { body } of blocked)
    expect(body).toMatchObject({ event: 'Identifier.Lockout', interactionEvent: 'SignIn', type: 'username', value: person.username, applicationId: app.id });
});

test('that older grants had to go is told when the new one is stored', async () => {
  const hook = await listen(['Grant.LimitExceeded']), person = await newPerson(api, { primaryEmail: `${unique('often').toLowerCase()}@person.example` });
  const app = await newApp(api, 'SPA', { customClientMetadata: { maxAllowedGrants: 1 } });
  for (let i = 0; i < 2; i++) await new Browser(() => server.base).signIn(app, person);
  const [{ body }] = await hook.take(1) as [any];
  expect(Object.keys(body).filter((name) => name !== 'userAgent')).toEqual(['event', 'createdAt', 'ip', 'application', 'userId', 'applicationId',
    'revokedGrantIds', 'maxAllowedGrants', 'preRevocationActiveGrantCount', 'hookId']);
  expect(body).toMatchObject({ userId: person.id, applicationId: app.id, application: { id: app.id }, maxAllowedGrants: 1, preRevocationActiveGrantCount: 2 });
  expect(body.revokedGrantIds).toHaveLength(1);
});

test('a code that is refused for its number is told', async () => {
  const hook = await listen(['Message.RateLimited']), identifier = { type: 'email', value: 'often@often.example' };
  const b = await (await new Browser(() => server.base).visit(await newApp(api))).start('Register');
  for (let i = 0; i < 10; i++) ok(await b.page('POST', '/verification/verification-code', { identifier, interactionEvent: 'Register' }));
  problem(await b.page('POST', '/verification/verification-code', { identifier, interactionEvent: 'Register' }), 429, 'request.message_rate_limited');
  expect((await hook.take(1))[0]!.body).toMatchObject({ action: 'VerificationCodeSend', recipient: 'often@often.example', interactionEvent: 'Register' });
});

// ---- what the operator decides, and what happens to the process

test('private addresses are called only where the operator lets calls go there', async () => {
  const closed = await startServer();
  const { id } = ok(await closed.api.post('/hooks', { events: ['Organization.Created'], config: config('/closed') }), 201);
  problem(await closed.api.post(`/hooks/${id}/test`, { events: ['Organization.Created'], config: config('/closed') }), 422, 'hook.send_test_payload_failed');
  ok(await closed.api.post('/organizations', { name: 'Acme' }), 201);
  await expect.poll(async () => ok(await closed.api.get(`/hooks/${id}/recent-logs`))[0]?.payload.error, { timeout: 10_000 })
    .toMatch(/^TypeError: .*not public/);
  expect(receiver.got.filter(({ path }) => path === '/closed')).toEqual([]);
});

test('what waits when the process is killed is delivered by the next one', async () => {
  const hook = await listen(['Organization.Created']);
  receiver.answer(hook.path, () => undefined);
  const made = [];
  for (let i = 0; i < 6; i++) made.push((await acme({ name: `n${i}` })).id);
  await expect.poll(() => receiver.got.filter(({ path }) => path === hook.path).length, { timeout: 10_000 }).toBe(4);
  await server.kill();
  receiver.answer(hook.path, 200);
  await server.start();
  const later = (await hook.take(6)).slice(4).map(({ body }) => body.data.id);
  expect(later.sort()).toEqual(made.slice(4).sort());
});
