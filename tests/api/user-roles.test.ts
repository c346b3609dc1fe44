import { expect, test } from 'vitest';
import { Build, expectPagesOf, ids, sortedIds, times } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const rolesOf = async (id: string): Promise<string[]> => sortedIds(ok(await api.get(`/users/${id}/roles`)));
const sorted = (...roles: { id: string }[]): string[] => sortedIds(roles);
const machineRole = () => build.tenantRole({ type: 'MachineToMachine' });

test('a user is given roles, and what he has already is no fault', async () => {
  const [user, [a, b]] = [await build.user(), await times(2, () => build.tenantRole())];
  const at = `/users/${user.id}/roles`;
  expect(ok(await api.post(at, { roleIds: [a.id] }), 201)).toEqual({ roleIds: [a.id], addedRoleIds: [a.id] });
  expect(ok(await api.post(at, { roleIds: [b.id, a.id] }), 201))
    .toEqual({ roleIds: [b.id, a.id], addedRoleIds: [b.id] });
  expect(ok(await api.post(at, { roleIds: [] }), 201)).toEqual({ roleIds: [], addedRoleIds: [] });
  expect(ok(await api.get(`${at}?search.name=${a.name}`))).toEqual([a]);
  expect(await rolesOf(user.id)).toEqual(sorted(a, b));
});

test('a role sent twice is given once', async () => {
  const [user, a, b] = [await build.user(), await build.tenantRole(), await build.tenantRole()];
  expect(ok(await api.post(`/users/${user.id}/roles`, { roleIds: [a.id, a.id] }), 201).addedRoleIds).toEqual([a.id]);
  expect(ok(await api.put(`/users/${user.id}/roles`, { roleIds: [b.id, b.id, a.id] })))
    .toEqual({ roleIds: [b.id, a.id] });
  expect(await rolesOf(user.id)).toEqual(sorted(a, b));
});

test('roles are replaced as a whole', async () => {
  const [user, [a, b, c]] = [await build.user(), await times(3, () => build.tenantRole())];
  ok(await api.post(`/users/${user.id}/roles`, { roleIds: [a.id, b.id] }), 201);
  ok(await api.put(`/users/${user.id}/roles`, { roleIds: [b.id, c.id] }));
  expect(await rolesOf(user.id)).toEqual(sorted(b, c));
  expect(ok(await api.put(`/users/${user.id}/roles`, { roleIds: [] }))).toEqual({ roleIds: [] });
  expect(await rolesOf(user.id)).toEqual([]);
});

test('a refused list of roles changes nothing', async () => {
  const [user, held, other, machines] =
    [await build.user(), await build.tenantRole(), await build.tenantRole(), await machineRole()];
  const at = `/users/${user.id}/roles`;
  ok(await api.post(at, { roleIds: [held.id] }), 201);
  problem(await api.post(at, { roleIds: [other.id, machines.id] }), 422, 'user.invalid_role_type');
  problem(await api.post(at, { roleIds: ['nope', machines.id] }), 422, 'user.invalid_role_type');
  problem(await api.post(at, { roleIds: [other.id, 'nope'] }), 404, 'entity.not_exists_with_id');
  problem(await api.put(at, { roleIds: [other.id, 'nope'] }), 404, 'entity.not_exists_with_id');
  problem(await api.put(at, { roleIds: [other.id, machines.id] }), 422, 'entity.db_constraint_violated');
  for (const body of [{}, { roleIds: 'x' }, { roleIds: [''] }, { roleIds: [5] }]) {
    problem(await api.post(at, body), 400, 'guard.invalid_input');
    problem(await api.put(at, body), 400, 'guard.invalid_input');
  }
  expect(await rolesOf(user.id)).toEqual([held.id]);
});

test('a role is taken away once', async () => {
  const [user, role] = [await build.user(), await build.tenantRole()];
  ok(await api.post(`/users/${user.id}/roles`, { roleIds: [role.id] }), 201);
  ok(await api.delete(`/users/${user.id}/roles/${role.id}`), 204);
  problem(await api.delete(`/users/${user.id}/roles/${role.id}`), 404, 'entity.not_found');
  expect(await rolesOf(user.id)).toEqual([]);
});

test('a deleted role is nobody\'s, and a deleted user holds none', async () => {
  const [user, role, kept] = [await build.user(), await build.tenantRole(), await build.tenantRole()];
  ok(await api.post(`/users/${user.id}/roles`, { roleIds: [role.id, kept.id] }), 201);
  ok(await api.delete(`/roles/${role.id}`), 204);
  expect(await rolesOf(user.id)).toEqual([kept.id]);
  ok(await api.delete(`/users/${user.id}`), 204);
  expect(ok(await api.get(`/roles/${kept.id}/users`))).toEqual([]);
});

test('roles are listed in pages and searched without those of others', async () => {
  const [user, other, held, roles] =
    [await build.user(), await build.user(), await build.tenantRole(), await times(21, () => build.tenantRole())];
  ok(await api.post(`/users/${user.id}/roles`, { roleIds: ids(roles) }), 201);
  ok(await api.post(`/users/${other.id}/roles`, { roleIds: [held.id] }), 201);
  await expectPagesOf(api, `/users/${user.id}/roles`, 21);
  const found = ok(await api.get(`/users/${user.id}/roles`,
    { query: { 'search.name': 'nope', 'search.id': '%', joint: 'or', page_size: 100 } }));
  expect(sortedIds(found)).toEqual(sortedIds(roles));
});

test('an internal role that a user holds is not shown', async () => {
  const [user, shown, internal] =
    [await build.user(), await build.tenantRole(), await build.tenantRole({ name: '#internal:x' })];
  ok(await api.post(`/users/${user.id}/roles`, { roleIds: [shown.id, internal.id] }), 201);
  expect(await rolesOf(user.id)).toEqual([shown.id]);
});

test('new users get the roles that are flagged as default, machines\' roles excepted', async () => {
  const flagged = await build.tenantRole({ isDefault: true });
  await build.tenantRole({ isDefault: true, type: 'MachineToMachine' });
  const made = await build.user();
  expect(await rolesOf(made.id)).toEqual([flagged.id]);
  ok(await api.patch(`/roles/${flagged.id}`, { isDefault: false }));
  expect(await rolesOf((await build.user()).id)).toEqual([]);
});

test('new users get the roles that the settings name, and nobody is made before these exist', async () => {
  const demanding = await startServer({ flags: ['--user-default-roles', 'first, second'] });
  const there = new Build(demanding.api);
  const first = await there.tenantRole({ name: 'first' });
  problem(await demanding.api.post('/users', { username: 'u', primaryPhone: '1' }), 400, 'role.default_role_missing');
  const [second, flagged] = [await there.tenantRole({ name: 'second' }), await there.tenantRole({ isDefault: true })];
  const { id } = await there.user();
  expect(sortedIds(ok(await demanding.api.get(`/users/${id}/roles`)))).toEqual(sorted(first, second, flagged));
  problem(await demanding.api.post('/users', { primaryPhone: '1' }), 422, 'user.invalid_phone');
});
