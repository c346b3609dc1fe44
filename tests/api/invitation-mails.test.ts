// Invitations by mail: what the service gets, sending again, and what is left when it refuses.
import { expect, test } from 'vitest';
import { Build, inAnHour, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { messageService } from './support/messages.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const service = await messageService();
ok(await api.post('/connectors', { connectorId: 'http-email', config: { endpoint: service.endpoint } }));
const build = new Build(api);
const organization = await build.organization({ branding: { logoUrl: 'https://a.example/l' } });
const { id, name, branding } = organization;
const [address, boss] = [() => `${unique('guest')}@x.example`, await build.user({ customData: { secret: 1 } })];
const invite = (invitee: string, more: object = {}) => api.post('/organization-invitations',
  { invitee, organizationId: id, expiresAt: inAnHour(), ...more });
const again = (invitation: { id: string }, body?: object) =>
  api.post(`/organization-invitations/${invitation.id}/message`, body);
const sent = () => service.take().map(({ to, type, payload }) => ({ to, type, payload }));
const type = 'OrganizationInvitation';

test('the mail shows the organization and who invites, and nothing else of them', async () => {
  const to = address();
  ok(await invite(to, { inviterId: boss.id, messagePayload: { link: 'https://a.example/join' } }), 201);
  const { avatar, username, primaryEmail, primaryPhone, profile } = boss;
  expect(sent()).toEqual([{ to, type, payload: { organization: { id, name, branding }, link: 'https://a.example/join',
    inviter: { id: boss.id, avatar, name: boss.name, username, primaryEmail, primaryPhone, profile } } }]);
});

test('there is no mail unless one is asked for', async () => {
  for (const more of [{}, { messagePayload: false }]) ok(await invite(address(), more), 201);
  expect(sent()).toEqual([]);
});

test('it is sent again, ended or not, with what is given', async () => {
  const to = address(), invitation = ok(await invite(to), 201);
  ok(await again(invitation), 204);
  ok(await again(invitation, { link: 'https://b.example', note: { a: [1] }, organization: 'mine' }), 204);
  ok(await api.put(`/organization-invitations/${invitation.id}/status`, { status: 'Revoked' }));
  ok(await again(invitation, {}), 204);
  const organization = { id, name, branding };
  expect(sent()).toEqual([{ to, type, payload: { organization } },
    { to, type, payload: { organization: 'mine', link: 'https://b.example', note: { a: [1] } } },
    { to, type, payload: { organization } }]);
});

test('when the service refuses the first mail there is no invitation, and its words are not told', async () => {
  const to = address(), kept = ok(await invite(address()), 201);
  service.answerWith(500, '{"error":"words of the service"}');
  for (const answer of [await invite(to, { messagePayload: {} }), await again(kept, {})]) {
    problem(answer, 400, 'connector.general');
    expect(answer.text).not.toContain('words of the service');
  }
  service.answerWith(200, '{}');
  const query = { organizationId: id };
  const invitees = ok(await api.get('/organization-invitations', { query })).map(({ invitee }: any) => invitee);
  expect(invitees).toContain(kept.invitee);
  expect(invitees).not.toContain(to);
});
