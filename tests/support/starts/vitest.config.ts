import { defineConfig } from 'vitest/config';

// For tests/drift/left.sh alone: tests that start something and come to no good end.
export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['*.test.ts'],
    globalSetup: ['../../api/support/run.ts', '../../api/support/postgres.ts'],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
