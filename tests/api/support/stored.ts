// Looks into the database itself, for what must not stand there.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
