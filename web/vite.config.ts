// How the pages are built: `vite build --mode NAME` makes web/NAME one script, and the style sheet that all share. The
// Console, with mode `console`, is many files, loaded as its pages are opened.
import subsetFont from 'subset-font';
import { de } from './console/src/locales/de.ts';
import { later as laterDe } from './console/src/locales/de/later.ts';
import { en } from './console/src/locales/en.ts';
import { later as laterEn } from './console/src/locales/en/later.ts';
import { es } from './console/src/locales/es.ts';
import { later as laterEs } from './console/src/locales/es/later.ts';
import { fr } from './console/src/locales/fr.ts';
import { later as laterFr } from './console/src/locales/fr/later.ts';
import { gaps } from './console/src/locales/gaps.ts';
import { ja } from './console/src/locales/ja.ts';
import { later as laterJa } from './console/src/locales/ja/later.ts';
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

/** What the first view of the Console begins with: the frame, and the list that most people see first. */
const firstOf = ['app.tsx', 'organizations/list.tsx'];
const source = (file: string) => `${import.meta.dirname}/console/src/${file}`;

/** Libraries that name everything they have in one file: only what our own files ask of them counts. */
const barrels = [
  { name: '@mantine/core', all: /@mantine\/core\/esm\/index\.mjs$/, one: (name: string) => `@mantine/core/esm/components/${name}/${name}.mjs` },
  { name: '@tabler/icons-react', all: /@tabler\/icons-react\/dist\/esm\/.*index\.mjs$/,
    one: (name: string) => `@tabler/icons-react/dist/esm/icons/${name}.mjs` },
];
const modules = `${import.meta.dirname.replace(/web$/, '')}node_modules/`;
type Info = (id: string) => { importedIds: readonly string[]; code: string | null } | null;

function importsOf(id: string, info: Info): string[] {
  const { importedIds = [], code = '' } = info(id) ?? {};
  const named = !id.includes('node_modules') && code ? barrels.flatMap(({ name, one }) =>
    [...code.matchAll(new RegExp(`import\\s*{([^}]*)}\\s*from\\s*["']${name}["']`, 'g'))]
      .flatMap(([, list = '']) => list.split(',').map((part) => modules + one(part.trim().split(' ')[0] ?? '')))) : [];
  return [...importedIds.filter((next) => !barrels.some(({ all }) => all.test(next))), ...named.filter((next) => info(next))];
}

/** One file in place of the dozens that the bundler makes of what pages share; before it, what loads the language, of which it has tables. */
function chunkNames(info: Info): (id: string) => string | null {
  const closure = (ids: readonly string[], seen = new Set<string>()): Set<string> => {
    for (const id of ids) if (!seen.has(id)) closure(importsOf(id, info), seen.add(id));
    return seen;
  };
  const first = closure(firstOf.map(source)), before = closure([source('main.tsx')]);
  before.delete(source('main.tsx'));	// it waits for the others, which must not wait for it
  return (id) => before.has(id) || id.includes('vite/preload-helper') ? 'start' : first.has(id) && !id.startsWith('\0') ? 'first' : null;
}

let chunkName: ((id: string) => string | null) | undefined;

/** The font in the letters of western languages, and without its alternative shapes: half of it. Others come from its other files. */
const smallFont = (): Plugin => ({
  name: 'small-font',
  generateBundle: {
    order: 'pre',
    async handler(_, bundle) {
      const file = Object.values(bundle).find((one) => one.type === 'asset' && one.fileName.includes('inter-latin-wght-normal'));
      if (file?.type !== 'asset') this.error('the font is not there');
      const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join('');
      file.source = await subsetFont(Buffer.from(file.source), `${range(0x20, 0x7e)}${range(0xa0, 0xff)}ŒœŸ–—‘’‚“”„•…‹›€→←↑↓−×`,
        { targetFormat: 'woff2', variationAxes: { wght: { min: 400, max: 600 } } });
    },
  },
});

const english = { ...en, ...laterEn };
const wholeLanguages = Object.entries({ de: { ...de, ...laterDe }, es: { ...es, ...laterEs }, fr: { ...fr, ...laterFr }, ja: { ...ja, ...laterJa } })
  .flatMap(([tag, texts]) => gaps(english, texts).length ? [] : [tag]);

const theConsole: UserConfig = {
  base: '/console/',
  define: { WHOLE_LANGUAGES: JSON.stringify(wholeLanguages) },
  oxc: { jsx: { runtime: 'automatic', importSource: 'react' } },
  plugins: [smallFont(), entryFile()],
  build: {
    manifest: 'manifest.json',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,	// tests/drift/console.sh judges what is loaded
    assetsInlineLimit: 0,	// the policy lets no font be a data: address
    cssCodeSplit: false,	// one sheet: the order of its rules must not depend on which page came first
    rolldownOptions: {
      input: { console: 'web/console/src/main.tsx' },
      output: { codeSplitting: { groups: [
        ...['start', 'first'].map((name, i) => ({ debugName: name, priority: 3 - i, name: (id: string, context: { getModuleInfo: Info }) =>
          ((chunkName ??= chunkNames(context.getModuleInfo.bind(context)))(id) === name ? name : null) })),
        { name: 'icons', test: /@tabler.icons-react/, priority: 1 },
      ] } },
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
