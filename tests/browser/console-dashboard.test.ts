// The first steps in the Console, the dashboard and the first visit of Sign-in & account. What was done is looked at by another client.
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { goodPassword, newApp, newPerson } from '../api/support/browser.ts';
import { Build } from '../api/support/build.ts';
import { ok } from '../api/support/expect.ts';
import { tokensOf } from '../api/support/owner.ts';
import { startServer } from '../api/support/server.ts';
import { byHand, enterConsole, expectGood, visit } from './administrator.ts';
import { expectAccessible, open } from './support.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);
const at = (path: string) => visit(server, page, path);

let page: Page;
beforeAll(async () => { page = await enterConsole(server); });
const { main, press, card } = byHand(() => page);
const steps = () => card('First steps');
const remembered = async (): Promise<any> => ok(await api.get('/configs/admin-console'));
const experience = async (): Promise<any> => ok(await api.get('/sign-in-exp'));
const accent = () => page.frameLocator('iframe[title="Preview"]').locator('html')
  .evaluate((root: any) => (globalThis as any).getComputedStyle(root).getPropertyValue('--brand-light').trim());
const hostile = '<img src=x onerror="window.hacked=1">';

test('a new installation says whom it waits for, and its link makes the first administrator', async () => {
  const empty = await startServer(), first = await open();
  await first.goto(empty.console);
  await first.getByRole('heading', { name: 'There is no administrator yet' }).waitFor();
  expect(await first.locator('form').count()).toBe(0);
  await first.goto(empty.claim);
  await first.getByRole('heading', { name: 'Create the first administrator' }).waitFor();
  await expectAccessible(first);
  await first.keyboard.type('boss');
  await first.keyboard.press('Enter');
  await first.getByLabel('New password').waitFor();
  await first.reload();
  await first.getByRole('heading', { name: 'Create the first administrator' }).waitFor();
  await first.getByLabel('New password').fill(goodPassword);
  await first.getByLabel('Confirm the password').fill(goodPassword);
  await first.keyboard.press('Enter');
  await first.getByRole('main').getByRole('heading', { level: 1, name: 'Organizations' }).waitFor();
});

test('an empty installation is told its first steps, each of which leads to its page and is ticked once it is done', async () => {
  await page.waitForURL(/\/console\/organizations$/);
  await page.getByRole('link', { name: 'Dashboard' }).click();
  await steps().getByText('0 of 5 done').waitFor();
  await expectGood(page, 'dashboard-none');
  for (const [link, path] of [['Create organization', '/organizations/create'], ['Add user', '/users/create'], ['Create application', '/applications/create'],
    ['Choose the look', '/sign-in-experience/welcome'], ['Set up e-mail', '/connectors']] as const)
    expect(await steps().getByRole('link', { name: link }).getAttribute('href')).toMatch(new RegExp(`${path}$`));
  await build.organization({ name: hostile });
  const person = await newPerson(api), app = await newApp(api);
  ok(await api.post('/connectors', { connectorId: 'http-email', config: { endpoint: 'https://mail.example/send' } }));
  await tokensOf(server.base, app, person, 'openid offline_access profile');
  await at('/');
  await page.waitForURL(/\/console\/dashboard$/);
  await steps().getByText('4 of 5 done').waitFor();
  await steps().getByText('Add somebody (done)').waitFor();
  await main().getByRole('link', { name: hostile }).waitFor();
  await steps().getByRole('link', { name: 'Choose the look' }).click();
  await page.waitForURL(/\/sign-in-experience\/welcome$/);
});

