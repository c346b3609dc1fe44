// Whatever a test starts ends with it, and whatever a file starts ends with the file, also when they fail.
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished, TestRunner } from 'vitest';
import { begin, endFile } from './begun.ts';

type End = () => unknown;

afterAll(endFile);

/** Has `end` called when the test is over that calls, or the file when none does. Not for tests that run at the same time. */
export function atEnd(end: End): void {
  if (TestRunner.getCurrentTest()) onTestFinished(async () => { await end(); });
  else begin(end);
}

/** A new folder; its name tells whose it is when it stays. */
export function newFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `guildhall-${name}-`));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The command as one for `spawn` that is killed when this process ends in any way. The number of the process is its own. */
export const bound = (file: string, args: readonly string[]): [string, string[]] =>
  ['setpriv', ['--pdeathsig', 'KILL', '--', file, ...args]];

/** A free port, of those that the system gives nobody who asks for any: so nobody else has it before its owner listens. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000), probe = createServer();
    try {
      await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(port, resolve));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') continue;
      throw error;
    }
    await new Promise((closed) => probe.close(closed));
    return port;
  }
}
