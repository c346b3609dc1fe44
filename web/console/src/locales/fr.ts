// French. With vous, and with the words of src/tenant/phrases/fr.json.
import { applications } from './fr/applications.ts';
import { administrators } from './fr/administrators.ts';
import { common } from './fr/common.ts';
import { frame } from './fr/frame.ts';
import { logs } from './fr/logs.ts';
import { mfa } from './fr/mfa.ts';
import { dashboard } from './fr/dashboard.ts';
import { signingKeys } from './fr/signing-keys.ts';
import { pages } from './fr/pages.ts';
import { organizations } from './fr/organizations.ts';
import { users } from './fr/users.ts';
import { resources } from './fr/resources.ts';
import { roles } from './fr/roles.ts';
import { experience } from './fr/sign-in-experience.ts';
import { template } from './fr/template.ts';

export const fr = {
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
