import { expect, test } from 'vitest';
import { Build, ids, sorted, times } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

// name of the test's user: its fields. Only these users are on the server.
const people: Record<string, { id: string }> = {
  ada: await build.user({ username: 'ada', name: 'Ada Lovelace', primaryEmail: 'Ada@Example.com',
    primaryPhone: '4915112345678' }),
  bob: await build.user({ username: 'bob_1', name: 'Bob 100% (a\\b)', primaryEmail: 'bob@b.example' }),
  cyr: await build.user({ username: 'cyr', name: 'ŽOFIE Ünal 密码' }),
  dee: await build.user({ username: 'Dee' }),
  eve: await build.user({ username: 'eve', name: 'ada' }),
};
const idOf = (name: string): string => people[name]?.id ?? '';
const nameOf = new Map(Object.entries(people).map(([name, { id }]) => [id, name]));

test.each<[string, string, string]>([
  ['any field is searched', 'search=%25ada%25', 'ada eve'],
  ['nothing stands for other letters by itself', 'search=ada', 'ada eve'],
  ['nothing of a longer text is found', 'search=lovelace', ''],
  ['like is the mode when none is named', 'search=%25LOVELACE', 'ada'],
  ['letter case counts when asked for', 'search=%25Ada%25&isCaseSensitive=true', 'ada'],
  ['a word that is not truthy asks for nothing', 'search=%25LOVE%25&isCaseSensitive=no', 'ada'],
  ['an underscore stands for one character', 'search.username=bob_1', 'bob'],
  ['an underscore stands for any one character', 'search.username=_ve', 'eve'],
  ['an escaped underscore is one', 'search.username=%25\\_%25', 'bob'],
  ['an escaped percent sign is one', 'search.name=%25\\%25%25', 'bob'],
  ['an escaped backslash is one', 'search.name=%25a\\\\b%25', 'bob'],
  ['letters beyond ASCII have their case too', 'search.name=%25žofie ü%25', 'cyr'],
  ['any script is found', 'search.name=%25密码', 'cyr'],
  ['one field is searched', 'search.username=%25ada%25', 'ada'],
  ['a field in camel case', 'search.primaryEmail=%25example.com', 'ada'],
  ['a field in snake case', 'search.primary_email=%25example.com', 'ada'],
  ['a number', 'search.primaryPhone=4915%25', 'ada'],
  ['an id', `search.id=${idOf('cyr')}&mode.id=exact`, 'cyr'],
  ['everything that is set', 'search.name=%25', 'ada bob cyr eve'],
  ['exact text in any letter case', 'search.name=ADA&mode=exact', 'eve'],
  ['exact text in its letter case', 'search.name=ADA&mode=exact&isCaseSensitive=1', ''],
  ['one of several exact texts', 'search.username=ada&search.username=DEE&mode.username=exact', 'ada dee'],
  ['exact takes wildcards as they are', 'search=%25&mode=exact', ''],
  ['a field may have a mode of its own', 'search.username=ada&mode=posix&mode.username=exact', 'ada'],
  ['of a repeated mode the last counts', 'search.username=ada&mode=posix&mode=exact', 'ada'],
  ['a regular expression', 'search.username=^(ada|d.*)$&mode=posix', 'ada dee'],
  ['a regular expression with letter case', 'search.username=^D&mode=posix&isCaseSensitive=true', 'dee'],
  ['a regular expression finds parts', 'search.name=love|bob&mode=posix', 'ada bob'],
  ['a regular expression of which a part is certain', 'search.primaryEmail=^[a-z]%2B@EXAMPLE\\.com$&mode=posix', 'ada'],
  ['such a part in its letter case', 'search.primaryEmail=@Example\\.com$&mode=posix&isCaseSensitive=1', 'ada'],
  ['such a part in another letter case', 'search.primaryEmail=@example\\.com$&mode=posix&isCaseSensitive=1', ''],
  ['a part that is certain in one field, of any', 'search=lovel.ce|xyz&mode=posix', 'ada'],
  ['SQL patterns of which a part is certain', 'search.name=%25Lovelace&mode=similar_to&isCaseSensitive=true', 'ada'],
  ['SQL patterns', 'search.username=(ada|%25_1)&mode=similar_to&isCaseSensitive=true', 'ada bob'],
  ['one of several conditions', 'search.username=%25e%25&search.name=ada', 'dee eve'],
  ['one of several conditions, by name', 'search.username=eve&search.name=%25LOVE%25&joint=or', 'ada eve'],
  ['all conditions', 'search.username=%25e%25&search.name=ada&joint=and', 'eve'],
  ['all conditions, by the other name', 'search.username=%25e%25&search.name=ada&jointMode=and', 'eve'],
  ['the first name of joint wins', 'search.username=%25e%25&search.name=ada&joint=and&jointMode=or', 'eve'],
  ['an empty joint is the usual one', 'search.username=eve&search.name=%25LOVE%25&joint=', 'ada eve'],
  ['a mode of a field that does not exist says nothing', 'search=ada&mode.foo=exact', 'ada eve'],
])('search: %s (%s)', async (_, query, expected) => {
  const answer = await api.get(`/users?${encodeURI(query).replaceAll('%25', '%')}`);
  const found = ok(answer).map((user: { id: string }) => nameOf.get(user.id));
  expect(sorted(found)).toEqual(expected.split(' ').filter(Boolean));
  expect(answer.headers['total-number']).toBe(String(found.length));
});

