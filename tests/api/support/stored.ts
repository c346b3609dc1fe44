// Looks into the database itself, for what must not stand there; and lets time pass that no test waits for.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import type { Server } from './server.ts';

/** All that stands in the store of the server. */
export function stored(server: Server): Buffer {
  if (server.db) {
    const bin = process.env['GUILDHALL_TEST_PG_BIN'];
    return execFileSync(`${bin}/pg_dump`, ['--data-only', server.db], { maxBuffer: 256 * 1024 * 1024 });
  }
  const files = readdirSync(server.data).filter((name) => name.startsWith('guildhall.db'));
  expect(files).toContain('guildhall.db');
  return Buffer.concat(files.map((name) => readFileSync(join(server.data, name))));
}

/** Changes the database behind the server's back. */
function change(server: Server, text: string): void {
  if (server.db) {
    execFileSync(`${process.env['GUILDHALL_TEST_PG_BIN']}/psql`, ['-q', '-v', 'ON_ERROR_STOP=1', '-c', text, server.db]);
    return;
  }
  const db = new DatabaseSync(join(server.data, 'guildhall.db'), { timeout: 10_000 });
  db.exec(text);
  db.close();
}

/** From now on the ten minutes are over for which the person has proven who they are. */
export function letProofsEnd(server: Server, userId: string): void {
  change(server, `UPDATE verification_records SET expires_at = 1 WHERE user_id = '${userId}'`);
}

/** The worker looks for the record of a domain now; `seenAt`: when it was seen last. */
export function letDomainChecksBeDue(server: Server, proofId: string, seenAt?: number): void {
  change(server, `UPDATE domain_proofs SET due_at = 1${seenAt ? `, seen_at = ${seenAt}` : ''} WHERE id = '${proofId}'`);
}
