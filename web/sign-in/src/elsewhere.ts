// Leaving for a provider that says who somebody is, an organization's (sso.ts) or one of their own (social.ts), and coming back.
import { ApiError, call } from '../../shared/api.ts';
import { type Key, t } from '../../shared/page.ts';
import { begin, identify, turnTo } from './flow.ts';
import { leave } from './router.tsx';

const api = '/api/experience';

/** What must still be there when the browser comes back, or the page is loaded again. */
export function keeper<T>(place: string) {
  return {
    read(): T | undefined { try { return JSON.parse(sessionStorage.getItem(place) ?? '') as T; } catch { return undefined; } },
    write(value: T): void { sessionStorage.setItem(place, JSON.stringify(value)); },
    clear(): void { sessionStorage.removeItem(place); },
  };
}

export type Kind = 'sso' | 'social';
/** `agreed`: the person has agreed to the terms before. */
interface Going { kind: Kind; id: string; state: string; verificationId: string; agreed?: boolean }
const going = keeper<Going>('guildhall:elsewhere');

/** Of which kind the sign-in is that was begun in this tab. */
export const kindUnderWay = (): Kind => going.read()?.kind ?? 'sso';

/** Nobody guesses it. */
export const newState = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Leaves for the provider. That is proof enough that a person is there. */
export async function leaveFor(kind: Kind, id: string, agreed = false): Promise<void> {
  await begin('SignIn', 'no captcha');
  const state = newState();
  const { authorizationUri, verificationId } = await call('POST', `${api}/verification/${kind}/${encodeURIComponent(id)}/authorization-uri`,
    { state, redirectUri: `${location.origin}/callback/${id}` });
  going.write({ kind, id, state, verificationId, agreed });
  await leave(authorizationUri);
}

/** The browser is back, with what the provider says in the query. Only what was begun in this tab is gone on with. */
export async function proveBack(id: string, search: string, refused: Key): Promise<{ verificationId: string; agreed: boolean }> {
  const kept = going.read(), data = Object.fromEntries(new URLSearchParams(search));
  going.clear();
  if (!kept || kept.id !== id || kept.state !== data['state']) throw new ApiError(400, 'sso.stale', t('sso.stale'));
  if (data['error']) throw new ApiError(400, refused, t(refused));
  const { verificationId } = await call('POST', `${api}/verification/${kept.kind}/${encodeURIComponent(id)}/verify`,
    { verificationId: kept.verificationId, connectorData: data });
  return { verificationId, agreed: Boolean(kept.agreed) };
}

/** Somebody else, or the same person in another window, may have registered in the meantime. */
const registeredMeanwhile = ['user.email_already_in_use', 'user.identity_already_in_use'];

export async function registerBy(verificationId: string): Promise<void> {
  await turnTo('Register');
  try {
    await identify(verificationId);
  } catch (error) {
    if (!(error instanceof ApiError) || !registeredMeanwhile.includes(error.code)) throw error;
    await turnTo('SignIn');
    await identify(verificationId);
  }
}
