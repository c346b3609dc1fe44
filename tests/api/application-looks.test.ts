// How sign-in looks where an application asks for it.
import { expect, test } from 'vitest';
import { unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const newApp = async (more: object = {}): Promise<string> =>
  ok(await api.post('/applications', { name: unique('app'), type: 'SPA', ...more })).id;
const lookOf = (id: string) => `/applications/${id}/sign-in-experience`;
const none = { color: {}, branding: {}, customCss: null, termsOfUseUrl: null, privacyPolicyUrl: null,
  displayName: null };

test('a look is made by the first PUT, and later ones change what they name', async () => {
  const id = await newApp();
  problem(await api.get(lookOf(id)), 404, 'entity.not_exists_with_id');
  const bare = { tenantId: 'default', applicationId: id, ...none };
  expect(ok(await api.put(lookOf(id), {}), 201)).toEqual(bare);
  problem(await api.put(lookOf(id), {}), 422, 'entity.invalid_input');
  const full = { color: { primaryColor: '#abcdef', isDarkModeEnabled: true }, customCss: 'a{}', displayName: 'shown',
    branding: { logoUrl: 'https://a.example/l.png' }, termsOfUseUrl: 'https://a.example/t',
    privacyPolicyUrl: 'https://a.example/p' };
  expect(ok(await api.put(lookOf(id), full))).toEqual({ ...bare, ...full });
  const changes: [object, object?][] = [[{ displayName: 'other' }], [{ color: { primaryColor: '#fff' } }],
    [{ termsOfUseUrl: '', privacyPolicyUrl: null }, { termsOfUseUrl: null, privacyPolicyUrl: null }],
    [{ displayName: null, customCss: null }]];
  let now = { ...bare, ...full };
  for (const [body, after] of changes) {
    now = { ...now, ...(after ?? body) };
    expect(ok(await api.put(lookOf(id), body))).toEqual(now);
    expect(ok(await api.get(lookOf(id)))).toEqual(now);
  }
});

test('an unknown application has no look, and one that is gone takes its look along', async () => {
  problem(await api.put(lookOf('nothing'), {}), 404, 'entity.not_exists_with_id');
  problem(await api.get(lookOf('nothing')), 404, 'entity.not_exists_with_id');
  const id = await newApp();
  ok(await api.put(lookOf(id), { displayName: 'x' }), 201);
  ok(await api.delete(`/applications/${id}`), 204);
  problem(await api.get(lookOf(id)), 404, 'entity.not_exists_with_id');
});

test('no application that there can be has domains', async () => {
  const path = `/applications/${await newApp()}/protected-app-metadata/custom-domains`;
  problem(await api.get(path), 422, 'application.protected_application_only');
  problem(await api.post(path, {}), 422, 'application.protected_application_only');
  problem(await api.get('/applications/nothing/protected-app-metadata/custom-domains'), 404,
    'entity.not_exists_with_id');
});
