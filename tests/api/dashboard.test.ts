// How many users there are, new and active.
import { expect, test } from 'vitest';
import { Build } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { newTenant } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = await newTenant(server, 'counted');
const build = new Build(api);
const path = '/dashboard/users';
const none = { count: 0, delta: 0 };

test('users are counted from their creation to their deletion, suspended ones too', async () => {
  const total = async (): Promise<number> => ok(await api.get(`${path}/total`)).totalUserCount;
  const fresh = async () => ok(await api.get(`${path}/new`));
  expect(await total()).toBe(0);
  expect(await fresh()).toEqual({ today: none, last7Days: none });
  const [one] = [await build.user(), await build.user()];
  ok(await api.patch(`/users/${one.id}/is-suspended`, { isSuspended: true }));
  expect(await total()).toBe(2);
  const { today, last7Days } = await fresh();
  expect(last7Days).toEqual({ count: 2, delta: 2 });
  expect(today.count).toBeLessThanOrEqual(2);	// midnight may lie between
  ok(await api.delete(`/users/${one.id}`), 204);
  expect(await total()).toBe(1);
  expect((await fresh()).last7Days).toEqual({ count: 1, delta: 1 });
});

test('the days on which users were new are answered one by one where somebody asks for them', async () => {
  const { last7Days, curve } = ok(await api.get(`${path}/new?includeCurve=true`));
  expect(curve).toHaveLength(14);
  expect(curve.map(({ date }: { date: string }) => date)).toEqual(Array.from({ length: 14 }, (_, i) =>
    new Date(Date.parse(curve[13].date) - (13 - i) * 86_400_000).toISOString().slice(0, 10)));
  const sum = (days: { count: number }[]) => days.reduce((all, { count }) => all + count, 0);
  expect([sum(curve.slice(7)), sum(curve.slice(7)) - sum(curve.slice(0, 7))]).toEqual([last7Days.count, last7Days.delta]);
  for (const word of ['', 'false', '0']) expect(ok(await api.get(`${path}/new?includeCurve=${word}`))).not.toHaveProperty('curve');
});

test('the curve has the thirty days that end with the date', async () => {
  const days = async (date: string): Promise<string[]> => {
    const { dauCurve, ...rest } = ok(await api.get(`${path}/active?date=${date}`));
    expect(rest).toEqual({ dau: none, wau: none, mau: none });
    expect(dauCurve).toHaveLength(30);
    expect(dauCurve.every(({ count }: { count: number }) => count === 0)).toBe(true);
    return dauCurve.map(({ date: day }: { date: string }) => day);
  };
  const found = await days('2020-03-05');
  expect([found[0], found.at(-1)]).toEqual(['2020-02-05', '2020-03-05']);
  expect(found).toContain('2020-02-29');
  expect((await days('2026-02-31')).at(-1)).toBe('2026-03-03');
  expect((await days('2999-01-01'))[0]).toBe('2998-12-03');
  const today = new Date().toISOString().slice(0, 10);
  const [own] = ok(await api.get(`${path}/active`)).dauCurve.slice(-1);
  expect(own.date >= today).toBe(true);
});

test.each(['', '2020-1-1', '20200101', 'today', '2020-01-01T00:00:00Z', '2020-13-01', '2020-00-10', '2020-01-00', '2020-01-32',
  '2020-01-0x', '-020-01-01'])('no date: %j', async (date) => {
  problem(await api.get(`${path}/active?date=${date}`), 400, 'guard.invalid_input');
});
