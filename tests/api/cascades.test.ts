// What goes along when something is deleted, seen from outside; and what must not.
import { beforeEach, expect, test } from 'vitest';
import { Build, ids } from './support/build.ts';
import type { Answer } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

interface World {
  organization: any; user: any; machine: any; role: any; machineRole: any; scope: any; resource: any; resourceScope: any; app: any;
  tenantRole: any; machineTenantRole: any; invitation: any; sent: any; accepted: any;
}

/** Everything tied to everything, once for each test. */
async function create(): Promise<World> {
  const organization = await build.organization();
  const [scope, resource] = [await build.scope(), await build.resource()];
  const resourceScope = await build.resourceScope(resource.id);
  const carried = { organizationScopeIds: [scope.id], resourceScopeIds: [resourceScope.id] };
  const [role, machineRole] = [await build.role(carried), await build.machineRole(carried)];
  const [user, machine] = [await build.member(organization.id, role.id),
    await build.machineMember(organization.id, machineRole.id)];
  const app = await build.thirdParty();
  const tenantRole = await build.tenantRole({ scopeIds: [resourceScope.id] });
  const machineTenantRole = await build.tenantRole({ type: 'MachineToMachine' });
  ok(await api.post(`/users/${user.id}/roles`, { roleIds: [tenantRole.id] }), 201);
  ok(await api.post(`/applications/${machine.id}/roles`, { roleIds: [machineTenantRole.id] }), 201);
  ok(await api.post(`/applications/${app.id}/users/${user.id}/consent-organizations`,
    { organizationIds: [organization.id] }), 201);
  ok(await api.put(`/organizations/${organization.id}/jit/email-domains`, { emailDomains: ['a.example'] }), 204);
  ok(await api.put(`/organizations/${organization.id}/jit/roles`, { organizationRoleIds: [role.id] }), 204);
  const [invitation, sent, own] = [
    await build.invitation(organization.id, { organizationRoleIds: [role.id] }),
    await build.invitation(organization.id, { inviterId: user.id }),
    await build.invitation(organization.id),
  ];
  ok(await api.patch(`/users/${user.id}`, { primaryEmail: own.invitee }));
  const accepted = ok(await api.put(`/organization-invitations/${own.id}/status`,
    { status: 'Accepted', acceptedUserId: user.id }));
  return { organization, user, machine, role, machineRole, scope, resource, resourceScope, app, tenantRole,
    machineTenantRole, invitation, sent, accepted };
}

let w: World;
beforeEach(async () => { w = await create(); });

const list = (answer: Answer): string[] => {
  const body = ok(answer);
  return (body.organizations ?? body).map((one: any) => one.id ?? one.emailDomain);
};

/** Every tie: how it shows, and the words of the things that it hangs on. */
const ties: [string, string[], () => Promise<string[]>][] = [
  ['membership of the user', ['organization', 'user', 'membership'],
    async () => list(await api.get(`/organizations/${w.organization.id}/users`))],
  ['membership of the machine', ['organization', 'machine', 'machine membership'],
    async () => list(await api.get(`/organizations/${w.organization.id}/applications`))],
  ['role of the user', ['organization', 'user', 'role', 'membership'], async () =>
    list(await api.get(`/organizations/${w.organization.id}/users`, { query: { organizationRoleId: w.role.id } }))],
  ['role of the machine', ['organization', 'machine', 'machineRole', 'machine membership'], async () =>
    ok(await api.get(`/organizations/${w.organization.id}/applications`)).flatMap((one: any) =>
      ids(one.organizationRoles))],
  ['invitation', ['organization'],
    async () => list(await api.get('/organization-invitations', { query: { organizationId: w.organization.id } }))
      .filter((id) => id === w.invitation.id)],
  ['role of the invitation', ['organization', 'role'], async () => {
    const answer = await api.get(`/organization-invitations/${w.invitation.id}`);
    return answer.status === 404 ? [] : ids(ok(answer).organizationRoles);
  }],
  ['invitation that the user sent', ['organization', 'user'], async () => {
    const answer = await api.get(`/organization-invitations/${w.sent.id}`);
    return answer.status === 404 ? [] : [ok(answer).id];
  }],
  ['invitation that the user accepted', ['organization', 'user'], async () => {
    const answer = await api.get(`/organization-invitations/${w.accepted.id}`);
    return answer.status === 404 ? [] : [ok(answer).id];
  }],
  ['provisioning by e-mail domain', ['organization'],
    async () => list(await api.get(`/organizations/${w.organization.id}/jit/email-domains`)).map(String)],
  ['provisioned role', ['organization', 'role'], async () => {
    const answer = await api.get(`/organizations/${w.organization.id}/jit/roles`);
    return answer.status === 404 ? [] : list(answer);
  }],
  ['scope of the role', ['role', 'scope'], async () => {
    const answer = await api.get(`/organization-roles/${w.role.id}/scopes`);
    return answer.status === 404 ? [] : list(answer);
  }],
  ['scope that the member has', ['organization', 'user', 'role', 'scope', 'membership'],
    async () => list(await api.get(`/organizations/${w.organization.id}/users/${w.user.id}/scopes`))],
  ['resource scope of the role', ['role', 'resource', 'resourceScope'], async () => {
    const answer = await api.get(`/organization-roles/${w.role.id}/resource-scopes`);
    return answer.status === 404 ? [] : list(answer);
  }],
  ['consent', ['organization', 'user', 'app', 'membership'], async () => {
    const answer = await api.get(`/applications/${w.app.id}/users/${w.user.id}/consent-organizations`);
    return answer.status === 404 ? [] : list(answer);
  }],
  ['organization of the user', ['organization', 'user', 'membership'], async () => {
    const answer = await api.get(`/users/${w.user.id}/organizations`);
    return answer.status === 404 ? [] : list(answer);
  }],
  ['organization of the machine', ['organization', 'machine', 'machine membership'], async () => {
    const answer = await api.get(`/applications/${w.machine.id}/organizations`);
    return answer.status === 404 ? [] : list(answer);
  }],
  ['tenant role of the user', ['user', 'tenantRole'], async () => {
    const answer = await api.get(`/roles/${w.tenantRole.id}/users`);
    return answer.status === 404 ? [] : list(answer);
  }],
  ['tenant role of the machine', ['machine', 'machineTenantRole'], async () => {
    const answer = await api.get(`/roles/${w.machineTenantRole.id}/applications`);
    return answer.status === 404 ? [] : list(answer);
  }],
  ['scope of the tenant role', ['tenantRole', 'resource', 'resourceScope'], async () => {
    const answer = await api.get(`/roles/${w.tenantRole.id}/scopes`);
    return answer.status === 404 ? [] : list(answer);
  }],
  ['scope of the resource', ['resource', 'resourceScope'],
    async () => list(await api.get(`/resources/${w.resource.id}/scopes`))],
  ['secret of the machine', ['machine'], async () => {
    const answer = await api.get(`/applications/${w.machine.id}/secrets`);
    return answer.status === 404 ? [] : ok(answer).map((one: any) => one.name);
  }],
];

