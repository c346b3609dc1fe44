// People manage their own account in a real browser.
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { goodPassword, newPerson, type Person } from '../api/support/browser.ts';
import { Build, unique } from '../api/support/build.ts';
import { ok } from '../api/support/expect.ts';
import { messageService } from '../api/support/messages.ts';
import { startServer } from '../api/support/server.ts';
import { addAuthenticator, steadyStep, totp } from './authenticator.ts';
import { expectAccessible, look, open, type Look } from './support.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true', '--uploads', 'data'] });
const { api } = server;
const build = new Build(api);
const service = await messageService();
const at = (path: string) => server.base + path;
const areas = ['name', 'avatar', 'profile', 'email', 'phone', 'password', 'username', 'social', 'customData', 'mfa', 'passkey', 'session',
  'organizations'];
const fields = (control: string) => Object.fromEntries(areas.map((name) => [name, control]));
const center = async (change: object) => ok(await api.patch('/account-center', change));

beforeAll(async () => {
  ok(await api.post('/connectors', { connectorId: 'http-email', config: { endpoint: service.endpoint } }));
  ok(await api.post('/custom-profile-fields', { name: 'nickname', type: 'Text', label: 'Nickname', required: false }), 201);
  ok(await api.post('/custom-profile-fields', { name: 'team', type: 'Select', label: 'Team', required: false,
    config: { options: [{ value: 'red', label: 'Red' }, { value: 'blue', label: 'Blue' }] } }), 201);
  ok(await api.patch('/sign-in-exp', { mfa: { factors: ['Totp', 'WebAuthn', 'BackupCode'], policy: 'NoPrompt' },
    color: { primaryColor: '#3b5bdb', isDarkModeEnabled: true, darkPrimaryColor: '#7c93f0' } }));
  await center({ enabled: true, fields: fields('Edit'), deleteAccountUrl: 'https://a.example/delete' });
});

async function signIn(page: Page, { username, password }: Pick<Person, 'username' | 'password'>): Promise<void> {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** A new person on a section of the account page. */
async function visit(section: string, more: object = {}, options: Look = {}): Promise<{ page: Page; person: Person & Record<string, any> }> {
  const person = await newPerson(api, { name: 'Ada Lovelace', primaryEmail: `${unique('ada')}@a.example`.toLowerCase(), ...more });
  const page = await open(options);
  await page.goto(at(`/account/${section}`));
  await page.waitForURL(/\/sign-in\?/);
  await signIn(page, person);
  await page.locator('.account').waitFor();
  return { page, person };
}

const dialog = (page: Page) => page.getByRole('dialog');
const seen = async (person: { id: string }): Promise<any> => ok(await api.get(`/users/${person.id}`));

/** Confirms by the password what asks for it. */
async function confirm(page: Page, password = goodPassword): Promise<void> {
  await dialog(page).getByLabel('Password', { exact: true }).fill(password);
  await dialog(page).getByRole('button', { name: 'Confirm', exact: true }).click();
}

async function button(page: Page, label: string, of: string): Promise<void> {
  await page.getByRole('button', { name: `${label}: ${of}`, exact: true }).click();
}

test('a person signs in, changes name and fields, and is at the section that was asked for', async () => {
  const { page, person } = await visit('profile');
  expect(new URL(page.url()).pathname).toBe('/account/profile');
  await expectAccessible(page);
  await button(page, 'Change', 'Name');
  await expectAccessible(page);
  await dialog(page).getByLabel('Name').fill('Ada King');
  await page.keyboard.press('Enter');
  await page.getByText('Ada King').waitFor();
  await button(page, 'Change', 'Details');
  await dialog(page).getByLabel('Nickname').fill('Countess');
  await dialog(page).getByLabel('Team').selectOption('blue');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await page.getByText('Countess').waitFor();
  await page.getByText('Blue').waitFor();
  expect(await seen(person)).toMatchObject({ name: 'Ada King', profile: { nickname: 'Countess' }, customData: { team: 'blue' } });
  await look(page, 'account-profile');
});

test('a picture is uploaded and taken away', async () => {
  const { page, person } = await visit('profile');
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  await page.locator('input[type=file]').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: png });
  await page.getByRole('button', { name: 'Remove: Picture' }).waitFor();
  expect((await seen(person)).avatar).toMatch(/\/uploads\//);
  await button(page, 'Remove', 'Picture');
  await page.getByRole('button', { name: 'Add: Picture' }).waitFor();
  expect((await seen(person)).avatar).toBeNull();
});

