// Verbs that change the store beside the running server.
import { expect, test, vi } from 'vitest';
import { send } from '../api/support/client.ts';
import { ok, soon } from '../api/support/expect.ts';
import { startServer } from '../api/support/server.ts';
import { Ledger, list, Load, writers } from './support.ts';

const server = await startServer();
const { api } = server;

const kids = async (): Promise<string[]> =>
  ok(await send('GET', `${server.base}/oidc/jwks`)).keys.map((key: { kid: string }) => key.kid);

test('an application that a verb creates works at once', async () => {
  const app = await server.newApp('made beside');
  const parameters = { grant_type: 'client_credentials', resource: app.resource, scope: 'all' };
  const { access_token: token } = ok(await server.requestToken(parameters, app));
  ok(await send('GET', `${server.base}/api/organizations`, { headers: { authorization: `Bearer ${token}` } }));
});

test('an application that was refused before it existed works once a verb has created it', async () => {
  const first = await server.newApp('first');
  const refused = await server.requestToken({ grant_type: 'client_credentials' }, { id: 'nobody', secret: 'nothing' });
  expect(refused.status).toBe(400);
  ok(await server.requestToken({ grant_type: 'client_credentials', resource: first.resource, scope: 'all' }, first));
});

test('a key that a verb rotates is published, and signs', async () => {
  const before = await kids();
  const { status, stdout } = await server.verb('key', 'rotate');
  expect(status).toBe(0);
  const current = JSON.parse(stdout)[0].kid as string;
  expect(before).not.toContain(current);

  await vi.waitFor(async () => expect((await kids())[0]).toBe(current), soon);
  expect(await kids()).toContain(before[0]);
  const token = ok(await server.requestToken({ grant_type: 'client_credentials', resource: server.app.resource,
    scope: 'all' }));
  expect(JSON.parse(Buffer.from(token.access_token.split('.')[0] ?? '', 'base64url').toString()).kid).toBe(current);
});

test('verbs get their turn while many write, and no writer is refused for them', async () => {
  const ledger = new Ledger();
  const load = new Load(writers,
    async () => ledger.created(ok(await api.post('/organizations', { name: 'Beside' }), 201).id));
  for (let i = 0; i < 5; i++) await server.newApp(`beside ${i}`);
  await load.stop();
  const { total, ids } = await list(api, '/organizations');
  expect(ids.length).toBe(total);
  ledger.check(ids);
});
