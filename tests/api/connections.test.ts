// Connections that do nothing: whoever holds many of them leaves room for others, and for the other port.
import { once } from 'node:events';
import net from 'node:net';
import { expect, test } from 'vitest';
import { startServer } from './support/server.ts';

const most = 40;
const server = await startServer({
  flags: ['--max-connections', String(most), '--max-per-address', String(most), '--idle-seconds', '30'],
});
const behindProxy = await startServer({
  flags: ['--max-connections', String(most), '--max-per-address', String(most / 4), '--trust-proxy'],
});

/** From an address of this machine; the server may close it at once. */
async function dial(base: string, localAddress: string): Promise<net.Socket> {
  const socket = net.connect({ port: Number(new URL(base).port), host: '127.0.0.1', localAddress });
  socket.on('error', () => {});
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  return socket;
}

/** The status of an answer on this connection; 0: it was closed. */
function ask(socket: net.Socket): Promise<number> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve(0);
    socket.on('data', (bytes) => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(bytes.toString())?.[1])));
    socket.on('close', () => resolve(0));
    socket.write('GET /api/status HTTP/1.1\r\nHost: localhost\r\n\r\n');
  });
}

test('one address with as many connections as it can get keeps out neither others nor the admin port', async () => {
  const held = [];
  for (let i = 0; i < most; i++) held.push(await dial(server.base, '127.0.0.2'));
  const answers = await Promise.all(held.map(ask));
  const served = answers.filter((status) => status === 204).length;
  expect(served).toBeLessThan(most);
  expect(served).toBeGreaterThanOrEqual(most / 2);
  expect(await ask(await dial(server.base, '127.0.0.2'))).toBe(0);
  for (const [base, from] of [[server.base, '127.0.0.3'], [server.base, '127.0.0.4'], [server.admin, '127.0.0.2']] as const) {
    const other = await dial(base, from);
    expect([base, from, await ask(other)]).toEqual([base, from, 204]);
    other.destroy();
  }
  for (const socket of held) socket.destroy();
});

test('a proxy that is trusted has more than an address may have: the connections are those of its clients', async () => {
  const held = [];
  for (let i = 0; i < most / 2; i++) held.push(await dial(behindProxy.base, '127.0.0.2'));
  const answers = await Promise.all(held.map(ask));
  expect(answers.filter((status) => status === 204)).toHaveLength(most / 2);
  for (const socket of held) socket.destroy();
});
