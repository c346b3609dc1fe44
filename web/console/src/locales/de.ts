// German. Formal, and with the words of src/tenant/phrases/de.json.
import { applications } from './de/applications.ts';
import { administrators } from './de/administrators.ts';
import { common } from './de/common.ts';
import { frame } from './de/frame.ts';
import { logs } from './de/logs.ts';
import { mfa } from './de/mfa.ts';
import { dashboard } from './de/dashboard.ts';
import { signingKeys } from './de/signing-keys.ts';
import { pages } from './de/pages.ts';
import { organizations } from './de/organizations.ts';
import { users } from './de/users.ts';
import { resources } from './de/resources.ts';
import { roles } from './de/roles.ts';
import { experience } from './de/sign-in-experience.ts';
import { template } from './de/template.ts';

export const de = {
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
