// English, of which all other languages are translations. Each noun has a file in en/ and a line in each of the two lists below.
import { applications } from './en/applications.ts';
import { administrators } from './en/administrators.ts';
import { common } from './en/common.ts';
import { dashboard } from './en/dashboard.ts';
import { frame } from './en/frame.ts';
import { logs } from './en/logs.ts';
import { mfa } from './en/mfa.ts';
import { pages } from './en/pages.ts';
import { organizations } from './en/organizations.ts';
import { users } from './en/users.ts';
import { resources } from './en/resources.ts';
import { roles } from './en/roles.ts';
import { experience } from './en/sign-in-experience.ts';
import { signingKeys } from './en/signing-keys.ts';
import { template } from './en/template.ts';

export const en = {
  administrators,
  common,
  dashboard,
  frame,
  logs,
  pages,
  organizations,
  applications,
  users,
  resources,
  roles,
  template,
  experience,
  mfa,
  signingKeys,
};
