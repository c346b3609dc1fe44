// What a tenant sets once: how long sessions last, which claims ID tokens carry.
import { expect, test } from 'vitest';
import { send } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { newTenant } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const other = await newTenant(server, 'other');

test('sessions last two weeks until somebody sets another time', async () => {
  expect(ok(await api.get('/configs/oidc/session'))).toEqual({ ttl: 1209600 });
  expect(ok(await api.patch('/configs/oidc/session', {}))).toEqual({ ttl: 1209600 });
  for (const ttl of [3600, 1, 31536000]) {
    expect(ok(await api.patch('/configs/oidc/session', { ttl }))).toEqual({ ttl });
    expect(ok(await api.get('/configs/oidc/session'))).toEqual({ ttl });
  }
  expect(ok(await api.patch('/configs/oidc/session', {}))).toEqual({ ttl: 31536000 });
});

test.each([0, 31536001, 1.5, null, '60'])('a session cannot last %j', async (ttl) => {
  const before = ok(await api.get('/configs/oidc/session'));
  problem(await api.patch('/configs/oidc/session', { ttl }), 400, 'guard.invalid_input');
  expect(ok(await api.get('/configs/oidc/session'))).toEqual(before);
});

test('the claims of ID tokens are replaced whole, also by none', async () => {
  expect(ok(await api.get('/configs/id-token')))
    .toEqual({ enabledExtendedClaims: ['roles', 'organizations', 'organization_roles'] });
  const bodies = [
    { enabledExtendedClaims: ['custom_data', 'identities', 'sso_identities', 'organization_data'] },
    { enabledExtendedClaims: ['roles', 'roles'] },
    { enabledExtendedClaims: [] },
    {},
  ];
  for (const body of bodies) {
    expect(ok(await api.put('/configs/id-token', body))).toEqual(body);
    expect(ok(await api.get('/configs/id-token'))).toEqual(body);
  }
});

test.each([[['other']], ['roles'], [[1]], [null]])('the claims of ID tokens cannot be %j',
  async (enabledExtendedClaims) => {
  const before = ok(await api.get('/configs/id-token'));
  problem(await api.put('/configs/id-token', { enabledExtendedClaims }), 400, 'guard.invalid_input');
  expect(ok(await api.get('/configs/id-token'))).toEqual(before);
});

test('each tenant has its own', async () => {
  const before = ok(await other.api.get('/configs/oidc/session'));
  ok(await api.patch('/configs/oidc/session', { ttl: 77 }));
  expect(ok(await other.api.get('/configs/oidc/session'))).toEqual(before);
  ok(await other.api.put('/configs/id-token', { enabledExtendedClaims: ['identities'] }));
  expect(ok(await api.get('/configs/id-token'))).not.toEqual({ enabledExtendedClaims: ['identities'] });
});

test('two changes at once do not fail, and one of them stands', async () => {
  const times = [101, 102, 103, 104, 105, 106, 107, 108];
  const answers = await Promise.all(times.map((ttl) => api.patch('/configs/oidc/session', { ttl })));
  expect(answers.map((answer) => ok(answer).ttl)).toEqual(times);
  expect(times).toContain(ok(await api.get('/configs/oidc/session')).ttl);
});

test('nobody sees them without a token', async () => {
  for (const path of ['/configs/oidc/session', '/configs/id-token'])
    problem(await send('GET', `${server.base}/api${path}`), 401, 'auth.authorization_header_missing');
});
