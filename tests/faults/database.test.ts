// PostgreSQL dies under load, and comes back.
import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ok, soon } from '../api/support/expect.ts';
import { startPostgres, type Postgres } from '../api/support/postgres.ts';
import { newFolder } from '../api/support/owned.ts';
import { engine, Server } from '../api/support/server.ts';
import { Ledger, list, Load, sleep, until, writers } from './support.ts';

const run = promisify(execFile);

/** Runs pg_ctl as the system user that the database belongs to. Callers go on meanwhile. */
async function control(postgres: Postgres, ...args: string[]): Promise<void> {
  const command = [`${postgres.bin}/pg_ctl`, '-D', postgres.data, '-w', ...args];
  if (postgres.user !== userInfo().username) command.unshift('runuser', '-u', postgres.user, '--');
  await run(command[0] ?? '', command.slice(1), { cwd: postgres.data });
}

async function serverOn(postgres: Postgres): Promise<Server> {
  await run(`${postgres.bin}/createdb`,
    [`--maintenance-db=${postgres.url}/postgres`, '-T', 'template0', 'guildhall_faults']);
  const server = new Server(join(newFolder('test'), 'data'), { db: `${postgres.url}/guildhall_faults` });
  await server.start();
  server.app = await server.newApp();
  return server;
}

describe.runIf(engine === 'postgres')('PostgreSQL', () => {
  test('dies and comes back: 503 meanwhile, then service again without a restart, and nothing acknowledged is lost',
    async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.stop());
    const server = await serverOn(postgres);
    const { api } = server;
    const ledger = new Ledger();
    let refused = 0;
    await server.token();

    const load = new Load(writers, async (caller) => {
      const answer = caller % 2 ? await api.post('/organizations', { name: 'Kept' }) : await api.get('/organizations');
      if (answer.status === 503) {
        expect(answer.headers['retry-after']).toMatch(/^\d+$/);
        refused++;
        await sleep(5);
      } else if (caller % 2) {
        ledger.created(ok(answer, 201).id);
      } else {
        ok(answer);
      }
    });

    for (let time = 0; time < 3; time++) {
      const before = ledger.present.size;
      await until(load, () => ledger.present.size > before + 100);
      await control(postgres, 'stop', '-m', 'immediate');
      const then = refused;
      await until(load, () => refused > then + writers);
      expect((await api.post('/organizations', { name: 'Refused' })).status).toBe(503);
      expect((await server.requestToken({ grant_type: 'client_credentials', resource: server.app.resource })).status)
        .toBe(503);
      await control(postgres, 'start', '-l', join(postgres.data, 'log'), '-o',
        `-p ${new URL(postgres.url).port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200`);
    }
    const before = ledger.present.size;
    await until(load, () => ledger.present.size > before + 100);
    await load.stop();

    // A connection of the pool may still be waiting for its next attempt.
    await vi.waitFor(async () => {
      const { total, ids } = await list(api, '/organizations');
      expect(ids.length).toBe(total);
      ledger.check(ids);
    }, soon);
  });
});
