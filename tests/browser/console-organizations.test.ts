// Organizations in the Console (console-ux.md 22): each story ends with a look through the API, by another client.
import { beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { newPerson } from '../api/support/browser.ts';
import { Build, ids, sorted, sortedIds, times, unique } from '../api/support/build.ts';
import { ok } from '../api/support/expect.ts';
import { messageService } from '../api/support/messages.ts';
import { startServer } from '../api/support/server.ts';
import { byHand, enterConsole, expectGood, visit } from './administrator.ts';
import { look, open } from './support.ts';

const server = await startServer({ flags: ['--uploads', 'data', '--call-private-addresses', 'true'] });
const { api } = server;
const build = new Build(api);
const service = await messageService();

let page: Page;
beforeAll(async () => { page = await enterConsole(server); });
const { dialog, press, row, choose, confirm, save, refused, pick } = byHand(() => page);
const at = (path = '') => visit(server, page, `/organizations${path}`);
/** Takes all roles out of the field, by keyboard. */
const clearRoles = async () => {
  const box = dialog().getByRole('combobox');
  for (let i = 0; i < 2; i++) await box.press('Backspace');
  await page.keyboard.press('Tab');	// closes the list, which lies over the button
};
const seen = async (id: string, path = ''): Promise<any> => ok(await api.get(`/organizations/${id}${path}`));
const newRole = async (type = 'User'): Promise<any> => ok(await api.post('/organization-roles', { name: unique('role'), type }), 201);
const named = (n: number): Promise<any[]> => times(n, () => build.user({ name: unique('Person') }));
const opened = async (): Promise<string> => {
  await page.waitForURL(/\/organizations\/\w{12}\/settings/);
  return /organizations\/(\w{12})/.exec(page.url())![1]!;
};

test('on the first run the Console leads to the first organization, which is created with a name only', async () => {
  await page.waitForURL(/\/console\/organizations$/);
  await page.getByRole('heading', { name: 'Create your first organization' }).waitFor();
  await expectGood(page, 'organizations-none');
  await press('Create organization');
  await press('Create organization', dialog());
  await dialog().getByText('This is needed.').waitFor();
  await dialog().getByLabel('Name').fill(' Acme ');
  await expectGood(page, 'organizations-create');
  await page.keyboard.press('Enter');
  const id = await opened();
  expect(await seen(id)).toMatchObject({ name: 'Acme', description: null, customData: {} });
  await at('/create');
  await dialog().getByLabel('Name').fill('Acme');	// names need not be unique
  await dialog().getByLabel('Description').fill('The other one');
  await page.keyboard.press('Tab');
  await press('Create organization', dialog());
  await page.waitForURL((url) => /\/organizations\/\w{12}\/settings/.test(url.pathname) && !url.pathname.includes(id));
  expect(ok(await api.get('/organizations?q=Acme'))).toMatchObject([{ description: 'The other one' }, { name: 'Acme' }]);
});

test('the list shows who is there, finds by part of name and id, and keeps page and search in its address', async () => {
  const [many, none] = [await build.organization({ name: unique('Big') }), await build.organization({ name: unique('Small') })];
  ok(await api.post(`/organizations/${many.id}/users`, { userIds: ids(await named(4)) }), 201);
  await times(22, () => build.organization());
  await at('?keyword=Big');
  await row(many.name).getByText('4', { exact: true }).waitFor();
  expect(await row(many.name).locator('.pictures > *').count()).toBe(3);
  await page.getByRole('textbox', { name: 'Search by name or id' }).fill(none.id.slice(2, 9));
  expect(await row(many.name).count()).toBe(1);	// nothing is searched while somebody types
  await page.keyboard.press('Enter');
  await row(none.name).getByText('–').waitFor();
  expect(new URL(page.url()).searchParams.get('keyword')).toBe(none.id.slice(2, 9));
  await page.getByRole('button', { name: 'Clear the search' }).click();
  await page.getByRole('button', { name: 'Next page' }).click();
  await page.waitForURL(/\?page=2$/);
  await page.getByText(/^21–\d+ of \d+$/).waitFor();
  await expectGood(page, 'organizations-list');
  await page.goBack();
  await page.getByText(/^1–20 of/).waitFor();
  await at('?keyword=no-such-thing');
  await page.getByText('Nothing matches “no-such-thing”.').waitFor();
  await page.getByRole('textbox', { name: 'Search by name or id' }).fill(many.name);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: many.name }).focus();
  await page.keyboard.press('Enter');
  expect(await opened()).toBe(many.id);
});