test('what is found comes in pages, the newest first', async () => {
  const first = await api.get('/users?search.name=%25&page_size=3');
  expect(ids(ok(first))).toEqual([idOf('eve'), idOf('cyr'), idOf('bob')]);
  expect(first.headers['total-number']).toBe('4');
  expect(ids(ok(await api.get('/users?search.name=%25&page_size=3&page=2')))).toEqual([idOf('ada')]);
});

const faulty: [string, string][] = [
  ['several values outside of exact', 'search.username=a&search.username=b'],
  ['an empty value', 'search='],
  ['an empty value of a field', 'search.name='],
  ['SQL patterns without letter case', 'search=a&mode=similar_to'],
  ['a mode that does not exist', 'search=a&mode=fuzzy'],
  ['an empty mode', 'search=a&mode='],
  ['a mode that does not exist, without a search', 'mode=fuzzy'],
  ['a mode of a field that does not exist', 'search.name=a&mode.name=LIKE'],
  ['a joint that does not exist', 'search=a&joint=xor'],
  ['a joint that does not exist, without a search', 'joint=AND'],
  ['a field that does not exist', 'search.avatar=a'],
  ['a field of a field', 'search.name.x=a'],
  ['a regular expression that is none', 'search=(&mode=posix'],
  ['a pattern that ends in its escape', 'search=a\\'],
];

// A pattern is read where there is something to compare: every list below has a row.
const held = await build.tenantRole();
ok(await api.post(`/users/${idOf('ada')}/roles`, { roleIds: [held.id] }), 201);

test.each(faulty)('search is refused: %s (%s)', async (_, query) => {
  for (const path of ['/users', '/roles', '/applications', `/users/${idOf('ada')}/roles`])
    problem(await api.get(`${path}?${encodeURI(query)}`), 400, 'request.invalid_input');
});

test('a refused search has empty data, and comes after the question whether the parent exists', async () => {
  expect(problem(await api.get('/users?search='), 400, 'request.invalid_input').data).toEqual({});
  problem(await api.get('/users/nope/roles?search='), 404, 'entity.not_found');
  problem(await api.get('/roles/nope/users?search='), 404, 'entity.not_exists_with_id');
});

test.each([['search=a&mode=similar_to', 'case-insensitive'], ['joint=xor', 'is not valid'],
  ['search=a&mode=fuzzy', 'is not valid'], ['search.name=a&mode.name=fuzzy', 'is not valid'],
  ['search.foo=a', 'is not valid']])('the refusal of %s says "%s"', async (query, words) => {
  expect(problem(await api.get(`/users?${query}`), 400, 'request.invalid_input').message).toContain(words);
});

