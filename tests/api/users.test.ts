import { expect, test } from 'vitest';
import { Build, expectPagesOf, ids, times, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { faults } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);
const d = (n = 8): string => String(Math.floor(Math.random() * 9 * 10 ** (n - 1)) + 10 ** (n - 1));
const url = (length: number): string => 'https://a.example/'.padEnd(length, 'a');
const mail = (length: number): string => `${unique()}@${'x'.repeat(length)}`.slice(0, length - 4) + '.com';

const profile = {
  familyName: 'L', givenName: 'A', middleName: 'M', nickname: '', preferredUsername: 'p', profile: 'x',
  website: 'no url', gender: 'g',
  birthdate: 'some day', zoneinfo: 'z', locale: 'l',
  address: { formatted: 'f', streetAddress: 's', locality: 'l', region: 'r', postalCode: '1', country: 'c' },
};
const everything = () => ({
  username: unique('user'), primaryEmail: `${unique('Mail')}@A.example`, primaryPhone: `4915${d()}`, name: 'Ada',
  avatar: 'https://a.example/a.png',
  customData: { a: [1, { b: null }], n: 1.5 }, profile,
});

test('a body without anything makes a user who has only an id', async () => {
  const created = await api.post('/users', {});
  expect(ok(created)).toEqual({
    id: expect.stringMatching(/^[0-9a-z]{12}$/), username: null, primaryEmail: null, primaryPhone: null, name: null,
    avatar: null, customData: {},
    identities: {}, lastSignInAt: null, createdAt: expect.any(Number), updatedAt: expect.any(Number), profile: {},
    applicationId: null,
    cimdClientId: null, isSuspended: false, hasPassword: false,
  });
  expect(Math.abs(Date.now() - created.body.createdAt)).toBeLessThan(60_000);
  expect((await api.get(`/users/${created.body.id}`)).text).toBe(created.text);
});

test('a new user has what was given, as it was given', async () => {
  const fields = everything();
  const user = await build.user(fields);
  expect(user).toMatchObject({ ...fields, hasPassword: false });
  expect(ok(await api.get(`/users/${user.id}`))).toEqual(user);
});

test.each<[string, object, object]>([
  ['an empty name is none', { name: '' }, { name: null }],
  ['an empty avatar is none', { avatar: '' }, { avatar: null }],
  ['a null avatar is none', { avatar: null }, { avatar: null }],
  ['unknown members are dropped at every level', { foo: 1, profile: { foo: 1, address: { foo: 1 } } },
    { profile: { address: {} } }],
  ['what the server makes is not taken from the caller',
    { id: 'mine', createdAt: 5, isSuspended: true, hasPassword: true }, { isSuspended: false, hasPassword: false }],
  ['an algorithm without a digest counts for nothing', { passwordAlgorithm: 'MD5' }, { hasPassword: false }],
  ['an empty digest counts as none', { passwordDigest: '', passwordAlgorithm: 'MD5' }, { hasPassword: false }],
  ['an address may have two at signs', { primaryEmail: 'two@@signs.example' }, { primaryEmail: 'two@@signs.example' }],
  ['a name may hold anything', { name: '"\\\n שלום <b> %_' }, { name: '"\\\n שלום <b> %_' }],
])('on creation %s', async (_, fields, expected) => {
  const user = ok(await api.post('/users', fields));
  expect(user).toMatchObject(expected);
  expect(user).not.toHaveProperty('foo');
  expect(user.profile).not.toHaveProperty('foo');
  expect(user.id).not.toBe('mine');
  expect(user.createdAt).toBeGreaterThan(5);
});

