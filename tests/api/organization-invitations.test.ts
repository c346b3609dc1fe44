// Without mail: sending needs a connector, and there is none.
import { expect, test, vi } from 'vitest';
import { Build, ids, inAnHour, names, newestFirst, sorted, sortedIds, times, unique } from './support/build.ts';
import { ok, problem, soon } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const all = '/organization-invitations';
const one = (invitation: any) => `${all}/${invitation.id}`;
const listed = async (query: Record<string, string>): Promise<any[]> => ok(await api.get(all, { query }));
const answer = (invitation: any, body: object) => api.put(`${one(invitation)}/status`, body);

/** A pending invitation with roles, and the user whom it is for. */
async function invited(more: object = {}): Promise<{ organization: any; user: any; invitation: any; roles: any[] }> {
  const [organization, roles] =
    [await build.organization(), [await build.role({ name: unique('b') }), await build.role({ name: unique('A') })]];
  const user = await build.user({ primaryEmail: `${unique('Guest')}@A.example` });
  const invitation = await build.invitation(organization.id,
    { invitee: user.primaryEmail.toLowerCase(), organizationRoleIds: ids(roles), ...more });
  return { organization, user, invitation, roles };
}

/** An invitation whose time is over. */
async function expired(organizationId: string, more: object = {}): Promise<any> {
  const invitation = await build.invitation(organizationId, { expiresAt: Date.now() + 300, ...more });
  return vi.waitFor(async () => {
    const seen = ok(await api.get(one(invitation)));
    expect(seen.status).toBe('Expired');
    return seen;
  }, soon);
}

test('a new invitation is pending; creation, reading and listing give the same bytes', async () => {
  const { organization, invitation, roles } = await invited();
  expect(invitation).toEqual({
    tenantId: 'default', id: expect.stringMatching(/^[0-9a-z]{21}$/), inviterId: null, invitee: invitation.invitee,
    acceptedUserId: null,
    organizationId: organization.id, status: 'Pending', createdAt: expect.any(Number), updatedAt: invitation.createdAt,
    expiresAt: expect.any(Number), organizationRoles: [roles[1], roles[0]].map(({ id, name }) => ({ id, name })),
  });
  const created = await api.post(all,
    { invitee: 'bytes@a.example', organizationId: organization.id, expiresAt: inAnHour() });
  expect((await api.get(one(ok(created, 201)))).text).toBe(created.text);
  expect((await api.get(all, { query: { invitee: 'bytes@a.example' } })).text).toBe(`[${created.text}]`);
});

test('members that an invitation does not take are dropped, fractions of its end cut, an empty inviter is none',
  async () => {
  const organization = await build.organization();
  const expiresAt = inAnHour();
  const invitation = await build.invitation(organization.id, {
    id: 'mine', status: 'Accepted', acceptedUserId: 'x', createdAt: 5, updatedAt: 5, foo: 1, inviterId: '',
    expiresAt: expiresAt + 0.9, messagePayload: false,
  });
  expect(invitation).toMatchObject({ status: 'Pending', acceptedUserId: null, inviterId: null, expiresAt,
    organizationRoles: [] });
  expect(invitation).not.toHaveProperty('foo');
  expect(invitation.id).not.toBe('mine');
});

test.each(["a@b.co", "A.b'c+d-e_9@x-1.Example.museum", '1@2.3.ab'])('%s can be invited, and stays as it was written',
  async (invitee) => {
  expect(await build.invitation((await build.organization()).id, { invitee })).toMatchObject({ invitee });
});

test('roles named twice are granted once, of whatever type', async () => {
  const roles = [await build.role(), await build.machineRole()];
  const invitation = await build.invitation((await build.organization()).id,
    { organizationRoleIds: [...ids(roles), ...ids(roles)] });
  expect(sortedIds(invitation.organizationRoles)).toEqual(sortedIds(roles));
});

