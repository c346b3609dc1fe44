// The Console over many rows: `run console [ROWS] [--engine sqlite|postgres] [--keep FOLDER] [--only TEXT]`. From what a person does, in
// Chromium, until what it asks for is painted; each a median, with the slowest answer of the API in it beside.
import { createReadStream, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import * as t from './tools.ts';

const often = 5;
const size = 20;
const limitMs = 300;
const engines = ['sqlite', 'postgres'] as const;
type Engine = typeof engines[number];

const usage = (): never => {
  throw new Error('usage: bench console [ROWS] [--engine sqlite|postgres] [--keep FOLDER] [--only TEXT], 1000 to 1000000 rows');
};

interface Options { rows: number; engines: readonly Engine[]; keep: string | undefined; only: string }

function options(args: readonly string[]): Options {
  const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true,
    options: { engine: { type: 'string' }, keep: { type: 'string' }, only: { type: 'string' } } });
  const rows = Number(positionals[0] ?? 1_000_000);
  if (positionals.length > 1 || !Number.isInteger(rows) || rows < 1000 || rows > 1_000_000) usage();
  const chosen = engines.filter((one) => values.engine === undefined || one === values.engine);
  return { rows, engines: chosen.length ? chosen : usage(), keep: values.keep, only: values.only ?? '' };
}

// ---- in the page

/** A click on what has this role and name; Enter in the search box; an address of the Console. */
type Act = { click: string } | { search: string } | { go: string };

interface Took { ms: number; api: number }

/**
 * Does it, and waits until `shown` stands in the page, or does not with a ! before it, and no list is still the one before. Measured inside the page, frame by
 * frame, so that the way from here to the browser takes no part.
 */
async function took(page: Page, act: Act, shown: string): Promise<Took> {
  if ('search' in act) await page.getByRole('search').last().getByRole('textbox').fill(act.search);
  return page.evaluate(async ([what, text]) => {
    const { document, history, performance: clock, requestAnimationFrame: frame, KeyboardEvent: Key } = globalThis as any;
    const names = (one: any) => one.getAttribute('aria-label') ?? one.textContent ?? '';
    const find = (name: string) => [...document.querySelectorAll('a, button, [role=tab]')].filter((one) => names(one).startsWith(name)).at(-1);
    const sought = text.replace(/^!/, ''), stands = (all: string) =>
      all.split(sought).slice(1).some((rest) => !/^\d/.test(rest));	// not "of 100" in "of 1000"
    const isThere = () => !document.querySelector('[aria-busy=true], table.stale') &&
      stands(document.body.innerText) !== text.startsWith('!');
    const target = 'click' in what ? find(what.click) : undefined;
    if ('click' in what && !target) throw new Error(`nothing to click is called ${what.click}`);
    clock.clearResourceTimings();
    const begun = clock.now();
    if (target) target.click();
    else if ('go' in what) history.pushState({}, '', what.go);
    else {
      const boxes = document.querySelectorAll('[role=search] input');
      boxes[boxes.length - 1].dispatchEvent(new Key('keydown', { key: 'Enter', bubbles: true }));
    }
    do {
      await new Promise(frame);
      if (clock.now() - begun > 60_000) throw new Error(`“${text}” does not come`);
    } while (!isThere());
    const ms = clock.now() - begun;
    const answers = clock.getEntriesByType('resource').filter(({ name }: { name: string }) => name.includes('/api/'));
    return { ms, api: Math.max(0, ...answers.map(({ duration }: { duration: number }) => duration)) };
  }, [act, shown] as const);
}

// ---- what is measured

interface Thing { id: string; name: string; primaryEmail?: string }

const administrator = { username: 'boss', password: 'Quiet-river_42!moss' };

