// People and the organizations that they belong to: what they see, leaving one, and invitations that they accept.
import { expect, test } from 'vitest';
import { newApp } from './support/browser.ts';
import { Build, ids, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { accountScopes, fields, newOwner, newThirdParty, Owner, tokensOf } from './support/owner.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);
const app = await newApp(api);
const scopes = `${accountScopes} urn:logto:scope:organizations urn:logto:scope:organization_roles`;
const center = async (change: object) => ok(await api.patch('/account-center', change));
const everything = { enabled: true, fields: fields('Edit', { organizations: 'Edit' }) };
await center(everything);

const mine = '/my-account/organizations', invitations = '/my-account/invitations';
const owner = (scope = scopes, more: object = {}): Promise<Owner> => newOwner(server, app, more, scope);
const accept = (who: Owner, id: string, status = 'Accepted') => who.call('PUT', `${invitations}/${id}/status`, { status });
const members = async (organization: any): Promise<string[]> => ids(ok(await api.get(`/organizations/${organization.id}/users`)));

/** A member of a new organization, with a role in it. */
async function member(more: object = {}): Promise<{ who: Owner; organization: any; role: any }> {
  const [who, organization, role] = [await owner(), await build.organization(more), await build.role()];
  ok(await api.post(`/organizations/${organization.id}/users`, { userIds: [who.person.id] }), 201);
  ok(await api.post(`/organizations/${organization.id}/users/${who.person.id}/roles`, { organizationRoleIds: [role.id] }), 201);
  return { who, organization, role };
}

/** Somebody with a pending invitation to a new organization. */
async function guest(): Promise<{ who: Owner; organization: any; invitation: any; role: any }> {
  const address = `${unique('Guest')}@A.example`, [organization, role] = [await build.organization(), await build.role()];
  const who = await owner(scopes, { primaryEmail: address });
  const invitation = await build.invitation(organization.id, { invitee: address.toLowerCase(), organizationRoleIds: [role.id] });
  return { who, organization, invitation, role };
}

test('a person sees the organizations that they belong to: their roles, the look, and what asks for a second factor', async () => {
  const { who, organization, role } = await member({ isMfaRequired: true, description: 'Smiths',
    branding: { logoUrl: 'https://a.example/logo.png' }, customData: { secret: 'of administrators' } });
  expect(ok(await who.get(mine))).toEqual([{ id: organization.id, name: organization.name, description: 'Smiths', isMfaRequired: true,
    branding: { logoUrl: 'https://a.example/logo.png' }, organizationRoles: [{ id: role.id, name: role.name }] }]);
  expect(ok(await (await owner()).get(mine))).toEqual([]);
});

test('the token needs the scopes for it', async () => {
  const { who, organization } = await member();
  const token = async (scope: string) => new Owner(server.base, (await tokensOf(server.base, app, who.person, scope)).access_token, who.person);
  problem(await (await token('openid profile')).get(mine), 401, 'auth.unauthorized');
  problem(await (await token('openid profile')).get(invitations), 401, 'auth.unauthorized');
  const [seen] = ok(await (await token('openid urn:logto:scope:organizations')).get(mine));
  expect(seen).not.toHaveProperty('organizationRoles');
  expect(seen.id).toBe(organization.id);
  problem(await who.call('GET', mine, undefined, { headers: { authorization: 'Bearer made-up' } }), 401, 'auth.unauthorized');
});

test('who leaves proves who they are, and loses the roles', async () => {
  const { who, organization } = await member();
  const leave = (proof?: string, from = organization.id) => who.call('DELETE', `${mine}/${from}`, undefined, proof ? { proof } : {});
  problem(await leave(), 401, 'verification_record.permission_denied');
  problem(await leave(await (await owner()).prove()), 401, 'verification_record.permission_denied');
  expect(await members(organization)).toEqual([who.person.id]);
  const proof = await who.prove();
  ok(await leave(proof), 204);
  expect(await members(organization)).toEqual([]);
  expect(ok(await who.get(mine))).toEqual([]);
  problem(await leave(proof), 404, 'entity.not_found');
  problem(await leave(proof, 'unknown'), 404, 'entity.not_found');
});

test('nobody leaves for somebody else', async () => {
  const { who, organization } = await member(), stranger = await owner();
  problem(await stranger.call('DELETE', `${mine}/${organization.id}`, undefined, { proof: await stranger.prove() }), 404,
    'entity.not_found');
  expect(await members(organization)).toEqual([who.person.id]);
});

test('an invitation to their address is shown and accepted, with its roles', async () => {
  const { who, organization, invitation, role } = await guest();
  expect(ok(await who.get(invitations))).toEqual([{ id: invitation.id, organization: { id: organization.id, name: organization.name },
    organizationRoles: [{ id: role.id, name: role.name }], createdAt: invitation.createdAt, expiresAt: invitation.expiresAt }]);
  ok(await accept(who, invitation.id), 204);
  expect(ok(await who.get(invitations))).toEqual([]);
  expect(ok(await who.get(mine))).toMatchObject([{ id: organization.id, organizationRoles: [{ id: role.id }] }]);
  expect(ok(await api.get(`/organization-invitations/${invitation.id}`)))
    .toMatchObject({ status: 'Accepted', acceptedUserId: who.person.id });
  problem(await accept(who, invitation.id), 404, 'entity.not_found');
});

test('an invitation of somebody else is one that there is not', async () => {
  const { invitation, organization } = await guest(), stranger = await owner(scopes, { primaryEmail: `${unique('x')}@a.example` });
  expect(ok(await stranger.get(invitations))).toEqual([]);
  problem(await accept(stranger, invitation.id), 404, 'entity.not_found');
  problem(await accept(stranger, 'unknown'), 404, 'entity.not_found');
  expect(await members(organization)).toEqual([]);
});

test('a person accepts and does nothing else with an invitation', async () => {
  const { who, invitation } = await guest();
  problem(await accept(who, invitation.id, 'Revoked'), 400, 'guard.invalid_input');
  problem(await who.call('PUT', `${invitations}/${invitation.id}/status`, {}), 400, 'guard.invalid_input');
  ok(await api.put(`/organization-invitations/${invitation.id}/status`, { status: 'Revoked' }));
  expect(ok(await who.get(invitations))).toEqual([]);
  problem(await accept(who, invitation.id), 404, 'entity.not_found');
});

test('of many who accept at once with the same account one does', async () => {
  const { who, invitation, organization } = await guest();
  const answers = await Promise.all(Array.from({ length: 6 }, () => accept(who, invitation.id)));
  expect(answers.filter((one) => one.status === 204).length).toBe(1);
  for (const one of answers) expect([204, 404, 422]).toContain(one.status);
  expect(await members(organization)).toEqual([who.person.id]);
});

test('an application of a third party reads, but neither leaves nor accepts', async () => {
  const names = ['profile', 'urn:logto:scope:organizations'];
  const third = await newThirdParty(api, names);
  const { who, invitation, organization } = await guest();
  const theirs = new Owner(server.base,
    (await tokensOf(server.base, third, who.person, `openid ${names.join(' ')}`)).access_token, who.person);
  ok(await theirs.get(invitations));
  problem(await accept(theirs, invitation.id), 403, 'auth.third_party_application_forbidden');
  problem(await theirs.call('DELETE', `${mine}/${organization.id}`), 403, 'auth.third_party_application_forbidden');
});

test('the tenant says what people may do', async () => {
  const { who, organization } = await member(), other = await guest();
  const proof = await who.prove();
  const leave = () => who.call('DELETE', `${mine}/${organization.id}`, undefined, { proof });
  try {
    await center({ fields: fields('Edit', { organizations: 'ReadOnly' }) });
    problem(await leave(), 400, 'account_center.field_not_editable');
    ok(await who.get(mine));
    await center({ fields: fields('Edit') });
    problem(await who.get(mine), 400, 'account_center.field_not_enabled');
    problem(await other.who.get(invitations), 400, 'account_center.field_not_enabled');
    problem(await accept(other.who, other.invitation.id), 400, 'account_center.field_not_enabled');
    await center({ enabled: false });
    problem(await who.get(mine), 400, 'account_center.not_enabled');
    await center({ ...everything, fields: fields('Edit', { organizations: 'ReadOnly' }) });
    ok(await accept(other.who, other.invitation.id), 204);
  } finally {
    await center(everything);
  }
});

test('leaving and accepting are in the audit log', async () => {
  const { who, invitation } = await guest();
  ok(await accept(who, invitation.id), 204);
  const logs = ok(await api.get('/logs', { query: { userId: who.person.id } }));
  expect(logs.map((one: any) => one.key)).toContain('Account.Organization.Update');
});
