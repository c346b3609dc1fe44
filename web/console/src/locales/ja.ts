// Japanese. With the words of src/tenant/phrases/ja.json; no forms for numbers.
import { applications } from './ja/applications.ts';
import { administrators } from './ja/administrators.ts';
import { common } from './ja/common.ts';
import { frame } from './ja/frame.ts';
import { logs } from './ja/logs.ts';
import { mfa } from './ja/mfa.ts';
import { dashboard } from './ja/dashboard.ts';
import { signingKeys } from './ja/signing-keys.ts';
import { pages } from './ja/pages.ts';
import { organizations } from './ja/organizations.ts';
import { users } from './ja/users.ts';
import { resources } from './ja/resources.ts';
import { roles } from './ja/roles.ts';
import { experience } from './ja/sign-in-experience.ts';
import { template } from './ja/template.ts';

export const ja = {
  administrators,
  common,
  frame,
  logs,
  pages,
  organizations,
  dashboard,
  signingKeys,
  applications,
  users,
  resources,
  roles,
  template,
  experience,
  mfa,
};
