// Pages far behind the first: the list is walked from the nearer end, which nobody may notice.
import { expect, test } from 'vitest';
import { Build, ids, newestFirst, times } from './support/build.ts';
import { ok } from './support/expect.ts';
import { startServer } from './support/server.ts';

const { api } = await startServer();
const build = new Build(api);
const many = 2_307;

const made: any[] = [];
while (made.length < many) {
  made.push(...await times(Math.min(100, many - made.length),
    (i) => build.organization({ name: i ? 'most' : 'hundredth' })));
}

test.each([
  ['all', {}], ['those that a search finds', { q: 'most' }],
] as const)('the pages of %s are the list, cut in pieces', async (_, query) => {
  const all = ids(newestFirst(made.filter(({ name }) => !('q' in query) || name === query.q)));
  for (const size of [100, 7]) {
    const last = Math.ceil(all.length / size);
    for (const page of [1, Math.ceil(last / 2), Math.floor(2_000 / size), Math.floor(2_000 / size) + 1,
      Math.floor(2_000 / size) + 2, last - 1, last]) {
      const answer = await api.get('/organizations', { query: { ...query, page, page_size: size } });
      expect(ids(ok(answer)), `page ${page} of ${size}`).toEqual(all.slice((page - 1) * size, page * size));
      expect(answer.headers['total-number']).toBe(String(all.length));
    }
  }
});

test('behind the end there is nothing, and the total is told', async () => {
  for (const page of [25, 1_000_000]) {
    const answer = await api.get('/organizations', { query: { page, page_size: 100 } });
    expect([ok(answer), answer.headers['total-number']]).toEqual([[], String(many)]);
  }
});
