// The small pure parts.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { above } from '../src/frame/breadcrumb.tsx';
import { bestLanguage, loadLanguage, loadRest, plural } from '../src/locales/index.ts';
import { builtInTexts, described } from '../src/ui/built-in.ts';
import { part } from '../src/ui/list-state.ts';
import { entered } from '../src/ui/multi-text.tsx';
import { initialOf, isWebAddress } from '../src/ui/picture.tsx';
import { relative } from '../src/ui/relative-time.tsx';

const page = (path: string) => ({ path, title: () => path, page: () => Promise.reject(new Error('not loaded here')) });

test('only addresses of the web are shown as pictures', () => {
  expect(['https://a.example/x.png', 'http://a.example'].map(isWebAddress)).toEqual([true, true]);
  expect(['javascript:alert(1)', 'data:image/svg+xml,<svg/>', 'x', '', ' javascript:x', 'blob:https://a.example/1'].map(isWebAddress)).not.toContain(true);
});

test('the first letter of a name is whole, whatever it is made of', () => {
  expect(['acme', '𝔄da', '👩‍👩‍👧 family', '  é', '\u202eevil', ''].map(initialOf)).toEqual(['A', '𝔄', '👩‍👩‍👧', 'É', 'E', '?']);
});

test('above a page stand those whose address begins its own', () => {
  const all = ['/a', '/a/$id', '/a/roles', '/a/roles/$id', '/ab'].map(page);
  expect(above(page('/a/roles/$id'), all).map(({ path }) => path)).toEqual(['/a', '/a/roles']);
  expect(above(page('/ab'), all)).toEqual([]);
});

test('the language is the one chosen, else the first of the browser that there is, else English', () => {
  expect(bestLanguage('en', ['xx'])).toBe('en');
  expect(bestLanguage(null, ['xx-XX', 'en-GB'])).toBe('en');
  expect(bestLanguage('constructor', [])).toBe('en');
});

test('numbers are told in words of their form', () => {
  expect([plural(1, '# member', '# members'), plural(1200, '# member', '# members')]).toEqual(['1 member', '1,200 members']);
});

test('what the server writes about its own roles is told in the reader’s language, and what people write as it is', async () => {
  const seed = readFileSync(new URL('../../../src/tenant/seed.c', import.meta.url), 'utf8');
  for (const text of builtInTexts) {
    expect(seed).toContain(`"${text}"`);
    expect(described(text)).toBe(text);
  }
  await loadLanguage('de');
  await loadRest();
  expect(builtInTexts.map(described)).toEqual(['Gibt Zugang zur Management API.', 'Die gesamte Management API.']);
  expect(['All of it.', '', null, undefined, 'constructor'].map(described)).toEqual(['All of it.', '', null, undefined, 'constructor']);
  await loadLanguage('en');
  await loadRest();
});

test('time is told by its largest unit', () => {
  const now = Date.UTC(2026, 0, 31), ago = (seconds: number) => relative(now - seconds * 1000, now);
  expect([ago(0), ago(59), ago(3600 * 25), ago(86_400 * 400), relative(now + 7_200_000, now)])
    .toEqual(['now', '59 seconds ago', 'yesterday', 'last year', 'in 2 hours']);
});

test('a search of parts has its signs, and lists of texts have no empty ones', () => {
  expect([part('a'), part('')]).toEqual(['%a%', undefined]);
  expect(entered([' a ', '', 'b'])).toEqual(['a', 'b']);
});
