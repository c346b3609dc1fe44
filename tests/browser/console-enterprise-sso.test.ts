// Enterprise SSO in the Console: connectors to the providers of companies. What is saved is read back by another client.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { ids, unique } from '../api/support/build.ts';
import { dnsServer } from '../api/support/dns-server.ts';
import { ok } from '../api/support/expect.ts';
import { realProvider } from '../api/support/oidc-provider.ts';
import { newPair } from '../api/support/saml.ts';
import { startServer } from '../api/support/server.ts';
import { byHand, enterConsole, expectGood, visit } from './administrator.ts';
import { look } from './support.ts';

const dns = await dnsServer();
const server = await startServer({ flags: ['--call-private-addresses', 'true', '--dns-server', dns.address] });
const { api } = server;
const real = await realProvider(/\/callback\/[0-9a-z]{12}$/);
const idp = newPair();

let page: Page;
const hand = byHand(() => page), { card, confirm, dialog, flip, main, press, refused, save } = hand;
beforeAll(async () => { page = await enterConsole(server); });

const at = (path: string) => visit(server, page, `/enterprise-sso${path}`);
const field = (name: string) => main().getByRole('textbox', { name, exact: true });
const connectors = async (): Promise<any[]> => ok(await api.get('/sso-connectors'));
const connector = async (id: string): Promise<any> => ok(await api.get(`/sso-connectors/${id}`));
const connect = async (providerName: string, more: object = {}): Promise<string> =>
  ok(await api.post('/sso-connectors', { providerName, connectorName: unique('sso'), ...more })).id;

test('with none the page teaches; a connector begins with its provider and a name that no other has, and its guide', async () => {
  await connect('OIDC', { connectorName: 'Taken' });
  const [taken] = await connectors();
  ok(await api.delete(`/sso-connectors/${taken.id}`), 204);
  await at('');
  await page.getByRole('heading', { name: 'Let a company sign in with its own accounts' }).waitFor();
  await page.getByText('Enterprise SSO is switched off').waitFor();
  await expectGood(page, 'enterprise-sso-none');
  await connect('OIDC', { connectorName: 'Taken' });
  await at('/create');
  await press('Create connector', dialog());
  await dialog().getByText('Choose the provider.').waitFor();
  await dialog().getByRole('radio', { name: 'OIDC', exact: true }).click();
  await dialog().getByRole('textbox', { name: 'Connector name' }).fill('Taken');
  await press('Create connector', dialog());
  await refused(dialog().getByRole('textbox', { name: 'Connector name' }));
  await expectGood(page, 'enterprise-sso-create');
  await dialog().getByRole('textbox', { name: 'Connector name' }).fill('Acme <b>');
  await press('Create connector', dialog());
  await page.waitForURL(/connection\?guide=open$/);
  const made = (await connectors()).find((one) => one.connectorName === 'Acme <b>');
  await dialog().getByText(`/callback/${made.id}`).waitFor();
  await expectGood(page, 'enterprise-sso-guide');
  await press('To the settings', dialog());
  await hand.gone();
});