test('a page of ids is looked up at once', async () => {
  const made = await times(110, () => build.user());
  const all = sorted(ids(made));
  const found = async (query: string) => ok(await api.get(`/users?page_size=100&${query}`));
  const page = all.slice(0, 100), search = page.map((id) => `search.id=${id}`).join('&');
  for (const more of ['', '&isCaseSensitive=true'])
    expect(sorted(ids(await found(`${search}&mode.id=exact${more}`)))).toEqual(page);
  const anywhere = page.map((id) => `search=${id.toUpperCase()}`).join('&');
  expect(sorted(ids(await found(`${anywhere}&mode=exact`)))).toEqual(page);
  expect(ids(await found(`${search}&mode.id=exact&search.id=nope&joint=and&search.username=${made[3].username}`)))
    .toEqual(page.includes(made[3].id) ? [made[3].id] : []);
  for (const { id } of made) ok(await api.delete(`/users/${id}`), 204);
});

// Each list has a row that is compared; none is that long.
test.each(['like', 'exact', 'posix', 'similar_to'])('a long value is searched for like others in mode %s', async (mode) => {
  for (const path of ['/users', '/roles', '/applications', `/users/${idOf('ada')}/roles`])
    for (const length of [4096, 4097, 12_000])
      expect(ok(await api.get(`${path}?search.name=${'x'.repeat(length)}&mode=${mode}&isCaseSensitive=true`))).toEqual([]);
});

test('of thousands of parameters the last counts too', async () => {
  const one = await build.user({});
  const many = 'search.id=a&'.repeat(1100);
  expect(ids(ok(await api.get(`/users?mode=exact&${many}search.id=${one.id}`)))).toEqual([one.id]);
  expect(ids(ok(await api.get(`/users?${'a&'.repeat(6000)}search.id=${one.id}`)))).toEqual([one.id]);
  ok(await api.delete(`/users/${one.id}`), 204);
});

test('the character that separates fields in the index may stand in a name', async () => {
  const { id } = await build.user({ name: 'Unit\u001fSep' });
  for (const query of ['search.name=unit%1Fsep&mode=exact', 'search.name=UNIT%1F%25', 'search.name=%25sep',
    'search.name=Unit%1F%25&isCaseSensitive=true', 'search.name=x&search.name=unit%1Fsep&mode=exact',
    'search=%5EUnit.Sep$&mode=posix'])
    expect(ids(ok(await api.get(`/users?${query}`)))).toEqual([id]);
  for (const query of ['search.name=unit', 'search.name=sep&search.name=unit&mode=exact', 'search.id=unit%25'])
    expect(ok(await api.get(`/users?${query}`))).toEqual([]);
  ok(await api.delete(`/users/${id}`), 204);
  const organization = await build.organization({ name: 'Unit\u001fSep' });
  for (const q of ['unit%1Fsep', 'T%1FS', 'unit%25sep']) expect(ids(ok(await api.get(`/organizations?q=${q}`)))).toEqual([organization.id]);
});

test('fields of people are not fields of roles and applications', async () => {
  for (const path of ['/roles', '/applications']) {
    problem(await api.get(`${path}?search.username=a`), 400, 'request.invalid_input');
    ok(await api.get(`${path}?search.description=a`));
  }
});

test('a pattern cannot keep the server busy', async () => {
  const { id } = await build.user({ name: 'a'.repeat(128) });
  const evil = [`search.name=${'%25a'.repeat(40)}b`, 'search.name=^(a%2B)%2B%24b&mode=posix',
    `search.name=${'(a|aa)%2B'.repeat(8)}%24b&mode=posix`];
  for (const query of evil) expect((await api.get(`/users?${query}`, { timeout: 20_000 })).status).toBeLessThan(504);
  ok(await api.delete(`/users/${id}`), 204);
});

test('a search for a NUL character finds no fault of the server', async () => {
  expect((await api.get('/users?search=a%00b')).status).toBe(400);
});
