// What happens between the screens: the Experience API in the order of the contract, and where each answer leads.
import { ApiError, call } from '../../shared/api.ts';
import type { Identifier } from '../../shared/identifier.ts';
import { page } from '../../shared/page.ts';
import { asked, followAsked } from './asked.ts';
import { captchaToken } from './captcha.tsx';
import { go, leave } from './router.tsx';
import { followOrganization } from './sso.ts';

export type Purpose = 'SignIn' | 'Register' | 'ForgotPassword';

/** What the next screen needs of the one before. Kept for a reload of the page, and forgotten with the tab. */
export interface Pending { purpose: Purpose; identifier: Identifier; verificationId?: string; email?: string }

const place = 'guildhall:sign-in';

export const pending = {
  read(): Pending | undefined {
    try { return JSON.parse(sessionStorage.getItem(place) ?? '') as Pending; } catch { return undefined; }
  },
  write(value: Pending): void { sessionStorage.setItem(place, JSON.stringify(value)); },
  clear(): void { sessionStorage.removeItem(place); },
};

const api = '/api/experience';

/** Whatever there was is forgotten. Links and passkeys are proof enough that a person is there. */
export async function begin(purpose: Purpose, how?: 'no captcha'): Promise<void> {
  const token = how ? undefined : await captchaToken();
  await call('PUT', api, { interactionEvent: purpose, ...(token ? { captchaToken: token } : {}) });
}

export const turnTo = (purpose: Purpose) => call('PUT', `${api}/interaction-event`, { interactionEvent: purpose });
export const identify = (verificationId?: string) =>
  call('POST', `${api}/identification`, verificationId ? { verificationId } : {});
/** The account elsewhere becomes that of the person who has the address which it proves. */
export const link = (verificationId: string) =>
  call('POST', `${api}/identification`, { verificationId, linkSocialIdentity: true });

/** Where a refusal leads by itself. False: it is for the screen to show. */
async function follow(error: ApiError): Promise<boolean> {
  if (followAsked(error) || await followOrganization(error)) return true;
  if (error.code === 'user.missing_profile') {
    const [first] = error.data?.missingProfile ?? [];
    go(`/continue/${first === 'extraProfile' ? 'extra-profile' : first === 'emailOrPhone' ? 'email-or-phone' : first}`);
    return true;
  }
  if (error.code === 'user.suspended') { go('/account-suspended', { replace: true }); return true; }
  if (error.code === 'session.not_found' || error.code === 'session.interaction_not_found') {
    go('/unknown-session', { replace: true });
    return true;
  }
  return false;
}

/** Runs a step; a refusal that leads to another screen goes there, any other is thrown. */
export async function step(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof ApiError) || !await follow(error)) throw error;
  }
}

/** All is proven: write it, and go back to the application. */
export async function submit(): Promise<void> {
  const { redirectTo } = await call(`POST`, `${api}/submit`);
  pending.clear();
  asked.clear();
  await leave(redirectTo);
}

export async function signInWithPassword(identifier: Identifier, password: string): Promise<void> {
  await begin('SignIn');
  const { verificationId } = await call('POST', `${api}/verification/password`, { identifier, password });
  await identify(verificationId);
  await submit();
}

export async function sendCode(purpose: Purpose, identifier: Identifier): Promise<void> {
  const { verificationId } = await call('POST', `${api}/verification/verification-code`,
    { identifier, interactionEvent: purpose });
  pending.write({ ...pending.read(), purpose, identifier, verificationId });
}

export const flowPath: Record<Purpose, string> =
  { SignIn: '/sign-in', Register: '/register', ForgotPassword: '/forgot-password' };

export async function startWithCode(purpose: Purpose, identifier: Identifier): Promise<void> {
  pending.clear();
  await begin(purpose);
  await sendCode(purpose, identifier);
  go(`${flowPath[purpose]}/verification-code`);
}

/** The code proves the identifier; what comes next is for the caller. */
export async function proveCode({ identifier, verificationId }: Pending, code: string): Promise<void> {
  await call('POST', `${api}/verification/verification-code/verify`, { identifier, verificationId, code });
}

export async function registerUsername(identifier: Identifier, password: string): Promise<void> {
  await begin('Register');
  const { verificationId } =
    await call('POST', `${api}/verification/new-password-identity`, { identifier, password });
  await identify(verificationId);
  await submit();
}

/** The username alone, where accounts have no password. */
export async function registerWithoutPassword(identifier: Identifier): Promise<void> {
  await begin('Register');
  await call('POST', `${api}/profile`, { type: 'username', value: identifier.value });
  await identify();
  await submit();
}

/** Adds what the account lacks, and goes on where that was missed. */
export async function complete(part: object): Promise<void> {
  await call('POST', `${api}/profile`, part);
  const { interactionEvent, userId } = await call('GET', `${api}/interaction`);
  if (interactionEvent === 'Register' && !userId) await identify();
  await submit();
}

export async function setNewPassword(password: string): Promise<void> {
  await call('PUT', `${api}/profile/password`, { password });
  await call('POST', `${api}/submit`);
  pending.clear();
}

export async function useOneTimeToken(email: string, token: string): Promise<void> {
  await begin('SignIn', 'no captcha');
  const { verificationId } = await call('POST', `${api}/verification/one-time-token/verify`,
    { identifier: { type: 'email', value: email }, token });
  try {
    await identify(verificationId);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'user.user_not_exist') throw error;
    await turnTo('Register');
    await identify(verificationId);
  }
  await submit();
}

export const mayRegister = () => page.experience.signInMode !== 'SignIn';
export const maySignIn = () => page.experience.signInMode !== 'Register';
