// The Console without a pointer: every page, what opens over it, and where the focus is afterwards.
import type { Locator, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { Build } from '../api/support/build.ts';
import { ok } from '../api/support/expect.ts';
import { startServer } from '../api/support/server.ts';
import { enterConsole, visit } from './administrator.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

let page: Page;
beforeAll(async () => {
  page = await enterConsole(server);
  await page.emulateMedia({ reducedMotion: 'reduce' });
});

const dialog = () => page.getByRole('dialog');
const main = () => page.getByRole('main');
const press = async (...keys: string[]) => { for (const key of keys) await page.keyboard.press(key); };
const on = (name: string | RegExp, role: 'button' | 'link' | 'textbox' = 'button') => page.getByRole(role, { name, exact: true }).first();
const hasFocus = (it: Locator) => expect.poll(() => it.evaluate((one) => one === (globalThis as any).document.activeElement)).toBe(true);
const enter = async (it: Locator) => { await it.focus(); await press('Enter'); };
/** Runs in the page. */
const isInDialog = () => Boolean((globalThis as any).document.activeElement.closest('[role=dialog]'));
const dialogs = (count: number) => expect.poll(() => dialog().count()).toBe(count);

/** What has the focus, and what a person needs of it: a name, to be seen there, and to see that it has it. */
interface Focused { what: string; named: boolean; shown: boolean; onScreen: boolean }

/** Runs in the page. Shown: something of it, or of what stands for it, looks otherwise without the focus. */
function focused(): Focused | null {
  const { document, getComputedStyle, innerHeight, CSSStyleSheet } = globalThis as any;
  if (!document.adoptedStyleSheets.length) {	// a colour on its way would look as it did before
    const still = new CSSStyleSheet();
    still.replaceSync('* { transition: none !important; animation: none !important }');
    document.adoptedStyleSheets = [still];
  }
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  if (it === (globalThis as any).walked) return { what: it.outerHTML.slice(0, 160), named: true, shown: true, onScreen: true };	// a date has several stops
  (globalThis as any).walked = it;
  const parts = () => [it, it.nextElementSibling, it.parentElement, it.parentElement?.parentElement].filter(Boolean).map((one: any) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor, clipPath, transform } = getComputedStyle(one);
    return [outlineStyle === 'none' ? '' : outlineWidth + outlineColor, boxShadow, borderColor, backgroundColor, clipPath, transform].join();
  }).join('|');
  const unseen = getComputedStyle(it).opacity === '0' && !it.labels?.length;	// a switch is drawn by its label
  const box = it.getBoundingClientRect(), before = parts();
  it.blur();
  const after = parts();
  it.focus({ preventScroll: true });
  const label = it.getAttribute('aria-label') ?? (it.getAttribute('aria-labelledby') && document.getElementById(it.getAttribute('aria-labelledby'))?.textContent)
    ?? it.labels?.[0]?.textContent ?? it.textContent;
  return { what: it.outerHTML.slice(0, 160), named: Boolean((label ?? '').trim() || it.title || it.placeholder), shown: before !== after && !unseen, onScreen: box.bottom > 0 && box.top < innerHeight };
}

/** Goes through all of a page by Tab; what is wrong with it. */
async function walk(most = 150): Promise<string[]> {
  const wrong: string[] = [];
  await page.evaluate(() => (globalThis as any).document.getElementById('content').focus());
  for (let i = 0; i < most; i++) {
    await press('Tab');
    const at = await page.evaluate(focused);
    if (!at || at.what.includes('class="skip"')) return i === 0 ? ['nothing takes the focus'] : wrong;
    if (!at.named) wrong.push(`no name: ${at.what}`);
    if (!at.shown) wrong.push(`focus not seen: ${at.what}`);
    if (!at.onScreen) wrong.push(`out of sight: ${at.what}`);
  }
  return [...wrong, 'there is no way out'];
}

const loaded = async () => {
  await main().getByRole('heading', { level: 1 }).waitFor();
  await expect.poll(() => main().getByRole('status', { name: 'Loading' }).count()).toBe(0);
};

/** Opens what it leads to, unless that is open. The old page stays to be seen until the new one is there, which then has its title. */
async function follow(link: Locator): Promise<void> {
  if (await link.getAttribute('aria-current')) return loaded();
  const before = await page.title();
  await enter(link);
  await expect.poll(() => page.title()).not.toBe(before);
  await loaded();
}

/** The page, and each of its tabs, opened by Enter. */
async function walkTabs(): Promise<Record<string, string[]>> {
  const out: Record<string, string[]> = {}, tabs = page.locator('nav.tabs a');
  await loaded();
  for (let i = 0; i < Math.max(1, await tabs.count()); i++) {
    if (await tabs.count()) await follow(tabs.nth(i));
    const wrong = await walk();
    if (wrong.length) out[new URL(page.url()).pathname] = wrong;
  }
  return out;
}

let organization: any, user: any;
beforeAll(async () => {
  [organization, user] = [await build.organization({ name: 'Acme' }), await build.user({ name: 'Ada' })];
  ok(await api.post(`/organizations/${organization.id}/users`, { userIds: [user.id] }), 201);
  ok(await api.post('/organization-roles', { name: 'editor' }), 201);
});

