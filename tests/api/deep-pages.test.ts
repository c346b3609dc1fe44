// Pages far behind the first: the list is walked from the nearer end, which nobody may notice.
import { expect, test } from 'vitest';
import { Build, ids, newestFirst, times } from './support/build.ts';
import { ok } from './support/expect.ts';
import { startServer } from './support/server.ts';

const { api } = await startServer();
const build = new Build(api);
const many = 2_307;

const made: any[] = [];
while (made.length < many) {
  made.push(...await times(Math.min(100, many - made.length),
    (i) => build.organization({ name: i ? 'most' : 'hundredth' })));
}

test.each([
  ['all', {}], ['those that a search finds', { q: 'most' }],
] as const)('the pages of %s are the list, cut in pieces', async (_, query) => {
  const all = ids(newestFirst(made.filter(({ name }) => !('q' in query) || name === query.q)));
  for (const size of [100, 7]) {
    const last = Math.ceil(all.length / size);
    for (const page of [1, Math.ceil(last / 2), Math.floor(2_000 / size), Math.floor(2_000 / size) + 1,
      Math.floor(2_000 / size) + 2, last - 1, last]) {
      const answer = await api.get('/organizations', { query: { ...query, page, page_size: size } });
      expect(ids(ok(answer)), `page ${page} of ${size}`).toEqual(all.slice((page - 1) * size, page * size));
      expect(answer.headers['total-number']).toBe(String(all.length));
    }
  }
});

test('behind the end there is nothing, and the total is told', async () => {
  for (const page of [25, 1_000_000]) {
    const answer = await api.get('/organizations', { query: { page, page_size: 100 } });
    expect([ok(answer), answer.headers['total-number']]).toEqual([[], String(many)]);
  }
});

test('the roles beside members are theirs on every page, also where something filters, and members are listed by a role', async () => {
  const [organization, ...roles] = await Promise.all([build.organization(), build.role({ name: 'b' }), build.role({ name: 'a' })]);
  const userIds: string[] = [];
  while (userIds.length < many) userIds.push(...ids(await times(Math.min(100, many - userIds.length), () => build.user({ name: 'common' }))));
  userIds.sort();
  ok(await api.post(`/organizations/${organization.id}/users`, { userIds }), 201);
  for (const [i, { id }] of roles.entries()) {
    const holders = userIds.filter((_, at) => at % (i + 2) === 0);
    ok(await api.post(`/organizations/${organization.id}/users/roles`, { userIds: holders, organizationRoleIds: [id] }), 201);
  }
  const expected = userIds.map((id, at) => ({ id, roles: ['a', 'b'].filter((name) => at % (name === 'a' ? 3 : 2) === 0) }));
  for (const query of [{}, { q: 'common' }]) {
    for (const page of [1, 12, 21, 22, 23, 24]) {
      const members = ok(await api.get(`/organizations/${organization.id}/users`, { query: { ...query, page, page_size: 100 } }));
      expect(members.map(({ id, organizationRoles }: any) => ({ id, roles: organizationRoles.map(({ name }: any) => name) })), `page ${page}`)
        .toEqual(expected.slice((page - 1) * 100, page * 100));
    }
  }

  const everyone = await build.role({ name: 'everyone' }), holder = await build.tenantRole();
  ok(await api.post(`/organizations/${organization.id}/users/roles`, { userIds, organizationRoleIds: [everyone.id] }), 201);
  ok(await api.post(`/roles/${holder.id}/users`, { userIds }), 201);
  const createdAt = new Map<string, number>();
  for (let page = 1; page <= 24; page++)
    for (const { id, createdAt: at } of ok(await api.get('/users', { query: { page, page_size: 100 } }))) createdAt.set(id, at);
  const newest = ids(newestFirst(userIds.map((id) => ({ id, createdAt: createdAt.get(id) }))));
  const half = userIds.filter((_, at) => at % 2 === 0);
  const lists: [string, object, string[]][] = [
    [`/organizations/${organization.id}/users`, { organizationRoleId: everyone.id }, userIds],
    [`/organizations/${organization.id}/users`, { organizationRoleId: roles[0].id, q: 'common' }, half],
    [`/organizations/${organization.id}/users`, { organizationRoleId: roles[0].id }, half],
    [`/roles/${holder.id}/users`, {}, newest],
    [`/roles/${holder.id}/users`, { search: 'common' }, newest],
  ];
  for (const [path, query, all] of lists) {
    for (const page of [1, 2, 12, 21, 22, 24]) {
      const answer = await api.get(path, { query: { ...query, page, page_size: 100 } });
      expect(ids(ok(answer)), `page ${page} of ${path} ${JSON.stringify(query)}`).toEqual(all.slice((page - 1) * 100, page * 100));
      expect(answer.headers['total-number']).toBe(String(all.length));
    }
  }
  const capped = await api.get(`/organizations/${organization.id}/users`,
    { query: { organizationRoleId: everyone.id, enableCap: 'true', page: 24, page_size: 100 } });
  expect([ok(capped).length, capped.headers['total-number'], capped.headers['total-number-is-capped']]).toEqual([7, '2307', undefined]);

  // The few who are left are found by counts, which follow every change from the first question on.
  const others: any[] = await times(5, () => build.user());
  const left = async (query: object, all: any[]): Promise<void> => {
    const expected = ids(newestFirst(all));
    for (const [page, size] of [[1, 20], [1, 2], [Math.ceil(all.length / 2), 2], [9, 20]] as const) {
      const answer = await api.get('/users', { query: { ...query, page, page_size: size } });
      expect(ids(ok(answer)), `page ${page} of ${size}, without ${JSON.stringify(query)}`).toEqual(expected.slice((page - 1) * size, page * size));
      expect(answer.headers['total-number']).toBe(String(all.length));
    }
  };
  const gone = ok(await api.get(`/users/${userIds[7]}`)), one = ok(await api.get(`/users/${userIds[8]}`)), [added, deleted, ...rest] = others;
  for (const [query, path] of [[{ excludeOrganizationId: organization.id }, `/organizations/${organization.id}/users`],
    [{ excludeRoleId: holder.id }, `/roles/${holder.id}/users`]] as const) {
    await left(query, others);
    ok(await api.delete(`${path}/${gone.id}`), 204);
    await left(query, [...others, gone]);
    ok(await api.post(path, { userIds: [added.id, gone.id] }), 201);
    await left(query, [deleted, ...rest]);
    ok(await api.delete(`${path}/${added.id}`), 204);
    await left(query, others);
  }
  ok(await api.delete(`/users/${deleted.id}`), 204);
  ok(await api.delete(`/users/${one.id}`), 204);
  const fresh = await build.user();
  await left({ excludeOrganizationId: organization.id }, [added, ...rest, fresh]);
  await left({ excludeRoleId: holder.id }, [added, ...rest, fresh]);
  ok(await api.delete(`/roles/${holder.id}`), 204);
  expect((await api.get('/users', { query: { excludeRoleId: holder.id, page: 1, page_size: 20 } })).headers['total-number'])
    .toBe(String(userIds.length - 1 + rest.length + 2));
});

