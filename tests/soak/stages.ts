// How far a request comes before its client leaves it, and how the client leaves: two tables.
import { gzipSync } from 'node:zlib';
import { get } from '../api/support/malformed.ts';
import { sleep } from '../faults/support.ts';
import type { Dice } from './dice.ts';
import type { Line } from './line.ts';
import { behaviours, type Elsewhere, type Jam } from './scene.ts';

/** What a stage is played with. */
export interface Scene {
  dice: Dice;
  host: string;
  /** Of an app that may call the Management API. */
  basic: string;
  resource: string;
  token: string;
  /** A token that the server has not seen since it gave it out. */
  fresh: () => Promise<string>;
  jam: Pick<Jam, 'held'>;
  elsewhere: Elsewhere;
  /** What the client of TLS says first. */
  hello: Buffer;
}

export interface Stage {
  name: string;
  /** Waits for the store, which somebody else holds. */
  held?: true;
  /** Brings the connection there. */
  reach: (line: Line, scene: Scene) => Promise<void>;
}

/** The bytes of a request. */
export function request({ host }: Pick<Scene, 'host'>, method: string, path: string,
  headers: Record<string, string | undefined> = {}, body: string | Uint8Array = ''): Buffer {
  const length = body.length ? `${Buffer.byteLength(body)}` : undefined;
  const lines = Object.entries({ host, 'content-length': length, ...headers })
    .map(([name, value]) => (value === undefined ? '' : `${name}: ${value}\r\n`));
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'), Buffer.from(body)]);
}

// ---- requests that are cut

/** Who asks: somebody remembered, somebody whom the door must look up, a forger, nobody. */
const callers: ((scene: Scene) => Promise<Record<string, string>>)[] = [
  async ({ token }) => ({ authorization: `Bearer ${token}` }),
  async ({ fresh }) => ({ authorization: `Bearer ${await fresh()}` }),
  async ({ token }) => ({ authorization: `Bearer ${token.slice(0, -4)}AAAA` }),
  async () => ({}),
];

const organization = JSON.stringify({ name: 'Left', customData: { x: 'x'.repeat(20_000) } });

const change = async (scene: Scene, headers: Record<string, string>, body: string | Uint8Array): Promise<Buffer> =>
  request(scene, 'POST', '/api/organizations',
    { 'content-type': 'application/json', ...await scene.dice.pick(callers)(scene), ...headers }, body);

/** Writes this part of a change, in pieces. */
async function cut(line: Line, scene: Scene, end: (bytes: Buffer, head: number) => number,
  headers: Record<string, string> = {}, body: string | Uint8Array = organization): Promise<void> {
  const bytes = await change(scene, headers, body);
  const whole = bytes.subarray(0, end(bytes, bytes.indexOf('\r\n\r\n') + 4));
  const half = scene.dice.between(0, whole.length);
  await line.write(whole.subarray(0, half));
  await line.write(whole.subarray(half));
}

/** A change in chunks that ends within what is written of them. */
async function chunks(line: Line, scene: Scene, text: string): Promise<void> {
  const head = await change(scene, { 'transfer-encoding': 'chunked' }, '');
  await line.write(Buffer.concat([head, Buffer.from(text)]));
}

const some = (scene: Scene, most: number) => scene.dice.between(1, most);

const parts: Stage[] = [
  { name: 'connected, and silent', reach: async () => {} },
  { name: 'half a request line', reach: (line, scene) => cut(line, scene, () => some(scene, 20)) },
  { name: 'a head without its end', reach: (line, scene) => cut(line, scene, (_, head) => head - some(scene, 60)) },
  { name: 'a head without its body', reach: (line, scene) => cut(line, scene, (_, head) => head) },
  { name: 'half a body',
    reach: (line, scene) => cut(line, scene, (bytes) => bytes.length - some(scene, 15_000)) },
  { name: 'half a packed body',
    reach: (line, scene) => cut(line, scene, (bytes) => bytes.length - 5, { 'content-encoding': 'gzip' },
      gzipSync(organization)) },
  { name: 'half a body that is too large',
    reach: (line, scene) => cut(line, scene, (_, head) => head + some(scene, 100_000), {}, ' '.repeat(2_000_000)) },
  { name: 'a head that waits to be asked for its body',
    reach: (line, scene) => cut(line, scene, (_, head) => head, { expect: '100-continue' }) },
  { name: 'half the size of a chunk', reach: (line, scene) => chunks(line, scene, '1') },
  { name: 'half an extension of a chunk', reach: (line, scene) => chunks(line, scene, '10;x=yy') },
  { name: 'half a chunk', reach: (line, scene) => chunks(line, scene, '1000\r\n{"name":') },
  { name: 'chunks without the last', reach: (line, scene) => chunks(line, scene, '8\r\n{"name":\r\n') },
  { name: 'half a trailer', reach: (line, scene) => chunks(line, scene, '2\r\n{}\r\n0\r\nX: ') },
];

