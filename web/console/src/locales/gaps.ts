// What a language lacks of English, and English in place of it.
type Texts = { readonly [key: string]: unknown };

const isGroup = (value: unknown): value is Texts => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The texts of a catalogue by their keys: organizations.tabs.settings. */
export const flat = (texts: Texts, before = ''): Map<string, unknown> => new Map(Object.entries(texts)
  .flatMap(([key, value]): [string, unknown][] => isGroup(value) ? [...flat(value, `${before}${key}.`)] : [[before + key, value]]));

export function gaps(english: Texts, other: Texts): string[] {
  const there = flat(other);
  return [...flat(english).keys()].filter((key) => !there.has(key));
}

/** English, with what the other language has over it. */
export function filled<T extends object>(english: T, other: object): T {
  const over = other as Texts;
  return Object.fromEntries(Object.entries(english).map(([key, value]) =>
    [key, !Object.hasOwn(over, key) ? value : isGroup(value) ? filled(value, over[key] as Texts) : over[key]])) as T;
}
