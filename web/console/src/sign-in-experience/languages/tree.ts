// Texts by path, as the form has them, and as the tree that the API has.
import type { Phrases } from '../api.ts';

/** `group.key` and the text. */
export type Texts = Record<string, string>;

export const ownOf = (tree: Phrases): Texts =>
  Object.fromEntries(Object.entries(tree).flatMap(([group, texts]) => Object.entries(texts).map(([key, text]) => [`${group}.${key}`, text])));

/** Empty ones are not there. */
export function treeOf(texts: Texts): Phrases {
  const out: Phrases = {};
  for (const [path, text] of Object.entries(texts)) {
    const [group = '', key = ''] = path.split('.');
    if (text.trim() !== '') (out[group] ??= {})[key] = text;
  }
  return out;
}

export interface FoundText { path: string; here: string; english: string }

/** Those of a group, or with a word those of all groups that have it in their name or one of their texts. */
export function foundIn(english: Phrases, here: Phrases, own: Texts, group: string, word: string): FoundText[] {
  const asked = word.trim().toLowerCase();
  const all = Object.entries(asked ? english : { [group]: english[group] ?? {} }).flatMap(([name, texts]) => Object.entries(texts)
    .map(([key, text]) => ({ path: `${name}.${key}`, english: text, here: here[name]?.[key] ?? text })));
  return asked ? all.filter((one) => [one.path, one.english, one.here, own[one.path] ?? ''].some((text) => text.toLowerCase().includes(asked))) : all;
}

/** What the page fills in and the text leaves out. */
export function lostNames(english: string, text: string): string[] {
  if (text.trim() === '') return [];
  return [...new Set(english.match(/\{\{\w+\}\}/g) ?? [])].filter((name) => !text.includes(name));
}
