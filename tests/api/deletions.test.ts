// An organization and a role of which so much hangs that their rest goes later: for everybody they are gone with the
// answer.
import { expect, test } from 'vitest';
import { Build, ids, times, unique } from './support/build.ts';
import { Client } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { done, newTenant, tokenFrom, untilHeard } from './support/people.ts';
import { startServer } from './support/server.ts';

const many = 6_000;	// more than goes in one transaction
const server = await startServer();
const { api } = server;
const build = new Build(api);

const users: string[] = [];
for (let i = 0; i < many; i += 100) users.push(...ids(await times(100, () => build.user())));
const last = [...users].sort().at(-1) ?? '';

async function total(path: string): Promise<number> {
  const answer = await api.get(path, { query: { page: 1, page_size: 1 } });
  ok(answer);
  return Number(answer.headers['total-number']);
}

test('a large organization is gone with the answer', async () => {
  const before = await total('/organizations');
  const { id } = await build.organization();
  const [role, machine] = [await build.role(), await build.machineMember(id)];
  const invitation = await build.invitation(id);
  ok(await api.post(`/organizations/${id}/users`, { userIds: users }), 201);
  ok(await api.post(`/organizations/${id}/users/${last}/roles`, { organizationRoleIds: [role.id] }), 201);
  ok(await api.put(`/organizations/${id}/jit/email-domains`, { emailDomains: ['a.example'] }), 204);
  expect(await total(`/organizations/${id}/users`)).toBe(many);

  ok(await api.delete(`/organizations/${id}`), 204);
  expect(await api.get(`/organizations/${id}`)).toMatchObject({ status: 404 });
  expect(await api.patch(`/organizations/${id}`, { name: 'x' })).toMatchObject({ status: 404 });
  expect(await api.delete(`/organizations/${id}`)).toMatchObject({ status: 404 });
  expect(await total('/organizations')).toBe(before);
  expect(await total(`/organizations/${id}/users`)).toBe(0);
  expect(ids(ok(await api.get('/organizations', { query: { q: id } })))).toEqual([]);
  for (const path of [`/users/${last}/organizations`, `/applications/${machine.id}/organizations`]) {
    expect(ok(await api.get(path))).toEqual([]);
    const page = await api.get(path, { query: { paginated: 'true' } });
    expect([ok(page), page.headers['total-number']]).toEqual([[], '0']);
  }
  expect(await api.get(`/organization-invitations/${invitation.id}`)).toMatchObject({ status: 404 });
  problem(await api.get(`/organizations/${id}/users/${last}/roles`), 422, 'organization.require_membership');
  for (const [path, body] of [
    [`/organizations/${id}/users`, { userIds: [last] }],
    [`/organizations/${id}/applications`, { applicationIds: [machine.id] }],
    [`/organizations/${id}/jit/email-domains`, { emailDomain: 'b.example' }],
    [`/organizations/${id}/jit/roles`, { organizationRoleIds: [role.id] }],
    ['/organization-invitations', { organizationId: id, invitee: 'b@a.example', expiresAt: Date.now() + 60_000 }],
  ] as const)
    problem(await api.post(path, body), 422, 'entity.relation_foreign_key_not_found');
});

test('a large role is gone with the answer, and its name is free', async () => {
  const role = await build.tenantRole({ name: unique('large') });
  ok(await api.post(`/roles/${role.id}/users`, { userIds: users }), 201);
  expect(ids(ok(await api.get(`/users/${last}/roles`)))).toEqual([role.id]);

  ok(await api.delete(`/roles/${role.id}`), 204);
  expect(await api.get(`/roles/${role.id}`)).toMatchObject({ status: 404 });
  expect(await api.get(`/roles/${role.id}/users`)).toMatchObject({ status: 404 });
  expect(await api.delete(`/roles/${role.id}`)).toMatchObject({ status: 404 });
  expect(await api.delete(`/users/${last}/roles/${role.id}`)).toMatchObject({ status: 404 });
  expect(await api.post(`/users/${last}/roles`, { roleIds: [role.id] })).toMatchObject({ status: 404 });
  expect(ok(await api.get(`/users/${last}/roles`))).toEqual([]);
  expect(ids(ok(await api.get('/users', { query: { excludeRoleId: role.id, 'search.id': last } })))).toEqual([last]);
  const next = await build.tenantRole({ name: role.name });
  expect(ids(ok(await api.get('/roles', { query: { 'search.name': role.name } })))).toEqual([next.id]);
});

test('a large tenant is deleted slice by slice, and may be made again', async () => {
  const { id, host, app } = await newTenant(server, 'large');
  const { access_token: token } =
    ok(await tokenFrom(server.base, app, { resource: app.resource, scope: 'all' }, host));
  const own = new Client(() => `${server.base}/api`, async () => ({ host, authorization: `Bearer ${token}` }));
  for (let i = 0; i < many; i += 100)
    await times(100, async () => ok(await own.post('/organizations', { name: 'x' }), 201));
  expect(await server.verb('tenant', 'delete', id)).toMatchObject({ status: 0, stderr: '' });
  expect((await done(server, 'tenant', 'list')).map((one: { id: string }) => one.id)).not.toContain(id);
  await untilHeard();
  const again = await newTenant(server, id, `again.${host}`);
  expect(ok(await again.api.get('/organizations'))).toEqual([]);
}, 60_000);