test('settings are saved whole: the organization, the domains and the default roles', async () => {
  const { id } = await build.organization({ name: 'Before' }), role = await newRole(), machine = await newRole('MachineToMachine');
  await at(`/${id}`);
  await page.getByLabel('Name').fill('After');
  await page.getByLabel('Description').fill('What it is');
  const data = page.getByRole('textbox', { name: 'Custom data' });
  for (const [text, fault] of [['[]', 'It must be a JSON object'], ['{\n  "plan": pro\n}', 'Line 2: a value is missing']] as const) {
    await data.fill(text);
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText(fault).waitFor();
    expect((await seen(id)).name).toBe('Before');
  }
  await data.fill('{"plan": "pro"}');
  const domains = page.getByRole('combobox', { name: 'E-mail domains' });
  await domains.fill('nodomain');
  await page.keyboard.press('Enter');
  await page.getByText('“nodomain” is no domain.').waitFor();
  await domains.press('Backspace');
  await domains.fill('acme.example.com');
  await page.keyboard.press('Enter');
  const roles = page.getByRole('combobox', { name: 'Default roles' });
  await roles.fill(machine.name);	// only those for people
  await page.getByText('There is no such role.').waitFor();
  await pick('Default roles', role.name);
  await expectGood(page, 'organization-settings');
  await page.getByRole('button', { name: 'Show API call' }).click();
  for (const text of [`-X PATCH '${server.base}/api/organizations/${id}'`, '"plan": "pro"', '/jit/email-domains', '/jit/roles'])
    expect(await dialog().getByRole('region').textContent()).toContain(text);
  await dialog().getByText('@logto/api').click();
  expect(await dialog().getByRole('region').textContent()).toContain("apiClient.PATCH('/api/organizations/{id}'");
  await expectGood(page, 'organization-api-call');
  await press('Close', dialog());
  await save();
  expect(await seen(id)).toMatchObject({ name: 'After', description: 'What it is', customData: { plan: 'pro' } });
  expect(await seen(id, '/jit/email-domains')).toMatchObject([{ emailDomain: 'acme.example.com' }]);
  expect(ids(await seen(id, '/jit/roles'))).toEqual([role.id]);
  await at(`/${id}/settings`);
  expect(await page.getByLabel('Name').inputValue()).toBe('After');
  await page.getByText('acme.example.com').waitFor();
});

test('what the API refuses stands at its field: a public suffix is no domain of a customer', async () => {
  const { id } = await build.organization();
  await at(`/${id}/settings`);
  await page.getByRole('combobox', { name: 'E-mail domains' }).fill('co.uk');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await page.getByRole('combobox', { name: 'E-mail domains' }).and(page.locator('[aria-invalid=true]')).waitFor();
  await page.getByText('Not a domain that belongs to somebody').waitFor();
  expect(await seen(id, '/jit/email-domains')).toEqual([]);
  await page.getByRole('button', { name: 'Discard' }).click();
  expect(await page.getByText('co.uk').count()).toBe(0);
});

test('a domain where anybody gets an address is marked before and after it is added', async () => {
  const { id } = await build.organization(), domains = page.getByRole('combobox', { name: 'E-mail domains' });
  await at(`/${id}/settings`);
  for (const domain of ['acme.example', 'gmail.com', 'yahoo.co.uk']) {
    await domains.fill(domain);
    await page.keyboard.press('Enter');
  }
  const warning = page.getByRole('status').getByText('Anybody can get an address at gmail.com and yahoo.co.uk.');
  await warning.waitFor();
  await save();
  expect((await seen(id, '/jit/email-domains')).map((one: any) => one.emailDomain)).toEqual(['acme.example', 'gmail.com', 'yahoo.co.uk']);
  await page.reload();
  await warning.waitFor();
  await expectGood(page, 'organization-free-mail');
});

