// What stops working when a connector is deleted. All that is pure.
import type { Experience } from '../sign-in-experience/api.ts';

export type Use = 'registration' | 'signIn' | 'forgotPassword' | 'mfa' | 'invitations';

type Rules = Pick<Experience, 'signUp' | 'signIn' | 'forgotPasswordMethods' | 'mfa'>;

const parts = {
  Email: { identifier: 'email', reset: 'EmailVerificationCode', factor: 'EmailVerificationCode' },
  Sms: { identifier: 'phone', reset: 'PhoneVerificationCode', factor: 'PhoneVerificationCode' },
} as const;

/** What needs messages of this type now. */
export function usesOf(type: keyof typeof parts, { signUp, signIn, forgotPasswordMethods, mfa }: Rules): Use[] {
  const { identifier, reset, factor } = parts[type];
  const asks = signUp.identifiers.includes(identifier) || (signUp.secondaryIdentifiers ?? []).some((one) => one.identifier === identifier);
  const uses: [Use, boolean][] = [
    ['registration', asks],
    ['signIn', signIn.methods.some((one) => one.identifier === identifier && one.verificationCode)],
    ['forgotPassword', forgotPasswordMethods === null || forgotPasswordMethods.includes(reset)],
    ['mfa', (mfa.factors as string[]).includes(factor)],
    ['invitations', type === 'Email'],
  ];
  return uses.filter(([, isUsed]) => isUsed).map(([use]) => use);
}

/** Mails can always be used to invite: that alone is no use which one has chosen. */
export const isInUse = (uses: readonly Use[]): boolean => uses.some((use) => use !== 'invitations');
