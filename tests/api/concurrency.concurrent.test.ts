// Many requests at the same moment: what may be there once is there once, what may all succeed does, and totals are
// right.
import { expect, test } from 'vitest';
import { Build, ids, inAnHour, sorted, sortedIds, times, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);
const many = 64;

const total = async (path: string): Promise<number> => {
  const answer = await api.get(path, { query: { page: 1, page_size: 1 } });
  ok(answer);
  return Number(answer.headers['total-number']);
};

interface Single { what: string; path: string; body: (i: number) => object; code: string; status: number }

async function singles(): Promise<Single[]> {
  const [organization, resource, app] = [await build.organization(), await build.resource(), await build.machine()];
  const unique422 = 'entity.unique_integrity_violation';
  const name = unique('one');
  const letters = (i: number) =>
    [...`${name}@example.com`].map((c, at) => ((i >> at % 6) & 1 ? c.toUpperCase() : c)).join('');
  return [
    { what: 'organization role name', path: '/organization-roles', body: () => ({ name }), code: unique422,
      status: 201 },
    { what: 'organization scope name', path: '/organization-scopes', body: () => ({ name }), code: unique422,
      status: 201 },
    { what: 'provisioning domain', path: `/organizations/${organization.id}/jit/email-domains`,
      body: () => ({ emailDomain: name }), code: unique422, status: 201 },
    { what: 'user name', path: '/users', body: () => ({ username: name }), code: 'user.username_already_in_use',
      status: 200 },
    { what: 'e-mail address in different letter case', path: '/users', body: (i) => ({ primaryEmail: letters(i) }),
      code: 'user.email_already_in_use', status: 200 },
    { what: 'phone number', path: '/users', body: () => ({ primaryPhone: '61412345678' }),
      code: 'user.phone_already_in_use', status: 200 },
    { what: 'API identifier', path: '/resources', body: () => ({ name, indicator: `https://${name}.example` }),
      code: 'resource.resource_identifier_in_use', status: 201 },
    { what: 'API scope name', path: `/resources/${resource.id}/scopes`, body: () => ({ name }),
      code: 'scope.name_exists', status: 201 },
    { what: 'tenant role name', path: '/roles', body: () => ({ name, description: 'd' }), code: 'role.name_in_use',
      status: 200 },
    { what: 'secret name', path: `/applications/${app.id}/secrets`, body: () => ({ name }),
      code: 'application.secret_name_exists', status: 201 },
    { what: 'pending invitation', path: '/organization-invitations',
      body: () => ({ organizationId: organization.id, invitee: `${name}@a.example`, expiresAt: inAnHour() }),
      code: unique422, status: 201 },
  ];
}

test.each((await singles()).map((one) => [one.what, one] as const))('of 64 creations of one %s exactly one succeeds',
  async (_, { path, body, code, status }) => {
  const paged = !/secrets|invitations/.test(path);
  const before = paged ? await total(path) : 0;
  const answers = await times(many, (i) => api.post(path, body(i)));
  const [won, lost] = [answers.filter((answer) => answer.status === status),
    answers.filter((answer) => answer.status !== status)];
  expect([won.length, lost.length]).toEqual([1, many - 1]);
  for (const answer of lost) problem(answer, 422, code);
  if (paged) expect(await total(path)).toBe(before + 1);
});

test('64 additions of the same members all succeed and add each once', async () => {
  const organization = await build.organization();
  const [users, machines] = [await times(8, () => build.user()), await times(8, () => build.machine())];
  const [base, all] = [`/organizations/${organization.id}`, [...ids(users)]];
  await times(many, async (i) => {
    if (i % 2) ok(await api.post(`${base}/users`, { userIds: i % 4 === 1 ? all : [...all].reverse() }), 201);
    else ok(await api.post(`${base}/applications`,
    { applicationIds: i % 4 ? ids(machines) : ids([...machines].reverse()) }), 201);
  });
  expect(ids(ok(await api.get(`${base}/users`)))).toEqual(sortedIds(users));
  expect(sortedIds(ok(await api.get(`${base}/applications`)))).toEqual(sortedIds(machines));
  expect([await total(`${base}/users`), await total(`${base}/applications`)]).toEqual([8, 8]);
});