test('whoever requires MFA without a factor is warned and may save all the same; with one there is no warning', async () => {
  const { id } = await build.organization(), words = 'No second factor is switched on';
  await at(`/${id}/settings`);
  await page.getByRole('switch', { name: 'Require multi-factor authentication' }).check();
  await page.getByText(words).waitFor();
  await save();
  await page.getByText('Requires MFA').waitFor();
  expect((await seen(id)).isMfaRequired).toBe(true);
  ok(await api.patch('/sign-in-exp', { mfa: { factors: ['Totp'], policy: 'NoPrompt' } }));
  await at(`/${id}/settings`);
  await page.getByRole('switch', { name: 'Require multi-factor authentication' }).waitFor();
  await page.waitForLoadState('networkidle');
  expect(await page.getByText(words).count()).toBe(0);
});

test('leaving with changes asks, on links and in the browser; staying keeps them', async () => {
  const { id } = await build.organization();
  await at(`/${id}/settings`);
  await page.getByLabel('Name').fill('Changed');
  await page.getByRole('link', { name: 'Branding' }).click();
  await dialog().getByText('Leave without saving?').waitFor();
  await press('Stay', dialog());
  expect(await page.getByLabel('Name').inputValue()).toBe('Changed');
  await page.getByRole('link', { name: 'Branding' }).click();
  await press('Leave', dialog());
  await page.waitForURL(/\/branding$/);
  expect((await seen(id)).name).not.toBe('Changed');
});

test('ten people are added with two roles at once, then others with none; members are not offered again', async () => {
  const { id } = await build.organization(), people = await named(12), roles = [await newRole(), await newRole()];
  const machine = await newRole('MachineToMachine');
  const marker = unique('crew');
  for (const person of people) ok(await api.patch(`/users/${person.id}`, { name: `${marker} ${person.name}` }));
  await at(`/${id}/members`);
  await page.getByRole('heading', { name: 'Nobody is here yet' }).waitFor();
  await expectGood(page, 'organization-members-none');
  await press('Add members');
  await press('Add members', dialog());
  await dialog().getByText('Choose at least one.').waitFor();
  await dialog().getByRole('textbox').first().fill(marker);
  await page.keyboard.press('Enter');
  await dialog().getByText('12 in all').waitFor();
  for (const box of (await dialog().getByRole('checkbox').all()).slice(0, 10)) await box.check();
  await dialog().getByRole('combobox').fill(machine.name);
  await page.getByText('There is no such role.').waitFor();
  await pick('With these organization roles', ...roles.map(({ name }) => name));
  await expectGood(page, 'organization-members-add');
  await confirm('Add 10 people with 2 roles');
  const members = await seen(id, '/users?page_size=100');
  expect(members).toHaveLength(10);
  for (const { organizationRoles } of members) expect(sortedIds(organizationRoles)).toEqual(sortedIds(roles));
  await press('Add members');
  await dialog().getByRole('textbox').first().fill(marker);
  await page.keyboard.press('Enter');
  await dialog().getByText('2 in all').waitFor();
  for (const box of await dialog().getByRole('checkbox').all()) await box.check();
  await confirm('Add 2 people');
  await page.getByText('12 in all').waitFor();
  expect(sortedIds(await seen(id, '/users?page_size=100'))).toEqual(sortedIds(people));
  await expectGood(page, 'organization-members');
});

test('roles of a member are changed and cleared, members are found by role, and removing one takes the roles', async () => {
  const { id } = await build.organization(), [ada, bob] = await named(2), [first, second] = [await newRole(), await newRole()], machine = await newRole('MachineToMachine');
  ok(await api.post(`/organizations/${id}/users`, { userIds: [ada.id, bob.id] }), 201);
  ok(await api.post(`/organizations/${id}/users/roles`, { userIds: [ada.id], organizationRoleIds: [first.id] }), 201);
  await at(`/${id}/members`);
  await choose(ada.name, 'Edit roles');
  await dialog().getByText(first.name).waitFor();
  await dialog().getByRole('combobox').fill(machine.name);	// only those for people
  await page.getByText('There is no such role.').waitFor();
  await pick('Organization roles', second.name);
  await confirm('Save changes');
  expect(sortedIds(await seen(id, `/users/${ada.id}/roles`))).toEqual(sortedIds([first, second]));
  await page.getByRole('combobox', { name: 'Filter by role' }).fill(second.name);
  await page.getByRole('option', { name: second.name }).click();
  await page.waitForURL(/role=/);
  await page.getByText('1 in all').waitFor();
  expect([await row(ada.name).count(), await row(bob.name).count()]).toEqual([1, 0]);
  await at(`/${id}/members`);
  await choose(ada.name, 'Edit roles');
  await clearRoles();
  await confirm('Save changes');
  expect(await seen(id, `/users/${ada.id}/roles`)).toEqual([]);
  ok(await api.post(`/organizations/${id}/users/roles`, { userIds: [ada.id], organizationRoleIds: [first.id] }), 201);
  await choose(ada.name, 'Remove from organization');
  await dialog().getByText(`${ada.name} loses membership and roles`).waitFor();
  await press('Remove from organization', dialog());
  await row(ada.name).waitFor({ state: 'detached' });
  ok(await api.post(`/organizations/${id}/users`, { userIds: [ada.id] }), 201);
  expect(await seen(id, `/users/${ada.id}/roles`)).toEqual([]);
});

