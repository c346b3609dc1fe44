// Second factors in a real browser: people are led to set them up, prove them, use them up and lose patience.
import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { newPerson, type Person } from '../api/support/browser.ts';
import { Build, unique } from '../api/support/build.ts';
import { ok } from '../api/support/expect.ts';
import { messageService } from '../api/support/messages.ts';
import { startServer } from '../api/support/server.ts';
import { addAuthenticator, steadyStep, totp } from './authenticator.ts';
import { expectAccessible, look, open, type Look } from './support.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const messages = await messageService();

beforeAll(async () => {
  ok(await api.post('/connectors', { connectorId: 'http-email', config: { endpoint: messages.endpoint } }));
});

const people = {
  signIn: { methods: [{ identifier: 'username', password: true, verificationCode: false, isPasswordPrimary: true }] },
  signUp: { identifiers: ['username'], password: true, verify: false }, passkeySignIn: {}, sentinelPolicy: {},
};

/** What the tenant wants of people from now on. */
const want = async (factors: string[], policy: string, more: object = {}, mfa: object = {}) =>
  ok(await api.patch('/sign-in-exp', { ...people, ...more, mfa: { factors, policy, ...mfa } }));

let person: Person;
beforeEach(async () => { person = await newPerson(api, { name: 'Ada Lovelace' }); });

