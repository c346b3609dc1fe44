// Load, and a way to look at all that there is.
import { expect } from 'vitest';
import type { Client } from '../api/support/client.ts';
import { ok } from '../api/support/expect.ts';
import { Server, type ServerOptions } from '../api/support/server.ts';
export { freePort } from '../api/support/owned.ts';

export const writers = 64;

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Waits until `condition` holds while a load goes on; ends at once when one of its callers failed. */
export async function until(load: Load, condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 60_000; !condition(); await sleep(10)) {
    load.check();
    if (Date.now() > end) throw new Error(`not within a minute: ${condition}`);
  }
}

/** Another process on the store and with the keys of `first`. */
export async function startCopy(first: Server, options: ServerOptions): Promise<Server> {
  const copy = new Server(first.data, { ...options, ...(first.db ? { db: first.db } : {}) });
  copy.app = first.app;
  await copy.start();
  return copy;
}

/** Many callers at once, each of which calls `once` again and again until `stop` or its first error. */
export class Load {
  #over = false;
  #failed: { error: unknown } | undefined;
  readonly #callers: Promise<void>[];

  constructor(count: number, once: (caller: number) => Promise<void>) {
    this.#callers = Array.from({ length: count }, async (_, caller) => {
      while (!this.#over) await once(caller);
    });
    for (const caller of this.#callers) caller.catch((error: unknown) => { this.#failed ??= { error }; });
  }

  /** From now on nobody begins another call. */
  end(): void {
    this.#over = true;
  }

  /** Throws what a caller met so far. */
  check(): void {
    if (this.#failed) throw this.#failed.error;
  }

  /** Ends, and waits for the calls under way. Throws what a caller met. */
  async stop(): Promise<void> {
    this.end();
    await Promise.all(this.#callers);
  }
}

export interface Listed {
  /** Total-Number. */
  total: number;
  ids: string[];
}

/** The ids of a list, page by page, up to a page that holds one of `known`. */
export async function list(api: Client, path: string, known: ReadonlySet<string> = new Set()): Promise<Listed> {
  const ids: string[] = [];
  for (let page = 1; ; page++) {
    const answer = await api.get<{ id: string }[]>(path, { query: { page, page_size: 100 } });
    const rows = ok(answer).map((row) => row.id);
    ids.push(...rows);
    if (rows.length < 100 || rows.some((id) => known.has(id)))
      return { total: Number(answer.headers['total-number']), ids };
  }
}

/** What a caller was told, of things that can be in a list. */
export class Ledger {
  /** Acknowledged. */
  readonly present = new Set<string>();
  /** Acknowledged to be deleted. */
  readonly gone = new Set<string>();

  /** Each request changes the book only when its answer is there; between, the thing may be in the list or not. */
  created(id: string): void {
    this.present.add(id);
  }

  deleting(id: string): void {
    this.present.delete(id);
  }

  deleted(id: string): void {
    this.gone.add(id);
  }

  check(listed: Iterable<string>): void {
    const ids = new Set(listed);
    expect([...this.present].filter((id) => !ids.has(id)), 'acknowledged, but lost').toEqual([]);
    expect([...this.gone].filter((id) => ids.has(id)), 'deleted, but there').toEqual([]);
  }
}