/** Makes the first administrator and goes to the Console; a store that was kept has one already. */
async function enter(page: Page, server: t.Guildhall): Promise<void> {
  await page.goto(server.claim || server.console);
  await page.getByLabel('Username').fill(administrator.username);
  if (server.claim) {
    await page.getByRole('button', { name: 'Continue' }).click();
    for (const label of ['New password', 'Confirm the password']) await page.getByLabel(label).fill(administrator.password);
    await page.getByRole('button', { name: 'Create account' }).click();
  } else {
    await page.getByLabel('Password', { exact: true }).fill(administrator.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}

/** Rows of the measurement: what a person does, and which text then stands there. The i-th time with another thing. */
interface Measured { what: string; from: string; act: (i: number) => Act; shown: (i: number) => string }

const firstWord = (name: string) => name.split(' ')[0]!;
/** What a list says of the page that it shows. */
const range = (page: number, total: number) =>
  total <= size ? `${total} in all` : `${(page - 1) * size + 1}–${Math.min(page * size, total)} of ${total}`;

function listed(noun: string, path: string, title: string, total: number, of: readonly Thing[]): Measured[] {
  const last = Math.ceil(total / size), middle = Math.floor(last / 2), from = `/${path}`;
  const one = (i: number) => of[i % of.length]!;
  return [
    { what: `${noun}: first page, from another page`, from: '/mfa', act: () => ({ click: title }), shown: () => range(1, total) },
    { what: `${noun}: a page in the middle`, from, act: (i) => ({ go: `/console/${path}?page=${middle + i}` }),
      shown: (i) => range(middle + i, total) },
    { what: `${noun}: last page`, from, act: () => ({ click: 'Last page' }), shown: () => range(last, total) },
    { what: `${noun}: search for a name`, from, act: (i) => ({ search: firstWord(one(i).name) }), shown: (i) => one(i).id },
    { what: `${noun}: search for an id`, from, act: (i) => ({ search: one(i).id }), shown: (i) => one(i).name },
  ];
}

async function things(server: t.Guildhall, path: string, total: number): Promise<Thing[]> {
  const pages = Array.from({ length: often + 1 }, (_, i) => Math.floor((i + 1) * total / (often + 3)) + 1);
  return Promise.all(pages.map(async (page) => (await server.get(`${path}?page=${page}&page_size=1`)).body[0]));
}

async function total(server: t.Guildhall, path: string): Promise<number> {
  return Number((await server.get(`${path}${path.includes('?') ? '&' : '?'}page=1&page_size=1`)).headers['total-number']);
}

async function plan(server: t.Guildhall): Promise<Measured[]> {
  const [organizations, users, applications, roles] = await Promise.all(
    ['/api/organizations', '/api/users', '/api/applications?isThirdParty=false', '/api/roles'].map((path) => total(server, path)));
  const companies = await things(server, '/api/organizations', organizations!), people = await things(server, '/api/users', users!);
  const company = (i: number) => companies[i % companies.length]!, person = (i: number) => people[i % people.length]!;
  const members = users! - 1, last = Math.ceil(members / size);
  return [
    ...listed('Organizations', 'organizations', 'All organizations', organizations!, companies),
    { what: 'Organizations: search for three letters', from: '/organizations', act: (i) => ({ search: company(i).name.slice(0, 3) }), shown: () => `!of ${organizations}` },
    { what: 'Organizations: open one', from: '/organizations', act: (i) => ({ go: `/console/organizations/${company(i).id}/settings` }), shown: (i) => company(i).id },
    { what: 'An organization of all users: its members', from: '/organizations/large/settings', act: () => ({ click: 'Members' }), shown: () => range(1, members) },
    { what: 'Its members: last page', from: '/organizations/large/members', act: () => ({ click: 'Last page' }), shown: () => range(last, members) },
    { what: 'Its members: search for a name', from: '/organizations/large/members', act: (i) => ({ search: firstWord(person(i).name) }), shown: (i) => person(i).name },
    { what: 'Its members: a page in the middle', from: '/organizations/large/members',
      act: (i) => ({ go: `/console/organizations/large/members?page=${Math.floor(last / 2) + i}` }), shown: (i) => range(Math.floor(last / 2) + i, members) },
    { what: 'Its members: who may be added, of a few', from: '/organizations/large/members', act: () => ({ click: 'Add members' }), shown: () => '1 in all' },
    { what: 'Its members: of one role, 1 %', from: '/organizations/large/members', act: () => ({ go: '/console/organizations/large/members?role=editor' }),
      shown: () => range(1, Math.ceil(members / 100)) },
    { what: 'Another organization: who may be added', from: `/organizations/${companies[0]!.id}/members`, act: () => ({ click: 'Add members' }), shown: () => range(1, users!) },
    ...listed('Users', 'users', 'Users', users!, people).filter(({ what }) => !/for a name|for an id/.test(what)),
    { what: 'Users: search for a name', from: '/users', act: (i) => ({ search: firstWord(person(i).name) }), shown: (i) => person(i).primaryEmail! },
    { what: 'Users: search for three letters', from: '/users', act: (i) => ({ search: person(i).name.slice(0, 3) }), shown: () => `!of ${users}` },
    { what: 'Users: search for a mail address', from: '/users', act: (i) => ({ search: person(i).primaryEmail! }), shown: (i) => person(i).name },
    { what: 'Users: search for an id', from: '/users', act: (i) => ({ search: person(i).id }), shown: (i) => person(i).name },
    { what: 'Users: search for a domain of mail, 0.2 %', from: '/users', act: (i) => ({ search: `@h${10 + i}.example` }), shown: () => `!of ${users}` },
    { what: 'Users: a regular expression, 0.2 %', from: '/users',
      act: (i) => ({ go: `/console/users?${new URLSearchParams({ 'search.primaryEmail': `^[a-z]+\\..*@h${20 + i}\\.example$`, 'mode.primaryEmail': 'posix' })}` }),
      shown: () => `!of ${users}` },
    { what: 'Users: search for one letter', from: '/users', act: (i) => ({ search: 'aeiour'[i]! }), shown: () => `!of ${users}` },
    { what: 'Users: search for what all have', from: '/users', act: () => ({ search: '.example' }), shown: () => `!of ${users}` },
    { what: 'Users: open one', from: '/users', act: (i) => ({ go: `/console/users/${person(i).id}/settings` }), shown: (i) => person(i).id },
    { what: "A user's organizations", from: '/users', act: () => ({ go: '/console/users/busy/organizations' }), shown: () => range(1, Math.min(10_000, organizations! - 1)) },
    ...listed('Applications', 'applications', 'Applications', applications!, []).slice(0, 3),
    ...listed('Roles', 'roles', 'Roles', roles!, []).slice(0, 3),
    { what: 'A role of all users: who has it', from: '/roles/everyone/permissions', act: () => ({ click: 'People' }), shown: () => range(1, members) },
    { what: 'Who has it: a page in the middle', from: '/roles/everyone/users',
      act: (i) => ({ go: `/console/roles/everyone/users?page=${Math.floor(last / 2) + i}` }), shown: (i) => range(Math.floor(last / 2) + i, members) },
  ];
}

async function row(page: Page, base: string, one: Measured): Promise<Took> {
  const times: Took[] = [];
  for (let i = 0; i <= often; i++) {	// the first warms up
    await page.goto(base + one.from);
    await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    times.push(await took(page, one.act(i), one.shown(i)));
  }
  const of = (which: keyof Took) => t.median(times.slice(1).map((time) => time[which]));
  return { ms: of('ms'), api: of('api') };
}

/** The cells of a row. One that fails is tried once more, and does not end the others. */
async function cellsOf(page: Page, base: string, one: Measured): Promise<[boolean, string[]]> {
  for (let attempt = 0; ; attempt++) {
    try {
      const { ms, api } = await row(page, base, one), within = ms <= limitMs;
      return [within, [one.what, `${ms.toFixed(0)} ms`, `${api.toFixed(0)} ms`, within ? 'reached' : 'missed']];
    } catch (error) {
      t.say(`${one.what}: ${String(error).split('\n')[0]}`);
      if (attempt > 0) return [false, [one.what, '', '', 'failed']];
    }
  }
}

/** What a filled store takes: a table of the rows with `only` in their names, and how much of it is within the limit. */
export async function measureStore(what: string, store: readonly string[], only: string): Promise<void> {
  const server = await new t.Guildhall(store).start();
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await enter(page, server);
    const table = [[what, 'shown after', 'of it the API', `≤ ${limitMs} ms`]];
    let reached = 0;
    for (const one of (await plan(server)).filter(({ what }) => what.includes(only))) {
      const [within, cells] = await cellsOf(page, server.console, one);
      reached += Number(within);
      table.push(cells);
      t.say(`${cells.join(', ')} (load ${loadavg()[0]!.toFixed(1)})`);
    }
    t.table(table);
    globalThis.console.log(`${reached} of ${table.length - 1} rows within ${limitMs} ms`);
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Fills a store, unless one that was kept is filled already. */
async function filled(engine: Engine, { rows, keep }: Options): Promise<readonly string[]> {
  const folder = join(keep ? resolve(keep) : t.folder, `console-${engine}-${rows}`), mark = join(folder, 'filled');
  const name = `console_${rows}`, store = ['--data', folder, ...(engine === 'postgres' ? ['--db', t.database(name)] : [])];
  if (existsSync(mark)) return store;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (engine === 'postgres') t.newDatabase(name);
  const begun = performance.now();
  await t.fill(rows, store);
  if (engine === 'postgres') t.psql(t.database(name), 'VACUUM ANALYZE');	// as autovacuum would have
  writeFileSync(mark, '');
  t.say(`${engine}: ${t.whole(rows)} organizations and users in ${t.whole((performance.now() - begun) / 1000)} s`);
  return store;
}

/** Has the system remember the store, as it does of a server that has been up for a while. */
async function warmed(engine: Engine, { rows }: Options, store: readonly string[]): Promise<readonly string[]> {
  if (engine === 'postgres')
    t.psql(t.database(`console_${rows}`), "CREATE EXTENSION IF NOT EXISTS pg_prewarm; SELECT count(pg_prewarm(oid, 'read'))"
      + " FROM pg_class WHERE relkind IN ('r', 'i')");
  else
    for await (const piece of createReadStream(join(store[1]!, 'guildhall.db'))) void piece;
  return store;
}

export async function console(args: readonly string[]): Promise<void> {
  const wanted = options(args);
  for (const engine of wanted.engines)
    await measureStore(`${engine}, ${t.whole(wanted.rows)} organizations and users`,
      await warmed(engine, wanted, await filled(engine, wanted)), wanted.only);
}
