// The pages' own tests: web/*/test, without a browser.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  test: {
    projects: [
      { oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
        test: { name: 'pages', include: ['*/test/**/*.test.ts'], exclude: ['console/**'] } },
      { oxc: { jsx: { runtime: 'automatic', importSource: 'react' } },
        test: { name: 'console', include: ['console/test/**/*.test.ts'], setupFiles: ['console/test/setup.ts'] } },
    ],
  },
});
