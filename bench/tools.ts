// What the measurements are made with: processes, wrk, pgbench, medians.
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { send, type Answer } from '../tests/api/support/client.ts';

export const build = resolve(process.env['GUILDHALL_BUILD'] ?? 'build');
export const program = join(build, 'guildhall');
export const folder = mkdtempSync(join(tmpdir(), 'guildhall-bench-'));

const run = promisify(execFile);
const running = new Set<ChildProcess>();

export function cleanUp(): void {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

export const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
export const say = (text: string) => process.stderr.write(`bench: ${text}\n`);

export const whole = (n: number) => Math.round(n).toLocaleString('en').replaceAll(',', ' ');

const engines = ['sqlite', 'postgres'] as const;
export type Engine = typeof engines[number];

/** Those that `--engine` names; without it both. */
export function enginesOf(args: readonly string[]): readonly Engine[] {
  const { engine } = parseArgs({ args: [...args], options: { engine: { type: 'string' } } }).values;
  const chosen = engines.filter((one) => engine === undefined || one === engine);
  if (!chosen.length) throw new Error(`no engine is called ${engine}: sqlite or postgres`);
  return chosen;
}

/** Prints lines of cells, of which the first is the head. */
export function table(cells: readonly (readonly string[])[]): void {
  const widths = cells[0]!.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))).join(' | ')} |`;
  console.log([line(cells[0]!),
    line(widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))),
    ...cells.slice(1).map(line)].join('\n'));
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

export interface Pair {
  ours: number;
  theirs: number;
  /** Median of the ratios of neighbouring rounds: what disturbs both cancels out. */
  ratio: number;
}

/** The rates of each, which take turns; the first round warms up. */
export async function inTurn(rounds: number, ...each: readonly (() => Promise<number>)[]): Promise<number[][]> {
  const rates: number[][] = each.map(() => []);
  for (let i = 0; i <= rounds; i++)
    for (const [k, measure] of each.entries()) {
      const rate = await measure();
      if (i > 0 || rounds <= 1) rates[k]!.push(rate);
    }
  return rates;
}

export const paired = (ours: readonly number[], theirs: readonly number[]): Pair =>
  ({ ours: median(ours), theirs: median(theirs), ratio: median(ours.map((x, i) => x / theirs[i]!)) });

/** Ours, theirs, ours, theirs, …; the first round of each warms up. */
export async function alternate(rounds: number, ours: () => Promise<number>,
  theirs: () => Promise<number>): Promise<Pair> {
  const [a = [], b = []] = await inTurn(rounds, ours, theirs);
  return paired(a, b);
}

/** How often a second parts that follow each other are done, of how often each is alone. */
export const together = (...rates: number[]): number => 1 / rates.reduce((sum, rate) => sum + 1 / rate, 0);

// ---- processes

export async function listening(child: ChildProcess, until: RegExp): Promise<string> {
  let out = '';
  running.add(child);
  child.once('close', () => running.delete(child));
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => fail(new Error(`it ended with ${code}\n${out}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (until.test(out)) done(out);
    });
  });
}

function stopped(child: ChildProcess): Promise<void> {
  const end = new Promise<void>((done) => child.once('close', () => done()));
  child.kill('SIGTERM');
  child.stdin?.end();
  return end;
}

export interface Answered {
  status: number;
  rawHeaders: readonly string[];
  bytes: Buffer;
}

/** libmicrohttpd alone, which answers like `answer`, and makes so many signatures for each. */
export async function bareHttp(threads: number, answer: Answered,
  signatures = 0): Promise<{ base: string; stop(): Promise<void> }> {
  const file = join(folder, 'answer');
  const headers = Array.from({ length: answer.rawHeaders.length / 2 },
    (_, i) => `${answer.rawHeaders[2 * i]}: ${answer.rawHeaders[2 * i + 1]}\n`);
  writeFileSync(file, Buffer.concat([Buffer.from(`${answer.status}\n${headers.join('')}\n`), answer.bytes]));
  const child = spawn(join(build, 'bench/bare_http'), [String(threads), file, String(signatures)],
    { stdio: ['pipe', 'pipe', 'inherit'] });
  const port = Number(await listening(child, /\n/));
  return { base: `http://localhost:${port}`, stop: () => stopped(child) };
}

