// Japanese. With the words of src/tenant/phrases/ja.json; no forms for numbers.
import { common } from './ja/common.ts';
import { frame } from './ja/frame.ts';
import { dashboard } from './ja/dashboard.ts';
import { organizations } from './ja/organizations.ts';

export const ja = { common, frame, dashboard, organizations };
