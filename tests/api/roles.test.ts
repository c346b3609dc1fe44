import { expect, test } from 'vitest';
import { Build, expectPages, expectPagesOf, ids, names, sorted, sortedIds, times, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { faults } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const machineRole = (more = {}) => build.tenantRole({ type: 'MachineToMachine', ...more });
const api1 = await build.resource();
const scopes = await times(4, () => build.resourceScope(api1.id));
const managementScope = 'management-api-all';
const byName = async (name: string): Promise<any[]> =>
  ok(await api.get('/roles', { query: { 'search.name': name, mode: 'exact' } }));

test('a new role is for people unless said otherwise', async () => {
  const created = ok(await api.post('/roles', { name: unique('role'), description: 'd', id: 'x', foo: 1 }));
  expect(created).toEqual({ tenantId: 'default', id: expect.stringMatching(/^[0-9a-z]{21}$/), name: created.name,
    description: 'd', type: 'User', isDefault: false });
  expect(ok(await api.get(`/roles/${created.id}`))).toEqual(created);
  expect(await machineRole({ isDefault: true })).toMatchObject({ type: 'MachineToMachine', isDefault: true });
});

test.each<[object, string]>([
  [{ name: undefined }, 'name'], [{ name: '' }, 'name'], [{ name: 'x'.repeat(129) }, 'name'],
  [{ description: undefined }, 'description'],
  [{ description: '' }, 'description'], [{ description: 'x'.repeat(129) }, 'description'], [{ type: 'Robot' }, 'type'],
  [{ isDefault: 'true' }, 'isDefault'],
  [{ scopeIds: 'x' }, 'scopeIds'], [{ scopeIds: [''] }, 'scopeIds.0'],
])('a role is refused for %j', async (fields, path) => {
  expect(faults(problem(await api.post('/roles', { name: unique(), description: 'd', ...fields }), 400,
    'guard.invalid_input'))).toEqual([path]);
});

test('a role may carry scopes from the start, each once', async () => {
  const role = await build.tenantRole({ scopeIds: [scopes[0].id, scopes[1].id, scopes[0].id] });
  expect(role).not.toHaveProperty('scopeIds');
  expect(sortedIds(ok(await api.get(`/roles/${role.id}/scopes`)))).toEqual(sortedIds([scopes[0], scopes[1]]));
});

test.each<[string, object, number, string]>([
  ['a scope that does not exist', { scopeIds: [scopes[0].id, 'nope'] }, 404, 'entity.not_exists_with_id'],
  ['a scope of the Management API for people', { scopeIds: [scopes[0].id, managementScope] }, 400,
    'role.management_api_scopes_not_assignable_to_user_role'],
  ['a list of no scopes', { scopeIds: [] }, 422, 'entity.invalid_input'],
])('a role with %s is not made', async (_, fields, status, code) => {
  const name = unique('role');
  problem(await api.post('/roles', { name, description: 'd', ...fields }), status, code);
  expect(await byName(name)).toEqual([]);
});

test('a name is unique, letter case counting', async () => {
  const [a, b] = await times(2, () => build.tenantRole());
  problem(await api.post('/roles', { name: a.name, description: 'd', scopeIds: ['nope'] }), 422, 'role.name_in_use');
  problem(await api.patch(`/roles/${b.id}`, { name: a.name }), 422, 'role.name_in_use');
  ok(await api.patch(`/roles/${a.id}`, { name: a.name }));
  await build.tenantRole({ name: a.name.toUpperCase() });
});

test('name, description and flag can be changed, nothing else', async () => {
  const before = await build.tenantRole();
  const change = { name: unique('renamed'), description: 'other', isDefault: true };
  expect(ok(await api.patch(`/roles/${before.id}`, { ...change, type: 'MachineToMachine', id: 'x' })))
    .toEqual({ ...before, ...change });
  ok(await api.patch(`/roles/${before.id}`, { isDefault: false }));
  for (const body of [{}, { type: 'MachineToMachine' }])
    problem(await api.patch(`/roles/${before.id}`, body), 422, 'entity.invalid_input');
  for (const body of [{ name: '' }, { description: null }])
    problem(await api.patch(`/roles/${before.id}`, body), 400, 'guard.invalid_input');
});

test('an unknown role is not found by any method', async () => {
  const unknown: [string, string, object?][] = [
    ['GET', ''], ['PATCH', '', {}], ['PATCH', '', { name: 'n' }], ['DELETE', ''], ['GET', '/users'],
    ['POST', '/users', { userIds: ['x'] }], ['GET', '/applications'],
    ['POST', '/applications', { applicationIds: ['x'] }], ['GET', '/scopes'], ['POST', '/scopes', { scopeIds: ['x'] }],
  ];
  for (const [method, path, body] of unknown)
    problem(await api.request(method, `/roles/nope${path}`, { body }), 404, 'entity.not_exists_with_id');
  for (const path of ['users', 'applications', 'scopes'])
    problem(await api.delete(`/roles/nope/${path}/x`), 404, 'entity.not_found');
});

test('a deleted role is gone and cannot be deleted twice', async () => {
  const role = await build.tenantRole();
  ok(await api.delete(`/roles/${role.id}`), 204);
  problem(await api.get(`/roles/${role.id}`), 404, 'entity.not_exists_with_id');
  problem(await api.delete(`/roles/${role.id}`), 404, 'entity.not_exists_with_id');
  await build.tenantRole({ name: role.name });
});

test('a role is given to users all together or to none', async () => {
  const [role, [a, b, c]] =
    [await build.tenantRole(), await times(3, () => build.user({ avatar: 'https://a.example/a' }))];
  const add = (...userIds: string[]) => api.post(`/roles/${role.id}/users`, { userIds });
  const holders = async () => sortedIds(ok(await api.get(`/roles/${role.id}/users`)));
  const answer = await add(a.id, b.id, a.id);
  expect({ status: answer.status, text: answer.text }).toEqual({ status: 201, text: 'Created' });
  expect(await holders()).toEqual(sortedIds([a, b]));
  problem(await add(c.id, b.id), 422, 'role.user_exists');
  problem(await add(c.id, 'nope'), 404, 'entity.not_found');
  for (const body of [{}, { userIds: [] }, { userIds: [''] }])
    problem(await api.post(`/roles/${role.id}/users`, body), 400, 'guard.invalid_input');
  expect(await holders()).toEqual(sortedIds([a, b]));
  const [found] = ok(await api.get(`/roles/${role.id}/users?search=${a.username}`));
  expect(found).toEqual(ok(await api.get(`/users/${a.id}`)));

  ok(await api.delete(`/roles/${role.id}/users/${a.id}`), 204);
  problem(await api.delete(`/roles/${role.id}/users/${a.id}`), 404, 'entity.not_found');
  expect(await holders()).toEqual([b.id]);
  problem(await api.post(`/roles/${(await machineRole()).id}/users`, { userIds: [a.id] }), 422,
    'entity.db_constraint_violated');
});

test('a role is given to applications all together or to none', async () => {
  const [role, [a, b, c]] = [await machineRole(), await times(3, () => build.machine())];
  const add = (...applicationIds: string[]) => api.post(`/roles/${role.id}/applications`, { applicationIds });
  const holders = async () => sortedIds(ok(await api.get(`/roles/${role.id}/applications`)));
  const answer = await add(a.id, b.id, b.id);
  expect({ status: answer.status, text: answer.text }).toEqual({ status: 201, text: 'Created' });
  problem(await add(c.id, b.id), 422, 'role.application_exists');
  problem(await add(c.id, 'nope'), 404, 'entity.not_exists_with_id');
  for (const body of [{}, { applicationIds: [] }])
    problem(await api.post(`/roles/${role.id}/applications`, body), 400, 'guard.invalid_input');
  expect(await holders()).toEqual(sortedIds([a, b]));
  expect(ok(await api.get(`/roles/${role.id}/applications?search=${a.name}`))).toEqual([a]);

  ok(await api.delete(`/roles/${role.id}/applications/${a.id}`), 204);
  problem(await api.delete(`/roles/${role.id}/applications/${a.id}`), 404, 'entity.not_found');
  expect(await holders()).toEqual([b.id]);
  problem(await api.post(`/roles/${(await build.tenantRole()).id}/applications`, { applicationIds: [c.id] }), 422,
    'entity.db_constraint_violated');
});

test('scopes are added to a role all together or none', async () => {
  const role = await build.tenantRole();
  const [a, b, c] = scopes;
  const add = (...scopeIds: string[]) => api.post(`/roles/${role.id}/scopes`, { scopeIds });
  expect(ok(await add(a.id, a.id), 201)).toEqual([a]);
  expect(sortedIds(ok(await add(b.id), 201))).toEqual(sortedIds([a, b]));
  problem(await add(c.id, a.id), 422, 'role.scope_exists');
  problem(await add(c.id, 'nope'), 404, 'entity.not_exists_with_id');
  problem(await add(c.id, managementScope), 400, 'role.management_api_scopes_not_assignable_to_user_role');
  for (const body of [{}, { scopeIds: [] }])
    problem(await api.post(`/roles/${role.id}/scopes`, body), 400, 'guard.invalid_input');
  const { scopes: none, ...resource } = api1;
  expect(none).toEqual([]);
  expect(sortedIds(ok(await api.get(`/roles/${role.id}/scopes`)))).toEqual(sortedIds([a, b]));
  expect(ok(await api.get(`/roles/${role.id}/scopes?search=${a.name}`))).toEqual([{ ...a, resource }]);

  ok(await api.delete(`/roles/${role.id}/scopes/${a.id}`), 204);
  problem(await api.delete(`/roles/${role.id}/scopes/${a.id}`), 404, 'entity.not_found');
  expect(ids(ok(await api.get(`/roles/${role.id}/scopes`)))).toEqual([b.id]);
  expect(ids(ok(await api.post(`/roles/${(await machineRole()).id}/scopes`, { scopeIds: [managementScope] }), 201)))
    .toEqual([managementScope]);
});

test('what hangs on a role comes in pages', async () => {
  const [people, machines] = [await build.tenantRole(), await machineRole()];
  const [users, apps, more] =
    [await times(21, () => build.user()), await times(21, () => build.machine()),
      await times(21, () => build.resourceScope(api1.id))];
  ok(await api.post(`/roles/${people.id}/users`, { userIds: ids(users) }), 201);
  ok(await api.post(`/roles/${machines.id}/applications`, { applicationIds: ids(apps) }), 201);
  ok(await api.post(`/roles/${people.id}/scopes`, { scopeIds: ids(more) }), 201);
  await expectPagesOf(api, `/roles/${people.id}/users`, 21);
  await expectPagesOf(api, `/roles/${machines.id}/applications`, 21);
  await expectPages(api, `/roles/${people.id}/scopes`, 21);

  const [row] = await byName(people.name);
  expect(row).toMatchObject({ ...people, usersCount: 21, applicationsCount: 0, featuredApplications: [] });
  expect(row.featuredUsers).toHaveLength(3);
  for (const user of row.featuredUsers) expect(Object.keys(user).sort()).toEqual(['avatar', 'id', 'name']);
  const [other] = await byName(machines.name);
  expect(other).toMatchObject({ usersCount: 0, featuredUsers: [], applicationsCount: 21 });
  expect(other.featuredApplications).toHaveLength(3);
  for (const app of other.featuredApplications) expect(Object.keys(app).sort()).toEqual(['id', 'name', 'type']);
});

test('the list can be cut down by type, a user and an application, and never shows internal roles', async () => {
  const tag = unique('cut');
  const make = (name: string, more = {}) => build.tenantRole({ name: `${tag} ${name}`, ...more });
  const m = { type: 'MachineToMachine' };
  const [held, free, machine, freeMachine] =
    [await make('held'), await make('free', { description: 'Grün' }), await make('machine', m),
      await make('freeMachine', m)];
  const internal = await build.tenantRole({ name: `#internal:${tag}` });
  const [user, app] = [await build.user(), await build.machine()];
  ok(await api.post(`/users/${user.id}/roles`, { roleIds: [held.id] }), 201);
  ok(await api.post(`/applications/${app.id}/roles`, { roleIds: [machine.id] }), 201);
  const list = async (query: Record<string, string>, ...expected: { name: string }[]) => {
    const answer = await api.get('/roles', { query: { search: `%${tag}%`, ...query } });
    expect(sorted(names(ok(answer)))).toEqual(sorted(names(expected)));
    expect(answer.headers['total-number']).toBe(String(expected.length));
  };
  await list({}, held, free, machine, freeMachine);
  await list({ type: 'User' }, held, free);
  await list({ type: 'MachineToMachine' }, machine, freeMachine);
  await list({ excludeUserId: user.id }, free, machine, freeMachine);
  await list({ excludeUserId: user.id, excludeApplicationId: app.id }, free, freeMachine);
  await list({ search: '%GRÜN%', 'search.name': `${tag}%`, joint: 'and' }, free);
  await list({ search: 'nope', 'search.name': `${tag} held`, 'search.id': '%', type: 'User', page_size: '100' },
    ...ok(await api.get('/roles?type=User&page_size=100')));
  for (const query of ['type=', 'type=Robot']) problem(await api.get(`/roles?${query}`), 400, 'guard.invalid_input');

  expect(ok(await api.get(`/roles/${internal.id}`))).toEqual(internal);
  ok(await api.patch(`/roles/${internal.id}`, { name: `${tag} renamed` }));
  expect(await byName(`${tag} renamed`)).toHaveLength(1);
});

test('roles come 20 a page', async () => {
  await times(20, () => build.tenantRole());
  await expectPagesOf(api, '/roles', Number((await api.get('/roles')).headers['total-number']));
});
