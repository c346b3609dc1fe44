// Linking an account that the person has elsewhere: going there, and what the browser comes back with.
import { ApiError } from '../../shared/api.ts';
import { page, type SocialConnector, t } from '../../shared/page.ts';
import { beginSocial, checkSocial, linkSocial, proof, type Proof } from './api.ts';

export const socials = (): SocialConnector[] => page.experience.socialConnectors ?? [];

const place = 'guildhall:linking', callback = /^\/account\/callback\/social\/([\w-]+)$/;
interface Going { id: string; state: string; record: string; proof: Proof | undefined }

/** What the address brought back. It is taken from there before anything else reads it: the page has answers of its own. */
let back: { id: string; data: Record<string, string> } | undefined;

export function takeBack(): void {
  const [, id] = callback.exec(location.pathname) ?? [];
  if (!id) return;
  back = { id, data: Object.fromEntries(new URLSearchParams(location.search)) };
  history.replaceState(null, '', '/account/security');
}

export async function leaveFor(id: string): Promise<void> {
  const state = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const { verificationRecordId: record, authorizationUri } =
    await beginSocial(id, state, `${location.origin}/account/callback/social/${id}`);
  sessionStorage.setItem(place, JSON.stringify({ id, state, record, proof: proof.get() } satisfies Going));
  location.assign(authorizationUri);
  await new Promise(() => {});	// the browser is on its way
}

/** Links what was begun in this tab. False: the browser does not come back from anywhere. */
export async function finishLink(): Promise<boolean> {
  const came = back, text = sessionStorage.getItem(place), kept = text ? JSON.parse(text) as Going : undefined;
  if (!came) return false;
  back = undefined;
  sessionStorage.removeItem(place);
  if (!kept || kept.id !== came.id || kept.state !== came.data['state']) throw new ApiError(400, 'sso.stale', t('sso.stale'));
  if (came.data['error']) throw new ApiError(400, 'social.refused', t('social.refused'));
  if (kept.proof) proof.restore(kept.proof);
  await checkSocial(kept.record, came.data);
  await linkSocial(kept.record);
  return true;
}
