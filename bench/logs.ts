// Pages of a large audit log: `run logs [ROWS] [--engine sqlite|postgres]`. Each is asked for alone, one after the other.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { send } from '../tests/api/support/client.ts';
import * as t from './tools.ts';

const often = 9;
const size = 20;
const engines = ['sqlite', 'postgres'] as const;
type Engine = typeof engines[number];

const usage = (): never => {
  throw new Error('usage: bench logs [ROWS] [--engine sqlite|postgres], 1 to 100000000 rows');
};

function options(args: readonly string[]): { rows: number; engines: readonly Engine[] } {
  const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true,
    options: { engine: { type: 'string' } } });
  const rows = Number(positionals[0] ?? 10_000_000);
  if (positionals.length > 1 || !Number.isInteger(rows) || rows < 1 || rows > 100_000_000) usage();
  const chosen = engines.filter((one) => values.engine === undefined || one === values.engine);
  return { rows, engines: chosen.length ? chosen : usage() };
}

const dayMs = 86_400_000;
/** A window of so many days, in the middle of what there is. */
const days = (n: number) => {
  const end = Date.now() - 80 * dayMs;
  return { start_time: String(end - n * dayMs), end_time: String(end) };
};

const common = { logKey: 'ExchangeTokenBy.RefreshToken' };
const filters: readonly (readonly [string, Record<string, string>])[] = [
  ['all', {}],
  ['all, the count stops at 10 001', { enableCap: 'true' }],
  ['userId, of 100 000', { userId: 'u00000000001' }],
  ['userId, 1 % of the rows', { userId: 'busy' }],
  ['applicationId, of 20', { applicationId: 'app1' }],
  ['applicationId, seldom', { applicationId: 'seldom' }],
  ['logKey, half of the rows', common],
  ['logKey, seldom', { logKey: 'Interaction.ForgotPassword.Submit' }],
  ['logKey and applicationId', { ...common, applicationId: 'app1' }],
  ['logKey and userId, 1 % of the rows', { ...common, userId: 'busy' }],
  ['start_time and end_time, a day', days(1)],
  ['start_time and end_time, a month', days(30)],
  ['a month and logKey', { ...days(30), ...common }],
  ['a month and userId, 1 % of the rows', { ...days(30), userId: 'busy' }],
];

/** What the server gives up is told: its own limit comes first (scan-seconds). */
const patience = 60_000;

interface Asked { status: number; ms: number; total: number }

async function ask(server: t.Guildhall, query: Record<string, string>): Promise<Asked> {
  const begun = performance.now();
  const { status, headers } = await send('GET', `${server.base}/api/logs`,
    { headers: server.headers, query, timeout: patience });
  return { status, ms: performance.now() - begun, total: Number(headers['total-number']) };
}

/** The median of several, behind one that warms up; a refusal is told, and what takes seconds is asked for once. */
async function page(server: t.Guildhall, filter: Record<string, string>,
  number: number): Promise<{ took: string; total: number }> {
  const query = { ...filter, page: String(number), page_size: String(size) };
  const { status, ms, total } = await ask(server, query);
  if (status !== 200) return { took: `${status} after ${(ms / 1000).toFixed(1)} s`, total: 0 };
  const times: number[] = [];
  while (ms < 5_000 && times.length < often) times.push((await ask(server, query)).ms);
  return { took: `${t.median(times.length ? times : [ms]).toFixed(1)} ms`, total };
}

async function measure(engine: Engine, rows: number): Promise<void> {
  const data = ['--data', join(t.folder, `logs-${engine}`)];
  const database = engine === 'postgres' ? t.newDatabase('guildhall_bench_logs') : undefined;
  const store = database ? [...data, '--db', database] : data;
  const begun = performance.now();
  await t.fill(rows, store, 'fill_logs');
  if (database) t.psql(database, 'VACUUM ANALYZE');	// as autovacuum would have
  t.say(`${engine}: ${t.whole(rows)} entries in ${t.whole((performance.now() - begun) / 1000)} s`);
  const server = await new t.Guildhall(store).start();
  const cells = [[`${engine}, ${t.whole(rows)} entries`, 'matches', 'first page', 'last page']];
  for (const [what, filter] of filters) {
    const first = await page(server, filter, 1);
    const pages = Math.ceil(first.total / size);
    const last = pages > 1 ? (await page(server, filter, pages)).took : '';
    cells.push([what, t.whole(first.total), first.took, last]);
    t.say(cells.at(-1)!.join(', '));
  }
  await server.stop();
  t.table(cells);
}

export async function logs(args: readonly string[]): Promise<void> {
  const { rows, engines: chosen } = options(args);
  for (const engine of chosen) await measure(engine, rows);
}
