// A receiver of webhooks on a free port of the loopback interface: keeps what it gets, and answers by path as told.
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect } from 'vitest';
import { soon } from './expect.ts';

export interface Delivery {
  method: string | undefined;
  path: string;
  headers: IncomingHttpHeaders;
  raw: Buffer;
  body: any;
}

type Answer = number | ((response: ServerResponse) => void);

export interface Receiver {
  url(path?: string): string;
  got: Delivery[];
  /** Waits until so many have come to the path, and takes them. */
  take(count: number, path?: string): Promise<Delivery[]>;
  answer(path: string, how: Answer): void;
}

export const signatureHeader = 'logto-signature-sha-256';
export const signed = (key: string, raw: Buffer): string => createHmac('sha256', key).update(raw).digest('hex');

export async function hookReceiver(): Promise<Receiver> {
  const got: Delivery[] = [];
  const answers = new Map<string, Answer>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const raw = Buffer.concat(parts), path = request.url ?? '', how = answers.get(path) ?? 200;
      got.push({ method: request.method, path, headers: request.headers, raw,
        body: raw.length ? JSON.parse(raw.toString()) : undefined });
      if (typeof how === 'number') response.writeHead(how).end(how === 204 || how === 304 ? undefined : '{"ok":1,"secret":"s"}');
      else how(response);
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  afterAll(() => { server.closeAllConnections(); server.close(); });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const at = (path: string) => got.filter((delivery) => delivery.path === path);
  return {
    url: (path = '/') => base + path, got,
    async take(count, path = '/') {
      await expect.poll(() => at(path).length, soon).toBe(count);
      const taken = at(path);
      for (const one of taken) got.splice(got.indexOf(one), 1);
      return taken;
    },
    answer: (path, how) => { answers.set(path, how); },
  };
}
