// A disk that has no room.
import { execFileSync } from 'node:child_process';
import { expect, test, vi } from 'vitest';
import { names } from '../api/support/build.ts';
import { ok, problem, soon } from '../api/support/expect.ts';
import { engine, startServer } from '../api/support/server.ts';

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
  await vi.waitFor(() => expect(server.log).toMatch(/POST \/api\/organizations: STORE_FULL: \S.*/), soon);
  expect(server.log.match(/STORE_FULL/g)!.length).toBeLessThan(callers.length);
  expect(ok(await api.get(`/organizations/${id}`)).name).toBe('before');
  limit('unlimited');
  ok(await api.post('/organizations', { name: 'after' }), 201);
  expect(names(ok(await api.get('/organizations'))).sort()).toEqual(['after', 'before']);
});
