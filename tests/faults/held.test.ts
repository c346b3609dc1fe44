// What clients make the server hold: its memory stays within its settings, others are answered meanwhile, and
// afterwards it falls back.
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { Build, times } from '../api/support/build.ts';
import { ok, problem } from '../api/support/expect.ts';
import { startServer, type Server } from '../api/support/server.ts';
import { sleep } from './support.ts';

const mib = 1024 * 1024;
const flags = ['--memory', '128', '--body-seconds', '60', '--answer-seconds', '5'];

const server = await startServer({ flags });
const { api } = server;
const build = new Build(api);

/** Bytes of memory that the process occupies. */
const resident = (of: Server = server): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${of.pid}/status`, 'utf8'))![1]) * 1024;

const open = new Set<Socket>();
afterEach(() => {
  for (const socket of open) socket.destroy();
  open.clear();
});

/** A connection of its own, which is not read before something listens for `data`. */
function dial(of: Server = server, localAddress = '127.0.0.1'): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(new URL(of.base).port), host: '127.0.0.1', localAddress });
    open.add(socket);
    socket.once('connect', () => resolve(socket)).once('error', reject).on('error', () => {});
  });
}

const write = (socket: Socket, bytes: string | Buffer): Promise<void> =>
  new Promise((resolve) => { socket.write(bytes, () => resolve()); });

/** Reads until the server closes. */
const hear = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk) => { text += chunk.toString('latin1'); }).on('close', () => resolve(text));
    if (socket.destroyed) resolve(text);
  });

/** The status that a client at another address gets, in the admin tenant. */
async function elsewhere(): Promise<number> {
  const socket = await dial(server, '127.0.0.2');
  await write(socket, `GET /api/status HTTP/1.1\r\nHost: ${new URL(server.admin).host}\r\nConnection: close\r\n\r\n`);
  return Number((await hear(socket)).slice(9, 12));
}

/** Until `done` holds: the most memory that the process occupied, while others are answered. */
async function most(done: () => boolean | Promise<boolean>): Promise<number> {
  let found = resident();
  for (let i = 0; i < 600 && !await done(); i++) {
    found = Math.max(found, resident());
    expect(await elsewhere()).toBe(204);
    await sleep(50);
  }
  return Math.max(found, resident());
}

const head = (method: string, path: string, more: Record<string, string> = {}): string =>
  `${method} ${path} HTTP/1.1\r\nHost: ${new URL(server.base).host}\r\n${
    Object.entries(more).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;

test('the bodies of a thousand silent connections without a token are not kept', async () => {
  const before = resident();
  const body = Buffer.alloc(mib - 1, ' ');	// one byte short
  const request = head('POST', '/api/organizations',
    { 'content-type': 'application/json', 'content-length': `${mib}` });
  let sent = 0;
  void times(1000, async () => {
    const socket = await dial();
    await write(socket, request);
    await write(socket, body);
    sent++;
  });
  const peak = await most(() => sent === 1000);
  expect(sent).toBe(1000);
  expect((peak - before) / mib).toBeLessThan(100);
});

test('clients that do not read hold no more than their share, and are closed', async () => {
  const before = resident();
  await times(100, () => build.organization({ customData: { x: 'x'.repeat(200_000) } }));
  const request = head('GET', '/api/organizations?page_size=100', { authorization: `Bearer ${await server.token()}` });
  await times(30, async () => write(await dial(), request));
  const closed = Date.now() + 8_000;	// --answer-seconds, and some
  const peak = await most(() => Date.now() > closed);
  expect((peak - before) / mib).toBeLessThan(64 + 64);
  await vi.waitFor(async () => {	// one that waited for its turn meanwhile has been given up as well
    ok(await api.get('/organizations', { query: { page_size: 100 } }));
    expect((resident() - before) / mib).toBeLessThan(64);
  }, { timeout: 30_000, interval: 500 });
});

test('requests that the HTTP library refuses leave nothing behind', async () => {
  const refuse = async (parameters: number) => {
    const socket = await dial();
    const heard = new Promise((resolve) => { socket.once('data', resolve).once('close', resolve); });
    await write(socket, head('GET', `/oidc/jwks?${'&'.repeat(parameters)}`));
    await Promise.race([heard, sleep(30)]);	// some get no answer
    socket.destroy();
    open.delete(socket);
  };
  const round = () => times(20, async (n) => {
    for (let i = 0; i < 50; i++) await refuse([1_000, 12_000, 28_000, 100_000][(n + i) % 4]!);
  });
  await round();
  const before = resident();
  await round();
  await round();
  expect((resident() - before) / mib).toBeLessThan(16);
});

test('a body of many small values is refused, and its tree is not built', async () => {
  const before = resident();
  const body = `[${'{},'.repeat(300_000)}{}]`;
  await times(20, async () => {
    const answer = await api.post('/organizations', body, { headers: { 'content-type': 'application/json' } });
    expect([413, 503]).toContain(answer.status);
    expect(answer.body.message).toMatch(/setting memory/);
    if (answer.status === 503) expect(answer.headers['retry-after']).toBeDefined();
  });
  expect((resident() - before) / mib).toBeLessThan(64);
});

test('an answer beyond the largest size is refused with the setting named, and a smaller page is not', async () => {
  const small = await startServer({ flags: ['--answer-size', '1'] });
  const { api: its } = small;
  for (let n = 0; n < 10; n++)
    ok(await its.post('/organizations', { name: `Large ${n}`, customData: { x: 'x'.repeat(200_000) } }), 201);
  const refused = problem(await its.get('/organizations'), 422, 'request.answer_too_large');
  expect(refused.message).toMatch(/answer-size/);
  expect(ok(await its.get('/organizations', { query: { page_size: 4 } })).length).toBe(4);
});

test('a client that stops within its body or its answer does not hold up the end', async () => {
  const brief = await startServer({ flags: ['--body-seconds', '60'] });
  for (let n = 0; n < 20; n++)
    ok(await brief.api.post('/organizations', { name: `Large ${n}`, customData: { x: 'x'.repeat(900_000) } }), 201);
  const token = await brief.token();
  const sends = await dial(brief);
  await write(sends, `${head('POST', '/api/organizations', { authorization: `Bearer ${token}`, 'content-length': '100',
    'content-type': 'application/json' })}{`);
  const reads = await dial(brief);
  await write(reads, head('GET', '/api/organizations', { authorization: `Bearer ${token}` }));
  await sleep(500);
  const begun = Date.now();
  await brief.stop();
  expect(Date.now() - begun).toBeLessThan(10_000);
});
