// What a page has asked the server to change is changed before a test asks the server what stands there.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { beforeRequests } from '../api/support/client.ts';

/** Milliseconds in which a page sends the next of several changes, once it has read the answer to one. */
const BREATH = 20;
/** Milliseconds after which a test goes on all the same: it may have made an answer wait itself. */
const PATIENCE = 5_000;

const pages = new Set<Page>();

/** In the page: counts the changes that have no answer yet. The fetch of others runs as it was. */
function countChanges(breath: number): void {
  const page = globalThis as unknown as { fetch: typeof fetch; changes: number };
  const plain = page.fetch;
  page.changes = 0;
  page.fetch = async (what, how) => {
    const method = how?.method ?? (what instanceof Request ? what.method : 'GET');
    if (['GET', 'HEAD'].includes(method.toUpperCase())) return plain(what, how);
    page.changes++;
    const over = () => setTimeout(() => page.changes--, breath);
    try {
      const answer = await plain(what, how);
      answer.clone().arrayBuffer().then(over, over);
      return answer;
    } catch (error) {
      over();
      throw error;
    }
  };
}

async function settled(page: Page): Promise<void> {
  for (;;) {
    const changes = await page.evaluate(() => (globalThis as any).changes ?? 0)
      .catch(() => page.isClosed() ? 0 : 1);	// on its way to another page
    if (!changes) return;
    await sleep(BREATH / 2);
  }
}

beforeRequests(async () => {
  const given = new AbortController();
  await Promise.race([Promise.all([...pages].map(settled)), sleep(PATIENCE, undefined, { signal: given.signal }).catch(() => {})]);
  given.abort();
});

/** From now on requests of tests wait for what the page changes. Before the page is opened. */
export async function settleFirst(context: BrowserContext): Promise<void> {
  await context.addInitScript(countChanges, BREATH);
  context.on('page', (page) => {
    pages.add(page);
    page.on('close', () => pages.delete(page));
  });
}