test('the first Tab offers to skip the navigation, the next ones lead through all of it', async () => {
  await visit(server, page, '/organizations');
  await press('Tab');
  await hasFocus(on('Skip to the content', 'link'));
  await press('Enter', 'Tab');
  await hasFocus(main().getByRole('textbox').or(main().getByRole('button')).or(main().getByRole('link')).first());
  await page.reload();
  await loaded();
  const links = await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').all();
  await press('Tab');
  for (const link of links) {
    await press('Tab');
    await hasFocus(link);
  }
});

test('on every page and tab all that can be used is reached by Tab, has a name, and is seen to have the focus', async () => {
  const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link'), wrong: Record<string, string[]> = {};
  for (let i = 1; i < await links.count(); i++) {	// the first is the product's name, which leads to the second
    await follow(links.nth(i));
    Object.assign(wrong, await walkTabs());
  }
  for (const path of [`/organizations/${organization.id}`, `/users/${user.id}`]) {
    await visit(server, page, path);
    Object.assign(wrong, await walkTabs());
  }
  expect(wrong).toEqual({});
}, 120_000);

/** Goes down a menu, which takes keys as soon as it has been drawn, to the entry. */
const chooseEntry = async (name: string) => {
  await expect.poll(async () => {
    const at = await page.evaluate(() => (globalThis as any).document.activeElement.textContent);
    if (at !== name) await press('ArrowDown');
    return at;
  }).toBe(name);
  await press('Enter');
};

/** Opened by its keys it takes the focus and keeps it; Escape closes it, and the focus is where it was. */
async function expectModal(opener: Locator, key = 'Enter', entry?: string): Promise<void> {
  await opener.focus();
  await press(key);
  if (entry) await chooseEntry(entry);
  await dialogs(1);
  await expect.poll(() => page.evaluate(isInDialog)).toBe(true);
  for (let i = 0; i < 12; i++) {
    await press('Tab');
    expect(await page.evaluate(isInDialog)).toBe(true);
  }
  await press('Escape');
  await dialogs(0);
  await hasFocus(opener);
}

test('a dialog takes the focus and keeps it, and gives it back when Escape closes it', async () => {
  await visit(server, page, '/organizations');
  await expectModal(on('Create organization'));
  await expectModal(on('More for Acme'), 'Enter', 'Delete');	// a question out of a menu
  await expectModal(on('All organizations', 'link'), 'Control+k');
  await visit(server, page, `/organizations/${organization.id}/members`);
  await expectModal(on('Add members'));
  await page.setViewportSize({ width: 390, height: 780 });
  await expectModal(on('Menu'));
  await page.setViewportSize({ width: 1440, height: 900 });
});

test('of what lies over each other Escape closes only the uppermost', async () => {
  await visit(server, page, `/organizations/${organization.id}/members`);
  await enter(on('Add members'));
  await hasFocus(dialog().getByRole('textbox').first());
  const roles = dialog().getByRole('combobox');
  await roles.focus();
  await press('ArrowDown');
  await page.getByRole('option').first().waitFor();
  await press('Escape');
  await page.getByRole('option').first().waitFor({ state: 'hidden' });
  await dialogs(1);
  await dialog().getByRole('textbox').first().focus();
  await press('Escape');
  await dialogs(0);
  await hasFocus(on('Add members'));
  await visit(server, page, '/organizations/create');
  await page.keyboard.type('New');
  await enter(dialog().getByRole('button', { name: 'Show API call' }));
  await dialogs(2);
  await press('Escape');
  await dialogs(1);
  await hasFocus(dialog().getByRole('button', { name: 'Show API call' }));
  await press('Escape');
  await dialogs(0);
});

test('where what had the focus is gone, it stays near: after saving, discarding, deleting and on a new page', async () => {
  await visit(server, page, `/organizations/${organization.id}/settings`);
  const field = page.getByLabel('Description');
  await field.fill('one');
  await enter(on('Branding', 'link'));
  await hasFocus(dialog().getByRole('button', { name: 'Stay' }));
  await press('Escape');
  await dialogs(0);
  await hasFocus(on('Branding', 'link'));
  await field.focus();
  await enter(on('Discard'));
  await hasFocus(field);
  await field.fill('two');
  await enter(on('Save changes'));
  await page.getByText('Unsaved changes').waitFor({ state: 'detached' });
  await hasFocus(field);
  expect(ok(await api.get(`/organizations/${organization.id}`))).toMatchObject({ description: 'two' });

  const isWithin = () => page.evaluate(() => Boolean((globalThis as any).document.activeElement.closest('#content')));
  await visit(server, page, `/organizations/${organization.id}/members`);
  await enter(on('More for Ada'));
  await chooseEntry('Remove from organization');
  await hasFocus(dialog().getByRole('button', { name: 'Cancel' }));
  await press('Tab', 'Enter');
  await on('More for Ada').waitFor({ state: 'detached' });
  await expect.poll(isWithin).toBe(true);
  expect(ok(await api.get(`/organizations/${organization.id}/users`))).toEqual([]);
  await visit(server, page, '/organizations/create');
  await hasFocus(dialog().getByRole('textbox').first());
  await page.keyboard.type('By keyboard');
  await press('Enter');
  await page.waitForURL(/\/settings$/);
  await expect.poll(isWithin).toBe(true);
});
