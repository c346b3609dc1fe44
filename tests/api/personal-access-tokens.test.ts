import { expect, test } from 'vitest';
import { Build, inAnHour, names, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { engine, startServer } from './support/server.ts';
import { stored } from './support/stored.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const taken = 'user.personal_access_token_name_exists';
const at = (user: { id: string }): string => `/users/${user.id}/personal-access-tokens`;

test('a token is made with a random value, which is shown at any time', async () => {
  const user = await build.user();
  const expiresAt = inAnHour();
  const made = ok(await api.post(at(user), { name: 'b', expiresAt }), 201);
  expect(made).toEqual({ tenantId: 'default', userId: user.id, name: 'b', expiresAt, createdAt: expect.any(Number),
    value: expect.stringMatching(/^pat_[0-9a-zA-Z]{32}$/) });
  const other = ok(await api.post(at(user), { name: 'a', expiresAt: null }), 201);
  expect(other).toMatchObject({ expiresAt: null });
  expect(other.value).not.toBe(made.value);
  expect(ok(await api.get(at(user)))).toEqual([other, made]);
});

test('a name is unique for its user, letter case counting', async () => {
  const [ada, bob] = [await build.user(), await build.user()];
  ok(await api.post(at(ada), { name: 'n' }), 201);
  problem(await api.post(at(ada), { name: 'n' }), 422, taken);
  ok(await api.post(at(ada), { name: 'N' }), 201);
  ok(await api.post(at(bob), { name: 'n' }), 201);
  problem(await api.patch(`${at(ada)}/N`, { name: 'n' }), 422, taken);
  problem(await api.patch(at(ada), { currentName: 'N', name: 'n' }), 422, taken);
  expect(names(ok(await api.get(at(ada))))).toEqual(['N', 'n']);
});

test('a token can be renamed by path and by body, and nothing else of it changed', async () => {
  const user = await build.user();
  const made = ok(await api.post(at(user), { name: 'first' }), 201);
  const name = `/%20ü${'x'.repeat(250)}`;
  const body = { name, value: 'mine', expiresAt: inAnHour() };
  expect(ok(await api.patch(`${at(user)}/first`, body))).toEqual({ ...made, name });
  expect(ok(await api.patch(at(user), { name }))).toEqual({ ...made, name });
  expect(ok(await api.patch(at(user), { currentName: name, name: 'delete' }))).toEqual({ ...made, name: 'delete' });
  ok(await api.delete(`${at(user)}/delete`), 204);
  expect(ok(await api.get(at(user)))).toEqual([]);
});

test('a token is deleted once, by path or by body', async () => {
  const user = await build.user();
  for (const name of ['a', 'b']) ok(await api.post(at(user), { name }), 201);
  ok(await api.delete(`${at(user)}/a`), 204);
  problem(await api.delete(`${at(user)}/a`), 404, 'entity.not_found');
  ok(await api.post(`${at(user)}/delete`, { name: 'b' }), 204);
  problem(await api.post(`${at(user)}/delete`, { name: 'b' }), 404, 'entity.not_found');
});

test.each([[{}], [{ name: '' }], [{ name: 'x'.repeat(257) }], [{ name: 5 }], [{ name: 'n', expiresAt: 'soon' }],
  [{ name: 'n', expiresAt: 1e300 }]])('%j makes no token', async (body) => {
  const user = await build.user();
  problem(await api.post(at(user), body), 400, 'guard.invalid_input');
  expect(ok(await api.get(at(user)))).toEqual([]);
});

test.each([1, 0, -1, Date.now() - 1000])('a token does not expire at %d, which is past', async (expiresAt) => {
  const user = await build.user();
  for (const id of [user.id, 'nope'])
    problem(await api.post(at({ id }), { name: 'n', expiresAt }), 400, 'request.invalid_input');
  expect(ok(await api.get(at(user)))).toEqual([]);
});

test('the tokens of a user end with the user', async () => {
  const user = await build.user();
  ok(await api.post(at(user), { name: 'n' }), 201);
  ok(await api.delete(`/users/${user.id}`), 204);
  problem(await api.get(at(user)), 404, 'entity.not_found');
  problem(await api.post(at(user), { name: 'n' }), 404, 'entity.relation_foreign_key_not_found');
  problem(await api.patch(`${at(user)}/n`, { name: 'm' }), 404, 'entity.not_exists');
  problem(await api.delete(`${at(user)}/n`), 404, 'entity.not_found');
});

test(`the clear text of a token stands nowhere in the database (${engine})`, async () => {
  const user = await build.user();
  const name = unique('witness');
  const { value } = ok(await api.post(at(user), { name }), 201);
  const { subjectToken } = ok(await api.post('/subject-tokens', { userId: user.id }), 201);
  const bytes = stored(server);
  expect(bytes.includes(name)).toBe(true);		// we do look at the right place
  for (const secret of [value, subjectToken]) {
    expect(bytes.includes(secret)).toBe(false);
    expect(bytes.includes(Buffer.from(secret).toString('hex'))).toBe(false);
  }
});