test('several members get a role or are removed together', async () => {
  const { id } = await build.organization(), people = await named(3), role = await newRole();
  ok(await api.post(`/organizations/${id}/users`, { userIds: ids(people) }), 201);
  await at(`/${id}/members`);
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check();
  await page.getByText('3 selected').waitFor();
  await expectGood(page, 'organization-members-selected');
  await press('Give roles');
  await pick('Organization roles', role.name);
  await confirm('Give roles to 3 members');
  for (const person of people) expect(ids(await seen(id, `/users/${person.id}/roles`))).toEqual([role.id]);
  for (const person of people.slice(0, 2)) await page.getByRole('checkbox', { name: `Select ${person.name}` }).check();
  await press('Remove');
  await confirm('Remove 2 members');
  expect(ids(await seen(id, '/users'))).toEqual([people[2].id]);
});

test('a machine-to-machine app gets tokens for an organization with roles of its own kind, which can all be taken', async () => {
  const { id } = await build.organization(), app = await build.machine(), role = await newRole('MachineToMachine'), other = await newRole();
  await at(`/${id}/machine-to-machine`);
  await press('Add machine-to-machine apps');
  await dialog().getByRole('textbox').first().fill(app.name);
  await page.keyboard.press('Enter');
  await dialog().getByRole('checkbox', { name: `Choose ${app.name}` }).check();
  await dialog().getByRole('combobox').fill(other.name);
  await page.getByText('There is no such role.').waitFor();
  await pick('With these organization roles', role.name);
  await confirm('Add 1 app with 1 role');
  expect(await seen(id, '/applications')).toMatchObject([{ id: app.id, organizationRoles: [{ id: role.id }] }]);
  await expectGood(page, 'organization-machines');
  await choose(app.name, 'Edit roles');
  await dialog().getByRole('combobox').fill(other.name);
  await page.getByText('There is no such role.').waitFor();
  await dialog().getByRole('combobox').fill('');
  await clearRoles();
  await confirm('Save changes');
  expect(await seen(id, '/applications')).toMatchObject([{ id: app.id, organizationRoles: [] }]);
  await choose(app.name, 'Remove from organization');
  await press('Remove from organization', dialog());
  await page.getByRole('heading', { name: 'No app is here yet' }).waitFor();
  expect(await seen(id, '/applications')).toEqual([]);
});

test('the look of an organization is tried out, saved, worn by its sign-in page, and taken away whole', async () => {
  const { id } = await build.organization();
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  await at(`/${id}/branding`);
  await page.getByRole('switch', { name: 'A look of its own' }).check();
  await page.getByRole('textbox', { name: 'Logo', exact: true }).fill('javascript:alert(1)');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await page.getByText('That is not a web address.').waitFor();
  expect((await seen(id)).branding).toEqual({});
  await page.locator('input[type=file]').first().setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: png });
  await expect.poll(() => page.locator('input[name=logoUrl]').inputValue()).toContain('/uploads/');
  await page.getByLabel('Brand colour', { exact: true }).fill('#c2255c');
  await page.getByRole('textbox', { name: 'Custom CSS' }).fill('.card { border-radius: 32px; }');
  const frame = page.frameLocator('iframe');
  await expect.poll(() => frame.getByRole('button', { name: 'Sign in' }).evaluate((one: any) => (globalThis as any).getComputedStyle(one).backgroundColor)).toBe('rgb(194, 37, 92)');
  await expect.poll(() => frame.locator('.card').evaluate((one: any) => (globalThis as any).getComputedStyle(one).borderRadius)).toBe('32px');
  await frame.locator('.logo img').waitFor();
  await look(page, 'organization-branding');
  await save();
  const { branding, color, customCss } = await seen(id);
  expect({ branding, color, customCss }).toMatchObject({ branding: { logoUrl: expect.stringContaining('/uploads/') },
    color: { primaryColor: '#c2255c' }, customCss: '.card { border-radius: 32px; }' });
  const visitor = await open();
  await visitor.goto(`${server.base}/sign-in?preview&organization_id=${id}`);
  expect(await visitor.locator('.logo img').getAttribute('src')).toBe(branding.logoUrl);
  await page.getByRole('switch', { name: 'A look of its own' }).uncheck();
  await save();
  const after = await seen(id);
  expect([after.branding, after.color, after.customCss || '']).toEqual([{}, {}, '']);
});

