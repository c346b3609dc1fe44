// What attackers send, all at once and again and again, in a process of its own so that no test waits for it. Its
// argument is an Orders as JSON; it prints a line when it begins, ends with its standard input, and then prints what it was
// answered, an Outcome.
import http from 'node:http';
import { connect, type Socket } from 'node:net';

export interface Orders {
  /** The attacks to make. */
  attacks: AttackName[];
  port: number;
  /** The tenant of those who have a token, and a client of it. */
  host: string;
  app: { id: string; secret: string; resource: string };
  /** In that tenant: an organization, with this member, this role and these long descriptions. */
  organization: string;
  member: string;
  role: string;
  /** A pattern whose match over a long description does not end. */
  pattern: string;
}

export interface Outcome {
  /** Of each attack how often each status came; "none": no answer. */
  statuses: Record<string, Record<string, number>>;
  /** Applications that were acknowledged. */
  created: string[];
}

/** They have no token, and are many connections. */
const strangers = '127.0.0.2';
/** They have one. */
const clients = '127.0.0.3';

const orders = JSON.parse(process.argv[2]!) as Orders;
const outcome: Outcome = { statuses: {}, created: [] };
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
let over = false;

// -- requests whose answers are read

const agent = new http.Agent({ keepAlive: true, timeout: 2_000, maxSockets: Infinity });

interface Asked {
  body?: Buffer | string | undefined;
  type?: string;
  headers?: http.OutgoingHttpHeaders;
}

type Answered = [status: string, text: string];

function send(localAddress: string, method: string, path: string, { body, type, headers }: Asked): Promise<Answered> {
  return new Promise((resolve) => {
    const request = http.request({
      host: '127.0.0.1', port: orders.port, localAddress, agent, method, path,
      headers: {
        host: orders.host, ...headers,
        ...(body ? { 'content-type': type ?? 'application/json', 'content-length': Buffer.byteLength(body) } : {}),
      },
    }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => { if (text.length < 4096) text += chunk.toString('latin1'); });
      response.on('close', () => resolve([String(response.statusCode), text]));
    });
    request.on('error', () => resolve(['none', '']));
    request.end(body);
  });
}

let token = '';
let asking: Promise<void> | undefined;

/** Several rotations of the key put an end to a token: one who finds that asks for a new one, for all. */
function newToken(): Promise<void> {
  const ask = async () => {
    const { id, secret, resource } = orders.app;
    const [, text] = await send(clients, 'POST', '/oidc/token', {
      body: new URLSearchParams({ grant_type: 'client_credentials', resource, scope: 'all' }).toString(),
      type: 'application/x-www-form-urlencoded',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    });
    const found = /"access_token":"([^"]+)"/.exec(text)?.[1];
    if (found) token = found;
    await sleep(100);
    asking = undefined;
  };
  return asking ??= ask();
}

async function withToken(method: string, path: string, body?: Buffer | string): Promise<Answered> {
  const answer = await send(clients, method, path, { body, headers: { authorization: `Bearer ${token}` } });
  if (answer[0] === '401') await newToken();
  return answer;
}

const withoutToken = (method: string, path: string, asked: Asked = {}) => send(strangers, method, path, asked);

// -- connections that do not behave

function dial(localAddress: string): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ port: orders.port, host: '127.0.0.1', localAddress });
    socket.on('error', () => {}).once('connect', () => resolve(socket)).once('close', () => resolve(socket));
  });
}

const closed = (socket: Socket) => new Promise<void>((resolve) => {
  if (socket.destroyed) resolve();
  else socket.once('close', () => resolve());
});

/** The status that comes first; nothing more is read. */
const firstWord = (socket: Socket): Promise<string> => new Promise((resolve) => {
  socket.once('readable', () => resolve((socket.read() as Buffer | null)?.toString('latin1').slice(9, 12) ?? 'none'));
  socket.once('close', () => resolve('none'));
});

const head = (method: string, path: string, ...lines: string[]) =>
  [`${method} ${path} HTTP/1.1`, `Host: ${orders.host}`, ...lines, '', ''].join('\r\n');

const piece = Buffer.alloc(32 * 1024, ' ');

/** Sends a half of a head, or a half of a body in small pieces, and is silent then. */
async function beSilent(caller: number): Promise<Answered> {
  const socket = (await dial(strangers)).resume();
  if (caller % 2) {
    socket.write(head('GET', '/api/status', 'X-Half: 1').slice(0, -4));
  } else {
    socket.write(head('POST', '/api/organizations', 'Content-Type: application/json', 'Content-Length: 1048576'));
    for (let i = 0; i < 16 && !socket.destroyed && !over; i++) {
      socket.write(piece);
      await sleep(1_000);
    }
  }
  await Promise.race([closed(socket), ended]);
  socket.destroy();
  return ['none', ''];
}

/** Asks for twenty megabytes and does not read them. */
async function notRead(): Promise<Answered> {
  const socket = await dial(clients);
  socket.write(head('GET', '/api/organizations?page_size=100', `Authorization: Bearer ${token}`));
  const status = await Promise.race([firstWord(socket), ended.then(() => 'none')]);
  if (status === '401') await newToken();
  setTimeout(() => socket.destroy(), status === '200' ? 8_000 : 0);	// the server closes it earlier
  return [status, ''];
}

const tooMany = [1_000, 12_000, 28_000, 100_000].map((n) => head('GET', `/oidc/jwks?${'&'.repeat(n)}`));

