// A page as an application of its own: the code flow with PKCE (RFC 7636), by a built-in client.

import { ApiError } from './api.ts';
import { t } from './page.ts';

export type Claims = Record<string, unknown>;
export interface Tokens { idToken: string; accessToken: string; refreshToken: string; expiresAt: number }

/** `asks`: what the authorization is asked for beside the scopes. */
export interface Application { id: string; path: string; scope: string; asks?: Record<string, string> }

const earlyMs = 30_000;		// a token that ends within this time is renewed before it is used

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(48)));

/** The claims of a token that this page has got from the server itself. */
export function claimsOf(token: string): Claims {
  const part = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), (c) => c.charCodeAt(0)))) as Claims;
}

/** What whoever opens the page wants: handed on to the authorization. */
function given(): Record<string, string> {
  const asked = new URLSearchParams(location.search), out: Record<string, string> = {};
  for (const name of ['organization_id', 'ui_locales', 'first_screen', 'login_hint', 'one_time_token', 'direct_sign_in']) {
    const value = asked.get(name);
    if (value) out[name] = value;
  }
  return out;
}

/** The tokens of the application in this tab. */
export function oidcClient({ id, path, scope, asks = {} }: Application) {
  const address = `${location.origin}${path}`, place = `guildhall:${id}`;
  let renewal: Promise<Tokens> | undefined;

  const read = <T>(name: string): T | undefined => {
    const text = sessionStorage.getItem(`${place}:${name}`);
    return text === null ? undefined : JSON.parse(text) as T;
  };
  const write = (name: string, value: unknown) => sessionStorage.setItem(`${place}:${name}`, JSON.stringify(value));
  const forget = (name: string) => sessionStorage.removeItem(`${place}:${name}`);

  async function ask(form: Record<string, string>): Promise<any> {
    const answer = await fetch('/oidc/token', { method: 'POST', body: new URLSearchParams({ client_id: id, ...form }) })
      .catch(() => { throw new ApiError(0, 'away', t('description.server_away')); });
    const value = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(value.error_description ?? value.message ?? value.error ?? `HTTP ${answer.status}`);
    return value;
  }

  /** Keeps what an answer brings, and what it does not bring of those before. */
  function keep(answer: any, before?: Tokens): Tokens {
    const value = { idToken: answer.id_token ?? before?.idToken, refreshToken: answer.refresh_token ?? before?.refreshToken,
      accessToken: answer.access_token, expiresAt: Date.now() + (answer.expires_in ?? 0) * 1000 };
    write('tokens', value);
    return value;
  }

  /** A refresh token is used once: whoever else wants one meanwhile waits for the same answer. */
  function renew(more: Record<string, string> = {}): Promise<any> {
    const now = read<Tokens>('tokens');
    return ask({ grant_type: 'refresh_token', refresh_token: now?.refreshToken ?? '', ...more });
  }

  return {
    /** Sends the browser to the authorization; it comes back to `path`. */
    async signIn(): Promise<void> {
      const verifier = random(), state = random();
      forget('tokens');
      write('begun', { verifier, state, from: location.pathname });
      const challenge = base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
      location.replace(`/oidc/auth?${new URLSearchParams({ client_id: id, redirect_uri: address, response_type: 'code',
        scope, state, code_challenge: challenge, code_challenge_method: 'S256', ...asks, ...given() })}`);
    },

    /** The tokens that are there, or those of the code in the address; undefined: nobody has signed in. */
    async tokens(): Promise<Tokens | undefined> {
      const back = new URLSearchParams(location.search);
      const begun = read<{ verifier: string; state: string; from: string }>('begun');
      if (back.get('error')) throw new Error(back.get('error_description') ?? back.get('error') ?? '');
      if (!back.get('code')) return read<Tokens>('tokens');
      history.replaceState(null, '', begun?.from ?? address);
      if (!begun || begun.state !== back.get('state')) return undefined;
      forget('begun');
      return keep(await ask({ grant_type: 'authorization_code', code: back.get('code') as string,
        redirect_uri: address, code_verifier: begun.verifier }));
    },

    /** What the ID token says of who is signed in. */
    claims(): Claims {
      const now = read<Tokens>('tokens');
      return now ? claimsOf(now.idToken) : {};
    },

    /** An access token that is good for a while; throws where the person has to sign in again. */
    async accessToken(): Promise<string> {
      const now = read<Tokens>('tokens');
      if (now && now.expiresAt - earlyMs > Date.now()) return now.accessToken;
      renewal ??= renew().then((answer) => keep(answer, now)).finally(() => { renewal = undefined; });
      return (await renewal).accessToken;
    },

    /** The claims of a token for one organization; the refresh token is renewed by it. */
    async organizationClaims(organization: string): Promise<Claims> {
      const now = read<Tokens>('tokens'), answer = await renew({ organization_id: organization });
      if (now) write('tokens', { ...now, idToken: answer.id_token ?? now.idToken, refreshToken: answer.refresh_token ?? now.refreshToken });
      return claimsOf(answer.access_token);
    },

    async signOut(): Promise<void> {
      const now = read<Tokens>('tokens'), language = asks['ui_locales'];
      forget('tokens');
      if (now?.refreshToken) await fetch('/oidc/token/revocation', { method: 'POST',
        body: new URLSearchParams({ client_id: id, token: now.refreshToken }) }).catch(() => undefined);
      location.assign(`/oidc/session/end?${new URLSearchParams({ client_id: id, post_logout_redirect_uri: address,
        ...(language ? { ui_locales: language } : {}) })}`);
    },
  };
}
