// Spanish. With usted, and with the words of src/tenant/phrases/es.json.
import { common } from './es/common.ts';
import { frame } from './es/frame.ts';
import { dashboard } from './es/dashboard.ts';
import { organizations } from './es/organizations.ts';

export const es = { common, frame, dashboard, organizations };
