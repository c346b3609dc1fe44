// What an installation of its own does not have answers as where none of it was set up, and takes nothing.
import { expect, test } from 'vitest';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const { api } = await startServer();

test('there are no domains of tenants, and none can be made or deleted', async () => {
  expect(ok(await api.get('/domains'))).toEqual([]);
  problem(await api.get('/domains/nothing'), 404, 'entity.not_exists_with_id');
  for (const answer of [await api.post('/domains', { domain: 'a.example' }), await api.delete('/domains/nothing'),
    await api.post('/domains/cleanup', { staleDays: 7 })])
    problem(answer, 400, 'domain.not_configured');
  for (const body of [{}, { domain: '' }, { domain: 'x'.repeat(257) }, { domain: 5 }])
    problem(await api.post('/domains', body), 400, 'guard.invalid_input');
  for (const staleDays of [0, 1.5, '7', 36501])
    problem(await api.post('/domains/cleanup', { staleDays }), 400, 'guard.invalid_input');
});

test('applications cannot be known by their address', async () => {
  const path = '/configs/cimd';
  problem(await api.patch(path, { enabled: true }), 422, 'request.feature_not_supported');
  expect(ok(await api.patch(path, { enabled: false }))).toEqual({ enabled: false });
  expect(ok(await api.get(path))).toEqual({ enabled: false });
});

test.each(['access-token', 'client-credentials'])('no script changes the claims of %s', async (kind) => {
  const path = `/configs/jwt-customizer/${kind}`, body = { script: 'const getCustomJwtClaims = async () => ({});' };
  problem(await api.put(path, body), 422, 'request.feature_not_supported');
  problem(await api.get(path), 404, 'entity.not_exists_with_id');
  problem(await api.patch(path, body), 404, 'entity.not_exists_with_id');
  problem(await api.delete(path), 404, 'entity.not_found');
  expect(ok(await api.get('/configs/jwt-customizer'))).toEqual([]);
});

test('kinds that there are not are refused', async () => {
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
    const body = /^P/.test(method) ? { script: 's' } : undefined;
    problem(await api.request(method, '/configs/jwt-customizer/id-token', { body }), 400, 'guard.invalid_input');
  }
  problem(await api.get('/configs/oidc/other-keys'), 400, 'guard.invalid_input');
});

test('there are no trusted devices: answers do not name them, and nothing about them is taken', async () => {
  const { id } = ok(await api.post('/organizations', { name: 'Acme', isTrustedDeviceAllowed: false }), 201);
  ok(await api.patch(`/organizations/${id}`, { description: 'd', isTrustedDeviceAllowed: false }));
  ok(await api.patch('/sign-in-exp', { mfa: { factors: [], policy: 'NoPrompt' }, trustedDevice: { enabled: true } }));
  ok(await api.patch('/account-center', { enabled: true, fields: { mfa: 'Edit', trustedDevice: 'Edit' } }));
  for (const path of [`/organizations/${id}`, '/organizations', '/sign-in-exp', '/account-center', '/.well-known/sign-in-exp'])
    expect((await api.get(path)).text).not.toMatch(/trustedDevice/i);
  const { id: user } = ok(await api.post('/users', { username: 'ada' }));
  expect((await api.get(`/users/${user}/trusted-devices`)).status).toBe(404);
  expect((await api.delete(`/users/${user}/trusted-devices/x`)).status).toBe(404);
});