test('the first visit of Sign-in & account offers colour, logo and ways to sign in, shows them at once, and saves them together', async () => {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Sign-in & account' }).click();
  await page.waitForURL(/\/sign-in-experience\/welcome$/);
  await page.getByRole('textbox', { name: 'Brand colour', exact: true }).fill('#b0');
  expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
  await page.getByRole('textbox', { name: 'Brand colour', exact: true }).fill('#b01217');
  await expect.poll(accent).toBe('#b01217');
  await expectGood(page, 'welcome-colour');
  await press('Next');
  await page.getByRole('textbox', { name: 'Logo', exact: true }).fill(`${server.base}/logo.png`);
  await expectGood(page, 'welcome-logo');
  await press('Next');
  expect(await page.getByRole('radio', { name: 'Username and password' }).isChecked()).toBe(true);
  expect(await page.getByRole('radio', { name: 'Phone without a password' }).isDisabled()).toBe(true);	// no connector for SMS
  await page.getByRole('radio', { name: 'E-mail and password' }).check();
  await page.frameLocator('iframe[title="Preview"]').getByLabel(/E-mail/).waitFor();
  await expectGood(page, 'welcome-ways');
  await press('Back');
  await press('Next');
  expect(await page.getByRole('radio', { name: 'E-mail and password' }).isChecked()).toBe(true);
  await press('Finish');
  await page.waitForURL(/\/sign-in-experience\/branding$/);
  expect(await experience()).toMatchObject({ color: { primaryColor: '#b01217' }, branding: { logoUrl: `${server.base}/logo.png` },
    signUp: { identifiers: ['email'], password: true, verify: true }, signIn: { methods: [{ identifier: 'email', password: true, verificationCode: true }] } });
  expect(await remembered()).toMatchObject({ signInExperienceCustomized: true });
});

test('whoever skips the first visit changes nothing and does not see it again', async () => {
  ok(await api.patch('/configs/admin-console', { signInExperienceCustomized: false }));
  const before = await experience();
  await at('/sign-in-experience/content');	// a tab is never in its way
  await at('/sign-in-experience');
  await page.waitForURL(/\/sign-in-experience\/welcome$/);
  await press('Skip for now');
  await page.waitForURL(/\/sign-in-experience\/branding$/);
  await at('/sign-in-experience');
  await page.waitForURL(/\/sign-in-experience\/branding$/);
  expect(await experience()).toEqual(before);
});

test('users and active users are counted as the API counts them, by days until the one that is chosen', async () => {
  await at('/dashboard');
  const stat = (of: string, label: string) => card(of).locator('dl > div', { hasText: label }).locator('.count');
  const { totalUserCount } = ok(await api.get('/dashboard/users/total')), { last7Days } = ok(await api.get('/dashboard/users/new'));
  const { mau, dauCurve } = ok(await api.get('/dashboard/users/active'));
  await stat('Users', 'All users').waitFor();
  const shown = [stat('Users', 'All users'), stat('Users', 'New in 7 days'), stat('Active users', '30 days')];
  expect(await Promise.all(shown.map((one) => one.innerText()))).toEqual([totalUserCount, last7Days.count, mau.count].map(String));
  expect(mau.count).toBeGreaterThan(0);
  await page.getByRole('img', { name: /^New users by day, from .* The most were 1, on/ }).waitFor();
  await card('Active users').getByText('Show as a table').click();
  expect(await card('Active users').getByRole('row').last().innerText()).toMatch(new RegExp(`\\t${dauCurve.at(-1).count}$`));
  await page.getByRole('img', { name: /^Active users by day, from .* The most were [1-9]/ }).hover();
  await expectGood(page, 'dashboard');
  await page.getByLabel('Until').fill('2020-03-05');
  await page.waitForURL(/date=2020-03-05$/);
  await card('Active users').getByRole('row', { name: 'March 5, 2020 0' }).waitFor();
  await page.reload();
  await page.getByRole('img', { name: 'Nobody was active from February 5, 2020 to March 5, 2020.' }).waitFor();
  expect(await page.getByLabel('Until').inputValue()).toBe('2020-03-05');
  await page.goBack();
  await page.getByRole('img', { name: /^Active users.* The most were [1-9]/ }).waitFor();
});

test('what needs attention is told with the page where it is mended', async () => {
  await build.organization({ isMfaRequired: true });
  await at('/dashboard');
  await main().getByText('1 organization requires a second factor').waitFor();
  await main().getByRole('link', { name: 'Switch on a factor' }).click();
  await page.waitForURL(/\/mfa$/);
  for (const { id } of ok(await api.get('/connectors'))) ok(await api.delete(`/connectors/${id}`), 204);
  await at('/dashboard');
  await main().getByText('there is no e-mail connector to send them').waitFor();
});

test('first steps that were put away stay away, for every administrator', async () => {
  await steps().getByText('4 of 5 done').waitFor();
  await press('Put the first steps away');
  await steps().waitFor({ state: 'detached' });
  expect(await remembered()).toMatchObject({ firstStepsDismissed: true });
  await at('/dashboard');
  await card('Users').getByText('All users').waitFor();
  expect(await steps().count()).toBe(0);
  expect(await page.evaluate('window.hacked')).toBeUndefined();
});
