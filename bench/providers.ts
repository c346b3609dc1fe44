// Identity providers that live in the process of the measurement, and hosts that are dead.
import { spawn } from 'node:child_process';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { openProvider, sign, type Provider } from '../tests/api/support/provider.ts';
import * as t from './tools.ts';

/** Something that other servers are called at, until it is closed. */
export interface Host {
  address: string;
  close(): void;
}

/** Takes every connection, reads, and never says a word. */
export async function silentHost(): Promise<Host> {
  const held = new Set<Socket>();
  const server = createServer((socket) => {
    held.add(socket.resume().on('error', () => {}).on('close', () => held.delete(socket)));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const close = () => { for (const socket of held) socket.destroy(); server.close(); };
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

const listens = `const server = require('node:net').createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port))`;

/** Connects; false: nobody took it within a quarter of a second. */
const taken = (port: number, sockets: Socket[]): Promise<boolean> => new Promise((done) => {
  const socket = connect(port, '127.0.0.1', () => done(true)).on('error', () => {});
  sockets.push(socket);
  setTimeout(() => done(false), 250);
});

/** Takes no connection: it is a process that is stopped, before which as many wait as the system lets wait. */
export async function fullHost(): Promise<Host> {
  const child = spawn(process.execPath, ['-e', listens], { stdio: ['ignore', 'pipe', 'inherit'] });
  const sockets: Socket[] = [];
  const port = Number(await t.listening(child, /\n/));
  child.kill('SIGSTOP');
  while (await taken(port, sockets));
  const close = () => { for (const socket of sockets) socket.destroy(); child.kill('SIGKILL'); };
  return { address: `http://127.0.0.1:${port}`, close };
}

/** An OpenID provider whose codes are nonces, so that many can sign in at once. */
export async function openIdProvider(email: string): Promise<{ provider: Provider; close: () => void }> {
  const { provider, close } = await openProvider();
  Object.assign(provider.userinfo, { email, email_verified: true, name: 'Ada' });
  provider.takes.set('/token', async ({ body }, response) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: provider.issuer, aud: provider.client.clientId, sub: 'person-1', nonce: body.get('code'), iat: now, exp: now + 300 };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ access_token: 'access', token_type: 'Bearer', id_token: await sign(claims, provider.key) }));
    provider.seen.length = 0;
  });
  return { provider, close };
}