test('a picture that is away is replaced by the first letter of the name, whole', async () => {
  const { page } = await visit('profile', { name: '𝔄da', avatar: 'https://127.0.0.1:1/none.png' });
  await page.locator('.avatar').filter({ hasText: '𝔄' }).waitFor();
});

test('a sensitive change asks for the password once, and a wrong one is told', async () => {
  const { page, person } = await visit('profile');
  await button(page, 'Change', 'Username');
  await expectAccessible(page);
  await look(page, 'account-confirm');
  await confirm(page, 'wrong');
  await dialog(page).getByRole('alert').filter({ hasText: /\w/ }).waitFor();
  await confirm(page);
  const name = unique('new').replace(/\W/g, '_');
  await dialog(page).getByLabel('Username').fill(name);
  await page.keyboard.press('Enter');
  await page.getByText(name).waitFor();
  expect((await seen(person)).username).toBe(name);
  await page.getByRole('link', { name: 'Sign-in and security' }).click();
  await button(page, 'Change', 'Password');	// the proof still holds
  await dialog(page).getByLabel('New password', { exact: true }).fill('Meadow-lantern_58!');
  await dialog(page).getByLabel('Confirm the password', { exact: true }).fill('Meadow-lantern_58!');
  await page.keyboard.press('Enter');
  await dialog(page).waitFor({ state: 'detached' });
  ok(await api.post(`/users/${person.id}/password/verify`, { password: 'Meadow-lantern_58!' }), 204);
});

test('Escape closes a window, and the focus is where it was', async () => {
  const { page } = await visit('profile');
  const change = page.getByRole('button', { name: 'Change: Name' });
  await change.focus();
  await page.keyboard.press('Enter');
  await dialog(page).waitFor();
  await page.keyboard.press('Escape');
  await dialog(page).waitFor({ state: 'detached' });
  expect(await change.evaluate((one: any) => one === one.ownerDocument.activeElement)).toBe(true);
});

test('a new e-mail address is proven by a code, and the person by one to the old address', async () => {
  const { page, person } = await visit('security');
  const fresh = `${unique('new')}@a.example`.toLowerCase();
  const code = async (to: string): Promise<string> => {
    await expect.poll(() => service.got.some((one) => one.to === to)).toBe(true);
    return service.got.findLast((one) => one.to === to)?.payload.code as string;
  };
  await button(page, 'Change', 'E-mail');
  await dialog(page).getByRole('button', { name: 'Confirm with a code by e-mail' }).click();
  await dialog(page).getByRole('button', { name: 'Send a code' }).click();
  await dialog(page).getByLabel('Verification code 1/6').waitFor();
  await page.keyboard.type(await code(person['primaryEmail']));
  await dialog(page).getByLabel('E-mail').fill(fresh);
  await page.keyboard.press('Enter');
  await dialog(page).getByLabel('Verification code 1/6').waitFor();
  await expectAccessible(page);
  await look(page, 'account-code');
  await page.keyboard.type(await code(fresh));
  await page.getByText(fresh).waitFor();
  await dialog(page).waitFor({ state: 'detached' });
  expect((await seen(person)).primaryEmail).toBe(fresh);
});

