// Signing in with an account that one has elsewhere: going there, coming back, and whose account here it is (sign-in.md section 2.3).
import { ApiError, call } from '../../shared/api.ts';
import { page, type SocialConnector } from '../../shared/page.ts';
import { keeper, leaveFor, proveBack, registerBy } from './elsewhere.ts';
import { begin, identify, link, mayRegister, submit } from './flow.ts';
import { go } from './router.tsx';

export const socials = (): SocialConnector[] => page.experience.socialConnectors ?? [];
export const hasSocials = () => socials().length > 0;
export const socialOf = (id: string) => socials().find((one) => one.id === id);

/** What the person decides: to link the account that has the address which the provider vouches for, or to make one. */
export interface Open { id: string; verificationId: string; related?: string }
export const open = keeper<Open>('guildhall:social');

export const goToSocial = (id: string, agreed = false) => leaveFor('social', id, agreed);

const asksAtRegistration = () => page.experience.agreeToTermsPolicy === 'ManualRegistrationOnly' &&
  Boolean(page.experience.termsOfUseUrl || page.experience.privacyPolicyUrl);

export async function linkIt(verificationId: string): Promise<void> {
  await link(verificationId);
  open.clear();
  await submit();
}

export async function createIt(verificationId: string): Promise<void> {
  await registerBy(verificationId);
  open.clear();
  await submit();
}

/** Whose account it is, once the provider has said who the person is. */
async function settle(id: string, verificationId: string, agreed: boolean): Promise<void> {
  try {
    await identify(verificationId);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'user.identity_not_exist') throw error;
    const related: string | undefined = error.data?.relatedUser?.value;
    if (related && page.experience.socialSignIn?.automaticAccountLinking) { await linkIt(verificationId); return; }
    if (!related && !mayRegister()) throw error;
    if (!related && (agreed || !asksAtRegistration())) { await createIt(verificationId); return; }
    open.write({ id, verificationId, ...(related ? { related } : {}) });
    go(`/social/link/${id}`, { replace: true, query: '' });
    return;
  }
  await submit();
}

export async function comeBackSocial(id: string, search: string): Promise<void> {
  const { verificationId, agreed } = await proveBack(id, search, 'social.refused');
  await settle(id, verificationId, agreed);
}

/** By an ID token that the browser has got from Google itself. */
export async function proveByCredential(id: string, connectorData: object): Promise<void> {
  await begin('SignIn', 'no captcha');
  const { verificationId } = await call('POST', `/api/experience/verification/social/${encodeURIComponent(id)}/verify`, { connectorData });
  await settle(id, verificationId, false);
}

/** What a page of the application has got by Google One Tap; the authorization request has left it in a cookie for a moment. */
const oneTapCredential = () => /(?:^|; )_logto_google_one_tap_credential=([\w.-]+)/.exec(document.cookie)?.[1];

/** At once with what Google One Tap has given, else by way of the provider. */
export async function goDirectly({ id, target }: SocialConnector): Promise<void> {
  const credential = target === 'google' ? oneTapCredential() : undefined;
  if (!credential) { await goToSocial(id); return; }
  await proveByCredential(id, { credential });
}
