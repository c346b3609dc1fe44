// Sessions and grants of users, as an administrator sees and ends them.
import { expect, test } from 'vitest';
import { Browser, newApp, newPerson } from './support/browser.ts';
import { Build } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { faults } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const sessionsOf = async (person: { id: string }): Promise<any[]> =>
  ok(await api.get(`/users/${person.id}/sessions`)).sessions;
const grantsOf = async (person: { id: string }, query: object = {}): Promise<any[]> =>
  ok(await api.get(`/users/${person.id}/grants`, { query: query as any })).grants;
const endSession = (person: { id: string }, uid: string, query: object = {}) =>
  api.delete(`/users/${person.id}/sessions/${uid}`, { query: query as any });

/** Whether the browser still has a session: an app asks without a page. */
async function isSignedIn(browser: Browser, app: { id: string }): Promise<boolean> {
  const answer = await browser.authorize(app, { prompt: 'none', scope: 'openid' });
  const error = new URL(answer.headers.location as string).searchParams.get('error');
  expect([null, 'login_required', 'consent_required']).toContain(error);
  return error !== 'login_required';
}

async function signedIn(more: object = {}, type = 'SPA') {
  const [app, person] = [await newApp(api, type, more), await newPerson(api)];
  const browser = new Browser(() => server.base);
  await browser.signIn(app, person);
  const [session] = await sessionsOf(person);
  return { app, person, browser, uid: session.payload.uid as string, session };
}

test('who never signed in has no sessions and no grants, and neither has an unknown user', async () => {
  const user = await build.user();
  for (const { id } of [user, { id: 'nobody' }]) {
    expect(await sessionsOf({ id })).toEqual([]);
    expect(await grantsOf({ id })).toEqual([]);
    problem(await api.get(`/users/${id}/sessions/nothing`), 404, 'oidc.session_not_found');
    problem(await endSession({ id }, 'nothing'), 404, 'oidc.session_not_found');
    problem(await api.delete(`/users/${id}/grants/nothing`), 404, 'oidc.invalid_grant');
  }
});

test('a session tells who signed in, when, how, and for which applications', async () => {
  const { app, person, uid, session } = await signedIn();
  const [grant] = await grantsOf(person);
  expect(session).toEqual({
    payload: { exp: expect.any(Number), iat: expect.any(Number), jti: expect.any(String), uid, kind: 'Session',
      loginTs: expect.any(Number), accountId: person.id,
      authorizations: { [app.id]: { sid: expect.any(String), grantId: grant.id, persistsLogout: true } } },
    lastSubmission: expect.objectContaining({ interactionEvent: 'SignIn', userId: person.id,
      verificationRecords: expect.any(Array) }),
    clientId: app.id, accountId: person.id, expiresAt: expect.any(Number),
  });
  expect(Object.keys(session.lastSubmission).sort())
    .toEqual(['interactionEvent', 'signInContext', 'userId', 'verificationRecords']);
  expect(session.expiresAt).toBeGreaterThan(Date.now());
  expect(Math.abs(session.payload.loginTs - Date.now() / 1000)).toBeLessThan(60);
  expect(ok(await api.get(`/users/${person.id}/sessions/${uid}`))).toEqual(session);
  problem(await api.get(`/users/${(await build.user()).id}/sessions/${uid}`), 404, 'oidc.session_not_found');
});

test('a session that is ended signs its browser out and no other one', async () => {
  const { app, person, browser, uid } = await signedIn();
  const second = new Browser(() => server.base);
  await second.signIn(app, person);
  expect(await sessionsOf(person)).toHaveLength(2);
  problem(await endSession(await build.user(), uid), 404, 'oidc.invalid_session_account_id');
  expect(await isSignedIn(browser, app)).toBe(true);
  ok(await endSession(person, uid), 204);
  problem(await endSession(person, uid), 404, 'oidc.session_not_found');
  expect([await isSignedIn(browser, app), await isSignedIn(second, app)]).toEqual([false, true]);
  expect(await sessionsOf(person)).toHaveLength(1);
  expect(await grantsOf(person)).not.toEqual([]);
});

/** A person who let an application of a third party have something, in the same session as one of our own. */
async function withThirdParty() {
  const theirs = await newApp(api, 'SPA', { isThirdParty: true });
  ok(await api.post(`/applications/${theirs.id}/user-consent-scopes`, { userScopes: ['profile'] }), 201);
  const { app, person, browser, uid } = await signedIn();
  await browser.visit(theirs);
  const { redirectTo } = ok(await browser.request('POST', '/api/interaction/consent', { body: {} }));
  expect((await browser.follow(redirectTo)).get('code')).toMatch(/./);
  return { app, theirs, person, browser, uid };
}

