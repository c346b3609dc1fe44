// A tenant whose mail server takes connections and never says a word: the mails of others leave at once.
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { Browser, newApp } from '../api/support/browser.ts';
import { times, unique } from '../api/support/build.ts';
import type { Client } from '../api/support/client.ts';
import { ok, soon } from '../api/support/expect.ts';
import { mailServer } from '../api/support/mail-server.ts';
import { atEnd } from '../api/support/owned.ts';
import { newTenant } from '../api/support/people.ts';
import { startServer } from '../api/support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true', '--call-connect-seconds', '600'] });
const mails = await mailServer();

/** The sockets that wait for a greeting. */
const held = new Set<Socket>();
let taken = 0;
const silent = createServer((socket) => {
  taken++;
  held.add(socket.on('error', () => {}).on('close', () => held.delete(socket)).resume());
});
await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready));
atEnd(() => { silent.close(); for (const socket of held) socket.destroy(); });

/** People of this tenant register by a code, which comes by the server on that port. */
async function withMails(api: Client, port: number): Promise<void> {
  ok(await api.post('/connectors', { connectorId: 'simple-mail-transfer-protocol', config: { host: '127.0.0.1', port, ignoreTLS: true,
    fromEmail: 'no-reply@acme.example', templates: [{ usageType: 'Generic', subject: 'Code', content: '{{code}}' }] } }));
  ok(await api.patch('/sign-in-exp', { signUp: { identifiers: ['email'], password: false, verify: true } }));
}

/** One who registers, and has codes sent to so many addresses. */
async function register(api: Client, count: number, headers: Record<string, string> = {}): Promise<string[]> {
  const b = await (await new Browser(() => server.base, headers).visit(await newApp(api))).start('Register');
  return times(count, async () => {
    const value = `${unique('new')}@x.example`.toLowerCase();
    ok(await b.page('POST', '/verification/verification-code', { identifier: { type: 'email', value }, interactionEvent: 'Register' }));
    return value;
  });
}

test('a mail server that never answers holds a share of the senders, and others have the rest', async () => {
  const quiet = await newTenant(server, 'quiet');
  await withMails(server.api, (silent.address() as AddressInfo).port);
  await withMails(quiet.api, mails.port);
  await register(server.api, 100);
  await vi.waitFor(() => expect(held.size).toBe(8), soon);

  const addresses = await register(quiet.api, 20, { host: quiet.host });
  await vi.waitFor(() => expect(mails.got.flatMap(({ to }) => to).sort()).toEqual(addresses.sort()), soon);
  expect([taken, held.size]).toEqual([8, 8]);

  for (const socket of held) socket.destroy();	// its next ones go on when these have failed
  await vi.waitFor(() => expect([taken, held.size]).toEqual([16, 8]), soon);
});
