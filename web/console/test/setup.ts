// Tests speak English.
import { loadLanguage } from '../src/locales/index.ts';

await loadLanguage('en');
