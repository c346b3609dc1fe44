import { expect, test } from 'vitest';
import { Build, expectPagesOf, ids, names, sorted, sortedIds, times, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const usersOf = (id: string) => `/organizations/${id}/users`;
const members = async (id: string): Promise<string[]> =>
  ids(ok(await api.get(usersOf(id), { query: { page_size: 100 } })));

test('a member is the user without hasPassword, with his roles sorted by name', async () => {
  const organization = await build.organization();
  const user = await build.user({ name: 'Nm 1', primaryEmail: `${unique('m')}@x.example`, customData: { a: 1 } });
  ok(await api.post(usersOf(organization.id), { userIds: [user.id] }), 201);
  const { hasPassword: _, ...plain } = user;
  expect(ok(await api.get(usersOf(organization.id)))).toEqual([{ ...plain, organizationRoles: [] }]);

  const roles = await times(3, (i) => build.role({ name: unique(['zz', 'AA', 'mm'][i]) }));
  ok(await api.post(`${usersOf(organization.id)}/${user.id}/roles`, { organizationRoleIds: ids(roles) }), 201);
  const [member] = ok(await api.get(usersOf(organization.id)));
  expect(Object.keys(member).sort())
    .toEqual(['id', 'username', 'primaryEmail', 'primaryPhone', 'name', 'avatar', 'customData', 'identities',
    'lastSignInAt',
    'createdAt', 'updatedAt', 'profile', 'applicationId', 'cimdClientId', 'isSuspended', 'organizationRoles'].sort());
  expect(member.organizationRoles).toEqual([roles[1], roles[2], roles[0]].map(({ id, name }) => ({ id, name })));
});

test('three members with two, one and no roles each show their own', async () => {
  const organization = await build.organization();
  const [b, a] = [await build.role({ name: unique('b') }), await build.role({ name: unique('a') })];
  const made = [await build.member(organization.id, b.id, a.id), await build.member(organization.id, b.id),
    await build.member(organization.id)];
  const list = ok(await api.get(usersOf(organization.id)));
  const rolesOf = (user: any) => names(list.find((one: any) => one.id === user.id).organizationRoles);
  expect(made.map(rolesOf)).toEqual([[a.name, b.name], [b.name], []]);
});

test('members stand in the order of their ids, in pages with the total', async () => {
  const { id } = await build.organization();
  const users = await times(30, () => build.user());
  ok(await api.post(usersOf(id), { userIds: ids(users) }), 201);
  expect(await members(id)).toEqual(sortedIds(users));
  await expectPagesOf(api, usersOf(id), 30);
  const plain = await api.get(usersOf(id));
  expect(ok(plain)).toHaveLength(20);
  expect(plain.headers['total-number']).toBe('30');
});

test('adding answers the ids as they were sent, adds each once, and those already there are no fault', async () => {
  const { id } = await build.organization();
  const [u, v] = await times(2, () => build.user());
  expect(ok(await api.post(usersOf(id), { userIds: [u.id, u.id, u.id] }), 201))
    .toEqual({ userIds: [u.id, u.id, u.id] });
  expect(await members(id)).toEqual([u.id]);
  expect(ok(await api.post(usersOf(id), { userIds: [u.id, v.id] }), 201)).toEqual({ userIds: [u.id, v.id] });
  expect(await members(id)).toEqual(sortedIds([u, v]));
});

test('one user can be a member of several organizations, apart from each other', async () => {
  const [a, b] = await times(2, () => build.organization());
  const user = await build.member(a.id);
  ok(await api.post(usersOf(b.id), { userIds: [user.id] }), 201);
  ok(await api.delete(`${usersOf(a.id)}/${user.id}`), 204);
  expect([await members(a.id), await members(b.id)]).toEqual([[], [user.id]]);
});

test.each([
  ['one unknown user among known ones', (u: string) => [u, 'nope'], 'entity.relation_foreign_key_not_found'],
  ['an id longer than any', (u: string) => [u, 'x'.repeat(22)], 'entity.value_too_long'],
  ['an unknown id before one that is too long', (u: string) => [u, 'nope', 'x'.repeat(22)], 'entity.value_too_long'],
])('%s refuses the whole list, by POST and by PUT', async (_, list, code) => {
  const { id } = await build.organization();
  const [there, fresh] = [await build.member(id), await build.user()];
  for (const method of ['POST', 'PUT'])
    problem(await api.request(method, usersOf(id), { body: { userIds: list(fresh.id) } }), 422, code);
  expect(await members(id)).toEqual([there.id]);
});

test.each(['POST', 'PUT'])('members cannot be added to an unknown organization by %s', async (method) => {
  const user = await build.user();
  problem(await api.request(method, usersOf('0'), { body: { userIds: [user.id] } }), 422,
    'entity.relation_foreign_key_not_found');
  problem(await api.request(method, usersOf('x'.repeat(22)), { body: { userIds: [user.id] } }), 422,
    'entity.value_too_long');
});

test('an unknown organization has no members, and emptying it is not an error unless its id is too long', async () => {
  const list = await api.get(usersOf('nope'));
  expect(ok(list)).toEqual([]);
  expect(list.headers['total-number']).toBe('0');
  ok(await api.put(usersOf('nope'), { userIds: [] }), 204);
  problem(await api.put(usersOf('x'.repeat(22)), { userIds: [] }), 422, 'entity.value_too_long');
  problem(await api.post(usersOf('nope'), { userIds: [] }), 400, 'guard.invalid_input');
});

test.each<[string, (a: string, b: string, c: string) => string[]]>([
  ['the same set', (a, b) => [a, b]],
  ['the same set with repetitions', (a, b) => [b, a, b, a]],
  ['a part and a new one', (a, _, c) => [c, a]],
  ['nothing', () => []],
  ['others', (_a, _b, c) => [c]],
])('replacing the members by %s leaves exactly these', async (_, pick) => {
  const { id } = await build.organization();
  const [a, b, c] = sortedIds([await build.member(id), await build.member(id)])
    .concat((await build.user()).id) as [string, string, string];
  const answer = await api.put(usersOf(id), { userIds: pick(a, b, c) });
  expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' });
  expect(await members(id)).toEqual(sorted([...new Set(pick(a, b, c))]));
});

test('who stays keeps his roles when members are replaced; who left comes back without', async () => {
  const { id } = await build.organization();
  const role = await build.role();
  const [stays, leaves] = [await build.member(id, role.id), await build.member(id, role.id)];
  ok(await api.put(usersOf(id), { userIds: [stays.id] }), 204);
  ok(await api.put(usersOf(id), { userIds: [stays.id, leaves.id] }), 204);
  expect(ok(await api.get(`${usersOf(id)}/${stays.id}/roles`))).toEqual([role]);
  expect(ok(await api.get(`${usersOf(id)}/${leaves.id}/roles`))).toEqual([]);
});

test('a removed member has no roles, neither outside nor when he comes back', async () => {
  const { id } = await build.organization();
  const role = await build.role();
  const user = await build.member(id, role.id);
  ok(await api.delete(`${usersOf(id)}/${user.id}`), 204);
  problem(await api.get(`${usersOf(id)}/${user.id}/roles`), 422, 'organization.require_membership');
  ok(await api.post(usersOf(id), { userIds: [user.id] }), 201);
  expect(ok(await api.get(`${usersOf(id)}/${user.id}/roles`))).toEqual([]);
});

test('somebody who is not a member cannot be removed', async () => {
  const { id } = await build.organization();
  const [member, stranger] = [await build.member(id), await build.user()];
  for (const path of [`${usersOf(id)}/${stranger.id}`, `${usersOf(id)}/nope`, `${usersOf(id)}/roles`,
    `${usersOf('0')}/${member.id}`,
    `${usersOf(id)}/${'x'.repeat(30)}`, `${usersOf('x'.repeat(30))}/${member.id}`]) {
    problem(await api.delete(path), 404, 'entity.not_found');
  }
  ok(await api.delete(`${usersOf(id)}/${member.id}`), 204);
  problem(await api.delete(`${usersOf(id)}/${member.id}`), 404, 'entity.not_found');
});

test('a member cannot be read alone, and the path of the roles of many is not a member', async () => {
  const { id } = await build.organization();
  const user = await build.member(id);
  const one = await api.get(`${usersOf(id)}/${user.id}`);
  expect([one.status, one.text, one.headers['allow']]).toEqual([405, 'Method Not Allowed', 'DELETE']);
  const roles = await api.get(`${usersOf(id)}/roles`);
  expect([roles.status, roles.headers['allow']?.split(', ').sort()]).toEqual([405, ['DELETE', 'POST']]);
});

test('a search among members looks at id, name, user name, e-mail and phone of members only', async () => {
  const { id } = await build.organization();
  const word = unique('Findme');
  const fields = [{ name: `x ${word}` }, { username: `u_${word}` }, { primaryEmail: `${word}@x.example` },
    { primaryPhone: '61412345678' }];
  const users = await times(4, (i) => build.user(fields[i]));
  await build.user({ name: word });	// no member
  ok(await api.post(usersOf(id), { userIds: ids(users) }), 201);
  const found = async (q: string) => {
    const answer = await api.get(usersOf(id), { query: { q } });
    expect(answer.headers['total-number']).toBe(String(ok(answer).length));
    return ids(answer.body);
  };
  expect(await found(word.toLowerCase())).toEqual(sortedIds(users.slice(0, 3)));
  expect(await found('1412345')).toEqual([users[3].id]);
  expect(await found(users[0].id.slice(1, -1))).toEqual([users[0].id]);
  expect(await found('')).toEqual(sortedIds(users));
  expect(await found(`${word}nobody`)).toEqual([]);
});

test('members can be listed by the role that they hold in this organization, together with a search', async () => {
  const [here, there] = await times(2, () => build.organization());
  const [role, other] = await times(2, () => build.role());
  const [a, b] = [await build.member(here.id, role.id, other.id), await build.member(here.id, role.id)];
  const elsewhere = await build.member(there.id, role.id);
  ok(await api.post(usersOf(here.id), { userIds: [elsewhere.id] }), 201);
  const holding = async (organizationRoleId: string, q?: string) => {
    const answer = await api.get(usersOf(here.id), { query: { organizationRoleId, q } });
    expect(answer.headers['total-number']).toBe(String(ok(answer).length));
    return ids(answer.body);
  };
  expect(await holding(role.id)).toEqual(sortedIds([a, b]));
  expect(await holding(other.id)).toEqual([a.id]);
  expect(await holding(role.id, b.username)).toEqual([b.id]);
  expect(await holding('nope')).toEqual([]);
  const [first] = ok(await api.get(usersOf(here.id), { query: { organizationRoleId: other.id } }));
  expect(names(first.organizationRoles)).toEqual([role.name, other.name].sort());
});

test('thousands of members are added and replaced in one request', async () => {
  const { id } = await build.organization();
  const users = [];
  for (let i = 0; i < 20; i++) users.push(...await times(50, () => build.user({ username: undefined })));
  ok(await api.post(usersOf(id), { userIds: ids(users) }), 201);
  ok(await api.put(usersOf(id), { userIds: ids(users.slice(1)) }), 204);
  const page = await api.get(usersOf(id), { query: { page: 10, page_size: 100 } });
  expect([ok(page).length, page.headers['total-number']]).toEqual([99, '999']);
});
