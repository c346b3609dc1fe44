// The languages of the sign-in pages: those that come with the program, and the tenant's own.
import { useThing } from '../../api/query.ts';
import { language } from '../../locales/index.ts';
import { allPhrases } from '../api.ts';

/** As in src/tenant/phrases. */
export const builtInTags = ['en', 'de', 'es', 'fr', 'ja', 'zh-CN'] as const;
export type BuiltIn = typeof builtInTags[number];

export const isBuiltIn = (tag: string): tag is BuiltIn => (builtInTags as readonly string[]).includes(tag);

/** "German" for de, as the administrator's language says it. */
export function languageName(tag: string): string {
  try { return new Intl.DisplayNames([language], { type: 'language' }).of(tag) ?? tag; } catch { return tag; }
}

/** The tag in its usual letter case; undefined: it is none. */
export function tagOf(text: string): string | undefined {
  try { return Intl.getCanonicalLocales(text.trim())[0]; } catch { return undefined; }
}

/** All tags; undefined: not yet known. */
export function useLanguages(): string[] | undefined {
  const own = useThing(allPhrases()).data;
  return own && [...new Set<string>([...builtInTags, ...own.map(({ languageTag }) => languageTag)])];
}

/** How many texts of its own a language has. */
export const countOf = (translation: Record<string, unknown>): number =>
  Object.values(translation).reduce<number>((sum, group) => sum + Object.keys(group as object).length, 0);