const badInBoth: [object, string][] = [
  ...['1abc', 'a-b', 'a b', 'a.b', 'ä'].map((username): [object, string] => [{ username }, 'username']),
  ...['plain', 'a@b', 'a b@c.d', '@b.c', ...'\t\n\v\f\r \u00a0\u1680\u2000\u2003\u200a\u2028\u2029\u202f\u205f\u3000\ufeff']
    .map((text) => text.length === 1 ? `a@b.c${text}` : text).map((primaryEmail): [object, string] => [{ primaryEmail }, 'primaryEmail']),
  ...['+4915112345678', '49 151', 'abc'].map((primaryPhone): [object, string] => [{ primaryPhone }, 'primaryPhone']),
  [{ name: 5 }, 'name'],
  [{ avatar: 'no url' }, 'avatar'],
  [{ avatar: 'javascript:alert(1)' }, 'avatar'],
  [{ customData: [1] }, 'customData'],
  [{ customData: null }, 'customData'],
  [{ profile: null }, 'profile'],
  [{ profile: 'x' }, 'profile'],
  [{ profile: { nickname: null } }, 'profile.nickname'],
  [{ profile: { birthdate: 19700101 } }, 'profile.birthdate'],
  [{ profile: { website: 'javascript:alert(1)' } }, 'profile.website'],
  [{ profile: { profile: ' data:text/html,x' } }, 'profile.profile'],
  [{ profile: { address: 'street' } }, 'profile.address'],
  [{ profile: { address: { country: 1 } } }, 'profile.address.country'],
];

test.each<[object, string]>([
  ...badInBoth,
  [{ username: '' }, 'username'], [{ username: null }, 'username'],
  [{ primaryEmail: '' }, 'primaryEmail'], [{ primaryEmail: null }, 'primaryEmail'],
  [{ primaryPhone: '' }, 'primaryPhone'], [{ primaryPhone: null }, 'primaryPhone'],
  [{ name: null }, 'name'], [{ password: '' }, 'password'], [{ password: null }, 'password'],
  [{ passwordAlgorithm: 'crc32', passwordDigest: 'x' }, 'passwordAlgorithm'],
  [{ passwordAlgorithm: 'MD5', passwordDigest: 'x'.repeat(257) }, 'passwordDigest'],
])('no user is made with %j', async (body, path) => {
  const total = (await api.get('/users')).headers['total-number'];
  expect(faults(problem(await api.post('/users', body), 400, 'guard.invalid_input'))).toEqual([path]);
  expect((await api.get('/users')).headers['total-number']).toBe(total);
});

test('a change with a fault in it changes nothing', async () => {
  const user = await build.user(everything());
  for (const [body, path] of badInBoth)
    expect(faults(problem(await api.patch(`/users/${user.id}`, { ...body, name: (body as any).name ?? 'Eve' }), 400,
      'guard.invalid_input'))).toEqual([path]);
  expect(ok(await api.get(`/users/${user.id}`))).toEqual(user);
});

test('all faults of a body are told at once', async () => {
  const body = { username: '1', primaryEmail: '1', primaryPhone: 'x', name: 1, avatar: 'x', customData: 1, profile: 1,
    password: 1 };
  expect(faults(problem(await api.post('/users', body), 400, 'guard.invalid_input')).sort())
    .toEqual(Object.keys(body).sort());
});

test('a value may be as long as its limit', async () => {
  const longest = { username: unique('u').padEnd(128, 'x'), primaryEmail: mail(128), name: 'ä'.repeat(128),
    avatar: url(2048) };
  expect(await build.user(longest)).toMatchObject(longest);
});

test.each([{ username: 'x'.repeat(129) }, { primaryEmail: mail(129) }, { name: 'x'.repeat(129) },
  { avatar: url(2049) }])(
  'a value beyond its limit is neither created nor stored: %j', async (body) => {
    const user = await build.user();
    problem(await api.post('/users', body), 422, 'entity.value_too_long');
    problem(await api.patch(`/users/${user.id}`, { customData: { changed: true }, ...body }), 422,
      'entity.value_too_long');
    expect(ok(await api.get(`/users/${user.id}`))).toEqual(user);
  });

test('a name that could not be read back is not stored', async () => {
  const answer = await api.post('/users', { name: '😀'.repeat(100) });
  expect([400, 422]).toContain(answer.status);
  ok(await api.get('/users'));
});

