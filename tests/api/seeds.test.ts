import { expect, test } from 'vitest';
import { names, sorted, sortedIds } from './support/build.ts';
import { Client } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { done, newTenant, tokenFrom } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;

const manager = await done(server, 'app', 'create', '--name', 'seeds', '--management-api', '--tenant', 'admin');
const adminToken = ok(await tokenFrom(server.admin, manager,
  { resource: 'https://admin.logto.app/api', scope: 'all' })).access_token;
const admin = new Client(() => `${server.admin}/api`, async () => ({ authorization: `Bearer ${adminToken}` }));

const one = async (client: Client, path: string, field: string, value: string): Promise<any> => {
  const found = ok(await client.get(path)).filter((row: any) => row[field] === value);
  expect(found).toHaveLength(1);
  return found[0];
};
const scopesOfRole = async (client: Client, id: string) =>
  sorted(ok(await client.get(`/roles/${id}/scopes`)).map((scope: any) => `${scope.resource.indicator} ${scope.name}`));

const made = await newTenant(server, 'made');

test.each([['default', api],
  ['made', made.api]] as const)('the tenant %s has its Management API and the two roles for it',
  async (tenant, client) => {
  const indicator = `https://${tenant}.logto.app/api`;
  const resource = await one(client, '/resources?includeScopes=1', 'id', 'management-api');
  expect(resource).toMatchObject({ tenantId: tenant, indicator, name: 'Logto Management API', accessTokenTtl: 3600,
    isDefault: false });
  expect(resource.scopes).toMatchObject([{ id: 'management-api-all', name: 'all', resourceId: 'management-api' }]);

  expect(ok(await client.get('/roles/admin-role')))
    .toMatchObject({ tenantId: tenant, name: '#internal:admin', type: 'MachineToMachine' });
  expect(await scopesOfRole(client, 'admin-role')).toEqual([`${indicator} all`]);
  const [access, ...others] =
    ok(await client.get('/roles?type=MachineToMachine&search=%25Logto%20Management%20API%20access%25'));
  expect(others).toEqual([]);
  expect(access).toMatchObject({ name: 'Logto Management API access', type: 'MachineToMachine',
    id: expect.stringMatching(/^[0-9a-z]{21}$/) });
  expect(await scopesOfRole(client, access.id)).toEqual([`${indicator} all`]);
});

test('the default tenant has nothing of people, organizations and their template', async () => {
  for (const path of ['/users', '/organizations', '/organization-roles', '/organization-scopes'])
    expect(ok(await api.get(path))).toEqual([]);
  expect(names(ok(await api.get('/applications')))).toEqual(['tests']);
  expect(names(ok(await api.get('/resources')))).toEqual(['Logto Management API']);
  expect(names(ok(await api.get('/roles')))).toEqual(['Logto Management API access']);
});

test('the admin tenant has an API for each tenant, and a machine that may call it', async () => {
  for (const tenant of ['default', 'admin', 'made']) {
    const indicator = `https://${tenant}.logto.app/api`;
    expect(ok(await admin.get(`/applications/m-${tenant}`)))
      .toMatchObject({ name: `Management API access for ${tenant}`, type: 'MachineToMachine',
      secret: expect.stringMatching(/^[0-9a-zA-Z]{32}$/) });
    expect(ok(await admin.get(`/roles/m-${tenant}`)))
      .toMatchObject({ name: `machine:mapi:${tenant}`, type: 'MachineToMachine' });
    expect(await scopesOfRole(admin, `m-${tenant}`)).toEqual([`${indicator} all`]);
    expect(sortedIds(ok(await admin.get(`/applications/m-${tenant}/roles`)))).toEqual([`m-${tenant}`]);
  }
  await one(admin, '/resources', 'name', 'Logto Management API for tenant default');
});

