import { expect, test } from 'vitest';
import { Build, expectPagesOf, names, sorted, times, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { faults } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);
const resource = await build.resource();
const at = `/resources/${resource.id}/scopes`;

test('a new scope has what was given', async () => {
  const name = unique('ü:密/%_').padEnd(256, 'x');
  const created = ok(await api.post(at, { name, description: 'x'.repeat(5000), id: 'x', resourceId: 'x' }), 201);
  expect(created).toEqual({
    tenantId: 'default', id: expect.stringMatching(/^[0-9a-z]{21}$/), resourceId: resource.id, name,
    description: 'x'.repeat(5000), createdAt: expect.any(Number),
  });
  for (const description of ['', null, undefined])
    expect(await build.resourceScope(resource.id, { description })).toMatchObject({ description: null });
});

test.each([' ', 'a b', 'a\tb', 'a\n', '\u00a0a', 'a\u3000b', '\ufeff'])('a name has no white space: %j',
  async (name) => {
  const scope = await build.resourceScope(resource.id);
  problem(await api.post(at, { name }), 400, 'scope.name_with_space');
  problem(await api.post('/resources/nope/scopes', { name }), 400, 'scope.name_with_space');
  problem(await api.patch(`${at}/${scope.id}`, { name }), 400, 'scope.name_with_space');
});

test.each<[object, string]>([[{}, 'name'], [{ name: '' }, 'name'], [{ name: 'x'.repeat(257) }, 'name'],
  [{ name: 'n', description: 5 }, 'description'], [{ name: 'n', description: 'x'.repeat(8193) }, 'description']])(
  '%j makes no scope', async (body, path) => {
    expect(faults(problem(await api.post(at, body), 400, 'guard.invalid_input'))).toEqual([path]);
  });

test('a name is unique within its resource, letter case counting', async () => {
  const [scope, other] = [await build.resourceScope(resource.id), await build.resource()];
  problem(await api.post(at, { name: scope.name }), 422, 'scope.name_exists');
  await build.resourceScope(resource.id, { name: scope.name.toUpperCase() });
  const twin = await build.resourceScope(other.id, { name: scope.name });
  expect(twin.name).toBe(scope.name);
  const second = await build.resourceScope(resource.id);
  problem(await api.patch(`${at}/${second.id}`, { name: scope.name, description: 'x' }), 422, 'scope.name_exists');
  ok(await api.patch(`${at}/${scope.id}`, { name: scope.name }));
});

test('a scope can be changed', async () => {
  const scope = await build.resourceScope(resource.id, { description: 'd' });
  expect(ok(await api.patch(`${at}/${scope.id}`, { description: null }))).toEqual({ ...scope, description: null });
  const name = unique('renamed');
  expect(ok(await api.patch(`${at}/${scope.id}`, { name, resourceId: 'x' })))
    .toEqual({ ...scope, name, description: null });
  expect(ok(await api.get(`${at}?search.id=${scope.id}`))).toEqual([{ ...scope, name, description: null }]);
});

test('a change of nothing is refused, even for an unknown scope', async () => {
  const scope = await build.resourceScope(resource.id);
  for (const id of [scope.id, 'nope']) problem(await api.patch(`${at}/${id}`, {}), 422, 'entity.invalid_input');
  problem(await api.patch(`${at}/nope`, { name: unique() }), 404, 'entity.not_exists');
});

test('a scope is deleted once, and is no role\'s afterwards', async () => {
  const scope = await build.resourceScope(resource.id);
  const role = await build.tenantRole({ scopeIds: [scope.id] });
  ok(await api.delete(`${at}/${scope.id}`), 204);
  problem(await api.delete(`${at}/${scope.id}`), 404, 'entity.not_found');
  expect(ok(await api.get(`/roles/${role.id}/scopes`))).toEqual([]);
});

test('a scope cannot be read alone', async () => {
  const scope = await build.resourceScope(resource.id);
  expect((await api.get(`${at}/${scope.id}`)).status).toBe(405);
});

test('an unknown resource has no scopes and gets none', async () => {
  expect(ok(await api.get('/resources/nope/scopes'))).toEqual([]);
  for (const [method, path] of [['POST', ''], ['PATCH', '/x'], ['DELETE', '/x']] as const)
    problem(await api.request(method, `/resources/nope/scopes${path}`, { body: { name: 'n' } }), 404,
      'entity.not_exists_with_id');
});

test('the scope of the Management API stays as it is', async () => {
  const management = '/resources/management-api/scopes';
  const before = ok(await api.get(management));
  problem(await api.post(management, { name: 'n' }), 400, 'resource.cannot_modify_management_api');
  problem(await api.patch(`${management}/management-api-all`, { name: 'a b' }), 400,
    'resource.cannot_modify_management_api');
  problem(await api.delete(`${management}/management-api-all`), 400, 'resource.cannot_modify_management_api');
  // nor through another resource
  problem(await api.patch(`${at}/management-api-all`, { name: 'n' }), 404, 'entity.not_exists');
  problem(await api.delete(`${at}/management-api-all`), 404, 'entity.not_found');
  expect(ok(await api.get(management))).toEqual(before);
});

test('scopes are listed in pages and searched within their resource', async () => {
  const [mine, other] = await times(2, () => build.resource());
  const scopes = await times(21, (i) => build.resourceScope(mine.id, { description: i === 7 ? 'Übung' : null }));
  await build.resourceScope(other.id, { name: scopes[0].name });
  const list = `/resources/${mine.id}/scopes`;
  await expectPagesOf(api, list, 21);
  expect(ok(await api.get(`${list}?search=%25ÜBUNG%25`.replaceAll('Ü', '%C3%9C')))).toEqual([scopes[7]]);
  expect(ok(await api.get(list,
    { query: { 'search.name': scopes[0].name, 'search.description': 'nope', joint: 'or' } }))).toEqual([scopes[0]]);
  const all = ok(await api.get(list, { query: { 'search.name': 'nope', 'search.id': '%', page_size: 100 } }));
  expect(sorted(names(all))).toEqual(sorted(names(scopes)));
  problem(await api.get(`${list}?search.resource_id=x`), 400, 'request.invalid_input');
});