test('the connection is tried before it is saved; a test sign-in shows what the provider says', async () => {
  const { id } = (await connectors()).find((one) => one.connectorName === 'Acme <b>');
  await field('Client id').fill(real.client.clientId);
  await page.locator('input[name=clientSecret]').fill(real.client.clientSecret);
  await field('Issuer').fill('javascript:alert(1)');
  await press('Save changes');
  await refused(field('Issuer'));
  await field('Issuer').fill(`${real.issuer}/nowhere`);
  await press('Save changes');
  await refused(field('Issuer'));
  await field('Issuer').fill(real.issuer);
  await save();
  expect((await connector(id)).config).toMatchObject({ ...real.client, issuer: real.issuer });
  await card('What the provider publishes').getByText(`${real.issuer}/token`).waitFor();
  real.person = { sub: 'ada', email: 'ada@acme.example', email_verified: true, name: 'Ada' };
  const trial = async (heading: string) => {
    const popup = page.context().waitForEvent('page');
    await card('Test sign-in').getByRole('button', { name: 'Test sign-in' }).click();
    const tab = await popup;
    await tab.getByRole('heading', { name: heading }).waitFor();
    await look(tab, `enterprise-sso-trial-${heading.length}`);
    await tab.close();
  };
  await trial('The provider vouches for the person, but a sign-in would be refused');
  await card('Test sign-in').getByText('It works, but a sign-in would be refused').waitFor();
  await card('Test sign-in').getByText('(does not count)').waitFor();	// it has no domain yet
  await expectGood(page, 'enterprise-sso-connection');

  ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: true }));
  ok(await api.patch(`/sso-connectors/${id}`, { domains: ['acme.example'] }));
  const organization = ok(await api.post('/organizations', { name: 'Works <b>' }), 201), role = ok(await api.post('/organization-roles', { name: 'editor' }), 201);
  ok(await api.post(`/organizations/${organization.id}/jit/sso-connectors`, { ssoConnectorIds: [id] }), 201);
  ok(await api.post(`/organizations/${organization.id}/jit/roles`, { organizationRoleIds: [role.id] }), 201);
  await trial('The test sign-in worked');
  await card('Test sign-in').getByText('A new user would be made').waitFor();
  await card('Test sign-in').getByRole('link', { name: 'Works <b>' }).waitFor();
  await card('Test sign-in').getByText('(editor)').waitFor();
  await expectGood(page, 'enterprise-sso-connection-outcome');
  ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: false }));
  ok(await api.patch(`/sso-connectors/${id}`, { domains: [] }));
});

test('domains are marked where they are wrong, the button is shown as people will see it, and a proof is looked for in the DNS', async () => {
  const { id } = (await connectors()).find((one) => one.connectorName === 'Acme <b>');
  await page.getByRole('link', { name: 'Add a domain' }).click();
  const domains = main().getByRole('combobox', { name: 'E-mail domains' }), add = async (text: string) => { await domains.fill(text); await page.keyboard.press('Enter'); };
  await add('gmail.com');
  await page.getByText('Anybody can get an address at gmail.com.').waitFor();
  await page.keyboard.press('Backspace');
  await add('acme.example');
  await main().getByRole('radio', { name: 'At every sign-in' }).click();
  await field('Display name').fill('Acme Inc.');
  await field('Logo').fill('javascript:alert(1)');
  await press('Save changes');
  await page.getByText('That is not a web address.').waitFor();
  await field('Logo').fill('');
  await page.getByRole('region', { name: 'Preview' }).getByText('Continue with Acme Inc.').first().waitFor();
  await save();
  expect(await connector(id)).toMatchObject({ domains: ['acme.example'], syncProfile: true, branding: { displayName: 'Acme Inc.' } });
  await card('acme.example').getByRole('button', { name: 'Prove this domain' }).click();
  await card('acme.example').getByText('Name of the TXT record').waitFor();
  const [{ recordName, recordValue }] = ok(await api.get('/domain-proofs')) as { recordName: string; recordValue: string }[] as [any];
  await card('acme.example').getByText(recordValue).waitFor();
  await press('Check now', card('acme.example'));
  await card('acme.example').getByText('Not found').waitFor();
  expect(ok(await api.get('/domain-proofs'))).toMatchObject([{ domain: 'acme.example', status: 'Pending', lastResult: 'Missing' }]);
  await expectGood(page, 'enterprise-sso-experience');
  dns.zones.set(recordName, { texts: [[recordValue]] });
  await press('Check now', card('acme.example'));
  await card('acme.example').getByText('Proven', { exact: true }).waitFor();
  expect(ok(await api.get('/domain-proofs'))).toMatchObject([{ status: 'Proven' }]);
  expect(await card('acme.example').getByText('TXT record').count()).toBe(0);	// there is nothing left to publish
});

