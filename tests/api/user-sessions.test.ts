// Sessions and grants of users, as an administrator sees and ends them.
import { expect, test } from 'vitest';
import { Build } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { faults } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

test('who never signed in has no sessions and no grants, and neither has an unknown user', async () => {
  const user = await build.user();
  for (const { id } of [user, { id: 'nobody' }]) {
    expect(ok(await api.get(`/users/${id}/sessions`))).toEqual({ sessions: [] });
    expect(ok(await api.get(`/users/${id}/grants`))).toEqual({ grants: [] });
    problem(await api.get(`/users/${id}/sessions/nothing`), 404, 'oidc.session_not_found');
    problem(await api.delete(`/users/${id}/sessions/nothing`), 404, 'oidc.session_not_found');
    problem(await api.delete(`/users/${id}/grants/nothing`), 404, 'oidc.invalid_grant');
  }
});

test('what is to be revoked, and which grants are asked for, are words of the contract', async () => {
  const { id } = await build.user();
  expect(faults(problem(await api.delete(`/users/${id}/sessions/x`, { query: { revokeGrantsTarget: 'some' } }), 400,
    'guard.invalid_input'))).toEqual(['revokeGrantsTarget']);
  expect(faults(problem(await api.get(`/users/${id}/grants`, { query: { appType: 'mine' } }), 400,
    'guard.invalid_input'))).toEqual(['appType']);
  for (const appType of ['firstParty', 'thirdParty'])
    expect(ok(await api.get(`/users/${id}/grants`, { query: { appType } }))).toEqual({ grants: [] });
});
