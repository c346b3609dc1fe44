// Whatever a test starts ends with it, and whatever a file starts ends with the file, also when they fail.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished, TestRunner } from 'vitest';

type End = () => unknown;

const ofFile: End[] = [];

/** The last one begun is the first to end. All are tried; then the first error is thrown. */
afterAll(async () => {
  const errors: unknown[] = [];
  for (const end of ofFile.splice(0).reverse()) {
    try {
      await end();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length) throw errors[0];
});

/** Has `end` called when the test is over that calls, or the file when none does. Not for tests that run at the same time. */
export function atEnd(end: End): void {
  if (TestRunner.getCurrentTest()) onTestFinished(async () => { await end(); });
  else ofFile.push(end);
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

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject).listen(0, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
