import { expect, test, vi } from 'vitest';
import { names, unique } from './support/build.ts';
import { Client, send } from './support/client.ts';
import { ok, problem, soon } from './support/expect.ts';
import { done, newTenant, tokenFrom, untilHeard } from './support/people.ts';
import { startServer, type Server } from './support/server.ts';

const server = await startServer();
const [a, b] = [await newTenant(server, 'one'), await newTenant(server, 'two')];

const port = new URL(server.base).port;
const issuerAt = async (base: string, headers: Record<string, string>): Promise<string> =>
  ok(await send('GET', `${base}/oidc/.well-known/openid-configuration`, { headers })).issuer;
const keysOf = async (of: Server, host: string): Promise<string[]> =>
  ok(await send('GET', `${of.base}/oidc/jwks`, { headers: { host } })).keys.map(({ kid }: { kid: string }) => kid);

test('a tenant is made, listed and deleted by verbs, while the server runs', async () => {
  const made = await done(server, 'tenant', 'create', 'acme', '--host', 'acme.example', '--name', 'Acme Inc.');
  expect(made).toEqual({ id: 'acme', endpoint: expect.stringMatching(/^http:\/\/acme\.example/),
    issuer: `${made.endpoint}/oidc`, resource: 'https://acme.logto.app/api' });
  const list = await done(server, 'tenant', 'list');
  expect(list.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(['acme', 'admin', 'default']));
  expect(list.find(({ id }: { id: string }) => id === 'acme'))
    .toEqual({ id: 'acme', host: 'acme.example', name: 'Acme Inc.', createdAt: expect.any(Number) });
  await vi.waitFor(async () =>
    expect(await issuerAt(server.base, { host: 'acme.example' })).toBe(`http://acme.example:${port}/oidc`), soon);

  expect(await server.verb('tenant', 'delete', 'acme')).toMatchObject({ status: 0, stderr: '' });
  expect((await done(server, 'tenant', 'list')).map(({ id }: { id: string }) => id)).not.toContain('acme');
  await vi.waitFor(async () =>
    expect(await issuerAt(server.base, { host: 'acme.example' })).toBe(`${server.base}/oidc`), soon);
  expect(await server.verb('tenant', 'delete', 'acme'))
    .toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('acme') });
});

test.each<[string, string[], number]>([
  ['an id that is taken', ['create', 'default', '--host', 'x.example'], 1],
  ['an id without a host', ['create', 'nohost'], 2],
  ['no id', ['create', '--host', 'x.example'], 2],
  ['an id that is no label', ['create', 'Not_a/label', '--host', 'x.example'], 2],
  ['an id that is too long', ['create', 'x'.repeat(22), '--host', 'x.example'], 2],
  ['a host that is a path', ['create', 'badhost', '--host', 'x.example/path'], 2],
  ['a host in upper case', ['create', 'badhost', '--host', 'X.example'], 2],
  ['the host of the default tenant', ['create', 'badhost', '--host', 'core.example', '--endpoint',
    'https://core.example'], 2],
  ['the host of the admin tenant', ['create', 'badhost', '--host', 'console.example', '--admin-endpoint',
    'https://console.example:443'], 2],
  ['an empty host', ['create', 'badhost', '--host', ''], 2],
  ['the end of the default tenant', ['delete', 'default'], 1],
  ['the end of the admin tenant', ['delete', 'admin'], 1],
])('%s is refused with a sentence', async (_, args, status) => {
  expect(await server.verb('tenant', ...args))
    .toEqual({ status, stdout: '', stderr: expect.stringMatching(/^guildhall: \S.*\n$/) });
});

test('what was refused left nothing behind', async () => {
  expect((await done(server, 'tenant', 'list')).map(({ id }: { id: string }) => id))
    .toEqual(['admin', 'default', 'one', 'two']);
});

test('a host belongs to one tenant', async () => {
  expect(await server.verb('tenant', 'create', 'three', '--host', a.host))
    .toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining(a.host) });
});

test('the host of a request chooses the tenant, whatever the port it came by', async () => {
  const [plain, special] = [await newTenant(server, 'plain'),
    await newTenant(server, 'special', 'plain.example:8443')];
  const adminHost = new URL(server.admin).host;
  const expected: [string, string][] = [
    ['plain.example', `http://plain.example:${port}`], ['PLAIN.example', `http://plain.example:${port}`],
    [`plain.example:${port}`, `http://plain.example:${port}`],
    ['plain.example:8443', 'http://plain.example:8443'], ['other.example', server.base], ['127.0.0.1', server.base],
    [adminHost, server.admin], [adminHost.toUpperCase(), server.admin],
  ];
  for (const base of [server.base, server.admin])
    for (const [host, endpoint] of expected)
      expect(await issuerAt(base, { host }), `${host} at ${base}`).toBe(`${endpoint}/oidc`);
  expect([plain.issuer, special.issuer])
    .toEqual([`http://plain.example:${port}/oidc`, 'http://plain.example:8443/oidc']);
});

