// The Console in every language: chosen in the menu and kept, without English left over, and on a narrow screen too.
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { flat } from '../../web/console/src/locales/gaps.ts';
import { ok } from '../api/support/expect.ts';
import { startServer } from '../api/support/server.ts';
import { enterConsole, visit } from './administrator.ts';
import { expectFits, look } from './support.ts';

const server = await startServer();
const { api } = server;
const names = { en: 'English', de: 'Deutsch', es: 'Español', fr: 'Français', ja: '日本語' };
/** A catalogue by its tag: its types are those of a browser, which tests are not. */
const catalogue = async (tag: string): Promise<any> => ({ ...(await import(`../../web/console/src/locales/${tag}.ts`))[tag],
  ...(await import(`../../web/console/src/locales/${tag}/rest.ts`)).rest });
const en = await catalogue('en'), ja = await catalogue('ja');
const wide = { width: 1440, height: 900 }, narrow = { width: 390, height: 780 };

let page: Page;
let pages: Record<string, string>;
beforeAll(async () => {
  page = await enterConsole(server);
  const organization = ok(await api.post('/organizations', { name: 'Acme', isMfaRequired: true }), 201);
  const app = ok(await api.post('/applications', { name: 'Portal', type: 'Traditional' }));
  ok(await api.post('/users', { username: 'ada', name: 'Ada' }));
  const hook = ok(await api.post('/hooks', { name: 'Acme', events: ['User.Created'], config: { url: 'https://acme.example/hook' } }), 201);
  pages = { webhook: `/webhooks/${hook.id}/settings`, dashboard: '/dashboard', organization: `/organizations/${organization.id}/settings`, users: '/users',
    application: `/applications/${app.id}/settings`, methods: '/sign-in-experience/sign-up-and-sign-in', security: '/security/password-policy' };
});

const textsOf = (catalogue: object): string[] => [...flat(catalogue as Record<string, unknown>).values()].filter((one) => typeof one === 'string');

/** All that stands on the page, is read aloud or shown in an empty field. */
const shown = (): Promise<string[]> => page.evaluate(() => {
  const { document, NodeFilter } = globalThis as any, out: string[] = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest('script, style')) out.push(walker.currentNode.data);
  for (const one of document.querySelectorAll('[aria-label], [placeholder], [title]'))
    out.push(...['aria-label', 'placeholder', 'title'].map((name) => one.getAttribute(name) ?? ''));
  return out.map((text) => text.trim());
});

/** What the navigation has no room for. */
const cutLabels = (): Promise<string[]> => page.locator('.navigation a span').evaluateAll((all: any[]) =>
  all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent));

async function chooseLanguage(from: { me: string }, to: string): Promise<void> {
  await page.getByRole('button', { name: from.me, exact: true }).click();
  await page.getByRole('menuitem', { name: to, exact: true }).click();
}

let before = en.frame;

test.each(['de', 'es', 'fr', 'ja'] as const)('in %s every page speaks the language that was chosen, and fits', async (tag) => {
  const texts = await catalogue(tag);
  await visit(server, page, '/users');
  await chooseLanguage(before, names[tag]);
  before = texts.frame;
  await page.getByRole('navigation', { name: texts.frame.navigation }).waitFor();
  const own = new Set(textsOf(texts)), english = new Set(textsOf(en).filter((text) => !own.has(text)));
  for (const [name, path] of Object.entries(pages)) {
    await visit(server, page, path);	// each time from the server
    await expect.poll(() => page.locator('.mantine-Skeleton-root').count()).toBe(0);
    expect(await page.locator('html').getAttribute('lang')).toBe(tag);
    const all = await shown();
    expect(all.filter((text) => english.has(text))).toEqual([]);
    expect(all.filter((text) => own.has(text)).length).toBeGreaterThan(20);
    for (const size of [narrow, wide]) {
      await page.setViewportSize(size);
      await expectFits(page);
      if (size === wide) expect(await cutLabels()).toEqual([]);
      await look(page, `language-${tag}-${name}${size === narrow ? '-narrow' : ''}`);
    }
  }
});

test('a refusal of the server and what it wrote about its own roles are said in the chosen language as well', async () => {
  await visit(server, page, '/roles');
  await page.getByText(ja.common.builtIn.access).waitFor();
  await visit(server, page, '/organizations/missing/settings');
  await page.getByText(ja.common.error.notFound).waitFor();
  await visit(server, page, '/users/create');
  await page.getByRole('dialog').getByLabel(ja.users.username).fill('ada');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByText(/[\u3040-\u30ff]/).first().waitFor();
  await page.getByRole('dialog').locator('[aria-invalid=true]').waitFor();
  await visit(server, page, '/users');
  await chooseLanguage(ja.frame, names.en);
  await page.getByRole('navigation', { name: en.frame.navigation }).waitFor();
});
