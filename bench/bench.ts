// The measurements, and the table. Each row is a ratio within one run, so that it means something on any machine.
import { cpus } from 'node:os';
import { join } from 'node:path';
import { console as ofConsole } from './console.ts';
import { logs } from './logs.ts';
import { people } from './people.ts';
import { sso } from './sso.ts';
import * as t from './tools.ts';

const quick = process.argv.includes('quick');
const rounds = quick ? 2 : 3;
const seconds = quick ? 1 : 2;
const small = 1_000;
const large = quick ? 50_000 : 1_000_000;
const threads = cpus().length;

interface Row {
  what: string;
  ours: string;
  theirs: string;
  ratio: number | undefined;
  aim: string;
}

const rows: Row[] = [];
const rate = (n: number) => `${n < 100 ? n.toFixed(1) : t.whole(n)}/s`;

function add(what: string, ours: string, theirs = '', ratio?: number, aim = ''): void {
  rows.push({ what, ours, theirs, ratio, aim });
  t.say(`${what}: ${ours}${theirs && ` against ${theirs}`}${ratio === undefined ? '' : `, ratio ${ratio.toFixed(2)}`}`);
}

/** Higher is better: ours as a part of what is possible. */
function part(what: string, pair: t.Pair, aim = ''): void {
  add(what, rate(pair.ours), rate(pair.theirs), pair.ratio, aim);
}

/** Lower is better: how much longer it takes where there is more. */
function growth(what: string, pair: t.Pair, aim = ''): void {
  add(what, rate(pair.ours), rate(pair.theirs), 1 / pair.ratio, aim);
}

const form = (parameters: Record<string, string>) =>
  new URLSearchParams({ grant_type: 'client_credentials', ...parameters }).toString();
const creation = (server: t.Guildhall): t.Request =>
  ({ method: 'POST', path: '/api/organizations', headers: { ...server.headers, 'content-type': 'application/json' },
    body: '{"name":"Bench"}' });

/** What organizations of 100 members with two roles each are made from. */
interface Team {
  userIds: string[];
  organizationRoleIds: string[];
}

async function team(server: t.Guildhall): Promise<Team> {
  const { body: users } = await server.get('/api/users?page=1&page_size=100');
  const roles = [await server.post('/api/organization-roles', { name: 'Editor' }),
    await server.post('/api/organization-roles', { name: 'Viewer' })];
  return { userIds: users.map(({ id }: { id: string }) => id), organizationRoleIds: roles.map(({ body }) => body.id) };
}

/** One such organization, in three requests: itself, its members, their roles. Its id. */
async function found(server: t.Guildhall, { userIds, organizationRoleIds }: Team): Promise<string> {
  const { body: { id } } = await server.post('/api/organizations', { name: 'Team' });
  await server.post(`/api/organizations/${id}/users`, { userIds });
  await server.post(`/api/organizations/${id}/users/roles`, { userIds, organizationRoleIds });
  return id;
}

const foundRows = 1 + 100 + 2 * 100;

async function reads(server: t.Guildhall, of: Team): Promise<(readonly [string, string])[]> {
  const { body: [first] } = await server.get('/api/organizations?page=1&page_size=1');
  return [
    ['GET an organization by id', `/api/organizations/${first.id}`],
    ['GET a page of 20 organizations', '/api/organizations?page=1&page_size=20'],
    ['GET 100 members of an organization with their roles (41 KB)',
      `/api/organizations/${await found(server, of)}/users?page=1&page_size=100`],
  ];
}

async function againstBareHttp(server: t.Guildhall, of: Team): Promise<void> {
  for (const [what, path] of await reads(server, of)) {
    const bare = await t.bareHttp(threads, await server.get(path));
    const request = { path, headers: server.headers };
    part(`${what}, against bare libmicrohttpd`,
      await t.alternate(rounds, () => t.wrk(server.base, request, seconds), () => t.wrk(bare.base, request, seconds)),
      '≥ 0.5');
    await bare.stop();
  }
}

