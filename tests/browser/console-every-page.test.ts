// Every page of the Console that its own links lead to, with nothing in it and with much: texts of others that try to run, to turn
// the page round or to burst it. GUILDHALL_PICTURES leaves each in four looks, for a person to go through.
import { beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { Build, ids, times, unique } from '../api/support/build.ts';
import { ok } from '../api/support/expect.ts';
import { startServer } from '../api/support/server.ts';
import { enterConsole, visit } from './administrator.ts';
import { expectFits, look } from './support.ts';

const pictured = process.env['GUILDHALL_PICTURES'] !== undefined;
const server = await startServer();
const { api } = server;
const build = new Build(api);

let page: Page;
beforeAll(async () => {
  page = await enterConsole(server);
  page.on('dialog', (dialog) => { throw new Error(`a text ran: ${dialog.message()}`); });
});

const widths = [{ width: 390, height: 780 }, { width: 1440, height: 900 }];

/** As it stands nothing sticks out, neither narrow nor wide. */
async function expectWholeEverywhere(name: string): Promise<void> {
  for (const size of widths) {
    await page.setViewportSize(size);
    await expectFits(page);
    if (!pictured) continue;
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await look(page, `${name}-${size.width}-${colorScheme}`);
    }
  }
}

const linksIn = async (selector: string): Promise<string[]> =>
  (await page.locator(selector).evaluateAll((all) => all.map((one) => new URL((one as any).href).pathname)))
    .map((path) => path.replace('/console', ''));

async function settled(): Promise<void> {
  await page.waitForLoadState('networkidle');
  await expect.poll(() => page.locator('[aria-busy=true], .mantine-Skeleton-root').count()).toBe(0);
}

/** Goes through all pages; `rows`: how many of each list are opened. Where it was. */
async function everyPage(kind: string, rows: number): Promise<string[]> {
  await page.setViewportSize(widths[1]!);
  await visit(server, page, '/organizations');
  const queue = [...await linksIn('nav.navigation section a'), '/profile'], seen = new Set<string>(), opened = new Map<string, number>();
  for (let path = queue.shift(); path; path = queue.shift()) {
    if (seen.has(path)) continue;
    await visit(server, page, path);
    await settled();
    const here = new URL(page.url()).pathname.replace('/console', '');
    if (seen.has(here)) continue;
    seen.add(path).add(here);
    queue.push(...await linksIn('main nav.tabs a'));
    for (const row of (await linksIn('main a.row-link')).slice(0, rows)) {
      const noun = row.replace(/[^/]*$/, ''), n = opened.get(noun) ?? 0;
      if (n < rows) queue.push(row);
      opened.set(noun, n + 1);
    }
    await expectWholeEverywhere(`${kind}${here.replace(/\/(?=[a-z]*\d)[a-z0-9]{12,}/g, '-one').replaceAll('/', '-')}`);
    await page.setViewportSize(widths[1]!);
  }
  return [...seen];
}

test('with nothing in it every page says what belongs there', async () => {
  const seen = await everyPage('none', 0);
  expect(seen).toContain('/users');
  expect(await page.locator('main').innerText()).not.toBe('');
}, 180_000);

const script = '<script>alert(1)</script><img src=x onerror=alert(2)>"\'&amp;{{x}}';
const backwards = '\u202eמשרד ראשי\u202c مكتب ‏123';
const astral = '\u{1d4d0}'.repeat(64);	// two units each: as long as the shortest limit
/** The last of each is the one that is opened: it has something of all. */
const hostile = [script, backwards, astral, `${script}${backwards}${astral.slice(0, 32)}`];

/** Things of each kind, the last of them with hostile texts. */
async function fill(): Promise<void> {
  for (const name of hostile) {	// nobody listens there: each request is noted as one without an answer
    ok(await api.post('/hooks', { name, events: ['User.Created', 'Organization.Membership.Updated'], config: { url: 'http://127.0.0.1:1/', headers: { 'X-Text': 'x'.repeat(300) } } }), 201);
  }
  const people = await times(24, (i) => build.user({ name: `${unique('Person')} ${i}`, primaryEmail: `${unique('p')}@acme.example` }));
  const [role] = await times(22, () => build.role({ description: 'What it is for' }));
  await times(22, () => build.scope());
  await times(22, () => build.organization({ description: 'A customer' }));
  await times(22, () => build.machine());
  const [resource] = await times(3, () => build.resource());
  await times(22, () => build.resourceScope(resource.id));
  await times(22, () => build.tenantRole());
  for (const text of hostile) {
    const company = await build.organization({ name: text, description: text, customData: { text } });
    const person = await build.user({ name: text, avatar: 'https://a.example/"onload=alert(3)', profile: { nickname: text }, customData: { text } });
    ok(await api.post(`/organizations/${company.id}/users`, { userIds: [person.id, ...ids(people)] }), 201);
    const own = await build.role({ name: text, description: text });
    ok(await api.post(`/organizations/${company.id}/users/roles`, { userIds: [person.id, people[0].id], organizationRoleIds: [own.id, role.id] }), 201);
    await build.scope({ name: text, description: text });
    const machine = await build.machine({ name: text, description: text, customData: { text } });
    ok(await api.post(`/organizations/${company.id}/applications`, { applicationIds: [machine.id] }), 201);
    const server = await build.resource({ name: text });
    await build.resourceScope(server.id, { name: text.replaceAll(' ', '_'), description: text });
    const held = await build.tenantRole({ name: text, description: text });
    ok(await api.post(`/roles/${held.id}/users`, { userIds: [person.id, ...ids(people)] }), 201);
    await build.invitation(company.id, { invitee: `"${unique('<b>x')}"@a.example`.replace(/["<>]/g, 'x') });
  }
}

test('with much in it no text of anybody runs, turns a page round or bursts it', async () => {
  await fill();
  const seen = await everyPage('much', 1);
  expect(seen.length).toBeGreaterThan(40);
  expect(seen.some((path) => /^\/webhooks\/\w+\/recent-requests\/\w+$/.test(path))).toBe(true);	// as deep as it goes
}, 300_000);
