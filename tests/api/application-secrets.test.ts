import { expect, test, vi } from 'vitest';
import { Build, inAnHour, names, unique } from './support/build.ts';
import { oauthError, ok, problem, soon } from './support/expect.ts';
import { basic, done, managementApi, newMachine } from './support/people.ts';
import { send } from './support/client.ts';
import { engine, startServer } from './support/server.ts';
import { stored } from './support/stored.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const secretsOf = async (id: string): Promise<any[]> => ok(await api.get(`/applications/${id}/secrets`));
const login = (id: string, secret: string) =>
  server.requestToken({ grant_type: 'client_credentials', resource: managementApi }, { id, secret });

test.each(['MachineToMachine', 'Traditional'])('a new application of type %s has one secret', async (type) => {
  const { id, secret } = await build.application(type);
  expect(secret).toBeUndefined();
  expect(await secretsOf(id)).toEqual([{
    tenantId: 'default', applicationId: id, name: 'Default secret', value: expect.stringMatching(/^[0-9a-zA-Z]{32}$/),
    createdAt: expect.any(Number), expiresAt: null,
  }]);
});

test.each(['SPA', 'Native'])('an application of type %s has no secret and gets none', async (type) => {
  const { id } = await build.application(type);
  problem(await api.post(`/applications/${id}/secrets`, { name: 's' }), 422, 'entity.db_constraint_violated');
  expect(await secretsOf(id)).toEqual([]);
});

test('each of several secrets lets the application in', async () => {
  const { id } = await build.machine();
  const expiresAt = inAnHour();
  const second = ok(await api.post(`/applications/${id}/secrets`, { name: 'b', expiresAt }), 201);
  expect(second).toMatchObject({ tenantId: 'default', applicationId: id, name: 'b', expiresAt,
    value: expect.stringMatching(/^[0-9a-zA-Z]{32}$/) });
  expect(ok(await api.post(`/applications/${id}/secrets`, { name: 'a', expiresAt: null }), 201))
    .toMatchObject({ expiresAt: null });
  const all = await secretsOf(id);
  expect(names(all)).toEqual(['Default secret', 'a', 'b']);
  expect(new Set(all.map(({ value }) => value)).size).toBe(3);
  for (const { value } of all) ok(await login(id, value));
});

test('a secret that was deleted lets nobody in any more', async () => {
  const { id, secret } = await newMachine(api);
  ok(await login(id, secret));
  ok(await api.delete(`/applications/${id}/secrets/Default%20secret`), 204);
  oauthError(await login(id, secret), 401, 'invalid_client');
  problem(await api.delete(`/applications/${id}/secrets/Default%20secret`), 404, 'entity.not_found');
  expect(await secretsOf(id)).toEqual([]);
});

test('a secret that has expired is told apart from a wrong one', async () => {
  const { id } = await build.machine();
  const expiresAt = Date.now() + 2500;
  const { value } = ok(await api.post(`/applications/${id}/secrets`, { name: 'short', expiresAt }), 201);
  ok(await login(id, value));
  await vi.waitFor(async () => {
    const refusal = oauthError(await login(id, value), 400, 'invalid_request');
    expect(refusal).toMatchObject({ code: 'oidc.invalid_request',
      error_description: expect.stringMatching(/expired/) });
  }, soon);
  expect(Date.now()).toBeGreaterThanOrEqual(expiresAt);
  expect((await secretsOf(id)).find(({ name }) => name === 'short')).toMatchObject({ expiresAt, value });
});

test('a name is unique within its application, letter case counting', async () => {
  const [a, b] = [await build.machine(), await build.machine()];
  const make = (app: { id: string }, name: string) => api.post(`/applications/${app.id}/secrets`, { name });
  ok(await make(a, 'n'), 201);
  problem(await make(a, 'n'), 422, 'application.secret_name_exists');
  ok(await make(a, 'N'), 201);
  ok(await make(b, 'n'), 201);
  problem(await api.patch(`/applications/${a.id}/secrets/N`, { name: 'n' }), 422, 'application.secret_name_exists');
});

