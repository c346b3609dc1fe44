// A person at Debian's Chromium. Things are found as a screen reader finds them: by role and name.
import { createRequire } from 'node:module';
import { mkdir, readFile } from 'node:fs/promises';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { looks } from './looks.ts';
import { settleFirst } from './settled.ts';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
/** Set: pictures of the pages are left in this folder, for a person to look at. */
const pictures = process.env['GUILDHALL_PICTURES'];
/** Set: the browser computes so many times slower, as on a busy machine. */
const slowness = Number(process.env['GUILDHALL_BROWSER_SLOWNESS'] ?? 1);
/** Milliseconds that anything may take to show. It costs time only in a test that fails, which then says what it waited for. */
export const PATIENCE = 60_000;

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
});
afterAll(() => browser?.close());

/** `dark` null: nobody has said what they want, so that a frame is as the page around it says. */
export interface Look { width?: number; dark?: boolean | null; language?: string; runsScripts?: boolean }

/** A new browser without cookies. What a page logs as an error, but an answer that refuses, fails the test. */
export async function open({ width = 1440, dark = false, language = 'en-US', runsScripts = true }: Look = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: width < 500 ? 780 : 900 },
    colorScheme: dark === null ? null : dark ? 'dark' : 'light', locale: language, javaScriptEnabled: runsScripts });
  await settleFirst(context);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  if (slowness > 1) await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: slowness });
  page.on('pageerror', (error) => { throw error; });
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of (4|50)|net::ERR/.test(message.text())) throw new Error(message.text());
  });
  return page;
}

/** Nothing needs scrolling sideways. */
export async function expectFits(page: Page): Promise<void> {
  if (!looks) return;
  const sticksOut = await page.evaluate(() => {
    const { document, innerWidth } = globalThis as any;
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    return [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth)
      .map((one) => one.outerHTML.slice(0, 120));
  });
  expect(sticksOut).toEqual([]);
}

/** Nothing that axe calls serious, and nothing that needs scrolling sideways. */
export async function expectAccessible(page: Page): Promise<void> {
  if (!looks) return;
  await page.evaluate(axe);	// not as an element: the policy of the page would not run it
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as any).axe.run();
    return violations.filter((one: any) => ['serious', 'critical'].includes(one.impact))
      .map((one: any) => `${one.id}: ${one.nodes.map((node: any) => node.html).join(' ')}`);
  });
  expect(found).toEqual([]);
  await expectFits(page);
}

/** A picture, where somebody wants them. */
export async function look(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
}
