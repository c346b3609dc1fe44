// Addresses that others name, wherever they do: none leads into the operator's network. The server is outside_server.c,
// for which 127.0.0.1 is outside and every other address of this machine inside.
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { afterLogout, Browser, newApp, newPerson, redirectUri } from '../api/support/browser.ts';
import { unique } from '../api/support/build.ts';
import type { Answer } from '../api/support/client.ts';
import { ok, problem, soon } from '../api/support/expect.ts';
import { identityProvider, type Provider } from '../api/support/identity-provider.ts';
import { mailServer } from '../api/support/mail-server.ts';
import { metadata, newPair } from '../api/support/saml.ts';
import { bin, startServer } from '../api/support/server.ts';

const server = await startServer({ program: join(dirname(bin), 'tests/faults/outside_server'),
  flags: ['--saml-program', join(dirname(bin), 'guildhall-saml')] });
const { api } = server;
ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: true }));
const app = await newApp(api), pair = newPair(), mails = await mailServer();

// what listens inside; nobody may ever come
let connections = 0;
const inside = createServer((socket) => { connections++; socket.destroy(); });
await new Promise<void>((ready) => inside.listen(0, '127.0.0.2', ready));
afterAll(() => { inside.close(); });
const { port } = inside.address() as AddressInfo;
/** Where somebody listens, where nobody does, and names of inside addresses that are not written as such. */
const places = [`http://127.0.0.2:${port}`, 'http://127.0.0.2:1', `http://2130706434:${port}`, `http://[::ffff:127.0.0.2]:${port}`];

/** Begins at the connector, and brings back what the provider answers. */
async function signIn(path: string, provider: Provider): Promise<Answer> {
  const b = await (await new Browser(() => server.base).visit(app)).start();
  const begun = await b.page('POST', `${path}/authorization-uri`, { state: 's', redirectUri: `${server.base}/callback/x` });
  if (begun.status !== 200) return begun;
  const { authorizationUri, verificationId } = begun.body;
  return b.page('POST', `${path}/verify`, { verificationId, connectorData: provider.answer(authorizationUri) });
}

/** An organization's connector, whose provider names this address in its discovery document. */
const named = (member: string, path: string) => async (place: string, provider: Provider): Promise<Answer> => {
  provider.discovery = { [member]: `${place}${path}` };
  const { id } = ok(await api.post('/sso-connectors', { providerName: 'OIDC', connectorName: unique('sso'),
    domains: [`${unique('acme').toLowerCase()}.example`], config: { ...provider.client, issuer: provider.issuer } }));
  return signIn(`/verification/sso/${id}`, provider);
};

const enterprise = (providerName: string, config: object) => api.post('/sso-connectors', { providerName, connectorName: unique('sso'), config });

/** A connector to a provider where people have accounts of their own. */
const social = (connectorId: string, config: (place: string, issuer: string) => object) => async (place: string, provider: Provider) => {
  const { id } = ok(await api.post('/connectors', { connectorId, metadata: { target: unique('idp') },
    config: { ...provider.client, ...config(place, provider.issuer) } }));
  return signIn(`/verification/social/${id}`, provider);
};
const byHand = (place: string, issuer: string) => ({ authorizationEndpoint: `${issuer}/auth`, tokenEndpoint: `${issuer}/token`,
  idTokenVerificationConfig: { issuer, jwksUri: `${place}/keys` } });

const trial = async (url: string) => {
  const { id } = ok(await api.post('/hooks', { events: ['User.Created'], config: { url: 'https://a.example' } }), 201);
  return api.post(`/hooks/${id}/test`, { events: ['User.Created'], config: { url } });
};
const message = (connectorId: string, to: object, config: object) => api.post(`/connectors/${connectorId}/test`, { ...to, config });

