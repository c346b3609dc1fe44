import { defineConfig } from 'vitest/config';

// The program and the engine come from the environment: GUILDHALL_BIN, GUILDHALL_ENGINE. See README.md.
export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['*.test.ts'],
    globalSetup: ['support/postgres.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    allowOnly: false,
  },
});