async function enter(page: Page, { username, password }: Person = person): Promise<void> {
  await page.goto(`${server.base}/demo-app`);
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function begin(options?: Look, who = person): Promise<Page> {
  const page = await open(options);
  await enter(page, who);
  return page;
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const isSignedIn = (page: Page) => page.getByText('Claims of the ID token').waitFor();
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();

async function signOut(page: Page): Promise<void> {
  await press(page, 'Sign out');
  await page.getByLabel('Username').waitFor();
}

const shownSecret = async (page: Page) =>
  (await page.getByText(/^([A-Z2-7]{4} ?){8}$/).textContent() ?? '').replaceAll(' ', '');

/** A factor that an administrator has given to the person. */
const give = async (type: string) => ok(await api.post(`/users/${person.id}/mfa-verifications`, { type }));
const factorsOf = async (who = person) =>
  (ok(await api.get<{ type: string }[]>(`/users/${who.id}/mfa-verifications`))).map(({ type }) => type).sort();

test('an app is set up with backup codes behind it, and asked for the next time', async () => {
  await want(['Totp', 'BackupCode'], 'Mandatory');
  const page = await begin({ width: 390 });
  await heading(page, 'Set up your authenticator app');
  await page.getByAltText('QR code').waitFor();
  const secret = await shownSecret(page);
  await expectAccessible(page);
  await look(page, 'mfa-totp');
  await steadyStep();
  const box = page.getByLabel('Verification code 1/6');
  await box.click();
  await page.keyboard.type(totp(secret, 40));
  await page.getByRole('alert').filter({ hasText: 'The code is wrong' }).waitFor();
  await page.keyboard.type(totp(secret));
  await heading(page, 'Keep your backup codes');
  await expectAccessible(page);
  await look(page, 'mfa-backup-codes');
  const codes = await page.getByText(/^[0-9a-f]{10}$/).allTextContents();
  expect(new Set(codes).size).toBe(10);
  expect(await factorsOf()).toEqual([]);	// nothing is stored before the end
  await press(page, 'I have kept them');
  await isSignedIn(page);
  expect(await factorsOf()).toEqual(['BackupCode', 'Totp']);

  await signOut(page);
  await enter(page);
  await heading(page, 'Confirm that it is you');
  await expectAccessible(page);
  await look(page, 'mfa-verify-totp');
  await page.keyboard.type(totp(secret));
  await isSignedIn(page);

  const other = await begin();
  await press(other, 'Another way');
  await press(other, /^Backup code/);
  await other.getByLabel('Backup code').fill(codes[0] ?? '');
  await other.keyboard.press('Enter');
  await isSignedIn(other);
  await signOut(other);
  await enter(other);
  await press(other, 'Another way');
  await press(other, /^Backup code/);
  await other.getByLabel('Backup code').fill(codes[0] ?? '');
  await other.keyboard.press('Enter');
  await other.getByRole('alert').filter({ hasText: 'was used already' }).waitFor();
});

test('a code of an app is taken once', async () => {
  await want(['Totp'], 'Mandatory');
  const { secret } = await give('Totp');
  await steadyStep();
  const code = totp(secret), page = await begin();
  await page.getByLabel('Verification code 1/6').waitFor();
  await page.keyboard.type(code);
  await isSignedIn(page);
  const thief = await begin();
  await thief.getByLabel('Verification code 1/6').waitFor();
  await thief.keyboard.type(code);
  await thief.getByRole('alert').filter({ hasText: 'was used already' }).waitFor();
});

test('a screen that is loaded again still knows what it was for', async () => {
  await want(['Totp', 'BackupCode'], 'Mandatory');
  const { secret } = await give('Totp');
  const page = await begin();
  await heading(page, 'Confirm that it is you');
  await page.reload();
  await page.getByLabel('Verification code 1/6').waitFor();
  await page.keyboard.type(totp(secret));
  await heading(page, 'Keep your backup codes');
  await page.reload();
  await press(page, 'I have kept them');
  await isSignedIn(page);
});

test('too many wrong codes lock the app, not the other factors', async () => {
  await want(['Totp', 'BackupCode'], 'Mandatory', { sentinelPolicy: { maxAttempts: 2, lockoutDuration: 5 } });
  const { secret } = await give('Totp'), { codes } = await give('BackupCode');
  await steadyStep();
  const page = await begin();
  for (const wrong of [totp(secret, 40), totp(secret, 41)]) {
    await page.getByLabel('Verification code 1/6').waitFor();
    await page.keyboard.type(wrong);
    await page.getByRole('alert').filter({ hasText: 'wrong' }).or(page.getByRole('heading', { name: 'Too many' })).waitFor();
  }
  await heading(page, 'Too many attempts');
  await page.getByText(/5 min/).waitFor();
  await expectAccessible(page);
  await look(page, 'mfa-locked');
  await press(page, 'Try again');
  await page.keyboard.type(totp(secret));	// the right one, while it is locked
  await heading(page, 'Too many attempts');
  await press(page, 'Another way');
  await press(page, /^Backup code/);
  await page.getByLabel('Backup code').fill(codes[0]);
  await page.keyboard.press('Enter');
  await isSignedIn(page);
});

test('a suggestion is put off, and not made again', async () => {
  await want(['Totp', 'WebAuthn'], 'PromptAtSignInAndSignUp');
  const page = await begin({ dark: true });
  await heading(page, 'Protect your account');
  await expectAccessible(page);
  await look(page, 'mfa-onboarding');
  await press(page, 'Not now');
  await isSignedIn(page);
  await signOut(page);
  await enter(page);
  await isSignedIn(page);
});

test('a suggestion is taken up: of several factors one is chosen', async () => {
  await want(['Totp', 'WebAuthn'], 'PromptAtSignInAndSignUp');
  const page = await begin({ width: 390 });
  await press(page, 'Set up a second step');
  await heading(page, 'Choose a second step');
  await page.getByRole('button', { name: 'Not now' }).waitFor();
  await expectAccessible(page);
  await look(page, 'mfa-choose');
  await press(page, /^Authenticator app/);
  const secret = await shownSecret(page);
  await page.getByLabel('Verification code 1/6').click();
  await page.keyboard.type(totp(secret));
  await isSignedIn(page);
  expect(await factorsOf()).toEqual(['Totp']);
});

test('a passkey is set up as second factor, asked for, and told when it was not used', async () => {
  await want(['WebAuthn'], 'Mandatory');
  const page = await open({ width: 390 }), device = await addAuthenticator(page);
  await enter(page);
  await heading(page, 'Set up a passkey');
  await expectAccessible(page);
  await look(page, 'mfa-passkey');
  await press(page, 'Create a passkey');
  await isSignedIn(page);
  expect(await device.credentials()).toMatchObject([{ rpId: 'localhost', isResidentCredential: true }]);
  await signOut(page);
  await enter(page);
  await heading(page, 'Confirm that it is you');
  await device.verifies(false);
  await press(page, 'Use the passkey');
  await page.getByRole('alert').filter({ hasText: 'The passkey was not used' }).waitFor();
  await expectAccessible(page);
  await look(page, 'mfa-passkey-failed');
  await device.verifies(true);
  await press(page, 'Use the passkey');
  await isSignedIn(page);
});

test('a passkey is offered, made, and signs in without name and password from then on', async () => {
  await want(['WebAuthn'], 'NoPrompt', { passkeySignIn: { enabled: true, showPasskeyButton: true } });
  const page = await open(), device = await addAuthenticator(page);
  await page.goto(`${server.base}/demo-app`);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
  await expectAccessible(page);
  await look(page, 'passkey-button');
  await enter(page);
  await heading(page, 'Sign in without a password next time');
  await expectAccessible(page);
  await look(page, 'passkey-offer');
  await press(page, 'Create a passkey');
  await isSignedIn(page);
  expect(await device.credentials()).toHaveLength(1);
  await signOut(page);
  await press(page, 'Sign in with a passkey');
  await isSignedIn(page);
  expect(await page.getByText(person.username).count()).toBeGreaterThan(0);

  const other = await newPerson(api);
  const elsewhere = await begin({}, other);
  await press(elsewhere, 'Not now');
  await isSignedIn(elsewhere);
});

test('a passkey is chosen from the list of the name field', async () => {
  await want(['WebAuthn'], 'NoPrompt', { passkeySignIn: { enabled: true, showPasskeyButton: false, allowAutofill: true } });
  const page = await open();
  await addAuthenticator(page);
  await enter(page);
  await press(page, 'Create a passkey');
  await isSignedIn(page);
  await press(page, 'Sign out');	// the virtual authenticator chooses by itself
  await isSignedIn(page);
});

test('a code by mail is a second factor; its address is shown in part', async () => {
  await want(['EmailVerificationCode', 'Totp'], 'Mandatory');
  const primaryEmail = `${unique('lovelace').toLowerCase()}@x.example`;
  const mailed = await newPerson(api, { primaryEmail });
  messages.take();
  const page = await begin({ width: 390 }, mailed);
  await page.getByText('Enter the code that was sent to love****@x.example').waitFor();
  await expectAccessible(page);
  await look(page, 'mfa-mail');
  await expect.poll(() => messages.got.at(-1)).toMatchObject({ to: primaryEmail, type: 'MfaVerification' });
  const code: string = messages.got.at(-1)?.payload.code;
  await page.keyboard.type(code === '000000' ? '111111' : '000000');
  await page.getByRole('alert').filter({ hasText: 'The code is wrong' }).waitFor();
  await page.keyboard.type(code);
  await isSignedIn(page);
});

test('who has only a mailbox is advised to have another way, and may do without', async () => {
  const byMail = { identifiers: ['email'], password: true, verify: true };
  await want(['EmailVerificationCode', 'Totp'], 'Mandatory', { signUp: byMail });
  const mailed = await newPerson(api, { primaryEmail: `${unique('grace').toLowerCase()}@x.example` });
  messages.take();
  const page = await begin({ width: 390 }, mailed);
  await page.getByLabel('Verification code 1/6').waitFor();
  await expect.poll(() => messages.got.length).toBe(1);
  await page.keyboard.type(messages.got.at(-1)?.payload.code);
  await heading(page, 'Add another way');
  await press(page, 'Not now');
  await isSignedIn(page);
});

test('an address is added as second factor', async () => {
  await want(['EmailVerificationCode'], 'Mandatory');
  const page = await begin();
  const address = `${unique('ada').toLowerCase()}@x.example`;
  await page.getByLabel('E-mail').fill(address);
  await press(page, 'Send a code');
  await page.getByLabel('Verification code 1/6').waitFor();
  await expect.poll(() => messages.got.at(-1)?.to).toBe(address);
  await page.keyboard.type(messages.got.at(-1)?.payload.code);
  await isSignedIn(page);
  expect(ok(await api.get(`/users/${person.id}`)).primaryEmail).toBe(address);
});

test('who belongs to an organization that requires it must set a factor up, and gets its token', async () => {
  const organization = await new Build(api).organization({ isMfaRequired: true });
  ok(await api.post(`/organizations/${organization.id}/users`, { userIds: [person.id] }), 201);
  await want([], 'NoPrompt');
  const page = await begin();
  await isSignedIn(page);
  await press(page, organization.id);
  await page.getByRole('alert').filter({ hasText: 'enables no factor' }).waitFor();
  await look(page, 'mfa-organization-refused');
  await signOut(page);
  await want(['Totp'], 'NoPrompt', {}, { organizationRequiredMfaPolicy: 'Mandatory' });
  await enter(page);
  await heading(page, 'Set up your authenticator app');
  expect(await page.getByRole('button', { name: 'Not now' }).count()).toBe(0);
  const secret = await shownSecret(page);
  await page.getByLabel('Verification code 1/6').click();
  await page.keyboard.type(totp(secret));
  await isSignedIn(page);
  await press(page, organization.id);
  await page.getByText(`urn:logto:organization:${organization.id}`).waitFor();
});
