// Identity providers of companies that are dead: who waits for them is told, and nobody else notices.
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, expect, test, vi } from 'vitest';
import { Browser, newApp } from '../api/support/browser.ts';
import { unique } from '../api/support/build.ts';
import type { Client } from '../api/support/client.ts';
import { ok, problem, soon } from '../api/support/expect.ts';
import { identityProvider, type Provider } from '../api/support/identity-provider.ts';
import { startServer } from '../api/support/server.ts';

const perHost = 8, ofTenant = 6, many = 3 * perHost;
const flags = ['--call-private-addresses', 'true', '--calls-per-host', String(perHost), '--calls', String(8 * perHost)];

/** Takes every connection, and never says a word. */
const held = new Set<Socket>();
const silent = createServer((socket) => { held.add(socket.resume().on('error', () => {}).on('close', () => held.delete(socket))); });
await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready));
afterAll(() => { for (const socket of held) socket.destroy(); silent.close(); });
const silentAddress = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;

const discovery = '/.well-known/openid-configuration';

const configOf = ({ client, issuer }: Provider) => ({ ...client, issuer });
const connect = async (api: Client, provider: Provider): Promise<string> =>
  ok(await api.post('/sso-connectors', { providerName: 'OIDC', connectorName: unique('sso'), domains: [`${unique('acme')}.example`],
    config: configOf(provider) })).id;

/** From the application to the provider and back to the page; what the page sends then. */
async function visit(base: string, app: { id: string }, connector: string, provider: Provider): Promise<() => Promise<any>> {
  const b = await (await new Browser(() => base).visit(app)).start(), at = `/verification/sso/${connector}`;
  const { authorizationUri, verificationId } = ok(await b.page('POST', `${at}/authorization-uri`,
    { state: 's', redirectUri: `${base}/callback/${connector}` }));
  return () => b.page('POST', `${at}/verify`, { verificationId, connectorData: provider.answer(authorizationUri) }, { alone: true });
}

test(`${many} sign-ins that wait for a dead provider cost nobody else anything, and each is told when its time is over`, async () => {
  const server = await startServer({ flags }), { api } = server;
  ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: true }));
  const [well, dead] = [await identityProvider(), await identityProvider()];
  dead.discovery = { token_endpoint: silentAddress };
  const app = await newApp(api), [wellId, deadId] = [await connect(api, well), await connect(api, dead)];
  const sends = await Promise.all(Array.from({ length: many }, () => visit(server.base, app, deadId, dead)));
  let told = 0;
  const answers = Promise.all(sends.map(async (send) => { const answer = await send(); told++; return answer; }));
  await vi.waitFor(() => expect(held.size).toBe(ofTenant), soon);

  ok(await api.post('/organizations', { name: 'Beside' }), 201);
  ok(await server.requestToken({ grant_type: 'client_credentials', resource: server.app.resource }));
  ok(await (await visit(server.base, app, wellId, well))());
  expect(ok(await api.get('/sso-connectors', { alone: true })).map(({ id, providerConfig }: any) => [id, !!providerConfig]).toSorted())
    .toEqual([[wellId, true], [deadId, true]].toSorted());
  expect([told, held.size]).toEqual([0, ofTenant]);

  for (const answer of await answers) problem(answer, 500, 'connector.general');
  ok(await (await visit(server.base, app, wellId, well))());
});

test('what a provider did not say in time is not waited for again at once, by its people or by administrators', async () => {
  const server = await startServer({ flags }), { api } = server;
  ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: true }));
  const provider = await identityProvider(), id = await connect(api, provider), app = await newApp(api);
  await server.stop();		// it forgets the document
  await server.start();
  provider.takes.set(discovery, () => {});
  provider.seen.length = 0;
  const list = async () => ok(await api.get('/sso-connectors', { alone: true })).map((one: any) => [one.id, !!one.providerConfig]);
  expect(await list()).toEqual([[id, false]]);
  expect(provider.seen.map(({ path }) => path)).toEqual([discovery]);
  expect(await list()).toEqual([[id, false]]);
  const b = await (await new Browser(() => server.base).visit(app)).start();
  problem(await b.page('POST', `/verification/sso/${id}/authorization-uri`, { state: 's', redirectUri: `${server.base}/callback/${id}` }),
    500, 'connector.general');
  expect(provider.seen.map(({ path }) => path)).toEqual([discovery]);
  provider.reset();
  ok(await api.patch(`/sso-connectors/${id}`, { config: configOf(provider) }));	// looks for it anew
  expect(await list()).toEqual([[id, true]]);
});
