// A balancer: an HTTP proxy that gives each request to the next of its servers.
import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atEnd } from './owned.ts';

export interface Balancer {
  url: string;
  /** How many requests each server has answered. */
  served: number[];
}

interface Asked { method: string; url: string; headers: IncomingHttpHeaders; body: Buffer }

/** Where requests go, by port. A server that takes no connection is passed over; no request is sent twice. */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const served = ports.map(() => 0);
  let turn = 0;

  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = 'GET', url = '/', headers } = incoming;
      give({ method, url, headers, body: Buffer.concat(chunks) }, turn++, ports.length);
    });

    const give = ({ method, url, headers, body }: Asked, mine: number, tries: number): void => {
      const i = mine % ports.length;
      const to = { host: 'localhost', port: ports[i], method, path: url, headers, agent: false };
      const sent = request(to, (answer) => {
        served[i]!++;
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(outgoing);
        answer.on('error', () => outgoing.destroy());
      });
      sent.on('error', (error: NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] }) => {
        const refused = [error, ...error.errors ?? []].some(({ code }) => code === 'ECONNREFUSED');
        if (refused && tries > 1) give({ method, url, headers, body }, mine + 1, tries - 1);
        else if (outgoing.headersSent) outgoing.destroy();
        else outgoing.writeHead(502).end(String(error));
      });
      sent.end(body);
    };
  });
  await new Promise<void>((listening) => server.listen(0, 'localhost', listening));
  atEnd(() => new Promise((closed) => {
    server.close(closed);
    server.closeAllConnections();
  }));
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, served };
}
