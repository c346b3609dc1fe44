// One tenant asks for more than the machine can do. Another one is served as if it were nearly alone.
import { expect, test } from 'vitest';
import { times } from '../api/support/build.ts';
import { Client } from '../api/support/client.ts';
import { ok } from '../api/support/expect.ts';
import { newTenant, tokenFrom } from '../api/support/people.ts';
import { startServer } from '../api/support/server.ts';

const server = await startServer();

/** A tenant and a client that asks for its token once. */
async function tenant(id: string) {
  const { app, host } = await newTenant(server, id);
  const { access_token: token } =
    ok(await tokenFrom(server.base, app, { resource: app.resource, scope: 'all' }, host));
  const headers = { host, authorization: `Bearer ${token}` };
  return { app, host, api: new Client(() => `${server.base}/api`, async () => headers) };
}

const loud = await tenant('loud');
const quiet = await tenant('quiet');

const p99 = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length * 0.99) - 1] ?? Infinity;

async function measure(rounds: number, once: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const begin = performance.now();
    await once();
    taken.push(performance.now() - begin);
  }
  return p99(taken.toSorted((a, b) => a - b));
}

let count = 0;
const asked: Record<string, () => Promise<unknown>> = {
  token: async () => ok(await tokenFrom(server.base, quiet.app, { resource: quiet.app.resource }, quiet.host)),
  status: async () => ok(await quiet.api.get('/status'), 204),
  write: async () => ok(await quiet.api.post('/organizations', { name: 'Quiet' }), 201),
};

// What the loud tenant does over and over, from several callers at once; any answer will do.
const password = () => loud.api.post('/users', { username: `loud_${count++}`, password: 'correct horse battery' });
const rotation = () => loud.api.post('/configs/oidc/private-keys/rotate', { signingKeyAlgorithm: 'RS256' });
const search = () => loud.api.get('/organizations',
  { query: { 'search.description': 'x*[yz]$', 'mode.description': 'posix' } });	// no index has it
const write = () => loud.api.post('/organizations', { name: 'Loud' });
const loads: [string, number, () => Promise<unknown>][] = [
  ['rotates keys', 40, rotation], ['sets passwords', 40, password], ['searches without an index', 40, search],
  ['writes', 200, write],
];

for (let i = 0; i < 2_000; i += 100)
  await times(100, async () =>
    ok(await loud.api.post('/organizations', { name: 'Large', description: 'x'.repeat(256) }), 201));
const alone: Record<string, number> = {};
for (const [kind, once] of Object.entries(asked)) {
  await measure(20, once);
  alone[kind] = await measure(200, once);
}

test.each(loads)('while one tenant %s, another one waits at most twice as long as alone', async (_, callers, work) => {
  let over = false;
  const working = Promise.all(Array.from({ length: callers }, async () => {
    while (!over) await work().catch(() => {});
  }));
  try {
    for (const [kind, once] of Object.entries(asked))
      expect(await measure(200, once), kind).toBeLessThan(Math.max(2 * (alone[kind] ?? 0), 50));
  } finally {
    over = true;
    await working;
  }
});

test('a password of one tenant does not wait for those of another', async () => {
  const once = async () =>
    ok(await quiet.api.post('/users', { username: `quiet_${count++}`, password: 'correct horse battery' }));
  const before = await measure(10, once);
  let over = false;
  const working = Promise.all(Array.from({ length: 60 }, async () => {
    while (!over) await password().catch(() => {});
  }));
  try {
    expect(await measure(10, once)).toBeLessThan(Math.max(6 * before, 1_000));
  } finally {
    over = true;
    await working;
  }
});
