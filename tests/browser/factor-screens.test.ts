// Every screen of second factors and passkeys by itself, with answers of a fake: in each language, narrow, light and dark.
import type { Page } from 'playwright-core';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startServer } from '../api/support/server.ts';
import { expectAccessible, expectFits, look, open } from './support.ts';

const server = await startServer();

const qr = 'data:image/svg+xml,' + encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">' +
  '<path d="M0 0h3v3H0zM5 0h3v3H5zM0 5h3v3H0zM4 4h1v1H4zM6 5h1v2H6z"/></svg>');
const codes = Array.from({ length: 10 }, (_, i) => `${i}0a1b2c3d${i}`);
const masked = { EmailVerificationCode: 'love****@analytical-engines.example', PhoneVerificationCode: '****4567' };
const all = ['WebAuthn', 'Totp', 'PhoneVerificationCode', 'EmailVerificationCode', 'BackupCode'];
const toSetUp = { factors: all.slice(0, 4), masked: {}, skip: 'mfa-skipped' }, toProve = { factors: all, masked };

/** An address, what was asked for, and the phrase in its heading. */
const screens: [path: string, asked: object, heading: string][] = [
  ['/mfa-onboarding', { factors: [], masked: {} }, 'onboarding_title'],
  ['/mfa-binding', toSetUp, 'choose_title'],
  ['/mfa-binding', { ...toSetUp, skip: 'mfa-suggestion-skipped' }, 'more_title'],
  ['/mfa-binding/Totp', toSetUp, 'totp_title'],
  ['/mfa-binding/WebAuthn', toSetUp, 'passkey_title'],
  ['/mfa-binding/EmailVerificationCode', toSetUp, 'email'],
  ['/mfa-binding/BackupCode', { factors: [], masked: {} }, 'backup_title'],
  ['/mfa-verification', toProve, 'verify_title'],
  ['/mfa-verification/Totp', toProve, 'verify_title'],
  ['/mfa-verification/WebAuthn', toProve, 'verify_title'],
  ['/mfa-verification/PhoneVerificationCode', toProve, 'verify_title'],
  ['/mfa-verification/BackupCode', toProve, 'verify_title'],
  ['/create-passkey', { factors: [], masked: {} }, 'passkey_nudge_title'],
];

