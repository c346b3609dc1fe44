// What requests brought and were answered is looked for in the memory of the running process.
import { createDecipheriv, createPrivateKey, randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test, vi } from 'vitest';
import { Build } from '../api/support/build.ts';
import { send, type RequestOptions } from '../api/support/client.ts';
import { ok, problem, soon } from '../api/support/expect.ts';
import { basic, done } from '../api/support/people.ts';
import { newFolder } from '../api/support/owned.ts';
import { bin, Server, startServer } from '../api/support/server.ts';
import { sql } from '../api/support/stored.ts';

const server = await startServer({ flags: ['--password-memory', '8192', '--core-dumps'] });
const { api } = server;
const build = new Build(api);

const chunk = 4 * 1024 * 1024;

interface Range {
  from: number;
  to: number;
  /** Neither swapped out nor in a core. */
  locked: boolean;
}

/** The ranges of addresses that the process can read and that are not the kernel's own. */
function ranges(pid: number): Range[] {
  const all: (Range & { readable: boolean })[] = [];
  for (const line of readFileSync(`/proc/${pid}/smaps`, 'utf8').split('\n')) {
    const [, from, to, mode] = /^(\w+)-(\w+) (\S)/.exec(line) ?? [];
    if (from) {
      const readable = mode === 'r' && !/\[v/.test(line);
      all.push({ from: Number.parseInt(from, 16), to: Number.parseInt(to!, 16), locked: false, readable });
    }
    if (/^VmFlags:(?=.* lo\b).* dd\b/.test(line)) all.at(-1)!.locked = true;
  }
  return all.filter(({ readable }) => readable);
}

type Wanted = Readonly<Record<string, readonly (string | Buffer)[]>>;

/** Which of the bytes stand somewhere in the memory of the server: in locked memory, and in any other. */
function places(wanted: Wanted, pid = server.pid!): { locked: string[]; open: string[] } {
  const pieces = Object.entries(wanted).flatMap(([name, forms]) =>
    forms.map((form) => ({ name, bytes: Buffer.from(form as string) })));
  const longest = Math.max(...pieces.map(({ bytes }) => bytes.length));
  const found = { locked: new Set<string>(), open: new Set<string>() };
  const room = Buffer.alloc(chunk + longest);
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  for (const { from, to, locked } of ranges(pid))
    for (let at = from; at < to; at += chunk) {
      let n = 0;
      try {
        n = readSync(memory, room, 0, Math.min(room.length, to - at), at);
      } catch {
        continue;	// unmapped meanwhile, or a device
      }
      const piece = room.subarray(0, n);
      for (const { name, bytes } of pieces) if (piece.includes(bytes)) found[locked ? 'locked' : 'open'].add(name);
    }
  closeSync(memory);
  return { locked: [...found.locked].sort(), open: [...found.open].sort() };
}

/** Which of the texts stand somewhere in the memory of the server. */
function inMemory(texts: Readonly<Record<string, string>>): string[] {
  const { locked, open } = places(Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, [text]])));
  return [...new Set([...locked, ...open])].sort();
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

/** A column of the only row of this tenant, unsealed. */
function unsealed(key: Buffer, purpose: string, table: string, column: string): Buffer {
  const [id = '', hex = ''] = sql(server, `SELECT id, ${server.db ? `encode(${column}, 'hex')` : `hex(${column})`} FROM ${table}
    WHERE tenant_id = 'default' ORDER BY ${table === 'signing_keys' ? 'status' : 'id'} LIMIT 1`).split('|');
  const sealed = Buffer.from(hex, 'hex');
  const open = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13));
  open.setAAD(Buffer.from(`${purpose}\0default\0${id}\0`)).setAuthTag(sealed.subarray(-16));
  return Buffer.concat([open.update(sealed.subarray(13, -16)), open.final()]);
}

/** As it is written, and as libraries keep large numbers. */
const bothWays = (bytes: Buffer): Buffer[] => [bytes, Buffer.from(bytes).reverse()];

test.each(['ES256', 'ES384', 'EdDSA', 'RS256'])(
  'keys lie in memory that is neither swapped out nor in a core, and nowhere else (%s)', async (algorithm) => {
  const [{ kid }] = await done(server, 'key', 'rotate', '--algorithm', algorithm);
  const seal = Buffer.from(readFileSync(join(server.data, 'seal.key'), 'utf8'), 'base64');
  const signing = createPrivateKey({ key: unsealed(seal, 'signing_key', 'signing_keys', 'private_sealed'),
    format: 'der', type: 'pkcs8' }).export({ format: 'jwk' });
  const fresh = await vi.waitFor(async () => {		// on SQLite the server hears of it a moment later
    const { access_token } = ok(await server.requestToken(
      { grant_type: 'client_credentials', resource: server.app.resource, scope: 'all' }));
    expect(JSON.parse(Buffer.from(access_token.split('.')[0]!, 'base64url').toString())).toMatchObject({ kid });
    return access_token;
  }, soon);
  await several(async () => ok(await send('GET', `${server.base}/api/configs/oidc/cookie-keys`,
    { headers: { authorization: `Bearer ${fresh}` } })));
  expect(places({
    'seal key': [seal],
    'signing key': bothWays(Buffer.from(signing.d!, 'base64url')),
    'cookie key': [unsealed(seal, 'cookie_key', 'cookie_keys', 'secret_sealed')],
  })).toEqual({ locked: ['cookie key', 'seal key', 'signing key'], open: [] });
});

test('a seal key of the environment is nowhere but there', async () => {
  const key = randomBytes(32);
  const sealed = new Server(join(newFolder('sealed'), 'data'), { flags: ['--core-dumps'], env: { SEAL_KEY: key.toString('base64') } });
  await sealed.start();
  expect(places({ bytes: [key], text: [key.toString('base64')] }, sealed.pid!))
    .toEqual({ locked: ['bytes', 'text'], open: [] });
  expect(readFileSync(`/proc/${sealed.pid}/environ`, 'latin1')).not.toContain(key.toString('base64'));
});

test('a server that can lock no memory says so and goes on', async () => {
  const program = join(server.data, 'narrow.sh');
  writeFileSync(program, `#!/bin/sh
# root may lock any memory, unless this is taken away
drop=; [ "$(id -u)" != 0 ] || drop='setpriv --bounding-set=-ipc_lock'
exec prlimit --memlock=65536:65536 $drop '${bin}' "$@"
`, { mode: 0o755 });
  const narrow = await startServer({ program });
  ok(await narrow.api.get('/organizations'));
  expect(narrow.log).toMatch(/keys can be swapped out: the process may lock 64 KiB of memory/);
});
