// The texts that are loaded after the first view: see locales/index.ts.
import { guides as connectorGuides } from './connector-guides.ts';
import { administrators } from './administrators.ts';
import { applications } from './applications.ts';
import { connectors } from './connectors.ts';
import { enterpriseSso } from './enterprise-sso.ts';
import { logs } from './logs.ts';
import { mfa } from './mfa.ts';
import { resources } from './resources.ts';
import { roles } from './roles.ts';
import { security } from './security.ts';
import { experience } from './sign-in-experience.ts';
import { signingKeys } from './signing-keys.ts';
import { template } from './template.ts';
import { users } from './users.ts';
import { webhooks } from './webhooks.ts';

export const rest = {
  connectorGuides,
  administrators,
  applications,
  connectors,
  enterpriseSso,
  logs,
  mfa,
  resources,
  roles,
  security,
  experience,
  signingKeys,
  template,
  users,
  webhooks,
};
