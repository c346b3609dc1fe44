import { expect, test } from 'vitest';
import { Build, expectPagesOf, ids, names, newestFirst, sortedIds, times, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const everything = {
  name: 'Acme', description: 'Anvils', customData: { a: [1, { b: null }], n: 1.5 }, isMfaRequired: true,
  color: { primaryColor: '#FFF', darkPrimaryColor: '#a1B2c3', isDarkModeEnabled: true },
  branding: { logoUrl: 'foo:bar', darkLogoUrl: 'https://a.example/b.svg', favicon: 'https://a.example/f',
    darkFavicon: 'data:image/png,x' },
  customCss: 'a { color: red }',
};

test('a new organization has what was given and defaults for the rest', async () => {
  expect(await build.organization({ name: 'Bare' })).toEqual({
    tenantId: 'default', id: expect.stringMatching(/^[0-9a-z]{12}$/), name: 'Bare', description: null, customData: {},
    isMfaRequired: false, color: {}, branding: {}, customCss: null, createdAt: expect.any(Number),
  });
  const full = await build.organization(everything);
  expect(full).toEqual({ tenantId: 'default', id: full.id, createdAt: full.createdAt, ...everything });
  expect(Object.keys(full)[0]).toBe('tenantId');
  expect(Math.abs(Date.now() - full.createdAt)).toBeLessThan(60_000);
});

test('reading an organization gives the bytes that its creation gave', async () => {
  const created = await api.post('/organizations', everything);
  expect((await api.get(`/organizations/${ok(created, 201).id}`)).text).toBe(created.text);
});

test.each([
  ['a name of one blank', { name: ' ' }],
  ['a name of 128 characters', { name: 'x'.repeat(128) }],
  ['a name of 64 characters that count two each', { name: '😀'.repeat(64) }],
  ['a description of 256 characters', { name: 'n', description: 'ä'.repeat(256) }],
  ['text with quotes, escapes and line ends',
    { name: '"\\/\b\f\n\r\t<&\u0001\u2028', description: "';DROP TABLE organizations;--" }],
  ['right-to-left text and combining marks', { name: 'שלום e\u0301 \u202e' }],
  ['custom data of every JSON kind',
    { name: 'n', customData: { '': '', a: null, b: [true, -1.5, 0, [], {}], c: { d: 9007199254740991 } } }],
  ['custom data 900 levels deep', { name: 'n', customData: { x: JSON.parse('['.repeat(899) + ']'.repeat(899)) } }],
  ['custom data with the names of prototypes',
    { name: 'n', customData: { constructor: 1, prototype: { toString: 2 } } }],
  ['styles of 200,000 characters', { name: 'n', customCss: '*{}\n'.repeat(50_000) }],
])('%s is kept as it was sent', async (_, fields) => {
  const created = await build.organization(fields);
  expect(created).toMatchObject(fields);
  expect(ok(await api.get(`/organizations/${created.id}`))).toEqual(created);
});

test('two organizations may have the same name', async () => {
  const [a, b] = await times(2, () => build.organization({ name: 'Twin' }));
  expect(a.id).not.toBe(b.id);
});

test.each<[string, object, object]>([
  ['an empty description is none', { name: 'n', description: '', customCss: '' },
    { description: null, customCss: null }],
  ['unknown members are dropped at every level',
    { name: 'n', foo: 1, color: { primaryColor: '#abc', foo: 1 }, branding: { logoUrl: 'a:b', foo: 1 } },
    { color: { primaryColor: '#abc' }, branding: { logoUrl: 'a:b' } }],
  ['a picture may stand in its address, or have a scheme that nobody knows',
    { name: 'n', branding: { logoUrl: 'data:image/png;base64,AA==', favicon: 'x-mine:1' } },
    { branding: { logoUrl: 'data:image/png;base64,AA==', favicon: 'x-mine:1' } }],
  ['an id, a tenant and a time of the caller count for nothing',
    { name: 'n', id: 'mine', tenantId: 'other', createdAt: 5 }, { tenantId: 'default' }],
])('on creation %s', async (_, fields, expected) => {
  const created = await build.organization(fields);
  for (const [member, value] of Object.entries(expected)) expect(created[member]).toEqual(value);
  expect(created).not.toHaveProperty('foo');
  expect(created.id).not.toBe('mine');
  expect(created.createdAt).toBeGreaterThan(5);
});

test.each<[string, object, object]>([
  ['name', { name: 'Renamed' }, { name: 'Renamed' }],
  ['description', { description: null }, { description: null }],
  ['description, emptied', { description: '' }, { description: null }],
  ['custom data, as a whole', { customData: { z: 1 } }, { customData: { z: 1 } }],
  ['color, as a whole', { color: { primaryColor: '#000000' } }, { color: { primaryColor: '#000000' } }],
  ['branding, as a whole', { branding: {} }, { branding: {} }],
  ['styles', { customCss: null }, { customCss: null }],
  ['the need for a second factor', { isMfaRequired: false }, { isMfaRequired: false }],
  ['several members', { name: 'n', description: 'd', isMfaRequired: false },
    { name: 'n', description: 'd', isMfaRequired: false }],
  ['a name beside what cannot be changed', { name: 'n', id: 'x', createdAt: 5, tenantId: 'default', foo: 1 },
    { name: 'n' }],
])('changing %s leaves all else', async (_, change, expected) => {
  const before = await build.organization(everything);
  const after = ok(await api.patch(`/organizations/${before.id}`, change));
  expect(after).toEqual({ ...before, ...expected });
  expect(ok(await api.get(`/organizations/${before.id}`))).toEqual(after);
});

test.each([[{}], [undefined], [{ id: 'x' }],
  [{ foo: 1 }]])('a change of nothing (%j) is refused, even for an unknown organization', async (body) => {
  const { id } = await build.organization();
  problem(await api.patch(`/organizations/${id}`, body), 422, 'entity.invalid_input');
  problem(await api.patch('/organizations/nope', body), 422, 'entity.invalid_input');
});

test.each(['0', 'x'.repeat(22), 'x'.repeat(2000), 'a%2Fb', '%C3%BC', '%25', '..', "'%20OR%201=1--",
  'null'])('the id %s is unknown to every method', async (id) => {
  problem(await api.get(`/organizations/${id}`), 404, 'entity.not_exists_with_id');
  problem(await api.patch(`/organizations/${id}`, { name: 'n' }), 404, 'entity.not_exists');
  problem(await api.delete(`/organizations/${id}`), 404, 'entity.not_found');
});

test('the refusal of an unknown id names it as it was meant', async () => {
  expect(problem(await api.get('/organizations/a%2Fb'), 404, 'entity.not_exists_with_id').message).toContain('a/b');
});

test('ids are compared exactly', async () => {
  let { id } = await build.organization();
  while (id === id.toUpperCase()) ({ id } = await build.organization());
  problem(await api.get(`/organizations/${id.toUpperCase()}`), 404, 'entity.not_exists_with_id');
});

test('a deleted organization is gone from everywhere and cannot be deleted twice', async () => {
  const { id, name } = await build.organization();
  const { status, text } = await api.delete(`/organizations/${id}`);
  expect({ status, text }).toEqual({ status: 204, text: '' });
  problem(await api.get(`/organizations/${id}`), 404, 'entity.not_exists_with_id');
  problem(await api.delete(`/organizations/${id}`), 404, 'entity.not_found');
  expect(ok(await api.get('/organizations', { query: { q: name } }))).toEqual([]);
});

test('the list shows whole organizations, the newest first, 20 when no page is named', async () => {
  const made = [];
  for (let i = 0; i < 30; i++) made.push(await build.organization());
  const list = await api.get('/organizations');
  expect(ok(list)).toEqual(newestFirst(made).slice(0, 20));
  await expectPagesOf(api, '/organizations', Number(list.headers['total-number']));
});

test('the total follows creations and deletions', async () => {
  const total = async () =>
    Number((await api.get('/organizations', { query: { page_size: 1 } })).headers['total-number']);
  const before = await total();
  const made = await times(3, () => build.organization());
  expect(await total()).toBe(before + 3);
  ok(await api.delete(`/organizations/${made[0].id}`), 204);
  expect(await total()).toBe(before + 2);
});

test.each(['1', 'true', 'y', 'yes', 'yep', 'yeah', 'YES',
  'True'])('showFeatured=%s tells how many users there are and shows up to three', async (word) => {
  const [full, empty] = await times(2, () => build.organization());
  const users = await times(5, (i) => build.user(i ? { name: `N${i}`, avatar: `https://a.example/${i}` } : {}));
  ok(await api.post(`/organizations/${full.id}/users`, { userIds: ids(users) }), 201);
  const list = ok(await api.get('/organizations', { query: { showFeatured: word } }));
  const seen = list.find((one: any) => one.id === full.id);
  expect(seen).toEqual({ ...full, usersCount: 5, featuredUsers: expect.any(Array) });
  expect(seen.featuredUsers).toHaveLength(3);
  for (const featured of seen.featuredUsers) {
    const { id, avatar, name } = users.find((user: any) => user.id === featured.id);
    expect(featured).toEqual({ id, avatar, name });
  }
  expect(list.find((one: any) => one.id === empty.id)).toEqual({ ...empty, usersCount: 0, featuredUsers: [] });
});

test.each([undefined, '', '0', 'false', 'on', 'no', '2'])('showFeatured=%s is no yes', async (word) => {
  await build.organization();
  for (const one of ok(await api.get('/organizations', { query: { showFeatured: word } }))) {
    expect(one).not.toHaveProperty('usersCount');
    expect(one).not.toHaveProperty('featuredUsers');
  }
});

test('isMfaRequired leaves the organizations that require MFA, with their number, newest first and on pages', async () => {
  const word = unique('strict'), [first] = await times(3, (i) => build.organization({ name: `${word}-${i}`, isMfaRequired: i !== 1 }));
  const strict = async (query = {}) => api.get('/organizations', { query: { isMfaRequired: 'true', q: word, ...query } });
  const found = await strict();
  expect(names(ok(found)).sort()).toEqual([`${word}-0`, `${word}-2`]);
  expect(found.headers['total-number']).toBe('2');
  const all = ok(await api.get('/organizations', { query: { isMfaRequired: '1', page_size: 100 } }));
  expect(all.every((one: any) => one.isMfaRequired)).toBe(true);
  expect(all).toEqual(newestFirst(all));
  const second = await strict({ page: 2, page_size: 1, enableCap: 'true' });
  expect([ok(second).length, second.headers['total-number']]).toEqual([1, '2']);
  ok(await api.patch(`/organizations/${first.id}`, { isMfaRequired: false }));
  expect(names(ok(await strict()))).toEqual([`${word}-2`]);
  expect((await strict({ isMfaRequired: 'false' })).headers['total-number']).toBe('3');
});

test('a search finds parts of names in any letter case, and ids', async () => {
  const word = unique('Zörgl');
  const [a, b] = [await build.organization({ name: `The ${word} Works` }),
    await build.organization({ name: word.toUpperCase() })];
  for (const q of [word, word.toLowerCase(), word.toUpperCase(), word.slice(1)]) {
    const found = await api.get('/organizations', { query: { q } });
    expect(sortedIds(ok(found))).toEqual(sortedIds([a, b]));
    expect(found.headers['total-number']).toBe('2');
  }
  expect(ids(ok(await api.get('/organizations', { query: { q: a.id.slice(2).toUpperCase() } })))).toEqual([a.id]);
  expect(ok(await api.get('/organizations', { query: { q: `${word}!` } }))).toEqual([]);
});

test('in a search % stands for any text and _ for one character', async () => {
  const word = unique('wild');
  await times(2, (i) => build.organization({ name: `${word}-${'ab'[i]}x` }));
  const found = async (q: string) => names(ok(await api.get('/organizations', { query: { q } }))).sort();
  expect(await found(`${word}%x`)).toEqual([`${word}-ax`, `${word}-bx`]);
  expect(await found(`${word}-_x`)).toEqual([`${word}-ax`, `${word}-bx`]);
  expect(await found(`${word}_x`)).toEqual([]);
  expect(await found(`${word}-a_`)).toEqual([`${word}-ax`]);
  expect(await found(`${word}\\-`)).not.toContain(`${word}-zx`);
});

test('short searches, of one and two characters, find too', async () => {
  const made = await build.organization({ name: '§' });
  expect(ids(ok(await api.get('/organizations', { query: { q: '§' } })))).toEqual([made.id]);
  const two = await build.organization({ name: 'x§y¶' });
  expect(ids(ok(await api.get('/organizations', { query: { q: '§Y' } })))).toEqual([two.id]);
});

test('an empty search is none, and a renamed organization is found by its new name alone', async () => {
  const made = await build.organization({ name: unique('Before') });
  expect(ok(await api.get('/organizations', { query: { q: '' } }))).toEqual(ok(await api.get('/organizations')));
  const name = unique('After');
  ok(await api.patch(`/organizations/${made.id}`, { name }));
  expect(ids(ok(await api.get('/organizations', { query: { q: name } })))).toEqual([made.id]);
  expect(ok(await api.get('/organizations', { query: { q: made.name } }))).toEqual([]);
});
