// A real identity provider: npm's oidc-provider, with one client and one person, who is signed in without being asked.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

export interface RealProvider {
  issuer: string;
  client: { clientId: string; clientSecret: string };
  /** Who is signed in there: the claims, `sub` among them. */
  person: Record<string, unknown>;
}

/** `redirectUri`: a pattern of those that the client may have, since connectors get their ids only later. */
export async function realProvider(redirectUri: RegExp): Promise<RealProvider> {
  const { default: Provider } = await import('oidc-provider' as string);	// it has no types
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  afterAll(() => { server.closeAllConnections(); server.close(); });
  const real: RealProvider = { issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    client: { clientId: 'guildhall', clientSecret: 'a secret of both' }, person: { sub: 'ada' } };
  const provider = new Provider(real.issuer, {
    clients: [{ client_id: real.client.clientId, client_secret: real.client.clientSecret, redirect_uris: ['http://127.0.0.1/none'],
      grant_types: ['authorization_code'], response_types: ['code'], token_endpoint_auth_method: 'client_secret_basic' }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'picture'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => real.person }),
    cookies: { keys: ['a key of the test'] },
  });
  provider.Client.prototype.redirectUriAllowed = (uri: string) => redirectUri.test(uri);
  const handle = provider.callback();
  server.on('request', async (request, response) => {
    if (!request.url?.startsWith('/interaction/')) { await handle(request, response); return; }
    const { params } = await provider.interactionDetails(request, response);
    const accountId = String(real.person['sub']);
    const grant = new provider.Grant({ accountId, clientId: params.client_id });
    grant.addOIDCScope('openid profile email');
    await provider.interactionFinished(request, response, { login: { accountId }, consent: { grantId: await grant.save() } });
  });
  return real;
}
