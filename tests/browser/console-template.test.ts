// The organization template in the Console: roles and permissions that all organizations share.
import { beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { unique } from '../api/support/build.ts';
import { ok } from '../api/support/expect.ts';
import { startServer } from '../api/support/server.ts';
import { byHand, enterConsole, expectGood, expectWhole, visit } from './administrator.ts';

const server = await startServer();
const { api } = server;
const at = (path: string) => visit(server, page, `/organization-template${path}`);

let page: Page;
beforeAll(async () => { page = await enterConsole(server); });
const { dialog, gone, press, row, choose, confirm, refused, openRow } = byHand(() => page);
const newRole = async (more: object = {}): Promise<any> => ok(await api.post('/organization-roles', { name: unique('role'), ...more }), 201);
const newPermission = async (more: object = {}): Promise<any> => ok(await api.post('/organization-scopes', { name: unique('do:it'), ...more }), 201);
async function newApi(...names: string[]): Promise<{ id: string; name: string; scopes: any[] }> {
  const made = ok(await api.post('/resources', { name: unique('Api'), indicator: `https://${unique('api').replace(/\W/g, '-')}.example` }), 201);
  const scopes = [];
  for (const name of names) scopes.push(ok(await api.post(`/resources/${made.id}/scopes`, { name, description: `May ${name}` }), 201));
  return { ...made, scopes };
}

test('with nothing there both tabs say what they are for and how to begin', async () => {
  await page.getByRole('link', { name: 'Template' }).click();
  await page.waitForURL(/organization-template\/organization-roles$/);
  await page.getByRole('heading', { name: 'Create the first organization role' }).waitFor();
  await expectGood(page, 'template-roles-none');
  await page.getByRole('link', { name: 'Organization permissions' }).click();
  await page.getByRole('heading', { name: 'Create the first organization permission' }).waitFor();
  await expectGood(page, 'template-permissions-none');
});

test('a permission is created, described anew and deleted; its name stays', async () => {
  await at('/organization-permissions');
  const name = unique('read:member');
  await press('Create organization permission');
  await press('Create organization permission', dialog());
  await dialog().getByText('This is needed.').waitFor();
  await dialog().getByLabel('Name').fill(` ${name} `);
  await expectGood(page, 'template-permission-create');
  await page.keyboard.press('Enter');
  await gone();
  const [made] = ok(await api.get(`/organization-scopes?q=${name}`));
  expect(made).toMatchObject({ name, description: null });

  await choose(name, 'Edit');
  await dialog().getByLabel('Description').fill('Sees who is there');
  await press('Save changes', dialog());
  await row(name).getByText('Sees who is there').waitFor();
  expect(ok(await api.get(`/organization-scopes/${made.id}`))).toMatchObject({ name, description: 'Sees who is there' });

  await choose(name, 'Delete');
  await dialog().getByText(`${name} is deleted for good.`).waitFor();
  await confirm('Delete organization permission');
  expect((await api.get(`/organization-scopes/${made.id}`)).status).toBe(404);
});

test('a name that is taken is told at its field', async () => {
  const taken = await newPermission(), role = await newRole();
  await at('/organization-permissions/create');
  await dialog().getByLabel('Name').fill(taken.name);
  await page.keyboard.press('Enter');
  await refused(dialog().getByRole('textbox', { name: 'Name', description: /./ }));
  await at('/organization-roles/create');
  await dialog().getByLabel('Name').fill(role.name);
  await page.keyboard.press('Enter');
  await refused(dialog().getByLabel('Name'));
});

test('a new role gets permissions of both kinds, those of the Management API are not offered, and what it has is not offered again', async () => {
  const own = await newPermission(), other = await newPermission(), resource = await newApi(unique('read:x'), 'write:x'), name = unique('admin');
  await at('/organization-roles');
  await press('Create organization role');
  await dialog().getByLabel('Name').fill(name);
  await dialog().getByLabel('Machine apps').check();
  await dialog().getByLabel('Description').fill('Runs it');
  await expectGood(page, 'template-role-create');
  await press('Create organization role', dialog());

  await page.waitForURL(/permissions\/assign\?created=1$/);
  await dialog().getByRole('button', { name: 'Skip for now' }).waitFor();
  await dialog().getByLabel(`Choose ${own.name}`).check();
  await dialog().getByText('Of organizations (1)').waitFor();
  await dialog().getByText('Of APIs', { exact: true }).click();
  await dialog().getByText(resource.name).waitFor();
  await dialog().getByLabel(`Choose ${resource.scopes[0].name}`).check();
  expect(await dialog().getByLabel('Choose all').count()).toBe(0);
  await expectGood(page, 'template-assign');
  await press('Assign 2 permissions', dialog());
  await page.waitForURL(/permissions$/);
  await row(resource.scopes[0].name).getByText('May read').waitFor();
  await row(resource.scopes[0].name).getByRole('link', { name: resource.name }).waitFor();
  await row(own.name).getByRole('cell', { name: 'Organization permission', exact: true }).waitFor();

  const [made] = ok(await api.get(`/organization-roles?q=${name}`));
  expect(made).toMatchObject({ name, type: 'MachineToMachine', description: 'Runs it', scopes: [{ id: own.id, name: own.name }],
    resourceScopes: [{ id: resource.scopes[0].id, resource: { id: resource.id } }] });

  await press('Assign permissions');
  await dialog().getByLabel(`Choose ${other.name}`).waitFor();
  expect(await dialog().getByLabel(`Choose ${own.name}`).count()).toBe(0);
  await dialog().getByRole('button', { name: 'Assign permissions' }).click({ force: true });	// it is aria-disabled, and says why
  await dialog().getByText('Choose at least one.').waitFor();
  await page.keyboard.press('Escape');
  await gone();
  await expectGood(page, 'template-role-permissions');
});

test('a role made without permissions says so, and skipping leads to it', async () => {
  await at('/organization-roles/create');
  await dialog().getByLabel('Name').fill(unique('guest'));
  await page.keyboard.press('Enter');
  await press('Skip for now', dialog());
  await page.waitForURL(/organization-roles\/\w+\/permissions$/);
  await page.getByText('This role carries no permission yet').waitFor();
});

test('what a role carries is filtered, described anew and taken away', async () => {
  const own = await newPermission(), resource = await newApi('read:y');
  const role = await newRole({ organizationScopeIds: [own.id], resourceScopeIds: [resource.scopes[0].id] });
  await at(`/organization-roles/${role.id}`);
  await page.waitForURL(/permissions$/);
  await page.getByRole('textbox', { name: 'Filter by name' }).fill('READ:');
  await page.keyboard.press('Enter');
  await row(own.name).waitFor({ state: 'detached' });
  await choose('read:y', 'Edit');
  await dialog().getByLabel('Description').fill('');
  await confirm('Save changes');
  expect(ok(await api.get(`/resources/${resource.id}/scopes`))[0]).toMatchObject({ name: 'read:y', description: null });
  await choose('read:y', 'Remove');
  await press('Remove permission');
  await page.getByText('Nothing matches').waitFor();
  await press('Clear the search');
  await choose(own.name, 'Remove');
  await press('Remove permission');
  await page.getByText('This role carries no permission yet').waitFor();
  for (const kind of ['scopes', 'resource-scopes']) expect(ok(await api.get(`/organization-roles/${role.id}/${kind}`))).toEqual([]);
  ok(await api.get(`/organization-scopes/${own.id}`));
});

test('a role is renamed with the calls that are shown, unsaved changes are asked about, and it is deleted', async () => {
  const role = await newRole({ description: 'Old' }), name = unique('renamed');
  await at(`/organization-roles/${role.id}/general`);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Description').fill('');
  await press('Show API call');
  await dialog().getByText(`/api/organization-roles/${role.id}`).waitFor();
  expect(await dialog().textContent()).toContain(`"name": "${name}"`);
  await page.keyboard.press('Escape');
  await expectGood(page, 'template-role-general');
  await page.getByRole('link', { name: /^Permissions/ }).click();
  await press('Stay', dialog());
  await press('Save changes');
  await page.getByRole('heading', { name }).waitFor();
  expect(ok(await api.get(`/organization-roles/${role.id}`))).toMatchObject({ name, description: null, type: 'User' });
  await press('Delete organization role');
  await press('Delete organization role', dialog());
  await page.waitForURL(/organization-template\/organization-roles$/);
  expect((await api.get(`/organization-roles/${role.id}`)).status).toBe(404);
});

test('roles are searched and paged by the server, and an address with a page and a word leads there', async () => {
  const mark = unique('many').toLowerCase();
  for (let i = 10; i < 33; i++) await newRole({ name: `${mark}-${i}` });
  await at(`/organization-roles?keyword=${mark}&page=2`);
  await page.getByText('21–23 of 23').waitFor();
  expect(await page.getByRole('textbox', { name: 'Search by name, description or id' }).inputValue()).toBe(mark);
  await openRow(`${mark}-32`);
  await page.waitForURL(/permissions$/);
  await page.goBack();
  await page.getByText('21–23 of 23').waitFor();
  await press('Page before');
  await page.getByText('1–20 of 23').waitFor();
});

test('Ctrl-K finds an organization role', async () => {
  const role = await newRole();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill(role.name);
  await page.getByRole('option', { name: role.name }).click();
  await page.waitForURL(new RegExp(`organization-roles/${role.id}/permissions$`));
});

test('the guide tells what is what, and shows by keyboard who may do what', async () => {
  await at('/organization-roles');
  await press('How it works');
  await dialog().getByText('At Acme, Ada is admin and may: read:invoice, write:invoice, invite:member.').waitFor();
  await expectGood(page, 'template-guide');
  await dialog().getByRole('row', { name: /Ben/ }).getByRole('button').first().focus();
  await dialog().getByText('At Acme, Ben is viewer and may: read:invoice.').waitFor();
  await page.keyboard.press('Escape');
});

test('names that are code, right-to-left or very long change nothing but their own place', async () => {
  const names = ['<script>document.title="run"</script>', '\u202eevil \u0645\u0631\u062d\u0628\u0627', '\u{1d504}'.repeat(128).slice(0, 128), 'x'.repeat(128)];
  for (const name of names) {
    const permission = await newPermission({ name, description: name });
    await newRole({ name, description: `hostile ${name}`, organizationScopeIds: [permission.id] });
  }
  for (const [tab, query] of [['roles', '?keyword=hostile'], ['permissions', '']]) {
    await at(`/organization-${tab}${query}`);
    await page.getByText(names[0]!).first().waitFor();
    await expectWhole(page, `template-${tab}-hostile`);
  }
  const [role] = ok(await api.get(`/organization-roles?q=${'x'.repeat(100)}`));
  await at(`/organization-roles/${role.id}/permissions`);
  await row('xxx').waitFor();
  await expectWhole(page, 'template-role-hostile');
  expect(await page.title()).not.toBe('run');
});
