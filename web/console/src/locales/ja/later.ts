import { guides as connectorGuides } from './connector-guides.ts';
import { connectors } from './connectors.ts';
import { enterpriseSso } from './enterprise-sso.ts';
import { security } from './security.ts';

export const later = { connectorGuides, connectors, enterpriseSso, security };