test('creation is refused by the first of its checks that fails, and nothing is stored', async () => {
  const organization = await build.organization();
  const role = await build.role();
  const user = await build.user({ primaryEmail: `${unique('member')}@a.example` });
  ok(await api.post(`/organizations/${organization.id}/users`, { userIds: [user.id] }), 201);
  const pending = await build.invitation(organization.id);
  const invitee = `${unique('free')}@a.example`;
  const long = `${'x'.repeat(250)}@a.example`;
  const good = { invitee, organizationId: organization.id, expiresAt: inAnHour() };
  const reference = 'entity.relation_foreign_key_not_found';
  const rows: [object, number, string][] = [
    [{ invitee: 'no address', expiresAt: 1 }, 400, 'guard.invalid_input'],
    [{ expiresAt: Date.now() - 1, organizationId: 'nope' }, 400, 'request.invalid_input'],
    [{ expiresAt: -1 }, 400, 'request.invalid_input'],
    [{ invitee: user.primaryEmail }, 422, 'request.invalid_input'],
    [{ invitee: pending.invitee, inviterId: 'nope' }, 422, 'entity.unique_integrity_violation'],
    [{ invitee: long, organizationId: 'nope' }, 422, 'entity.value_too_long'],
    [{ organizationId: 'nope' }, 422, reference],
    [{ organizationId: 'nope', organizationRoleIds: ['x'.repeat(22)] }, 422, reference],
    [{ inviterId: 'nope' }, 422, reference],
    [{ organizationRoleIds: [role.id, 'nope'] }, 422, reference],
    [{ organizationRoleIds: [''] }, 422, reference],
    [{ organizationRoleIds: ['x'.repeat(22)] }, 422, 'entity.value_too_long'],
    [{ messagePayload: {} }, 501, 'connector.not_found'],
    [{ messagePayload: { link: 'https://a.example', x: [1] } }, 501, 'connector.not_found'],
  ];
  for (const [change, status, code] of rows) problem(await api.post(all, { ...good, ...change }), status, code);
  expect(ids(await listed({ organizationId: organization.id }))).toEqual([pending.id]);
});

test('one address has one pending invitation for an organization, but may have others for others and in other letter case', async () => {
  const [a, b] = await times(2, () => build.organization());
  const { invitee } = await build.invitation(a.id);
  problem(await api.post(all, { invitee, organizationId: a.id, expiresAt: inAnHour() }), 422,
    'entity.unique_integrity_violation');
  await build.invitation(b.id, { invitee });
  await build.invitation(a.id, { invitee: invitee.toUpperCase() });
  expect(await listed({ invitee })).toHaveLength(3);
});

test('after an invitation was revoked, accepted or has expired there can be another', async () => {
  const { organization, user, invitation } = await invited();
  ok(await answer(invitation, { status: 'Revoked' }));
  const second = await build.invitation(organization.id, { invitee: user.primaryEmail });
  ok(await answer(second, { status: 'Accepted', acceptedUserId: user.id }));
  ok(await api.delete(`/organizations/${organization.id}/users/${user.id}`), 204);
  const third = await expired(organization.id, { invitee: user.primaryEmail });
  await build.invitation(organization.id, { invitee: user.primaryEmail });
  const statuses = (await listed({ organizationId: organization.id })).map(({ status }) => status);
  expect(sorted(statuses)).toEqual(['Accepted', 'Expired', 'Pending', 'Revoked']);
  expect(ok(await api.get(one(third))).status).toBe('Expired');
});

test('invitations are listed newest first, whole, and by organization, inviter and address in any letter case',
  async () => {
  const [a, b] = await times(2, () => build.organization());
  const inviter = await build.user();
  const made = [];
  for (let i = 0; i < 30; i++) made.push(await build.invitation(a.id, i % 2 ? { inviterId: inviter.id } : {}));
  const other = await build.invitation(b.id, { inviterId: inviter.id });
  const list = await api.get(all, { query: { organizationId: a.id, page: 0, page_size: 'x' } });
  expect(ok(list)).toEqual(newestFirst(made));
  expect(list.headers['total-number']).toBeUndefined();
  expect(await listed({ inviterId: inviter.id })).toHaveLength(16);
  expect(await listed({ inviterId: inviter.id, organizationId: a.id, invitee: '' })).toHaveLength(15);
  expect(await listed({ invitee: other.invitee.toUpperCase() })).toEqual([other]);
  expect(await listed({ invitee: other.invitee.slice(1) })).toEqual([]);
  expect(await listed({ invitee: other.invitee, organizationId: a.id })).toEqual([]);
  for (const name of ['organizationId', 'inviterId', 'invitee']) expect(await listed({ [name]: 'nope' })).toEqual([]);
});

