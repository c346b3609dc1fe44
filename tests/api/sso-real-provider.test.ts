// A whole sign-in at a provider that others wrote: npm's oidc-provider.
import { expect, test } from 'vitest';
import { Browser, newApp } from './support/browser.ts';
import { unique } from './support/build.ts';
import { ok } from './support/expect.ts';
import { realProvider } from './support/oidc-provider.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const real = await realProvider(/\/callback\/[0-9a-z]{12}$/);

/** What the browser comes back with, through all pages of the provider. */
async function visitProvider(address: string): Promise<URLSearchParams> {
  const jar = new Browser(() => real.issuer);
  return jar.follow(address, `${server.base}/callback/`);
}

test('somebody signs in at oidc-provider and joins the organization of the connector, twice as the same user', async () => {
  ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: true }));
  const { id } = ok(await api.post('/sso-connectors', { providerName: 'OIDC', connectorName: unique('sso'), domains: ['acme.example'],
    config: { ...real.client, issuer: real.issuer } }));
  const organization = ok(await api.post('/organizations', { name: 'Acme' }), 201);
  ok(await api.post(`/organizations/${organization.id}/jit/sso-connectors`, { ssoConnectorIds: [id] }), 201);
  real.person = { sub: 'ada', email: 'ada@acme.example', email_verified: true, name: 'Ada' };
  const app = await newApp(api);
  for (const isNew of [true, false]) {
    const b = await (await new Browser(() => server.base).visit(app)).start();
    const { authorizationUri, verificationId } = ok(await b.page('POST', `/verification/sso/${id}/authorization-uri`,
      { state: 's1', redirectUri: `${server.base}/callback/${id}` }));
    const connectorData = Object.fromEntries(await visitProvider(authorizationUri));
    expect(connectorData).toMatchObject({ state: 's1', code: expect.any(String), iss: real.issuer });
    ok(await b.page('POST', `/verification/sso/${id}/verify`, { verificationId, connectorData }));
    if (isNew) {
      expect((await b.page('POST', '/identification', { verificationId })).status).toBe(404);
      ok(await b.page('PUT', '/interaction-event', { interactionEvent: 'Register' }), 204);
    }
    ok(await b.page('POST', '/identification', { verificationId }), isNew ? 201 : 204);
    expect((await b.follow(ok(await b.page('POST', '/submit')).redirectTo)).get('code')).toBeTruthy();
  }
  const members = ok(await api.get(`/organizations/${organization.id}/users`));
  expect(members).toMatchObject([{ primaryEmail: 'ada@acme.example', name: 'Ada' }]);
});
