// People sign in at their organization, in a real browser and at a real provider (npm's oidc-provider).
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { newPerson } from '../api/support/browser.ts';
import { Build, unique } from '../api/support/build.ts';
import { registerExample } from '../api/support/example.ts';
import { ok } from '../api/support/expect.ts';
import { realProvider } from '../api/support/oidc-provider.ts';
import { startServer } from '../api/support/server.ts';
import { startSimpleSaml } from '../api/support/simplesamlphp.ts';
import { expectAccessible, look, open } from './support.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const real = await realProvider(/\/callback\/[0-9a-z]{12}$/);

const connect = async (domain: string, displayName: string): Promise<string> =>
  ok(await api.post('/sso-connectors', { providerName: 'OIDC', connectorName: unique('sso'), domains: [domain],
    branding: { displayName }, config: { ...real.client, issuer: real.issuer } })).id;

let acme: string;
beforeAll(async () => {
  ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: true, signIn: { methods: [
    { identifier: 'email', password: true, verificationCode: false, isPasswordPrimary: true },
    { identifier: 'username', password: true, verificationCode: false, isPasswordPrimary: true }] } }));
  acme = await connect('acme.example', 'Acme');
  await connect('two.example', 'Two by day');
  await connect('two.example', 'Two by night');
});

/** Enters a work address on the sign-in page that is open. */
async function enterAddress(page: Page, address: string): Promise<void> {
  await page.getByRole('button', { name: 'Continue with single sign-on' }).click();
  await page.getByLabel('E-mail').fill(address);
  await page.getByRole('button', { name: 'Continue' }).click();
}

async function begin(page: Page, query = ''): Promise<void> {
  await page.goto(`${server.base}/demo-app${query}`);
  await page.waitForURL(/\/(sign-in|register|direct)/);
}
const isSignedIn = (page: Page) => page.getByText('Claims of the ID token').waitFor();
const as = (sub: string, email: string) => { real.person = { sub, email, email_verified: true, name: 'Ada' }; };

test('somebody enters a work address and is signed in, the first time and again', async () => {
  as('ada', 'ada@acme.example');
  for (let i = 0; i < 2; i++) {
    const page = await open();
    await begin(page);
    await look(page, 'sso-sign-in');
    await page.getByRole('button', { name: 'Continue with single sign-on' }).click();
    await page.getByLabel('E-mail').waitFor();
    await expectAccessible(page);
    await look(page, 'sso-email');
    await page.getByLabel('E-mail').fill('ada@ACME.example');
    await page.getByRole('button', { name: 'Continue' }).click();
    await isSignedIn(page);
  }
  expect(ok(await api.get('/users?search=%25ada@acme%25'))).toHaveLength(1);
});

test('an address of the domain leads there from the sign-in page too, and a password is not asked about', async () => {
  as('eve', 'eve@acme.example');
  const page = await open({ width: 390, dark: true });
  await begin(page);
  await page.getByLabel('E-mail / Username').fill('eve@acme.example');
  await page.getByLabel('Password', { exact: true }).fill('anything');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await isSignedIn(page);
});

test('of several organizations with the domain the person chooses one', async () => {
  as('two', 'ada@two.example');
  const page = await open();
  await begin(page);
  await enterAddress(page, 'ada@two.example');
  await page.getByRole('button', { name: 'Continue with Two by day' }).waitFor();
  await expectAccessible(page);
  await look(page, 'sso-choose');
  await page.getByRole('button', { name: 'Continue with Two by night' }).click();
  await isSignedIn(page);
});

test('an address of nobody’s domain is told, and others sign in as before', async () => {
  const person = await newPerson(api);
  const page = await open();
  await begin(page);
  await enterAddress(page, 'ada@nowhere.example');
  await page.getByText('No organization has this address').waitFor();
  await page.getByRole('button', { name: 'Go back' }).click();
  await page.getByLabel('E-mail / Username').fill(person.username);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await isSignedIn(page);
});

test('an answer that was not begun in this tab is not taken', async () => {
  const page = await open();
  await begin(page);
  await page.goto(`${server.base}/callback/${acme}?code=stolen&state=of-somebody-else`);
  await page.getByText('This sign-in is not the one that was begun here').waitFor();
  await expectAccessible(page);
  await look(page, 'sso-stale');
  await page.getByRole('button', { name: 'Back to sign-in' }).click();
  await page.getByLabel('E-mail / Username').waitFor();
});

test('an application that says where its people sign in sends them there at once', async () => {
  as('ada', 'ada@acme.example');
  const page = await open();
  await page.goto(`${server.base}/oidc/auth?client_id=demo-app&redirect_uri=${encodeURIComponent(`${server.base}/demo-app`)}&response_type=code&scope=openid&state=x&code_challenge=${'A'.repeat(43)}&code_challenge_method=S256&direct_sign_in=sso:${acme}`);
  await page.waitForURL((url) => url.pathname === '/demo-app' && url.searchParams.has('code'));
});

/** An organization that takes in who comes by the connector, with a role; what an app by @logto/node is told of it after they went in. */
async function joinBy(connector: string, address: string, atProvider: (page: Page) => Promise<void>): Promise<void> {
  const build = new Build(api), [organization, scope] = [await build.organization(), await build.scope()];
  const role = await build.role({ organizationScopeIds: [scope.id] });
  ok(await api.put(`/organizations/${organization.id}/jit/sso-connectors`, { ssoConnectorIds: [connector] }), 204);
  ok(await api.put(`/organizations/${organization.id}/jit/roles`, { organizationRoleIds: [role.id] }), 204);
  const url = await registerExample(server, 'server-app', 'Traditional', scope.name), page = await open();
  await page.goto(url);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await enterAddress(page, address);
  await atProvider(page);
  await page.getByRole('link', { name: organization.id }).click();
  const shown = JSON.parse(await page.getByText(`urn:logto:organization:${organization.id}`).textContent() ?? '');
  expect(shown).toMatchObject({ aud: `urn:logto:organization:${organization.id}`, scope: scope.name });
  const [member] = ok(await api.get(`/organizations/${organization.id}/users`)) as any[];
  expect(member).toMatchObject({ id: shown.sub, primaryEmail: address, organizationRoles: [{ id: role.id }] });
}

test('somebody nobody has added signs in at their company, and an app by @logto/node holds a token of the organization that they joined', async () => {
  as('joiner', 'joiner@acme.example');
  await joinBy(acme, 'joiner@acme.example', async () => {});
});

test('so does somebody whose company speaks SAML (SimpleSAMLphp), once they have signed in there', async () => {
  const idp = await startSimpleSaml();
  const { id } = ok(await api.post('/sso-connectors', { providerName: 'SAML', connectorName: unique('saml'), domains: ['firm.example'],
    config: { metadataUrl: idp.metadataUrl, attributeMapping: { name: 'displayName' } } }));
  const { entityId, assertionConsumerServiceUrl: acs } = ok(await api.get(`/sso-connectors/${id}`)).providerConfig.serviceProvider;
  idp.knows([{ entityId, acs, signs: { response: true, assertion: true } }]);
  await joinBy(id, 'ada@firm.example', async (page) => {
    await page.getByLabel('Username').fill('ada');
    await page.getByLabel('Password').fill(idp.password);
    await page.getByRole('button', { name: 'Login' }).click();
  });
});
