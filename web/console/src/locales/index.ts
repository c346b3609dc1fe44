// The texts, in the language of the administrator, in two parts. main.tsx waits for that of the first view before it loads the application,
// and router.tsx for the rest before it loads a page that is not `early`: so every module may use what it needs of `t` as it is loaded.
import type { en } from './en.ts';
import type { rest } from './en/rest.ts';
import { filled } from './gaps.ts';

/** A catalogue with any texts in it. */
export type Widened<T> = T extends string ? string : T extends (...given: infer A) => unknown ? (...given: A) => string
  : { [K in keyof T]: Widened<T[K]> };

/** What English has. A text with a number or a name in it is a function. */
export type Catalogue = Widened<typeof en & typeof rest>;

export type Loose<T> = T extends string | readonly unknown[] | ((...given: never[]) => unknown) ? T : { [K in keyof T]?: Loose<T[K]> };

/** What another language has. What it lacks is said in English, and makes test/languages.test.ts fail with the list of what is missing. */
export type Translation = Loose<Catalogue>;

interface Language { name: string; load: () => Promise<Translation>; loadRest: () => Promise<Translation> }

/** A language is a file beside en.ts with a folder of its own, and a row here. */
const languages: Record<string, Language> = {
  en: { name: 'English', load: async () => (await import('./en.ts')).en,
    loadRest: async () => (await import('./en/rest.ts')).rest },
  de: { name: 'Deutsch', load: async () => (await import('./de.ts')).de,
    loadRest: async () => (await import('./de/rest.ts')).rest },
  es: { name: 'Español', load: async () => (await import('./es.ts')).es,
    loadRest: async () => (await import('./es/rest.ts')).rest },
  fr: { name: 'Français', load: async () => (await import('./fr.ts')).fr,
    loadRest: async () => (await import('./fr/rest.ts')).rest },
  ja: { name: '日本語', load: async () => (await import('./ja.ts')).ja,
    loadRest: async () => (await import('./ja/rest.ts')).rest },
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
const isWhole = (tag: string) => tag === 'en' || (typeof WHOLE_LANGUAGES !== 'undefined' && WHOLE_LANGUAGES.includes(tag));

export async function loadLanguage(tag = bestLanguage(chosenLanguage(), navigator.languages)): Promise<void> {
  const own = await languages[tag]!.load();
  t = { ...isWhole(tag) ? own : filled((await import('./en.ts')).en, own) } as Catalogue;
  language = tag;
  waiting = undefined;
  restIsHere = false;
  if (typeof document !== 'undefined') document.documentElement.lang = tag;
}

export let restIsHere = false;
let waiting: Promise<void> | undefined;

async function fetchRest(): Promise<void> {
  const into = t, own = await languages[language]!.loadRest();
  Object.assign(into, isWhole(language) ? own : filled((await import('./en/rest.ts')).rest, own));
  restIsHere = true;
}

/** The texts of all other pages, once. Where it fails, the next page that needs them asks again. */
export const loadRest = (): Promise<void> => waiting ??= fetchRest().catch((error: unknown) => { waiting = undefined; throw error; });

/** What somebody chose here; null: the browser's language counts. */
export const chosenLanguage = (): string | null => localStorage.getItem(place);

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
