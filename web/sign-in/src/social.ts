// Signing in with an account that one has elsewhere: going there, coming back, and whose account here it is (sign-in.md section 2.3).
import { ApiError } from '../../shared/api.ts';
import { page, type SocialConnector } from '../../shared/page.ts';
import { keeper, leaveFor, proveBack, registerBy } from './elsewhere.ts';
import { identify, link, mayRegister, submit } from './flow.ts';
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

export async function comeBackSocial(id: string, search: string): Promise<void> {
  const { verificationId, agreed } = await proveBack(id, search, 'social.refused');
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
