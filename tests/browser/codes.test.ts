// Codes from a real mail server in a real browser: the six boxes, a code that is wrong, and a new password for a forgotten one.
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { newPerson, type Person } from '../api/support/browser.ts';
import { unique } from '../api/support/build.ts';
import { newCertificate } from '../api/support/certificate.ts';
import { ok } from '../api/support/expect.ts';
import { mailServer } from '../api/support/mail-server.ts';
import { startServer } from '../api/support/server.ts';
import { expectAccessible, look, open } from './support.ts';

const { file, tls } = newCertificate(), auth = { user: 'post', pass: 'Quiet river' };
const server = await startServer({ flags: ['--call-private-addresses', 'true', '--call-ca-file', file] });
const { api } = server;
const { port, got } = await mailServer({ tls, login: auth });
const templates = ['SignIn', 'ForgotPassword'].map((usageType) => ({ usageType, subject: usageType, content: 'Your code: {{code}}' }));

let person: Person, primaryEmail: string;
beforeAll(async () => {
  ok(await api.post('/connectors', { connectorId: 'simple-mail-transfer-protocol',
    config: { host: 'localhost', port, auth, fromEmail: 'no-reply@acme.example', templates } }));
  ok(await api.patch('/sign-in-exp', { forgotPasswordMethods: ['EmailVerificationCode'], signIn: { methods: [
    { identifier: 'email', password: true, verificationCode: true, isPasswordPrimary: true }] } }));
  primaryEmail = `${unique('ada')}@x.example`.toLowerCase();
  person = await newPerson(api, { name: 'Ada Lovelace', primaryEmail });
});

async function begin(page: Page): Promise<void> {
  await page.goto(`${server.base}/demo-app`);
  await page.getByLabel('E-mail').waitFor();
}

/** The code of the last mail of a kind. */
async function sent(kind: string): Promise<string> {
  const found = () => got.findLast(({ to, headers }) => to.includes(primaryEmail) && headers['subject'] === kind)?.content ?? '';
  await expect.poll(found).toMatch(/^Your code: \d{6}$/);
  return found().slice(-6);
}

const wrong = (code: string) => (code === '000000' ? '111111' : '000000');
const box = (page: Page, nth: number) => page.getByLabel(`Verification code ${nth}/6`);

test('a code is typed over six boxes; a wrong one empties them, the right one signs in', async () => {
  const page = await open({ width: 390 });
  await begin(page);
  await page.getByLabel('E-mail').fill(primaryEmail);
  await page.getByRole('button', { name: 'Sign in with a code' }).click();
  await box(page, 6).waitFor();
  await expectAccessible(page);
  await look(page, 'code');
  const code = await sent('SignIn');
  await page.keyboard.type(wrong(code));
  await page.getByRole('alert').filter({ hasText: 'The code is wrong' }).waitFor();
  await expectAccessible(page);
  expect(await box(page, 1).inputValue()).toBe('');
  await page.keyboard.type(code);
  await page.getByText('Claims of the ID token').waitFor();
});

test('who forgot the password chooses a new one and signs in with it', async () => {
  const page = await open();
  await begin(page);
  await page.getByRole('button', { name: 'Forgot your password?' }).click();
  await page.getByLabel('E-mail').fill(primaryEmail);
  await page.getByRole('button', { name: 'Send a code' }).click();
  await box(page, 1).waitFor();
  await page.keyboard.type(await sent('ForgotPassword'));
  const password = `${person.password}-new`;
  await page.getByLabel('New password').fill(password);
  await page.getByLabel('Confirm the password').fill(password);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Save password' }).click();
  await page.getByText('The password was changed').waitFor();
  await expectAccessible(page);
  await page.getByLabel('E-mail').fill(primaryEmail);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('Claims of the ID token').waitFor();
});

test('of several faults the first one gets the focus', async () => {
  const page = await open();
  await begin(page);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('Password is required').waitFor();
  const name = page.getByLabel('E-mail');
  await expect.poll(() => name.evaluate((input: any) => input === input.ownerDocument.activeElement)).toBe(true);
});
