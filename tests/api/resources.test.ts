import { expect, test } from 'vitest';
import { Build, expectPages, times, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { faults } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

test('a new resource has defaults for what was not given', async () => {
  const indicator = `https://${unique()}.example`;
  const created = ok(await api.post('/resources', { name: 'Shop', indicator, id: 'x', isDefault: true, foo: 1 }), 201);
  expect(created).toEqual({ tenantId: 'default', id: expect.stringMatching(/^[0-9a-z]{21}$/), name: 'Shop', indicator,
    isDefault: false, accessTokenTtl: 3600, scopes: [] });
  const { scopes, ...resource } = created;
  expect(ok(await api.get(`/resources/${created.id}`))).toEqual(resource);
  expect(scopes).toEqual([]);
});

test('an indicator is any text, unique with its letter case', async () => {
  const indicator = `No URL, ${unique()} 密码`;
  await build.resource({ indicator });
  expect(problem(await api.post('/resources', { name: 'n', indicator }), 422,
    'resource.resource_identifier_in_use').message).toContain(indicator);
  await build.resource({ indicator: indicator.toUpperCase() });
});

test.each<[object, string]>([
  [{ name: '' }, 'name'], [{ name: undefined }, 'name'], [{ indicator: '' }, 'indicator'],
  [{ indicator: 5 }, 'indicator'], [{ accessTokenTtl: '60' }, 'accessTokenTtl'],
  ...[0, -1, 315_360_001, 1e18, 2 ** 62, -1e300].map((ttl): [object, string] => [{ accessTokenTtl: ttl }, 'accessTokenTtl']),
])('a resource is refused for %j', async (fields, path) => {
  expect(faults(problem(await api.post('/resources', { name: 'n', indicator: unique(), ...fields }), 400,
    'guard.invalid_input'))).toEqual([path]);
});

test('the largest number that a lifetime could overflow with is refused', async () => {
  const { id } = await build.resource();
  for (const ttl of ['9223372036854775807', '9223372036854775808', '-9223372036854775808', '1e400'])
    expect((await api.patch(`/resources/${id}`, `{"accessTokenTtl":${ttl}}`)).status).toBe(400);
});

test.each([['1', 1], ['315360000', 315_360_000], ['3.1536e8', 315_360_000],
  ['60.0', 60]])('a lifetime of %s seconds is one', async (written, accessTokenTtl) => {
  const { id } = await build.resource();
  expect(ok(await api.patch(`/resources/${id}`, `{"accessTokenTtl":${written}}`)))
    .toMatchObject({ accessTokenTtl });
});

test.each(['urn:logto:organization:o1', 'urn:logto:resource:organizations',
  'URN:LOGTO:x'])('%s is a name of the server and no indicator', async (indicator) => {
  expect(problem(await api.post('/resources', { name: 'n', indicator }), 422, 'request.invalid_input').message)
    .toContain('urn:logto:');
});

test('a fraction of a second is no lifetime', async () => {
  const { id } = await build.resource();
  problem(await api.post('/resources', { name: 'n', indicator: unique(), accessTokenTtl: 1.5 }), 422,
    'entity.invalid_input');
  problem(await api.patch(`/resources/${id}`, { accessTokenTtl: 1.5 }), 422, 'entity.invalid_input');
});

test('name and lifetime can be changed, indicator and default cannot', async () => {
  const { scopes, ...before } = await build.resource();
  const changed = ok(await api.patch(`/resources/${before.id}`,
    { name: 'Renamed', accessTokenTtl: 60, indicator: 'x', isDefault: true }));
  expect(changed).toEqual({ ...before, name: 'Renamed', accessTokenTtl: 60 });
  expect(scopes).toEqual([]);
  for (const body of [{}, { indicator: 'x' }])
    problem(await api.patch(`/resources/${before.id}`, body), 422, 'entity.invalid_input');
  problem(await api.patch(`/resources/${before.id}`, { name: '' }), 400, 'guard.invalid_input');
});

test('one resource at most is the default', async () => {
  const [a, b] = await times(2, () => build.resource());
  const set = (id: string, isDefault: boolean) => api.patch(`/resources/${id}/is-default`, { isDefault });
  const defaults = async () => ok(await api.get('/resources')).filter((r: any) => r.isDefault).map((r: any) => r.id);
  expect(ok(await set(a.id, true))).toMatchObject({ id: a.id, isDefault: true });
  expect(await defaults()).toEqual([a.id]);
  ok(await set(b.id, true));
  expect(await defaults()).toEqual([b.id]);
  problem(await set('nope', true), 404, 'entity.not_exists');
  problem(await set('nope', false), 404, 'entity.not_exists_with_id');
  problem(await api.patch(`/resources/${a.id}/is-default`, {}), 400, 'guard.invalid_input');
  expect(await defaults()).toEqual([b.id]);
  ok(await set('management-api', true));
  expect(await defaults()).toEqual(['management-api']);
  ok(await set('management-api', false));
  expect(await defaults()).toEqual([]);
});

test('a deleted resource is gone with its scopes and cannot be deleted twice', async () => {
  const resource = await build.resource();
  const scope = await build.resourceScope(resource.id);
  const role = await build.tenantRole({ scopeIds: [scope.id] });
  ok(await api.delete(`/resources/${resource.id}`), 204);
  problem(await api.get(`/resources/${resource.id}`), 404, 'entity.not_exists_with_id');
  problem(await api.patch(`/resources/${resource.id}`, {}), 404, 'entity.not_exists_with_id');
  problem(await api.delete(`/resources/${resource.id}`), 404, 'entity.not_exists_with_id');
  expect(ok(await api.get(`/roles/${role.id}/scopes`))).toEqual([]);
  await build.resource({ indicator: resource.indicator });
});

test.each(['management-api', 'foreign', 'own'])('a Management API is neither changed nor deleted (%s)',
  async (which) => {
  const indicator = { foreign: 'https://other.logto.app/api', own: 'https://admin.logto.app/api' }[which];
  const { id } = indicator ? await build.resource({ indicator }) : { id: which };
  for (const body of [{}, { name: 'x' }])
    problem(await api.patch(`/resources/${id}`, body), 400, 'resource.cannot_modify_management_api');
  problem(await api.delete(`/resources/${id}`), 400, 'resource.cannot_delete_management_api');
});

test.each(['http://a.logto.app/api', 'https://a.b.logto.app/api', 'https://a.logto.app/api/', 'https://.logto.app/api', 'https://a.logto.app/me'])(
  '%s is not a Management API', async (indicator) => {
    const { id } = await build.resource({ indicator });
    ok(await api.delete(`/resources/${id}`), 204);
  });

test('the list shows scopes when asked for, and comes in pages only when asked for', async () => {
  const resource = await build.resource();
  const scope = await build.resourceScope(resource.id, { description: 'd' });
  const find = (list: any[]) => list.find(({ id }) => id === resource.id);
  expect(find(ok(await api.get('/resources?includeScopes=yes')))).toEqual({ ...resource, scopes: [scope] });
  for (const path of ['/resources', '/resources?includeScopes=no'])
    expect(find(ok(await api.get(path)))).not.toHaveProperty('scopes');
  problem(await api.get('/resources?includeScopes=1&includeScopes=1'), 400, 'guard.invalid_input');
  await times(20, () => build.resource());
  await expectPages(api, '/resources', ok(await api.get('/resources?search=ignored')).length);
});