test('a SAML provider is entered by hand; requests are signed once there is a key', async () => {
  const id = await connect('SAML');
  await at(`/${id}/connection`);
  await main().getByText('By hand', { exact: true }).click();
  await field('Sign-on URL').fill('https://idp.example/sso');
  await field('Entity id of the provider').fill('urn:idp.example');
  await field('Certificate').fill(idp.certificate);
  await field('E-mail address').fill('mail');
  await flip('Sign requests');
  await press('Save changes');
  await press('Make key and save', dialog());
  await card('What we read of the provider').waitFor();
  expect((await connector(id)).config).toMatchObject({ entityId: 'urn:idp.example', attributeMapping: { email: 'mail' }, signAuthnRequest: true });
  expect(ok(await api.get(`/sso-connectors/${id}/signing-keys`))).toMatchObject([{ active: true }]);
  await card('Signing keys').getByText('Active', { exact: true }).waitFor();
  await expectGood(page, 'enterprise-sso-saml');
});

test('a signing key is downloaded; the one in use stays until another one is active, then it is deleted, and without signing all may rest', async () => {
  const [{ id }] = (await connectors()).filter((one) => one.providerName === 'SAML') as [any], keys = async (): Promise<any[]> => ok(await api.get(`/sso-connectors/${id}/signing-keys`));
  const [first] = await keys(), list = card('Signing keys').getByRole('listitem');
  const download = page.waitForEvent('download');
  await hand.choose(first.id, 'Download certificate');
  expect(await readFile(await (await download).path(), 'utf8')).toBe(first.certificate);
  await press('Generate key', card('Signing keys'));
  await list.nth(1).waitFor({ timeout: 90_000 });	// large primes are found by luck
  const second = (await keys()).find((one) => one.id !== first.id);
  expect(second.active).toBe(false);
  await hand.choose(first.id, 'Deactivate');
  await card('Signing keys').getByRole('alert').waitFor();
  await hand.choose(second.id, 'Activate');
  await expect.poll(async () => (await keys()).map(({ active }) => active)).toEqual([true, false]);
  await list.filter({ hasText: 'Inactive' }).waitFor();
  await hand.choose(first.id, 'Delete');
  await confirm('Delete key');
  await expect.poll(() => list.count()).toBe(1);
  await flip('Sign requests');
  await save();
  await hand.choose(second.id, 'Deactivate');
  await card('Signing keys').getByText('Inactive', { exact: true }).waitFor();
  expect(await keys()).toMatchObject([{ id: second.id, active: false }]);
});