// ---- requests that are whole

const path = '/api/organizations';
const json = ({ token }: Pick<Scene, 'token'>) => ({ authorization: `Bearer ${token}`,
  'content-type': 'application/json' });

interface Whole {
  /** What the request is answered when its client waits for that. */
  status: number;
  make: (scene: Scene) => Promise<Buffer>;
}

/** By the lane that they wait for. */
const whole: Record<string, Whole> = {
  'a read': { status: 200, make: async (scene) => request(scene, 'GET', `${path}?page=1&page_size=5`, json(scene)) },
  'a search': { status: 200,
    make: async (scene) => request(scene, 'GET', '/api/users?search=%25nobody%25', json(scene)) },
  'a change': { status: 201, make: async (scene) => request(scene, 'POST', path, json(scene), organization) },
  'a password': { status: 200,
    make: async (scene) => request(scene, 'POST', '/api/users', json(scene),
      JSON.stringify({ username: `left${scene.dice.between(0, 2 ** 40)}`, password: 'A password of 4 words' })) },
  'a token': { status: 200,
    make: async (scene) => request(scene, 'POST', '/oidc/token',
      { authorization: scene.basic, 'content-type': 'application/x-www-form-urlencoded' },
      `${new URLSearchParams({ grant_type: 'client_credentials', resource: scene.resource, scope: 'all' })}`) },
  'a caller whom nobody remembers': { status: 201,
    make: async (scene) => request(scene, 'POST', path, json({ token: await scene.fresh() }), organization) },
  'a call': { status: 200, make: async (scene) => call(scene, scene.elsewhere.address(scene.dice.pick(behaviours)).url) },
};

const anyWhole = (scene: Scene): Promise<Buffer> => scene.dice.pick(Object.values(whole)).make(scene);

const call = (scene: Scene, url: string): Buffer =>
  request(scene, 'POST', '/api/test/calls', json(scene), JSON.stringify({ name: 'Calls', url }));

const LARGE = 6_000_000;

const largeList = (size: number) => `${path}?q=large&page_size=${size}`;

/** Asks for what fills every buffer between the server and its client, or some of them. */
async function askFor(line: Line, scene: Scene): Promise<void> {
  const coding = scene.dice.pick(['identity', 'identity', 'gzip', 'br']);
  await line.write(request(scene, 'GET', largeList(scene.dice.pick([10, 40])),
    { ...json(scene), 'accept-encoding': coding }));
}

