// A disk that has no room, and a database that takes no writes.
import { execFileSync } from 'node:child_process';
import { expect, test, vi } from 'vitest';
import { names } from '../api/support/build.ts';
import { ok, problem, soon } from '../api/support/expect.ts';
import { engine, startServer } from '../api/support/server.ts';
import { psql } from '../api/support/stored.ts';

const server = await startServer();
const { api } = server;

/** How large the files of the process may grow. */
const limit = (bytes: string) => execFileSync('prlimit', ['--pid', String(server.pid), `--fsize=${bytes}:`]);

test.runIf(engine === 'sqlite')('a full disk is told to callers and operator, and all goes on when there is room again',
  async () => {
  const { id } = ok(await api.post('/organizations', { name: 'before' }), 201);
  limit('1');
  const callers = Array.from({ length: 60 });
  for (const answer of await Promise.all(callers.map(() => api.post('/organizations', { name: 'no room' })))) {
    problem(answer, 503, 'server.unavailable');
    expect(answer.body.message).toMatch(/full or cannot be written/);
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
  }
  await vi.waitFor(() => expect(server.log).toMatch(/POST \/api\/organizations for \S+: STORE_FULL: \S.*/), soon);
  expect(ok(await api.get(`/organizations/${id}`)).name).toBe('before');
  limit('unlimited');
  ok(await api.post('/organizations', { name: 'after' }), 201);
  expect(names(ok(await api.get('/organizations'))).sort()).toEqual(['after', 'before']);
});

/** Runs a statement on the database of the server, also while that takes no writes. */
const always = (text: string) => psql(server.db!, text, { PGOPTIONS: '-c default_transaction_read_only=off' });
const others = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';

test.runIf(engine === 'postgres')('a database that takes no writes is told to callers and operator', async () => {
  const { id } = ok(await api.post('/organizations', { name: 'before' }), 201);
  const name = new URL(server.db!).pathname.slice(1);
  always(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  always(others);
  await vi.waitFor(async () => {
    const answer = await api.post('/organizations', { name: 'no room' });
    problem(answer, 503, 'server.unavailable');
    expect(answer.body.message).toMatch(/full or cannot be written/);
  }, soon);
  await vi.waitFor(() => expect(server.log).toMatch(/POST \/api\/organizations for \S+: STORE_FULL: .*read-only/), soon);
  expect(ok(await api.get(`/organizations/${id}`)).name).toBe('before');
  always(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
  always(others);
  await vi.waitFor(async () => { ok(await api.post('/organizations', { name: 'after' }), 201); }, soon);
});
