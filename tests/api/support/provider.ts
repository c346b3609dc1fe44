// An identity provider that does whatever a test wants: it signs what it is told, with the keys that it is told to publish.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
export interface Key extends Keys { kid: string; alg: string }

export const newKey = async (alg: string, kid = `key-${alg}`, options: object = {}): Promise<Key> =>
  ({ ...await generateKeyPair(alg, { extractable: true, ...options }), kid, alg });
export const publish = async ({ publicKey, kid, alg }: Key): Promise<JWK> => ({ ...await exportJWK(publicKey), kid, alg, use: 'sig' });

export interface Seen { path: string; method: string; headers: IncomingMessage['headers']; body: URLSearchParams }
type Answer = (request: Seen, response: ServerResponse) => unknown;

export interface Provider {
  issuer: string;
  client: { clientId: string; clientSecret: string };
  /** What the next sign-ins are: claims of the ID token over the usual ones, and of userinfo; undefined leaves one out. */
  claims: Record<string, unknown>;
  userinfo: Record<string, unknown>;
  /** Members of the discovery document over the usual ones. */
  discovery: Record<string, unknown>;
  key: Key;
  keys: JWK[];
  /** Takes a request of this path in place of the provider. */
  takes: Map<string, Answer>;
  /** Makes the ID token; by default a good one of `claims`. */
  token?: (claims: Record<string, unknown>) => Promise<string> | string;
  seen: Seen[];
  /** What the browser comes back with after it was sent to this address. */
  answer(address: string): Record<string, string>;
  reset(): void;
}

const read = async (request: IncomingMessage): Promise<Seen> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return { path: (request.url ?? '').split('?')[0] ?? '', method: request.method ?? '', headers: request.headers,
    body: new URLSearchParams(Buffer.concat(parts).toString()) };
};
const json = (response: ServerResponse, value: unknown, status = 200) => {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(value));
};

/** One that ends with `close`. */
export async function openProvider(): Promise<{ provider: Provider; close: () => void }> {
  const server = createServer(async (request, response) => {
    const seen = await read(request);
    p.seen.push(seen);
    const take = p.takes.get(seen.path);
    if (take) { await take(seen, response); return; }
    const own: Record<string, () => Promise<unknown> | unknown> = {
      '/.well-known/openid-configuration': () => ({ issuer: p.issuer, authorization_endpoint: `${p.issuer}/auth`,
        token_endpoint: `${p.issuer}/token`, userinfo_endpoint: `${p.issuer}/me`, jwks_uri: `${p.issuer}/keys`, ...p.discovery }),
      '/keys': () => ({ keys: p.keys }),
      '/token': async () => ({ access_token: 'access', token_type: 'Bearer', id_token: await makeToken() }),
      '/me': () => ({ sub: usual().sub, ...p.userinfo }),
    };
    const give = own[seen.path];
    json(response, give ? await give() : { error: 'not_found' }, give ? 200 : 404);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const key = await newKey('ES256');
  let nonce: string | null = null;
  const now = () => Math.floor(Date.now() / 1000);
  const usual = (): Record<string, unknown> => ({ iss: p.issuer, aud: p.client.clientId, sub: 'person-1', nonce, iat: now(),
    exp: now() + 300, ...p.claims });
  const makeToken = () => {
    const claims = Object.fromEntries(Object.entries(usual()).filter(([, value]) => value !== undefined));
    return p.token ? p.token(claims) : sign(claims, p.key);
  };
  const p: Provider = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    client: { clientId: 'guildhall', clientSecret: 'a secret of both' },
    claims: {}, userinfo: {}, discovery: {}, key, keys: [await publish(key)], takes: new Map(), seen: [],
    answer(address) {
      const query = new URL(address).searchParams;
      nonce = query.get('nonce');
      return { code: 'a-code', state: query.get('state') ?? '' };
    },
    reset() {
      Object.assign(p, { claims: {}, userinfo: {}, discovery: {}, key, token: undefined });
      p.takes.clear();
    },
  };
  return { provider: p, close: () => { server.closeAllConnections(); server.close(); } };
}

/** A signed token of these claims, with more members of its header. */
export const sign = (claims: Record<string, unknown>, key: Key, header: object = {}): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: key.alg, kid: key.kid, ...header }).sign(key.privateKey);