test('an authenticator app and backup codes are set up, and taken away', async () => {
  const { page, person } = await visit('security');
  await button(page, 'Set up', 'Authenticator app');
  await confirm(page);
  await dialog(page).getByRole('img', { name: /QR/ }).waitFor();
  await expectAccessible(page);
  await look(page, 'account-authenticator');
  const secret = (await dialog(page).locator('.secret').textContent() ?? '').replace(/\s/g, '');
  await dialog(page).getByLabel('Verification code 1/6').click();
  await steadyStep();
  await page.keyboard.type(totp(secret));
  await dialog(page).waitFor({ state: 'detached' });
  await button(page, 'Create codes', 'Backup codes');
  await dialog(page).getByRole('button', { name: 'Create codes' }).click();
  await dialog(page).getByRole('listitem').first().waitFor();
  expect(await dialog(page).getByRole('listitem').count()).toBe(10);
  await expectAccessible(page);
  await look(page, 'account-backup-codes');
  await dialog(page).getByRole('button', { name: 'I have kept them' }).click();
  await page.getByText('10 left').waitFor();
  const types = async () => ok(await api.get(`/users/${person.id}/mfa-verifications`)).map((one: any) => one.type).sort();
  expect(await types()).toEqual(['BackupCode', 'Totp']);
  await expectAccessible(page);
  await look(page, 'account-security');
  await button(page, 'Remove', 'Backup codes');
  await dialog(page).getByRole('button', { name: 'Remove' }).click();
  await button(page, 'Remove', 'Authenticator app');
  await dialog(page).getByText('It is your last one').waitFor();
  await dialog(page).getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Set up: Authenticator app' }).waitFor();
  expect(await types()).toEqual([]);
});

test('a passkey is made by the browser, named and taken away', async () => {
  const { page, person } = await visit('security');
  await addAuthenticator(page);
  await button(page, 'Add', 'Passkey');
  await confirm(page);
  await dialog(page).getByLabel('Name of the passkey').fill('Laptop');
  await page.keyboard.press('Enter');
  await page.getByText('Laptop').waitFor();
  await button(page, 'Rename', 'Laptop');
  await dialog(page).getByLabel('Name of the passkey').fill('Work key');
  await page.keyboard.press('Enter');
  await page.getByText('Work key').waitFor();
  expect(ok(await api.get(`/users/${person.id}/mfa-verifications`))).toMatchObject([{ type: 'WebAuthn', name: 'Work key' }]);
  await expectAccessible(page);
  await button(page, 'Remove', 'Work key');
  await dialog(page).getByRole('button', { name: 'Remove' }).click();
  await dialog(page).waitFor({ state: 'detached' });
  await page.getByText('Work key').waitFor({ state: 'detached' });
});

test('devices are listed after a proof, and signed out', async () => {
  const { page, person } = await visit('sessions');
  const other = await open();
  await other.goto(at('/demo-app'));
  await signIn(other, person);
  await other.getByText('Claims of the ID token').waitFor();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await confirm(page);
  await page.getByText('This device').waitFor();
  await expectAccessible(page);
  await look(page, 'account-sessions');
  await page.getByRole('button', { name: /^Sign out: / }).click();
  await page.getByText('You are signed in nowhere else').waitFor();
  expect(ok(await api.get(`/users/${person.id}/sessions`)).sessions.length).toBe(1);
});

test('an application loses its access', async () => {
  const { page, person } = await visit('apps');
  const other = await open();
  await other.goto(at('/demo-app'));
  await signIn(other, person);
  await other.getByText('Claims of the ID token').waitFor();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await confirm(page);
  await page.getByText('Live Preview').waitFor();
  await expectAccessible(page);
  await look(page, 'account-apps');
  await button(page, 'Take access away', 'Live Preview');
  await page.getByText('No application has access').waitFor();
});