test('the admin tenant has the roles and APIs of the cloud', async () => {
  const me = await one(admin, '/resources?includeScopes=1', 'indicator', 'https://admin.logto.app/me');
  expect(me).toMatchObject({ name: 'Logto Me API', scopes: [{ name: 'all' }] });
  const cloud = await one(admin, '/resources?includeScopes=1', 'indicator', 'https://cloud.logto.io/api');
  expect(cloud.name).toBe('Logto Cloud API');
  expect(cloud.scopes).toHaveLength(8);

  const role = (name: string) => one(admin, '/roles?page_size=100', 'name', name);
  expect(await role('default:admin')).toMatchObject({ type: 'User' });
  expect(await scopesOfRole(admin, (await role('default:admin')).id)).toEqual(['https://default.logto.app/api all']);
  expect(await role('admin:admin')).toMatchObject({ type: 'User' });
  expect(await scopesOfRole(admin, (await role('admin:admin')).id)).toEqual(['https://admin.logto.app/api all']);
  expect(await scopesOfRole(admin, (await role('user')).id)).toEqual([
    'https://admin.logto.app/me all', 'https://cloud.logto.io/api create:tenant',
    'https://cloud.logto.io/api manage:tenant:self',
  ]);
  const application = await role('tenantApplication');
  expect(application.type).toBe('MachineToMachine');
  expect(await scopesOfRole(admin, application.id)).toEqual(
    ['fetch:custom:jwt', 'report:subscription:updates', 'send:email', 'send:sms'].map((name) =>
      `https://cloud.logto.io/api ${name}`));
  const service = await one(admin, '/applications', 'name', 'Cloud Service');
  expect(service).toMatchObject({ type: 'MachineToMachine', customClientMetadata: { tenantId: 'default' } });
  expect(names(ok(await admin.get(`/applications/${service.id}/roles`)))).toEqual(['tenantApplication']);
  expect(ok(await admin.get('/applications/admin-console'))).toMatchObject({ type: 'SPA' });
});

test('the admin tenant has an organization for each tenant, and their template', async () => {
  expect(sortedIds(ok(await admin.get('/organizations')))).toEqual(['t-admin', 't-default', 't-made']);
  expect(sorted(names(ok(await admin.get('/organizations')))))
    .toEqual(['Tenant admin', 'Tenant default', 'Tenant made']);
  const all = ['delete:data', 'invite:member', 'manage:tenant', 'read:data', 'read:member', 'remove:member',
    'update:member:role', 'write:data'];
  const scopes = ok(await admin.get('/organization-scopes'));
  expect(sorted(names(scopes))).toEqual(all);
  for (const { id, name } of scopes) expect(id).toBe(name.replaceAll(':', '-'));
  expect(sortedIds(ok(await admin.get('/organization-roles')))).toEqual(['admin', 'collaborator']);
  for (const [role, expected] of [['admin', all],
    ['collaborator', ['delete:data', 'read:data', 'read:member', 'write:data']]] as const) {
    expect(ok(await admin.get(`/organization-roles/${role}`))).toMatchObject({ name: role, type: 'User' });
    expect(sorted(names(ok(await admin.get(`/organization-roles/${role}/scopes`))))).toEqual(expected);
  }
});

test('what belongs to the admin tenant is unknown to the default one', async () => {
  for (const path of ['/applications/m-default', '/applications/admin-console', '/roles/m-default',
    '/organizations/t-default'])
    problem(await api.get(path), 404, 'entity.not_exists_with_id');
});

test('what is seeded is seeded once', async () => {
  const before = [await api.get('/roles'), await admin.get('/roles?page_size=100'),
    await admin.get('/resources')].map((answer) => sortedIds(ok<any>(answer)));
  await server.stop();
  await server.start();
  const token = ok(await tokenFrom(server.admin, manager,
    { resource: 'https://admin.logto.app/api', scope: 'all' })).access_token;
  const again = new Client(() => `${server.admin}/api`, async () => ({ authorization: `Bearer ${token}` }));
  expect([await api.get('/roles'), await again.get('/roles?page_size=100'),
    await again.get('/resources')].map((answer) => sortedIds(ok<any>(answer)))).toEqual(before);
});
