// A person's browser: it keeps cookies, follows redirects only when told to, and calls what the sign-in pages call.
import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { send, type Answer, type Client, type RequestOptions } from './client.ts';
import { unique } from './build.ts';
import { ok } from './expect.ts';

export const redirectUri = 'https://app.example/callback';
export const afterLogout = 'https://app.example/bye';
export const goodPassword = 'Quiet-river_42!moss';

/** A new application that people sign in to; `more` are members of the request. */
export const newApp = (api: Client, type = 'SPA', more: object = {}): Promise<{ id: string }> =>
  api.post('/applications', { name: unique('app'), type,
    oidcClientMetadata: { redirectUris: [redirectUri], postLogoutRedirectUris: [afterLogout] }, ...more })
  .then((answer) => ok(answer));

export interface Person { id: string; username: string; password: string }

/** A new user with a password; `more` are members of the request. */
export async function newPerson(api: Client, more: object = {}): Promise<Person & Record<string, any>> {
  const made = ok(await api.post('/users', { username: unique('person').replace(/\W/g, '_'), password: goodPassword,
    ...more }));
  return { ...made, password: (more as any).password ?? goodPassword };
}

/** PKCE (RFC 7636). */
export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export class Browser {
  readonly jar = new Map<string, string>();
  readonly pkce = pkce();
  readonly #base: () => string;
  readonly #headers: Record<string, string>;

  /** `headers` go with every request: a Host for another tenant, a User-Agent. */
  constructor(base: () => string, headers: Record<string, string> = {}) {
    this.#base = base;
    this.#headers = headers;
  }

  /** `to`: a path, or an address of the server. */
  async request<T = any>(method: string, to: string, options: RequestOptions = {}): Promise<Answer<T>> {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const url = to.startsWith('/') ? this.#base() + to : to;
    const answer = await send<T>(method, url,
      { ...options, headers: { ...(cookie ? { cookie } : {}), ...this.#headers, ...options.headers } });
    for (let i = 0; i < answer.rawHeaders.length; i += 2)
      if (answer.rawHeaders[i]?.toLowerCase() === 'set-cookie') this.#keep(answer.rawHeaders[i + 1] as string);
    return answer;
  }

  #keep(header: string): void {
    const [pair = '', ...attributes] = header.split(';');
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at).trim(), pair.slice(at + 1)];
    const over = attributes.some((one) => /^\s*max-age\s*=\s*0\s*$/i.test(one));
    if (value === '' || over) this.jar.delete(name);
    else this.jar.set(name, value);
  }

  get = <T = any>(to: string, options?: RequestOptions): Promise<Answer<T>> => this.request<T>('GET', to, options);

  /** A call of the Experience API; `path` is what follows /api/experience. */
  page = <T = any>(method: string, path: string, body?: unknown, options?: RequestOptions): Promise<Answer<T>> =>
    this.request<T>(method, `/api/experience${path}`, { body, ...options });

  /** The authorization request of an app, as the client packages make it; `undefined` leaves a parameter out. */
  authorize(app: { id: string }, more: Record<string, string | readonly string[] | undefined> = {}): Promise<Answer> {
    return this.get('/oidc/auth', { query: { client_id: app.id, redirect_uri: redirectUri, response_type: 'code',
      code_challenge: this.pkce.challenge, code_challenge_method: 'S256', state: 'state-1', prompt: 'consent',
      scope: 'openid offline_access profile', ...more } });
  }

  /** Opens the sign-in page of an app: from here on there is an interaction. */
  async visit(app: { id: string }, more: Record<string, string | readonly string[] | undefined> = {}): Promise<this> {
    const answer = await this.authorize(app, more);
    expect({ status: answer.status, location: answer.headers.location })
      .toEqual({ status: 303, location: expect.stringMatching(/^\/[a-z]/) });
    return this;
  }

  /** Begins the Experience API. */
  async start(interactionEvent = 'SignIn'): Promise<this> {
    ok(await this.page('PUT', '', { interactionEvent }), 204);
    return this;
  }

  /** Proves a password; the id of the verification. */
  async prove(person: Pick<Person, 'username' | 'password'>): Promise<string> {
    const answer = await this.page('POST', '/verification/password',
      { identifier: { type: 'username', value: person.username }, password: person.password });
    return ok(answer).verificationId;
  }

  /** Chooses a name and a password on the page for registration; the answer to becoming a user. */
  async register(username = unique('person').replace(/\W/g, '_'), password = goodPassword): Promise<Answer> {
    await this.start('Register');
    const { verificationId } = ok(await this.page('POST', '/verification/new-password-identity',
      { identifier: { type: 'username', value: username }, password }));
    return this.page('POST', '/identification', { verificationId });
  }

  /** Signs in with user name and password, from the page on; the address that resumes the authorization. */
  async logIn(person: Pick<Person, 'username' | 'password'>): Promise<string> {
    await this.start();
    ok(await this.page('POST', '/identification', { verificationId: await this.prove(person) }), 204);
    return ok(await this.page('POST', '/submit')).redirectTo;
  }

  /** Follows redirects until the app gets its answer; the parameters of that. */
  async follow(to: string, home = redirectUri): Promise<URLSearchParams> {
    let next: string | undefined = to;
    for (let hops = 0; next && hops < 8; hops++) {
      if (next.startsWith(home)) return new URL(next).searchParams;
      const { pathname, search } = new URL(next, this.#base());
      const answer: Answer = await this.get(pathname + search);
      expect(answer.status, `GET ${pathname}: ${answer.text.slice(0, 200)}`).toBeLessThan(400);
      next = answer.headers.location;
    }
    throw new Error(`the authorization did not come back to the app: ${next}`);
  }

  /** From the authorization request to the code. */
  async signIn(app: { id: string }, person: Pick<Person, 'username' | 'password'>,
    more: Record<string, string | readonly string[] | undefined> = {}): Promise<string> {
    await this.visit(app, more);
    const code = (await this.follow(await this.logIn(person))).get('code');
    if (!code) throw new Error('the authorization came back without a code');
    return code;
  }

  /** Opens the address that a client package made, and signs in if asked; the address that the app is called with. */
  async open(address: string | URL, person: Pick<Person, 'username' | 'password'>, home = redirectUri): Promise<URL> {
    const { pathname, search } = new URL(address);
    const to = (await this.get(pathname + search)).headers.location ?? '';
    const asked = to.startsWith('/sign-in');
    return new URL(`${home}?${await this.follow(asked ? await this.logIn(person) : to, home)}`);
  }

  /** Opens the address at which a client package ends the session; its page posts itself. Where that leads. */
  async leave(address: string | URL): Promise<string | undefined> {
    const { pathname, search } = new URL(address);
    const page = await this.get(pathname + search);
    expect(page.status, page.text.slice(0, 200)).toBe(200);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const answer = await this.request('POST', '/oidc/session/end/confirm',
      { body: new URLSearchParams({ xsrf, logout: 'yes' }) });
    return answer.headers.location;
  }
}