test('who has a role is listed from the newest on, whether most users have it or few', async () => {
  const users = await times(60, () => build.user());
  const everybody = await build.tenantRole(), few = await build.tenantRole();
  for (const [role, holders] of [[everybody, users], [few, users.filter((_, i) => i % 20 === 3)]] as const) {
    ok(await api.post(`/roles/${role.id}/users`, { userIds: ids(holders) }), 201);
    const all = ids(newestFirst([...holders]));
    for (const page of [1, 2, Math.ceil(holders.length / 7), 9]) {
      const answer = await api.get(`/roles/${role.id}/users`, { query: { page, page_size: 7 } });
      expect(ids(ok(answer)), `page ${page}`).toEqual(all.slice((page - 1) * 7, page * 7));
      expect(answer.headers['total-number']).toBe(String(holders.length));
    }
  }
});

test('the total of those who are none of an organization, or have no such role, is that of the list', async () => {
  const [all] = [Number((await api.get('/users?page=1&page_size=1')).headers['total-number'])];
  const [organization, role, users] = [await build.organization(), await build.tenantRole(), await times(3, () => build.user({ name: 'outside' }))];
  ok(await api.post(`/organizations/${organization.id}/users`, { userIds: ids(users) }), 201);
  ok(await api.post(`/roles/${role.id}/users`, { userIds: ids(users.slice(1)) }), 201);
  const total = async (query: Record<string, string>): Promise<number> =>
    Number((await api.get('/users', { query: { ...query, page: 1, page_size: 20 } })).headers['total-number']);
  expect(await total({ excludeOrganizationId: organization.id })).toBe(all);
  expect(await total({ excludeRoleId: role.id })).toBe(all + 1);
  expect(await total({ excludeOrganizationId: organization.id, search: 'outside' })).toBe(0);
  expect(await total({ excludeRoleId: role.id, search: 'outside' })).toBe(1);
  expect(await total({ excludeOrganizationId: 'nowhere', search: 'outside' })).toBe(3);
  expect(await total({ excludeOrganizationId: 'nowhere' })).toBe(all + 3);
});

test('a count that may stop is exact while little is found', async () => {
  const answer = await api.get('/organizations', { query: { q: 'most', enableCap: 'true', page: 23, page_size: 100 } });
  expect(ok(answer)).toHaveLength(83);
  expect([answer.headers['total-number'], answer.headers['total-number-is-capped']]).toEqual(['2283', undefined]);
});