async function tokens(server: t.Guildhall): Promise<void> {
  const { body: organization } = await server.post('/api/organizations', { name: 'Tokens' });
  await server.post(`/api/organizations/${organization.id}/applications`, { applicationIds: [server.app.id] });
  const bare = await t.bareHttp(threads, await server.token({ organization_id: organization.id }), 1);
  const request = {
    method: 'POST', path: '/oidc/token', body: form({ organization_id: organization.id }),
    headers: { authorization: server.basic, 'content-type': 'application/x-www-form-urlencoded' },
  };
  part('Organization token (ES256), against bare libmicrohttpd and one signature',
    await t.alternate(rounds, () => t.wrk(server.base, request, seconds), () => t.wrk(bare.base, request, seconds)),
    '≥ 0.65');
  await bare.stop();
}

async function durableWrites(server: t.Guildhall, of: Team): Promise<void> {
  part('POST an organization, durable, 64 connections, against bare SQLite group commit',
    await t.alternate(rounds, () => t.wrk(server.base, creation(server), seconds), () => t.bareSqlite(seconds)),
    '≥ 0.5');
  part('POST an organization, then 100 members, then two roles for each, against as many rows of bare SQLite group commit',
    await t.alternate(rounds, () => t.often(() => found(server, of), seconds),
      async () => await t.bareSqlite(seconds) / foundRows));
}

async function sizes(few: t.Guildhall, many: t.Guildhall): Promise<void> {
  const both = async (what: string, path: (server: t.Guildhall, rows: number) => string | Promise<string>, aim = '',
    connections = 64) => {
    const [ofMany, ofFew] = [await path(many, large), await path(few, small)];
    growth(what, await t.alternate(rounds,
      () => t.wrk(many.base, { path: ofMany, headers: many.headers }, seconds, connections),
      () => t.wrk(few.base, { path: ofFew, headers: few.headers }, seconds, connections)), aim);
  };
  const word = async (server: t.Guildhall) => {
    const { body: [, row] } = await server.get('/api/organizations?page=2&page_size=20');
    return String(row.name).split(' ')[0]!.toLowerCase();
  };
  const of = `${t.whole(large)} against ${t.whole(small)} rows`;
  await both(`First page of organizations, ${of}`, () => '/api/organizations?page=1&page_size=20', '≤ 1.2');
  await both(`First page of members of an organization, ${of}`,
    () => '/api/organizations/large/users?page=1&page_size=20', '≤ 1.2');
  await both(`An organization by id, ${of}`,
    async (server) => `/api/organizations/${(await server.get('/api/organizations?page=9&page_size=10')).body[0].id}`);
  await both(`Search for a word of six letters, ${of}`,
    async (server) => `/api/organizations?page=1&page_size=20&q=${await word(server)}`, '', 8);
  await both(`Last page of organizations, ${of}`,
    (_, rows) => `/api/organizations?page=${Math.floor(rows / 20)}&page_size=20`, '', 8);
  const list = await t.alternate(rounds,
    () => t.wrk(many.base, { path: '/api/users/busy/organizations', headers: many.headers }, seconds, 4),
    () => t.wrk(few.base, { path: '/api/users/busy/organizations', headers: few.headers }, seconds, 4));
  add(`All organizations of a user, ${t.whole(Math.min(large, 10_000))} against ${t.whole(small)}, each row`,
    rate(list.ours), rate(list.theirs),
    small / (list.ratio * Math.min(large, 10_000)));
}

