import { expect, test } from 'vitest';
import { Build, expectPages, expectPagesOf, ids, names, sorted, sortedIds, times, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const machinesOf = (id: string) => `/organizations/${id}/applications`;
const rolesOf = (organization: any, machine: any) => `${machinesOf(organization.id)}/${machine.id}/roles`;
const members = async (id: string): Promise<string[]> =>
  sortedIds(ok(await api.get(machinesOf(id), { query: { page_size: 100 } })));
const held = async (organization: any, machine: any): Promise<string[]> =>
  sortedIds(ok(await api.get(rolesOf(organization, machine))));

async function member(...roles: any[]): Promise<{ organization: any; machine: any; path: string }> {
  const organization = await build.organization();
  const machine = await build.machineMember(organization.id, ...ids(roles));
  return { organization, machine, path: rolesOf(organization, machine) };
}

test('adding a machine answers no JSON, and the list shows it as it was created, with its roles', async () => {
  const [organization, machine] = [await build.organization(), await build.machine()];
  const added = await api.post(machinesOf(organization.id), { applicationIds: [machine.id, machine.id] });
  expect([added.status, added.text, added.headers['content-type']])
    .toEqual([201, 'Created', 'text/plain; charset=utf-8']);
  expect(ok(await api.get(machinesOf(organization.id)))).toEqual([{ ...machine, organizationRoles: [] }]);
  expect(machine).toEqual({
    tenantId: 'default', id: machine.id, name: machine.name, description: null, type: 'MachineToMachine',
    oidcClientMetadata: { redirectUris: [], postLogoutRedirectUris: [] }, customClientMetadata: {},
    protectedAppMetadata: null,
    customData: {}, isThirdParty: false, appLevelAccessControlEnabled: false, createdAt: expect.any(Number),
  });

  const [b, a] = [await build.machineRole({ name: unique('b') }), await build.machineRole({ name: unique('A') })];
  ok(await api.post(rolesOf(organization, machine), { organizationRoleIds: [b.id, a.id] }), 201);
  const [shown] = ok(await api.get(machinesOf(organization.id)));
  expect(shown.organizationRoles).toEqual([a, b].map(({ id, name }) => ({ id, name })));
});

test('machines come in pages with the total, 20 when none is named', async () => {
  const { id } = await build.organization();
  const machines = await times(30, () => build.machine());
  ok(await api.put(machinesOf(id), { applicationIds: ids(machines) }), 204);
  expect(await members(id)).toEqual(sortedIds(machines));
  expect(ok(await api.get(machinesOf(id)))).toHaveLength(20);
  await expectPagesOf(api, machinesOf(id), 30);
});

test('the list is narrowed to those who hold a role, with its total', async () => {
  const [role, other] = [await build.machineRole(), await build.machineRole()];
  const { organization, machine } = await member(role);
  const [both] = [await build.machineMember(organization.id, role.id, other.id),
    await build.machineMember(organization.id), await build.machineMember(organization.id, other.id),
    (await member(role)).machine];
  const withRole = (id: string) => api.get(machinesOf(organization.id), { query: { roleId: id } });
  const found = await withRole(role.id);
  expect([sortedIds(ok(found)), found.headers['total-number']]).toEqual([sortedIds([machine, both]), '2']);
  expect(ok(await withRole('unknown'))).toEqual([]);
  problem(await withRole(''), 400, 'guard.invalid_input');
});

test.each(['Native', 'SPA', 'Traditional'])('an application of type %s cannot join', async (type) => {
  const { id } = await build.organization();
  const [machine, other] = [await build.machine(), await build.application(type)];
  for (const method of ['POST', 'PUT']) {
    problem(await api.request(method, machinesOf(id), { body: { applicationIds: [machine.id, other.id] } }), 422,
      'entity.db_constraint_violated');
  }
  expect(await members(id)).toEqual([]);
});

test('neither third-party nor built-in nor unknown applications can join, and the faults come in their order',
  async () => {
  const { id } = await build.organization();
  const [machine, third] = [await build.machine(), await build.thirdParty()];
  const rows: [string, string[], string][] = [
    [id, [third.id], 'entity.db_constraint_violated'],
    [id, [machine.id, 'nope'], 'entity.relation_foreign_key_not_found'],
    [id, [machine.id, 'demo-app'], 'entity.relation_foreign_key_not_found'],
    [id, ['nope', third.id], 'entity.db_constraint_violated'],
    ['nope', [third.id], 'entity.db_constraint_violated'],
    ['nope', [machine.id], 'entity.relation_foreign_key_not_found'],
    [id, [third.id, 'x'.repeat(22)], 'entity.value_too_long'],
    ['x'.repeat(22), [machine.id], 'entity.value_too_long'],
  ];
  for (const [organization, applicationIds, code] of rows)
    problem(await api.post(machinesOf(organization), { applicationIds }), 422, code);
  expect(await members(id)).toEqual([]);
});

test('a replacement meets the faults of its list in the order of the list, those of length too', async () => {
  const { id } = await build.organization();
  const [third, long] = [await build.thirdParty(), 'x'.repeat(22)];
  for (const [applicationIds, code] of [[[third.id, long], 'db_constraint_violated'], [[long, third.id], 'value_too_long'],
    [['nope', long], 'value_too_long']] as const)
    problem(await api.put(machinesOf(id), { applicationIds }), 422, `entity.${code}`);
});

test('replacing the machines leaves exactly those named, and who stays keeps his roles', async () => {
  const role = await build.machineRole();
  const { organization, machine } = await member(role);
  const [b, c] = [await build.machineMember(organization.id), await build.machine()];
  ok(await api.put(machinesOf(organization.id), { applicationIds: [c.id, machine.id, c.id] }), 204);
  expect(await members(organization.id)).toEqual(sortedIds([machine, c]));
  expect(await held(organization, machine)).toEqual([role.id]);
  problem(await api.put(machinesOf(organization.id), { applicationIds: [b.id, 'nope'] }), 422,
    'entity.relation_foreign_key_not_found');
  expect(await members(organization.id)).toEqual(sortedIds([machine, c]));
  ok(await api.put(machinesOf(organization.id), { applicationIds: [] }), 204);
  expect(await members(organization.id)).toEqual([]);
  ok(await api.post(machinesOf(organization.id), { applicationIds: [machine.id] }), 201);
  expect(await held(organization, machine)).toEqual([]);
});

test('an unknown organization has no machines, and emptying it is not an error unless its id is too long', async () => {
  const list = await api.get(machinesOf('nope'));
  expect([ok(list), list.headers['total-number']]).toEqual([[], '0']);
  ok(await api.put(machinesOf('nope'), { applicationIds: [] }), 204);
  problem(await api.put(machinesOf('x'.repeat(22)), { applicationIds: [] }), 422, 'entity.value_too_long');
});

test('a search among machines looks at id, name and description of members only', async () => {
  const { id } = await build.organization();
  const word = unique('Findme');
  const machines = [await build.machine({ name: `x ${word}` }),
    await build.machine({ description: word.toUpperCase() }), await build.machine()];
  await build.machine({ name: word });
  ok(await api.post(machinesOf(id), { applicationIds: ids(machines) }), 201);
  const found = await api.get(machinesOf(id), { query: { q: word } });
  expect([sortedIds(ok(found)), found.headers['total-number']]).toEqual([sortedIds(machines.slice(0, 2)), '2']);
  expect(ids(ok(await api.get(machinesOf(id), { query: { q: machines[2].id } })))).toEqual([machines[2].id]);
});

test('somebody who is not a member cannot be removed, and a single one cannot be read', async () => {
  const { organization, machine } = await member();
  const stranger = await build.machine();
  for (const path of [`${machinesOf(organization.id)}/${stranger.id}`, `${machinesOf('0')}/${machine.id}`,
    `${machinesOf(organization.id)}/roles`]) {
    problem(await api.delete(path), 404, 'entity.not_found');
  }
  const path = `${machinesOf(organization.id)}/${machine.id}`;
  expect((await api.get(path)).status).toBe(405);
  expect((await api.get(`${path}/scopes`)).text).toBe('Not Found');
  ok(await api.delete(path), 204);
  problem(await api.delete(path), 404, 'entity.not_found');
});

test('every role operation on a machine that is not a member is refused first', async () => {
  const [organization, machine] = [await build.organization(), await build.machine()];
  for (const path of [rolesOf(organization, machine), rolesOf({ id: '0' }, machine),
    rolesOf(organization, { id: 'nope' })]) {
    problem(await api.get(path, { query: { page: 'x' } }), 422, 'organization.require_membership');
    problem(await api.post(path, '{"broken'), 422, 'organization.require_membership');
    problem(await api.put(path, { organizationRoleIds: [] }), 422, 'organization.require_membership');
    problem(await api.delete(`${path}/nope`), 422, 'organization.require_membership');
  }
});

test('roles of a machine are added, repetitions harmless, replaced and taken away', async () => {
  const [a, b, c] = await times(3, () => build.machineRole());
  const { organization, machine, path } = await member(a);
  const added = await api.post(path, { organizationRoleIds: [a.id, b.id, b.id] });
  expect([added.status, added.text]).toEqual([201, 'Created']);
  expect(await held(organization, machine)).toEqual(sortedIds([a, b]));
  ok(await api.put(path, { organizationRoleIds: [b.id, c.id] }), 204);
  expect(await held(organization, machine)).toEqual(sortedIds([b, c]));
  ok(await api.delete(`${path}/${c.id}`), 204);
  problem(await api.delete(`${path}/${c.id}`), 404, 'entity.not_found');
  expect(ok(await api.get(path))).toEqual([b]);
});

test('roles of a machine cannot be given by name nor be cleared by replacing', async () => {
  const role = await build.machineRole();
  const { organization, machine, path } = await member(role);
  for (const method of ['POST', 'PUT']) {
    for (const body of [undefined, {}, { organizationRoleIds: [] }, { organizationRoleNames: [role.name] }]) {
      problem(await api.request(method, path, { body }), 400, 'guard.invalid_input');
    }
  }
  expect(await held(organization, machine)).toEqual([role.id]);
});

test('a faulty list of roles leaves the roles of a machine as they are', async () => {
  const [before, role, users] = [await build.machineRole(), await build.machineRole(), await build.role()];
  const { organization, machine, path } = await member(before);
  const rows: [string, string[], string][] = [
    ['POST', [role.id, 'nope'], 'entity.relation_foreign_key_not_found'],
    ['PUT', [role.id, 'nope'], 'entity.relation_foreign_key_not_found'],
    ['POST', [role.id, users.id], 'entity.db_constraint_violated'],
    ['PUT', [role.id, users.id], 'entity.db_constraint_violated'],
    ['POST', ['x'.repeat(22)], 'entity.value_too_long'],
    ['PUT', [role.id, role.id], 'entity.unique_integrity_violation'],
    ['PUT', ['nope', 'nope'], 'entity.unique_integrity_violation'],
  ];
  for (const [method, organizationRoleIds, code] of rows)
    problem(await api.request(method, path, { body: { organizationRoleIds } }), 422, code);
  expect(await held(organization, machine)).toEqual([before.id]);
});

test('several machines get many roles at once', async () => {
  const organization = await build.organization();
  const [machines, roles] =
    [await times(3, () => build.machineMember(organization.id)), await times(30, () => build.machineRole())];
  const body = { applicationIds: [...ids(machines), machines[0].id],
    organizationRoleIds: [roles[0].id, ...ids(roles)] };
  const given = await api.post(`${machinesOf(organization.id)}/roles`, body);
  expect([given.status, given.text]).toEqual([201, 'Created']);
  for (const machine of machines) expect(await held(organization, machine)).toEqual(sortedIds(roles));
  await expectPages(api, rolesOf(organization, machines[0]), 30);
});

test('roles for several machines are given to all or to none', async () => {
  const organization = await build.organization();
  const [machine, stranger, native] =
    [await build.machineMember(organization.id), await build.machine(), await build.application('Native')];
  const [role, users] = [await build.machineRole(), await build.role()];
  const rows: [string, string[], string[], string][] = [
    [organization.id, [machine.id, stranger.id], [role.id], 'entity.relation_foreign_key_not_found'],
    [organization.id, [machine.id, native.id], [role.id], 'entity.relation_foreign_key_not_found'],
    [organization.id, [machine.id], [role.id, 'nope'], 'entity.relation_foreign_key_not_found'],
    ['nope', [machine.id], [role.id], 'entity.relation_foreign_key_not_found'],
    [organization.id, [machine.id], [role.id, users.id], 'entity.db_constraint_violated'],
  ];
  for (const [id, applicationIds, organizationRoleIds, code] of rows) {
    problem(await api.post(`${machinesOf(id)}/roles`, { applicationIds, organizationRoleIds }), 422, code);
  }
  expect(await held(organization, machine)).toEqual([]);
});

test("an application's organizations show its roles in each, come whole or in pages, and exclude those of others",
  async () => {
  const [a, b] = [await build.machineRole({ name: unique('b') }), await build.machineRole({ name: unique('a') })];
  const { organization, machine } = await member(a, b);
  const path = `/applications/${machine.id}/organizations`;
  expect(ok(await api.get(path)))
    .toEqual([{ ...organization, organizationRoles: [b, a].map(({ id, name }) => ({ id, name })) }]);
  const more = await times(29, () => build.organization());
  await Promise.all(more.map(({ id }) => api.post(machinesOf(id), { applicationIds: [machine.id] })));
  await expectPages(api, path, 30);
  expect(ok(await api.get(path, { query: { q: 'nothing' } }))).toHaveLength(30);
  expect(sorted(names(ok(await api.get(path))))).toEqual(sorted(names([organization, ...more])));
});

test('applications that are not machines have no organizations, unknown and built-in ones are not there', async () => {
  const native = await build.application('Native');
  expect(ok(await api.get(`/applications/${native.id}/organizations`))).toEqual([]);
  for (const id of ['nope', 'demo-app']) {
    problem(await api.get(`/applications/${id}/organizations`), 404, 'entity.not_exists_with_id');
    problem(await api.get(`/applications/${id}/organizations`, { query: { page: 0 } }), 400,
      'guard.invalid_pagination');
  }
});

test('applications can be listed without the members of an organization', async () => {
  const { organization, machine } = await member();
  const other = await build.machine();
  const listed = async (excludeOrganizationId: string) =>
    ids(ok(await api.get('/applications', { query: { excludeOrganizationId } }))).filter((id) =>
      [machine.id, other.id].includes(id));
  expect(await listed(organization.id)).toEqual([other.id]);
  expect((await listed('nope')).sort()).toEqual(sortedIds([machine, other]));
  expect((await listed('')).sort()).toEqual(sortedIds([machine, other]));
});