/** Rows a second that one committing thread makes durable for 64 that wait. */
export async function bareSqlite(seconds: number): Promise<number> {
  const file = join(folder, 'bare.db');
  const { stdout } = await run(join(build, 'bench/bare_sqlite'), [file, String(seconds)]);
  for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
  return Number(stdout);
}

/** What a library alone verifies a second; passwords with the memory and the passes that the settings have by default. */
export async function bareLibrary(what: 'argon2' | 'passkey' | 'totp', seconds: number): Promise<number> {
  const more = what === 'argon2' ? ['19456', '2'] : [];
  return Number((await run(join(build, `bench/bare_${what}`), [String(seconds), ...more])).stdout);
}

/** Milliseconds from a request to the first byte of its answer, each on a connection of its own, one after the other. */
export async function firstByte(base: string, path: string, seconds: number): Promise<number> {
  const { port } = new URL(base);
  const took: number[] = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end;)
    took.push(await new Promise<number>((done, fail) => {
      let begun = 0;
      const socket = connect(Number(port), '127.0.0.1', () => {
        begun = performance.now();
        socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
      });
      socket.once('data', () => { socket.destroy(); done(performance.now() - begun); });
      socket.once('error', fail);
    }));
  return median(took);
}

export async function fill(rows: number, store: readonly string[], what: 'fill' | 'fill_logs' = 'fill'): Promise<void> {
  await run(join(build, 'bench', what), [String(rows), ...store]);
}

/** What is asked of one tenant, through the Management API and for tokens. */
export class Tenant {
  base = '';
  /** Which tenant it is; undefined: the first one, which every other name leads to. */
  host: string | undefined;
  headers: Record<string, string> = {};
  app!: { id: string; secret: string; resource: string };

  /** With a token of its app. */
  async begin(): Promise<this> {
    const { body } = await this.token({ resource: this.app.resource, scope: 'all' });
    this.headers = { ...this.named, authorization: `Bearer ${body.access_token}` };
    return this;
  }

  get named(): Record<string, string> {
    return this.host ? { host: this.host } : {};
  }

  get basic(): string {
    return `Basic ${Buffer.from(`${this.app.id}:${this.app.secret}`).toString('base64')}`;
  }

  token(parameters: Record<string, string>): Promise<Answer> {
    return this.#good(send('POST', `${this.base}/oidc/token`, {
      body: new URLSearchParams({ grant_type: 'client_credentials', ...parameters }),
      headers: { ...this.named, authorization: this.basic },
    }));
  }

  get(path: string): Promise<Answer> {
    return this.#good(send('GET', this.base + path, { headers: this.headers }));
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.#good(send('POST', this.base + path, { body, headers: this.headers }));
  }

  patch(path: string, body: unknown): Promise<Answer> {
    return this.#good(send('PATCH', this.base + path, { body, headers: this.headers }));
  }

  async #good(answer: Promise<Answer>): Promise<Answer> {
    const got = await answer;
    if (got.status >= 300) throw new Error(`${got.status} ${got.text}`);
    return got;
  }
}

/** The program as it serves, and the first tenant of it. */
export class Guildhall extends Tenant {
  readonly store: readonly string[];
  readonly #flags: readonly string[];
  /** What becomes of the log. */
  readonly #log: 'inherit' | 'ignore';
  /** Where administrators work, and the link for the first of them. */
  console = '';
  claim = '';
  #child: ChildProcess | undefined;

  constructor(store: readonly string[], flags: readonly string[] = [], log: 'inherit' | 'ignore' = 'inherit') {
    super();
    this.store = store;
    [this.#flags, this.#log] = [flags, log];
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async start(): Promise<this> {
    this.#child = spawn(program, ['serve', '--port', '0', '--admin-port', '0', '--log-level', 'warn', ...this.store,
      ...this.#flags], { stdio: ['ignore', 'pipe', this.#log] });
    const said = await listening(this.#child, /^admin \S+\n[^]*\n$/m);
    const address = (name: string) => new RegExp(`^${name} (\\S+)$`, 'm').exec(said)?.[1] ?? '';
    [this.base, this.console, this.claim] = [address('core'), address('console'), address('claim')];
    this.app ??= this.#newApp();
    return this.begin();
  }

  #newApp(...more: string[]): Tenant['app'] {
    return JSON.parse(this.#verb('app', 'create', '--name', 'bench', '--type', 'MachineToMachine', '--management-api',
      ...more));
  }

  #verb(...args: string[]): string {
    return execFileSync(program, [...args, ...this.store]).toString();
  }

