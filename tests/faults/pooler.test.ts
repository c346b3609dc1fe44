// PgBouncer between the program and its PostgreSQL: with sessions all is as without it, else it is refused at the start.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { ok, soon } from '../api/support/expect.ts';
import { atEnd, bound, newFolder } from '../api/support/owned.ts';
import { newDatabase } from '../api/support/postgres.ts';
import { engine, Server, verb } from '../api/support/server.ts';
import { freePort, Ledger, list, Load, startCopy, until, writers } from './support.ts';

const { GUILDHALL_TEST_PG: postgres = '', GUILDHALL_TEST_PG_BIN: bin = '', GUILDHALL_TEST_PG_USER: user = '' } = process.env;

/** The command as the system user of PostgreSQL: PgBouncer refuses to run as root. */
function asUser(file: string, args: readonly string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return bound(file, args);
  const id = (which: string) => execFileSync('id', [which, user]).toString().trim();
  return ['setpriv', ['--reuid', id('-u'), '--regid', id('-g'), '--clear-groups', '--pdeathsig', 'KILL', '--', file, ...args]];
}

/** A PgBouncer with so many connections to PostgreSQL; the address of a new database behind it. */
async function pooled(mode: string, size: number): Promise<string> {
  const folder = newFolder('pooler');
  const port = await freePort();
  const { hostname, port: real, username } = new URL(postgres);
  writeFileSync(join(folder, 'pgbouncer.ini'), `[databases]
* = host=${hostname} port=${real} user=${username}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = ${size}
max_client_conn = 500
`);
  chmodSync(folder, 0o755);
  const child = spawn(...asUser('pgbouncer', [join(folder, 'pgbouncer.ini')]), { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'close');
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => { log += chunk.toString(); });
  atEnd(() => {
    child.kill('SIGKILL');
    return ended;
  });
  await vi.waitFor(async () => {
    if (child.exitCode !== null) throw new Error(log);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
  }, soon);
  const url = new URL(newDatabase());
  url.port = String(port);
  return `${url.href}?sslmode=disable&gssencmode=disable`;
}

/** Others use the same pool, each for some milliseconds and never content. */
function others(db: string, clients: number): void {
  const script = join(newFolder('others'), 'sleep.sql');
  const { hostname, port, username, pathname } = new URL(db);
  writeFileSync(script, 'SELECT pg_sleep(random() * 0.01);\n');
  const child = spawn(...bound(join(bin, 'pgbench'), ['-n', '-c', String(clients), '-T', '600', '-f', script,
    '-h', hostname, '-p', port, '-U', username, pathname.slice(1)]), { stdio: 'ignore' });
  const ended = once(child, 'close');
  atEnd(() => {
    child.kill('SIGKILL');
    return ended;
  });
}

describe.runIf(engine === 'postgres')('PgBouncer', () => {
  test('that keeps sessions is as if it were not there, under load and for two copies', async () => {
    const a = new Server(join(newFolder('pooled'), 'data'), { db: await pooled('session', 40) });
    await a.start();
    a.app = await a.newApp();
    const b = await startCopy(a, {});
    await Promise.all([a.token(), b.token()]);
    const ledger = new Ledger();
    const load = new Load(writers, async (caller) => {
      const { api } = caller % 4 < 2 ? a : b;
      if (caller % 2) ledger.created(ok(await api.post('/organizations', { name: 'Pooled' }), 201).id);
      else ok(await api.get('/organizations'));
    });
    await until(load, () => ledger.present.size >= 1_000);
    await load.stop();
    const { total, ids } = await list(a.api, '/organizations');
    expect(ids.length).toBe(total);
    ledger.check(ids);

    const app = await a.newApp('goes');
    const token = () => b.requestToken({ grant_type: 'client_credentials', resource: a.app.resource }, app);
    ok(await token());
    ok(await a.api.delete(`/applications/${app.id}`), 204);
    await vi.waitFor(async () => expect((await token()).status).toBe(400), soon);
  });

  test.each([
    ['transaction', 'alone', 0], ['transaction', 'with three others', 3], ['transaction', 'with more than it has connections', 12],
    ['statement', 'alone', 0],
  ])('that gives connections away after each %s is refused with what to change: %s', async (mode, _, clients) => {
    const db = await pooled(mode, 8);
    if (clients) others(db, clients);
    const data = join(newFolder('refused'), 'data');
    for (let time = 0; time < 10; time++) {
      const { status, stderr } = await verb(['migrate', '--data', data, '--db', db]);
      expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/pooler.*pool_mode = session/) });
    }
    const direct = new URL(db);
    expect(execFileSync(join(bin, 'psql'), ['-qAtc', "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'",
      `${postgres}${direct.pathname}`]).toString()).toBe('0\n');
  });
});