test.each<[string, object, object]>([
  ['the user name', { username: 'renamed' }, { username: 'renamed' }],
  ['the user name to none', { username: null }, { username: null }],
  ['the address to none, by an empty text', { primaryEmail: '' }, { primaryEmail: null }],
  ['the number to none', { primaryPhone: '' }, { primaryPhone: null }],
  ['the name to none', { name: null }, { name: null }],
  ['the avatar to none', { avatar: null }, { avatar: null }],
  ['custom data, as a whole', { customData: { z: 1 } }, { customData: { z: 1 } }],
  ['the profile, as a whole', { profile: { nickname: 'n' } }, { profile: { nickname: 'n' } }],
  ['several members', { username: 'several', name: 'n', avatar: '' },
    { username: 'several', name: 'n', avatar: null }],
  ['a name beside what cannot be changed', { name: 'n', id: 'x', createdAt: 5, password: 'x', isSuspended: true },
    { name: 'n' }],
])('changing %s leaves all else', async (_, change, expected) => {
  const before = await build.user(everything());
  const after = ok(await api.patch(`/users/${before.id}`, change));
  expect(after).toEqual({ ...before, ...expected, updatedAt: after.updatedAt });
  expect(after.updatedAt).toBeGreaterThanOrEqual(before.updatedAt);
  expect(ok(await api.get(`/users/${before.id}`))).toEqual(after);
});

test('a change of nothing is refused, unless there is no such user', async () => {
  const { id } = await build.user();
  for (const body of [{}, undefined, { foo: 1 }]) {
    problem(await api.patch(`/users/${id}`, body), 422, 'entity.invalid_input');
    problem(await api.patch('/users/nope', body), 404, 'entity.not_found');
  }
});

test('one user name, address and number belong to one user', async () => {
  const taken = everything();
  const first = await build.user(taken);
  const { username, primaryEmail, primaryPhone } = taken;
  const other = await build.user();
  const loud = { primaryEmail: primaryEmail.toUpperCase() };

  const refused: [object, string, string][] = [	// body, code on creation, code on change
    [{ username }, 'username', 'username'],
    [{ primaryEmail }, 'email', 'email'],
    [loud, 'email', 'email'],
    [{ primaryPhone }, 'phone', 'phone'],
    [{ username, primaryEmail, primaryPhone }, 'username', 'email'],
    [{ primaryEmail, primaryPhone }, 'email', 'email'],
    [{ username, primaryPhone }, 'username', 'phone'],
    [{ username, primaryPhone: '1' }, 'username', 'username'],
  ];
  for (const [body, creating, changing] of refused) {
    problem(await api.post('/users', body), 422, `user.${creating}_already_in_use`);
    problem(await api.patch(`/users/${other.id}`, body), 422, `user.${changing}_already_in_use`);
  }
  expect(ok(await api.get(`/users/${other.id}`))).toEqual(other);

  // its own are no conflict
  expect(ok(await api.patch(`/users/${first.id}`, { ...taken, ...loud }))).toMatchObject(loud);
  await build.user({ username: username.toUpperCase() });
  ok(await api.delete(`/users/${first.id}`), 204);
  expect(ok(await api.patch(`/users/${other.id}`, { username, primaryEmail, primaryPhone })))
    .toMatchObject({ username, primaryEmail, primaryPhone });
});

test('of two who want the same name at once one gets it', async () => {
  const body = { username: unique('race'), primaryEmail: `${unique()}@race.example` };
  const answers = await times(6, () => api.post('/users', body));
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 422, 422, 422, 422, 422]);
  for (const answer of answers) if (answer.status !== 200)
    expect(answer.body.code).toMatch(/^user\.(username|email)_already_in_use$/);
});

