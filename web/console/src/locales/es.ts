// Spanish. With usted, and with the words of src/tenant/phrases/es.json.
import { applications } from './es/applications.ts';
import { administrators } from './es/administrators.ts';
import { common } from './es/common.ts';
import { frame } from './es/frame.ts';
import { logs } from './es/logs.ts';
import { mfa } from './es/mfa.ts';
import { dashboard } from './es/dashboard.ts';
import { signingKeys } from './es/signing-keys.ts';
import { pages } from './es/pages.ts';
import { organizations } from './es/organizations.ts';
import { users } from './es/users.ts';
import { resources } from './es/resources.ts';
import { roles } from './es/roles.ts';
import { experience } from './es/sign-in-experience.ts';
import { template } from './es/template.ts';

export const es = {
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
