// The texts, in the language of the administrator. main.tsx waits for it before it loads the application, so every module may use `t`.
import type { en } from './en.ts';
import { filled } from './gaps.ts';

/** A catalogue with any texts in it. */
export type Widened<T> = T extends string ? string : T extends (...given: infer A) => unknown ? (...given: A) => string
  : { [K in keyof T]: Widened<T[K]> };

/** What English has. A text with a number or a name in it is a function. */
export type Catalogue = Widened<typeof en>;

export type Loose<T> = T extends string | readonly unknown[] | ((...given: never[]) => unknown) ? T : { [K in keyof T]?: Loose<T[K]> };

/** What another language has. What it lacks is said in English, and makes test/languages.test.ts fail with the list of what is missing. */
export type Translation = Loose<Catalogue>;

/** A language is a file beside en.ts with a folder of its own, and a row here. */
const languages: Record<string, { name: string; load: () => Promise<Translation> }> = {
  en: { name: 'English', load: async () => (await import('./en.ts')).en },
  de: { name: 'Deutsch', load: async () => (await import('./de.ts')).de },
  es: { name: 'Español', load: async () => (await import('./es.ts')).es },
  fr: { name: 'Français', load: async () => (await import('./fr.ts')).fr },
  ja: { name: '日本語', load: async () => (await import('./ja.ts')).ja },
};

/** Tag and name of every language, each in its own words. */
export const languageNames = Object.entries(languages).map(([tag, { name }]) => ({ tag, name }));

export let t = undefined as unknown as Catalogue;
export let language = 'en';

const place = 'guildhall:console:language';

/** The language that somebody chose, else the first of the browser's that there is, else English. */
export function bestLanguage(chosen: string | null, asked: readonly string[]): string {
  for (const tag of [...chosen ? [chosen] : [], ...asked])
    if (Object.hasOwn(languages, tag.split('-')[0]!)) return tag.split('-')[0]!;
  return 'en';
}

/** vite.config.ts compares the languages as it builds, so that nobody loads English beside a language that needs nothing of it. */
declare const WHOLE_LANGUAGES: readonly string[];
export const isWhole = (tag: string) => tag === 'en' || (typeof WHOLE_LANGUAGES !== 'undefined' && WHOLE_LANGUAGES.includes(tag));

export async function loadLanguage(tag = bestLanguage(localStorage.getItem(place), navigator.languages)): Promise<void> {
  const own = await languages[tag]!.load();
  t = isWhole(tag) ? own as Catalogue : filled((await import('./en.ts')).en, own);
  language = tag;
  if (typeof document !== 'undefined') document.documentElement.lang = tag;
}

/** Texts stand in tables that are made once, so another language starts the page anew. */
export function chooseLanguage(tag: string): void {
  localStorage.setItem(place, tag);
  location.reload();
}

const forms = new Map<string, Intl.PluralRules>();

/** `plural(n, 'one member', '# members')`: the form for n in this language, with n in place of #. Languages without forms give one text. */
export function plural(n: number, one: string, other = one): string {
  const rules = forms.get(language) ?? new Intl.PluralRules(language);
  forms.set(language, rules);
  return (rules.select(n) === 'one' ? one : other).replace('#', n.toLocaleString(language));
}