const answers: Stage[] = [
  ...Object.entries(whole).flatMap(([name, { make }]): Stage[] => [
    { name: `${name}, whole`,
      reach: async (line, scene) => {
        await line.write(await make(scene));
        await sleep(scene.dice.between(0, 30));
      } },
    { name: `${name}, while the store is held`, held: true,
      reach: async (line, scene) => {
        const bytes = await make(scene);
        await scene.jam.held();
        await line.write(bytes);
        await sleep(scene.dice.between(50, 200));
      } },
  ]),
  ...behaviours.map((behaviour): Stage => ({
    name: `a call that the other server has, which ${behaviour}`,
    reach: async (line, scene) => {
      const { url, called } = scene.elsewhere.address(behaviour);
      await line.write(call(scene, url));
      await Promise.race([called, sleep(3_000)]);
    },
  })),
  { name: 'an answer that is not read', reach: async (line, scene) => { await askFor(line, scene); } },
  { name: 'half an answer',
    reach: async (line, scene) => {
      await askFor(line, scene);
      await line.hear(scene.dice.between(100, 2_000_000), 3_000);
    } },
  { name: 'an answer that is read slowly',
    reach: async (line, scene) => {
      await askFor(line, scene);
      for (let n = 0; n < 40 && !line.closed && await line.sip(3_000); n++) await sleep(25);
    } },
  { name: 'requests one behind the other',
    reach: async (line, scene) => {
      const all: Buffer[] = [];
      for (let n = scene.dice.between(2, 6); n > 0; n--) all.push(await anyWhole(scene));
      await line.write(Buffer.concat(all));
    } },
  { name: 'half a request behind a whole one',
    reach: async (line, scene) => {
      const [first, second] = [await anyWhole(scene), await change(scene, {}, organization)];
      await line.write(Buffer.concat([first, second.subarray(0, some(scene, second.length - 1))]));
    } },
  { name: 'a malformed request behind a whole one',
    reach: async (line, scene) => {
      await line.write(Buffer.concat([await anyWhole(scene),
        Buffer.from(`${get}X : y\r\n\r\n`)]));
    } },
];

/** What the stages abandon is answered as it should be when it is not abandoned. Throws otherwise. */
export async function rehearse(open: () => Promise<Line>, scene: Scene): Promise<void> {
  for (const [name, { status, make }] of Object.entries(whole)) {
    const line = await open();
    const bytes = name === 'a call' ? call(scene, scene.elsewhere.address('answers').url) : await make(scene);
    await line.write(bytes);
    await line.hear(1, 30_000);
    line.close();
    if (line.status !== status) throw new Error(`${name} is answered ${line.status}: ${line.text.slice(0, 500)}`);
  }
  const line = await open();
  await line.write(request(scene, 'GET', largeList(40), json(scene)));
  if (!await line.hear(LARGE, 30_000)) throw new Error('the large answer is not large');
  line.close();
}

// ---- TLS

const handshakes: Stage[] = [
  { name: 'TLS: nothing of a handshake', reach: async () => {} },
  { name: 'TLS: half a hello',
    reach: (line, scene) => line.write(scene.hello.subarray(0, some(scene, scene.hello.length - 1))) },
  { name: 'TLS: a hello, and silence', reach: (line, scene) => line.write(scene.hello) },
  { name: 'TLS: a hello whose answer is read',
    reach: async (line, scene) => {
      await line.write(scene.hello);
      await line.hear(1, 3_000);
    } },
  { name: 'TLS: an alert after the hello',
    reach: (line, scene) => line.write(Buffer.concat([scene.hello, Buffer.from([21, 3, 3, 0, 2, 2, 40])])) },
  { name: 'TLS: bytes of no kind after the hello',
    reach: (line, scene) => line.write(Buffer.concat([scene.hello, Buffer.alloc(500, 'x')])) },
  { name: 'TLS: none of it', reach: (line) => line.write(`${get}\r\n`) },
];

/** Within TLS that stands. */
const records: Stage[] = [
  { name: 'TLS: half a record',
    reach: (line) => line.writeBelow(Buffer.concat([Buffer.from([23, 3, 3, 1, 0]), Buffer.alloc(100)])) },
  { name: 'TLS: a record that is not sealed',
    reach: async (line, scene) => {
      await cut(line, scene, (bytes) => bytes.length - 10);
      await line.writeBelow(Buffer.concat([Buffer.from([23, 3, 3, 0, 100]), Buffer.alloc(100)]));
    } },
];

/** Whether its connection is one before TLS. */
export const isBare = (stage: Stage): boolean => handshakes.includes(stage);

export const stages = (tls: boolean): Stage[] =>
  [...parts, ...answers, ...tls ? [...handshakes, ...records] : []];

// ---- ends

/** How the client leaves. */
export const ends: Record<string, (line: Line) => Promise<void>> = {
  reset: async (line) => { line.reset(); },
  closed: async (line) => { line.close(); },
  finished: async (line) => {
    line.finish();
    await letGo(line);
  },
  left: (line) => letGo(line),
};

/** The server closes by itself what goes no further. */
async function letGo(line: Line): Promise<void> {
  const gone = await line.wait();
  line.close();
  if (!gone) throw new Error('the server still keeps the connection');
}
