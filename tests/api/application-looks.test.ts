// How sign-in looks where an application asks for it, and whose look everyone is shown.
import { expect, test } from 'vitest';
import { Build, unique } from './support/build.ts';
import { send } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);
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
  problem(await api.delete(`${path}/a.example`), 422, 'application.protected_application_only');
  const elsewhere = '/applications/nothing/protected-app-metadata/custom-domains';
  for (const answer of [await api.get(elsewhere), await api.delete(`${elsewhere}/a.example`)])
    problem(answer, 404, 'entity.not_exists_with_id');
});

const shown = async (query: Record<string, string> = {}): Promise<any> =>
  ok(await send('GET', `${server.base}/api/.well-known/sign-in-exp?${new URLSearchParams(query)}`));

test('the look of an organization goes over that of an application, and that over the tenant’s', async () => {
  ok(await api.patch('/sign-in-exp', { branding: { logoUrl: 'https://t.example/l', favicon: 'https://t.example/f' },
    customCss: 'tenant' }));
  const app = await newApp();
  ok(await api.put(lookOf(app), { branding: { logoUrl: 'https://a.example/l' }, color: { primaryColor: '#aaaaaa' },
    customCss: 'app' }), 201);
  const organization = await build.organization({ branding: { darkLogoUrl: 'https://o.example/d' },
    color: { primaryColor: '#bbbbbb' } });
  expect(await shown()).toMatchObject({ customCss: 'tenant', color: { primaryColor: '#6139F6' },
    branding: { logoUrl: 'https://t.example/l', favicon: 'https://t.example/f' } });
  const ofApp = await shown({ appId: app });
  expect(ofApp).toMatchObject({ customCss: 'app',
    color: { primaryColor: '#aaaaaa', isDarkModeEnabled: false, darkPrimaryColor: '#8768F8' } });
  expect(ofApp.branding).toEqual({ logoUrl: 'https://a.example/l', favicon: 'https://t.example/f' });
  const ofBoth = await shown({ appId: app, organizationId: organization.id });
  expect(ofBoth).toMatchObject({ customCss: 'app', color: { primaryColor: '#bbbbbb' } });
  expect(ofBoth.branding).toEqual({ logoUrl: 'https://a.example/l', favicon: 'https://t.example/f',
    darkLogoUrl: 'https://o.example/d' });
});

test('the look of a third party is for its consent page alone', async () => {
  const third = await build.thirdParty();
  ok(await api.put(lookOf(third.id), { customCss: 'third' }), 201);
  expect(await shown({ appId: third.id })).toEqual(await shown());
});

test('unknown ids change nothing', async () => {
  expect(await shown({ appId: 'nope', organizationId: 'nope' })).toEqual(await shown());
});