test('a secret can be renamed and nothing else of it changed', async () => {
  const { id } = await build.machine();
  const [before] = await secretsOf(id);
  const name = `/%20ü${'x'.repeat(250)}`;
  const body = { name, value: 'mine', expiresAt: inAnHour() };
  expect(ok(await api.patch(`/applications/${id}/secrets/Default%20secret`, body))).toEqual({ ...before, name });
  const at = `/applications/${id}/secrets/${encodeURIComponent(name)}`;
  expect(ok(await api.patch(at, { name }))).toEqual({ ...before, name });
  ok(await api.delete(at), 204);
});

test.each([[{}], [{ name: '' }], [{ name: 'x'.repeat(257) }], [{ name: 5 }],
  [{ name: 'n', expiresAt: 'soon' }]])('%j makes no secret', async (body) => {
  const { id } = await build.machine();
  problem(await api.post(`/applications/${id}/secrets`, body), 400, 'guard.invalid_input');
  expect(await secretsOf(id)).toHaveLength(1);
});

test('a time that is past is refused before the application is looked for', async () => {
  const { id } = await build.machine();
  for (const app of [id, 'nope'])
    problem(await api.post(`/applications/${app}/secrets`, { name: 'n', expiresAt: Date.now() - 1000 }), 400,
      'request.invalid_input');
});

test('an unknown application and an unknown secret are told apart', async () => {
  const { id } = await build.machine();
  problem(await api.get('/applications/nope/secrets'), 404, 'entity.not_exists_with_id');
  problem(await api.post('/applications/nope/secrets', { name: 'n' }), 404, 'entity.not_exists_with_id');
  for (const [app, patched, deleted] of [['nope', 'entity.not_exists_with_id', 'entity.not_exists_with_id'],
    [id, 'entity.not_exists', 'entity.not_found']] as const) {
    problem(await api.patch(`/applications/${app}/secrets/nope`, { name: 'n' }), 404, patched);
    problem(await api.delete(`/applications/${app}/secrets/nope`), 404, deleted);
  }
});

test('an application without a legacy secret has none to delete', async () => {
  const { id } = await build.machine();
  problem(await api.delete(`/applications/${id}/legacy-secret`), 400, 'application.no_legacy_secret_found');
  problem(await api.delete('/applications/nope/legacy-secret'), 404, 'entity.not_exists_with_id');
});

test('a legacy secret is shown, lets its application in, and ends when it is deleted', async () => {
  const apps = await done(server, 'app', 'list', '--tenant', 'admin');
  const proxy = apps.find(({ id }: { id: string }) => id === 'm-admin');
  expect(proxy.secret).toMatch(/^[0-9a-zA-Z]{32}$/);
  const ask = (path: string, method: string, headers: Record<string, string>, body?: unknown) =>
    send(method, `${server.admin}${path}`, { headers, body });
  const form = new URLSearchParams({ grant_type: 'client_credentials', resource: 'https://admin.logto.app/api',
    scope: 'all' });
  const token = ok(await ask('/oidc/token', 'POST', { authorization: basic('m-admin', proxy.secret) }, form));
  const headers = { authorization: `Bearer ${token.access_token}` };
  expect(ok(await ask('/api/applications/m-admin', 'GET', headers))).toMatchObject({ secret: proxy.secret });
  expect(ok(await ask('/api/applications', 'GET', headers)).find((app: any) => app.id === 'm-default'))
    .toHaveProperty('secret');
  expect(ok(await ask('/api/applications/m-default/legacy-secret', 'DELETE', headers))).not.toHaveProperty('secret');
  problem(await ask('/api/applications/m-default/legacy-secret', 'DELETE', headers), 400,
    'application.no_legacy_secret_found');
  oauthError(await ask('/oidc/token', 'POST', { authorization: basic('m-default', 'x') }, form), 401,
    'invalid_client');
});

test(`the clear text of a secret stands nowhere in the database (${engine})`, async () => {
  const name = unique('witness');
  const { id } = await build.machine({ name });
  const [{ value }] = await secretsOf(id);
  const { value: second } = ok(await api.post(`/applications/${id}/secrets`, { name: 's' }), 201);
  const bytes = stored(server);
  expect(bytes.includes(name)).toBe(true);		// we do look at the right place
  for (const secret of [value, second, server.app.secret]) {
    expect(bytes.includes(secret)).toBe(false);
    expect(bytes.includes(Buffer.from(secret).toString('hex'))).toBe(false);
  }
});
