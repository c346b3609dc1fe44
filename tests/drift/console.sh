#!/usr/bin/env bash
# What the first view of the Console transfers, the list of organizations: scripts, styles, the font and one language, stays below 250 kB in
# brotli, whatever the language.
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
const seen = new Set();
const follow = (name) => {
  if (seen.has(name)) return;
  seen.add(name);
  named(text(name), /(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g).forEach(follow);
};
const first = entry.script.split('/').pop();
follow(first);
const opened = named(text(first), /import\(["'`]\.\/(app-[^"'`]+\.js)["'`]\)/g);
opened.forEach(follow);
const sizeOf = (name) => brotliCompressSync(text(name)).length;
const languages = files.filter((name) => /^(de|en|es|fr|ja)-[\w-]{8}\.js$/.test(name)).map((name) => [name.slice(0, 2), sizeOf(name)]);
const [language, texts] = languages.sort(([, a], [, b]) => a - b).at(-1) ?? [];
if (opened.length !== 1 || languages.length !== 5 || ![...seen].some((name) => text(name).includes('/organizations/create'))) {
  console.log('the files of the first view are not found: this check has to be mended');
  process.exit(1);
}

const sizes = [...seen, ...entry.styles.map((name) => name.split('/').pop())].map(sizeOf);
const font = readFileSync(`${folder}/assets/${files.find((name) => name.startsWith('inter-latin-wght-normal'))}`).length;
const total = sizes.reduce((sum, one) => sum + one, font + texts);
console.log(`the first view of the Console: ${total} bytes in ${sizes.length + 2} files, ${texts} of them the language ${language}`);
if (total > most) { console.log(`that is more than ${most}`); process.exit(1); }
SCRIPT