const clientsOf = (grants: any[]) => grants.map(({ application }) => application.id).sort();

test('grants are told apart by whose the application is', async () => {
  const { app, theirs, person } = await withThirdParty();
  expect(clientsOf(await grantsOf(person))).toEqual([app.id, theirs.id].sort());
  expect(clientsOf(await grantsOf(person, { appType: 'firstParty' }))).toEqual([app.id]);
  expect(clientsOf(await grantsOf(person, { appType: 'thirdParty' }))).toEqual([theirs.id]);
});

test('what a third party was given can be spared when a session ends, or end too', async () => {
  const spared = await withThirdParty(), ended = await withThirdParty();
  ok(await endSession(spared.person, spared.uid, { revokeGrantsTarget: 'firstParty' }), 204);
  expect(clientsOf(await grantsOf(spared.person))).toEqual([spared.theirs.id]);
  ok(await endSession(ended.person, ended.uid, { revokeGrantsTarget: 'all' }), 204);
  expect(await grantsOf(ended.person)).toEqual([]);
});

test('a grant tells its application and what that may have, and ends with one call', async () => {
  const { app, person, uid } = await signedIn();
  const [grant, ...others] = await grantsOf(person);
  expect(others).toEqual([]);
  const { name } = ok(await api.get(`/applications/${app.id}`));
  expect(grant).toEqual({ id: expect.any(String), expiresAt: expect.any(Number), application: { id: app.id, name },
    payload: { exp: expect.any(Number), iat: expect.any(Number), jti: grant.id, kind: 'Grant', clientId: app.id,
      accountId: person.id, openid: { scope: expect.stringMatching(/\bopenid\b/) }, resources: {} } });
  expect(await grantsOf(person, { appType: 'firstParty' })).toEqual([grant]);
  expect(await grantsOf(person, { appType: 'thirdParty' })).toEqual([]);
  problem(await api.delete(`/users/${(await build.user()).id}/grants/${grant.id}`), 404, 'oidc.invalid_grant');
  const before = ok(await api.get(`/users/${person.id}/sessions/${uid}`)).payload;
  ok(await api.delete(`/users/${person.id}/grants/${grant.id}`), 204);
  problem(await api.delete(`/users/${person.id}/grants/${grant.id}`), 404, 'oidc.invalid_grant');
  const { authorizations, ...after } = ok(await api.get(`/users/${person.id}/sessions/${uid}`)).payload;
  expect(authorizations).toBeUndefined();
  expect(after.jti).not.toBe(before.jti);
  expect(await grantsOf(person)).toEqual([]);
});

test('a grant of an application that was deleted is not listed', async () => {
  const { app, person } = await signedIn();
  ok(await api.delete(`/applications/${app.id}`), 204);
  expect(await grantsOf(person)).toEqual([]);
});

test('who is suspended is signed out everywhere; the grants stay', async () => {
  const { app, person, browser } = await signedIn();
  ok(await api.patch(`/users/${person.id}/is-suspended`, { isSuspended: false }));
  expect(await isSignedIn(browser, app)).toBe(true);
  ok(await api.patch(`/users/${person.id}/is-suspended`, { isSuspended: true }));
  expect(await isSignedIn(browser, app)).toBe(false);
  expect(await sessionsOf(person)).toEqual([]);
  expect(await grantsOf(person)).toHaveLength(1);
});

test('who is deleted leaves no session and no grant', async () => {
  const { app, person, browser } = await signedIn();
  ok(await api.delete(`/users/${person.id}`), 204);
  expect(await isSignedIn(browser, app)).toBe(false);
  expect([await sessionsOf(person), await grantsOf(person)]).toEqual([[], []]);
});

test('what is to be revoked, and which grants are asked for, are words of the contract', async () => {
  const { person, uid } = await signedIn();
  expect(faults(problem(await endSession(person, uid, { revokeGrantsTarget: 'some' }), 400, 'guard.invalid_input')))
    .toEqual(['revokeGrantsTarget']);
  expect(faults(problem(await api.get(`/users/${person.id}/grants`, { query: { appType: 'mine' } }), 400,
    'guard.invalid_input'))).toEqual(['appType']);
  expect(await sessionsOf(person)).toHaveLength(1);
});
