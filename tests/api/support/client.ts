// A small HTTP client that hides nothing: what was sent is what was asked for, what came back is all there to look at.
// (fetch decompresses, follows, forbids some headers and drops the order of others.)
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { holdAnswer } from './document.ts';

export interface Answer<T = any> {
  status: number;
  /** Lower-case names; a header that came twice is joined by ", ". */
  headers: Readonly<Record<string, string | undefined>>;
  /** Names and values as they came, in order. */
  rawHeaders: readonly string[];
  bytes: Buffer;
  text: string;
  /** The JSON body; undefined when the body is not JSON. */
  body: T;
}

export interface RequestOptions {
  /** JSON, unless it is a string, bytes, or URLSearchParams (a form). */
  body?: unknown;
  headers?: Record<string, string | string[]>;
  query?: Record<string, string | number | readonly string[] | undefined>;
  /** Milliseconds until the request is given up. */
  timeout?: number;
  /** On a connection of its own, beside the 64 that requests share. */
  alone?: boolean;
}

// Connections are given back to the server well before its own idle limit.
const agents = {
  'http:': new http.Agent({ keepAlive: true, timeout: 2_000, maxSockets: 64 }),
  'https:': new https.Agent({ keepAlive: true, timeout: 2_000, maxSockets: 64 }),
};

// While a test computes for seconds (compiling schemas, validating a document), or has no processor, nobody sees that the
// server closes the connections that are kept: requests take new ones then, until the event loop has looked at all.
const TURN = 250;
let turned = performance.now();
let caughtUp = 0;
setInterval(() => {
  const now = performance.now();
  if (now - turned > 6 * TURN) caughtUp = now + TURN;
  turned = now;
}, TURN).unref();
const wasBusy = (): boolean => performance.now() - turned > 6 * TURN || performance.now() < caughtUp;

function payload(body: unknown): { type: string; bytes: Buffer } | undefined {
  if (body === undefined) return undefined;
  if (body instanceof URLSearchParams)
    return { type: 'application/x-www-form-urlencoded', bytes: Buffer.from(body.toString()) };
  if (typeof body === 'string') return { type: 'application/json', bytes: Buffer.from(body) };
  if (body instanceof Uint8Array) return { type: 'application/octet-stream', bytes: Buffer.from(body) };
  return { type: 'application/json', bytes: Buffer.from(JSON.stringify(body)) };
}

function withQuery(url: string, query: RequestOptions['query']): string {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one): [string, string] => [name, String(one)]));
  if (pairs.length === 0) return url;
  return `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams(pairs)}`;
}

function parse(type: string | undefined, text: string): unknown {
  if (!type || !/^application\/([\w.+-]+\+)?json\b/.test(type) || text === '') return undefined;
  return JSON.parse(text);
}

/** One request. `url` is sent as it stands: no normalising of `..`, `//` or escapes. */
export function send<T = any>(method: string, url: string, options: RequestOptions = {}): Promise<Answer<T>> {
  const parts = /^(https?:)\/\/([^/?#]+)(.*)$/.exec(withQuery(url, options.query));
  if (!parts) throw new Error(`not an address: ${url}`);
  const [, protocol, host, path] = parts as unknown as [string, 'http:' | 'https:', string, string];
  const { hostname, port } = new URL(`${protocol}//${host}`);
  const body = payload(options.body);
  const headers: Record<string, string | string[]> = {};
  if (body) {
    headers['content-type'] = body.type;
    headers['content-length'] = String(body.bytes.length);
  }
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = value;

  return new Promise((resolve, reject) => {
    const request = (protocol === 'https:' ? https : http).request({
      method, protocol, path: path || '/', hostname: hostname.replace(/^\[|\]$/g, ''), port, headers,
      agent: options.alone || wasBusy() ? false : agents[protocol],
      ...(protocol === 'https:' ? { rejectUnauthorized: false } : {}),
    });
    const timer = setTimeout(() => request.destroy(new Error(`${method} ${url}: no answer`)),
      options.timeout ?? 30_000);
    request.on('error', (error) => { clearTimeout(timer); reject(error); });
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        clearTimeout(timer);
        const bytes = Buffer.concat(chunks);
        const flat = Object.fromEntries(Object.entries(response.headersDistinct).map(([name, values]) =>
          [name, values?.join(', ')]));
        const text = flat['content-encoding'] ? '' : bytes.toString();
        let body: T;
        try {
          body = parse(flat['content-type'], text) as T;
        } catch (error) {
          reject(new Error(`${method} ${url}: ${response.statusCode} with a body that is not JSON: ${text.slice(0, 200)}`, { cause: error }));
          return;
        }
        const answer = { status: response.statusCode ?? 0, headers: flat, rawHeaders: response.rawHeaders, bytes, text,
          body };
        try {
          holdAnswer(method, `${protocol}//${host}`, path, answer);
          resolve(answer);
        } catch (error) {
          reject(error as Error);
        }
      });
    });
    request.end(body?.bytes);
  });
}

/** Sends bytes as they are, and gives what came until the server closed or was silent for `quiet` milliseconds. */
export function sendBytes(base: string, bytes: string | Uint8Array, quiet = 500): Promise<string> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    let got = '';
    const socket = net.connect(Number(port), hostname, () => socket.write(bytes));
    socket.setTimeout(quiet, () => socket.destroy());
    socket.on('data', (chunk) => { got += chunk.toString('latin1'); });
    socket.on('close', () => resolve(got));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);	// being cut off is an answer
    });
  });
}

const waits = new Set<() => Promise<void>>();

/** Before each request of a client the promise is waited for: what is asked may depend on what others have begun. */
export const beforeRequests = (wait: () => Promise<void>): void => { waits.add(wait); };

/**
 * Requests below one address, with what they have in common. Both are asked for at each request: a restart may change
 * them.
 */
export class Client {
  readonly #base: () => string;
  readonly #headers: () => Promise<Record<string, string>>;

  constructor(base: () => string, headers: () => Promise<Record<string, string>> = async () => ({})) {
    this.#base = base;
    this.#headers = headers;
  }

  async request<T = any>(method: string, path: string, options: RequestOptions = {}): Promise<Answer<T>> {
    for (const wait of waits) await wait();
    return send<T>(method, this.#base() + path,
      { ...options, headers: { ...await this.#headers(), ...options.headers } });
  }

  get<T = any>(path: string, options?: RequestOptions): Promise<Answer<T>> {
    return this.request<T>('GET', path, options);
  }

  head(path: string, options?: RequestOptions): Promise<Answer> {
    return this.request('HEAD', path, options);
  }

  post<T = any>(path: string, body?: unknown, options?: RequestOptions): Promise<Answer<T>> {
    return this.request<T>('POST', path, { body, ...options });
  }

  put<T = any>(path: string, body?: unknown, options?: RequestOptions): Promise<Answer<T>> {
    return this.request<T>('PUT', path, { body, ...options });
  }

  patch<T = any>(path: string, body?: unknown, options?: RequestOptions): Promise<Answer<T>> {
    return this.request<T>('PATCH', path, { body, ...options });
  }

  delete<T = any>(path: string, options?: RequestOptions): Promise<Answer<T>> {
    return this.request<T>('DELETE', path, options);
  }
}
