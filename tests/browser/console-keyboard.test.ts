// The Console without a pointer: every page, what opens over it, and where the focus is afterwards.
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { Build, times, unique } from '../api/support/build.ts';
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
const gone = () => dialog().waitFor({ state: 'detached' });
const press = (key: string) => page.keyboard.press(key);

/** What has the focus: its role and name, as a screen reader would say it, and how it shows. */
interface Focused { what: string; named: boolean; shown: boolean; inside: boolean; onScreen: boolean }

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
  const parts = () => [it, it.nextElementSibling, it.parentElement, it.parentElement?.parentElement].filter(Boolean).map((one: any) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor, clipPath, transform } = getComputedStyle(one);
    return [outlineStyle === 'none' ? '' : outlineWidth + outlineColor, boxShadow, borderColor, backgroundColor, clipPath, transform].join();
  }).join('|');
  const box = it.getBoundingClientRect(), before = parts();
  it.blur();
  const after = parts();
  it.focus({ preventScroll: true });
  const label = it.getAttribute('aria-label') ?? (it.getAttribute('aria-labelledby') && document.getElementById(it.getAttribute('aria-labelledby'))?.textContent)
    ?? it.labels?.[0]?.textContent ?? it.textContent;
  return { what: it.outerHTML.slice(0, 160), named: Boolean((label ?? '').trim() || it.title || it.placeholder), shown: before !== after,
    inside: Boolean(it.closest('[role=dialog]')), onScreen: box.bottom > 0 && box.top < innerHeight };
}

/** Goes through all of a page by Tab; what is wrong with it. */
async function walk(most = 120): Promise<string[]> {
  const wrong: string[] = [], seen = new Set<string>();
  await page.evaluate(() => (globalThis as any).document.getElementById('content').focus());
  for (let i = 0; i < most; i++) {
    await press('Tab');
    const at = await page.evaluate(focused);
    if (!at || at.what.includes('class="skip"')) return wrong;	// past the end
    if (!at.named) wrong.push(`no name: ${at.what}`);
    if (!at.shown) wrong.push(`focus not seen: ${at.what}`);
    if (!at.onScreen) wrong.push(`out of sight: ${at.what}`);
    seen.add(at.what);
  }
  return seen.size < most / 4 ? [...wrong, `no way out: ${[...seen].join('\n')}`] : wrong;
}

test('explore', async () => {
  const org = await build.organization({ name: 'Acme' }), user = await build.user({ name: 'Ada' }), role = ok(await api.post('/organization-roles', { name: 'editor' }), 201);
  ok(await api.post(`/organizations/${org.id}/users`, { userIds: [user.id] }), 201);
  await page.reload();
  const links = await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').all();
  const addresses: string[] = [];
  for (const one of links) addresses.push((await one.getAttribute('href'))!.replace('/console', ''));
  addresses.push(`/organizations/${org.id}`, `/users/${user.id}`, `/organization-template/organization-roles/${role.id}`);
  for (const address of addresses) {
    const t0 = Date.now();
    await visit(server, page, address || '/organizations');
    await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' }).catch(() => {});
    await page.waitForTimeout(300);
    const hrefs = await page.locator('nav.tabs a').evaluateAll((all: any[]) => all.map((a) => a.getAttribute('href').replace('/console', '')));
    for (const h of hrefs.length ? hrefs : [address]) {
      if (hrefs.length) await visit(server, page, h);
      await page.waitForTimeout(300);
      const wrong = await walk();
      console.log(h, Date.now() - t0, wrong);
    }
  }
}, 300_000);