test('with paginated=true invitations come in pages, by a part of the address and by the state that they have now', async () => {
  const [a, b] = await times(2, () => build.organization()), made: any[] = [], word = unique('Mill');
  for (let i = 0; i < 24; i++) made.unshift(await build.invitation(a.id, { invitee: `${i % 3 ? unique('guest') : unique(word)}@A.example` }));
  await build.invitation(b.id);
  for (const one of made.slice(5, 8)) ok(await answer(one, { status: 'Revoked' }));
  made.unshift(await expired(a.id));
  const whole = await listed({ organizationId: a.id, q: 'nothing', status: 'Revoked', page: '0' });
  expect(ids(whole)).toEqual(ids(newestFirst(made)));
  for (const [more, has] of [[{}, () => true], [{ q: word.toUpperCase() }, ({ invitee }: any) => invitee.includes(word)],
    [{ status: 'Revoked' }, ({ status }: any) => status === 'Revoked'], [{ status: 'Expired' }, ({ status }: any) => status === 'Expired'],
    [{ status: 'Pending', q: '@a.ex' }, ({ status, invitee }: any) => status === 'Pending' && /@a.ex/i.test(invitee)],
    [{ status: 'none' }, () => false]] as [object, (one: any) => boolean][]) {
    const found = whole.filter(has);
    for (const [page, size] of [[1, 20], [2, 5], [3, 7], [9, 20]] as const) {
      const list = await api.get(all, { query: { organizationId: a.id, paginated: 'true', ...more, page, page_size: size } });
      expect([ok(list), list.headers['total-number']], `page ${page} of ${size} of ${JSON.stringify(more)}`)
        .toEqual([found.slice((page - 1) * size, page * size), String(found.length)]);
    }
  }
  problem(await api.get(all, { query: { paginated: 'true', page: 0 } }), 400, 'guard.invalid_pagination');
});

test('accepting makes the user a member with the roles of the invitation, beside those that he has', async () => {
  const { organization, user, invitation, roles } = await invited();
  const accepted = ok(await answer(invitation, { status: 'Accepted', acceptedUserId: user.id }));
  expect(accepted).toEqual({ ...invitation, status: 'Accepted', acceptedUserId: user.id,
    updatedAt: accepted.updatedAt });
  expect(accepted.updatedAt).toBeGreaterThanOrEqual(invitation.updatedAt);
  expect(ok(await api.get(one(invitation)))).toEqual(accepted);
  const [joined] = ok(await api.get(`/users/${user.id}/organizations`));
  expect([joined.id, names(joined.organizationRoles)]).toEqual([organization.id, [roles[1].name, roles[0].name]]);
});

test('accepting is not an error for somebody who became a member meanwhile, and adds the roles', async () => {
  const { organization, user, invitation, roles } = await invited();
  const before = await build.role();
  ok(await api.post(`/organizations/${organization.id}/users`, { userIds: [user.id] }), 201);
  ok(await api.post(`/organizations/${organization.id}/users/${user.id}/roles`,
    { organizationRoleIds: [before.id, roles[0].id] }), 201);
  ok(await answer(invitation, { status: 'Accepted', acceptedUserId: user.id }));
  expect(sortedIds(ok(await api.get(`/organizations/${organization.id}/users/${user.id}/roles`))))
    .toEqual(sortedIds([before, ...roles]));
});

test('revoking ignores the user that is named', async () => {
  const { organization, user, invitation } = await invited();
  expect(ok(await answer(invitation, { status: 'Revoked', acceptedUserId: user.id })))
    .toMatchObject({ status: 'Revoked', acceptedUserId: null });
  expect(ok(await api.get(`/organizations/${organization.id}/users`))).toEqual([]);
});

test.each(['Accepted', 'Revoked', 'Expired'])('the status of an invitation that is %s cannot be changed any more',
  async (status) => {
  const { organization, user, invitation } = await invited();
  let ended = invitation;
  if (status === 'Expired') ended = await expired(organization.id, { invitee: 'late@a.example' });
  else ok(await answer(invitation, { status, acceptedUserId: user.id }));
  problem(await answer(ended, { status: 'Revoked' }), 422, 'request.invalid_input');
  problem(await answer(ended, { status: 'Accepted', acceptedUserId: 'nope' }), 422, 'request.invalid_input');
  expect(ok(await api.get(one(ended))).status).toBe(status);
});