const answers: Record<string, [number, object]> = {
  '/totp/secret': [200, { verificationId: 'v', secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', secretQrCode: qr }],
  '/backup-code/generate': [200, { verificationId: 'v', codes }],
  '/mfa-verification-code': [200, { verificationId: 'v' }],
  '/totp/verify': [400, { code: 'session.verification_blocked_too_many_attempts', message: 'Try again in 5 minutes.' }],
  '/backup-code/verify': [400, { code: 'session.mfa.invalid_backup_code', message: 'm' }],
};

async function begin(language: string, dark: boolean): Promise<{ page: Page; show: (path: string, asked: object) => Promise<void> }> {
  const page = await open({ width: 320, dark, language });
  await page.route('**/api/experience/**', async (route) => {
    const [status, body] = answers[new URL(route.request().url()).pathname.replace('/api/experience/verification', '')] ?? [204, {}];
    await route.fulfill({ status, json: body });
  });
  await page.goto(`${server.base}/unknown-session`);	// for what the tab keeps
  const show = async (path: string, asked: object) => {
    await page.evaluate((value) => (globalThis as any).sessionStorage.setItem('guildhall:asked', value), JSON.stringify(asked));
    await page.goto(server.base + path);
  };
  return { page, show };
}

const darkToo = async () => {
  const { api } = server;
  await api.patch('/sign-in-exp', { color: { primaryColor: '#3b5bdb', isDarkModeEnabled: true, darkPrimaryColor: '#7c93f0' } });
};

/** Goes through all screens. What is missing in the language would stand there as its key. */
async function seeAll(language: string, dark: boolean, check: (page: Page) => Promise<void>): Promise<void> {
  await darkToo();
  const text = JSON.parse(await readFile(new URL(`../../src/tenant/phrases/${language}.json`, import.meta.url), 'utf8'));
  const keys = new RegExp(`\\b(${Object.keys(text).join('|')})\\.[a-z]+_?[a-z_]*\\b|\\{\\{`);
  const { page, show } = await begin(language, dark);
  for (const [at, [path, asked, heading]] of screens.entries()) {
    await show(path, asked);
    await page.getByRole('heading', { level: 1, name: text.mfa[heading], exact: true }).waitFor();
    await page.getByRole('button').last().or(page.getByRole('heading')).first().waitFor();
    expect(await page.locator('body').innerText()).not.toMatch(keys);
    await check(page);
    await look(page, `factors-${language}-${at}${path.replaceAll('/', '-')}`);
  }
}

test.each([['light', 'en', false], ['dark', 'de', true]] as const)(
  'all screens are accessible in the %s', (_, language, dark) => seeAll(language, dark, expectAccessible));

test.each(['es', 'fr', 'ja', 'zh-CN'])('all screens in %s, on a narrow screen', (language) => seeAll(language, false, expectFits));

/** Runs in the page: what has the focus in the moment in which a heading or a field appears. */
const noteFocus = () => {
  const { document, MutationObserver } = globalThis as any;
  const noted: string[] = (globalThis as any).focusNoted = [];
  (globalThis as any).focused = () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.localName;
  new MutationObserver((changes: any[]) => {
    const added = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node.querySelector);
    if (added.some((node) => node.matches('h1, input') || node.querySelector('h1, input'))) noted.push((globalThis as any).focused());
  }).observe(document, { childList: true, subtree: true });
};

test('the focus is where it belongs in the moment in which a screen appears: nothing that is typed at once is lost', async () => {
  const { page, show } = await begin('en', false);
  await page.addInitScript(noteFocus);
  const expectFocusFromTheBeginning = async () => {
    await page.evaluate('new Promise((done) => setTimeout(done, 300))');	// for what comes late
    const noted = await page.evaluate('focusNoted.splice(0)') as string[];
    expect(noted).not.toEqual([]);
    expect(noted).not.toContain('body');
    expect(noted.at(-1)).toBe(await page.evaluate('focused()'));
  };
  for (const [path, asked] of screens) {
    await show(path, asked);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expectFocusFromTheBeginning();
  }
  await show('/mfa-verification/Totp', toProve);
  await page.keyboard.type('123456');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByLabel('Verification code 1/6').waitFor();
  await expectFocusFromTheBeginning();
  expect(await page.evaluate('focused()')).toBe('Verification code 1/6');
});

test('a factor that was tried too often is locked, and the others are there', async () => {
  const { page, show } = await begin('en', false);
  await show('/mfa-verification/Totp', toProve);
  await page.keyboard.type('123456');
  await page.getByRole('heading', { name: 'Too many attempts' }).waitFor();
  await page.getByText('Try again in 5 minutes.').waitFor();
  await expectAccessible(page);
  await look(page, 'factors-locked');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByLabel('Verification code 1/6').waitFor();
  await page.keyboard.type('123456');
  await page.getByRole('button', { name: 'Another way' }).click();
  await page.getByRole('button', { name: /^Text message/ }).click();
  await page.getByText('****4567').waitFor();
});

test('a code is sent once: when its screen is shown again it is the same', async () => {
  const { page, show } = await begin('en', false);
  const sent: string[] = [];
  page.on('request', (request) => { if (request.url().includes('/mfa-verification-code?')) sent.push(request.postData() ?? ''); });
  await show('/mfa-verification/EmailVerificationCode', toProve);
  await page.getByText('Enter the code that was sent to love****@').waitFor();
  await page.reload();
  await page.getByText('Enter the code that was sent to love****@').waitFor();
  expect(sent).toEqual(['{"identifierType":"email"}']);
});

test('the key can be copied, the backup codes downloaded', async () => {
  const { page, show } = await begin('en', false);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await show('/mfa-binding/Totp', toSetUp);
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
  await show('/mfa-binding/BackupCode', { factors: [], masked: {} });
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const file = await (await download).path();
  expect((await readFile(file, 'utf8')).trim().split('\n').slice(2)).toEqual(codes);
});

test('with the keyboard alone one chooses another factor, and is told what was wrong', async () => {
  const { page, show } = await begin('en', true);
  await show('/mfa-verification', toProve);
  const names = ['Passkey', 'Authenticator app', 'Text message', 'E-mail', 'Backup code'];
  await page.getByRole('button', { name: 'Go back' }).focus();
  for (const name of names) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toMatch(new RegExp(`^${name}`));
  }
  await page.keyboard.press('Enter');
  await page.getByLabel('Backup code').waitFor();
  await page.keyboard.type('00000 00000');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'The code is wrong, or was used already' }).waitFor();
  expect(await page.evaluate('document.activeElement.name')).toBe('backup-code');
});
