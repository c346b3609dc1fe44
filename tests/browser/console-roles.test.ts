// Roles of the tenant in the Console: what they carry, and who holds them.
import { beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { newApp, newPerson } from '../api/support/browser.ts';
import { unique } from '../api/support/build.ts';
import { ok } from '../api/support/expect.ts';
import { startServer } from '../api/support/server.ts';
import { byHand, enterConsole, expectGood, expectWhole, visit } from './administrator.ts';

const server = await startServer();
const { api } = server;
const at = (path: string) => visit(server, page, `/roles${path}`);

let page: Page;
beforeAll(async () => { page = await enterConsole(server); });
const { dialog, press, row, choose, refused, openRow } = byHand(() => page);
const newRole = async (more: object = {}): Promise<any> => ok(await api.post('/roles', { name: unique('role'), description: 'Does things', ...more }));
const newMachine = async (name = unique('machine')): Promise<any> => newApp(api, 'MachineToMachine', { name });
const holders = async (id: string, kind: string): Promise<string[]> => ok(await api.get(`/roles/${id}/${kind}`)).map((one: any) => one.id).sort();
const carried = async (id: string): Promise<string[]> => ok(await api.get(`/roles/${id}/scopes`)).map((one: any) => one.name).sort();
async function newApi(...names: string[]): Promise<{ id: string; name: string; scopes: any[] }> {
  const made = ok(await api.post('/resources', { name: unique('Api'), indicator: `https://${unique('api').replace(/\W/g, '-')}.example` }), 201);
  const scopes = [];
  for (const name of names) scopes.push(ok(await api.post(`/resources/${made.id}/scopes`, { name }), 201));
  return { ...made, scopes };
}

test('a role for people is created with permissions and given to people at once; those of the Management API are not offered', async () => {
  const read = unique('read:y'), resource = await newApi(read, unique('write:y')), [ada, ben] = [await newPerson(api, { name: 'Ada Lovelace' }), await newPerson(api)];
  const name = unique('editor');
  await page.getByRole('link', { name: 'Roles' }).click();
  await press('Create role');
  await dialog().getByLabel('Name').fill('#internal:mine');
  await dialog().getByLabel('Description').fill('Edits');
  await page.keyboard.press('Enter');
  await dialog().getByText('Names that begin with #internal:').waitFor();
  await dialog().getByLabel('Name').fill(name);
  await dialog().getByText(resource.name).waitFor();
  expect(await dialog().getByLabel('Choose all', { exact: true }).count()).toBe(0);
  await dialog().getByLabel(`Choose ${read}`).check();
  await expectGood(page, 'roles-create');
  await press('Create role', dialog());
  await page.waitForURL(/users\/assign\?created=1$/);
  await dialog().getByRole('button', { name: 'Skip for now' }).waitFor();
  await dialog().getByLabel('Choose Ada Lovelace').check();
  await dialog().getByLabel(`Choose ${ben.username}`).check();
  await expectGood(page, 'role-assign-users');
  await press('Assign to 2 people', dialog());
  await row('Ada Lovelace').waitFor();
  await expectGood(page, 'role-users');

  const [made] = ok(await api.get(`/roles?search=%25${name}%25`));
  expect(made).toMatchObject({ name, description: 'Edits', type: 'User', usersCount: 2 });
  expect(await carried(made.id)).toEqual([read]);
  expect(await holders(made.id, 'users')).toEqual([ada.id, ben.id].sort());
  await at(`?keyword=${name}`);
  await row(name).getByText('Edits').waitFor();
  await expectGood(page, 'roles');
});

test('a role for machine apps may carry the Management API, and is given to machine apps', async () => {
  const machine = await newMachine(), spa = await newApp(api, 'SPA', { name: unique('spa') }) as any, name = unique('robot');
  await at('/create');
  await dialog().getByLabel('Name').fill(name);
  await dialog().getByLabel('Description').fill('Runs');
  await dialog().getByLabel('Machine apps').check();
  await dialog().getByLabel('Choose all', { exact: true }).check();
  await dialog().getByLabel('People').check();
  await dialog().getByText('0 chosen').waitFor();
  await dialog().getByLabel('Machine apps').check();
  await dialog().getByLabel('Choose all', { exact: true }).check();
  await press('Create role', dialog());
  await page.waitForURL(/machine-to-machine-apps\/assign\?created=1$/);
  await dialog().getByLabel(`Choose ${machine.name}`).check();
  expect(await dialog().getByLabel(`Choose ${spa.name}`).count()).toBe(0);
  await press('Assign to 1 machine app', dialog());
  await row(machine.name).waitFor();
  await expectGood(page, 'role-machines');
  const [made] = ok(await api.get(`/roles?search=%25${name}%25`));
  expect(made).toMatchObject({ type: 'MachineToMachine', applicationsCount: 1 });
  expect(await carried(made.id)).toEqual(['all']);
  expect(await holders(made.id, 'applications')).toEqual([machine.id]);
});

test('a name that is taken is told at its field', async () => {
  const taken = await newRole();
  await at('/create');
  await dialog().getByLabel('Name').fill(taken.name);
  await dialog().getByLabel('Description').fill('Twice');
  await page.keyboard.press('Enter');
  await refused(dialog().getByLabel('Name'));
});

test('permissions are assigned, what the role has is not offered again, and taken away', async () => {
  const [read, write] = [unique('read:z'), unique('write:z')], resource = await newApi(read, write);
  const { id } = await newRole({ scopeIds: [resource.scopes[0].id] });
  await at(`/${id}`);
  await page.waitForURL(/permissions$/);
  await row(read).getByRole('link', { name: resource.name }).waitFor();
  await press('Assign permissions');
  await dialog().getByLabel(`Choose ${write}`).check();
  expect(await dialog().getByLabel(`Choose ${read}`).count()).toBe(0);
  await press('Assign 1 permission', dialog());
  await row(write).waitFor();
  expect(await carried(id)).toEqual([read, write]);
  await expectGood(page, 'role-permissions');
  await choose(read, 'Remove');
  await press('Remove permission', dialog());
  await row(read).waitFor({ state: 'detached' });
  expect(await carried(id)).toEqual([write]);
});

test('holders are searched, taken away one by one and several at once', async () => {
  const { id } = await newRole(), people = [];
  for (const name of ['Carol Search', 'Dan Other', 'Eve Other']) people.push(await newPerson(api, { name }));
  ok(await api.post(`/roles/${id}/users`, { userIds: people.map((one) => one.id) }), 201);
  await at(`/${id}/users`);
  await page.getByRole('textbox', { name: 'Search by name, email or phone' }).fill('search');
  await page.keyboard.press('Enter');
  await row('Dan Other').waitFor({ state: 'detached' });
  await choose('Carol Search', 'Remove from role');
  await dialog().getByText('Carol Search loses the role').waitFor();
  await press('Remove from role', dialog());
  await page.getByText('Nothing matches').waitFor();
  await press('Clear the search');
  await page.getByLabel('Select all on this page').check();
  await page.getByRole('region', { name: '2 selected' }).getByRole('button', { name: 'Remove from role' }).click();
  await dialog().getByText('2 people lose the role').waitFor();
  await press('Remove from role', dialog());
  await page.getByText('Nobody has this role yet.').waitFor();
  expect(await holders(id, 'users')).toEqual([]);
  await expectGood(page, 'role-users-none');
});

test('machine apps are assigned later and taken away; the address for people leads to them', async () => {
  const { id } = await newRole({ type: 'MachineToMachine' }), machine = await newMachine();
  await at(`/${id}/users`);
  await page.waitForURL(/machine-to-machine-apps$/);
  await press('Assign to machine apps');
  await dialog().getByRole('textbox', { name: /^Search by name/ }).fill(machine.name);
  await page.keyboard.press('Enter');
  await dialog().getByLabel(`Choose ${machine.name}`).check();
  await press('Assign to 1 machine app', dialog());
  await row(machine.name).waitFor();
  expect(await holders(id, 'applications')).toEqual([machine.id]);
  await choose(machine.name, 'Remove from role');
  await press('Remove from role', dialog());
  await page.getByText('No machine app has this role yet.').waitFor();
  expect(await holders(id, 'applications')).toEqual([]);
});

test('a role is renamed and made a default for new people, and deleted with the number of those who lose it', async () => {
  const role = await newRole(), name = unique('renamed');
  ok(await api.post(`/roles/${role.id}/users`, { userIds: [(await newPerson(api)).id] }), 201);
  await at(`/${role.id}/general`);
  await page.getByLabel('Name').fill(name);
  await page.getByRole('switch', { name: 'Default role' }).check({ force: true });
  await expectGood(page, 'role-general');
  await press('Save changes');
  await page.getByRole('heading', { name }).waitFor();
  expect(ok(await api.get(`/roles/${role.id}`))).toMatchObject({ name, isDefault: true });
  expect(ok(await api.get(`/users/${(await newPerson(api)).id}/roles`))).toMatchObject([{ name }]);
  await page.reload();
  await page.getByText('2 people lose what it allows.').waitFor();
  await press('Delete role');
  await dialog().getByText('2 people lose what it allows.').waitFor();
  await press('Delete role', dialog());
  await page.waitForURL(/roles$/);
  expect((await api.get(`/roles/${role.id}`)).status).toBe(404);
});

test('names that are code, right-to-left or very long change nothing but their own place', async () => {
  const names = ['<script>document.title="run"</script>', '\u202eevil \u0645\u0631\u062d\u0628\u0627', '\u{1d504}'.repeat(64), 'x'.repeat(128)];
  for (const name of names) {
    const { id } = await newRole({ name, description: name });
    ok(await api.post(`/roles/${id}/users`, { userIds: [(await newPerson(api, { name, avatar: 'https://127.0.0.1:1/none.png' })).id] }), 201);
  }
  await at('');
  await page.getByText(names[0]!).first().waitFor();
  await expectWhole(page, 'roles-hostile');
  await openRow('x'.repeat(128));
  await page.getByRole('link', { name: /^People/ }).click();
  await row('xxx').waitFor();
  await expectWhole(page, 'role-hostile');
  expect(await page.title()).not.toBe('run');
});
