// Which texts the first view and the other early pages need: those that are there when they are loaded.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { en } from '../src/locales/en.ts';
import { pages, type Page } from '../src/routes.tsx';

const source = resolve(import.meta.dirname, '../src');
const isText = (file: string) => file.startsWith(`${source}/locales/`);

function importedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file) || isText(file) || !/\.tsx?$/.test(file) || !existsSync(file)) return seen;
  seen.add(file);
  for (const [, type, path] of readFileSync(file, 'utf8').matchAll(/^import\s+(type\s)?[^;]*?from '(\.[^']+)';/gm))
    if (!type) importedBy(resolve(dirname(file), path!), seen);
  return seen;
}

const all = (some: readonly Page[]): Page[] => some.flatMap((page) => [page, ...all(page.children ?? [])]);

/** The files of pages that do not wait: `page: () => import('./list.tsx'), early: true` in NOUN/routes.tsx. */
const earlyFiles = [...importedBy(`${source}/routes.tsx`)].filter((file) => file.endsWith('/routes.tsx')).flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/import\('(\.\/[^']+)'\), early: true/g)].map(([, path]) => resolve(dirname(file), path!)));

test('an early page says nothing whose texts may not be there yet', () => {
  expect(earlyFiles.length).toBe(all(pages).filter((page) => page.early).length);
  const seen = new Set<string>();
  for (const file of [`${source}/app.tsx`, `${source}/dashboard/home.tsx`, ...earlyFiles]) importedBy(file, seen);
  expect(seen.size).toBeGreaterThan(50);
  // titles, and what Ctrl-K finds, are asked for when the rest is there
  const later = (line: string) => /\b(title|label): \(\) => t\.|^ {2}found: /.test(line);
  const wrong = [...seen].flatMap((file) => readFileSync(file, 'utf8').split('\n').filter((line) => !later(line))
    .flatMap((line) => [...line.matchAll(/\bt\.(\w+)/g)].filter(([, noun]) => !Object.hasOwn(en, noun!))
      .map(([text]) => `${relative(source, file)}: ${text}`)));
  expect(wrong).toEqual([]);
});
