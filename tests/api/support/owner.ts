// People who manage their own account, through an application that they have signed in to.
import { Browser, newApp, newPerson, redirectUri, type Person } from './browser.ts';
import { send, type Answer, type Client } from './client.ts';
import { ok } from './expect.ts';
import { basic } from './people.ts';
import type { Server, TokenAnswer } from './server.ts';

/** Every scope that the account API looks at. */
export const accountScopes =
  'openid offline_access profile email phone address custom_data identities urn:logto:scope:sessions';

/** What people may do with each field of their account. */
export const fields = (control: 'Off' | 'ReadOnly' | 'Edit', ...others: Record<string, string>[]): object =>
  Object.assign(Object.fromEntries(['name', 'avatar', 'profile', 'email', 'phone', 'password', 'username', 'social',
    'customData', 'mfa', 'passkey', 'session'].map((name) => [name, control])), ...others);

export interface AppWithSecret { id: string; secret?: string }

/** The tokens of a person who signs in to the application; one of a third party asks for consent first. */
export async function tokensOf(base: string, app: AppWithSecret, person: Pick<Person, 'username' | 'password'>,
  scope = accountScopes, headers: Record<string, string> = {}): Promise<TokenAnswer & Record<string, any>> {
  const browser = await new Browser(() => base, headers).visit(app, { scope });
  let to = await browser.logIn(person);
  if (app.secret) {	// of a third party
    const { pathname, search } = new URL(to);
    await browser.get(pathname + search);
    to = ok(await browser.request('POST', '/api/interaction/consent', { body: {} })).redirectTo;
  }
  const code = (await browser.follow(to)).get('code') as string;
  return ok(await send('POST', `${base}/oidc/token`, {
    headers: { ...headers, ...(app.secret ? { authorization: basic(app.id, app.secret) } : {}) },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirectUri,
      code_verifier: browser.pkce.verifier, ...(app.secret ? {} : { client_id: app.id }) }) }));
}

export interface CallOptions { proof?: string; headers?: Record<string, string | string[]>; query?: Record<string, string> }

/** A person with a token for the account API. */
export class Owner {
  readonly base: string;
  readonly token: string;
  readonly person: Person & Record<string, any>;

  constructor(base: string, token: string, person: Person & Record<string, any>) {
    this.base = base;
    this.token = token;
    this.person = person;
  }

  /** `path` is what follows /api; the proof goes into the header that sensitive calls want. */
  call<T = any>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Answer<T>> {
    return send<T>(method, `${this.base}/api${path}`, { body, ...(options.query ? { query: options.query } : {}),
      headers: { authorization: `Bearer ${this.token}`,
        ...(options.proof ? { 'logto-verification-id': options.proof } : {}), ...options.headers } });
  }

  get = <T = any>(path = '/my-account', options?: CallOptions): Promise<Answer<T>> =>
    this.call<T>('GET', path, undefined, options);

  /** Proves the password; the id of that. */
  prove = async (password = this.person.password): Promise<string> =>
    ok(await this.call('POST', '/verifications/password', { password }), 201).verificationRecordId;
}

/** A new person who has signed in to the application. `more` are members of the user. */
export async function newOwner(server: Server, app: AppWithSecret, more: object = {},
  scope = accountScopes): Promise<Owner> {
  const person = await newPerson(server.api, more);
  return new Owner(server.base, (await tokensOf(server.base, app, person, scope)).access_token, person);
}

/** An application of a third party that may ask for these. */
export async function newThirdParty(api: Client, userScopes: string[]): Promise<AppWithSecret> {
  const { id } = await newApp(api, 'Traditional', { isThirdParty: true });
  ok(await api.post(`/applications/${id}/user-consent-scopes`, { userScopes }), 201);
  const [{ value }] = ok(await api.get(`/applications/${id}/secrets`));
  return { id, secret: value };
}
