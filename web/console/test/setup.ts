// Tests speak English.
import { loadLanguage, loadRest } from '../src/locales/index.ts';

await loadLanguage('en');
await loadRest();
