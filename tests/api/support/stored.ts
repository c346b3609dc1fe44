// Looks into the database itself, for what must not stand there; and lets time pass that no test waits for.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import type { Server } from './server.ts';

/** A program of the PostgreSQL of this run. */
const program = (name: string) => `${process.env['GUILDHALL_TEST_PG_BIN']}/${name}`;

/** All that stands in the store of the server. */
export function stored(server: Server): Buffer {
  if (server.db) {
    return execFileSync(program('pg_dump'), ['--data-only', server.db], { maxBuffer: 256 * 1024 * 1024 });
  }
  const files = readdirSync(server.data).filter((name) => name.startsWith('guildhall.db'));
  expect(files).toContain('guildhall.db');
  return Buffer.concat(files.map((name) => readFileSync(join(server.data, name))));
}

/** Runs a statement of PostgreSQL on the address of a database. Gives a line for each row, with `|` between columns. */
export const psql = (url: string, text: string, env: NodeJS.ProcessEnv = {}): string =>
  execFileSync(program('psql'), ['-qAtX', '-v', 'ON_ERROR_STOP=1', '-c', text, url],
    { encoding: 'utf8', env: { ...process.env, ...env } }).trimEnd();

/**
 * On SQLite's own file. The server may be writing: SQLite refuses at once unless told how long to wait. What only reads
 * leaves the file as a kill left it.
 */
function sqlite(server: Server, text: string): string {
  const readOnly = /^SELECT/.test(text);
  const db = new DatabaseSync(join(server.data, 'guildhall.db'), { readOnly, timeout: 60_000 });
  try {
    db.function('search_changed', { varargs: true }, () => null);	// what is searched is followed by triggers that call it
    if (readOnly) return db.prepare(text).all().map((row) => Object.values(row).join('|')).join('\n');
    db.exec(text);
    return '';
  } finally {
    db.close();
  }
}

/** Runs statements in the database, behind the server's back. Gives what psql() does. */
export const sql = (server: Server, text: string): string => server.db ? psql(server.db, text) : sqlite(server, text);

/** Descriptions "long" of applications get a million letters, which a store may hold from an older program. */
export function lengthenDescriptions(server: Server): void {
  const [letters, separator] = server.db ? ["repeat('a', 1000003)", 'chr(31)']
    : ["replace(hex(zeroblob(500001)), '0', 'a') || 'a'", 'char(31)'];
  sql(server, `UPDATE applications SET description = ${letters},
    search = id || ${separator} || name || ${separator} || ${letters} WHERE description = 'long'`);
}

/** From now on the ten minutes are over for which the person has proven who they are. */
export function letProofsEnd(server: Server, userId: string): void {
  sql(server, `UPDATE verification_records SET expires_at = 1 WHERE user_id = '${userId}'`);
}

/** The worker looks for the record of a domain now; `seenAt`: when it was seen last. */
export function letDomainChecksBeDue(server: Server, proofId: string, seenAt?: number): void {
  sql(server, `UPDATE domain_proofs SET due_at = 1${seenAt ? `, seen_at = ${seenAt}` : ''} WHERE id = '${proofId}'`);
}

/** So many seconds pass for the code that was sent to the address. */
export function letCodeGrowOlder(server: Server, recipient: string, seconds: number): void {
  sql(server, `UPDATE verification_codes SET created_at = created_at - ${seconds * 1000} WHERE recipient = '${recipient}'`);
}
