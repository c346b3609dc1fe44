// What members of an organization that requires MFA meet, as an application with @logto/node sees it: where no factor is
// enabled, where setting one up is left to people, where the last one is switched off later, and where theirs is taken.
import LogtoNodeClient, { LogtoRequestError, UserScope } from '@logto/node';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { Browser, newApp, newPerson, redirectUri, type Person } from './support/browser.ts';
import { Build } from './support/build.ts';
import { send } from './support/client.ts';
import { oauthError, ok, problem } from './support/expect.ts';
import { bind, enter, giveTotp, proveTotp, submit, tryTotp } from './support/second.ts';
import { startServer } from './support/server.ts';
import { totp } from './support/totp.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);
ok(await api.patch('/sign-in-exp', { signIn: { methods: [
  { identifier: 'username', password: true, verificationCode: false, isPasswordPrimary: true }] } }));
const rule = async (factors: string[], organizationRequiredMfaPolicy = 'Mandatory', more: object = {}) =>
  ok(await api.patch('/sign-in-exp', { mfa: { factors, policy: 'NoPrompt', organizationRequiredMfaPolicy }, ...more }));
const required = 'session.mfa.require_mfa_verification';
const app = await newApp(api, 'Traditional');
const [{ value: appSecret }] = ok(await api.get(`/applications/${app.id}/secrets`));

/** A person who signs in to the application, and asks for tokens of an organization through it. */
class Member {
  readonly person: Person;
  readonly organization: { id: string };
  readonly #client: LogtoNodeClient;
  #to = '';

