// The Live Preview as an application of its own: the code flow with PKCE (RFC 7636), by the built-in client.

const clientId = 'demo-app';
const address = `${location.origin}/demo-app`;
const place = 'guildhall:demo-app';
export const scope = 'openid offline_access profile email phone custom_data identities roles urn:logto:scope:organizations urn:logto:scope:organization_roles';

export type Claims = Record<string, unknown>;
interface Tokens { idToken: string; refreshToken: string }

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(48)));

/** The claims of a token that this page has got from the server itself. */
export function claimsOf(token: string): Claims {
  const part = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), (c) => c.charCodeAt(0)))) as Claims;
}

const read = <T>(name: string): T | undefined => {
  const text = sessionStorage.getItem(`${place}:${name}`);
  return text === null ? undefined : JSON.parse(text) as T;
};
const write = (name: string, value: unknown) => sessionStorage.setItem(`${place}:${name}`, JSON.stringify(value));

export async function signIn(): Promise<void> {
  const verifier = random(), state = random();
  write('begun', { verifier, state });
  const challenge = base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
  location.replace(`/oidc/auth?${new URLSearchParams({ client_id: clientId, redirect_uri: address, response_type: 'code',
    scope, prompt: 'consent', state, code_challenge: challenge, code_challenge_method: 'S256',
    resource: 'urn:logto:resource:organizations', ...given() })}`);
}

/** What whoever opens the preview wants to try: handed on to the authorization. */
function given(): Record<string, string> {
  const asked = new URLSearchParams(location.search), out: Record<string, string> = {};
  for (const name of ['organization_id', 'ui_locales', 'first_screen', 'login_hint', 'one_time_token']) {
    const value = asked.get(name);
    if (value) out[name] = value;
  }
  return out;
}

async function ask(form: Record<string, string>): Promise<any> {
  const answer = await fetch('/oidc/token', { method: 'POST', body: new URLSearchParams({ client_id: clientId, ...form }) });
  const value = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(value.message ?? value.error_description ?? value.error ?? `HTTP ${answer.status}`);
  return value;
}

/** The tokens that are there, or those of the code in the address; undefined: nobody has signed in. */
export async function tokens(): Promise<Tokens | undefined> {
  const back = new URLSearchParams(location.search);
  const begun = read<{ verifier: string; state: string }>('begun');
  if (back.get('error')) throw new Error(back.get('error_description') ?? back.get('error') ?? '');
  if (!back.get('code')) return read<Tokens>('tokens');
  history.replaceState(null, '', address);
  if (!begun || begun.state !== back.get('state')) return undefined;
  sessionStorage.removeItem(`${place}:begun`);
  const answer = await ask({ grant_type: 'authorization_code', code: back.get('code') as string,
    redirect_uri: address, code_verifier: begun.verifier });
  return keep({ idToken: answer.id_token, refreshToken: answer.refresh_token });
}

function keep(value: Tokens): Tokens {
  write('tokens', value);
  return value;
}

/** The claims of a token for one organization; the refresh token is renewed by it. */
export async function organizationClaims(id: string): Promise<Claims> {
  const now = read<Tokens>('tokens');
  const answer = await ask({ grant_type: 'refresh_token', refresh_token: now?.refreshToken ?? '', organization_id: id });
  if (now) keep({ idToken: answer.id_token ?? now.idToken, refreshToken: answer.refresh_token ?? now.refreshToken });
  return claimsOf(answer.access_token);
}

export async function signOut(): Promise<void> {
  const now = read<Tokens>('tokens');
  sessionStorage.removeItem(`${place}:tokens`);
  if (now?.refreshToken) await fetch('/oidc/token/revocation', { method: 'POST',
    body: new URLSearchParams({ client_id: clientId, token: now.refreshToken }) }).catch(() => undefined);
  location.assign(`/oidc/session/end?${new URLSearchParams({ client_id: clientId, post_logout_redirect_uri: address })}`);
}

