// What a third-party application may ask people for.
import { expect, test } from 'vitest';
import { Build, ids } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { managementApi } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const nothing = { organizationScopes: [], resourceScopes: [], organizationResourceScopes: [], userScopes: [] };
const missing = 'application.user_consent_scopes_not_found';
const at = (app: { id: string }): string => `/applications/${app.id}/user-consent-scopes`;
const list = async (app: { id: string }): Promise<any> => ok(await api.get(at(app)));
const add = async (app: { id: string }, body: object): Promise<void> => {
  const added = await api.post(at(app), body);
  expect([added.status, added.text]).toEqual([201, 'Created']);
};

async function world() {
  const resource = await build.resource();
  const [a, b] = [await build.resourceScope(resource.id, { name: 'a' }), await build.resourceScope(resource.id, { name: 'b' })];
  return { app: await build.thirdParty(), scope: await build.scope(), resource, a, b };
}

const short = ({ id, name, description }: any) => ({ id, name, description });
const grouped = ({ id, name, indicator }: any, ...scopes: any[]) =>
  ({ resource: { id, name, indicator }, scopes: scopes.map(short) });

test('scopes of every kind are added and listed, those of APIs by API', async () => {
  const { app, scope, resource, a, b } = await world();
  expect(await list(app)).toEqual(nothing);
  await add(app, {});
  await add(app, nothing);
  expect(await list(app)).toEqual(nothing);
  await add(app, { organizationScopes: [scope.id], resourceScopes: [b.id, a.id, b.id],
    organizationResourceScopes: [a.id], userScopes: ['profile', 'email'] });
  await add(app, { resourceScopes: [a.id], userScopes: ['profile', 'urn:logto:scope:organizations'] });
  expect(await list(app)).toEqual({ organizationScopes: [short(scope)], resourceScopes: [grouped(resource, a, b)],
    organizationResourceScopes: [grouped(resource, a)],
    userScopes: ['email', 'profile', 'urn:logto:scope:organizations'] });
});

test('scopes of several APIs stand apart', async () => {
  const [one, two] = [await world(), await world()];
  await add(one.app, { resourceScopes: [two.a.id, one.b.id, one.a.id] });
  const { resourceScopes } = await list(one.app);
  expect(resourceScopes).toHaveLength(2);
  expect(resourceScopes).toEqual(expect.arrayContaining([grouped(one.resource, one.a, one.b),
    grouped(two.resource, two.a)]));
});

test('what does not exist is told by kind, and nothing is added', async () => {
  const { app, scope, a } = await world();
  const refusal = problem(await api.post(at(app), { organizationScopes: ['o', scope.id, 'o'], resourceScopes: ['r', a.id],
    organizationResourceScopes: ['x'.repeat(30)], userScopes: ['phone'] }), 422, missing);
  expect(refusal.data).toEqual({ invalidOrganizationScopes: ['o'], invalidResourceScopes: ['r'],
    invalidOrganizationResourceScopes: ['x'.repeat(30)] });
  expect(problem(await api.post(at(app), { resourceScopes: [scope.id] }), 422, missing).data)
    .toEqual({ invalidOrganizationScopes: [], invalidResourceScopes: [scope.id],
      invalidOrganizationResourceScopes: [] });
  expect(await list(app)).toEqual(nothing);
});

test('no third party gets scopes of the Management API', async () => {
  const { app } = await world();
  const seeded = ok(await api.get('/resources')).find(({ indicator }: any) => indicator === managementApi);
  const [all] = ok(await api.get(`/resources/${seeded.id}/scopes`));
  for (const kind of ['resourceScopes', 'organizationResourceScopes'])
    problem(await api.post(at(app), { [kind]: [all.id], userScopes: ['phone'] }), 422,
      'application.consent_management_api_scopes_not_allowed');
  expect(await list(app)).toEqual(nothing);
});

test('an application of our own asks nobody, so nothing is added to it', async () => {
  const own = await build.application('Traditional');
  for (const body of [{ userScopes: ['profile'] }, { resourceScopes: ['nothing'] }])
    problem(await api.post(at(own), body), 422, 'application.third_party_application_only');
  expect(await list(own)).toEqual(nothing);
});

test.each(['nope', 'demo-app'])('the application %s is not known here', async (id) => {
  problem(await api.get(at({ id })), 404, 'entity.not_exists_with_id');
  problem(await api.post(at({ id }), { userScopes: ['profile'] }), 404, 'entity.not_exists_with_id');
  problem(await api.delete(`${at({ id })}/user-scopes/profile`), 404, 'entity.not_exists_with_id');
});

test('a scope is taken away of its kind alone, once', async () => {
  const { app, scope, a, b } = await world();
  await add(app, { organizationScopes: [scope.id], resourceScopes: [a.id], organizationResourceScopes: [a.id, b.id],
    userScopes: ['email', 'urn:logto:scope:organization_roles'] });
  problem(await api.delete(`${at(app)}/organization-scopes/${a.id}`), 404, 'entity.not_found');
  problem(await api.delete(`${at(app)}/scopes/${a.id}`), 400, 'guard.invalid_input');
  for (const path of [`resource-scopes/${a.id}`, `organization-scopes/${scope.id}`, 'user-scopes/email',
    `organization-resource-scopes/${b.id}`]) {
    ok(await api.delete(`${at(app)}/${path}`), 204);
    problem(await api.delete(`${at(app)}/${path}`), 404, 'entity.not_found');
  }
  const left = await list(app);
  expect(left).toMatchObject({ organizationScopes: [], resourceScopes: [],
    userScopes: ['urn:logto:scope:organization_roles'] });
  expect(left.organizationResourceScopes.map(({ scopes }: any) => ids(scopes))).toEqual([[a.id]]);
});

test('a scope that is deleted is gone from here, and an API takes its scopes along', async () => {
  const { app, scope, resource, a, b } = await world();
  await add(app, { organizationScopes: [scope.id], resourceScopes: [a.id, b.id], organizationResourceScopes: [b.id],
    userScopes: ['email'] });
  ok(await api.delete(`/organization-scopes/${scope.id}`), 204);
  ok(await api.delete(`/resources/${resource.id}/scopes/${a.id}`), 204);
  expect(await list(app)).toMatchObject({ organizationScopes: [], resourceScopes: [grouped(resource, b)] });
  ok(await api.delete(`/resources/${resource.id}`), 204);
  expect(await list(app)).toEqual({ ...nothing, userScopes: ['email'] });
  ok(await api.delete(`/applications/${app.id}`), 204);
  problem(await api.get(at(app)), 404, 'entity.not_exists_with_id');
});
