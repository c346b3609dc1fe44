import { describe, expect, test } from 'vitest';
import { Build, expectPagesOf, ids, sortedIds, times, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const consents = (app: any, user: any) => `/applications/${app.id}/users/${user.id}/consent-organizations`;
const organizationsOf = (body: any): any[] => body.organizations;
const granted = async (path: string): Promise<string[]> => sortedIds(organizationsOf(ok(await api.get(path))));

/** A third-party application, and a user who is a member of `n` organizations. */
async function world(n: number): Promise<{ path: string; user: any; organizations: any[] }> {
  const [app, user] = [await build.thirdParty(), await build.user()];
  const organizations = await times(n, () => build.organization());
  await Promise.all(organizations.map(({ id }) => api.post(`/organizations/${id}/users`, { userIds: [user.id] })));
  return { path: consents(app, user), user, organizations };
}

test('a grant shows whole organizations, and granting again is no fault', async () => {
  const { path, organizations: [a] } = await world(1);
  expect(ok(await api.get(path))).toEqual({ organizations: [] });
  for (let i = 0; i < 2; i++) {
    const added = await api.post(path, { organizationIds: [a.id, a.id] });
    expect([added.status, added.text]).toEqual([201, 'Created']);
  }
  expect(ok(await api.get(path))).toEqual({ organizations: [a] });
});

test('replacing the grants leaves exactly those named, repetitions included', async () => {
  const { path, organizations: [a, b, c] } = await world(3);
  ok(await api.put(path, { organizationIds: [a.id, b.id] }), 204);
  ok(await api.put(path, { organizationIds: [c.id, b.id, c.id] }), 204);
  expect(await granted(path)).toEqual(sortedIds([b, c]));
  ok(await api.put(path, { organizationIds: [] }), 204);
  expect(await granted(path)).toEqual([]);
});

test('a grant is taken away alone, once', async () => {
  const { path, organizations: [a, b] } = await world(2);
  ok(await api.post(path, { organizationIds: [a.id, b.id] }), 201);
  ok(await api.delete(`${path}/${a.id}`), 204);
  for (const id of [a.id, 'nope', 'x'.repeat(30)]) problem(await api.delete(`${path}/${id}`), 404, 'entity.not_found');
  expect(await granted(path)).toEqual([b.id]);
});

test('nothing can be granted for an organization of which the user is no member', async () => {
  const { path, organizations: [a] } = await world(1);
  const other = await build.organization();
  ok(await api.post(path, { organizationIds: [a.id] }), 201);
  for (const id of [other.id, 'nope', 'x'.repeat(30)]) {
    for (const method of ['POST', 'PUT'])
      problem(await api.request(method, path, { body: { organizationIds: [a.id, id] } }), 422,
        'organization.require_membership');
  }
  expect(await granted(path)).toEqual([a.id]);
});

test('grants come in pages, 20 when none is named', async () => {
  const { path, organizations } = await world(30);
  ok(await api.put(path, { organizationIds: ids(organizations) }), 204);
  expect(organizationsOf(ok(await api.get(path)))).toHaveLength(20);
  await expectPagesOf(api, path, 30, organizationsOf);
});

test('grants to one application say nothing about another, nor about another user', async () => {
  const { path, user, organizations: [a] } = await world(1);
  const [app, other] = [await build.thirdParty(), await build.member(a.id)];
  ok(await api.post(path, { organizationIds: [a.id] }), 201);
  expect(await granted(consents(app, user))).toEqual([]);
  expect(await granted(path.replace(user.id, other.id))).toEqual([]);
});

test('application, its kind and user are looked at before pages and bodies', async () => {
  const { path, user } = await world(0);
  const [own, third] = [await build.application('Traditional'), { id: path.split('/')[2] }];
  const rows: [string, number, string][] = [
    [consents({ id: 'nope' }, { id: 'nope' }), 404, 'entity.not_exists_with_id'],
    [consents({ id: 'demo-app' }, user), 404, 'entity.not_exists_with_id'],
    [consents(own, { id: 'nope' }), 422, 'application.third_party_application_only'],
    [consents(await build.machine(), user), 422, 'application.third_party_application_only'],
    [consents(third, { id: 'nope' }), 404, 'entity.not_found'],
  ];
  for (const [bad, status, code] of rows) {
    problem(await api.get(bad, { query: { page: 0 } }), status, code);
    problem(await api.put(bad, { organizationIds: [] }), status, code);
    problem(await api.post(bad, '{"broken'), status, code);
    problem(await api.delete(`${bad}/nope`), status, code);
  }
  problem(await api.get(path, { query: { page: 0 } }), 400, 'guard.invalid_pagination');
  problem(await api.post(path, { organizationIds: [] }), 400, 'guard.invalid_input');
});

test('losing the membership takes the grant along, and it does not come back with it', async () => {
  const { path, user, organizations: [a, b] } = await world(2);
  ok(await api.post(path, { organizationIds: [a.id, b.id] }), 201);
  ok(await api.delete(`/organizations/${a.id}/users/${user.id}`), 204);
  ok(await api.put(`/organizations/${b.id}/users`, { userIds: [] }), 204);
  for (const { id } of [a, b]) ok(await api.post(`/organizations/${id}/users`, { userIds: [user.id] }), 201);
  expect(await granted(path)).toEqual([]);
});

test("a user's organizations show his roles in each, whole, whatever page is asked for", async () => {
  const [role, other] = [await build.role(), await build.role()];
  const { user, organizations } = await world(25);
  const [a] = organizations;
  ok(await api.post(`/organizations/${a.id}/users/${user.id}/roles`, { organizationRoleIds: [other.id, role.id] }),
    201);
  const list = await api.get(`/users/${user.id}/organizations`, { query: { page: 0, page_size: 2, q: 'nothing' } });
  expect(ok(list)).toHaveLength(25);
  expect(list.headers['total-number']).toBeUndefined();
  for (const one of list.body) {
    const roles = one.id === a.id ? [role, other].map(({ id, name }) => ({ id, name })) : [];
    expect(one).toEqual({ ...organizations.find(({ id }) => id === one.id), organizationRoles: roles });
  }
  problem(await api.get('/users/nope/organizations'), 404, 'entity.not_found');
});

/** Organizations of a user or a machine, sorted by id, in which every second has one role and every third both. */
async function joined(kind: 'users' | 'applications', n: number): Promise<{ path: string; all: any[]; word: string }> {
  const people = kind === 'users', word = unique('guild'), make = () => people ? build.role() : build.machineRole();
  const [one, roles] = [people ? await build.user() : await build.machine(), await Promise.all([make(), make()])];
  const made = (await times(n, (i) => build.organization({ name: i % 5 ? `Mill ${i}` : `${word} ${i}` })))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const all = await Promise.all(made.map(async (organization, i) => {
    const held = roles.slice(0, i % 3 === 0 ? 2 : i % 2 === 0 ? 1 : 0), members = `/organizations/${organization.id}/${kind}`;
    ok(await api.post(members, { [people ? 'userIds' : 'applicationIds']: [one.id] }), 201);
    if (held.length) ok(await api.post(`${members}/${one.id}/roles`, { organizationRoleIds: ids(held) }), 201);
    return { ...organization, organizationRoles: held.map(({ id, name }) => ({ id, name })).sort((a, b) => (a.name < b.name ? -1 : 1)) };
  }));
  return { path: `/${kind}/${one.id}/organizations`, all, word };
}

describe.each(['users', 'applications'] as const)('with paginated=true the organizations of one of the %s', (kind) => {
  test('come in pages by id with their roles and the total, of all or of those that a search finds', async () => {
    const { path, all, word } = await joined(kind, 45), found = all.filter(({ name }) => name.startsWith(word));
    const short = all.filter(({ id, name }) => id.includes('mi') || name.startsWith('Mill'));	// an id may have two letters by chance
    for (const [more, list] of [[{}, all], [{ q: word }, found], [{ q: found[1].id }, [found[1]]], [{ q: 'Mi' }, short],
      [{ enableCap: 'true' }, all], [{ q: unique('nowhere') }, []]] as [object, any[]][]) {
      for (const [page, size] of [[1, undefined], [2, 4], [1, 100], [3, 20], [99, 7]] as const) {
        const answer = await api.get(path, { query: { paginated: 'true', ...more, page, ...(size ? { page_size: size } : {}) } });
        const what = `page ${page} of ${size} of ${JSON.stringify(more)}`, from = (page - 1) * (size ?? 20);
        expect(ok(answer), what).toEqual(list.slice(from, from + (size ?? 20)));
        expect([answer.headers['total-number'], answer.headers['total-number-is-capped']], what).toEqual([String(list.length), undefined]);
      }
    }
    const first = await api.get(path, { query: { paginated: '1', q: word, page_size: 5 } });
    expect(first.headers.link).toContain(`paginated=1&q=${word}&page_size=5&page=2>; rel="next"`);
  });

  test('are refused a page that is none, and those of nobody are not there', async () => {
    const { path, all } = await joined(kind, 3), [code, whole] = [kind === 'users' ? 'entity.not_found' : 'entity.not_exists_with_id', { q: 'x' }];
    problem(await api.get(path, { query: { paginated: 'yes', page: 0 } }), 400, 'guard.invalid_pagination');
    problem(await api.get(path, { query: { paginated: 'true', page_size: 101 } }), 400, 'guard.invalid_pagination');
    problem(await api.get(`/${kind}/nope/organizations`, { query: { paginated: 'true', q: 'x' } }), 404, code);
    for (const more of [{}, { paginated: 'false' }, { paginated: '' }, { paginated: ['no', 'true'], q: ['a', 'b'], enableCap: ['1', '1'] }]) {
      const answer = await api.get(path, { query: { ...whole, ...more } });
      expect([ok(answer), answer.headers['total-number']]).toEqual([all, undefined]);
    }
    ok(await api.delete(`/organizations/${all[1].id}`), 204);
    const left = await api.get(path, { query: { paginated: 'true' } });
    expect([ok(left), left.headers['total-number']]).toEqual([[all[0], all[2]], '2']);
  });
});

test('users can be listed without the members of an organization', async () => {
  const [organization, other] = [await build.organization(), await build.user()];
  const member = await build.member(organization.id);
  const listed = async (excludeOrganizationId: string) =>
    sortedIds(ok(await api.get('/users', { query: { excludeOrganizationId, page_size: 100 } }))).filter((id) =>
      [member.id, other.id].includes(id));
  expect(await listed(organization.id)).toEqual([other.id]);
  expect(await listed('nope')).toEqual(sortedIds([member, other]));
  expect(await listed('')).toEqual(sortedIds([member, other]));
});