/** A query of more parts than the HTTP library has memory for. */
async function exhaustPool(caller: number): Promise<Answered> {
  const socket = await dial(strangers);
  socket.write(tooMany[(caller + Math.floor(Math.random() * 4)) % 4]!);
  const status = await Promise.race([firstWord(socket), sleep(500).then(() => 'none')]);
  socket.destroy();
  return [status, ''];
}

// -- what is sent

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const tree = Buffer.from(`[${'{},'.repeat(300_000)}{}]`);
const smallTree = Buffer.from(`{"a":[${'{},'.repeat(18_000)}{}]}`);
const filled = (n: number, value: unknown) => Array<unknown>(n).fill(value);
const numbered = (n: number) => Array.from({ length: n }, (_, i) => `n${i}`);
const word = `${'a'.repeat(14_000)}b`;
const uris = json({
  name: 'Long', type: 'SPA', oidcClientMetadata: {
    redirectUris: [`https://${'a'.repeat(6_000)}.example`, ...filled(100, `https://${'xn--'.repeat(500)}.example`)],
    postLogoutRedirectUris: [],
  },
});
const longOrigin = `https://${'ä'.repeat(3_000)}${'a'.repeat(6_500)}.example`;
const organization = `/api/organizations/${orders.organization}`;
const roleBodies = [
  { userIds: filled(6_000, orders.member), organizationRoleIds: filled(6_000, orders.role) },
  { userIds: numbered(6_000), organizationRoleIds: numbered(6_000) },
].map(json);
const repeatedIds = json({ userIds: filled(249_000, 'a') });
const badValues = json({ userIds: filled(100_000, 1) });
const tooLong = json({ name: 'Long', type: 'MachineToMachine', description: 'x'.repeat(750_000) });
const long = json({ name: 'Long', type: 'MachineToMachine', description: 'x'.repeat(8_192) });
/** The key waits, so that the attackers' own tokens stay good. */
const rsa = '{"signingKeyAlgorithm":"RSA","rotationGracePeriod":3600}';

async function createLong(caller: number): Promise<Answered> {
  if (caller === 0) return withToken('POST', '/api/applications', tooLong);
  if (caller === 1) return withToken('GET', '/api/applications?search=%25nowhere%25');
  const answer = await withToken('POST', '/api/applications', long);
  const id = /"id":"([^"]+)"/.exec(answer[1])?.[1];
  if (answer[0] === '200' && id) outcome.created.push(id);
  return answer;
}

// -- who sends it, how many of them, and how long each rests between two requests

interface Attack {
  callers: number;
  rest: number;
  once: (caller: number) => Promise<Answered>;
}

const attacks = {
  silent: { callers: 600, rest: 1_000, once: beSilent },
  unread: { callers: 30, rest: 4_000, once: notRead },
  trees: {
    callers: 4, rest: 1_000,
    once: (caller) => caller === 0 ? withoutToken('POST', '/oidc/token', { body: smallTree }) :
      caller === 1 ? withoutToken('POST', '/api/organizations', { body: tree }) :
        withToken('POST', '/api/organizations', tree),
  },
  pool: { callers: 2, rest: 20, once: exhaustPool },
  words: {
    callers: 2, rest: 300,
    once: (caller) => withToken('GET', caller ? `${organization}/applications?q=${word}` :
      `${organization}/applications?q=a_${word}`),
  },
  patterns: {
    callers: 4, rest: 200,
    once: () => withToken('GET', `/api/applications?mode=posix&search.description=${encodeURIComponent(orders.pattern)}`),
  },
  addresses: {
    callers: 3, rest: 100,
    once: (caller) => caller === 0 ? withToken('POST', '/api/applications', uris) :
      withoutToken(caller === 1 ? 'OPTIONS' : 'GET', caller === 1 ? '/api/organizations' : '/oidc/jwks',
        { headers: { origin: Buffer.from(longOrigin).toString('latin1') } }),
  },
  pairs: {
    callers: 2, rest: 1_000,
    once: (caller) => withToken('POST', `${organization}/users/roles`, roleBodies[caller]),
  },
  repeats: { callers: 1, rest: 1_000, once: () => withToken('POST', `${organization}/users`, repeatedIds) },
  faults: { callers: 2, rest: 1_000, once: () => withToken('POST', `${organization}/users`, badValues) },
  descriptions: { callers: 6, rest: 200, once: createLong },
  rotations: {
    callers: 40, rest: 10_000, once: () => withToken('POST', '/api/configs/oidc/private-keys/rotate', rsa),
  },
  passwords: {
    callers: 100, rest: 10_000,
    once: () => withToken('POST', `/api/users/${orders.member}/password/verify`, '{"password":"not the right one"}'),
  },
} satisfies Record<string, Attack>;

export type AttackName = keyof typeof attacks;

// -- one caller

/** No attack begins with all of its connections at one moment. */
const APART_MS = 5;

let end = () => {};
const ended = new Promise<void>((resolve) => { end = resolve; });

async function attack(name: AttackName, caller: number): Promise<void> {
  const { rest, once } = attacks[name];
  const statuses = outcome.statuses[name] ??= {};
  await Promise.race([sleep(caller * APART_MS), ended]);
  while (!over) {
    const [status] = await Promise.race([once(caller), ended.then((): Answered => ['unfinished', ''])]);
    statuses[status] = (statuses[status] ?? 0) + 1;
    await Promise.race([sleep(rest), ended]);
  }
}

process.stdin.resume().on('end', () => { over = true; end(); });
await newToken();
process.stdout.write('\n');
await Promise.all(orders.attacks.flatMap((name) =>
  Array.from({ length: attacks[name].callers }, (_, caller) => attack(name, caller))));
process.stdout.write(JSON.stringify(outcome), () => process.exit());
