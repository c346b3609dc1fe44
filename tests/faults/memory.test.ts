// What requests brought and were answered is looked for in the memory of the running process.
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { Build } from '../api/support/build.ts';
import { send, type RequestOptions } from '../api/support/client.ts';
import { ok, problem } from '../api/support/expect.ts';
import { basic } from '../api/support/people.ts';
import { startServer } from '../api/support/server.ts';

const server = await startServer({ flags: ['--password-memory', '8192', '--core-dumps'] });
const { api } = server;
const build = new Build(api);

const chunk = 4 * 1024 * 1024;

/** The ranges of addresses that the process can read and that are not the kernel's own. */
function ranges(pid: number): [number, number][] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n').filter((line) =>
    /^\S+ r/.test(line) && !/\[v/.test(line)).map((line) => {
    const [from, to] = /^(\w+)-(\w+)/.exec(line)!.slice(1).map((hex) => Number.parseInt(hex, 16)) as [number, number];
    return [from, to];
  });
}

/** Which of the texts stand somewhere in the memory of the server. */
function inMemory(texts: Readonly<Record<string, string>>): string[] {
  const wanted = Object.entries(texts).map(([name, text]) => ({ name, bytes: Buffer.from(text) }));
  const longest = Math.max(...wanted.map(({ bytes }) => bytes.length));
  const found = new Set<string>();
  const room = Buffer.alloc(chunk + longest);
  const memory = openSync(`/proc/${server.pid}/mem`, 'r');
  for (const [from, to] of ranges(server.pid!))
    for (let at = from; at < to; at += chunk) {
      let n = 0;
      try {
        n = readSync(memory, room, 0, Math.min(room.length, to - at), at);
      } catch {
        continue;	// unmapped meanwhile, or a device
      }
      const piece = room.subarray(0, n);
      for (const { name, bytes } of wanted) if (piece.includes(bytes)) found.add(name);
    }
  closeSync(memory);
  return [...found].sort();
}

/** A text that is nowhere else, as a password or a secret may be. */
const secret = () => `never-${randomBytes(12).toString('hex')}-kept`;
const token = (options: RequestOptions) => send('POST', `${server.base}/oidc/token`, options);
const form = (fields: Record<string, string>) =>
  new URLSearchParams({ grant_type: 'client_credentials', resource: server.app.resource, ...fields });


/** At once on as many connections, so that what one leaves behind is not overwritten by the next. */
const several = <T>(once: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 12 }, once));

/** Another request, of no interest, on the connections that the client uses again. */
const other = () => several(async () => ok(await api.get('/organizations')));

beforeAll(other);

test('what the server keeps is found', async () => {
  const machine = await build.machine({ name: 'Remembered' });
  const [{ value }] = ok(await api.get(`/applications/${machine.id}/secrets`));
  ok(await token({ body: form({ client_id: machine.id, client_secret: value }) }));
  expect(inMemory({ id: machine.id, never: secret() })).toEqual(['id']);
});

/** Runs `once` several times, each with a text of its own, and then looks for the texts. */
async function leavesNothing(once: (text: string) => Promise<unknown>): Promise<void> {
  const texts: Record<string, string> = {};
  await several(() => {
    const text = secret();
    texts[text] = text;
    return once(text);
  });
  await other();
  expect(inMemory(texts)).toEqual([]);
}

test.each<[string, (password: string) => Promise<unknown>]>([
  ['set with a new user', async (password) => ok(await api.post('/users', { password }))],
  ['in a compressed body', async (password) => ok(await api.post('/users', gzipSync(JSON.stringify({ password })),
    { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } }))],
  ['in a large body', async (password) =>
    ok(await api.post('/users', { password, customData: { filling: 'x'.repeat(300_000) } }))],
  ['in a body that is not JSON', async (password) => {
    expect((await api.post('/users', `{"password":"${password}"`)).status).toBe(400);
  }],
  ['changed', async (password) => {
    const { id } = await build.user();
    ok(await api.patch(`/users/${id}/password`, { password }));
  }],
  ['verified', async (password) => {
    const { id } = await build.user({ password });
    ok(await api.post(`/users/${id}/password/verify`, { password }), 204);
  }],
  ['refused', async (password) => {
    const { id } = await build.user({ password: 'another' });
    problem(await api.post(`/users/${id}/password/verify`, { password }), 422, 'session.invalid_credentials');
  }],
  ['sent to an address that is not there', async (password) => {
    expect((await api.post('/nowhere', { password })).status).toBe(404);
  }],
  ['sent on a connection that is closed then',
    async (password) => ok(await api.post('/users', { password }, { headers: { connection: 'close' } }))],
])('a password is gone that was %s', async (_, once) => {
  await leavesNothing(once);
});

const { id, secret: right } = server.app;
const header = basic(id, right);
const body = form({ client_id: id, client_secret: right });

test.each<[string, RequestOptions]>([
  ['in the header', { body: form({}), headers: { authorization: header } }],
  ['in the body', { body }],
  ['in a body of JSON', { body: Object.fromEntries(body) }],
  ['in a body of UTF-16', {
    body: Buffer.from(body.toString(), 'utf16le'),
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-16le' },
  }],
  ['on a connection that is closed then', { body: form({}), headers: { authorization: header, connection: 'close' } }],
])('a client secret is gone that was shown %s', async (_, options) => {
  await several(async () => ok(await token(options)));
  await other();
  expect(inMemory({ right, header: header.slice('Basic '.length) })).toEqual([]);
});

test('a wrong client secret is gone', async () => {
  await leavesNothing(async (wrong) =>
    expect((await token({ body: form({ client_id: id, client_secret: wrong }) })).status).toBe(401));
  await leavesNothing(async (wrong) =>
    expect((await token({ body: form({}), headers: { authorization: basic(id, wrong) } })).status).toBe(401));
});

test.each(['br', 'gzip', 'identity'])('a secret that the server made is gone once it was shown (%s)',
  async (coding) => {
  const machine = await build.machine();
  const path = `/applications/${machine.id}/secrets`;
  let n = 0;
  const made = await several(async () =>
    ok(await api.post(path, { name: `${n++}` }, { headers: { 'accept-encoding': coding } }), 201).value as string);
  await several(async () =>
    expect((await api.get(path, { headers: { 'accept-encoding': coding } })).status).toBe(200));
  await other();
  expect(inMemory(Object.fromEntries(made.map((value) => [value, value])))).toEqual([]);
});

test('a secret that the server made is gone with the connection on which it was shown', async () => {
  const machine = await build.machine();
  let n = 0;
  const made = await several(async () =>
    ok(await api.post(`/applications/${machine.id}/secrets`, { name: `${n++}` }, { headers: { connection: 'close' } }),
      201).value as string);
  await other();
  expect(inMemory(Object.fromEntries(made.map((value) => [value, value])))).toEqual([]);
});
