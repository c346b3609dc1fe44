// The keys that sign a tenant's cookies.
import { expect, test } from 'vitest';
import { ok, problem, soon } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const at = '/configs/oidc/cookie-keys';
const ring = async (): Promise<any[]> => ok(await api.get(at));
const rotate = (body?: object) => api.post(`${at}/rotate`, body);

test('a new tenant has one key, shown without its secret', async () => {
  const keys = await ring();
  expect(keys).toEqual([{ id: expect.stringMatching(/^[0-9a-z]{21}$/), createdAt: expect.any(Number) }]);
  expect(Math.abs(keys[0].createdAt - Date.now() / 1000)).toBeLessThan(60);
});

test('a new key comes first, and of the old ones the newest stays', async () => {
  const [first] = await ring();
  const rotated = ok(await rotate());
  expect(rotated).toEqual([{ id: expect.any(String), createdAt: expect.any(Number) }, first]);
  expect(await ring()).toEqual(rotated);
  const again = ok(await rotate({}));
  expect(again).toHaveLength(2);
  expect(again[1]).toEqual(rotated[0]);
});

test('the kind of a key has no meaning here', async () => {
  expect(ok(await rotate({ signingKeyAlgorithm: 'RSA' }))).toHaveLength(2);
});

test.each([0, 60])('a grace period of %d is refused', async (rotationGracePeriod) => {
  const before = await ring();
  problem(await rotate({ rotationGracePeriod }), 422, 'oidc.invalid_request');
  expect(await ring()).toEqual(before);
});

test.each([{ signingKeyAlgorithm: 'DSA' }, { rotationGracePeriod: -1 }, { rotationGracePeriod: '1' },
  { rotationGracePeriod: null }])('%j rotates nothing', async (body) => {
  const before = await ring();
  problem(await rotate(body), 400, 'guard.invalid_input');
  expect(await ring()).toEqual(before);
});

test('either of two keys can be deleted, the last one cannot', async () => {
  ok(await rotate());
  const [newest, older] = await ring();
  problem(await api.delete(`${at}/nothing`), 404, 'oidc.key_not_found');
  ok(await api.delete(`${at}/${newest.id}`), 204);
  expect(await ring()).toEqual([older]);
  problem(await api.delete(`${at}/${older.id}`), 422, 'oidc.key_required');
  problem(await api.delete(`${at}/nothing`), 422, 'oidc.key_required');
  const [fresh] = ok(await rotate());
  ok(await api.delete(`${at}/${older.id}`), 204);
  expect(await ring()).toEqual([fresh]);
});

test('rotations at once leave two keys', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => rotate()));
  for (const answer of answers) expect(ok(answer)).toHaveLength(2);
  expect(await ring()).toHaveLength(2);
});

test('the verbs list and rotate the same keys', async () => {
  const before = await ring();
  const listed = await server.verb('cookie-key', 'list');
  expect(JSON.parse(listed.stdout)).toEqual(before);
  const rotated = await server.verb('cookie-key', 'rotate');
  expect(JSON.parse(rotated.stdout)).toEqual([expect.anything(), before[0]]);
  await expect.poll(ring, soon).toEqual(JSON.parse(rotated.stdout));
});

test('keys are the same after a restart', async () => {
  const before = await ring();
  await server.stop();
  await server.start();
  expect(await ring()).toEqual(before);
});
