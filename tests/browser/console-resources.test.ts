// API resources and their permissions in the Console.
import { beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { unique } from '../api/support/build.ts';
import { ok } from '../api/support/expect.ts';
import { startServer } from '../api/support/server.ts';
import { byHand, enterConsole, expectGood, expectWhole, visit } from './administrator.ts';

const server = await startServer();
const { api } = server;
const at = (path: string) => visit(server, page, `/api-resources${path}`);

let page: Page;
beforeAll(async () => { page = await enterConsole(server); });
const { dialog, press, row, choose, save, refused } = byHand(() => page);
const address = () => `https://${unique('api').replace(/\W/g, '-').toLowerCase()}.example`;
const newResource = async (more: object = {}): Promise<any> => ok(await api.post('/resources', { name: unique('Api'), indicator: address(), ...more }), 201);
const seen = async (id: string): Promise<any> => ok(await api.get(`/resources/${id}`));

test('an API is registered, and leads to its empty permissions', async () => {
  await page.getByRole('link', { name: 'API resources' }).click();
  await row('Logto Management API').waitFor();
  await press('Create API resource');
  const indicator = address(), name = unique('Invoices');
  await dialog().getByLabel('Name').fill(name);
  for (const wrong of ['', 'invoices', 'https://a.example/#part', 'javascript:alert(1)']) {
    await dialog().getByLabel('Identifier').fill(wrong);
    await page.keyboard.press('Enter');
    await refused(dialog().getByLabel('Identifier'));
  }
  await expectGood(page, 'resources-create');
  await dialog().getByLabel('Identifier').fill(indicator);
  await page.keyboard.press('Enter');
  await page.waitForURL(/api-resources\/\w+\/permissions$/);
  await page.getByRole('heading', { name: 'Create the first permission' }).waitFor();
  await expectGood(page, 'resource-none');
  const made = ok(await api.get('/resources')).find((one: any) => one.indicator === indicator);
  expect(made).toMatchObject({ name, isDefault: false, accessTokenTtl: 3600 });
});

test('an identifier that is taken is told at its field', async () => {
  const taken = await newResource();
  await at('/create');
  await dialog().getByLabel('Name').fill('Twice');
  await dialog().getByLabel('Identifier').fill(taken.indicator);
  await page.keyboard.press('Enter');
  await refused(dialog().getByLabel('Identifier'));
  expect(await dialog().getByRole('alert').count()).toBe(0);
});

test('permissions are created, searched, described anew and deleted', async () => {
  const { id } = await newResource(), [one, other] = [unique('read:x'), unique('write:x')];
  const scopes = async (): Promise<any[]> => ok(await api.get(`/resources/${id}/scopes`));
  await at(`/${id}/permissions/create`);
  await dialog().getByLabel('Permission').fill('with blank');
  await page.keyboard.press('Enter');
  await dialog().getByText('A permission has no blanks in its name.').waitFor();
  await dialog().getByLabel('Permission').fill(one);
  await dialog().getByLabel('Description').fill('Reads it');
  await press('Create permission', dialog());
  await row(one).getByText('Reads it').waitFor();
  ok(await api.post(`/resources/${id}/scopes`, { name: other }), 201);
  expect(await scopes()).toMatchObject([{ name: other }, { name: one, description: 'Reads it' }]);

  await press('Create permission');
  await dialog().getByLabel('Permission').fill(one);
  await page.keyboard.press('Enter');
  await refused(dialog().getByLabel('Permission'));
  await page.keyboard.press('Escape');

  await page.reload();
  await row(other).waitFor();
  await expectGood(page, 'resource-permissions');
  await page.getByRole('textbox', { name: 'Search by name, description or id' }).fill('READS');
  await page.keyboard.press('Enter');
  await row(other).waitFor({ state: 'detached' });
  await choose(one, 'Edit');
  await dialog().getByLabel('Description').fill('Reads all of it');
  await press('Save changes', dialog());
  await row(one).getByText('Reads all of it').waitFor();
  await choose(one, 'Delete');
  await press('Delete permission', dialog());
  await page.getByText('Nothing matches').waitFor();
  expect(await scopes()).toMatchObject([{ name: other }]);
});

test('name, lifetime and default are saved by what differs, and another default loses it', async () => {
  const before = await newResource(), { id } = await newResource(), name = unique('Renamed');
  ok(await api.patch(`/resources/${before.id}/is-default`, { isDefault: true }));
  await at(`/${id}/general`);
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByLabel('Lifetime of access tokens').fill('');
  await press('Save changes');
  await page.getByText('A whole number of seconds').waitFor();
  await page.getByLabel('Lifetime of access tokens').fill('600');
  await page.getByRole('switch', { name: 'Default API' }).check({ force: true });
  await press('Show API call');
  const text = await dialog().textContent();
  expect(text).toContain('"accessTokenTtl": 600');
  expect(text).toContain(`/api/resources/${id}/is-default`);
  await page.keyboard.press('Escape');
  await expectGood(page, 'resource-general');
  await save();
  await page.getByRole('heading', { name }).waitFor();
  expect(await seen(id)).toMatchObject({ name, accessTokenTtl: 600, isDefault: true });
  expect(await seen(before.id)).toMatchObject({ isDefault: false });
  await at('');
  await row(name).getByText('Default').waitFor();
  await expectGood(page, 'resources');
});

test('the Management API can be made the default and is otherwise fixed', async () => {
  await at('/management-api/permissions');
  await row('all').waitFor();
  expect(await page.getByRole('button', { name: /^(More for|Create permission)/ }).count()).toBe(0);
  await expectGood(page, 'resource-management');
  await at('/management-api/general');
  expect(await page.getByRole('textbox', { name: 'Name' }).isDisabled()).toBe(true);
  expect(await page.getByRole('button', { name: 'Delete API resource' }).count()).toBe(0);
  await page.getByRole('switch', { name: 'Default API' }).check({ force: true });
  await save();
  expect(await seen('management-api')).toMatchObject({ isDefault: true, name: 'Logto Management API' });
});

test('an API is deleted after its name was typed, with its permissions', async () => {
  const { id, name } = await newResource();
  ok(await api.post(`/resources/${id}/scopes`, { name: 'read:all' }), 201);
  await at(`/${id}/general`);
  await page.getByText('Its permission is taken from all roles.').waitFor();
  await press('Delete API resource');
  const button = dialog().getByRole('button', { name: 'Delete API resource' });
  expect(await button.isDisabled()).toBe(true);
  await dialog().getByRole('textbox').fill(name);
  await button.click();
  await page.waitForURL(/api-resources$/);
  expect((await api.get(`/resources/${id}`)).status).toBe(404);
});

test('names that are code, right-to-left or very long change nothing but their own place', async () => {
  const names = ['<img src=x onerror=alert(1)>', '\u202eevil \u0645\u0631\u062d\u0628\u0627', '\u{1d504}'.repeat(128), 'x'.repeat(400)];
  for (const [i, name] of names.entries()) await newResource({ name, indicator: `javascript:alert(${i})//${'y'.repeat(i * 200)}` });
  await at('');
  await page.getByText(names[0]!).waitFor();
  expect(await page.locator('a[href^=javascript]').count()).toBe(0);
  await expectWhole(page, 'resources-hostile');
  const { id } = ok(await api.get('/resources')).find(({ name }: any) => name === names[3]);
  ok(await api.post(`/resources/${id}/scopes`, { name: '<b>'.repeat(80), description: '\u{1d504}'.repeat(4000) }), 201);
  await at(`/${id}/permissions`);
  await row('<b>').waitFor();
  await expectWhole(page, 'resource-hostile');
});
