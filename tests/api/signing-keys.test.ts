import { decodeProtectedHeader } from 'jose';
import { expect, test, vi } from 'vitest';
import { Build } from './support/build.ts';
import { send } from './support/client.ts';
import { ok, problem, soon } from './support/expect.ts';
import { accessRole, apiWith, managementApi, newMachine, verified } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const resource = await new Build(api).resource();
const at = '/configs/oidc/private-keys';
const access = await accessRole(api);
const machine = await newMachine(api, access);

const ring = async (): Promise<any[]> => ok(await api.get(at));
const statuses = (keys: any[]): string[] => keys.map(({ status }) => status);
const kids = async (): Promise<string[]> =>
  ok(await send('GET', `${server.base}/oidc/jwks`)).keys.map(({ kid }: { kid: string }) => kid);
const token = async (): Promise<string> =>
  ok(await server.requestToken({ grant_type: 'client_credentials', resource: resource.indicator },
    machine)).access_token;
const managementToken = async (): Promise<string> =>
  ok(await server.requestToken({ grant_type: 'client_credentials', resource: managementApi, scope: 'all' },
    machine)).access_token;
const kidOf = (jwt: string): string => decodeProtectedHeader(jwt).kid ?? '';

// `api` remembers its token: each rotation may end it. This one asks anew.
const rotate = async (body: object = {}) => apiWith(server, await managementToken()).post(`${at}/rotate`, body);
const fresh = async () => apiWith(server, await managementToken());

test('a new tenant has one key, shown without its material', async () => {
  expect(await ring()).toEqual([{ id: expect.stringMatching(/^[0-9a-z]{21}$/), createdAt: expect.any(Number),
    signingKeyAlgorithm: 'EC', status: 'Current' }]);
  const [{ createdAt }] = await ring();
  expect(Math.abs(createdAt - Date.now() / 1000)).toBeLessThan(60);
  expect(await kids()).toHaveLength(1);
});

test('a rotated key signs at once, and what its predecessor signed is still verified', async () => {
  const [first] = await ring();
  const [before, own] = [await token(), apiWith(server, await managementToken())];
  ok(await own.get('/organizations'));
  const rotated = ok(await rotate());
  expect(statuses(rotated)).toEqual(['Current', 'Previous']);
  expect(rotated[1]).toEqual({ ...first, status: 'Previous' });
  const after = await token();
  expect(kidOf(after)).not.toBe(kidOf(before));
  expect(await kids()).toEqual([kidOf(after), kidOf(before)]);
  for (const jwt of [before, after]) await verified(server.base, jwt, { audience: resource.indicator });
  ok(await own.get('/organizations'));
});

test('a key that was dropped opens nothing any more', async () => {
  const [before, own] = [await token(), apiWith(server, await managementToken())];
  ok(await own.get('/organizations'));
  ok(await rotate());
  ok(await own.get('/organizations'));			// by the previous key
  const rotated = ok(await rotate());
  expect(statuses(rotated)).toEqual(['Current', 'Previous']);
  expect(await kids()).not.toContain(kidOf(before));
  await expect(verified(server.base, before, { audience: resource.indicator })).rejects.toThrow();
  expect(problem(await own.get('/organizations'), 401, 'auth.unauthorized').data.code)
    .toBe('ERR_JWKS_NO_MATCHING_KEY');
});

test('only the previous key can be deleted; what it signed ends with it', async () => {
  const own = apiWith(server, await managementToken());
  ok(await rotate());
  const client = await fresh();
  const [current, previous] = ok(await client.get(at));
  problem(await client.delete(`${at}/nope`), 404, 'oidc.key_not_found');
  problem(await client.delete(`${at}/${current.id}`), 422, 'oidc.only_previous_key_can_be_deleted');
  ok(await own.get('/organizations'));
  ok(await client.delete(`${at}/${previous.id}`), 204);
  problem(await own.get('/organizations'), 401, 'auth.unauthorized');
  for (const id of [previous.id, current.id, 'nope'])
    problem(await client.delete(`${at}/${id}`), 422, 'oidc.key_required');
  expect(statuses(ok(await client.get(at)))).toEqual(['Current']);
});

