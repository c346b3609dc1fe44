// Applications in the Console: created by a guide or without, set up, given roles, permissions, a look and rules.
import { beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { Build, unique } from '../api/support/build.ts';
import { ok } from '../api/support/expect.ts';
import { newPerson } from '../api/support/browser.ts';
import { accessRole, managementApi, tokenFrom } from '../api/support/people.ts';
import { startServer } from '../api/support/server.ts';
import { byHand, enterConsole, expectGood, visit } from './administrator.ts';

const server = await startServer({ flags: ['--uploads', 'data'] });
const { api } = server;
const build = new Build(api);
const at = (path = '') => visit(server, page, `/applications${path}`);

let page: Page;
beforeAll(async () => {
  page = await enterConsole(server);
  page.on('dialog', (it) => { if (it.type() !== 'beforeunload') throw new Error('a script of a name ran'); void it.accept(); });	// a page left unsaved by a failure
});
const { main, dialog, gone, press, row, card, choose, confirm, save, openRow } = byHand(() => page);
const seen = async (id: string): Promise<any> => ok(await api.get(`/applications/${id}`));
/** The id of the application whose page is open. */
const opened = async (): Promise<string> => {
  await page.waitForURL(/\/applications\/\w{21}\//);
  return /applications\/(\w{21})/.exec(page.url())![1]!;
};

test('whoever has no application is shown the guides in its place', async () => {
  await page.route(/\/api\/applications\?/, (route) => route.fulfill({ json: [], headers: { 'total-number': '0', 'access-control-allow-origin': '*',
    'access-control-expose-headers': '*' } }));
  await at();
  await page.getByRole('heading', { name: 'Create your first application' }).waitFor();
  await expectGood(page, 'applications-none');
  await page.getByRole('link', { name: 'Third-party applications' }).click();
  await page.getByRole('heading', { name: 'Create third-party application' }).waitFor();
  await page.unroute(/\/api\/applications\?/);
});

test('an application is created by a guide, which has its own values and adds the addresses that its code needs', async () => {
  await at('/create');
  await page.getByLabel('Search the guides').fill('golang');
  await page.getByRole('button', { name: /^Go/ }).waitFor();
  expect(await page.getByRole('button', { name: /^React/ }).count()).toBe(0);
  await page.getByLabel('Search the guides').fill('');
  await page.getByRole('button', { name: /^React\s*@/ }).click();
  await press('Create application', dialog());
  await dialog().getByText('This is needed.').waitFor();
  await dialog().getByLabel('Name').fill(' Shop ');
  await expectGood(page, 'applications-create');
  await page.keyboard.press('Enter');
  const id = await opened();
  expect(await seen(id)).toMatchObject({ name: 'Shop', type: 'SPA', isThirdParty: false });
  await dialog().getByText(`appId: '${id}'`).waitFor();
  await expectGood(page, 'applications-guide');
  await press('Add these addresses', dialog());
  await dialog().getByText('The server knows them.').waitFor();
  expect((await seen(id)).oidcClientMetadata)
    .toMatchObject({ redirectUris: ['http://localhost:5173/callback'], postLogoutRedirectUris: ['http://localhost:5173/'] });
  await confirm('Close');
});

test('the two lists hold own applications and those of others, and find them by parts of their names', async () => {
  const own = await build.application('Traditional', { name: unique('Own shop ') }), other = await build.application('SPA', { name: unique('Partner '), isThirdParty: true });
  await at();
  await row(own.name).waitFor();
  expect(await row(other.name).count()).toBe(0);
  await expectGood(page, 'applications');
  await page.getByLabel('Search by name, id or description').fill('wn sho');
  await page.keyboard.press('Enter');
  await page.waitForURL(/keyword=wn\+sho/);
  await row(own.name).waitFor();
  await page.getByRole('link', { name: 'Third-party applications' }).click();
  await openRow(other.name);
  expect(await opened()).toBe(other.id);
});

test('settings are saved whole, and what an address may not be is told at its field', async () => {
  const { id } = await build.application('SPA', { customClientMetadata: { idTokenTtl: 600 } });
  await at(`/${id}`);
  await page.waitForURL(/settings$/);
  await main().getByLabel('Redirect URIs 1', { exact: true }).fill('javascript:alert(1)');
  await main().getByText('A browser would run or open this.').waitFor();
  await press('Add another', main().getByRole('group', { name: 'Redirect URIs', exact: true }));
  await main().getByLabel('Redirect URIs 1', { exact: true }).fill('https://shop.example/callback');
  await main().getByLabel('Redirect URIs 2', { exact: true }).fill('nowhere');
  await press('Save changes');
  await expect.poll(() => page.evaluate(() => (globalThis as any).document.activeElement.getAttribute('aria-label'))).toBe('Redirect URIs 2');
  expect(await main().getByText('That is not an address with a scheme').count()).toBe(1);
  await press('Remove nowhere');
  await main().getByLabel('Redirect URIs 1', { exact: true }).fill('');
  await main().getByLabel('Description').fill('Sells things');
  await press('Save changes');
  await main().getByText('At least one is needed to sign in.').waitFor();
  await main().getByLabel('Redirect URIs 1', { exact: true }).fill('https://*.shop.example/callback');
  await main().getByText('With a * people can be sent').waitFor();
  await main().getByLabel('Post sign-out redirect URIs 1').fill('https://shop.example/');
  await main().getByLabel('CORS origins 1').fill('https://shop.example/path');
  await main().getByText('An origin is a scheme and a host').waitFor();
  await main().getByLabel('CORS origins 1').fill('https://api.shop.example');
  await main().getByLabel('Lifetime in days').fill('181');
  await press('Save changes');
  await main().getByText('A whole number from 1 to 180.').waitFor();
  await main().getByLabel('Lifetime in days').fill('30');
  await main().getByLabel('Rotate').uncheck();
  await main().getByLabel('Always issue one').check();
  await main().getByLabel('Address that is called').fill('https://shop.example/out');
  await main().getByLabel('The session id is required').check();
  await main().getByLabel('Allow token exchange').check();
  await main().getByText('This application has no secret').waitFor();
  await main().getByLabel('Most devices').fill('3');
  await main().getByLabel('Custom data').fill('{"plan": "gold"}');
  await expectGood(page, 'applications-settings');
  await save();
  expect(await seen(id)).toMatchObject({ description: 'Sells things', customData: { plan: 'gold' },
    oidcClientMetadata: { redirectUris: ['https://*.shop.example/callback'], postLogoutRedirectUris: ['https://shop.example/'],
      backchannelLogoutUri: 'https://shop.example/out', backchannelLogoutSessionRequired: true },
    customClientMetadata: { idTokenTtl: 600, corsAllowedOrigins: ['https://api.shop.example'], refreshTokenTtlInDays: 30, rotateRefreshToken: false,
      alwaysIssueRefreshToken: true, allowTokenExchange: true, maxAllowedGrants: 3 } });
  await main().getByLabel('Most devices').fill('');
  await main().getByLabel('Address that is called').fill('');
  await save();
  const { customClientMetadata, oidcClientMetadata } = await seen(id);
  expect([customClientMetadata.maxAllowedGrants, oidcClientMetadata.backchannelLogoutUri]).toEqual([undefined, undefined]);
});

test('every endpoint is there to copy, and the server answers at it', async () => {
  await at(`/${(await build.application('Traditional')).id}/settings`);
  await press('Show all endpoints');
  for (const path of ['/oidc/jwks', '/oidc/auth', '/oidc/token', '/oidc/me', '/oidc/session/end', '/oidc/.well-known/openid-configuration'])
    await main().getByText(server.base + path, { exact: true }).waitFor();
});

test('secrets are created, shown, renamed and deleted; the one that is shown is good for a token until then', async () => {
  const { id } = await build.machine(), tokens = (secret: string) => tokenFrom(server.base, { id, secret }, { resource: managementApi });
  await at(`/${id}/settings`);
  await press('Create secret');
  await dialog().getByLabel('Name').fill('Default secret');
  await press('Create secret', dialog());
  await dialog().locator('[aria-invalid=true]').waitFor();
  await dialog().getByLabel('Name').fill('Night job');
  await dialog().getByLabel('Expires').click();
  await page.getByRole('option', { name: 'In 30 days' }).click();
  await confirm('Create secret');
  const made = ok(await api.get(`/applications/${id}/secrets`)).find(({ name }: any) => name === 'Night job');
  expect(made.expiresAt - Date.now()).toBeGreaterThan(29 * 86_400_000);
  await row('Night job').getByRole('button', { name: 'Show: Secret Night job' }).click();
  await row('Night job').getByText(made.value).waitFor();
  expect((await tokens(made.value)).status).toBe(200);
  await choose('Night job', 'Rename secret');
  await dialog().getByLabel('Name').fill('Nightly job');
  await confirm('Save changes');
  await choose('Nightly job', 'Delete');
  await confirm('Delete secret');
  expect(ok(await api.get(`/applications/${id}/secrets`)).map(({ name }: any) => name)).toEqual(['Default secret']);
  expect((await tokens(made.value)).status).toBe(401);
});

test('a machine is created without a guide, given roles at once, and the role for the Management API is marked', async () => {
  const roleId = await accessRole(api), { name } = ok(await api.get(`/roles/${roleId}`)), plain = await build.tenantRole({ type: 'MachineToMachine' });
  await at('/create?guide=none');
  await dialog().getByLabel('Type').click();
  await page.getByRole('option', { name: 'Machine-to-machine' }).click();
  await dialog().getByLabel('Name').fill('Night job');
  await press('Create application', dialog());
  await dialog().getByRole('checkbox', { name: `Choose ${name}` }).check();
  await dialog().getByRole('checkbox', { name: `Choose ${plain.name}` }).check();
  await press('Assign 2 roles', dialog());
  const id = await opened();
  expect(ok(await api.get(`/applications/${id}/roles`)).map((role: any) => role.id).sort()).toEqual([roleId, plain.id].sort());
  await main().getByRole('link', { name: 'Roles', exact: true }).click();
  await page.waitForURL(/roles$/);
  await row(name).getByText('Management API', { exact: true }).waitFor();
  await expectGood(page, 'applications-roles');
  await choose(plain.name, 'Remove');
  await confirm('Remove role');
  expect(ok(await api.get(`/applications/${id}/roles`)).map((role: any) => role.id)).toEqual([roleId]);
});

test('a machine has the organizations with its roles there, and what it did', async () => {
  const organization = await build.organization(), role = await build.machineRole(), machine = await build.machine();
  await at(`/${machine.id}/organizations`);
  await page.getByRole('heading', { name: 'In no organization' }).waitFor();
  ok(await api.post(`/organizations/${organization.id}/applications`, { applicationIds: [machine.id] }), 201);
  ok(await api.post(`/organizations/${organization.id}/applications/${machine.id}/roles`, { organizationRoleIds: [role.id] }), 201);
  const [{ value }] = ok(await api.get(`/applications/${machine.id}/secrets`));
  ok(await tokenFrom(server.base, { id: machine.id, secret: value }, { organization_id: organization.id }));
  await at(`/${machine.id}/organizations`);
  await row(organization.name).getByText(role.name).waitFor();
  await expectGood(page, 'applications-organizations');
  await page.getByRole('link', { name: 'Logs' }).click();
  await main().getByRole('table').getByRole('row').nth(1).waitFor();
  await expectGood(page, 'applications-logs');
  await at(`/${machine.id}/roles`);
  await page.getByRole('heading', { name: 'No roles yet' }).waitFor();
});

test('a third-party application may ask for permissions of all four kinds, each until it is taken away', async () => {
  const resource = await build.resource(), scope = await build.resourceScope(resource.id, { description: 'Reads it' }), own = await build.scope();
  await at('/create?party=third&guide=none');
  await dialog().getByLabel('Name').fill('Partner');
  await press('Create application', dialog());
  const id = await opened(), scopes = async () => ok(await api.get(`/applications/${id}/user-consent-scopes`));
  expect(await seen(id)).toMatchObject({ isThirdParty: true });
  await page.getByRole('link', { name: 'Permissions' }).click();
  await press('Add permissions: About the person');
  await dialog().getByLabel('E-mail address').check();
  await dialog().getByText('API permissions', { exact: true }).click();
  await dialog().getByRole('checkbox', { name: `Choose ${scope.name}` }).check();
  expect(await dialog().getByText('all', { exact: true }).count()).toBe(0);	// the Management API is no offer
  await expectGood(page, 'applications-permissions-add');
  await dialog().getByText('Organization permissions', { exact: true }).click();
  await dialog().getByRole('checkbox', { name: `Choose ${own.name}` }).check();
  await dialog().getByText('Organization API permissions', { exact: true }).click();
  await dialog().getByRole('checkbox', { name: `Choose ${scope.name}` }).check();
  await confirm('Add 4 permissions');
  const ofApi = [{ resource: { id: resource.id }, scopes: [{ id: scope.id }] }];
  expect(await scopes()).toMatchObject({ userScopes: ['email'], organizationScopes: [{ id: own.id }], resourceScopes: ofApi, organizationResourceScopes: ofApi });
  await expectGood(page, 'applications-permissions');
  await choose(own.name, 'Remove');
  await confirm('Remove permission');
  await choose('email', 'Remove');
  await confirm('Remove permission');
  expect(await scopes()).toMatchObject({ userScopes: [], organizationScopes: [], resourceScopes: ofApi });
});

test('what the page of consent shows of a third-party application is saved, and no address of it may run', async () => {
  const { id } = await build.thirdParty();
  await at(`/${id}/branding`);
  await main().getByLabel('Display name').fill('Partner & Co');
  await main().getByLabel('Privacy policy').fill('javascript:alert(1)');
  await press('Save changes');
  await main().getByText('That is not a web address.').waitFor();
  await main().getByLabel('Privacy policy').fill('https://partner.example/privacy');
  await main().getByLabel('Terms of use').fill('https://partner.example/terms');
  await main().getByLabel('Logo', { exact: true }).fill('https://partner.example/logo.png');
  await expectGood(page, 'applications-branding-third-party');
  await save();
  expect(ok(await api.get(`/applications/${id}/sign-in-experience`))).toMatchObject({ displayName: 'Partner & Co', termsOfUseUrl: 'https://partner.example/terms',
    privacyPolicyUrl: 'https://partner.example/privacy', branding: { logoUrl: 'https://partner.example/logo.png' } });
});

test('a look of its own goes over the shared one, and is gone when it is switched off', async () => {
  const { id } = await build.application('SPA'), kept = async () => ok(await api.get(`/applications/${id}/sign-in-experience`));
  await at(`/${id}/branding`);
  await main().getByLabel('A look of its own').check();
  await main().getByLabel('Brand colour', { exact: true }).fill('#aa0000');
  await main().getByLabel('Dark pages').check();
  await main().getByLabel('Favicon', { exact: true }).fill('https://shop.example/icon.png');
  await main().getByRole('textbox', { name: 'Custom CSS' }).fill('.card { color: red }');
  await expectGood(page, 'applications-branding');
  await save();
  expect(await kept()).toMatchObject({ color: { primaryColor: '#aa0000', isDarkModeEnabled: true }, branding: { favicon: 'https://shop.example/icon.png' },
    customCss: '.card { color: red }' });
  await main().getByLabel('A look of its own').uncheck();
  await save();
  expect(await kept()).toMatchObject({ color: {}, branding: {}, customCss: null });
});

test('access is switched on when there is a rule, of people, roles, organizations and roles in them; the last one stays', async () => {
  const { id } = await build.application('SPA'), person = await newPerson(api, { name: 'Ada Lovelace' }), role = await build.tenantRole();
  const organization = await build.organization(), other = await build.organization(), ofMembers = await build.role(), rules = async () => ok(await api.get(`/applications/${id}/access-control`));
  await at(`/${id}/rules`);
  expect(await main().getByLabel('Only those below').isDisabled()).toBe(true);
  const add = async (kind: string, name: string, given?: string) => {
    await press(kind);
    await dialog().getByRole('checkbox', { name: `Choose ${name}` }).check();
    if (given) {
      await dialog().getByLabel('Organization roles', { exact: true }).first().click();
      await page.getByRole('option', { name: given }).click();
      await page.keyboard.press('Escape');
    }
    await press('Add 1', dialog());
    await gone();
  };
  await add('Add people', 'Ada Lovelace');
  await add('Add roles', role.name);
  await add('Add organizations', organization.name);
  await add('Add organization roles', other.name, ofMembers.name);
  await main().getByText(ofMembers.name).waitFor();
  expect(await rules()).toEqual({ userIds: [person.id], userRoleIds: [role.id], organizationIds: [organization.id],
    organizationRoleRules: [{ organizationId: other.id, organizationRoleIds: [ofMembers.id] }] });
  await main().getByLabel('Only those below').check();
  await expectGood(page, 'applications-rules');
  expect(await seen(id)).toMatchObject({ appLevelAccessControlEnabled: true });
  for (const name of [role.name, organization.name, other.name]) {
    await choose(name, 'Remove');
    await press('Remove rule', dialog());
    await gone();
  }
  await choose('Ada Lovelace', 'Remove');
  await dialog().getByText('Without a rule nobody could use the application').waitFor();
  await press('Remove rule', dialog());
  await dialog().getByRole('alert').waitFor();
  expect(await rules()).toMatchObject({ userIds: [person.id], organizationIds: [] });
  await press('Cancel', dialog());
});

test('a device has no addresses to come back to, and its guide begins with the code', async () => {
  await at('/create');
  await page.getByRole('button', { name: /^Device flow/ }).click();
  await dialog().getByLabel('Name').fill('Television');
  await page.keyboard.press('Enter');
  const id = await opened();
  await dialog().getByText('The device asks for a code').waitFor();
  await confirm('Close');
  expect(await seen(id)).toMatchObject({ type: 'Native', customClientMetadata: { isDeviceFlow: true } });
  expect(await main().getByLabel('Redirect URIs 1', { exact: true }).count()).toBe(0);
  await main().getByLabel('Lifetime in days').fill('7');
  await save();
  expect(await seen(id)).toMatchObject({ customClientMetadata: { isDeviceFlow: true, refreshTokenTtlInDays: 7 } });
});

test('hostile names are text, and an application is deleted only when its name was typed', async () => {
  const name = '<img src=x onerror=alert(1)>\u202e' + '𝔄'.repeat(100);
  const { id } = await build.application('Traditional', { name, description: '</script><script>alert(1)</script>' });
  await at();
  await at(`/${id}/settings`);
  await expectGood(page, 'applications-hostile-settings');
  await press('Delete application', card('Danger zone'));
  expect(await dialog().getByRole('button', { name: 'Delete application' }).isDisabled()).toBe(true);
  await dialog().getByRole('textbox').fill(name);
  await press('Delete application', dialog());
  await page.waitForURL(/\/applications$/);
  expect((await api.get(`/applications/${id}`)).status).toBe(404);
});
