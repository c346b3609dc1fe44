// kill -9 amid many writers, again and again on the same data.
import { expect, test, vi } from 'vitest';
import { ok, soon } from '../api/support/expect.ts';
import { startServer } from '../api/support/server.ts';
import { Ledger, list, Load, sleep, writers } from './support.ts';

const rounds = 30;
const server = await startServer();
const { api } = server;

/** A list that only grows at its head from round to round. */
class Newest {
  readonly path: string;
  readonly ledger = new Ledger();
  #known = new Set<string>();

  constructor(path: string) {
    this.path = path;
  }

  /** What the callers of a round were told holds, and the total is the number of rows. */
  async check(): Promise<void> {
    const { total, ids } = await list(api, this.path, this.#known);
    const all = new Set([...this.#known, ...ids]);
    expect(all.size).toBe(total);
    this.ledger.check(all);
    this.#known = all;
  }
}

async function kill(organizations: Newest, users: Newest): Promise<number> {
  const team = ok(await api.post('/organizations', { name: 'Team' }), 201).id as string;
  organizations.ledger.created(team);
  const members = new Ledger();
  let answers = 0;
  let killed = false;

  const once = async (caller: number) => {
    const { id } = ok(await api.post('/organizations', { name: `Of ${caller}`, customData: { caller } }), 201);
    organizations.ledger.created(id);
    answers++;
    const user = ok(await api.post('/users', { name: `User of ${caller}` })).id;
    users.ledger.created(user);
    ok(await api.post(`/organizations/${team}/users`, { userIds: [user] }), 201);
    members.created(user);
    if (caller % 4 === 0) {
      organizations.ledger.deleting(id);
      ok(await api.delete(`/organizations/${id}`), 204);
      organizations.ledger.deleted(id);
    }
    if (caller % 4 === 1) {
      members.deleting(user);
      ok(await api.delete(`/organizations/${team}/users/${user}`), 204);
      members.deleted(user);
    }
  };

  const load = new Load(writers, async (caller) => {
    try {
      await once(caller);
    } catch (error) {
      if (!killed) throw error;
      load.end();
    }
  });
  await sleep(150 + Math.random() * 250);
  killed = true;
  await server.kill();
  await load.stop();
  await server.start();

  // PostgreSQL may finish a COMMIT that was under way when its client died.
  await vi.waitFor(async () => {
    await organizations.check();
    await users.check();
    const { total, ids } = await list(api, `/organizations/${team}/users`);
    expect(ids.length).toBe(total);
    members.check(ids);
  }, soon);
  return answers;
}

test(`after each of ${rounds} kills everything acknowledged is there, and totals are the number of rows`, async () => {
  const organizations = new Newest('/organizations');
  const users = new Newest('/users');
  let answers = 0;
  for (let round = 0; round < rounds; round++) answers += await kill(organizations, users);
  expect(answers).toBeGreaterThan(0);

  // the search index came along
  const last = [...organizations.ledger.present].at(-1) ?? '';
  expect(ok(await api.get('/organizations', { query: { q: last } })).map((row: { id: string }) => row.id))
    .toEqual([last]);
});