test('organizations are shown with roles and what they ask for, left, and joined by invitation', async () => {
  const address = `${unique('guest')}@a.example`.toLowerCase();
  const [guild, mill, role] = [await build.organization({ name: unique('Guild'), isMfaRequired: true }),
    await build.organization({ name: unique('Mill') }), await build.role({ name: unique('Smith') })];
  const { page, person } = await visit('organizations', { primaryEmail: address });
  ok(await api.post(`/organizations/${guild.id}/users`, { userIds: [person.id] }), 201);
  ok(await api.post(`/organizations/${guild.id}/users/${person.id}/roles`, { organizationRoleIds: [role.id] }), 201);
  await build.invitation(mill.id, { invitee: address, organizationRoleIds: [role.id] });
  await page.reload();
  await page.getByText('Second step required').waitFor();
  await page.getByRole('link', { name: 'Set up a second step' }).waitFor();
  await expectAccessible(page);
  await look(page, 'account-organizations');
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.getByRole('button', { name: `Leave: ${mill.name}` }).waitFor();
  await button(page, 'Leave', guild.name);
  await confirm(page);
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  await dialog(page).waitFor({ state: 'detached' });
  await button(page, 'Leave', guild.name);
  await dialog(page).getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('button', { name: `Leave: ${guild.name}` }).waitFor({ state: 'detached' });
  expect(ok(await api.get(`/users/${person.id}/organizations`)).map((one: any) => one.id)).toEqual([mill.id]);
});

test('what the tenant switched off is not there, and what is read-only cannot be changed', async () => {
  try {
    await center({ fields: { ...fields('Off'), name: 'ReadOnly', email: 'ReadOnly' } });
    const { page } = await visit('profile');
    await page.getByText('Ada Lovelace').waitFor();
    expect(await page.getByRole('button', { name: /^(Change|Add|Remove)/ }).count()).toBe(0);
    expect(await page.getByText('Username').count()).toBe(0);
    expect(await page.getByRole('navigation').getByRole('link').allTextContents()).toEqual(['Profile', 'Sign-in and security']);
    await page.getByRole('link', { name: 'Sign-in and security' }).click();
    expect(await page.getByRole('button', { name: /^(Change|Add|Remove)/ }).count()).toBe(0);
    expect(await page.getByText('Password', { exact: true }).count()).toBe(0);
    await center({ enabled: false });
    await page.goto(at('/account'));
    await page.getByText('Accounts cannot be managed here').waitFor();
    await expectAccessible(page);
  } finally {
    await center({ enabled: true, fields: fields('Edit') });
  }
});

test('every section fits a phone, in the dark and in every language', async () => {
  const { page } = await visit('profile', {}, { width: 320, dark: true });
  for (const language of ['en', 'de', 'es', 'fr', 'ja', 'zh-CN']) {
    for (const section of ['profile', 'security', 'sessions', 'organizations']) {
      await page.goto(at(`/account/${section}?ui_locales=${language}`));
      await page.locator('.block').first().waitFor();
      await page.locator('.block [role=status]').waitFor({ state: 'detached' });
      await expectAccessible(page);
      const here = await page.locator('[aria-current=page]').boundingBox();	// of the strip of sections
      expect(here && here.x >= 0 && here.x + here.width <= 320).toBe(true);
      if (language === 'de' || language === 'ja') await look(page, `account-phone-${section}-${language}`);
    }
  }
});

test('the language of the application that a person comes from is that of the account page, of its sign-in and of what comes after', async () => {
  const person = await newPerson(api), page = await open();
  await page.goto(at('/demo-app?ui_locales=de'));
  await page.getByLabel('Benutzername').fill(person.username);
  await page.getByLabel('Passwort', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Anmelden', exact: true }).click();
  await page.getByRole('heading', { name: 'Live-Vorschau' }).waitFor();
  await page.goto(at('/account/profile'));
  await page.getByRole('heading', { name: 'Profil', exact: true }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Abmelden' }).click();
  await page.getByLabel('Benutzername').waitFor();
});

test('a person signs out', async () => {
  const { page } = await visit('profile');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(/\/sign-in\?/);
});
