import { defineConfig } from 'vitest/config';

// As in tests/api: the program and the engine come from GUILDHALL_BIN and GUILDHALL_ENGINE.
export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['*.test.ts'],
    globalSetup: ['../api/support/run.ts', '../api/support/postgres.ts'],
    runner: '../api/support/runner.ts',
    pool: 'forks',
    maxWorkers: 1,	// each loads the machine for itself
    testTimeout: 600_000,
    hookTimeout: 120_000,
    allowOnly: false,
  },
});
