// French. With vous, and with the words of src/tenant/phrases/fr.json.
import { common } from './fr/common.ts';
import { frame } from './fr/frame.ts';
import { dashboard } from './fr/dashboard.ts';
import { organizations } from './fr/organizations.ts';

export const fr = { common, frame, dashboard, organizations };
