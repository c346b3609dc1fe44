#!/usr/bin/env bash
# What the first view of the Console transfers, the list of organizations: scripts, styles, the font and the first texts of one language, stays
# below 250 kB in brotli, whatever the language. The rest of a language comes with other pages: nothing of the first view may import it.
set -eu
exec node --input-type=module - build-pages/console <<'SCRIPT'
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

const folder = process.argv[2], most = 250_000;
if (!existsSync(`${folder}/entry.json`)) { console.log(`${folder} is not there: ./dev build makes it`); process.exit(1); }
const entry = JSON.parse(readFileSync(`${folder}/entry.json`, 'utf8')), files = readdirSync(`${folder}/assets`);
const text = (name) => readFileSync(`${folder}/assets/${name}`, 'utf8');
const named = (source, pattern) => [...source.matchAll(pattern)].map(([, name]) => name);

// what a script imports at once; the first one also loads the language and the application
const follow = (name, seen) => {
  if (seen.has(name)) return seen;
  seen.add(name);
  named(text(name), /(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g).forEach((next) => follow(next, seen));
  return seen;
};
const first = entry.script.split('/').pop();
const seen = follow(first, new Set());
const opened = named(text(first), /import\(["'`]\.\/(app-[^"'`]+\.js)["'`]\)/g);
opened.forEach((name) => follow(name, seen));
const sizeOf = (name) => brotliCompressSync(text(name)).length;
const languages = files.filter((name) => /^(de|en|es|fr|ja)-[\w-]{8}\.js$/.test(name))
  .map((name) => ({ tag: name.slice(0, 2), files: [...follow(name, new Set())].filter((one) => !seen.has(one)) }))
  .map((one) => ({ ...one, size: one.files.reduce((sum, name) => sum + sizeOf(name), 0) }));
const { tag: language, size: texts } = languages.sort((a, b) => a.size - b.size).at(-1) ?? {};
// a rest that is imported at once is no longer a file of its own, or is among those that come first
const rests = files.filter((name) => /^rest-[\w-]{8}\.js$/.test(name));
const early = rests.filter((name) => seen.has(name) || languages.some((one) => one.files.includes(name)));
if (opened.length !== 1 || languages.length !== 5 || ![...seen].some((name) => text(name).includes('/organizations/create'))) {
  console.log('the files of the first view are not found: this check has to be mended');
  process.exit(1);
}

if (rests.length !== languages.length || rests.some((name) => sizeOf(name) < 5000) || early.length) {
  console.log('the rest of a language (locales/LANGUAGE/rest.ts) is loaded with the first view: something of it imports it at once');
  process.exit(1);
}

const sizes = [...seen, ...entry.styles.map((name) => name.split('/').pop())].map(sizeOf);
const font = readFileSync(`${folder}/assets/${files.find((name) => name.startsWith('inter-latin-wght-normal'))}`).length;
const total = sizes.reduce((sum, one) => sum + one, font + texts);
console.log(`the first view of the Console: ${total} bytes in ${sizes.length + 2} files, ${texts} of them the language ${language}`);
if (total > most) { console.log(`that is more than ${most}`); process.exit(1); }
SCRIPT
