// The pages' own tests: web/*/test, without a browser.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: { include: ['*/test/**/*.test.ts'] },
});
