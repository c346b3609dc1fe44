// Requests of several steps, with password hashing between two of them: what others do meanwhile counts, and nothing
// is half done.
import net from 'node:net';
import { cpus } from 'node:os';
import { expect, test, vi } from 'vitest';
import { Build, ids, sortedIds, times, unique } from './support/build.ts';
import type { Answer } from './support/client.ts';
import { ok, problem, soon } from './support/expect.ts';
import { startServer, type Server } from './support/server.ts';

const server = await startServer({ flags: ['--password-memory', '16384'] });
// It hashes about as many passwords a second on any machine: one thread a processor does it.
const passes = String(Math.min(2 * cpus().length, 32));
const narrow = await startServer({ flags: ['--password-memory', '8192', '--password-passes', passes, '--queue',
  '1'] });
const { api } = server;
const build = new Build(api);
const many = 32;

const named = async (of: Server, name: string): Promise<any[]> =>
  ok(await of.api.get('/users', { query: { search: `%${name}%`, page_size: 100 } }));
const verify = (id: string, password: string) => api.post(`/users/${id}/password/verify`, { password });

/** Keeps the threads that hash busy for as long as a few passwords take. */
const occupy = (): Promise<unknown> => times(16, () => build.user({ password: 'in front' }));

test('of many creations of one user with a password exactly one succeeds, and its password holds', async () => {
  const username = unique('one');
  const answers = await times(many, (i) => api.post('/users', { username, password: `password ${i}` }));
  const winner = answers.findIndex(({ status }) => status === 200);
  for (const [i, answer] of answers.entries()) if (i !== winner) problem(answer, 422, 'user.username_already_in_use');
  const { id } = ok(answers[winner]!);
  expect(ids(await named(server, username))).toEqual([id]);
  ok(await verify(id, `password ${winner}`), 204);
  problem(await verify(id, `password ${(winner + 1) % many}`), 422, 'session.invalid_credentials');
});

test('a user whose name is taken while the password is hashed is refused, and nothing of him stays', async () => {
  const busy = occupy();
  const name = unique('taken');
  const pairs = await times(many, (i) => Promise.all([
    api.post('/users', { username: `${name}_${i}`, name: 'slow', primaryEmail: `${name}.${i}@example.com`,
      password: 'slow' }),
    api.post('/users', { username: `${name}_${i}`, name: 'quick' }),
  ]));
  await busy;
  for (const [slow, quick] of pairs) {
    const [won, lost] = slow.status === 200 ? [slow, quick] : [quick, slow];
    problem(lost, 422, 'user.username_already_in_use');
    expect(ok(await api.get(`/users/${ok(won).id}`)))
      .toMatchObject({ name: won === slow ? 'slow' : 'quick', hasPassword: won === slow });
  }
  expect(pairs.filter(([, quick]) => quick.status === 200).length).toBeGreaterThan(0);
  expect(await named(server, name)).toHaveLength(many);
});

test('the password of a user who is deleted while it is hashed is refused, and he does not come back', async () => {
  const users = await times(many, () => build.user());
  const busy = occupy();
  const answers = await Promise.all(users.map(async ({ id }) => {
    const set = api.patch(`/users/${id}/password`, { password: 'too late' });
    const gone = api.delete(`/users/${id}`);
    ok(await gone, 204);
    return set;
  }));
  await busy;
  for (const answer of answers) if (answer.status !== 200) problem(answer, 404, 'entity.not_found');
  expect(answers.filter(({ status }) => status === 404).length).toBeGreaterThan(0);
  for (const { id } of users) problem(await api.get(`/users/${id}`), 404, 'entity.not_found');
});

/** 503 with Retry-After, or else 200. */
function isRefused(answer: Answer): boolean {
  if (answer.status !== 503) {
    ok(answer);
    return false;
  }
  problem(answer, 503, 'server.unavailable');
  expect(answer.headers['retry-after']).toMatch(/^\d+$/);
  return true;
}

test('while queues are full a creation is done whole or refused with 503', async () => {
  await narrow.token();
  const made: any[] = [];
  const name = unique('narrow');
  let refused = 0;
  await vi.waitFor(async () => {
    for (const answer of await times(64, () => narrow.api.post('/users', { username: unique(name), password: 'p' }))) {
      if (isRefused(answer)) refused++;
      else made.push(answer.body);
    }
    expect(made.length && refused).toBeGreaterThan(0);
  }, soon);
  const found: any[] = [];
  for (let page = 1; found.length === (page - 1) * 100; page++)
    found.push(...ok(await narrow.api.get<any[]>('/users', { query: { search: `%${name}%`, page, page_size: 100 } })));
  expect(sortedIds(found)).toEqual(sortedIds(made));
  expect(found.every(({ hasPassword }) => hasPassword)).toBe(true);
});

test('more passwords than may wait to be hashed are set or refused with 503', async () => {
  const { id } = ok(await narrow.api.post('/users', { username: unique('asked') }));
  const answers = await times(900,
    (i) => narrow.api.patch(`/users/${id}/password`, { password: `password ${i}` }, { alone: true, timeout: 60_000 }));
  const refused = answers.filter((answer) => isRefused(answer)).length;
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThan(answers.length);
  expect(ok(await narrow.api.get(`/users/${id}/has-password`))).toEqual({ hasPassword: true });
}, 90_000);

/** Sends a request, and goes away before the answer. */
async function sendAndLeave(path: string, body: object): Promise<void> {
  const { hostname, port } = new URL(server.base);
  const text = JSON.stringify(body);
  const head = [`POST /api${path} HTTP/1.1`, `Host: ${hostname}:${port}`,
    `Authorization: Bearer ${await server.token()}`,
    'Content-Type: application/json', `Content-Length: ${text.length}`];
  await new Promise<void>((resolve, reject) => {
    const socket = net.connect(Number(port), hostname,
      () => socket.write(`${head.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy()));
    socket.on('close', () => resolve()).on('error', reject);
  });
}

test('a request whose caller has gone away goes on to its end', async () => {
  const name = unique('left');
  const busy = occupy();
  await times(many, (i) => sendAndLeave('/users', { username: `${name}_${i}`, password: 'whoever' }));
  await busy;
  await vi.waitFor(async () => expect(await named(server, name)).toHaveLength(many), soon);
  expect((await named(server, name)).every(({ hasPassword }) => hasPassword)).toBe(true);
});

test('SIGTERM while passwords are hashed: each is stored, and each caller told', async () => {
  const name = unique('stopped');
  await server.token();
  const answers = times(many,
    (i) => api.post('/users', { username: `${name}_${i}`, password: 'before the end' }, { alone: true })
      .then((answer) => ok(answer)));
  await Promise.race([answers,
    vi.waitFor(async () => expect(await named(server, name)).not.toEqual([]), { ...soon, interval: 5 })]);
  await server.stop();
  const made = await answers;
  await server.start();
  expect(sortedIds(await named(server, name))).toEqual(sortedIds(made));
  ok(await verify(made[0].id, 'before the end'), 204);
});
