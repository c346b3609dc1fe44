// What tests about people, apps, tokens and keys share: proofs of a client, tokens and what jose finds in them.
import { createLocalJWKSet, jwtVerify, type JWTVerifyResult } from 'jose';
import { expect } from 'vitest';
import { Client, send, type Answer } from './client.ts';
import { ok, type Problem } from './expect.ts';
import { type App, type Server, type TokenAnswer } from './server.ts';

export const managementApi = 'https://default.logto.app/api';

export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

/** Where the faults of a refused body or query are, in order. */
export const faults = (body: Problem): string[] =>
  body.data.issues.map((issue: { path: unknown[] }) => issue.path.join('.'));

/** The Management API with another token. */
export const apiWith = (server: Server, token: string): Client =>
  new Client(() => `${server.base}/api`, async () => ({ authorization: `Bearer ${token}` }));

/** A new machine app with its secret, and roles of the tenant if any. */
export async function newMachine(api: Client, ...roleIds: string[]): Promise<{ id: string; secret: string }> {
  const { id } = ok(await api.post('/applications', { name: 'machine', type: 'MachineToMachine' }));
  if (roleIds.length) ok(await api.post(`/applications/${id}/roles`, { roleIds }), 201);
  const [secret] = ok(await api.get<{ value: string }[]>(`/applications/${id}/secrets`));
  return { id, secret: secret?.value ?? '' };
}

/** The role that gives machines the Management API. */
export async function accessRole(api: Client): Promise<string> {
  const roles = ok(await api.get('/roles',
    { query: { type: 'MachineToMachine', search: '%Logto Management API access%' } }));
  expect(roles).toHaveLength(1);
  return roles[0].id;
}

/** POST /oidc/token of a tenant that is chosen by its address, and by a Host header if one is given. */
export function tokenFrom(base: string, app: { id: string; secret: string }, form: Record<string, string>,
  host?: string): Promise<Answer<TokenAnswer>> {
  return send('POST', `${base}/oidc/token`, {
    body: new URLSearchParams({ grant_type: 'client_credentials', ...form }),
    headers: { authorization: basic(app.id, app.secret), ...(host ? { host } : {}) },
  });
}

/** jose accepts the token with the keys that are published now. */
export async function verified(base: string, token: string,
  expected: { audience: string; issuer?: string; host?: string }): Promise<JWTVerifyResult> {
  const keys = ok(await send('GET', `${base}/oidc/jwks`, expected.host ? { headers: { host: expected.host } } : {}));
  return jwtVerify(token, createLocalJWKSet(keys),
    { issuer: expected.issuer ?? `${base}/oidc`, audience: expected.audience });
}

/** A verb that must do its work; what it printed. */
export async function done(server: Server, ...args: string[]): Promise<any> {
  const { status, stdout, stderr } = await server.verb(...args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout === '' ? undefined : JSON.parse(stdout);
}

/** Until a server has heard what a verb, another process, has changed: it goes on with what it remembers for a second. */
export const untilHeard = () => new Promise<void>((done) => setTimeout(done, 1_500));

/** A new tenant on a host of its own, with a machine app that manages it. */
export async function newTenant(server: Server, id: string,
  host = `${id}.example`): Promise<{ id: string; host: string; issuer: string; app: App; api: Client }> {
  await done(server, 'tenant', 'create', id, '--host', host);
  const app: App = await done(server, 'app', 'create', '--name', 'manager', '--management-api', '--tenant', id);
  const { issuer } = ok(await send('GET', `${server.base}/oidc/.well-known/openid-configuration`,
    { headers: { host } }));
  const token = async () =>
    ok(await tokenFrom(server.base, app, { resource: app.resource, scope: 'all' }, host)).access_token;
  const api = new Client(() => `${server.base}/api`, async () => ({ host, authorization: `Bearer ${await token()}` }));
  return { id, host, issuer, app, api };
}
