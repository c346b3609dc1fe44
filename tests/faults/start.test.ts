// What the program finds of its PostgreSQL when it starts: nothing yet, another encoding.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server as Listener, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { soon } from '../api/support/expect.ts';
import { newDatabase } from '../api/support/postgres.ts';
import { bound, newFolder } from '../api/support/owned.ts';
import { engine, Server, verb } from '../api/support/server.ts';
import { psql } from '../api/support/stored.ts';
import { freePort } from './support.ts';

/** Where none of these tests runs, nothing runs that would remove it. */
const scratch = engine === 'postgres' ? newFolder('start') : '';
const listeners: Listener[] = [];
afterAll(() => {
  for (const listener of listeners) listener.close();
});

/** Listens in front of the PostgreSQL of this run; `meet` gets each client and a connection to the server. */
async function stand(port: number, meet: (client: Socket, server: () => Socket) => void): Promise<number> {
  const { hostname, port: real } = new URL(process.env['GUILDHALL_TEST_PG']!);
  const listener = createServer((client) => {
    client.on('error', () => {});
    meet(client, () => connect(Number(real), hostname).on('error', () => client.destroy()));
  });
  listeners.push(listener);
  await once(listener.listen(port, '127.0.0.1'), 'listening');
  return (listener.address() as AddressInfo).port;
}

/** The address of a new database behind this port. */
const behind = (port: number, db = newDatabase()): string => {
  const url = new URL(db);
  url.port = String(port);
  return `${url.href}?sslmode=disable&gssencmode=disable`;
};

describe.runIf(engine === 'postgres')('PostgreSQL at the start', () => {
  test('one that does not answer yet is waited for, with a line that says so', async () => {
    const port = await freePort();
    const server = new Server(join(scratch, 'waits'), { db: behind(port) });
    const started = server.start();
    await vi.waitFor(() => expect(server.log).toMatch(/waiting for it, 30 s at most/), soon);
    await stand(port, (client, real) => {
      const to = real();
      client.pipe(to).pipe(client);
      client.on('close', () => to.destroy());
    });
    await started;
    await server.stop();
  });

  test('one that never answers is given up when the time is over, or when the program is to end', async () => {
    const flags = ['--data', join(scratch, 'never'), '--port', '0', '--admin-port', '0', '--db', behind(await freePort())];
    const begun = Date.now();
    const { status, stderr } = await verb(['serve', ...flags, '--db-wait-seconds', '2']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/waiting for it, 2 s at most/);
    expect(Date.now() - begun).toBeGreaterThan(1900);

    const server = new Server(join(scratch, 'ends'), { db: behind(await freePort()) });
    const started = server.start().catch((error: unknown) => String(error));
    await vi.waitFor(() => expect(server.log).toMatch(/waiting for it/), soon);
    process.kill(server.pid!, 'SIGTERM');
    expect(await started).toMatch(/did not start \(1\)/);
  });

  test('a migration of another copy does not hold up the end', async () => {
    const db = newDatabase();
    const holder = spawn(...bound(`${process.env['GUILDHALL_TEST_PG_BIN']}/psql`, ['-qAt', db]), { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => { holder.stdin.end(); });
    holder.stdin.write("SELECT 'locked' FROM pg_advisory_lock(7454987654821637185);\n");	// as store/postgres.c does
    await once(holder.stdout, 'data');
    const server = new Server(join(scratch, 'held'), { db, flags: ['--shutdown-seconds', '2'] });
    const started = server.start().catch((error: unknown) => String(error));
    await vi.waitFor(() => expect(psql(db,
      "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")).toBe('1'), soon);
    process.kill(server.pid!, 'SIGTERM');
    expect(await started).toMatch(/did not start \(1\)[^]*shutdown-seconds/);
  });

  test('a database that is not there is not waited for', async () => {
    const { status, stderr } = await verb(['migrate', '--data', join(scratch, 'none'), '--db',
      `${process.env['GUILDHALL_TEST_PG']}/nothing`]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/"nothing" does not exist/);
    expect(stderr).not.toMatch(/waiting/);
  });

  test('a database of another encoding is refused, naming it', async () => {
    const { GUILDHALL_TEST_PG: url, GUILDHALL_TEST_PG_BIN: bin } = process.env;
    execFileSync(`${bin}/createdb`, [`--maintenance-db=${url}/postgres`, '-T', 'template0', '-E', 'LATIN1', 'latin']);
    const { status, stderr } = await verb(['migrate', '--data', join(scratch, 'latin'), '--db', `${url}/latin`]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/has the encoding LATIN1, and must have UTF8/);
  });

  test('a copy without the key of the database leaves nothing behind', async () => {
    const db = newDatabase();
    expect(await verb(['migrate', '--data', join(scratch, 'first'), '--db', db])).toMatchObject({ status: 0 });
    const { status, stderr } = await verb(['migrate', '--data', join(scratch, 'second'), '--db', db]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/second\/seal\.key, and the store was sealed with a key/);
    await expect(access(join(scratch, 'second'))).rejects.toThrow();
  });
});
