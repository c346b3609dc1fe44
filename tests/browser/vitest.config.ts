import { defineConfig } from 'vitest/config';
import { looks } from './looks.ts';

/** Files that do nothing else than look. */
const looking = ['console-every-page.test.ts', 'console-languages.test.ts'];

// As in tests/api: the program and the engine come from GUILDHALL_BIN and GUILDHALL_ENGINE. The browser is Debian's.
export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['*.test.ts'],
    exclude: looks ? [] : looking,
    globalSetup: ['../api/support/run.ts', '../api/support/postgres.ts'],
    runner: '../api/support/runner.ts',
    pool: 'forks',
    maxWorkers: 2,	// a page mostly waits
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },	// as long as the pages wait for what they look for
    allowOnly: false,
  },
});
