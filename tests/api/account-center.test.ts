// What people may see and change of their account, and the copy of it for everyone.
import { expect, test } from 'vitest';
import { send } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { newTenant } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const path = '/account-center';
const seen = async (): Promise<any> => ok(await api.get(path));

test('a fresh tenant lets nobody change anything', async () => {
  const fresh = await newTenant(server, 'fresh');
  expect(ok(await fresh.api.get(path))).toEqual({ tenantId: 'fresh', id: 'default', enabled: false, fields: {},
    webauthnRelatedOrigins: [], deleteAccountUrl: null, customCss: null, profileFields: null });
  ok(await api.patch(path, { enabled: true }));
  expect(ok(await fresh.api.get(path)).enabled).toBe(false);
});

test('a change replaces each member it names, and no other', async () => {
  const changes: [object, object?][] = [
    [{ fields: { name: 'Edit', email: 'ReadOnly', password: 'Off' } }], [{ fields: { username: 'Edit' } }],
    [{ fields: { nothing: 'Edit', avatar: 'Edit' } }, { fields: { avatar: 'Edit' } }],
    [{ webauthnRelatedOrigins: ['https://a.example', 'https://a.example', 'anything'] },
      { webauthnRelatedOrigins: ['https://a.example', 'anything'] }],
    [{ deleteAccountUrl: 'https://a.example/bye' }], [{ deleteAccountUrl: '' }, { deleteAccountUrl: null }],
    [{ deleteAccountUrl: null }], [{ customCss: 'p { color: red }' }], [{ customCss: null }],
    [{ profileFields: [{ name: 'nobody' }] }, { profileFields: [] }], [{ profileFields: null }],
    [{ enabled: true, tenantId: 'x', id: 'y' }, { enabled: true }],
  ];
  for (const [body, after] of changes) {
    const before = await seen();
    expect(ok(await api.patch(path, body))).toEqual({ ...before, ...(after ?? body) });
    expect(await seen()).toEqual({ ...before, ...(after ?? body) });
  }
});

test.each([{ enabled: 'on' }, { fields: { name: 'Sometimes' } }, { fields: null }, { webauthnRelatedOrigins: [1] },
  { deleteAccountUrl: 'ftp://a.example' }, { deleteAccountUrl: 'javascript:alert(1)' }, { deleteAccountUrl: 'a' },
  { deleteAccountUrl: `https://a.example/${'x'.repeat(2050)}` }, { customCss: 1 }, { profileFields: ['a'] }])(
  '%j is refused', async (body) => {
    const before = await seen();
    problem(await api.patch(path, body), 400, 'guard.invalid_input');
    expect(await seen()).toEqual(before);
  });

test('a change of nothing is refused, and so is a profile field that is listed twice', async () => {
  for (const body of [{}, { nothing: 1 }]) problem(await api.patch(path, body), 422, 'entity.invalid_input');
  const twice = [{ name: 'a' }, { name: 'b' }, { name: 'a' }, { name: 'a' }];
  expect(problem(await api.patch(path, { profileFields: twice }), 400, 'request.invalid_input').data)
    .toEqual({ duplicateNames: ['a'] });
});

test('everyone may read it, and browsers the origins alone', async () => {
  ok(await api.patch(path, { webauthnRelatedOrigins: ['https://a.example'] }));
  expect(ok(await send('GET', `${server.base}/api/.well-known/account-center`))).toEqual(await seen());
  const origins = await send('GET', `${server.base}/.well-known/webauthn`);
  expect(ok(origins)).toEqual({ origins: ['https://a.example'] });
  expect(origins.headers.etag).toBeUndefined();
  problem(await send('GET', `${server.base}/api${path}`), 401, 'auth.authorization_header_missing');
  problem(await send('PATCH', `${server.base}/api${path}`, { body: { enabled: false } }), 401,
    'auth.authorization_header_missing');
});

test('changes at once do not lose each other', async () => {
  await Promise.all([api.patch(path, { enabled: false }), api.patch(path, { customCss: 'a' }),
    api.patch(path, { deleteAccountUrl: 'https://b.example' })]);
  expect(await seen()).toMatchObject({ enabled: false, customCss: 'a', deleteAccountUrl: 'https://b.example' });
});
