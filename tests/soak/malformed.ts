// Every malformed request of the tests' tables, as bytes for a connection.
import * as table from '../api/support/malformed.ts';
import { Cut, type Line } from './line.ts';
import { request, type Scene } from './stages.ts';

export interface Malformed {
  name: string;
  bytes: (scene: Scene, fill: (path: string) => string) => string | Uint8Array;
  /** What it may be answered; 0: the connection is closed without a word. */
  statuses: readonly number[];
  /** Of the error, in an answer whose end the server marks by closing. */
  code?: string | undefined;
}

const api = (method: string, path: string, statuses: readonly number[], code: string | undefined,
  headers: Record<string, string | undefined> = {}, body: string | Uint8Array = '') => ({
  bytes: (scene: Scene, fill: (path: string) => string) => request(scene, method, `/api${fill(path)}`,
    { connection: 'close', authorization: `Bearer ${scene.token}`, ...headers }, body),
  statuses, code,
});

const type = { 'content-type': 'application/json' };

export const malformed: readonly Malformed[] = [
  ...table.framing.map(([name, bytes, status]) => ({ name, bytes: () => bytes, statuses: [status] })),
  ...table.notHttp.map((bytes, n) => ({ name: `bytes that are not HTTP, ${n + 1}`, bytes: () => bytes,
    statuses: [0, 400, 414, 431, 505] })),
  ...table.tokens.map(([name, authorization, status, code]) => ({ name: `a token: ${name}`,
    ...api('POST', '/organizations', [status], code, { ...type, authorization }, '{}') })),
  ...table.bodies.map(([name, body, status, code, headers]) => ({ name: `a body with ${name}`,
    ...api('POST', '/organizations', [status], code, { ...type, ...headers }, body) })),
  ...table.large.map(([name, body, headers]) => ({ name: `a body: ${name}`,
    ...api('POST', '/organizations', [413], 'request.body_too_large', { ...type, ...headers }, body) })),
  ...table.queries.map(([path, code]) => ({ name: path, ...api('GET', path, [400], code) })),
  ...table.pages.map((query) => ({ name: `?${query}`,
    ...api('GET', `/organizations?${query}`, [400], 'guard.invalid_pagination') })),
];

/** What a server that has much to do may answer to any request. */
const busy = [408, 503];

/** Sends the request. Throws unless it is refused as it must be. */
export async function sendMalformed(line: Line, scene: Scene, one: Malformed,
  fill: (path: string) => string): Promise<void> {
  await line.write(one.bytes(scene, fill));
  if (!await (one.code ? line.wait() : line.hear(1, 40_000))) throw new Error('no answer');
  if (busy.includes(line.status)) return;
  if (line.status === 0 && !one.statuses.includes(0)) throw new Cut('no answer');
  if (!one.statuses.includes(line.status))
    throw new Error(`answered ${line.status}, not ${one.statuses.join(' or ')}: ${line.text.slice(0, 300)}`);
  if (one.code && !line.text.includes(`"${one.code}"`))
    throw new Error(`not ${one.code}: ${line.text.slice(0, 600)}`);
}
