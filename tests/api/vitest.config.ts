import { defineConfig } from 'vitest/config';

const common = {
  runner: './support/runner.ts',
  pool: 'forks',
  testTimeout: 90_000,
  hookTimeout: 120_000,
  allowOnly: false,
} as const;
const last = 'every-route.test.ts';

// The program and the engine come from the environment: GUILDHALL_BIN, GUILDHALL_ENGINE. See README.md.
export default defineConfig({
  root: import.meta.dirname,
  test: {
    globalSetup: ['support/run.ts', 'support/postgres.ts', 'support/routes.ts'],
    maxWorkers: 2,
    projects: [
      { test: { ...common, name: 'api', include: ['*.test.ts'], exclude: [last], sequence: { groupOrder: 0 } } },
      { test: { ...common, name: 'last', include: [last], sequence: { groupOrder: 1 } } },
    ],
  },
});