test('people are invited by mail with roles; the mail is sent again, and the invitation revoked', async () => {
  const { id } = await build.organization(), role = await newRole();
  await at(`/${id}/invitations/create`);
  await dialog().getByText('There is no e-mail connector').waitFor();
  await expectGood(page, 'organization-invite-without-connector');
  ok(await api.post('/connectors', { connectorId: 'http-email', config: { endpoint: service.endpoint } }));
  await at(`/${id}/invitations`);
  await press('Invite');
  const address = dialog().getByRole('textbox', { name: 'E-mail' });
  await address.fill('not an address');
  await press('Invite', dialog());
  await refused(address);
  await address.fill('ada@a.example');
  await pick('With these organization roles', role.name);
  await dialog().getByLabel('Link in the mail').fill('https://app.example/join');
  await confirm('Invite');
  const invitations = async (): Promise<any[]> => ok(await api.get(`/organization-invitations?organizationId=${id}`));
  const [made] = await invitations();
  expect(made).toMatchObject({ invitee: 'ada@a.example', status: 'Pending', organizationRoles: [{ id: role.id }] });
  expect(Math.abs(made.expiresAt - Date.now() - 7 * 86_400_000)).toBeLessThan(120_000);
  expect(service.take()).toMatchObject([{ to: 'ada@a.example', type: 'OrganizationInvitation', payload: { link: 'https://app.example/join' } }]);
  await expectGood(page, 'organization-invitations');
  await choose('ada@a.example', 'Send again');
  await dialog().getByLabel('Link in the mail').fill('https://app.example/again');
  await confirm('Send again');
  expect(service.take()).toMatchObject([{ to: 'ada@a.example', payload: { link: 'https://app.example/again' } }]);
  await choose('ada@a.example', 'Revoke invitation');
  await press('Revoke invitation', dialog());
  await row('ada@a.example').getByText('Revoked').waitFor();
  expect((await invitations())[0].status).toBe('Revoked');
  const only = async (state: string): Promise<void> => {
    await page.getByRole('combobox', { name: 'State', exact: true }).click();
    await page.getByRole('option', { name: state, exact: true }).click();
  };
  await only('Pending');
  await page.getByText('Nothing matches “…”.').waitFor();
  await expectGood(page, 'organization-invitations-filtered');
  await only('Revoked');
  await row('ada@a.example').waitFor();
});

test('whoever is invited opens the link in the mail, accepts on the account page and is a member with the roles', async () => {
  const { id, name } = await build.organization(), role = await newRole(), person = await newPerson(api, { primaryEmail: `${unique('guest')}@a.example`.toLowerCase() });
  ok(await api.patch('/account-center', { enabled: true, fields: { organizations: 'ReadOnly' } }));
  await at(`/${id}/invitations/create`);
  await dialog().getByRole('textbox', { name: 'E-mail' }).fill(person['primaryEmail']);
  await pick('With these organization roles', role.name);
  const link = dialog().getByLabel('Link in the mail');
  await link.fill('https://app.example/{id}');
  await press('Invite', dialog());
  await dialog().getByText('{id} is nothing that is filled in.').waitFor();
  await link.fill('https://app.example/{organizationId}?to={invitee}');
  await dialog().getByText(`https://app.example/${id}?to=${encodeURIComponent(person['primaryEmail'])}`).waitFor();
  await expectGood(page, 'organization-invite');
  await press('Use the account page, where people accept invitations', dialog());
  await confirm('Invite');
  const mailed = String(service.take()[0]?.payload['link']);
  await page.getByRole('row', { name: person['primaryEmail'] }).getByText('Pending').waitFor();

  const theirs = await open();
  await theirs.goto(mailed);
  await theirs.getByLabel('Username').fill(person.username);
  await theirs.getByLabel('Password', { exact: true }).fill(person.password);
  await theirs.getByRole('button', { name: 'Sign in', exact: true }).click();
  await theirs.getByRole('button', { name: 'Accept' }).click();
  await theirs.getByRole('button', { name: 'Accept' }).waitFor({ state: 'detached' });
  await theirs.getByText(name).first().waitFor();
  await theirs.close();
  expect(await seen(id, '/users')).toMatchObject([{ id: person.id, organizationRoles: [{ id: role.id }] }]);
  await at(`/${id}/invitations`);
  await row(person['primaryEmail']).getByText('Accepted').waitFor();
});

