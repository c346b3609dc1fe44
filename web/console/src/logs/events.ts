// What the keys of the audit log mean in words. A key is put together of parts, and so is its title.
import { t } from '../locales/index.ts';

const flows = ['SignIn', 'Register', 'ForgotPassword'] as const;
const kinds = ['Password', 'EmailVerificationCode', 'PhoneVerificationCode', 'NewPasswordIdentity', 'OneTimeToken', 'SignInPasskey', 'Social', 'EnterpriseSso',
  'Totp', 'WebAuthn', 'BackupCode', 'MfaEmailVerificationCode', 'MfaPhoneVerificationCode'] as const;
/** What is done in one step, without a verification that was begun before. */
const atOnce: readonly string[] = ['Password', 'NewPasswordIdentity', 'OneTimeToken', 'BackupCode'];
const factors = ['Totp', 'WebAuthn', 'BackupCode', 'EmailVerificationCode', 'PhoneVerificationCode'] as const;
const areas = ['Account', 'Profile', 'Password', 'PrimaryEmail', 'PrimaryPhone', 'Identities', 'MfaVerifications', 'MfaSettings', 'LogtoConfigs',
  'Sessions', 'Grants', 'Organization'] as const;

const verifications = (prefix: string, of: readonly string[]) => of.flatMap((kind) =>
  (atOnce.includes(kind) ? ['Submit'] : ['Create', 'Submit']).map((action) => `${prefix}.Verification.${kind}.${action}`));

/** All that can be filtered by, in groups. */
export const eventGroups = (): { group: string; keys: string[] }[] => [
  { group: t.logs.groups.tokens, keys: ['AuthorizationCode', 'RefreshToken', 'ClientCredentials', 'TokenExchange', 'DeviceCode', 'Unknown']
    .map((kind) => `ExchangeTokenBy.${kind}`).concat('RevokeToken', 'RevokeGrants') },
  { group: t.logs.groups.interactions, keys: ['Interaction.Create', 'Interaction.End', 'Interaction.Create.Captcha'] },
  ...flows.map((flow) => ({ group: t.logs.flows[flow], keys: [
    ...['Create', 'Update', 'Submit', 'Identifier.Submit', 'Profile.Update', 'SignInPasskey.Submit'].map((what) => `Interaction.${flow}.${what}`),
    ...factors.map((factor) => `Interaction.${flow}.BindMfa.${factor}.Submit`),
    ...verifications(`Interaction.${flow}`, kinds)] })),
  { group: t.logs.groups.account, keys: [...areas.map((area) => `Account.${area}.Update`),
    ...verifications('Account', ['Password', 'EmailVerificationCode', 'PhoneVerificationCode', 'WebAuthn']), 'User.MfaVerifications.Update'] },
  { group: t.logs.groups.other, keys: ['JwtCustomizer.AccessToken', 'JwtCustomizer.ClientCredentials', 'SamlApplication.AuthnRequest', 'SamlApplication.Callback',
    'Action.PostFirstFactorVerification', 'Action.PostSignIn'] },
];

/** NewPasswordIdentity -> new password identity; for parts that no text is written for. */
export const spaced = (part: string): string => part.replace(/([a-z])(?=[A-Z])/g, '$1 ').toLowerCase();

const wordOf = (texts: Record<string, string>, part: string): string => Object.hasOwn(texts, part) ? texts[part]! : spaced(part);
const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A key in words: Interaction.SignIn.Verification.Password.Submit -> "Sign-in: password verified". */
export function eventTitle(key: string): string {
  if (Object.hasOwn(t.logs.whole, key)) return (t.logs.whole as Record<string, string>)[key]!;
  const [first = '', ...rest] = key.split('.');
  if (first === 'ExchangeTokenBy') return t.logs.exchange(wordOf(t.logs.exchanges, rest.join(' ')));
  if (first !== 'Interaction' && first !== 'Account') return upper([first, ...rest].map(spaced).join(' '));
  const isFlow = first === 'Interaction' && Object.hasOwn(t.logs.flows, rest[0] ?? '');
  const before = first === 'Account' ? t.logs.groups.account : isFlow ? (t.logs.flows as Record<string, string>)[rest[0]!]! : t.logs.groups.interactions;
  const said = isFlow ? rest.slice(1) : rest, action = said.at(-1) ?? '', what = said.slice(0, -1).filter((part) => part !== 'Verification');
  if (isFlow && Object.hasOwn(t.logs.steps, said.join('.'))) return t.logs.told(before, (t.logs.steps as Record<string, string>)[said.join('.')]!);
  const isVerification = said[0] === 'Verification';
  const actions: Record<string, string> = isVerification ? t.logs.verificationActions : t.logs.actions;
  return t.logs.told(before, [...what.map((part) => wordOf(t.logs.parts, part)), wordOf(actions, action)].join(' '));
}