  constructor(person: Person, organization: { id: string }) {
    const kept = new Map<string, string>();
    this.person = person;
    this.organization = organization;
    this.#client = new LogtoNodeClient({ endpoint: server.base, appId: app.id, appSecret, scopes: [UserScope.Organizations] }, {
      navigate: (url) => { this.#to = url; },
      storage: { getItem: async (name) => kept.get(name) ?? null, setItem: async (name, value) => { kept.set(name, value); },
        removeItem: async (name) => { kept.delete(name); } },
    });
  }

  /** In a new browser; `more` is what happens between the password and the end. */
  async signIn(more: (b: Browser) => Promise<unknown> = async () => {}): Promise<void> {
    await this.#client.signIn({ redirectUri });
    const { pathname, search } = new URL(this.#to), b = new Browser(() => server.base);
    expect((await b.get(pathname + search)).status).toBe(303);
    await enter(b, this.person);
    await more(b);
    await this.#client.handleSignInCallback(`${redirectUri}?${await b.follow(ok(await submit(b)).redirectTo)}`);
  }

  /** Gets a token of the organization. */
  async expectToken(): Promise<void> {
    await this.#client.clearAccessToken();
    expect(decodeJwt(await this.#client.getOrganizationToken(this.organization.id)))
      .toMatchObject({ aud: `urn:logto:organization:${this.organization.id}`, sub: this.person.id });
  }

  /** Is refused one; whether the person is told that there is no factor to set up. */
  async expectRefusal(): Promise<{ isHelpless: boolean }> {
    await this.#client.clearAccessToken();
    const error = await this.#client.getOrganizationToken(this.organization.id).then(() => undefined, (one) => one);
    expect(error).toBeInstanceOf(LogtoRequestError);
    const { code, cause } = error as LogtoRequestError, said: any = await cause?.json();
    expect([code, cause?.status, said.error]).toEqual(['oidc.access_denied', 403, 'access_denied']);
    expect(said.error_description).toMatch(/^organization requires MFA but user has no MFA configured/);
    return { isHelpless: /enables no factor/.test(said.error_description) };
  }
}

async function newMember(more: object = {}): Promise<Member> {
  const [person, organization] = [await newPerson(api, more), await build.organization({ isMfaRequired: true })];
  ok(await api.post(`/organizations/${organization.id}/users`, { userIds: [person.id] }), 201);
  return new Member(person, organization);
}

const leadsToSetUp = async (b: Browser) => {
  expect(problem(await submit(b), 422, 'user.missing_mfa').data).toEqual({ availableFactors: ['Totp'] });
  problem(await b.page('POST', '/profile/mfa/mfa-skipped'), 422, 'session.mfa.mfa_policy_not_user_controlled');
  ok(await bind(b, 'Totp', (await proveTotp(b)).verificationId), 204);
};

test('where no factor is enabled, everybody signs in as before, and is told that there is none to set up', async () => {
  const member = await newMember();
  for (const policy of ['NoPrompt', 'Mandatory']) {
    await rule([], policy);
    await member.signIn();
    expect(await member.expectRefusal()).toEqual({ isHelpless: true });
  }
});

test('codes by mail and by text message are asked for, and are no factor for an organization', async () => {
  await rule(['EmailVerificationCode', 'PhoneVerificationCode'], 'NoPrompt');
  const member = await newMember();
  await member.signIn();
  expect(await member.expectRefusal()).toEqual({ isHelpless: true });
  await rule(['EmailVerificationCode'], 'NoPrompt', { passkeySignIn: { enabled: true } });
  expect(await member.expectRefusal()).toEqual({ isHelpless: false });	// a passkey is one
  await rule([], 'NoPrompt', { passkeySignIn: {} });
});

test('where setting one up is left to people, who has none signs in, is refused, and gets the token once there is one', async () => {
  await rule(['Totp'], 'NoPrompt');
  const member = await newMember();
  await member.signIn();
  expect(await member.expectRefusal()).toEqual({ isHelpless: false });
  await giveTotp(api, member.person);
  await member.expectToken();	// without another sign-in
});

test('where the organization may insist, its member sets one up at the next sign-in, and gets the token', async () => {
  const member = await newMember();
  await rule(['Totp'], 'NoPrompt');
  await member.signIn();
  await member.expectRefusal();
  await rule(['Totp']);
  await member.signIn(leadsToSetUp);
  await member.expectToken();
});

test('the last factor is switched off: who has one keeps the token and is not asked, who has none is helpless', async () => {
  await rule(['Totp']);
  const [has, lacks] = [await newMember(), await newMember()], secret = await giveTotp(api, has.person);
  await has.signIn(async (b) => {
    problem(await submit(b), 403, required);
    ok(await tryTotp(b, totp(secret)));
  });
  await has.expectToken();
  await rule([]);
  await has.expectToken();
  for (const member of [has, lacks]) await member.signIn();
  await has.expectToken();
  expect(await lacks.expectRefusal()).toEqual({ isHelpless: true });

  await rule(['Totp']);		// and on again
  await has.signIn(async (b) => {
    problem(await submit(b), 403, required);
    ok(await tryTotp(b, totp(secret, 1)));
  });
  await has.expectToken();
  expect(await lacks.expectRefusal()).toEqual({ isHelpless: false });
  await lacks.signIn(leadsToSetUp);
  await lacks.expectToken();
});

test('who loses the last factor gets no further token, and sets one up at the next sign-in', async () => {
  await rule(['Totp']);
  const member = await newMember(), factors = `/users/${member.person.id}/mfa-verifications`;
  await member.signIn(leadsToSetUp);
  await member.expectToken();
  const [{ id }] = ok(await api.get(factors));
  ok(await api.delete(`${factors}/${id}`), 204);
  expect(await member.expectRefusal()).toEqual({ isHelpless: false });
  await member.signIn(leadsToSetUp);
  await member.expectToken();
});

test('an organization requires it from one token to the next, and no longer', async () => {
  await rule([]);
  const member = await newMember(), set = async (isMfaRequired: boolean) =>
    expect(ok(await api.patch(`/organizations/${member.organization.id}`, { isMfaRequired })).isMfaRequired).toBe(isMfaRequired);
  await set(false);
  await member.signIn();
  await member.expectToken();
  await set(true);		// though no factor is enabled
  await member.expectRefusal();
  await set(false);
  await member.expectToken();
});

test('a token in exchange is refused in the same way', async () => {
  await rule(['Totp']);
  const member = await newMember();
  const exchanging = await newApp(api, 'SPA', { customClientMetadata: { allowTokenExchange: true } });
  const swap = async () => send('POST', `${server.base}/oidc/token`, { body: new URLSearchParams({
    client_id: exchanging.id, grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: ok(await api.post('/subject-tokens', { userId: member.person.id }), 201).subjectToken,
    subject_token_type: 'urn:logto:token-type:impersonation_token', organization_id: member.organization.id }) });
  expect(oauthError(await swap(), 403, 'access_denied').error_description).toMatch(/requires MFA/);
  await giveTotp(api, member.person);
  expect(decodeJwt(ok(await swap()).access_token).aud).toBe(`urn:logto:organization:${member.organization.id}`);
});
