// English, of which all other languages are translations: the texts of the first view. Those of all other nouns are in en/rest.ts.
import { common } from './en/common.ts';
import { frame } from './en/frame.ts';
import { dashboard } from './en/dashboard.ts';
import { organizations } from './en/organizations.ts';

export const en = { common, frame, dashboard, organizations };