test('a number is kept without the zero that is dialled at home', async () => {
  const n = d();
  expect(await build.user({ primaryPhone: `6104${n}` })).toMatchObject({ primaryPhone: `614${n}` });
  for (const primaryPhone of [`614${n}`, `6104${n}`])
    problem(await api.post('/users', { primaryPhone }), 422, 'user.phone_already_in_use');
  const { id } = await build.user();
  problem(await api.patch(`/users/${id}`, { primaryPhone: `6104${n}` }), 422, 'user.phone_already_in_use');
  const other = d();
  expect(ok(await api.patch(`/users/${id}`, { primaryPhone: `6104${other}` })))
    .toMatchObject({ primaryPhone: `614${other}` });
  const rome = `3906${d()}`;
  expect(await build.user({ primaryPhone: rome })).toMatchObject({ primaryPhone: rome });
});

test.each(['1', '99999', '00491511234567', '1'.repeat(40)])('%s is not a number of any country', async (primaryPhone) => {
  expect(problem(await api.post('/users', { primaryPhone }), 422, 'user.invalid_phone').data).toEqual({ name: 'ParseError' });
  const { id } = await build.user();
  problem(await api.patch(`/users/${id}`, { primaryPhone }), 422, 'user.invalid_phone');
});

test('custom data is laid over what is there, and shown without its wrapper', async () => {
  const { id } = await build.user({ customData: { a: 1, b: { c: 1 } } });
  const at = `/users/${id}/custom-data`;
  expect(ok(await api.get(at))).toEqual({ a: 1, b: { c: 1 } });
  expect(ok(await api.patch(at, { customData: { b: { d: null }, e: null } })))
    .toEqual({ a: 1, b: { d: null }, e: null });
  expect(ok(await api.patch(at, { customData: {} }))).toEqual({ a: 1, b: { d: null }, e: null });
  expect(ok(await api.get(at))).toEqual(ok(await api.get(`/users/${id}`)).customData);
  for (const body of [{}, { customData: [] }, { customData: null }])
    problem(await api.patch(at, body), 400, 'guard.invalid_input');
});

test('a profile is laid over what is there, an address as one', async () => {
  const { id } = await build.user({ profile });
  const at = `/users/${id}/profile`;
  expect(ok(await api.patch(at, { profile: { nickname: 'n', address: { country: 'x' }, foo: 1 } })))
    .toEqual({ ...profile, nickname: 'n', address: { country: 'x' } });
  expect(ok(await api.patch(at, { profile: {} }))).toEqual(ok(await api.get(`/users/${id}`)).profile);
  for (const body of [{}, { profile: { gender: null } }])
    problem(await api.patch(at, body), 400, 'guard.invalid_input');
  expect((await api.get(at)).status).toBe(405);
});

test('a suspended user is still there, and can be released', async () => {
  const { id } = await build.user();
  const at = `/users/${id}/is-suspended`;
  for (const isSuspended of [true, true, false]) {
    expect(ok(await api.patch(at, { isSuspended }))).toMatchObject({ id, isSuspended });
    expect(ok(await api.get(`/users/${id}`))).toMatchObject({ isSuspended });
  }
  for (const body of [{}, { isSuspended: 'true' }]) problem(await api.patch(at, body), 400, 'guard.invalid_input');
});

test('settings of the sign-in are merged member by member', async () => {
  const { id } = await build.user();
  const at = `/users/${id}/logto-configs`;
  const fresh = { mfa: { skipped: false, skipMfaOnSignIn: false }, passkeySignIn: { skipped: false } };
  expect(ok(await api.get(at))).toEqual(fresh);
  expect(ok(await api.patch(at, {}))).toEqual(fresh);
  expect(ok(await api.patch(at, { mfa: { enabled: true } })))
    .toEqual({ ...fresh, mfa: { ...fresh.mfa, enabled: true } });
  const last = { mfa: { enabled: true, skipped: true, skipMfaOnSignIn: false }, passkeySignIn: { skipped: true } };
  expect(ok(await api.patch(at, { mfa: { skipped: true }, passkeySignIn: { skipped: true } }))).toEqual(last);
  expect(ok(await api.get(at))).toEqual(last);
  problem(await api.patch(at, { mfa: { skipped: 'yes' } }), 400, 'guard.invalid_input');
});

