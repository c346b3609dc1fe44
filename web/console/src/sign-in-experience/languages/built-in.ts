// The texts that come with the program; loaded where somebody changes them.
import de from '../../../../../src/tenant/phrases/de.json';
import en from '../../../../../src/tenant/phrases/en.json';
import es from '../../../../../src/tenant/phrases/es.json';
import fr from '../../../../../src/tenant/phrases/fr.json';
import ja from '../../../../../src/tenant/phrases/ja.json';
import zhCN from '../../../../../src/tenant/phrases/zh-CN.json';
import type { Phrases } from '../api.ts';
import { isBuiltIn, type BuiltIn } from './languages.ts';

const texts: Record<BuiltIn, Phrases> = { en, de, es, fr, ja, 'zh-CN': zhCN };

/** In this language, else in English. */
export const builtIn = (tag: string): Phrases => texts[isBuiltIn(tag) ? tag : 'en'];
