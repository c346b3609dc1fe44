import { expect, test } from 'vitest';
import { Build, expectPagesOf, ids, sortedIds, times } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const role = (more = {}) => build.tenantRole({ type: 'MachineToMachine', ...more });
const rolesOf = async (id: string): Promise<string[]> => sortedIds(ok(await api.get(`/applications/${id}/roles`)));

test('a machine is given roles, and what it has already is no fault', async () => {
  const [app, [a, b]] = [await build.machine(), await times(2, () => role())];
  const at = `/applications/${app.id}/roles`;
  expect(ok(await api.post(at, { roleIds: [a.id, a.id] }), 201))
    .toEqual({ roleIds: [a.id, a.id], addedRoleIds: [a.id] });
  expect(ok(await api.post(at, { roleIds: [a.id, b.id] }), 201))
    .toEqual({ roleIds: [a.id, b.id], addedRoleIds: [b.id] });
  expect(ok(await api.post(at, { roleIds: [] }), 201)).toEqual({ roleIds: [], addedRoleIds: [] });
  expect(await rolesOf(app.id)).toEqual(sortedIds([a, b]));
  expect(ok(await api.get(`${at}?search=${a.name}`))).toEqual([a]);
});

test('roles are replaced as a whole, each counted once', async () => {
  const [app, [a, b, c]] = [await build.machine(), await times(3, () => role())];
  const at = `/applications/${app.id}/roles`;
  ok(await api.post(at, { roleIds: [a.id, b.id] }), 201);
  const replaced = await api.put(at, { roleIds: [b.id, c.id, c.id] });
  expect({ status: replaced.status, text: replaced.text, type: replaced.headers['content-type'] })
    .toMatchObject({ status: 200, text: 'OK', type: expect.stringMatching(/^text\/plain/) });
  expect(await rolesOf(app.id)).toEqual(sortedIds([b, c]));
});

test('a refused list of roles changes nothing', async () => {
  const [app, held, other, people] = [await build.machine(), await role(), await role(), await build.tenantRole()];
  const at = `/applications/${app.id}/roles`;
  ok(await api.post(at, { roleIds: [held.id] }), 201);
  problem(await api.post(at, { roleIds: [other.id, people.id] }), 422, 'application.invalid_role_type');
  problem(await api.post(at, { roleIds: ['nope', people.id] }), 422, 'application.invalid_role_type');
  problem(await api.post(at, { roleIds: [other.id, 'nope'] }), 404, 'entity.not_exists_with_id');
  problem(await api.put(at, { roleIds: [other.id, 'nope'] }), 404, 'entity.not_exists_with_id');
  problem(await api.put(at, { roleIds: [other.id, people.id] }), 422, 'entity.db_constraint_violated');
  for (const body of [{}, { roleIds: 'x' }, { roleIds: [''] }]) {
    problem(await api.post(at, body), 400, 'guard.invalid_input');
    problem(await api.put(at, body), 400, 'guard.invalid_input');
  }
  expect(await rolesOf(app.id)).toEqual([held.id]);
});

test('a role is taken away once', async () => {
  const [app, a] = [await build.machine(), await role()];
  ok(await api.post(`/applications/${app.id}/roles`, { roleIds: [a.id] }), 201);
  ok(await api.delete(`/applications/${app.id}/roles/${a.id}`), 204);
  problem(await api.delete(`/applications/${app.id}/roles/${a.id}`), 404, 'entity.not_found');
  expect(await rolesOf(app.id)).toEqual([]);
});

const everyMethod: [string, string, object?][] =
  [['GET', ''], ['POST', '', { roleIds: [] }], ['PUT', '', { roleIds: [] }], ['DELETE', '/x']];

test.each(everyMethod)('%s%s is for machines that exist', async (method, path, body) => {
  problem(await api.request(method, `/applications/nope/roles${path}`, { body }), 404, 'entity.not_exists_with_id');
  const spa = await build.application('SPA');
  problem(await api.request(method, `/applications/${spa.id}/roles${path}`, { body }), 422,
    'application.invalid_type');
});

test('the internal admin role may be given, makes the application an admin, and is not shown', async () => {
  const app = await build.machine();
  ok(await api.post(`/applications/${app.id}/roles`, { roleIds: ['admin-role'] }), 201);
  expect(ok(await api.get(`/applications/${app.id}`))).toMatchObject({ isAdmin: true });
  expect(await rolesOf(app.id)).toEqual([]);
  ok(await api.delete(`/applications/${app.id}/roles/admin-role`), 204);
  expect(ok(await api.get(`/applications/${app.id}`))).toMatchObject({ isAdmin: false });
});

test('roles are listed in pages and searched without those of others', async () => {
  const [app, other, elsewhere, roles] =
    [await build.machine(), await build.machine(), await role(), await times(21, () => role())];
  ok(await api.post(`/applications/${app.id}/roles`, { roleIds: ids(roles) }), 201);
  ok(await api.post(`/applications/${other.id}/roles`, { roleIds: [elsewhere.id] }), 201);
  await expectPagesOf(api, `/applications/${app.id}/roles`, 21);
  const found = ok(await api.get(`/applications/${app.id}/roles`,
    { query: { 'search.name': 'nope', 'search.id': '%', page_size: 100 } }));
  expect(sortedIds(found)).toEqual(sortedIds(roles));
});
