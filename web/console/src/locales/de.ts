// German. Formal, and with the words of src/tenant/phrases/de.json.
import { common } from './de/common.ts';
import { frame } from './de/frame.ts';
import { dashboard } from './de/dashboard.ts';
import { organizations } from './de/organizations.ts';

export const de = { common, frame, dashboard, organizations };
