// An administrator in the Console. Signing in takes seconds, so a file does it once and goes from page to page.
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { Browser } from '../api/support/browser.ts';
import { ok } from '../api/support/expect.ts';
import type { Server } from '../api/support/server.ts';
import { looks } from './looks.ts';
import { loaded } from './settled.ts';
import { expectAccessible, expectFits, look, open } from './support.ts';

const boss = { username: 'boss', password: 'Quiet-river_42!moss' };

/** Makes the first administrator and signs in; the page shows the Console then. */
export async function enterConsole(server: Server): Promise<Page> {
  const claimed = new Browser(() => server.admin);
  ok(await claimed.get(server.claim), 303);
  ok(await claimed.register(boss.username, boss.password), 201);
  const page = await open();
  await page.goto(server.console);
  await page.getByLabel('Username').fill(boss.username);
  await page.getByLabel('Password', { exact: true }).fill(boss.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  return page;
}

/** Opens an address of the Console anew: a deep link. */
export async function visit(server: Server, page: Page, path: string): Promise<void> {
  await page.goto(server.console + path);
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
  await loaded(page);
}

/** An action of a row's menu, whose button shows when the pointer is there. */
export async function chooseFromMenu(page: Page, of: string, action: string, within: Locator = page.getByRole('main')): Promise<void> {
  const menu = within.getByRole('button', { name: `More for ${of}`, exact: true }).last();
  await menu.hover({ force: true });
  await menu.click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}

/** What a person does in the Console, for the page that `current` gives: it is there only when the tests run. */
export function byHand(current: () => Page) {
  const main = () => current().getByRole('main');
  const dialog = () => current().getByRole('dialog');
  const gone = () => dialog().waitFor({ state: 'detached' });
  const press = (name: string | RegExp, of: Page | Locator = current()) => of.getByRole('button', { name, exact: true }).last().click();
  return {
    main, dialog, gone,
    /** A button. Of several with the name the last one, which is that of a dialog if one is open. */
    press,
    row: (name: string) => current().getByRole('row', { name }),
    /** Opens what a row is of, by its name: in the row's middle there may be a button. */
    openRow: (name: string | RegExp) => current().getByRole('row', { name }).getByRole('link').first().click(),
    card: (name: string) => current().getByRole('region', { name, exact: true }),
    choose: (of: string, action: string, within?: Locator) => chooseFromMenu(current(), of, action, within),
    /** The button of the dialog, after which it closes. */
    confirm: async (name: string) => { await press(name, dialog()); await gone(); },
    save: async () => {
      await press('Save changes');
      await current().getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
    },
    /** A field is marked as wrong. */
    refused: (field: Locator) => field.and(current().locator('[aria-invalid=true]')).waitFor(),
    /** A switch, whose name ends with what it is good for. */
    flip: (name: string) => current().getByRole('switch', { name: new RegExp(`^${name}`) }).click(),
    /** Options of a field that searches, one after another. */
    pick: async (label: string, ...options: string[]) => {
      const box = current().getByRole('combobox', { name: label });
      for (const option of options) {
        await box.fill(option);
        await current().getByRole('option', { name: option, exact: true }).click();
      }
      await current().keyboard.press('Tab');	// closes the list, which lies over the buttons
    },
  };
}

const wide = { width: 1440, height: 900 }, narrow = { width: 390, height: 780 };

async function inEachLook(page: Page, name: string, wideOne: () => Promise<void>): Promise<void> {
  if (!looks) return;
  await expect.poll(() => page.locator('[role=listbox]:visible').count()).toBe(0);	// one that closes fades
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(narrow);
    await expectFits(page);
    await look(page, `${name}-narrow-${colorScheme}`);
    await page.setViewportSize(wide);
    await look(page, `${name}-${colorScheme}`);
    await wideOne();
  }
}

/** As it stands, light and dark: nothing that axe calls serious; narrow too: nothing to scroll sideways. And pictures for people. */
export const expectGood = (page: Page, name: string): Promise<void> => inEachLook(page, name, () => expectAccessible(page));

/** The same without axe, for a page that it has seen with other texts. */
export const expectWhole = (page: Page, name: string): Promise<void> => inEachLook(page, name, () => expectFits(page));
