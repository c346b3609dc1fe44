// One PostgreSQL for the whole run, started by tests/support/with-postgres.sh; a database of its own for each server.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const withPostgres = fileURLToPath(new URL('../../support/with-postgres.sh', import.meta.url));

export interface Postgres {
  /** postgres://USER@HOST:PORT, without a database. */
  url: string;
  /** Folder of createdb, psql, pg_ctl. */
  bin: string;
  /** Data folder, and the system user it belongs to: for tests that kill the database. */
  data: string;
  user: string;
  stop(): Promise<void>;
}

/** Starts a private PostgreSQL. It ends with `stop`, and also when this process ends in any way. */
export async function startPostgres(): Promise<Postgres> {
  // The script keeps the database until its command ends, and the command ends when our end of its input closes.
  const tell = 'printf "%s\\n" "$GUILDHALL_TEST_PG" "$GUILDHALL_TEST_PG_BIN" "$GUILDHALL_TEST_PG_DATA" "$GUILDHALL_TEST_PG_USER"; exec cat >&2';
  const child = spawn(withPostgres, ['sh', '-c', tell], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (lines.push(line) === 4) break;
  }
  const [url, bin, data, user] = lines;
  if (!url || !bin || !data || !user) throw new Error('PostgreSQL did not start; its script says why above');
  const stop = async () => {
    child.stdin.end();
    await ended;
  };
  return { url, bin, data, user, stop };
}

/** A new empty database in the PostgreSQL of this run, as a connection address. */
export function newDatabase(): string {
  const { GUILDHALL_TEST_PG: url, GUILDHALL_TEST_PG_BIN: bin } = process.env;
  if (!url || !bin) throw new Error('no PostgreSQL in this run: set GUILDHALL_ENGINE=postgres');
  const name = `guildhall_${randomBytes(6).toString('hex')}`;
  execFileSync(`${bin}/createdb`, [`--maintenance-db=${url}/postgres`, '-T', 'template0', name],
    { stdio: ['ignore', 'ignore', 'inherit'] });
  return `${url}/${name}`;
}

/** Vitest's global setup: nothing to do on SQLite, or below with-postgres.sh already. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  const engine = process.env['GUILDHALL_ENGINE'] ?? 'sqlite';
  if (engine !== 'sqlite' && engine !== 'postgres')
    throw new Error(`GUILDHALL_ENGINE is sqlite or postgres, not ${engine}`);
  if (engine === 'sqlite' || process.env['GUILDHALL_TEST_PG']) return undefined;
  const postgres = await startPostgres();
  process.env['GUILDHALL_TEST_PG'] = postgres.url;
  process.env['GUILDHALL_TEST_PG_BIN'] = postgres.bin;
  process.env['GUILDHALL_TEST_PG_DATA'] = postgres.data;
  process.env['GUILDHALL_TEST_PG_USER'] = postgres.user;
  return postgres.stop;
}
