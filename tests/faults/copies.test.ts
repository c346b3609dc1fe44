// Two copies of the server on one PostgreSQL: what one has changed, the other no longer remembers.
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { Browser } from '../api/support/browser.ts';
import { send } from '../api/support/client.ts';
import { oauthError, ok, soon } from '../api/support/expect.ts';
import { engine, startServer, type App, type Server } from '../api/support/server.ts';
import { freePort, startCopy } from './support.ts';

/** Both are one issuer, as behind a balancer. */
async function flags(): Promise<{ port: number; flags: string[] }> {
  const port = await freePort();
  return { port, flags: ['--port', String(port), '--endpoint', 'http://core.example', '--admin-endpoint',
    'http://admin.example'] };
}

describe.runIf(engine === 'postgres')('two copies on one PostgreSQL', async () => {
  let a: Server;
  let b: Server;

  if (engine === 'postgres') {
    const first = await flags();
    a = await startServer({ flags: first.flags });
    a.base = `http://localhost:${first.port}`;
  }

  beforeAll(async () => {
    const second = await flags();
    b = await startCopy(a, { flags: second.flags });
    b.base = `http://localhost:${second.port}`;
  });

  const tokenAt = (server: Server, app: Pick<App, 'id' | 'secret'>) =>
    server.requestToken({ grant_type: 'client_credentials', resource: a.app.resource, scope: 'all' }, app);

  /** Reads at a copy with a token, without the headers of `api`. */
  const readAt = (server: Server, token: string) =>
    send('GET', `${server.base}/api/organizations`, { headers: { authorization: `Bearer ${token}` } });

  const kids = async (server: Server): Promise<string[]> =>
    ok(await send('GET', `${server.base}/oidc/jwks`)).keys.map((key: { kid: string }) => key.kid);

  test('what is created at one is there at the other at once', async () => {
    const { id } = ok(await a.api.post('/organizations', { name: 'Shared' }), 201);
    expect(ok(await b.api.get(`/organizations/${id}`)).name).toBe('Shared');
  });

  test('a secret that is deleted at one is refused by the other', async () => {
    const app = await a.newApp('secrets');
    const second = ok(await a.api.post(`/applications/${app.id}/secrets`, { name: 'second' }), 201);
    const with2 = { id: app.id, secret: second.value as string };
    for (let i = 0; i < 3; i++) ok(await tokenAt(b, with2));

    ok(await a.api.delete(`/applications/${app.id}/secrets/second`), 204);
    await vi.waitFor(async () => oauthError(await tokenAt(b, with2), 401, 'invalid_client'), soon);
    ok(await tokenAt(b, app));
  });

  test('an application that is deleted at one is refused by the other, and so is its token', async () => {
    const app = await a.newApp('goes');
    const { access_token: token } = ok(await tokenAt(b, app));
    for (let i = 0; i < 3; i++) ok(await readAt(b, token));

    ok(await a.api.delete(`/applications/${app.id}`), 204);
    await vi.waitFor(async () => {
      oauthError(await tokenAt(b, app), 400, 'invalid_client');
      expect((await readAt(b, token)).status).toBe(401);
    }, soon);
  });

  test('a role that is taken away at one takes effect at the other, for a token that is remembered', async () => {
    const app = await a.newApp('loses its role');
    const { access_token: token } = ok(await tokenAt(b, app));
    for (let i = 0; i < 3; i++) ok(await readAt(b, token));

    const roles: { id: string }[] = ok(await a.api.get(`/applications/${app.id}/roles`));
    for (const role of roles) ok(await a.api.delete(`/roles/${role.id}/applications/${app.id}`), 204);
    await vi.waitFor(async () => expect([401, 403]).toContain((await readAt(b, token)).status), soon);
  });

  test('a role that is given at one is seen by the other', async () => {
    const app = await a.newApp('gets its role back');
    const { access_token: token } = ok(await tokenAt(b, app));
    const roles: { id: string }[] = ok(await a.api.get(`/applications/${app.id}/roles`));
    for (const role of roles) ok(await a.api.delete(`/applications/${app.id}/roles/${role.id}`), 204);
    await vi.waitFor(async () => expect((await readAt(b, token)).status).not.toBe(200), soon);

    ok(await a.api.post(`/applications/${app.id}/roles`, { roleIds: roles.map((role) => role.id) }), 201);
    await vi.waitFor(async () => ok(await readAt(b, token)), soon);
  });

  test('a key that is rotated at one is published by the other, which signs with it', async () => {
    const before = await kids(b);
    ok(await a.api.post('/configs/oidc/private-keys/rotate', {}));
    const [current] = await kids(a);
    expect(before).not.toContain(current);

    await vi.waitFor(async () => expect(await kids(b)).toEqual(await kids(a)), soon);
    const { access_token: token } = ok(await tokenAt(b, b.app));
    expect(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid).toBe(current);
    ok(await readAt(a, token));
    ok(await readAt(b, token));
  });

  test('each has printed a link for the first administrator, and of two who use them at once one becomes it', async () => {
    const browsers = await Promise.all([a, b].map(async (server) => {
      const browser = new Browser(() => server.base, { host: 'admin.example' });
      ok(await browser.get(new URL(server.claim).pathname), 303);
      return browser;
    }));
    expect(a.claim).not.toBe(b.claim);
    const answers = await Promise.all(browsers.map((browser) => browser.register()));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 403]);
  });
});