test('forwarded hosts count when the proxy is trusted, and only then', async () => {
  const forwarded = { 'x-forwarded-host': 'behind.example, evil.example', 'x-forwarded-proto': 'https' };
  await newTenant(server, 'behind');
  expect(await issuerAt(server.base, forwarded)).toBe(`${server.base}/oidc`);
  const trusting = await startServer({ flags: ['--trust-proxy'] });
  await newTenant(trusting, 'behind');
  expect(await issuerAt(trusting.base, forwarded)).toContain('://behind.example');
  expect(await issuerAt(trusting.base, { forwarded: 'host=behind.example' })).toBe(`${trusting.base}/oidc`);
});

test('tenants have keys of their own', async () => {
  const [ofA, ofB, ofCore] =
    [await keysOf(server, a.host), await keysOf(server, b.host), await keysOf(server, 'localhost')];
  expect(new Set([...ofA, ...ofB, ...ofCore]).size).toBe(3);
  ok(await a.api.post('/configs/oidc/private-keys/rotate', {}));
  expect(await keysOf(server, a.host)).toHaveLength(2);
  expect(await keysOf(server, b.host)).toEqual(ofB);
});

test('tenants have data of their own, and the same names do not meet', async () => {
  const name = unique('same');
  const things: [string, object, number][] = [
    ['/users', { username: name, primaryEmail: `${name}@a.example`, primaryPhone: '4915112345678' }, 200],
    ['/applications', { name, type: 'MachineToMachine' }, 200],
    ['/roles', { name, description: 'd' }, 200], ['/resources', { name, indicator: `https://${name}.example` }, 201],
    ['/organizations', { name }, 201],
    ['/organization-roles', { name }, 201], ['/organization-scopes', { name }, 201],
  ];
  for (const [path, body, status] of things) {
    const [mine, other] = [ok(await a.api.post(path, body), status), ok(await b.api.post(path, body), status)];
    expect(mine.id).not.toBe(other.id);
    if (path !== '/users') expect(mine.tenantId).toBe('one');
    expect((await b.api.get(`${path}/${mine.id}`)).status).toBe(404);
    expect((await b.api.patch(`${path}/${mine.id}`, { name: 'stolen' })).status).toBe(404);
    expect((await b.api.delete(`${path}/${mine.id}`)).status).toBe(404);
    expect(ok(await a.api.get(`${path}/${mine.id}`))).toMatchObject(path === '/users' ? { username: name } : { name });
    expect(JSON.stringify(ok(await server.api.get(path)))).not.toContain(name);
    expect(JSON.stringify(ok(await a.api.get(path)))).toContain(name);
  }
  expect(names(ok(await a.api.get('/applications'))).sort()).toEqual(['manager', name].sort());
});

test('ids of another tenant are unknown in relations', async () => {
  const [organization, user] =
    [ok(await a.api.post('/organizations', { name: 'n' }), 201), ok(await a.api.post('/users', {}))];
  const [stranger, role] = [ok(await b.api.post('/users', {})),
    ok(await b.api.post('/roles', { name: 'n', description: 'd' }))];
  problem(await a.api.post(`/organizations/${organization.id}/users`, { userIds: [stranger.id] }), 422,
    'entity.relation_foreign_key_not_found');
  problem(await a.api.post(`/users/${user.id}/roles`, { roleIds: [role.id] }), 404, 'entity.not_exists_with_id');
  problem(await b.api.post(`/roles/${role.id}/users`, { userIds: [user.id] }), 404, 'entity.not_found');
});

test('an app of one tenant gets no token from another', async () => {
  ok(await tokenFrom(server.base, a.app, { resource: a.app.resource }, a.host));
  for (const host of [b.host, 'localhost'])
    expect((await tokenFrom(server.base, a.app, { resource: a.app.resource }, host)).body)
      .toMatchObject({ error: 'invalid_client' });
  expect((await tokenFrom(server.base, a.app, { resource: b.app.resource }, a.host)).body)
    .toMatchObject({ error: 'invalid_target' });
});

test('a deleted tenant takes its data along, also what the admin tenant held for it', async () => {
  const tenant = await newTenant(server, 'gone');
  ok(await tenant.api.post('/organizations', { name: 'n' }), 201);
  const manager = await done(server, 'app', 'create', '--name', 'm', '--management-api', '--tenant', 'admin');
  const token = ok(await tokenFrom(server.admin, manager,
    { resource: 'https://admin.logto.app/api', scope: 'all' })).access_token;
  const admin = new Client(() => `${server.admin}/api`, async () => ({ authorization: `Bearer ${token}` }));
  for (const path of ['/applications/m-gone', '/roles/m-gone', '/organizations/t-gone']) ok(await admin.get(path));
  await done(server, 'tenant', 'delete', 'gone');
  for (const path of ['/applications/m-gone', '/roles/m-gone', '/organizations/t-gone'])
    expect((await admin.get(path)).status).toBe(404);

  await untilHeard();
  const again = await newTenant(server, 'gone');		// as new: nothing of the first one is left
  expect(ok(await again.api.get('/organizations?page=1'))).toEqual([]);
  expect((await again.api.get('/organizations?page=1')).headers['total-number']).toBe('0');
  await vi.waitFor(async () =>
    expect((await tokenFrom(server.base, tenant.app, { resource: tenant.app.resource }, tenant.host)).body)
      .toMatchObject({ error: 'invalid_client' }), soon);
});
