// A connection that costs its user little: Node's own client takes as long for a request as the server for its answer.
import { connect, type Socket } from 'node:net';

export interface Reply {
  status: number;
  headers: [name: string, value: string][];
  text: string;
}

const empty: Buffer = Buffer.alloc(0);

/** Takes the chunks of a body apart; undefined: there is more to come. */
function unchunked(bytes: Buffer): { text: string; rest: Buffer } | undefined {
  let text = '';
  for (let at = 0;;) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = parseInt(bytes.toString('latin1', at, line), 16), end = line + 2 + size;
    if (bytes.length < end + 2) return undefined;
    if (size === 0) return { text, rest: bytes.subarray(end + 2) };
    text += bytes.toString('utf8', line + 2, end);
    at = end + 2;
  }
}

/** Of milliseconds: the server closes what is idle for five seconds. */
const idleMost = 2_000;

/**
 * One request after the other. Its connection stays open, and is a new one after a pause. Answers without compression,
 * without trailers.
 */
export class Connection {
  readonly #url: URL;
  readonly #host: string;
  #socket: Socket | undefined;
  #bytes: Buffer = empty;
  #used = 0;
  #wait: { done: (reply: Reply) => void; fail: (error: Error) => void } | undefined;

  /** `host`: the name by which the server is called, if not that of its address. */
  constructor(base: string, host?: string) {
    this.#url = new URL(base);
    this.#host = host ?? this.#url.host;
  }

  #open(): Socket {
    const socket = connect(Number(this.#url.port), this.#url.hostname).setNoDelay();
    const fail = (error: Error) => { if (socket === this.#socket) this.#wait?.fail(error); };
    socket.on('data', (more: Buffer) => this.#take(more));
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('the server closed the connection')));
    this.#bytes = empty;
    return this.#socket = socket;
  }

  #take(more: Buffer): void {
    this.#bytes = this.#bytes.length ? Buffer.concat([this.#bytes, more]) : more;
    const reply = this.#parse();
    if (!reply) return;
    this.#used = performance.now();
    this.#wait?.done(reply);
    this.#wait = undefined;
  }

  /** The open connection, or a new one. */
  #ready(): Socket {
    if (this.#socket && !this.#socket.destroyed && performance.now() - this.#used < idleMost) return this.#socket;
    this.#socket?.destroy();
    return this.#open();
  }

  #parse(): Reply | undefined {
    const end = this.#bytes.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const [first = '', ...lines] = this.#bytes.toString('latin1', 0, end).split('\r\n');
    const headers = lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
    const body = this.#body(headers, this.#bytes.subarray(end + 4));
    if (!body) return undefined;
    this.#bytes = body.rest;
    return { status: Number(first.split(' ')[1]), headers, text: body.text };
  }

  #body(headers: Reply['headers'], bytes: Buffer): { text: string; rest: Buffer } | undefined {
    if (headers.some(([name]) => name === 'transfer-encoding')) return unchunked(bytes);
    const length = Number(headers.find(([name]) => name === 'content-length')?.[1] ?? 0);
    return bytes.length < length ? undefined :
      { text: bytes.toString('utf8', 0, length), rest: bytes.subarray(length) };
  }

  request(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Reply> {
    const head = Object.entries({ host: this.#host, ...headers,
      ...body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) } });
    return new Promise((done, fail) => {
      this.#wait = { done, fail };
      this.#ready().write(`${method} ${path} HTTP/1.1\r\n${head.map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n${body ?? ''}`);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }
}
