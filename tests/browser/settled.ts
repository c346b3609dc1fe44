// What a page has asked the server to change is changed before a test asks the server what stands there; what it has asked
// to see is there before a test clicks.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { beforeRequests } from '../api/support/client.ts';

/** Milliseconds in which a page does what follows an answer that it has read: shows it, or asks for the next. */
const BREATH = 20;
/** Milliseconds after which a test goes on all the same: it may have made an answer wait itself. */
const PATIENCE = 5_000;

const pages = new Set<Page>();

/** In the page: counts what has no answer yet. */
function countRequests(breath: number): void {
  const page = globalThis as unknown as { fetch: typeof fetch; changes: number; questions: number };
  const plain = page.fetch;
  page.changes = page.questions = 0;
  page.fetch = async (what, how) => {
    const method = how?.method ?? (what instanceof Request ? what.method : 'GET');
    const kind = ['GET', 'HEAD'].includes(method.toUpperCase()) ? 'questions' : 'changes';
    page[kind]++;
    const over = () => setTimeout(() => page[kind]--, breath);
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

async function answered(page: Page, kind: 'changes' | 'questions'): Promise<void> {
  for (;;) {
    const waiting = await page.evaluate((of) => (globalThis as any)[of] ?? 0, kind)
      .catch(() => page.isClosed() ? 0 : 1);	// on its way to another page
    if (!waiting) return;
    await sleep(BREATH / 2);
  }
}

async function patiently(what: Promise<unknown>): Promise<void> {
  const given = new AbortController();
  await Promise.race([what, sleep(PATIENCE, undefined, { signal: given.signal }).catch(() => {})]);
  given.abort();
}

beforeRequests(() => patiently(Promise.all([...pages].map((page) => answered(page, 'changes')))));

/** What the page has asked for is there, so that nothing moves away from a click. */
export const loaded = (page: Page): Promise<void> => patiently(answered(page, 'questions'));

/** From now on requests of tests wait for what the page changes. Before the page is opened. */
export async function settleFirst(context: BrowserContext): Promise<void> {
  await context.addInitScript(countRequests, BREATH);
  context.on('page', (page) => {
    pages.add(page);
    page.on('close', () => pages.delete(page));
  });
}
