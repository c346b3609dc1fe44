import { connectors } from './connectors.ts';
import { enterpriseSso } from './enterprise-sso.ts';
import { security } from './security.ts';

export const later = { connectors, enterpriseSso, security };