test('a staged key is published at once, signs later, and waits alone', async () => {
  const client = await fresh();
  const [current] = ok(await client.get(at));
  const staged = ok(await client.post(`${at}/rotate`, { rotationGracePeriod: 3600 }));
  expect(staged).toEqual([current,
    { id: expect.any(String), createdAt: expect.any(Number), signingKeyAlgorithm: 'EC', status: 'Next',
      effectiveAt: expect.any(Number) }]);
  expect(Math.abs(staged[1].effectiveAt - Date.now() - 3_600_000)).toBeLessThan(60_000);
  const [kid, next] = await kids();
  expect(kidOf(await token())).toBe(kid);
  problem(await client.post(`${at}/rotate`, {}), 422, 'oidc.invalid_request');
  problem(await client.post(`${at}/rotate`, { rotationGracePeriod: 0 }), 422, 'oidc.invalid_request');
  problem(await client.delete(`${at}/${staged[1].id}`), 422, 'oidc.only_previous_key_can_be_deleted');

  // in the place of the one that waits
  const sooner = ok(await client.post(`${at}/rotate`, { rotationGracePeriod: 2 }));
  expect(statuses(sooner)).toEqual(['Current', 'Next']);
  const [, replaced] = await kids();
  expect(replaced).not.toBe(next);
  await vi.waitFor(async () => expect(kidOf(await token())).toBe(replaced), soon);
  expect(Date.now()).toBeGreaterThanOrEqual(sooner[1].effectiveAt);
  expect(await kids()).toEqual([replaced, kid]);
  const later = ok(await client.get(at));
  expect(later).toEqual([
    { id: sooner[1].id, createdAt: sooner[1].createdAt, signingKeyAlgorithm: 'EC', status: 'Current' },
    { ...current, status: 'Previous' },
  ]);
  expect(statuses(ok(await (await fresh()).post(`${at}/rotate`, {})))).toEqual(['Current', 'Previous']);
});

test('a key may be RSA of 4096 bits, and tokens are RS256 then', async () => {
  const [rsa, previous] = ok(await rotate({ signingKeyAlgorithm: 'RSA' }));
  expect(rsa).toMatchObject({ signingKeyAlgorithm: 'RSA', status: 'Current' });
  expect(previous).toMatchObject({ signingKeyAlgorithm: 'EC', status: 'Previous' });
  const jwt = await token();
  const { protectedHeader } = await verified(server.base, jwt, { audience: resource.indicator });
  expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'at+jwt' });
  const [jwk] = ok(await send('GET', `${server.base}/oidc/jwks`)).keys;
  expect(jwk).toEqual({ kty: 'RSA', use: 'sig', kid: protectedHeader.kid, e: 'AQAB', n: expect.any(String) });
  expect(Buffer.from(jwk.n, 'base64url').length).toBe(512);
  expect(ok(await send('GET',
    `${server.base}/oidc/.well-known/openid-configuration`)).id_token_signing_alg_values_supported)
    .toEqual(['RS256', 'ES256']);
  ok(await rotate({ signingKeyAlgorithm: 'EC' }));
}, 60_000);

test.each([{ signingKeyAlgorithm: 'DSA' }, { signingKeyAlgorithm: 'ES256' }, { rotationGracePeriod: -1 },
  { rotationGracePeriod: '1' }, { rotationGracePeriod: 1.5 }])(
  '%j rotates nothing', async (body) => {
    const before = await kids();
    problem(await rotate(body), 400, 'guard.invalid_input');
    expect(await kids()).toEqual(before);
  });

test('keys and tokens are the same after a restart', async () => {
  const [before, jwt] = [await kids(), await token()];
  const issuer = `${server.base}/oidc`;
  await server.stop();
  await server.start();
  expect(await kids()).toEqual(before);
  await verified(server.base, jwt, { audience: resource.indicator, issuer });
});