async function onPostgres(server: t.Guildhall, database: string): Promise<void> {
  const of = await team(server);
  const paths = await reads(server, of);
  t.psql(database, 'VACUUM ANALYZE');		// as autovacuum would have, in a database that is a minute old
  for (const [what, path] of paths) {
    await t.wrk(server.base, { path, headers: server.headers }, 1);	// every connection is open, what is remembered is
    const statements = await t.recorded(async () => void await server.get(path));
    part(`PostgreSQL: ${what}, against pgbench with the same statements`, await t.alternate(rounds,
      () => t.wrk(server.base, { path, headers: server.headers }, seconds),
      () => t.pgbench(database, statements, seconds)), '≥ 0.5');
  }
  const statements = await t.recorded(async () =>
    (await server.post('/api/organizations', { name: 'Bench' })).body.id);
  part('PostgreSQL: POST an organization, against pgbench with the same statements, one transaction each',
    await t.alternate(rounds,
    () => t.wrk(server.base, creation(server), seconds), () => t.pgbench(database, statements, seconds)), '≥ 0.5');
  const founding = await t.recorded(() => found(server, of));
  part('PostgreSQL: POST an organization, then 100 members, then two roles for each, against pgbench with the same statements',
    await t.alternate(rounds, () => t.often(() => found(server, of), seconds),
      () => t.pgbench(database, founding, seconds)), '≥ 0.5');
}

async function starts(store: readonly string[]): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < (quick ? 3 : 9); i++) times.push(await t.startUp(store));
  add('Start to the first answer', `${t.median(times).toFixed(0)} ms`, '', undefined, '≤ 50 ms');
}

function verdict({ ratio, ours, aim }: Row): string {
  const [, sign, bound] = /^(.) ([\d.]+)/.exec(aim) ?? [];
  if (!sign) return '';
  const value = ratio ?? parseFloat(ours);
  return (sign === '≥' ? value >= Number(bound) : value <= Number(bound)) ? 'reached' : 'missed';
}

function print(): void {
  t.table([['measurement', 'ours', 'against', 'ratio', 'aim', ''],
    ...rows.map((row) => [row.what, row.ours, row.theirs, row.ratio?.toFixed(2) ?? '', row.aim, verdict(row)])]);
}

const peopleOf = (server: t.Guildhall) => people(server, { rounds, seconds, threads, part, add });

/** Only the rows about people. */
async function measurePeople(): Promise<void> {
  const server = await new t.Guildhall(['--data', join(t.folder, 'people')]).start();
  await peopleOf(server);
  await server.stop();
  print();
}

async function measure(): Promise<void> {
  const stores = { few: ['--data', join(t.folder, 'few')], many: ['--data', join(t.folder, 'many')],
    fresh: ['--data', join(t.folder, 'fresh')] };
  t.say(`filling: ${small} and ${large} rows`);
  await t.fill(small, stores.few);
  await t.fill(large, stores.many);

  await starts(stores.few);
  const few = await new t.Guildhall(stores.few).start();
  const many = await new t.Guildhall(stores.many).start();
  await sizes(few, many);
  await many.stop();
  await few.stop();

  const server = await new t.Guildhall(stores.few).start();
  const idle = server.memory();
  const of = await team(server);
  await againstBareHttp(server, of);
  await tokens(server);
  await durableWrites(server, of);
  await peopleOf(server);
  add('Resident memory, idle', `${idle.toFixed(1)} MB`, '', undefined, '≤ 20 MB');
  add('Resident memory, after all of the load above', `${server.memory().toFixed(1)} MB`, '', undefined, '≤ 40 MB');
  await server.stop();
  add('The program', `${t.programSize().toFixed(1)} MB`);

  const database = t.newDatabase('guildhall_bench');
  const store = [...stores.fresh, '--db', database];
  await t.fill(small, store);
  const postgres = await new t.Guildhall(store).start();
  await onPostgres(postgres, database);
  await postgres.stop();
  print();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { t.cleanUp(); process.exit(1); });
try {
  if (process.argv[2] === 'logs') await logs(process.argv.slice(3));
  else if (process.argv[2] === 'console') await ofConsole(process.argv.slice(3));
  else if (process.argv[2] === 'sso') await sso(process.argv.slice(3));
  else await (process.argv.includes('people') ? measurePeople() : measure());
} finally {
  t.cleanUp();
}
