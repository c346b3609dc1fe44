// Apache with mod_auth_openidc, both Debian's, in front of a page that knows nothing of sign-in: it reads headers.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { Browser, newApp, newPerson } from './support/browser.ts';
import { Build } from './support/build.ts';
import { send } from './support/client.ts';
import { ok, soon } from './support/expect.ts';
import { atEnd, bound, freePort, newFolder } from './support/owned.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);
const base = `http://localhost:${await freePort()}`;
const { port } = new URL(base);

const { id } = await newApp(api, 'Traditional', { oidcClientMetadata: { redirectUris: [`${base}/callback`],
  postLogoutRedirectUris: [`${base}/bye`] } });
const [{ value: secret }] = ok(await api.get(`/applications/${id}/secrets`));
const ada = await newPerson(api, { name: 'Ada' });
const organization = await build.organization();
ok(await api.post(`/organizations/${organization.id}/users`, { userIds: [ada.id] }), 201);

// The page: what it was told about the person.
const page = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ path: request.url, ...request.headers }));
});
await new Promise<void>((listening) => page.listen(0, '127.0.0.1', listening));
atEnd(() => page.close());

const modules = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'auth_openidc', 'proxy', 'proxy_http'];
const endpoint = `${server.base}/oidc`;
const configuration = (folder: string): string => `
${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
ServerName ${base}
Listen 127.0.0.1:${port}
Listen [::1]:${port}
PidFile ${folder}/pid
ErrorLog ${folder}/errors
Mutex file:${folder}
OIDCProviderMetadataURL ${endpoint}/.well-known/openid-configuration
OIDCClientID ${id}
OIDCClientSecret ${secret}
OIDCProviderTokenEndpointAuth client_secret_basic
OIDCRedirectURI ${base}/callback
OIDCCryptoPassphrase ${randomBytes(16).toString('hex')}
OIDCScope "openid profile urn:logto:scope:organizations"
OIDCPKCEMethod S256
OIDCOAuthServerMetadataURL ${endpoint}/.well-known/openid-configuration
OIDCOAuthIntrospectionEndpointAuth client_secret_basic
OIDCOAuthClientID ${id}
OIDCOAuthClientSecret ${secret}
OIDCOAuthRemoteUserClaim sub
<Location />
  AuthType openid-connect
  Require valid-user
</Location>
<Location /api>
  AuthType oauth20
  Require claim sub:${ada.id}
</Location>
<Location /bye>
  AuthType none
  Require all granted
</Location>
ProxyPass /callback !
ProxyPass / http://127.0.0.1:${(page.address() as AddressInfo).port}/
`;

/** Apache in a folder of its own, as one process; as nobody where we are root, since it does not run as root. */
async function startApache(): Promise<string> {
  const folder = newFolder('apache'), file = join(folder, 'apache.conf');
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
  writeFileSync(file, configuration(folder));
  if (nobody) chownSync(folder, nobody.uid, nobody.gid);
  const child = spawn(...bound('/usr/sbin/apache2', ['-X', '-d', folder, '-f', file]),
    { ...nobody, env: { PATH: '/usr/bin:/bin' }, stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '', ended = false;
  child.stderr.on('data', (chunk: Buffer) => { told += chunk.toString(); });
  const over = new Promise<void>((end) => child.once('close', () => { ended = true; end(); }));
  atEnd(() => {
    child.kill();
    return over;
  });
  await vi.waitUntil(() => ended || send('GET', `${base}/bye`).then(() => true, () => false), soon);
  if (ended) throw new Error(`Apache did not start\n${told}`);
  return join(folder, 'errors');
}
const errors = await startApache();
const newVisitor = (): Browser => new Browser(() => base, { accept: 'text/html' });

/** Opens a page and signs in where it leads. */
async function signIn(visitor: Browser, path: string): Promise<Browser> {
  const atIssuer = new Browser(() => server.base);
  const { headers } = await visitor.get(path);
  expect(headers.location, readFileSync(errors, 'utf8')).toMatch(`${endpoint}/auth?`);
  const back = await atIssuer.open(headers.location as string, ada, `${base}/callback`);
  const answer = await visitor.get(back.pathname + back.search);
  expect(answer.headers.location, readFileSync(errors, 'utf8')).toBe(`${base}${path}`);
  return atIssuer;
}

test('a person signs in, and the page reads the claims in headers', async () => {
  const visitor = newVisitor();
  await signIn(visitor, '/reports?year=2026');
  expect(ok(await visitor.get('/reports?year=2026'))).toMatchObject({ path: '/reports?year=2026',
    oidc_claim_sub: ada.id, oidc_claim_iss: endpoint, oidc_claim_aud: id, oidc_claim_name: 'Ada',
    oidc_claim_username: ada.username, oidc_claim_organizations: organization.id });
  const stranger = await newVisitor().get('/reports', { headers: { oidc_claim_sub: ada.id } });
  expect(stranger.status, 'a header of the browser itself is nothing').toBe(302);
});

test('signing out at the page ends both sessions and leads to the page after it', async () => {
  const visitor = newVisitor(), atIssuer = await signIn(visitor, '/');
  const { headers } = await visitor.get('/callback', { query: { logout: `${base}/bye` } });
  expect(headers.location, readFileSync(errors, 'utf8')).toMatch(`${endpoint}/session/end?`);
  expect(await atIssuer.leave(headers.location as string)).toBe(`${base}/bye`);
  expect(ok(await visitor.get('/bye')).oidc_claim_sub).toBeUndefined();
  const { location } = (await visitor.get('/')).headers;
  const { pathname, search } = new URL(location as string);
  expect((await atIssuer.get(pathname + search)).headers.location).toMatch(/^\/sign-in/);
});

test('an API asks by introspection whose token it is, and refuses any other', async () => {
  const visitor = newVisitor();
  await signIn(visitor, '/');
  const { oidc_access_token: token } = ok(await visitor.get('/'));
  const call = (bearer: string) => send('GET', `${base}/api`, { headers: { authorization: `Bearer ${bearer}` } });
  expect(ok(await call(token))).toMatchObject({ path: '/api', oidc_claim_sub: ada.id, oidc_claim_client_id: id });
  expect((await call(`${token.slice(0, -1)}!`)).status).toBe(401);
});
