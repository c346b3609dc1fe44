// The languages: each says all that English says, in its own words.
import { afterAll, describe, expect, test } from 'vitest';
import { de } from '../src/locales/de.ts';
import { rest as restDe } from '../src/locales/de/rest.ts';
import { en as first } from '../src/locales/en.ts';
import { rest } from '../src/locales/en/rest.ts';
import { es } from '../src/locales/es.ts';
import { rest as restEs } from '../src/locales/es/rest.ts';
import { fr } from '../src/locales/fr.ts';
import { rest as restFr } from '../src/locales/fr/rest.ts';
import { filled, flat, gaps } from '../src/locales/gaps.ts';
import { languageNames, loadLanguage, loadRest, plural, t } from '../src/locales/index.ts';
import { ja } from '../src/locales/ja.ts';
import { rest as restJa } from '../src/locales/ja/rest.ts';
import { relative } from '../src/ui/relative-time.tsx';

const en = { ...first, ...rest };
const languages = { de: { ...de, ...restDe }, es: { ...es, ...restEs }, fr: { ...fr, ...restFr }, ja: { ...ja, ...restJa } };
const english = flat(en);
afterAll(async () => { await loadLanguage('en'); await loadRest(); });

/** Names, code, and words that a language has in common with English. */
const alike: Record<keyof typeof languages | 'all', string[]> = {
  all: ['API', 'curl', '@logto/api', 'Guildhall', 'Management API', 'example.com', 'admin', 'viewer', 'Captcha', 'SMS', 'STARTTLS', 'HTML', 'EC', 'RSA',
    'Cloudflare Turnstile', 'Google One Tap', 'Google reCAPTCHA Enterprise', 'Webhook', 'Webhooks'],
  de: ['Administrator', 'Branding', 'Browser', 'Code', 'Computer', 'Connector', 'Dashboard', 'Favicon', 'Format', 'In', 'Issuer', 'Logo', 'Logos', 'Logs', 'Name', 'Optional', 'Passkey', 'Passkeys',
    'Person', 'Port', 'Secret 71', 'Secrets', 'Server', 'Status', 'Test', 'Text'],
  es: ['Favicon', 'General', 'No', 'Roles', 'Tokens'],
  fr: ['Application', 'Applications', 'Code', 'code', 'Conditions', 'Date', 'Description', 'E-mail', 'Favicon', 'Guide', 'Guides', 'Invitations', 'Logo',
    'Logos', 'Menu', 'Minutes', 'Pages', 'Permission', 'Permissions', 'Port', 'Secret 71', 'Secrets', 'session', 'Sessions', 'Type'],
  ja: [],
};

/** Texts whose words do not change with the number in this language. */
const sameForBoth = new Set(['de users.suspendMany', 'de users.deleteMany']);

type Text = (...given: number[]) => string;
const numbers = [71, 83, 95, 107];
/** What a text says for numbers in place of whatever it is given. */
const said = (text: unknown, given = numbers): string => typeof text === 'function' ? (text as Text)(...given) : typeof text === 'string' ? text : JSON.stringify(text);
const numbersIn = (text: string): string[] => text.match(/\d+/g) ?? [];
const wordsOf = (text: string) => text.replace(/\d+/g, '#');

describe.each(Object.entries(languages))('%s', (tag, texts) => {
  const own = flat(texts);

  test('has every text, and none that English no longer has', () => {
    expect(gaps(en, texts)).toEqual([]);
    expect(gaps(texts, en)).toEqual([]);
  });

  test('says nothing in English, but names and words that both have', () => {
    const expected = [...alike.all, ...alike[tag as keyof typeof languages]];
    const same = [...own].filter(([key, text]) => said(text) === said(english.get(key)) && /\p{L}{2}/u.test(said(text)) && !expected.includes(said(text)));
    expect(same.map(([key, text]) => `${key}: ${said(text)}`)).toEqual([]);
  });

  test('names what it is given, wherever English does', () => {
    const lost = [...own].filter(([key, text]) => typeof text === 'function' && english.has(key)
      && numbersIn(said(english.get(key))).some((one) => !numbersIn(said(text)).includes(one)));
    expect(lost.map(([key, text]) => `${key}: ${said(text)}`)).toEqual([]);
  });

  test('keeps code that stands in a text', () => {
    const codeIn = (text: string) => text.match(/https?:\/\/(?:[\w.]*\w)?|\{\{|#\w+\b|[a-z]+:[a-z]+\b|@\w+|"\^.*\$"/g)?.sort() ?? [];
    const changed = [...own].filter(([key, text]) => english.has(key) && codeIn(said(text)).join() !== codeIn(said(english.get(key))).join());
    expect(changed.map(([key]) => key)).toEqual([]);
  });

  test('says one and many as its grammar wants', async () => {
    await loadLanguage(tag);
    const forms = new Set(new Intl.PluralRules(tag).resolvedOptions().pluralCategories);
    const wordless = [...own].filter(([key, text]) => {
      const both = (of: unknown) => [1, 71].map((n) => wordsOf(said(of, [n, 2, 3, 4])));
      const [one, many] = both(text);
      if (typeof text !== 'function') return false;
      return forms.size === 1 ? false : one === many && new Set(both(english.get(key))).size === 2;
    });
    expect(wordless.map(([key]) => key).filter((key) => !sameForBoth.has(`${tag} ${key}`))).toEqual([]);
  });

  test('is loaded whole, and tells time and numbers in its own way', async () => {
    await loadLanguage(tag);
    expect(t.frame.signOut).toBe(own.get('frame.signOut'));
    await loadRest();
    expect(t.users.title).toBe(own.get('users.title'));
    const now = Date.UTC(2026, 0, 31);
    expect(relative(now - 86_400_000, now)).toBe(new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }).format(-1, 'day'));
    expect(plural(1200, '# x', '# xs')).toContain((1200).toLocaleString(tag));
  });
});

test('every language that can be chosen is tested here', () => {
  expect(languageNames.map(({ tag }) => tag).sort()).toEqual(['en', ...Object.keys(languages)].sort());
});

test('French counts nothing as one, Japanese has no plural', async () => {
  await loadLanguage('fr');
  expect(t.organizations.memberCount(0)).toBe('0 membre');
  await loadLanguage('de');
  expect(t.organizations.memberCount(0)).toBe('0 Mitglieder');
  await loadLanguage('ja');
  expect([t.organizations.memberCount(1), t.organizations.memberCount(2)]).toEqual(['メンバー 1 人', 'メンバー 2 人']);
});

test('what a language lacks is said in English', () => {
  const half = { a: { b: 'eins' } }, whole = { a: { b: 'one', c: 'two' }, d: 'three', e: { f: 'four' } };
  expect(gaps(whole, half)).toEqual(['a.c', 'd', 'e.f']);
  expect(filled(whole, half)).toEqual({ a: { b: 'eins', c: 'two' }, d: 'three', e: { f: 'four' } });
});