test('replacements and additions of members at once all succeed, and the end is one of the sets that were asked for',
  async () => {
  const { id } = await build.organization();
  const users = await times(12, () => build.user());
  const sets = Array.from({ length: 32 },
    (_, i) => ids(users.filter((_user, at) => (at + i) % 3 !== 0 && at !== i % 12)));
  await Promise.all(sets.map(async (userIds) => ok(await api.put(`/organizations/${id}/users`, { userIds }), 204)));
  const left = sortedIds(ok(await api.get(`/organizations/${id}/users`)));
  expect(sets.map(sorted)).toContainEqual(left);
  expect(await total(`/organizations/${id}/users`)).toBe(left.length);

  await times(many, async (i) =>
    (i % 2 ? ok(await api.put(`/organizations/${id}/users`, { userIds: sets[i / 2 | 0] }), 204)
    : ok(await api.post(`/organizations/${id}/users`, { userIds: ids(users) }), 201)));
  const end = ids(ok(await api.get(`/organizations/${id}/users`)));
  expect(new Set(end).size).toBe(end.length);
  expect(await total(`/organizations/${id}/users`)).toBe(end.length);
});

test.each([
  ['provisioning domains', 'jit/email-domains', 'emailDomains', (i: number) => [`${i}.example`, 'all.example'],
    'emailDomain'],
  ['provisioned roles', 'jit/roles', 'organizationRoleIds', undefined, 'id'],
] as const)('replacements of %s at once all succeed', async (_, what, member, list, shown) => {
  const { id } = await build.organization();
  const roles = ids(await times(6, () => build.role()));
  const sets: string[][] = Array.from({ length: 24 },
    (_set, i) => list?.(i) ?? roles.filter((_role, at) => at !== i % 6));
  await Promise.all(sets.map(async (set) =>
    ok(await api.put(`/organizations/${id}/${what}`, { [member]: set }), 204)));
  const end = sorted(ok(await api.get(`/organizations/${id}/${what}`)).map((one: any) => one[shown]));
  expect(sets.map(sorted)).toContainEqual(end);
});

test('roles given to one member by 64 requests at once are all there', async () => {
  const organization = await build.organization();
  const [user, roles] = [await build.member(organization.id), await times(16, () => build.role())];
  const path = `/organizations/${organization.id}/users/${user.id}/roles`;
  await times(many, async (i) =>
    ok(await api.post(path, { organizationRoleIds: [roles[i % 16].id, roles[(i + 1) % 16].id] }), 201));
  expect(sortedIds(ok(await api.get(path)))).toEqual(sortedIds(roles));
  const gone = await times(many, (i) => api.delete(`${path}/${roles[i % 8].id}`));
  expect(gone.filter(({ status }) => status === 204)).toHaveLength(8);
  expect(gone.filter(({ status }) => status === 404)).toHaveLength(many - 8);
  expect(sortedIds(ok(await api.get(path)))).toEqual(sortedIds(roles.slice(8)));
});

test('a total is right immediately after creations and deletions at once', async () => {
  for (const path of ['/organizations', '/organization-roles', '/organization-scopes']) {
    const before = await total(path);
    const made = await times(many, async () => ok(await api.post(path, { name: unique('counted') }), 201));
    expect([path, await total(path)]).toEqual([path, before + many]);
    await Promise.all(made.slice(0, 40).map(({ id }) => api.delete(`${path}/${id}`)));
    expect([path, await total(path)]).toEqual([path, before + many - 40]);
  }
});