test('a change of status is refused by the first of its checks that fails', async () => {
  const { organization, user, invitation } = await invited();
  const [other, none] = [await build.user({ primaryEmail: `${unique('other')}@a.example` }), await build.user()];
  const machines = await build.invitation(organization.id,
    { invitee: other.primaryEmail, organizationRoleIds: [(await build.machineRole()).id] });
  const rows: [object, object, number, string][] = [
    [{ id: 'nope' }, { status: 'accepted', acceptedUserId: user.id }, 400, 'guard.invalid_input'],
    [{ id: 'nope' }, { status: 'Revoked', acceptedUserId: 'x'.repeat(22) }, 400, 'guard.invalid_input'],
    [{ id: 'nope' }, { status: 'Accepted' }, 422, 'request.invalid_input'],
    [invitation, { status: 'Accepted', acceptedUserId: null }, 422, 'request.invalid_input'],
    [invitation, { status: 'Accepted', acceptedUserId: '' }, 422, 'request.invalid_input'],
    [{ id: 'nope' }, { status: 'Accepted', acceptedUserId: user.id }, 404, 'entity.not_found'],
    [{ id: 'nope' }, { status: 'Revoked' }, 404, 'entity.not_found'],
    [invitation, { status: 'Accepted', acceptedUserId: 'nope' }, 404, 'entity.not_found'],
    [invitation, { status: 'Accepted', acceptedUserId: other.id }, 422, 'request.invalid_input'],
    [invitation, { status: 'Accepted', acceptedUserId: none.id }, 422, 'request.invalid_input'],
    [machines, { status: 'Accepted', acceptedUserId: other.id }, 422, 'entity.db_constraint_violated'],
  ];
  for (const [which, body, status, code] of rows) problem(await answer(which, body), status, code);
  for (const each of [invitation, machines]) expect(ok(await api.get(one(each)))).toEqual(each);
  expect(ok(await api.get(`/organizations/${organization.id}/users`))).toEqual([]);
});

test('of an accept and a revoke at the same time exactly one succeeds', async () => {
  for (let i = 0; i < 5; i++) {
    const { organization, user, invitation } = await invited();
    const [accept, revoke] = await Promise.all([answer(invitation, { status: 'Accepted', acceptedUserId: user.id }),
      answer(invitation, { status: 'Revoked' })]);
    expect(sorted([String(accept.status), String(revoke.status)])).toEqual(['200', '422']);
    expect(ok(await api.get(`/organizations/${organization.id}/users`))).toHaveLength(accept.status === 200 ? 1 : 0);
  }
});

test('a deleted invitation is gone; the membership that came from it stays', async () => {
  const { organization, user, invitation } = await invited();
  ok(await answer(invitation, { status: 'Accepted', acceptedUserId: user.id }));
  ok(await api.delete(one(invitation)), 204);
  problem(await api.get(one(invitation)), 404, 'entity.not_found');
  problem(await api.delete(one(invitation)), 404, 'entity.not_found');
  expect(ids(ok(await api.get(`/organizations/${organization.id}/users`)))).toEqual([user.id]);
});

test('sending a message again needs the invitation, then a connector', async () => {
  const { invitation } = await invited();
  problem(await api.post(`${one(invitation)}/message`, { link: 5 }), 400, 'guard.invalid_input');
  problem(await api.post(`${one({ id: 'nope' })}/message`, {}), 404, 'entity.not_found');
  for (const body of [undefined, {}, { link: 'https://a.example', more: { x: 1 } }])
    problem(await api.post(`${one(invitation)}/message`, body), 501, 'connector.not_found');
});

test('an invitation cannot be changed otherwise, and says what can be done', async () => {
  const { invitation } = await invited();
  const allow = async (path: string) => {
    const refused = await api.patch(path, {});
    expect(refused.status).toBe(405);
    return refused.headers['allow'];
  };
  expect(await allow(one(invitation))).toBe('HEAD, GET, DELETE');
  expect(await allow(all)).toBe('HEAD, GET, POST');
});
