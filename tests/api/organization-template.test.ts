import { expect, test } from 'vitest';
import { Build, expectPages, expectPagesOf, ids, names, sorted, sortedIds, times, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const kinds = [
  { kind: 'role', path: '/organization-roles', miss: 'entity.not_found', extra: { type: 'User' } },
  { kind: 'scope', path: '/organization-scopes', miss: 'entity.not_exists_with_id', extra: {} },
] as const;

test.each(kinds)('a $kind is created, read, changed and deleted', async ({ path, miss, extra }) => {
  const name = unique('One');
  const created = await api.post(path, { name });
  expect(ok(created, 201)).toEqual({ tenantId: 'default', id: expect.stringMatching(/^[0-9a-z]{21}$/), name,
    description: null, ...extra });
  const one = `${path}/${created.body.id}`;
  expect((await api.get(one)).text).toBe(created.text);

  const changed = ok(await api.patch(one, { name: `${name}2`, description: 'd', id: 'x', foo: 1 }));
  expect(changed).toEqual({ ...created.body, name: `${name}2`, description: 'd' });
  expect(ok(await api.patch(one, { name: `${name}2` }))).toEqual(changed);		// its own name is no conflict
  expect(ok(await api.patch(one, { description: '' }))).toEqual({ ...changed, description: null });

  ok(await api.delete(one), 204);
  problem(await api.delete(one), 404, 'entity.not_found');
  problem(await api.get(one), 404, miss);
});

test.each(kinds)('an unknown $kind is refused by each method in its own way, after an empty change',
  async ({ path, miss }) => {
  for (const id of ['nope', 'x'.repeat(50)]) {
    problem(await api.get(`${path}/${id}`), 404, miss);
    problem(await api.patch(`${path}/${id}`, { name: 'n' }), 404, 'entity.not_exists');
    problem(await api.patch(`${path}/${id}`, {}), 422, 'entity.invalid_input');
    problem(await api.delete(`${path}/${id}`), 404, 'entity.not_found');
  }
});

test.each(kinds)('the name of a $kind is unique, letter case included, at creation and on change',
  async ({ path }) => {
  const name = unique('Name');
  const [first, other] = [ok(await api.post(path, { name }), 201),
    ok(await api.post(path, { name: name.toLowerCase() }), 201)];
  problem(await api.post(path, { name }), 422, 'entity.unique_integrity_violation');
  problem(await api.patch(`${path}/${other.id}`, { name }), 422, 'entity.unique_integrity_violation');
  ok(await api.delete(`${path}/${first.id}`), 204);
  ok(await api.patch(`${path}/${other.id}`, { name }));
});

test.each(kinds)('any name of up to 128 characters will do for a $kind', async ({ path }) => {
  for (const name of [' ', `${unique()}${'x'.repeat(123)}`, `${unique('with space')}\n"'`, unique('שלום')]) {
    expect(ok(await api.post(path, { name, description: 'ä'.repeat(256) }), 201))
      .toMatchObject({ name, description: 'ä'.repeat(256) });
  }
});

test.each(kinds)('each $kind is listed by name, in bytes', async ({ path }) => {
  const word = unique('order');
  const wanted = ['1', 'A', 'Z', '_', 'a', 'z', 'Ä', 'é'].map((end) => `${word}${end}`);
  await Promise.all([...wanted].reverse().map((name) => api.post(path, { name })));
  expect(names(ok(await api.get(path, { query: { q: word, page_size: 100 } })))).toEqual(wanted);
});

test('scopes come whole and in pages, and are found by their names only', async () => {
  const word = unique('Paged');
  await times(30, (i) => build.scope({ name: unique(word), description: `${word}${i}` }));
  await build.scope({ description: word });
  await expectPages(api, `/organization-scopes?q=${word.toUpperCase()}`, 30);
  const whole = ok(await api.get('/organization-scopes'));
  expect(whole.length).toBeGreaterThan(30);
});

test('roles come in pages, 20 when none is named, and are found by id, name and description', async () => {
  const word = unique('Found');
  const made = await times(30, (i) => build.role(i % 2 ? { name: unique(word) } : { description: `x ${word}` }));
  await expectPagesOf(api, `/organization-roles?q=${word.toLowerCase()}`, 30);
  expect(ok(await api.get('/organization-roles'))).toHaveLength(20);
  expect(ids(ok(await api.get('/organization-roles', { query: { q: made[0].id } })))).toEqual([made[0].id]);
});

test('only the list of roles shows what they carry, by id', async () => {
  const resource = await build.resource();
  const [scopes, resourceScopes] =
    [await times(3, () => build.scope()), await times(2, () => build.resourceScope(resource.id))];
  const role = await build.role({ organizationScopeIds: [...ids(scopes), scopes[0].id],
    resourceScopeIds: ids(resourceScopes), type: 'MachineToMachine' });
  const bare = await build.role();
  const shown = async (one: any) => ok(await api.get('/organization-roles', { query: { q: one.id } }))[0];
  const byId = (list: any[]) => [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
  expect(await shown(role)).toEqual({
    ...role, scopes: byId(scopes).map(({ id, name }) => ({ id, name })),
    resourceScopes: byId(resourceScopes).map(({ id, name }) =>
      ({ id, name, resource: { id: resource.id, name: resource.name } })),
  });
  expect(await shown(bare)).toEqual({ ...bare, scopes: [], resourceScopes: [] });
  for (const answer of [role, ok(await api.get(`/organization-roles/${role.id}`)),
    ok(await api.patch(`/organization-roles/${role.id}`, { description: 'd' }))]) {
    expect(answer).not.toHaveProperty('scopes');
    expect(answer).not.toHaveProperty('resourceScopes');
  }
});

test('a role is not created when something that it shall carry is wrong; a taken name wins', async () => {
  const [scope, taken, resource] = [await build.scope(), await build.role(), await build.resource()];
  const reference = 'entity.relation_foreign_key_not_found';
  const name = unique('role');
  const rows: [object, number, string][] = [
    [{ organizationScopeIds: [scope.id, 'nope'] }, 422, reference],
    [{ organizationScopeIds: [''] }, 422, reference],
    [{ organizationScopeIds: [scope.id], resourceScopeIds: ['nope'] }, 422, reference],
    [{ resourceScopeIds: [resource.id] }, 422, reference],
    [{ organizationScopeIds: ['x'.repeat(22)] }, 422, 'entity.value_too_long'],
    [{ organizationScopeIds: null }, 400, 'guard.invalid_input'],
    [{ name: taken.name, organizationScopeIds: ['nope'] }, 422, 'entity.unique_integrity_violation'],
  ];
  for (const [more, status, code] of rows)
    problem(await api.post('/organization-roles', { name, ...more }), status, code);
  expect(ok(await api.get('/organization-roles', { query: { q: name } }))).toEqual([]);
});

test('changing a role changes its type, and leaves what it carries even when lists are sent', async () => {
  const scope = await build.scope();
  const role = await build.role({ organizationScopeIds: [scope.id] });
  expect(ok(await api.patch(`/organization-roles/${role.id}`,
    { type: 'MachineToMachine', organizationScopeIds: [] })).type).toBe('MachineToMachine');
  problem(await api.patch(`/organization-roles/${role.id}`, { organizationScopeIds: [] }), 422,
    'entity.invalid_input');
  expect(ok(await api.get(`/organization-roles/${role.id}/scopes`))).toEqual([scope]);
});

const resource = await build.resource();
const carried = [
  { what: 'scopes', member: 'organizationScopeIds', make: () => build.scope({ description: 'd' }) },
  { what: 'resource-scopes', member: 'scopeIds', make: () => build.resourceScope(resource.id) },
];

test.each(carried)('the $what of a role are added, replaced and taken away', async ({ what, member, make }) => {
  const path = `/organization-roles/${(await build.role()).id}/${what}`;
  const [a, b, c] = await times(3, make);
  const held = async () => sortedIds(ok(await api.get(path)));
  for (let i = 0; i < 2; i++) {
    const added = await api.post(path, { [member]: [a.id, b.id, a.id] });
    expect([added.status, added.text]).toEqual([201, 'Created']);
  }
  expect(ok(await api.get(path)).sort((x: any, y: any) => (x.id < y.id ? -1 : 1)))
    .toEqual([a, b].sort((x, y) => (x.id < y.id ? -1 : 1)));
  ok(await api.post(path, { [member]: [b.id, c.id] }), 201);
  expect(await held()).toEqual(sortedIds([a, b, c]));
  ok(await api.put(path, { [member]: [c.id, a.id] }), 204);
  expect(await held()).toEqual(sortedIds([a, c]));
  ok(await api.delete(`${path}/${a.id}`), 204);
  for (const id of [a.id, 'nope', 'x'.repeat(30)]) problem(await api.delete(`${path}/${id}`), 404, 'entity.not_found');
  expect(await held()).toEqual([c.id]);
  ok(await api.put(path, { [member]: [] }), 204);
  expect(await held()).toEqual([]);
});

test.each(carried)('a faulty list leaves the $what of a role as they are', async ({ what, member, make }) => {
  const [role, before, fresh] = [await build.role(), await make(), await make()];
  const path = `/organization-roles/${role.id}/${what}`;
  ok(await api.post(path, { [member]: [before.id] }), 201);
  const rows: [string, string[], number, string][] = [
    ['POST', [fresh.id, 'nope'], 422, 'entity.relation_foreign_key_not_found'],
    ['PUT', [fresh.id, 'nope'], 422, 'entity.relation_foreign_key_not_found'],
    ['PUT', [fresh.id, fresh.id], 422, 'entity.unique_integrity_violation'],
    ['PUT', ['nope', 'nope'], 422, 'entity.unique_integrity_violation'],
    ['POST', [fresh.id, 'x'.repeat(22)], 422, 'entity.value_too_long'],
    ['POST', [], 400, 'guard.invalid_input'],
    ['PUT', [''], 400, 'guard.invalid_input'],
  ];
  for (const [method, list, status, code] of rows)
    problem(await api.request(method, path, { body: { [member]: list } }), status, code);
  expect(ids(ok(await api.get(path)))).toEqual([before.id]);
});

test.each(carried)('an unknown role has no $what and takes none, but may be emptied',
  async ({ what, member, make }) => {
  const path = `/organization-roles/nope/${what}`;
  problem(await api.get(path), 404, 'entity.not_found');
  problem(await api.get(path, { query: { page: 0 } }), 400, 'guard.invalid_pagination');
  for (const method of ['POST', 'PUT']) {
    problem(await api.request(method, path, { body: { [member]: [(await make()).id] } }), 422,
      'entity.relation_foreign_key_not_found');
  }
  ok(await api.put(path, { [member]: [] }), 204);
  problem(await api.delete(`${path}/nope`), 404, 'entity.not_found');
});

test.each(carried)('thirty $what of a role come whole and in pages', async ({ what, member, make }) => {
  const path = `/organization-roles/${(await build.role()).id}/${what}`;
  const made = await times(30, make);
  ok(await api.put(path, { [member]: ids(made) }), 204);
  await expectPages(api, path, 30);
  expect(sorted(names(ok(await api.get(path))))).toEqual(sorted(names(made)));
});

test('a role may carry the permission of the Management API', async () => {
  const role = await build.role({ resourceScopeIds: ['management-api-all'] });
  expect(names(ok(await api.get(`/organization-roles/${role.id}/resource-scopes`)))).toEqual(['all']);
});
