// What stages need beside the connection: a database that is held for a moment, and other servers that hang.
import { spawn } from 'node:child_process';
import { createServer, type AddressInfo, type Server as Listener, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { sleep } from '../faults/support.ts';
import type { Server } from '../api/support/server.ts';

/** Keeps every change of the store waiting, and on PostgreSQL every read too. Gives what ends that. */
async function holdSqlite(file: string): Promise<() => Promise<void>> {
  const db = new DatabaseSync(file, { timeout: 0 });
  for (;;) {
    try {
      db.exec('BEGIN IMMEDIATE');
      break;
    } catch {			// the writer has it
      await sleep(5);
    }
  }
  return async () => { db.close(); };
}

const LOCK = 'BEGIN; LOCK TABLE tenants, applications, organizations, users IN ACCESS EXCLUSIVE MODE;\n\\echo held\n';

async function holdPostgres(url: string): Promise<() => Promise<void>> {
  for (;;) {			// again where it met a deadlock
    const psql = spawn(`${process.env['GUILDHALL_TEST_PG_BIN']}/psql`, ['-q', '-X', '-v', 'ON_ERROR_STOP=1', url],
      { stdio: ['pipe', 'pipe', 'ignore'] });
    const ended = new Promise<void>((resolve) => psql.once('close', () => resolve()));
    const held = new Promise<boolean>((resolve) => {
      createInterface({ input: psql.stdout }).once('line', () => resolve(true)).once('close', () => resolve(false));
    });
    psql.stdin.on('error', () => {}).write(LOCK);
    if (await held) return async () => {
      psql.stdin.end('ROLLBACK;\n');
      await ended;
    };
    await ended;
  }
}

export class Jam {
  readonly #hold: () => Promise<() => Promise<void>>;
  #waiting: (() => void)[] = [];
  #over = false;
  #rounds: Promise<void> | undefined;

  constructor(server: Server) {
    this.#hold = server.db
      ? () => holdPostgres(server.db as string)
      : () => holdSqlite(join(server.data, 'guildhall.db'));
  }

  /** Holds the store until the caller ends it. */
  hold(): Promise<() => Promise<void>> {
    return this.#hold();
  }

  /** From here on the store is held again and again for a third of a second, while somebody waits for that. */
  begin(): void {
    this.#rounds = this.#run();
  }

  async #run(): Promise<void> {
    while (!this.#over) {
      await sleep(200);
      if (this.#waiting.length === 0) continue;
      const release = await this.#hold();
      for (const go of this.#waiting.splice(0)) go();
      await sleep(300);
      await release();
    }
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Waits until the store is held next. */
  held(): Promise<void> {
    return this.#over ? Promise.resolve() : new Promise((resolve) => { this.#waiting.push(resolve); });
  }

  async end(): Promise<void> {
    this.#over = true;
    await this.#rounds;
  }
}

/** What another server does once it has the head of a request. */
const manners: Record<string, (socket: Socket) => void> = {
  answers: (socket) => { socket.end('HTTP/1.1 203 Fine\r\nConnection: close\r\nContent-Length: 4\r\n\r\nhere'); },
  hangs: () => {},
  resets: (socket) => { socket.resetAndDestroy(); },
  'ends within its head': (socket) => { socket.end('HTTP/1.1 200 Fi'); },
  'stops within its body': (socket) => { socket.write('HTTP/1.1 200 Fine\r\nContent-Length: 400\r\n\r\nhere'); },
  'ends within its body': (socket) => { socket.end('HTTP/1.1 200 Fine\r\nContent-Length: 400\r\n\r\nhere'); },
  'is none of HTTP': (socket) => { socket.end('\0\x01\x02 nothing of this\n'.repeat(100)); },
};

export const behaviours = Object.keys(manners);

/** A server that others call: the first segment of the path says how it behaves. */
export class Elsewhere {
  readonly #listener: Listener;
  readonly #sockets = new Set<Socket>();
  readonly #awaited = new Map<string, () => void>();
  #calls = 0;

  private constructor(listener: Listener) {
    this.#listener = listener;
  }

  static open(): Promise<Elsewhere> {
    const listener = createServer(), elsewhere = new Elsewhere(listener);
    listener.on('connection', (socket) => elsewhere.#serve(socket));
    return new Promise((resolve) => { listener.listen(0, '127.0.0.1', () => resolve(elsewhere)); });
  }

  #serve(socket: Socket): void {
    let head = '';
    this.#sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket)).on('data', (chunk) => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      const [, manner, key] = /^\w+ \/(\d+)\/(\w+)/.exec(head) ?? [];
      head = '';
      this.#awaited.get(key ?? '')?.();
      this.#awaited.delete(key ?? '');
      manners[behaviours[Number(manner)] ?? 'hangs']?.(socket);
    });
  }

  /** An address that behaves so, and when a request for it is there. */
  address(behaviour: string): { url: string; called: Promise<void> } {
    const { port } = this.#listener.address() as AddressInfo, key = `call${++this.#calls}`;
    const called = new Promise<void>((resolve) => { this.#awaited.set(key, resolve); });
    return { url: `http://127.0.0.1:${port}/${behaviours.indexOf(behaviour)}/${key}`, called };
  }

  close(): void {
    this.#listener.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
