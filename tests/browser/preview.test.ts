// The sign-in page in a frame of the Console, which tells it how it would look.
import type { Frame, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startServer } from '../api/support/server.ts';
import { look, open } from './support.ts';

const server = await startServer();

/** A page of an origin that shows the sign-in page in a frame; it has no policy, so that only the frame decides. */
async function frameOn(origin: string, path = '/sign-in?preview', dark = false): Promise<{ page: Page; frame: Frame }> {
  const page = await open({ dark: null });
  await page.goto(`${origin}/console/assets/none.js`);
  await page.evaluate(`new Promise((done) => {
    const frame = Object.assign(document.createElement('iframe'), { src: '${server.base}${path}', width: 600, height: 700 });
    frame.style.colorScheme = '${dark ? 'dark' : 'light'}';
    frame.addEventListener('load', done);
    document.body.replaceChildren(frame);
  })`);
  return { page, frame: page.frames()[1] as Frame };
}

/** As the Console does it; to any origin, so that the page is what decides. */
const tell = (page: Page, experience: object, more: object = {}) => page.evaluate(`document.querySelector('iframe').contentWindow
  .postMessage(${JSON.stringify({ type: 'guildhall:preview', experience, ...more })}, '*')`);

const styleOf = (frame: Frame, selector: string, property: string): Promise<string> =>
  frame.evaluate(`getComputedStyle(document.querySelector('${selector}')).getPropertyValue('${property}').trim()`);
const accentOf = (frame: Frame) => styleOf(frame, 'html', '--brand-light');

test('the page takes accent, logo, style sheet, methods and texts from the Console at once, and keeps what was not said',
  async () => {
  const { page, frame } = await frameOn(server.admin);
  await frame.getByLabel('Username').waitFor();
  await tell(page, { color: { primaryColor: '#b01217' }, branding: { logoUrl: `${server.base}/logo.png` },
    signIn: { methods: [{ identifier: 'email', password: true, verificationCode: false, isPasswordPrimary: true }] } },
    { customCss: '.title { letter-spacing: 3px }', phrases: { input: { email: 'Work address' } } });
  await frame.getByLabel('Work address').waitFor();
  expect(await frame.evaluate('document.activeElement === document.body'), 'it takes no focus').toBe(true);
  expect(await accentOf(frame)).toBe('#b01217');
  expect(await frame.locator('.logo img').getAttribute('src')).toBe(`${server.base}/logo.png`);
  const spacing = () => styleOf(frame, '.title', 'letter-spacing');
  expect(await spacing()).toBe('3px');
  await look(page, 'preview');

  await tell(page, { color: { primaryColor: '#117a3d' } });
  await expect.poll(() => accentOf(frame)).toBe('#117a3d');
  expect(await spacing()).toBe('3px');
  await tell(page, {}, { customCss: '.title { letter-spacing: 5px }' });
  await expect.poll(spacing).toBe('5px');
  expect(await accentOf(frame)).toBe('#117a3d');
  await tell(page, {}, { customCss: null });
  await expect.poll(spacing).not.toBe('3px');
  expect(await accentOf(frame)).toBe('#117a3d');
});

test('the frame is dark where the Console says so, unless dark mode is off', async () => {
  const { page, frame } = await frameOn(server.admin, '/sign-in?preview', true);
  const background = () => styleOf(frame, 'html', 'background-color');
  await tell(page, { color: { isDarkModeEnabled: true } });
  await expect.poll(background).toBe('rgb(16, 18, 21)');
  await tell(page, { color: { isDarkModeEnabled: false } });
  await expect.poll(background).not.toBe('rgb(16, 18, 21)');
});

test('the page that asks for consent shows an example, which allows nothing', async () => {
  const page = await open(), calls: string[] = [];
  page.on('request', (request) => { if (request.url().includes('/api/')) calls.push(request.url()); });
  await page.goto(`${server.base}/consent?preview`);
  await page.getByText('jo@example.com').waitFor();
  await look(page, 'preview-consent');
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect([calls, page.url()]).toEqual([[], `${server.base}/consent?preview`]);
});

test('a page hears from no other origin, and not at all where somebody signs in', async () => {
  for (const [origin, path] of [[server.base, '/sign-in?preview'], [server.admin, '/unknown-session']] as const) {
    const { page, frame } = await frameOn(origin, path);
    const before = await accentOf(frame);
    await tell(page, { color: { primaryColor: '#b01217' } });
    await page.waitForTimeout(300);
    expect([origin, await accentOf(frame)]).toEqual([origin, before]);
  }
});
