// Texts of nouns that nobody sees first. A module that imports this waits for them, so nothing of the first view may.
import type { later as english } from './en/later.ts';
import { filled } from './gaps.ts';
import { isWhole, language, type Loose, type Widened } from './index.ts';

const load: Record<string, () => Promise<{ later: Loose<Widened<typeof english>> }>> = {
  en: () => import('./en/later.ts'),
  de: () => import('./de/later.ts'),
  es: () => import('./es/later.ts'),
  fr: () => import('./fr/later.ts'),
  ja: () => import('./ja/later.ts'),
};

const own = (await load[language]!()).later;

export const later = isWhole(language) ? own as Widened<typeof english> : filled((await import('./en/later.ts')).later, own);