test('a total of members is right after organizations, users and members vanish at once', async () => {
  const [a, b] = await times(2, () => build.organization());
  const users = await times(30, () => build.user());
  for (const { id } of [a, b]) ok(await api.post(`/organizations/${id}/users`, { userIds: ids(users) }), 201);
  await Promise.all([
    ...users.slice(0, 10).map(({ id }) => api.delete(`/users/${id}`)),
    ...users.slice(5, 15).map(({ id }) => api.delete(`/organizations/${a.id}/users/${id}`)),
    api.delete(`/organizations/${b.id}`),
  ]);
  expect(await total(`/organizations/${a.id}/users`)).toBe(15);
  expect(sortedIds(ok(await api.get(`/organizations/${a.id}/users`, { query: { page_size: 100 } }))))
    .toEqual(sortedIds(users.slice(15)));
  expect(await total(`/organizations/${b.id}/users`)).toBe(0);
});

test('of 64 deletions of one thing exactly one succeeds', async () => {
  const things = [`/organizations/${(await build.organization()).id}`,
    `/organization-roles/${(await build.role()).id}`, `/users/${(await build.user()).id}`];
  for (const path of things) {
    const answers = await times(many, () => api.delete(path));
    expect([path, answers.filter(({ status }) => status === 204).length,
      answers.filter(({ status }) => status === 404).length]).toEqual([path, 1, many - 1]);
  }
});

test('who joins while the organization is deleted is refused or gone with it', async () => {
  for (let round = 0; round < 5; round++) {
    const [organization, users] = [await build.organization(), await times(10, () => build.user())];
    const [deleted, ...joined] = await Promise.all([api.delete(`/organizations/${organization.id}`),
      ...users.map(({ id }) => api.post(`/organizations/${organization.id}/users`, { userIds: [id] }))]);
    expect(deleted.status).toBe(204);
    for (const answer of joined) if (answer.status !== 201)
      problem(answer, 422, 'entity.relation_foreign_key_not_found');
    for (const { id } of users) expect(ok(await api.get(`/users/${id}/organizations`))).toEqual([]);
    expect(await total(`/organizations/${organization.id}/users`)).toBe(0);
  }
});

test('readers beside writers see whole states only', async () => {
  const { id } = await build.organization({ customData: { a: 0, b: 0 } });
  const answers = await times(many,
    (i) => (i % 2 ? api.patch(`/organizations/${id}`, { customData: { a: i, b: i } })
      : api.get(`/organizations/${id}`)));
  for (const answer of answers) {
    const { a, b } = ok(answer).customData;
    expect(a).toBe(b);
  }
});

test('readers at once get each what he asked for, whatever became of the others', async () => {
  const things = await times(24, () => build.organization());
  const user = await build.user();
  const asks: [path: string, query: Record<string, string | number>, check: (answer: any) => void][] = [
    ...things.map(({ id, name }) =>
      [`/organizations/${id}`, {}, (answer) => expect(ok<any>(answer).name).toBe(name)] as (typeof asks)[number]),
    ...things.map(({ id, name }) =>
      ['/organizations', { q: name, page: 1 },
        (answer) => expect(ids(ok(answer))).toEqual([id])] as (typeof asks)[number]),
    ['/organizations/nobody', {}, (answer) => problem(answer, 404, 'entity.not_exists_with_id')],
    ['/organizations', { page: 0 }, (answer) => problem(answer, 400, 'guard.invalid_pagination')],
    ['/users', { 'search.name': '(', 'mode.name': 'posix' },
      (answer) => problem(answer, 400, 'request.invalid_input')],
    ['/users', { 'search.id': user.id, mode: 'exact', page: 1 },
      (answer) => expect(ids(ok(answer))).toEqual([user.id])],
    ['/users', { page: 1_000 }, (answer) => expect(ok(answer)).toEqual([])],
  ];
  for (let round = 0; round < 4; round++) {
    await Promise.all(asks.map(async ([path, query, check]) => check(await api.get(path, { query }))));
  }
});