type Act = (place: string, provider: Provider) => Promise<Answer>;
const cases: [string, number, string, Act][] = [
  ['the issuer of an organization’s provider', 400, 'connector.invalid_config',
    (issuer, { client }) => enterprise('OIDC', { ...client, issuer })],
  ['its token_endpoint', 500, 'connector.general', named('token_endpoint', '/token')],
  ['its userinfo_endpoint', 500, 'connector.general', named('userinfo_endpoint', '/me')],
  ['its jwks_uri', 500, 'connector.general', named('jwks_uri', '/keys')],
  ['the metadata of a SAML provider', 400, 'connector.invalid_metadata', (place) => enterprise('SAML', { metadataUrl: `${place}/metadata` })],
  ['the issuer of a social provider', 400, 'connector.general', social('oidc', (place) => ({ issuer: place }))],
  ['its token endpoint', 400, 'connector.general', social('oidc', (place, issuer) => ({ ...byHand(issuer, issuer), tokenEndpoint: `${place}/token` }))],
  ['its keys', 400, 'connector.general', social('oidc', byHand)],
  ['the token endpoint of one that speaks OAuth alone', 400, 'connector.general', social('oauth2', (place, issuer) =>
    ({ authorizationEndpoint: `${issuer}/auth`, tokenEndpoint: `${place}/token`, userInfoEndpoint: `${issuer}/me` }))],
  ['where that tells of people', 400, 'connector.general', social('oauth2', (place, issuer) =>
    ({ authorizationEndpoint: `${issuer}/auth`, tokenEndpoint: `${issuer}/token`, userInfoEndpoint: `${place}/me` }))],
  ['a webhook', 422, 'hook.send_test_payload_failed', (place) => trial(`${place}/in`)],
  ['where a webhook is sent on to', 422, 'hook.send_test_payload_failed', (place, { takes, issuer }) => {
    takes.set('/on', (_, response) => response.writeHead(303, { location: `${place}/in` }).end());
    return trial(`${issuer}/on`);
  }],
  ['a service that sends mails', 400, 'connector.general', (place) => message('http-email', { email: 'a@x.example' }, { endpoint: `${place}/in` })],
  ['a service that sends text messages', 400, 'connector.general', (place) => message('http-sms', { phone: '491701234567' }, { endpoint: `${place}/in` })],
  ['a mail server', 400, 'connector.general', (place, { issuer }) => message('simple-mail-transfer-protocol', { email: 'a@x.example' },
    { host: new URL(place).hostname, port: place === issuer ? mails.port : Number(new URL(place).port), ignoreTLS: true,
      fromEmail: 'a@acme.example', templates: [{ usageType: 'Generic', subject: '{{code}}', content: '{{code}}' }] })],
];

test.each(cases)('%s: outside it is called, inside never: %i %s', async (_name, status, code, act) => {
  const fresh = async () => {
    const provider = await identityProvider();	// no document of it is remembered
    provider.userinfo = { email: 'ada@x.example', name: 'Ada' };
    provider.takes.set('/metadata', (_, response) => response.end(metadata('urn:idp', pair.certificate)));
    provider.takes.set('/in', (_, response) => response.writeHead(200, { connection: 'close' }).end('{}'));
    return provider;
  };
  const outside = await fresh(), good = await act(outside.issuer, outside);
  expect({ status: good.status, text: good.status < 300 ? '' : good.text }).toEqual({ status: expect.toSatisfy((n: number) => n < 300), text: '' });
  const told = [];
  for (const place of places)
    told.push(JSON.stringify(problem(await act(place, await fresh()), status, code)).replace(/http:\/\/(\[.*?\]|[\w.]+)(:\d+)?/g, 'ADDRESS'));
  expect(new Set(told).size, told.join('\n')).toBe(1);	// nobody learns who listens inside
  expect(connections).toBe(0);
});

test('a delivery goes to no address inside, and the entry says so', async () => {
  for (const place of places) {
    const { id } = ok(await api.post('/hooks', { events: ['Role.Created'], config: { url: `${place}/in`, retries: 0 } }), 201);
    ok(await api.post('/roles', { name: unique('role'), description: 'of nobody' }));
    await expect.poll(async () => ok(await api.get(`/hooks/${id}/recent-logs`))[0]?.payload.error, soon).toMatch(/^TypeError: .*not public/);
    ok(await api.delete(`/hooks/${id}`), 204);
  }
  expect(connections).toBe(0);
});

test('a client that wants to hear of sign-outs inside is not told, and the sign-out goes on', async () => {
  const client = await newApp(api, 'SPA', { oidcClientMetadata: { redirectUris: [redirectUri], postLogoutRedirectUris: [afterLogout],
    backchannelLogoutUri: `${places[0]}/out` } });
  const b = await new Browser(() => server.base).visit(client);
  await b.follow(await b.logIn(await newPerson(api)));
  const { text } = await b.get('/oidc/session/end', { query: { client_id: client.id, post_logout_redirect_uri: afterLogout } });
  const body = new URLSearchParams({ xsrf: /name="xsrf" value="([^"]+)"/.exec(text)?.[1] ?? '', logout: 'yes' });
  const { status, headers } = await b.request('POST', '/oidc/session/end/confirm', { body });
  expect([status, headers.location]).toEqual([303, afterLogout]);
  await expect.poll(() => server.log, soon).toMatch(new RegExp(`client ${client.id} was not told of a sign-out: CALL_ADDRESS`));
  expect(connections).toBe(0);
});
