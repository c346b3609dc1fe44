// A connection whose every byte and whose end its caller decides, with TLS or without.
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { sleep } from '../faults/support.ts';

export interface Target {
  port: number;
  tls: boolean;
}

/** The server closed without a word, as it does with TLS where a request is too late: a 408 cannot be told there. */
export class Cut extends Error {}

const KEPT_TEXT = 65_536;

/** `raw` as a stream for TLS, so that the socket below stays ours to write to and to reset. */
function bridge(raw: Socket): Duplex {
  const stream = new Duplex({
    read: () => { raw.resume(); },
    write: (chunk, _, done) => { raw.write(chunk, () => done()); },
    final: (done) => { raw.end(() => done()); },
  });
  let ended = false;
  const end = () => {		// what has come is still read
    if (!ended) stream.push(null);
    ended = true;
  };
  raw.on('data', (chunk) => { if (!ended && !stream.push(chunk)) raw.pause(); }).on('end', end).on('close', end);
  return stream.on('error', () => {});
}

const dial = (port: number, localAddress: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    socket.once('connect', () => resolve(socket)).once('error', reject).on('error', () => {});	// a cut is no error
  });

const shake = (raw: Socket): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const socket = tls.connect({ socket: bridge(raw), rejectUnauthorized: false }, () => resolve(socket));
    const cut = () => reject(new Cut('no handshake'));
    socket.once('error', cut).once('close', cut).on('error', () => {});
  });

/** What a client says first when it wants TLS. */
export const hello = (): Promise<Buffer> =>
  new Promise((resolve) => {
    const stream = new Duplex({ read() {}, write(chunk: Buffer, _, done) { resolve(chunk); done(); } });
    tls.connect({ socket: stream, rejectUnauthorized: false }).on('error', () => {});
  });

export class Line {
  readonly #raw: Socket;
  /** What requests go through: the socket itself, or TLS above it. */
  readonly #talk: Duplex;
  #closed = false;
  #count = 0;
  #text = '';
  #listener: (() => void) | undefined;

  private constructor(raw: Socket, talk: Duplex) {
    this.#raw = raw;
    this.#talk = talk;
    const close = () => {
      this.#closed = true;
      this.#listener?.();
    };
    talk.once('end', close).once('close', close);
  }

  /** From this address. `bare` is without TLS, also where the server wants it. */
  static async open(to: Target, from: string, bare = false): Promise<Line> {
    const raw = await dial(to.port, from);
    try {
      return new Line(raw, to.tls && !bare ? await shake(raw) : raw);
    } catch (error) {
      raw.destroy();
      throw error;
    }
  }

  /** The first of what came. */
  get text(): string {
    return this.#text;
  }

  /** Of the first answer; 0: there was none. */
  get status(): number {
    return Number(/^HTTP\/1\.1 (\d{3}) /.exec(this.#text)?.[1] ?? 0);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Writes, and waits until the system has taken it, unless the other end does not take so much. */
  async write(bytes: string | Uint8Array): Promise<void> {
    await this.#into(this.#talk, bytes);
  }

  /** The same below TLS. */
  async writeBelow(bytes: string | Uint8Array): Promise<void> {
    await this.#into(this.#raw, bytes);
  }

  async #into(stream: Duplex, bytes: string | Uint8Array): Promise<void> {
    if (this.#closed || stream.destroyed || bytes.length === 0) return;
    await Promise.race([new Promise<void>((resolve) => { stream.write(bytes, () => resolve()); }), sleep(1_000)]);
  }

  /** Reads until so many bytes have come in all, the server has closed, or the time is over. False: the time is over. */
  async hear(count: number, ms: number): Promise<boolean> {
    if (this.#closed || this.#count >= count) return true;
    const take = (chunk: Buffer) => {
      this.#count += chunk.length;
      if (this.#text.length < KEPT_TEXT) this.#text += chunk.toString('latin1');
      if (this.#count >= count) this.#listener?.();
    };
    this.#talk.on('data', take).resume();
    let timer: NodeJS.Timeout | undefined;
    const heard = await new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), ms);
      this.#listener = () => resolve(true);
      if (this.#closed) resolve(true);
    });
    clearTimeout(timer);
    this.#listener = undefined;
    this.#talk.pause().off('data', take);
    return heard;
  }

  /** The next that comes, whatever it is. */
  async sip(ms: number): Promise<boolean> {
    return this.hear(this.#count + 1, ms);
  }

  /** Reads until the server closes. False: it has not, in this time. */
  async wait(ms = 40_000): Promise<boolean> {
    return this.hear(Infinity, ms);
  }

  reset(): void {
    this.#raw.resetAndDestroy();
  }

  close(): void {
    this.#raw.destroy();
  }

  /** Says that nothing more will be sent. */
  finish(): void {
    if (!this.#closed) this.#talk.end();
  }
}
