// What people register and sign in with, as the form has it and as the API does. All that is pure, for the form and its summary.
import type { Experience } from './api.ts';

export type Method = Experience['signIn']['methods'][number];
export type Kind = Method['identifier'];
export type Second = Kind | 'emailOrPhone';
export type Passwordless = 'EmailVerificationCode' | 'PhoneVerificationCode';

export interface Values {
  mode: Experience['signInMode'];
  /** The first identifiers, joined: '', 'username', 'email+phone'. */
  primary: string;
  secondary: Second[];
  password: boolean;
  methods: Method[];
  /** null: whatever can be sent. */
  reset: Passwordless[] | null;
  passkey: boolean; passkeyButton: boolean; passkeyFill: boolean;
  caseSensitive: boolean; minLength: number | string; maxLength: number | string;
  allowed: Experience['usernamePolicy']['allowedChars'];
  sso: boolean;
  unknownSession: string;
  /** Targets of social connectors, in the order of their buttons. */
  social: string[]; linksBySelf: boolean; asksMissing: boolean;
}

export const kinds: readonly Kind[] = ['username', 'email', 'phone'];
export const seconds: readonly Second[] = ['username', 'email', 'phone', 'emailOrPhone'];

export const partsOf = (primary: string): Kind[] => primary.split('+').filter(Boolean) as Kind[];
const both = (one: Second): Kind[] => one === 'emailOrPhone' ? ['email', 'phone'] : [one];

/** All that an account must have, or may. */
export const asked = ({ primary, secondary }: Pick<Values, 'primary' | 'secondary'>): Kind[] =>
  [...new Set([...partsOf(primary), ...secondary.flatMap(both)])];

export const verifies = (values: Pick<Values, 'primary' | 'secondary'>): boolean => asked(values).some((one) => one !== 'username');

/** Somebody with nothing but a username can prove nothing without a password. */
export const needsPassword = (values: Pick<Values, 'primary' | 'secondary'>): boolean => partsOf(values.primary).includes('username') && !verifies(values);

/** What may still be asked for afterwards. */
export const offered = ({ primary, secondary }: Pick<Values, 'primary' | 'secondary'>): Second[] => {
  const taken = asked({ primary, secondary });
  return seconds.filter((one) => both(one).every((kind) => !taken.includes(kind)));
};

const newMethod = (identifier: Kind, password: boolean): Method =>
  ({ identifier, password: password || identifier === 'username', verificationCode: identifier !== 'username', isPasswordPrimary: password || identifier === 'username' });

/** What registration asks for is a way to sign in, and nothing is asked for twice. */
export function settled(values: Values): Values {
  const first = partsOf(values.primary);
  const secondary = first.length ? values.secondary.filter((one) => both(one).every((kind) => !first.includes(kind))) : [];
  const now = { ...values, secondary }, password = values.password || needsPassword(now);
  const missing = asked(now).filter((kind) => !values.methods.some(({ identifier }) => identifier === kind));
  return { ...now, password, methods: [...values.methods, ...missing.map((kind) => newMethod(kind, password))] };
}

export const withMethod = (values: Values, kind: Kind): Values => ({ ...values, methods: [...values.methods, newMethod(kind, values.password)] });

/** The list with the one at `i` moved by `step`. */
export function moved<T>(list: readonly T[], i: number, step: number): T[] {
  const out = [...list], [one] = out.splice(i, 1);
  out.splice(i + step, 0, one as T);
  return out;
}

type Stored = Pick<Experience, 'signInMode' | 'signUp' | 'signIn' | 'forgotPasswordMethods' | 'passkeySignIn' | 'usernamePolicy' | 'singleSignOnEnabled' |
  'unknownSessionRedirectUrl' | 'socialSignInConnectorTargets' | 'socialSignIn'>;

export const valuesOf = ({ signInMode, signUp, signIn, forgotPasswordMethods, passkeySignIn, usernamePolicy, singleSignOnEnabled,
  unknownSessionRedirectUrl, socialSignInConnectorTargets, socialSignIn }: Stored): Values => ({
  mode: signInMode, primary: signUp.identifiers.join('+'), secondary: (signUp.secondaryIdentifiers ?? []).map(({ identifier }) => identifier),
  password: signUp.password, methods: signIn.methods, reset: forgotPasswordMethods,
  passkey: passkeySignIn.enabled ?? false, passkeyButton: passkeySignIn.showPasskeyButton ?? false, passkeyFill: passkeySignIn.allowAutofill ?? false,
  caseSensitive: usernamePolicy.caseSensitive, minLength: usernamePolicy.minLength, maxLength: usernamePolicy.maxLength, allowed: usernamePolicy.allowedChars,
  sso: singleSignOnEnabled, unknownSession: unknownSessionRedirectUrl ?? '', social: socialSignInConnectorTargets, linksBySelf: socialSignIn.automaticAccountLinking ?? false,
  asksMissing: !socialSignIn.skipRequiredIdentifiers });

/** The members of the sign-in experience. */
export const bodyOf = (values: Values): Stored => ({
  signInMode: values.mode,
  signUp: { identifiers: partsOf(values.primary), password: values.password, verify: verifies(values),
    secondaryIdentifiers: values.secondary.map((identifier) => identifier === 'username' ? { identifier } : { identifier, verify: true }) },
  signIn: { methods: values.methods },
  forgotPasswordMethods: values.reset,
  passkeySignIn: { enabled: values.passkey, showPasskeyButton: values.passkeyButton, allowAutofill: values.passkeyFill },
  usernamePolicy: { caseSensitive: values.caseSensitive, minLength: Number(values.minLength), maxLength: Number(values.maxLength), allowedChars: values.allowed },
  singleSignOnEnabled: values.sso,
  unknownSessionRedirectUrl: values.unknownSession.trim() || null,
  socialSignInConnectorTargets: values.social,
  socialSignIn: { automaticAccountLinking: values.linksBySelf, skipRequiredIdentifiers: !values.asksMissing },
});

/** Members that are as they were are not sent: saving a policy does not judge anew how people sign in. */
export function changesOf(values: Values, before: Values): Partial<Stored> {
  const now = bodyOf(values), was = bodyOf(before);
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(was[name as keyof Stored])));
}

/** Which connectors the values need and there are none of. */
export function missingConnectors(values: Values, types: readonly string[]): ('Email' | 'Sms')[] {
  const sends = new Set<Kind>([...asked(values), ...values.methods.filter(({ verificationCode }) => verificationCode).map(({ identifier }) => identifier)]);
  if (values.reset?.includes('EmailVerificationCode')) sends.add('email');
  if (values.reset?.includes('PhoneVerificationCode')) sends.add('phone');
  return ([['email', 'Email'], ['phone', 'Sms']] as const).filter(([kind, type]) => sends.has(kind) && !types.includes(type)).map(([, type]) => type);
}