test('an organization is deleted by its name only', async () => {
  const organization = await build.organization({ name: unique('Doomed') });
  ok(await api.post(`/organizations/${organization.id}/users`, { userIds: ids(await named(2)) }), 201);
  await at(`/${organization.id}/settings`);
  await press('Delete organization');
  await dialog().getByText('Its 2 members lose membership and roles').waitFor();
  await dialog().getByRole('textbox').fill('something else');
  expect(await dialog().getByRole('button', { name: 'Delete organization' }).isDisabled()).toBe(true);
  await expectGood(page, 'organization-delete');
  await dialog().getByRole('textbox').fill(organization.name);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/organizations$/);
  expect((await api.get(`/organizations/${organization.id}`)).status).toBe(404);
  await visit(server, page, `/organizations/${organization.id}/settings`);
  await page.getByText('There is nothing here').waitFor();
});

test('Ctrl-K finds an organization by its name, and a page', async () => {
  const organization = await build.organization({ name: unique('Findable') });
  await at();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Jump to' }).fill(organization.name);
  await page.getByRole('option', { name: organization.name }).waitFor();
  await page.keyboard.press('Enter');
  expect(await opened()).toBe(organization.id);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Jump to' }).fill('all organ');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/organizations$/);
});

test('names that are code, from right to left or of 64 astral characters are text, and break no page', async () => {
  const hostile = ['<img src=x onerror=alert(1)>', '‮مؤسسة النور‬', '𝔄'.repeat(64), '"><script>alert(1)</script>', 'x'.repeat(128)];
  let ran = false;
  page.on('dialog', (one) => { ran = true; void one.dismiss(); });
  for (const name of hostile) await build.organization({ name, description: name, branding: { logoUrl: 'https://127.0.0.1:1/none.png' } });
  await at();
  for (const name of hostile) await page.getByText(name, { exact: true }).first().waitFor();
  await expectGood(page, 'organizations-hostile');
  await page.getByText(hostile[4]!, { exact: true }).click();
  await opened();
  await expectGood(page, 'organization-hostile');
  expect(ran).toBe(false);
});

test('what cannot be loaded says why, names the request, and is tried again', async () => {
  await page.route(/\/api\/organizations\?/, (route) => route.fulfill({ status: 503, json: { code: 'busy', message: 'Too much to do.' },
    headers: { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*', 'logto-core-request-id': 'Request123' } }));
  await at();
  await page.getByText('Too much to do.').waitFor();
  await page.getByText('Request123').waitFor();
  await expectGood(page, 'organizations-failed');
  await page.unroute(/\/api\/organizations\?/);
  await press('Try again');
  await page.getByRole('columnheader', { name: 'Members' }).waitFor();
});

test('somebody who is no administrator is told so and gets nothing', async () => {
  const admin = ok(await api.get('/organizations?page_size=1'));
  expect(sorted(Object.keys(admin[0]))).toContain('name');
  const other = await open();
  await other.route(/\/api\/organizations/, (route) => route.fulfill({ status: 403, json: { code: 'auth.forbidden', message: 'No.' },
    headers: { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' } }));
  await other.goto(`${server.console}/organizations`);
  await other.getByLabel('Username').fill('boss');
  await other.getByLabel('Password', { exact: true }).fill('Quiet-river_42!moss');
  await other.getByRole('button', { name: 'Sign in', exact: true }).click();
  await other.getByRole('heading', { name: 'You do not administer this installation' }).waitFor();
});
