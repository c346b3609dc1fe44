// The calls by which people prove a second factor, set one up, or do without.
import { call } from '../../shared/api.ts';
import type { Identifier } from '../../shared/identifier.ts';
import { createPasskey, usePasskey } from '../../shared/passkey.ts';
import type { Factor } from '../../shared/page.ts';
import { asked } from './asked.ts';
import { begin, identify, submit } from './flow.ts';

const verification = '/api/experience/verification', profile = '/api/experience/profile/mfa';

/** The two factors that are codes to an address, and what the API calls the address. */
const kinds: Partial<Record<Factor, 'email' | 'phone'>> = { EmailVerificationCode: 'email', PhoneVerificationCode: 'phone' };
export const kindOf = (factor: Factor) => kinds[factor] ?? 'email';
export const isMessage = (factor: Factor) => factor in kinds;

/* -- proving one that there is -- */

export async function proveTotp(code: string): Promise<void> {
  await call('POST', `${verification}/totp/verify`, { code });
  await submit();
}

export async function proveBackupCode(code: string): Promise<void> {
  await call('POST', `${verification}/backup-code/verify`, { code });
  await submit();
}

/** Remembers a code that was sent, so that the page may be loaded again without sending another. */
function noteSent(factor: Factor, verificationId: string, address?: string): void {
  asked.write({ factors: [factor], masked: {}, ...asked.read(), sent: { factor, verificationId, ...(address ? { address } : {}) } });
}

export const sentBy = (factor: Factor) => {
  const sent = asked.read()?.sent;
  return sent?.factor === factor ? sent : undefined;
};

export async function sendFactorCode(factor: Factor): Promise<void> {
  const { verificationId } = await call('POST', `${verification}/mfa-verification-code`, { identifierType: kindOf(factor) });
  noteSent(factor, verificationId);
}

export async function proveFactorCode(factor: Factor, code: string): Promise<void> {
  await call('POST', `${verification}/mfa-verification-code/verify`,
    { identifierType: kindOf(factor), verificationId: sentBy(factor)?.verificationId, code });
  await submit();
}

export async function provePasskey(): Promise<void> {
  const { verificationId, authenticationOptions } = await call('POST', `${verification}/web-authn/authentication`);
  const payload = await usePasskey(authenticationOptions);
  await call('POST', `${verification}/web-authn/authentication/verify`, { verificationId, payload });
  await submit();
}

/* -- setting one up -- */

async function bind(type: Factor, verificationId: string): Promise<void> {
  await call('POST', profile, { type, verificationId });
  await submit();
}

export interface NewTotp { verificationId: string; secret: string; secretQrCode: string }
export const newTotp = () => call<NewTotp>('POST', `${verification}/totp/secret`);

export async function bindTotp(verificationId: string, code: string): Promise<void> {
  await call('POST', `${verification}/totp/verify`, { verificationId, code });
  await bind('Totp', verificationId);
}

async function makePasskey(): Promise<string> {
  const { verificationId, registrationOptions } = await call('POST', `${verification}/web-authn/registration`);
  const payload = await createPasskey(registrationOptions);
  await call('POST', `${verification}/web-authn/registration/verify`, { verificationId, payload });
  return verificationId;
}

export const bindPasskey = async () => bind('WebAuthn', await makePasskey());

/** One to sign in with, instead of a password. */
export async function bindSignInPasskey(): Promise<void> {
  await call('POST', `${profile}/passkey`, { verificationId: await makePasskey() });
  await submit();
}

export async function sendAddressCode(factor: Factor, address: string): Promise<void> {
  const { interactionEvent } = await call('GET', '/api/experience/interaction');
  const { verificationId } = await call('POST', `${verification}/verification-code`,
    { identifier: { type: kindOf(factor), value: address }, interactionEvent });
  noteSent(factor, verificationId, address);
}

export async function bindAddress(factor: Factor, code: string): Promise<void> {
  const { verificationId = '', address: value } = sentBy(factor) ?? {};
  await call('POST', `${verification}/verification-code/verify`,
    { identifier: { type: kindOf(factor), value }, verificationId, code });
  await bind(factor, verificationId);
}

export interface NewBackupCodes { verificationId: string; codes: string[] }
export const newBackupCodes = () => call<NewBackupCodes>('POST', `${verification}/backup-code/generate`);
export const bindBackupCodes = (verificationId: string) => bind('BackupCode', verificationId);

/* -- wishes -- */

/** Takes up what was suggested, or does without it, and goes on. */
export async function say(wish: 'mfa-enabled' | 'mfa-skipped' | 'mfa-suggestion-skipped' | 'passkey-skipped'): Promise<void> {
  await call('POST', `${profile}/${wish}`);
  await submit();
}

/* -- signing in with a passkey -- */

/** Any passkey that the person has here; with `signal` it is offered in the list of a field. */
export async function askForPasskey(signal?: AbortSignal): Promise<object> {
  const { authenticationOptions } =
    await call('POST', '/api/experience/preflight/sign-in-passkey/authentication');
  return usePasskey(authenticationOptions, signal);
}

async function enterWith(proof: { verificationId?: string; payload: object }): Promise<void> {
  const { verificationId } = await call('POST', `${verification}/sign-in-passkey/authentication/verify`, proof);
  await identify(verificationId);
  await submit();
}

/** The passkey says who it is. */
export async function signInWithPasskey(payload: object): Promise<void> {
  await begin('SignIn', 'no captcha');
  await enterWith({ payload });
}

/** Somebody who has said who they are proves it by a passkey instead of a password. */
export async function signInByPasskey(identifier: Identifier): Promise<void> {
  await begin('SignIn', 'no captcha');
  const { verificationId, authenticationOptions } =
    await call('POST', `${verification}/sign-in-passkey/authentication`, { identifier });
  await enterWith({ verificationId, payload: await usePasskey(authenticationOptions) });
}