  /** One more tenant, on a host of its own. */
  async newTenant(id: string): Promise<Tenant> {
    const tenant = new Tenant(), host = `${id}.example`;
    this.#verb('tenant', 'create', id, '--host', host);
    Object.assign(tenant, { base: this.base, host, app: this.#newApp('--tenant', id) });
    await sleep(1_500);	// the server goes on with what it remembers for a second
    return tenant.begin();
  }

  stop(): Promise<void> {
    return stopped(this.#child!);
  }

  /** What it has taken of the processors so far, in steps of ten; milliseconds. */
  processorMs(): number {
    const [user, system] = readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(') ')[1]!.split(' ').slice(11, 13);
    return 10 * (Number(user) + Number(system));
  }

  /** Resident memory, MB. */
  memory(): number {
    const pages = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'));
    return Number(pages?.[1]) / 1024;
  }
}

/** Milliseconds from the start of the process to the end of its first answer. */
export async function startUp(store: readonly string[]): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const begun = performance.now();
  const child = spawn(program, ['serve', '--port', String(port), '--admin-port', '0', '--log-level', 'warn', ...store],
    { stdio: ['ignore', 'ignore', 'inherit'] });
  running.add(child);
  child.once('close', () => running.delete(child));
  const attempt = () => new Promise<boolean>((done) => {
    const socket = connect(port, '127.0.0.1',
      () => socket.write('GET /api/status HTTP/1.1\r\nHost: localhost\r\n\r\n'));
    socket.once('data', () => { socket.destroy(); done(true); });
    socket.once('error', () => done(false));
  });
  while (!await attempt()) {
    if (child.exitCode !== null) throw new Error('it did not start');
    await sleep(0.2);
  }
  const took = performance.now() - begun;
  await stopped(child);
  return took;
}

/** The program as it is shipped: without debug information. MB. */
export function programSize(): number {
  const file = join(folder, 'stripped');
  execFileSync('strip', ['-o', file, program]);
  return statSync(file).size / 1024 / 1024;
}

/** How often a second `work` ends when 16 do it over and over; the load of it is small beside what it asks for. */
export async function often(work: () => Promise<unknown>, seconds: number): Promise<number> {
  const begun = performance.now();
  const end = begun + seconds * 1000;
  let ended = 0;
  await Promise.all(Array.from({ length: 16 }, async () => {
    for (; performance.now() < end; ended++) await work();
  }));
  return ended * 1000 / (performance.now() - begun);
}

// ---- wrk

export interface Request {
  method?: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** Lua that makes the requests instead. */
  script?: string;
}

const lua = (text: string) => JSON.stringify(text);

const summary = `function done(summary, latency, requests)
  local e = summary.errors
  print(string.format("RESULT %f %d %f %f", summary.requests * 1e6 / summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end\n`;

/** How long most waited, and how long one in a hundred did; milliseconds. */
export interface Waits {
  p50: number;
  p99: number;
}

/** What wrk measures over `connections`; a failed request stops the measurement. */
async function measured(base: string, request: Request, seconds: number,
  connections: number): Promise<Waits & { rate: number }> {
  const script = join(folder, 'request.lua');
  const headers = Object.entries(request.headers).map(([name, value]) => `wrk.headers[${lua(name)}] = ${lua(value)}\n`)
    .join('');
  writeFileSync(script, request.script ? `${request.script}\n${summary}` : `wrk.method = ${lua(request.method ?? 'GET')}\n${headers}${request.body === undefined ? '' : `wrk.body = ${lua(request.body)}\n`}${summary}`);
  const { stdout } = await run('wrk',
    [`-t${connections < 8 ? 1 : 2}`, `-c${connections}`, `-d${seconds}s`, '--timeout', '20s', '-s', script, base + request.path]);
  const [, rate, errors, p50, p99] = /^RESULT (\S+) (\d+) (\S+) (\S+)$/m.exec(stdout) ?? [];
  if (errors !== '0') throw new Error(`${errors} requests failed: ${request.method ?? 'GET'} ${request.path}\n${stdout}`);
  return { rate: Number(rate), p50: Number(p50), p99: Number(p99) };
}

/** Answers a second. */
export const wrk = async (base: string, request: Request, seconds: number, connections = 64): Promise<number> =>
  (await measured(base, request, seconds, connections)).rate;

/** How long the answers take. */
export const waits = (base: string, request: Request, seconds: number, connections: number): Promise<Waits> =>
  measured(base, request, seconds, connections);

// ---- pgbench

const pg = { url: process.env['GUILDHALL_TEST_PG'] ?? '', bin: process.env['GUILDHALL_TEST_PG_BIN'] ?? '',
  data: process.env['GUILDHALL_TEST_PG_DATA'] ?? '' };

export const database = (name: string) => `${pg.url}/${name}`;

/** An empty one, whatever was in it. */
export function newDatabase(name: string): string {
  execFileSync(`${pg.bin}/dropdb`, [`--maintenance-db=${pg.url}/postgres`, '--if-exists', name], { stdio: 'ignore' });
  execFileSync(`${pg.bin}/createdb`, [`--maintenance-db=${pg.url}/postgres`, '-T', 'template0', name]);
  return database(name);
}

export const psql = (database: string, ...commands: string[]) =>
  execFileSync(`${pg.bin}/psql`,
    ['-q', '-v', 'ON_ERROR_STOP=1', ...commands.flatMap((text) => ['-c', text]), database],
    { stdio: ['ignore', 'ignore', 'inherit'] });

async function logged(on: boolean): Promise<void> {
  psql(`${pg.url}/postgres`, `ALTER SYSTEM SET log_statement = '${on ? 'all' : 'none'}'`, 'SELECT pg_reload_conf()');
  await sleep(300);
}

interface Statement { pid: string; text: string; values: Map<number, string | null> }

function parseLog(log: string): Statement[] {
  const statements: Statement[] = [];
  for (const entry of log.split(/\n(?!\t)/)) {
    const [, pid, kind, text = ''] = /^\S+ \S+ \S+ \[(\d+)\] (LOG|DETAIL): {2}([^]*)$/.exec(entry) ?? [];
    const sql = /^(?:execute [^:]*|statement): ([^]*)$/.exec(text)?.[1];
    if (kind === 'LOG' && sql) statements.push({ pid: pid!, text: sql.replaceAll('\n\t', '\n'), values: new Map() });
    if (kind === 'DETAIL' && text.startsWith('parameters: ')) {
      const last = statements.findLast((statement) => statement.pid === pid);
      for (const [, n, value] of text.matchAll(/\$(\d+) = ('(?:[^']|'')*'|NULL)/g)) {
        last?.values.set(Number(n), value === 'NULL' ? null : value!.slice(1, -1).replaceAll("''", "'"));
      }
    }
  }
  return statements;
}

/**
 * The statements that a request, or several one after the other, make on PostgreSQL, as a pgbench script. What
 * `request` returns is a value that each run draws anew.
 */
export async function recorded(request: () => Promise<string | undefined>): Promise<{ script: string; variables: string[] }> {
  await request();
  await logged(true);
  const before = statSync(join(pg.data, 'log')).size;
  const fresh = await request();
  await sleep(200);
  await logged(false);
  const all = parseLog(readFileSync(join(pg.data, 'log')).subarray(before).toString());
  const pids = new Set(all.filter(({ text, values }) => /organization/.test(text) && values.get(1) === 'default')
    .map(({ pid }) => pid));
  if (!pids.size) throw new Error('no statement of the request is in the log of PostgreSQL');
  const variables: string[] = [];
  const lines = all.filter(({ pid }) => pids.has(pid)).map(({ text, values }) =>
    text.replaceAll(/\s+/g, ' ').replaceAll(/\$(\d+)/g, (_, n) => {
    const value = values.get(Number(n));
    if (!value) return value === '' ? "''" : 'NULL';
    if (value === fresh) return ':fresh';
    variables.push('-D', `v${variables.length}=${value}`);
    return `:v${variables.length - 2}`;
  }));
  return { script: `\\set fresh random(1, 900000000000000000)\n${lines.map((line) => `${line};\n`).join('')}`,
    variables };
}

/** Runs of the script a second over as many connections as the program has. */
export async function pgbench(database: string, { script, variables }: { script: string; variables: string[] },
  seconds: number): Promise<number> {
  const file = join(folder, 'pgbench.sql');
  writeFileSync(file, script);
  const { hostname, port, pathname, username } = new URL(database);
  const { stdout } = await run('pgbench',
    ['-n', '-M', 'prepared', '-c', '8', '-j', '2', '-T', String(seconds), ...variables, '-f', file,
    '-h', hostname, '-p', port, '-U', username, pathname.slice(1)]);
  return Number(/^tps = (\S+)/m.exec(stdout)?.[1]);
}