test('a SAML provider is entered by the file with its metadata', async () => {
  const id = await connect('SAML'), file = (text: string) => ({ name: 'metadata.xml', mimeType: 'text/xml', buffer: Buffer.from(text) });
  await at(`/${id}/connection`);
  await main().getByText('As XML', { exact: true }).click();
  const input = page.locator('input[type=file]');
  await input.setInputFiles(file('x'.repeat(512_001)));
  await page.getByText('The file is larger than 500 KB.').waitFor();
  await input.setInputFiles(file('<not-metadata/>'));
  await press('Save changes');
  await refused(field('Metadata XML'));
  const xml = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="urn:from-a-file"><md:IDPSSODescriptor
    protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
    <ds:X509Certificate>${idp.certificate.replace(/-----[^-]+-----|\s/g, '')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService
    Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/from-a-file"/></md:IDPSSODescriptor></md:EntityDescriptor>`;
  await input.setInputFiles(file(xml));
  await expect.poll(() => field('Metadata XML').inputValue()).toBe(xml);
  await save();
  await card('What we read of the provider').getByText('https://idp.example/from-a-file').waitFor();
  expect((await connector(id)).config.metadata).toBe(xml);
});

test('sign-ins that begin at the provider are accepted for an application, and no more', async () => {
  const id = await connect('SAML');
  const app = ok(await api.post('/applications', { name: 'Portal', type: 'Traditional', oidcClientMetadata: { redirectUris: ['https://app.example/cb'], postLogoutRedirectUris: [] } }));
  await at(`/${id}/idp-initiated`);
  await flip('Accept them');
  await hand.pick('Application', 'Portal');
  await field('Redirect URI').fill('https://app.example/other');
  await press('Save changes');
  await refused(field('Redirect URI'));
  await field('Redirect URI').fill('https://app.example/cb');
  await save();
  expect(ok(await api.get(`/sso-connectors/${id}/idp-initiated-auth-config`))).toMatchObject({ defaultApplicationId: app.id, redirectUri: 'https://app.example/cb' });
  await expectGood(page, 'enterprise-sso-initiated');
  await flip('Accept them');
  await save();
  expect((await api.get(`/sso-connectors/${id}/idp-initiated-auth-config`)).status).toBe(404);
});

test('an organization takes in who comes by a connector, a domain of one is marked there; the switch of the tenant is with how people sign in', async () => {
  const { id } = (await connectors()).find((one) => one.connectorName === 'Taken');
  const firm = ok(await api.post('/organizations', { name: 'Acme' }), 201);
  await visit(server, page, `/organizations/${firm.id}/settings`);
  for (let n = 0; n < 25; n++) await connect('OIDC', { connectorName: unique('Many ') });	// more than the field shows at once
  const named = unique('Zz Globex '), byDomain = await connect('OIDC', { connectorName: named, domains: ['globex-jit.example'] });
  await page.reload();
  await hand.pick('Enterprise connectors', 'Taken');
  await page.getByRole('combobox', { name: 'Enterprise connectors' }).fill('globex-jit');	// found by its domain
  await page.getByRole('option', { name: named, exact: true }).click();
  await page.keyboard.press('Tab');
  await page.getByRole('combobox', { name: 'E-mail domains' }).fill('acme.example');
  await page.keyboard.press('Enter');
  await page.getByText('People of acme.example sign in by an enterprise connector').waitFor();	// another one's domain
  await press('Show API call');
  expect(await dialog().getByRole('region').textContent()).toContain(`-X PUT '${server.base}/api/organizations/${firm.id}/jit/sso-connectors'`);
  await press('Close', dialog());
  await hand.gone();
  await save();
  expect(ids(ok(await api.get(`/organizations/${firm.id}/jit/sso-connectors`))).sort()).toEqual([id, byDomain].sort());
  expect(ok(await api.get(`/organizations/${firm.id}/jit/email-domains`))).toMatchObject([{ emailDomain: 'acme.example' }]);
  await visit(server, page, '/sign-in-experience/sign-up-and-sign-in');
  await card('Enterprise SSO').getByRole('switch').click();
  await save();
  expect(ok(await api.get('/sign-in-exp')).singleSignOnEnabled).toBe(true);
});

test('the list and Ctrl-K find a connector by its name and its domain; one is deleted once its name was typed', async () => {
  await at('');
  const search = page.getByLabel('Search by name, domain or id');
  await search.fill('globex-jit');
  await search.press('Enter');
  await page.getByRole('row', { name: 'Zz Globex' }).waitFor();
  expect(await page.getByRole('row').count()).toBe(2);	// with that of the titles
  await page.keyboard.press('Control+k');
  await dialog().getByRole('combobox').fill('globex-jit');
  await dialog().getByRole('option', { name: /Zz Globex/ }).waitFor();
  await page.keyboard.press('Escape');
  await hand.gone();
  await at('');
  await page.getByRole('row', { name: 'acme.example' }).waitFor();
  await expectGood(page, 'enterprise-sso');
  await hand.choose('Taken', 'Delete');
  await dialog().getByRole('textbox').fill('Taken');
  await confirm('Delete connector');
  expect((await connectors()).some((one) => one.connectorName === 'Taken')).toBe(false);
});