test('a deleted user is gone and cannot be deleted twice', async () => {
  const { id } = await build.user();
  const { status, text } = await api.delete(`/users/${id}`);
  expect({ status, text }).toEqual({ status: 204, text: '' });
  problem(await api.get(`/users/${id}`), 404, 'entity.not_found');
  problem(await api.delete(`/users/${id}`), 404, 'entity.not_found');
});

test('nobody deletes himself, known or not', async () => {
  problem(await api.delete(`/users/${server.app.id}`), 400, 'user.cannot_delete_self');
});

test.each<[string, string, object?]>([
  ['GET', ''], ['PATCH', '', { name: 'n' }], ['DELETE', ''], ['GET', '/custom-data'],
  ['PATCH', '/custom-data', { customData: {} }],
  ['PATCH', '/profile', { profile: {} }], ['PATCH', '/is-suspended', { isSuspended: true }], ['GET', '/logto-configs'],
  ['PATCH', '/logto-configs', {}],
  ['PATCH', '/password', { password: 'x' }], ['POST', '/password/verify', { password: 'x' }], ['GET', '/has-password'],
  ['PATCH', '/password/expiration', { isExpired: false }], ['GET', '/roles'], ['POST', '/roles', { roleIds: [] }],
  ['PUT', '/roles', { roleIds: [] }],
  ['DELETE', '/roles/x'],
])('%s %s of an unknown user is not found', async (method, path, body) => {
  problem(await api.request(method, `/users/nope${path}`, { body }), 404, 'entity.not_found');
});

test('the list has the newest first, in pages of 20', async () => {
  const made = await build.user({ name: 'first' });
  const last = await build.user({ name: 'last' });
  expect(ids(ok(await api.get('/users'))).slice(0, 2)).toEqual([last.id, made.id]);
  expect(ok(await api.get('/users'))[0]).toEqual(last);
  await times(25, () => build.user());
  await expectPagesOf(api, '/users', Number((await api.get('/users')).headers['total-number']));
  problem(await api.get('/users?page_size=101'), 400, 'guard.invalid_pagination');
});

test('holders of a role and members of an organization can be left out, one at a time', async () => {
  const [holder, member, neither] = await times(3, () => build.user());
  const [role, organization] = [await build.tenantRole(), await build.organization()];
  ok(await api.post(`/users/${holder.id}/roles`, { roleIds: [role.id] }), 201);
  ok(await api.post(`/organizations/${organization.id}/users`, { userIds: [member.id] }), 201);
  const list = async (query: Record<string, string>) => {
    const answer = await api.get('/users', { query: { page_size: 100, ...query } });
    const all = ids(ok(answer));
    expect(answer.headers['total-number']).toBe(String(all.length));
    return [holder, member, neither].map(({ id }) => all.includes(id));
  };
  expect(await list({ excludeRoleId: role.id })).toEqual([false, true, true]);
  expect(await list({ excludeOrganizationId: organization.id })).toEqual([true, false, true]);
  expect(await list({ excludeRoleId: '', excludeOrganizationId: 'nope' })).toEqual([true, true, true]);
  const both = problem(await api.get('/users',
    { query: { excludeRoleId: role.id, excludeOrganizationId: organization.id } }), 400, 'request.invalid_input');
  expect(both).not.toHaveProperty('data');
});

test('enterprise identities are shown when asked for with a truthy word', async () => {
  const { id } = await build.user();
  for (const word of ['1', 'true', 'YES', 'y'])
    expect(ok(await api.get(`/users/${id}?includeSsoIdentities=${word}`))).toMatchObject({ ssoIdentities: [] });
  for (const word of ['0', 'no', ''])
    expect(ok(await api.get(`/users/${id}?includeSsoIdentities=${word}`))).not.toHaveProperty('ssoIdentities');
  problem(await api.get(`/users/${id}?includeSsoIdentities=1&includeSsoIdentities=1`), 400, 'guard.invalid_input');
});
