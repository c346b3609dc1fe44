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

/** One request after the other on one connection, which stays open. Answers without compression, without trailers. */
export class Connection {
  readonly #host: string;
  readonly #socket: Socket;
  #bytes: Buffer = empty;
  #wait: { done: (reply: Reply) => void; fail: (error: Error) => void } | undefined;

  constructor(base: string) {
    const { hostname, port, host } = new URL(base);
    this.#host = host;
    this.#socket = connect(Number(port), hostname).setNoDelay();
    this.#socket.on('data', (more: Buffer) => {
      this.#bytes = this.#bytes.length ? Buffer.concat([this.#bytes, more]) : more;
      const reply = this.#parse();
      if (!reply) return;
      this.#wait?.done(reply);
      this.#wait = undefined;
    });
    this.#socket.on('error', (error) => this.#wait?.fail(error));
    this.#socket.on('close', () => this.#wait?.fail(new Error('the server closed the connection')));
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
      this.#socket.write(`${method} ${path} HTTP/1.1\r\n${head.map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n${body ?? ''}`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}
