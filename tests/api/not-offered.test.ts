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

test('no tokens of providers are kept', async () => {
  problem(await api.delete('/secrets/nothing'), 404, 'entity.not_found');
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

test.each(['action.postFirstFactorVerification', 'action.postSignIn'])('no script runs at %s', async (kind) => {
  const path = `/configs/actions/${kind}`;
  problem(await api.put(path, { script: 's' }), 422, 'request.feature_not_supported');
  problem(await api.put(path, {}), 400, 'guard.invalid_input');
  problem(await api.get(path), 404, 'entity.not_exists_with_id');
  problem(await api.patch(path, {}), 404, 'entity.not_exists_with_id');
  problem(await api.delete(path), 404, 'entity.not_found');
  expect(ok(await api.get('/configs/actions'))).toEqual([]);
});

test('no script is tried', async () => {
  const claims = { tokenType: 'AccessToken', token: {}, context: {} }, action = { actionType: 'action.postSignIn', event: {} };
  for (const [path, body] of [['jwt-customizer', claims], ['actions', action]] as const) {
    problem(await api.post(`/configs/${path}/test`, { ...body, script: 's' }), 422, 'request.feature_not_supported');
    problem(await api.post(`/configs/${path}/test`, body), 400, 'guard.invalid_input');
  }
});

test('a domain that there is not has no files, and what could not be one is refused before', async () => {
  const path = '/domains/nothing/verification-files', one = { path: '/a.txt', content: 'x', contentType: 'text/plain' };
  const put = (...verificationFiles: object[]) => api.put(path, { verificationFiles });
  problem(await api.get(path), 404, 'entity.not_exists_with_id');
  for (const files of [[], [one], [{ ...one, path: '/.well-known/a/b' }], [{ ...one, content: 'x'.repeat(16_384) }],
    [{ ...one, content: '{}', contentType: 'application/json' }]])
    problem(await put(...files), 404, 'entity.not_exists_with_id');
  for (const file of [{ path: '' }, { path: '/a' }, { path: 'a.txt' }, { path: '/b/a.txt' }, { path: '/a.' }, { path: '/.well-known/' },
    { path: '/.well-known/../a' }, { content: '' }, { content: 'x'.repeat(16_385) }, { contentType: 'text/html' },
    { contentType: 'application/json' }])
    problem(await put({ ...one, ...file }), 400, 'guard.invalid_input');
  problem(await put(one, one), 400, 'guard.invalid_input');
  problem(await put(...Array.from({ length: 11 }, (_, i) => ({ ...one, path: `/${i}.txt` }))), 400, 'guard.invalid_input');
});

test('kinds that there are not are refused', async () => {
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
    const body = /^P/.test(method) ? { script: 's' } : undefined;
    for (const path of ['jwt-customizer/id-token', 'actions/action.other'])
      problem(await api.request(method, `/configs/${path}`, { body }), 400, 'guard.invalid_input');
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
