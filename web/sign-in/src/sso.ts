// Signing in at one's organization: which one an address belongs to, going there, and coming back (jit-and-sso.md section 4).
import { ApiError, call } from '../../shared/api.ts';
import type { Identifier } from '../../shared/identifier.ts';
import { page, type SsoConnector, t } from '../../shared/page.ts';
import { begin, identify, mayRegister, submit, turnTo } from './flow.ts';
import { go, leave } from './router.tsx';

const api = '/api/experience';

export const organizations = (): SsoConnector[] => page.experience.ssoConnectors ?? [];
export const hasOrganizations = () => organizations().length > 0;

/** What must still be there when the browser comes back, or the page is loaded again. */
function keeper<T>(place: string) {
  return {
    read(): T | undefined { try { return JSON.parse(sessionStorage.getItem(place) ?? '') as T; } catch { return undefined; } },
    write(value: T): void { sessionStorage.setItem(place, JSON.stringify(value)); },
    clear(): void { sessionStorage.removeItem(place); },
  };
}
const choices = keeper<string[]>('guildhall:organizations');
const going = keeper<{ id: string; state: string; verificationId: string }>('guildhall:organization');

/** Those that the person may choose from. */
export const chosen = (): SsoConnector[] => organizations().filter(({ id }) => choices.read()?.includes(id));

export const organizationsOf = async (email: string): Promise<string[]> =>
  (await call('GET', `${api}/sso-connectors?email=${encodeURIComponent(email)}`)).connectorIds;

const newState = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Leaves for the sign-in of the organization. That is proof enough that a person is there. */
export async function goTo(id: string): Promise<void> {
  await begin('SignIn', 'no captcha');
  const state = newState();
  const { authorizationUri, verificationId } = await call('POST', `${api}/verification/sso/${encodeURIComponent(id)}/authorization-uri`,
    { state, redirectUri: `${location.origin}/callback/${id}` });
  going.write({ id, state, verificationId });
  await leave(authorizationUri);
}

/** To the one that there is, or to the choice. */
export async function goToOneOf(ids: string[]): Promise<void> {
  const [only] = ids;
  if (only && ids.length === 1) { await goTo(only); return; }
  choices.write(ids);
  go('/single-sign-on/connectors');
}

/** Does what was asked for, unless people with this address sign in at their organization. */
export async function unlessOrganization({ type, value }: Identifier, run: () => Promise<void>): Promise<void> {
  const ids = type === 'email' && hasOrganizations() ? await organizationsOf(value) : [];
  await (ids.length ? goToOneOf(ids) : run());
}

/** The server refuses every other way for such an address. */
export function followOrganization(error: ApiError): boolean {
  if (error.code !== 'session.sso_enabled') return false;
  choices.write((error.data?.ssoConnectors ?? []).map(({ id }: SsoConnector) => id));
  if (chosen().length === 0) return false;
  go('/single-sign-on/connectors');
  return true;
}

/** Somebody else, or the same person in another window, may have registered in the meantime. */
const registeredMeanwhile = ['user.email_already_in_use', 'user.identity_already_in_use'];

async function register(verificationId: string): Promise<void> {
  await turnTo('Register');
  try {
    await identify(verificationId);
  } catch (error) {
    if (!(error instanceof ApiError) || !registeredMeanwhile.includes(error.code)) throw error;
    await turnTo('SignIn');
    await identify(verificationId);
  }
}

/** The browser is back, with what the organization says in the query. Only what was begun in this tab is gone on with. */
export async function comeBack(id: string, search: string): Promise<void> {
  const kept = going.read(), data = Object.fromEntries(new URLSearchParams(search));
  going.clear();
  if (!kept || kept.id !== id || kept.state !== data['state']) throw new ApiError(400, 'sso.stale', t('sso.stale'));
  if (data['error']) throw new ApiError(400, 'sso.refused', t('sso.refused'));
  const { verificationId } = await call('POST', `${api}/verification/sso/${encodeURIComponent(id)}/verify`,
    { verificationId: kept.verificationId, connectorData: data });
  try {
    await identify(verificationId);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'user.sso_identity_not_exist' || !mayRegister()) throw error;
    await register(verificationId);
  }
  await submit();
}
