import { defineConfig } from 'vitest/config';

// As in tests/api: the program and the engine come from GUILDHALL_BIN and GUILDHALL_ENGINE. The browser is Debian's.
export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['*.test.ts'],
    globalSetup: ['../api/support/run.ts', '../api/support/postgres.ts'],
    runner: '../api/support/runner.ts',
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },	// as long as the pages wait for what they look for
    allowOnly: false,
  },
});
