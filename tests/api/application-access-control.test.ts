// Who may use an application.
import { expect, test } from 'vitest';
import { Build, sorted, times } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { faults } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const nothing = { userIds: [], userRoleIds: [], organizationIds: [], organizationRoleRules: [] };
const at = (app: { id: string }): string => `/applications/${app.id}/access-control`;
const put = (app: { id: string }, rules: object) => api.put(at(app), { ...nothing, ...rules });
const rulesOf = async (app: { id: string }): Promise<any> => ok(await api.get(at(app)));
const turn = (app: { id: string }, on: boolean) =>
  api.patch(`/applications/${app.id}`, { appLevelAccessControlEnabled: on });

const app = () => build.application('SPA');

test('rules of every kind are stored and read', async () => {
  const [one, user, role, organization, position] = [await app(), await build.user(), await build.tenantRole(),
    await build.organization(), await build.role()];
  expect(await rulesOf(one)).toEqual(nothing);
  const rules = { userIds: [user.id], userRoleIds: [role.id], organizationIds: [organization.id],
    organizationRoleRules: [{ organizationId: organization.id, organizationRoleIds: [position.id] }] };
  expect(ok(await put(one, rules))).toEqual(rules);
  expect(await rulesOf(one)).toEqual(rules);
  ok(await put(one, {}));
  expect(await rulesOf(one)).toEqual(nothing);
});

test('what is sent twice counts once, the answer keeps the order of the request, and lists are read sorted', async () => {
  const one = await app();
  const users = (await times(3, () => build.user())).map(({ id }) => id);
  const [a, b] = [await build.organization(), await build.organization()];
  const positions = (await times(3, () => build.role())).map(({ id }) => id);
  const [p, q, r] = positions;
  const rule = (organization: any, ...organizationRoleIds: unknown[]) =>
    ({ organizationId: organization.id, organizationRoleIds });
  expect(ok(await put(one, { userIds: [users[2], users[0], users[2], users[1]],
    organizationRoleRules: [rule(b, q), rule(a, p, p), rule(b, r, q)] })))
    .toEqual({ ...nothing, userIds: [users[2], users[0], users[1]],
      organizationRoleRules: [rule(b, q, r), rule(a, p)] });
  const read = await rulesOf(one);
  expect(read.userIds).toEqual(sorted(users));
  const expected = [rule(a, p), rule(b, ...sorted([q, r] as string[]))];
  expect(read.organizationRoleRules).toEqual(a.id < b.id ? expected : expected.reverse());
});

test('access control needs a rule: before it is turned on and as long as it is on', async () => {
  const [one, user] = [await app(), await build.user()];
  problem(await turn(one, true), 422, 'request.invalid_input');
  ok(await put(one, { userIds: [user.id] }));
  expect(ok(await turn(one, true))).toMatchObject({ appLevelAccessControlEnabled: true });
  problem(await put(one, {}), 422, 'request.invalid_input');
  expect(await rulesOf(one)).toMatchObject({ userIds: [user.id] });
  expect(ok(await turn(one, false))).toMatchObject({ appLevelAccessControlEnabled: false });
  ok(await put(one, {}));
  problem(await turn(one, true), 422, 'request.invalid_input');
});

test('a rule goes with what it names, and access control stays on', async () => {
  const [one, user, role, organization, position] = [await app(), await build.user(), await build.tenantRole(),
    await build.organization(), await build.role()];
  const pair = [{ organizationId: organization.id, organizationRoleIds: [position.id] }];
  ok(await put(one, { userIds: [user.id], userRoleIds: [role.id], organizationIds: [organization.id],
    organizationRoleRules: pair }));
  ok(await turn(one, true));
  for (const [path, left] of [[`/users/${user.id}`, { userIds: [], organizationRoleRules: pair }],
    [`/roles/${role.id}`, { userRoleIds: [], organizationIds: [organization.id] }],
    [`/organization-roles/${position.id}`, { organizationRoleRules: [], organizationIds: [organization.id] }],
    [`/organizations/${organization.id}`, nothing]] as const) {
    ok(await api.delete(path), 204);
    expect(await rulesOf(one)).toMatchObject(left);
  }
  expect(ok(await api.get(`/applications/${one.id}`))).toMatchObject({ appLevelAccessControlEnabled: true });
  ok(await api.delete(`/applications/${one.id}`), 204);
  problem(await api.get(at(one)), 404, 'entity.not_exists_with_id');
});

test('what a rule names must exist and be of the kind that users have; a refusal leaves what was there', async () => {
  const [one, user, machine, organization, position, machinePosition] = [await app(), await build.user(),
    await build.tenantRole({ type: 'MachineToMachine' }), await build.organization(), await build.role(),
    await build.machineRole()];
  const rules = { ...nothing, userIds: [user.id] };
  ok(await put(one, rules));
  const pair = (organizationId: string, ...organizationRoleIds: string[]) =>
    ({ organizationRoleRules: [{ organizationId, organizationRoleIds }] });
  for (const unknown of ['nope', '', 'x'.repeat(30)])
    for (const body of [{ userIds: [user.id, unknown] }, { userRoleIds: [unknown] }, { organizationIds: [unknown] },
      pair(unknown, position.id), pair(organization.id, position.id, unknown)])
      problem(await put(one, body), 404, 'entity.relation_foreign_key_not_found');
  for (const body of [{ userRoleIds: [machine.id] }, pair(organization.id, position.id, machinePosition.id)])
    problem(await put(one, body), 422, 'entity.db_constraint_violated');
  problem(await put(one, pair(organization.id)), 422, 'request.invalid_input');
  expect(await rulesOf(one)).toEqual(rules);
});

test('a rule without a role is told before the application is looked for', async () => {
  const rule = [{ organizationId: 'x', organizationRoleIds: [] }];
  problem(await put({ id: 'nope' }, { organizationRoleRules: rule }), 422, 'request.invalid_input');
  for (const id of ['nope', 'demo-app']) {
    problem(await put({ id }, { userIds: ['nope'] }), 404, 'entity.not_exists_with_id');
    problem(await api.get(at({ id })), 404, 'entity.not_exists_with_id');
  }
});

test('a list has a thousand different entries at most, and two thousand as it is sent', async () => {
  const [one, user] = [await app(), await build.user()];
  const many = (n: number) => Array.from({ length: n }, (_, i) => `u${i}`);
  ok(await put(one, { userIds: Array(2000).fill(user.id) }));
  for (const userIds of [Array(2001).fill(user.id), many(1001)])
    expect(faults(problem(await put(one, { userIds }), 400, 'guard.invalid_input'))).toEqual(['userIds']);
  problem(await put(one, { userIds: many(1000) }), 404, 'entity.relation_foreign_key_not_found');
  const pairs = many(1001).map((organizationId) => ({ organizationId, organizationRoleIds: ['r'] }));
  problem(await put(one, { organizationRoleRules: pairs }), 400, 'guard.invalid_input');
});
