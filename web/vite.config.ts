// How the pages are built: `vite build --mode NAME` makes web/NAME one script, and the style sheet that all share. The
// Console, with mode `console`, is many files, loaded as its pages are opened.
import { defineConfig, type Manifest, type Plugin, type UserConfig } from 'vite';

const page = (mode: string): UserConfig => ({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    modulePreload: false,
    rolldownOptions: {
      input: mode === 'style' ? { style: 'web/shared/style.css' } : { [mode]: `web/${mode}/src/main.tsx` },
      output: { entryFileNames: 'assets/[name]-[hash].js', assetFileNames: 'assets/[name]-[hash][extname]' },
    },
  },
});

/** All files that the one called `key` cannot begin without. */
function closureOf(manifest: Manifest, key: string, seen = new Set<string>()): Set<string> {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key]?.imports ?? []) closureOf(manifest, next, seen);
  return seen;
}

/** entry.json, which the program reads to write the document: the first script, what it imports, and the styles. */
const entryFile = (): Plugin => ({
  name: 'entry-file',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const listed = bundle['manifest.json'];
      if (listed?.type !== 'asset') this.error('there is no manifest');
      const manifest = JSON.parse(String(listed.source)) as Manifest;
      const key = Object.keys(manifest).find((name) => manifest[name]?.isEntry);
      if (!key) this.error('there is no entry');
      const chunks = [...closureOf(manifest, key)].map((name) => manifest[name]).filter((chunk) => chunk !== undefined);
      const [script = '', ...modules] = chunks.map(({ file }) => file);
      const styles = Object.values(manifest).flatMap(({ file }) => (file.endsWith('.css') ? [file] : []));
      this.emitFile({ type: 'asset', fileName: 'entry.json', source: JSON.stringify({ script, modules, styles }) });
      delete bundle['manifest.json'];
    },
  },
});

const theConsole: UserConfig = {
  base: '/console/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'react' } },
  plugins: [entryFile()],
  build: {
    manifest: 'manifest.json',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,	// the policy lets no font be a data: address
    cssCodeSplit: false,	// one sheet: the order of its rules must not depend on which page came first
    rolldownOptions: {
      input: { console: 'web/console/src/main.tsx' },
      // libraries mark what needs a browser; all of this does
      onwarn: (warning, tell) => { if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') tell(warning); },
    },
  },
};

export default defineConfig(({ mode }) => {
  const own = mode === 'console' ? theConsole : page(mode);
  return {
    root: import.meta.dirname,
    publicDir: false,
    ...own,
    build: { outDir: '../build-pages', emptyOutDir: false, target: 'es2022', reportCompressedSize: false, ...own.build },
  };
});
