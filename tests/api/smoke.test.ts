// The shortest way through everything: if one of these fails, look here before anywhere else.
import { createManagementApi } from '@logto/api/management';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { send } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { startServer, verb } from './support/server.ts';

const server = await startServer();
const { api } = server;

test('the status page answers 204 without a body and without a token', async () => {
  const answer = await send('GET', `${server.base}/api/status`);
  expect(answer.status).toBe(204);
  expect(answer.text).toBe('');
});

test('an unknown API path is 404 as plain text', async () => {
  const answer = await send('GET', `${server.base}/api/no-such-thing`);
  expect(answer.status).toBe(404);
  expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(answer.text).toBe('Not Found');
});

test('without a token the Management API answers 401', async () => {
  problem(await send('GET', `${server.base}/api/organizations`), 401, 'auth.authorization_header_missing');
});

test('an organization can be created, read, changed and deleted', async () => {
  const created = ok(await api.post('/organizations', { name: 'Acme' }), 201);
  expect(created).toMatchObject({ name: 'Acme', description: null, customData: {} });
  expect(created.id).toMatch(/^[0-9a-z]{12}$/);

  expect(ok(await api.get(`/organizations/${created.id}`))).toEqual(created);
  const changed = ok(await api.patch(`/organizations/${created.id}`, { description: 'Anvils' }));
  expect(changed).toEqual({ ...created, description: 'Anvils' });

  ok(await api.delete(`/organizations/${created.id}`), 204);
  problem(await api.get(`/organizations/${created.id}`), 404, 'entity.not_exists_with_id');
});

test('an organization without a name is refused and nothing is stored', async () => {
  const before = ok(await api.get('/organizations'));
  problem(await api.post('/organizations', {}), 400, 'guard.invalid_input');
  expect(ok(await api.get('/organizations'))).toEqual(before);
});

test('a member app gets an organization token that jose verifies', async () => {
  const organization = ok(await api.post('/organizations', { name: 'Tokens' }), 201);
  const app = await server.newApp('worker');
  ok(await api.post(`/organizations/${organization.id}/applications`, { applicationIds: [app.id] }), 201);

  const token = ok(await server.requestToken({ grant_type: 'client_credentials', organization_id: organization.id },
    app));
  expect(token).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: '' });
  const { payload } = await jwtVerify(token.access_token, createRemoteJWKSet(new URL(`${server.base}/oidc/jwks`)), {
    issuer: `${server.base}/oidc`,
    audience: `urn:logto:organization:${organization.id}`,
  });
  expect(payload).toMatchObject({ sub: app.id, client_id: app.id });
});

test('the published Management API client creates and reads an organization', async () => {
  const { apiClient } = createManagementApi('default', {
    clientId: server.app.id, clientSecret: server.app.secret, baseUrl: server.base, apiIndicator: server.app.resource,
  });
  const created = await apiClient.POST('/api/organizations', { body: { name: 'By client' } });
  expect(created.response.status).toBe(201);
  const read = await apiClient.GET('/api/organizations/{id}', { params: { path: { id: created.data?.id ?? '' } } });
  expect(read.data).toEqual(created.data);
});

test('what was stored survives a kill', async () => {
  const kept = ok(await api.post('/organizations', { name: 'Kept' }), 201);
  await server.kill();
  await server.start();
  expect(ok(await api.get(`/organizations/${kept.id}`))).toEqual(kept);
});

test('the program tells its version and refuses a verb it does not know', async () => {
  expect(await verb(['version'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/\d+\.\d+\.\d+/) });
  expect(await verb(['no-such-verb'])).toMatchObject({ status: 2, stdout: '' });
});
