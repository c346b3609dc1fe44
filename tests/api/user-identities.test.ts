// Accounts of users at social and enterprise providers, as an administrator sets them.
import { expect, test } from 'vitest';
import { Build, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { faults } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const taken = 'user.identity_already_in_use';
const at = (user: { id: string }, target = ''): string => `/users/${user.id}/identities${target && `/${target}`}`;
const link = (user: { id: string }, target: string, userId: string, more: object = {}) =>
  api.put(at(user, target), { userId, ...more });
const identities = async (user: { id: string }): Promise<any> => ok(await api.get(`/users/${user.id}`)).identities;

test('accounts are linked, shown, replaced and unlinked by their provider', async () => {
  const user = await build.user();
  const [a, b, c] = [unique(), unique(), unique()];
  const details = { email: 'x@a.example', deep: { n: 1 } };
  expect(ok(await api.get(`/users/${user.id}/all-identities`))).toEqual({ socialIdentities: [], ssoIdentities: [] });
  expect(ok(await link(user, 'github', a, { details, other: 1 }), 201)).toEqual({ github: { userId: a, details } });
  expect(ok(await link(user, 'google', b), 201)).toEqual({ github: { userId: a, details }, google: { userId: b } });
  expect(ok(await link(user, 'github', c))).toEqual({ github: { userId: c }, google: { userId: b } });
  expect(await identities(user)).toEqual({ github: { userId: c }, google: { userId: b } });
  expect(ok(await api.get(at(user, 'google')))).toEqual({ identity: { userId: b } });
  expect(ok(await api.get(`/users/${user.id}/all-identities`)).socialIdentities).toEqual(expect.arrayContaining(
    [{ target: 'github', identity: { userId: c } }, { target: 'google', identity: { userId: b } }]));
  expect(ok(await api.delete(at(user, 'google')))).toMatchObject({ id: user.id, hasPassword: false,
    identities: { github: { userId: c } } });
  for (const answer of [await api.get(at(user, 'google')), await api.delete(at(user, 'google'))])
    problem(answer, 404, 'user.identity_not_exist');
  expect(await identities(user)).toEqual({ github: { userId: c } });
});

test('an account belongs to one user, until it is given up', async () => {
  const [ada, bob] = [await build.user(), await build.user()];
  const account = unique();
  ok(await link(ada, 'github', account), 201);
  ok(await link(ada, 'github', account));
  problem(await link(bob, 'github', account), 422, taken);
  ok(await link(bob, 'gitlab', account), 201);
  expect(await identities(bob)).toEqual({ gitlab: { userId: account } });
  ok(await link(ada, 'github', unique()));
  ok(await link(bob, 'github', account), 201);
  problem(await link(ada, 'github', account), 422, taken);
  ok(await api.delete(at(bob, 'github')));
  ok(await link(ada, 'github', account));
  ok(await api.delete(`/users/${ada.id}`), 204);
  ok(await link(bob, 'github', account), 201);
});

test('one of many users who link an account at once gets it', async () => {
  const users = await Promise.all(Array.from({ length: 8 }, () => build.user()));
  const account = unique();
  const answers = await Promise.all(users.map((user) => link(user, 'github', account)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(422)]);
  const kept = await Promise.all(users.map(identities));
  expect(kept.filter((all) => all.github)).toHaveLength(1);
});

test.each([[{}, 'userId'], [{ userId: 1 }, 'userId'], [{ userId: 'x', details: 'y' }, 'details'],
  [{ userId: 'x'.repeat(257) }, 'userId']])('%j links nothing', async (body, fault) => {
  const user = await build.user();
  expect(faults(problem(await api.put(at(user, 'github'), body), 400, 'guard.invalid_input'))).toEqual([fault]);
  expect(await identities(user)).toEqual({});
});

test('the name of a provider has its length', async () => {
  const user = await build.user();
  ok(await link(user, 'g'.repeat(128), unique()), 201);
  problem(await link(user, 'g'.repeat(129), unique()), 422, 'entity.value_too_long');
});

test('an unknown user has no accounts and gets none', async () => {
  const nobody = { id: 'nobody' };
  for (const answer of [await link(nobody, 'github', 'x'), await api.get(at(nobody, 'github')),
    await api.delete(at(nobody, 'github')), await api.get('/users/nobody/all-identities'),
    await api.get('/users/nobody/sso-identities/x')])
    problem(answer, 404, 'entity.not_found');
});

test('nobody signs in by a connector that sends messages, nor by an enterprise connector that is not there', async () => {
  const user = await build.user();
  const { id: connectorId } = ok(await api.post('/connectors', { connectorId: 'http-sms' }));
  problem(await api.post(at(user), { connectorId, connectorData: {} }), 422, 'session.invalid_connector_id');
  problem(await api.post(at({ id: 'nobody' }), { connectorId, connectorData: {} }), 404, 'entity.not_found');
  problem(await api.post(at(user), { connectorId: 'nope', connectorData: {} }), 404, 'entity.not_found');
  problem(await api.get(`/users/${user.id}/sso-identities/nope`), 404, 'user.enterprise_sso_identity_not_exists');
});