const deletions: [string, () => string, number?][] = [
  ['organization', () => `/organizations/${w.organization.id}`],
  ['user', () => `/users/${w.user.id}`],
  ['machine', () => `/applications/${w.machine.id}`],
  ['app', () => `/applications/${w.app.id}`],
  ['role', () => `/organization-roles/${w.role.id}`],
  ['machineRole', () => `/organization-roles/${w.machineRole.id}`],
  ['scope', () => `/organization-scopes/${w.scope.id}`],
  ['resource', () => `/resources/${w.resource.id}`],
  ['resourceScope', () => `/resources/${w.resource.id}/scopes/${w.resourceScope.id}`],
  ['tenantRole', () => `/roles/${w.tenantRole.id}`],
  ['machineTenantRole', () => `/roles/${w.machineTenantRole.id}`],
  ['membership', () => `/organizations/${w.organization.id}/users/${w.user.id}`],
  ['machine membership', () => `/organizations/${w.organization.id}/applications/${w.machine.id}`],
];

test('all ties are there to begin with', async () => {
  for (const [tie, , look] of ties)
    expect([tie, await look()]).toEqual([tie, expect.arrayContaining([expect.anything()])]);
});

test.each(deletions)('deleting the %s takes along what hangs on it, and nothing else; a second time it is not there',
  async (what, path) => {
  ok(await api.delete(path()), 204);
  const left: Record<string, boolean> = {}, wanted: Record<string, boolean> = {};
  for (const [tie, on, look] of ties) {
    wanted[tie] = !on.includes(what);
    left[tie] = (await look()).length > 0;
  }
  expect(left).toEqual(wanted);
  const again = await api.delete(path());
  problem(again, 404, again.body.code);
});

test('after a delete, the same name is free again', async () => {
  for (const [path, again] of [
    [`/organization-roles/${w.role.id}`, () => build.role({ name: w.role.name })],
    [`/organization-scopes/${w.scope.id}`, () => build.scope({ name: w.scope.name })],
    [`/users/${w.user.id}`, () => build.user({ username: w.user.username })],
    [`/resources/${w.resource.id}`, () => build.resource({ indicator: w.resource.indicator })],
    [`/roles/${w.tenantRole.id}`, () => build.tenantRole({ name: w.tenantRole.name })],
  ] as const) {
    ok(await api.delete(path), 204);
    expect((await again()).id).not.toBe(path.split('/')[2]);
  }
});

test('totals follow what a deletion took along', async () => {
  const total = async (path: string) =>
    Number((await api.get(path, { query: { page_size: 1 } })).headers['total-number']);
  const paths = [`/organizations/${w.organization.id}/users`, `/organizations/${w.organization.id}/applications`,
    `/resources/${w.resource.id}/scopes`];
  const users = await total('/users');
  expect(await Promise.all(paths.map(total))).toEqual([1, 1, 1]);
  ok(await api.delete(`/users/${w.user.id}`), 204);
  ok(await api.delete(`/applications/${w.machine.id}`), 204);
  ok(await api.delete(`/resources/${w.resource.id}/scopes/${w.resourceScope.id}`), 204);
  expect(await Promise.all(paths.map(total))).toEqual([0, 0, 0]);
  expect(await total('/users')).toBe(users - 1);
});
