import { expect, test } from 'vitest';
import { Build } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

test('a subject token is made for a user, also for one that is suspended, each time another', async () => {
  const user = await build.user();
  const one = ok(await api.post('/subject-tokens', { userId: user.id }), 201);
  expect(one).toEqual({ subjectToken: expect.stringMatching(/^sub_[0-9a-z]{21}$/), expiresIn: 600 });
  ok(await api.patch(`/users/${user.id}/is-suspended`, { isSuspended: true }));
  const two = ok(await api.post('/subject-tokens', { userId: user.id, context: { ticket: { n: 5 } } }), 201);
  expect(two.subjectToken).not.toBe(one.subjectToken);
});

test.each([[{}, 400, 'guard.invalid_input'], [{ userId: 1 }, 400, 'guard.invalid_input'],
  [{ userId: 'x', context: 'y' }, 400, 'guard.invalid_input'],
  [{ userId: 'nobody' }, 404, 'entity.relation_foreign_key_not_found'],
  [{ userId: '' }, 404, 'entity.relation_foreign_key_not_found'],
  [{ userId: 'x'.repeat(22) }, 422, 'entity.value_too_long']])('%j makes no subject token',
  async (body, status, code) => {
  problem(await api.post('/subject-tokens', body), status, code);
});
