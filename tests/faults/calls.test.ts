// Calls to others that hang: nobody else notices, and every caller gets an answer. The server is call_server.c.
import { readdirSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server as Listener, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { ok, soon } from '../api/support/expect.ts';
import { newTenant } from '../api/support/people.ts';
import { bin, startServer, type Server } from '../api/support/server.ts';

const program = join(dirname(bin), 'tests/faults/call_server');
const calls = 200;

/** Listens on a free port until the file is over; the number of the port. */
const portOf = (listener: Listener): Promise<number> =>
  new Promise((resolve) => {
    listener.listen(0, '127.0.0.1', () => resolve((listener.address() as AddressInfo).port));
    afterAll(() => { listener.close(); });
  });

/** Takes every connection, and never says a word. */
const held = new Set<Socket>();
const newSilent = async (): Promise<string> => `http://127.0.0.1:${await portOf(createServer((socket) => {
  held.add(socket.on('error', () => {}).on('close', () => held.delete(socket)).resume());
}))}/`;
const silent = await newSilent();
afterAll(() => { for (const socket of held) socket.destroy(); });

const quick = `http://127.0.0.1:${await portOf(createHttpServer((_, response) => { response.writeHead(203).end('here'); }))}/`;

const start = (...flags: string[]) => startServer({ program, flags });

interface Organization { id: string; name: string; description: string | null }

/** How often each value is there. */
function tally(values: readonly (string | number | null)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[String(value)] = (counts[String(value)] ?? 0) + 1;
  return counts;
}

/** What is stored of the calls of this name: `null` before a call has come to its end. */
async function outcomes(server: Server, name: string): Promise<Record<string, number>> {
  const found: Organization[] = [];
  for (let page = 1; found.length === (page - 1) * 100; page++)
    found.push(...ok(await server.api.get<Organization[]>('/organizations',
      { query: { q: name, page, page_size: 100 } })));
  return tally(found.map(({ description }) => description));
}

/** The status of the answer; 0 when the connection broke. */
const ask = (server: Server, name: string, url: string): Promise<number> =>
  server.api.post('/test/calls', { name, url }, { alone: true, timeout: 120_000 }).then(({ status }) => status,
    () => 0);

/** 200 requests that are stored and wait for the silent server, which `connections` of them have reached. */
async function hang(server: Server, name: string,
  connections: number): Promise<{ answered: () => number; answers: Promise<number[]> }> {
  await server.token();
  let answered = 0;
  const answers = Promise.all(Array.from({ length: calls },
    () => ask(server, name, silent).finally(() => { answered++; })));
  await vi.waitFor(async () => {
    expect(held.size).toBe(connections);
    expect(await outcomes(server, name)).toEqual({ null: calls });
  }, soon);
  return { answered: () => answered, answers };
}

const threads = (server: Server): number => readdirSync(`/proc/${server.pid}/task`).length;

const spread = (times: number[]): { median: number; p95: number } => {
  const sorted = times.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] ?? 0, p95: sorted[Math.floor(sorted.length * 0.95)] ?? 0 };
};

const others: Record<string, (server: Server, id: string) => Promise<unknown>> = {
  read: async (server, id) => ok(await server.api.get(`/organizations/${id}`)),
  search: async (server) => ok(await server.api.get('/organizations', { query: { q: 'nobody' } })),
  write: async (server) => ok(await server.api.post('/organizations', { name: 'Beside' }), 201),
  token: async (server) => ok(await server.requestToken({ grant_type: 'client_credentials',
    resource: server.app.resource, scope: 'all' })),
};

/** How long each kind of request takes at each server: turn by turn, so that both see the same of the machine. */
async function measure(servers: readonly Server[]): Promise<Record<string, { median: number; p95: number }[]>> {
  const ids = await Promise.all(servers.map(async ({ api }) =>
    ok(await api.post('/organizations', { name: 'Read' }), 201).id as string));
  const result: Record<string, { median: number; p95: number }[]> = {};
  for (const [kind, once] of Object.entries(others)) {
    const times = servers.map((): number[] => []);
    for (let round = 0; round < 110; round++) {
      for (const [at, server] of servers.entries()) {
        const begin = performance.now();
        await once(server, ids[at] ?? '');
        if (round >= 10) times[at]?.push(performance.now() - begin);
      }
    }
    result[kind] = times.map(spread);
  }
  return result;
}

