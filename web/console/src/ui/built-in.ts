// What the server writes about its own roles and permissions when it is installed (src/tenant/seed.c), in English. In the reader's
// language for as long as nobody has changed it.
import { t } from '../locales/index.ts';

const texts: Record<string, () => string> = {
  'Gives a machine access to the Management API.': () => t.common.builtIn.access,
  'All of the Management API.': () => t.common.builtIn.all,
};

/** The English texts. */
export const builtInTexts = Object.keys(texts);

/** A description as it is shown; in a field where it can be changed it stays as it is stored. */
export const described = <T extends string | null | undefined>(text: T): T | string => text && Object.hasOwn(texts, text) ? texts[text]!() : text;
