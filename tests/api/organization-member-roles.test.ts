import { expect, test } from 'vitest';
import { Build, expectPages, ids, sorted, sortedIds, times, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const rolesOf = (organization: any, user: any) => `/organizations/${organization.id}/users/${user.id}/roles`;
const held = async (organization: any, user: any): Promise<string[]> =>
  sortedIds(ok(await api.get(rolesOf(organization, user))));

async function member(...roles: any[]): Promise<{ organization: any; user: any; path: string }> {
  const organization = await build.organization();
  const user = await build.member(organization.id, ...ids(roles));
  return { organization, user, path: rolesOf(organization, user) };
}

test('every role operation on somebody who is not a member is refused, before anything else is looked at', async () => {
  const [organization, user] = [await build.organization(), await build.user()];
  const paths = [rolesOf(organization, user), rolesOf(organization, { id: 'nope' }), rolesOf({ id: 'nope' }, user),
    rolesOf({ id: 'x'.repeat(40) }, user)];
  for (const path of paths) {
    problem(await api.get(path, { query: { page: 0 } }), 422, 'organization.require_membership');
    for (const method of ['POST', 'PUT']) {
      problem(await api.request(method, path, { body: '{"broken' }), 422, 'organization.require_membership');
      problem(await api.request(method, path, { body: { organizationRoleIds: 1 } }), 422,
        'organization.require_membership');
    }
    problem(await api.delete(`${path}/nope`), 422, 'organization.require_membership');
  }
  expect((await api.patch(paths[0] as string, {})).status).toBe(405);
});

test.each<[string, unknown]>([['nothing', undefined], ['{}', {}],
  ['empty lists', { organizationRoleIds: [], organizationRoleNames: [] }]])(
  'giving no roles by sending %s is no fault', async (_, body) => {
    const role = await build.role();
    const { path, organization, user } = await member(role);
    expect(ok(await api.post(path, body), 201)).toEqual({ organizationRoleIds: [] });
    expect(await held(organization, user)).toEqual([role.id]);
    ok(await api.put(path, body), 204);
    expect(await held(organization, user)).toEqual([]);
  });

test('roles are given by id and by name; the answer has each id once, those given by id first', async () => {
  const [a, b, c] = await times(3, () => build.role());
  const { path, organization, user } = await member();
  const body = { organizationRoleIds: [b.id, a.id, b.id], organizationRoleNames: [c.name, a.name, c.name] };
  expect(ok(await api.post(path, body), 201)).toEqual({ organizationRoleIds: [b.id, a.id, c.id] });
  expect(await held(organization, user)).toEqual(sortedIds([a, b, c]));
  expect(ok(await api.post(path, body), 201)).toEqual({ organizationRoleIds: [b.id, a.id, c.id] });
  expect(await held(organization, user)).toEqual(sortedIds([a, b, c]));
});

test('replacing roles leaves exactly those named, by id or by name, repetitions included', async () => {
  const [a, b, c] = await times(3, () => build.role());
  const { path, organization, user } = await member(a, b);
  ok(await api.put(path, { organizationRoleIds: [b.id, b.id], organizationRoleNames: [c.name, b.name] }), 204);
  expect(await held(organization, user)).toEqual(sortedIds([b, c]));
  ok(await api.put(path, { organizationRoleNames: [a.name] }), 204);
  expect(await held(organization, user)).toEqual([a.id]);
});

test('a role of a member is shown as it was created', async () => {
  const role = await build.role({ description: 'd' });
  const { path } = await member(role);
  expect(ok(await api.get(path))).toEqual([role]);
});

const faults: [string, (known: any, machines: any) => object, string][] = [
  ['an unknown name', (known) => ({ organizationRoleNames: [known.name, unique('none')] }),
    'organization.role_names_not_found'],
  ['a name in other letter case', (known) => ({ organizationRoleNames: [known.name.toUpperCase()] }),
    'organization.role_names_not_found'],
  ['a name with a blank', (known) => ({ organizationRoleNames: [`${known.name} `] }),
    'organization.role_names_not_found'],
  ['an unknown name beside an unknown id', () => ({ organizationRoleIds: ['nope'], organizationRoleNames: ['none'] }),
    'organization.role_names_not_found'],
  ['an unknown id', (known) => ({ organizationRoleIds: [known.id, 'nope'] }), 'entity.relation_foreign_key_not_found'],
  ['an id longer than any', (known) => ({ organizationRoleIds: [known.id, 'x'.repeat(22)] }), 'entity.value_too_long'],
  ['a role of machines, by id', (known, machines) => ({ organizationRoleIds: [known.id, machines.id] }),
    'entity.db_constraint_violated'],
  ['a role of machines, by name', (_, machines) => ({ organizationRoleNames: [machines.name] }),
    'entity.db_constraint_violated'],
];

test.each(faults)('%s refuses the whole request, by POST and by PUT', async (_, body, code) => {
  const [before, known, machines] = [await build.role(), await build.role(), await build.machineRole()];
  const { path, organization, user } = await member(before);
  problem(await api.post(path, body(known, machines)), 422, code);
  problem(await api.put(path, body(known, machines)), 422, code);
  expect(await held(organization, user)).toEqual([before.id]);
});

test('the refusal of unknown role names tells them as they were sent', async () => {
  const { path } = await member();
  const { message } = problem(await api.post(path, { organizationRoleNames: ['zeta', 'alpha', 'zeta'] }), 422,
    'organization.role_names_not_found');
  expect(message).toContain('zeta, alpha, and zeta');
});

test('a role is taken away alone, once', async () => {
  const [a, b] = await times(2, () => build.role());
  const { path, organization, user } = await member(a, b);
  ok(await api.delete(`${path}/${a.id}`), 204);
  expect(await held(organization, user)).toEqual([b.id]);
  for (const id of [a.id, 'nope', 'x'.repeat(40)]) problem(await api.delete(`${path}/${id}`), 404, 'entity.not_found');
});

test('roles in one organization say nothing about another', async () => {
  const role = await build.role();
  const { user } = await member(role);
  const other = await build.organization();
  ok(await api.post(`/organizations/${other.id}/users`, { userIds: [user.id] }), 201);
  expect(await held(other, user)).toEqual([]);
  problem(await api.delete(`${rolesOf(other, user)}/${role.id}`), 404, 'entity.not_found');
});

test('thirty roles of one member come whole, and in pages that fit together', async () => {
  const roles = await times(30, () => build.role());
  const { path } = await member(...roles);
  await expectPages(api, path, 30);
});

test('many members get many roles at once, and doing it again changes nothing', async () => {
  const organization = await build.organization();
  const [users, roles] = [await times(3, () => build.member(organization.id)), await times(30, () => build.role())];
  const body = { userIds: [...ids(users), users[0].id], organizationRoleIds: [...ids(roles), roles[0].id] };
  for (let i = 0; i < 2; i++) {
    const answer = await api.post(`/organizations/${organization.id}/users/roles`, body);
    expect([answer.status, answer.text, answer.headers['content-type']])
      .toEqual([201, 'Created', 'text/plain; charset=utf-8']);
  }
  for (const user of users) expect(await held(organization, user)).toEqual(sortedIds(roles));
});

test('an id that is sent six thousand times counts once, on both sides', async () => {
  const organization = await build.organization();
  const [user, role] = [await build.member(organization.id), await build.role()];
  const body = { userIds: Array(6_000).fill(user.id), organizationRoleIds: Array(6_000).fill(role.id) };
  ok(await api.post(`/organizations/${organization.id}/users/roles`, body), 201);
  expect(await held(organization, user)).toEqual([role.id]);
});

test('members times roles of one request have a limit, which the refusal tells', async () => {
  const { id } = await build.organization();
  const many = (n: number, first: string) => Array.from({ length: n }, (_, i) => `${first}${i}`);
  const body = (users: number) => ({ userIds: many(users, 'u'), organizationRoleIds: many(100, 'r') });
  problem(await api.post(`/organizations/${id}/users/roles`, body(500)), 422, 'entity.relation_foreign_key_not_found');
  expect(problem(await api.post(`/organizations/${id}/users/roles`, body(501)), 400, 'request.invalid_input').message)
    .toContain('at most 50000 roles');
});

test('roles for many are given to all or to nobody', async () => {
  const [organization, other] = await times(2, () => build.organization());
  const [a, b, stranger] = [await build.member(organization.id), await build.member(organization.id),
    await build.member(other.id)];
  const [role, machines] = [await build.role(), await build.machineRole()];
  const reference = 'entity.relation_foreign_key_not_found';
  const rows: [string, string[], string[], string][] = [
    [organization.id, [a.id, stranger.id], [role.id], reference],
    [organization.id, [a.id, 'nope'], [role.id], reference],
    [organization.id, [a.id, b.id], [role.id, 'nope'], reference],
    ['nope', [a.id], [role.id], reference],
    [organization.id, [a.id], [role.id, machines.id], 'entity.db_constraint_violated'],
    ['nope', [a.id], [machines.id], 'entity.db_constraint_violated'],
    [organization.id, ['x'.repeat(22)], [machines.id], 'entity.value_too_long'],
  ];
  for (const [id, userIds, organizationRoleIds, code] of rows) {
    problem(await api.post(`/organizations/${id}/users/roles`, { userIds, organizationRoleIds }), 422, code);
  }
  for (const user of [a, b]) expect(await held(organization, user)).toEqual([]);
});

test('a member has every scope of his roles once, in the order of their ids, whatever page is asked for', async () => {
  const [s1, s2, s3] = await times(3, () => build.scope());
  const [r1, r2] = [await build.role({ organizationScopeIds: ids([s1, s2]) }),
    await build.role({ organizationScopeIds: ids([s1, s3]) })];
  const { organization, user, path } = await member(r1, r2);
  const scopes = `/organizations/${organization.id}/users/${user.id}/scopes`;
  const whole = [s1, s2, s3].sort((a, b) => (a.id < b.id ? -1 : 1));
  expect(ok(await api.get(scopes))).toEqual(whole);
  const paged = await api.get(scopes, { query: { page: 0, page_size: 1 } });
  expect(ok(paged)).toEqual(whole);
  expect(paged.headers['total-number']).toBeUndefined();
  ok(await api.put(path, { organizationRoleIds: [r2.id] }), 204);
  expect(sortedIds(ok(await api.get(scopes)))).toEqual(sorted([s1.id, s3.id]));
});

test('somebody who is not a member has no scopes', async () => {
  const [organization, user] = [await build.organization(), await build.user()];
  for (const path of [`/organizations/${organization.id}/users/${user.id}/scopes`,
    '/organizations/nope/users/nope/scopes']) {
    expect(ok(await api.get(path))).toEqual([]);
  }
});

test('a role that became one of machines stays with its members but cannot be given again', async () => {
  const role = await build.role();
  const { path, organization, user } = await member(role);
  ok(await api.patch(`/organization-roles/${role.id}`, { type: 'MachineToMachine' }));
  expect(await held(organization, user)).toEqual([role.id]);
  problem(await api.post(path, { organizationRoleIds: [role.id] }), 422, 'entity.db_constraint_violated');
});