// a tenant has a quarter of `--calls` and three of each host: more than hang
const patient = ['--call-private-addresses', '--calls', String(8 * calls), '--calls-per-host', String(2 * calls),
  '--call-seconds', '55'];

test(`${calls} calls that hang cost other requests nothing, and kill -9 leaves what was committed before the call`,
  async () => {
  const [server, idle] = [await start(...patient), await start(...patient)];
  for (const { api } of [server, idle]) ok(await api.post('/test/calls', { name: 'First', url: quick }));
  const before = threads(server);
  const { answered, answers } = await hang(server, 'Killed', calls);

  expect(threads(server)).toBe(before);
  for (const [kind, [with200, without]] of Object.entries(await measure([server, idle]))) {
    expect(with200!.median / without!.median, `median of ${kind}`).toBeLessThan(4);
    expect(with200!.p95 / without!.p95, `95th percentile of ${kind}`).toBeLessThan(10);
  }
  expect(ok(await server.api.post('/test/calls', { name: 'Elsewhere', url: quick })).status).toBe(203);
  expect(await outcomes(server, 'Elsewhere')).toEqual({ 203: 1 });
  expect(threads(server)).toBe(before);
  expect({ answered: answered(), held: held.size }).toEqual({ answered: 0, held: calls });

  await server.kill();
  expect(tally(await answers)).toEqual({ 0: calls });
  await server.start();
  expect(await outcomes(server, 'Killed')).toEqual({ null: calls });
});

test('every call that hangs is answered when its time is over, those that waited for their turn too', async () => {
  const server = await start('--call-private-addresses', '--calls-per-host', '64', '--call-seconds', '5');
  const { answers } = await hang(server, 'Late', 48);
  expect(tally(await answers)).toEqual({ 504: calls });
  expect(await outcomes(server, 'Late')).toEqual({ CALL_TIMEOUT: calls });
});

test('a tenant whose calls hang at many hosts has a quarter of all, and another tenant does not wait', async () => {
  const server = await start('--call-private-addresses', '--calls', '16', '--calls-per-host', '2', '--call-seconds', '10');
  const other = await newTenant(server, 'other');
  const hosts = await Promise.all(Array.from({ length: 12 }, newSilent));
  const answers = hosts.flatMap((url) => [ask(server, 'Many', url), ask(server, 'Many', url)]);
  await vi.waitFor(async () => {
    expect(await outcomes(server, 'Many')).toEqual({ null: answers.length });
    expect(held.size).toBe(4);
  }, soon);
  expect(ok(await other.api.post('/test/calls', { name: 'Beside', url: quick })).status).toBe(203);
  expect(held.size).toBe(4);
  expect(tally(await Promise.all(answers))).toEqual({ 504: answers.length });
});

test('SIGTERM while calls hang: their time passes, every request is answered, status 0', async () => {
  const server = await start('--call-private-addresses', '--call-seconds', '5');
  const { answered, answers } = await hang(server, 'Drained', 48);
  expect(answered()).toBe(0);
  await server.stop();
  expect(tally(await answers)).toEqual({ 504: calls });
  await server.start();
  expect(await outcomes(server, 'Drained')).toEqual({ CALL_TIMEOUT: calls });
});

test('calls that would hang longer than the server drains are stopped, and their chains go to the end', async () => {
  const server = await start(...patient);
  const { answers } = await hang(server, 'Stopped', calls);
  await server.stop(40);
  expect(tally(await answers)).toEqual({ 503: calls });
  await server.start();
  expect(await outcomes(server, 'Stopped')).toEqual({ CALL_STOPPED: calls });
});

test('no call reaches an address that is not public unless the operator allows it', async () => {
  const server = await start();
  const { port } = new URL(silent);
  const addresses = ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]'];
  for (const address of addresses) {
    expect((await server.api.post('/test/calls', { name: 'Refused', url: `http://${address}:${port}/` })).status)
      .toBe(502);
  }
  expect(await outcomes(server, 'Refused')).toEqual({ CALL_ADDRESS: addresses.length });
  expect(held.size).toBe(0);
});
