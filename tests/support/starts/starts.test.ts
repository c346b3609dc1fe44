// A test with a server that fails, or hangs until somebody ends it; a file with a server that cannot be loaded.
import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startServer } from '../../api/support/server.ts';
import { startPostgres } from '../../api/support/postgres.ts';

const { STARTS_HOW: how, STARTS_TOLD: told = '' } = process.env;

/** Tells the process of the server, and its folder. */
async function begin(): Promise<void> {
  const server = await startServer();
  await startPostgres();
  appendFileSync(told, `${server.pid}\n${server.data}\n`);
}

if (how === 'load') {
  await begin();
  throw new Error('as asked');
}

test('a server is started', async () => {
  await begin();
  if (how === 'hang') await new Promise(() => {});
  expect(how).toBe('pass');
});
