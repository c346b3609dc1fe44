// The Live Preview's own client.
import { oidcClient } from '../../shared/oidc.ts';

export const scope = 'openid offline_access profile email phone custom_data identities roles urn:logto:scope:organizations urn:logto:scope:organization_roles';

export const client = oidcClient({ id: 'demo-app', path: '/demo-app', scope,
  asks: { prompt: 'consent', resource: 'urn:logto:resource:organizations' } });
