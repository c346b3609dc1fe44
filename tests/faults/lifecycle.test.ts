// Ends, full queues, and a store that a newer program has used.
import { expect, test } from 'vitest';
import { ok } from '../api/support/expect.ts';
import { send } from '../api/support/client.ts';
import { startServer, verb } from '../api/support/server.ts';
import { sql } from '../api/support/stored.ts';
import { Ledger, list, Load, sleep, until, writers } from './support.ts';

const server = await startServer();
const unread = await startServer({ unread: true, flags: ['--log-level', 'debug'] });
const narrow = await startServer({ flags: ['--queue', '1', '--db-connections', '1'] });

test('SIGTERM under load: every request under way is answered, status 0, and the next start finds everything',
  async () => {
  const ledger = new Ledger();
  for (let round = 0; round < 5; round++) {
    const before = ledger.present.size;
    await server.token();
    const load = new Load(writers,
      async () => ledger.created(ok(await server.api.post('/organizations', { name: 'Drained' }), 201).id));
    await until(load, () => ledger.present.size > before + writers);
    load.end();			// what is under way now has to be answered
    await server.stop();	// throws unless the status is 0
    await load.stop();
    await server.start();
    const { total, ids } = await list(server.api, '/organizations');
    expect(ids.length).toBe(total);
    ledger.check(ids);
    expect(ids.length).toBe(ledger.present.size);	// nothing happened that nobody was told
  }
});

test('a full queue answers 503 with Retry-After, and what it takes it does', async () => {
  const ledger = new Ledger();
  let refused = 0;
  await narrow.token();
  const load = new Load(writers, async () => {
    const answer = await narrow.api.post('/organizations', { name: 'Queued' });
    if (answer.status !== 503) {
      ledger.created(ok(answer, 201).id);
      return;
    }
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
    expect(answer.body.message).toMatch(/the setting queue/);
    refused++;
    await sleep(1);
  });
  await until(load, () => refused > 0 && ledger.present.size > writers);
  await load.stop();
  const { total, ids } = await list(narrow.api, '/organizations');
  expect(ids.length).toBe(total);
  ledger.check(ids);
  expect(ids.length).toBe(ledger.present.size);
});

test('a log that nobody reads holds up neither requests nor the end', async () => {
  const nowhere = `${unread.base}/api/${'x'.repeat(2000)}`;	// a line of the log has the path
  for (let n = 0; n < 20; n++)
    await Promise.all(Array.from({ length: 50 }, async () => expect((await send('GET', nowhere)).status).toBe(404)));
  ok(await unread.api.post('/organizations', { name: 'Not read' }), 201);
  const begun = Date.now();
  await unread.stop();
  expect(Date.now() - begun).toBeLessThan(10_000);
  await unread.start();
});

const fromTheFuture = "INSERT INTO schema_migrations (version, name, applied_at) VALUES (9999, 'of-the-future', 0)";
const removed = 'DELETE FROM schema_migrations WHERE version = 9999';

test('a store that a newer program has used is refused, with a line that says so', async () => {
  const { id } = ok(await server.api.post('/organizations', { name: 'Of now' }), 201);
  await server.stop();
  sql(server, fromTheFuture);
  for (const args of [['serve', '--port', '0', '--admin-port', '0'], ['migrate'],
    ['app', 'create', '--name', 'x', '--type', 'MachineToMachine']]) {
    const { status, stdout, stderr } = await verb([...args, ...server.store]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/newer/);
  }
  sql(server, removed);
  await server.start();
  expect(ok(await server.api.get(`/organizations/${id}`)).name).toBe('Of now');
});
