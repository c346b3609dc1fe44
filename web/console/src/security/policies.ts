// What the tabs ask for, and the members of the sign-in experience that say it.
import { t } from '../locales/index.ts';
import { later } from '../locales/later.ts';
import { same, type Faults } from '../ui/form.ts';
import type { CaptchaConfig, Experience } from './api.ts';

/** A field of a number holds text while somebody types. */
type Typed = number | string;

const isBetween = (value: Typed, least: number, most: number) => String(value).trim() !== '' && Number.isInteger(Number(value)) && Number(value) >= least && Number(value) <= most;

/** Faults of fields of whole numbers: each has its limits. */
function numberFaults<V extends object>(values: V, limits: { [K in keyof V]?: readonly [least: number, most: number] }): Faults<V> {
  const out: Faults<V> = {};
  for (const [name, [least, most]] of Object.entries(limits) as [keyof V, readonly [number, number]][])
    if (!isBetween(values[name] as Typed, least, most)) out[name] = later.security.numberFault(least, most);
  return out;
}

/** Entries of a field with one in each line, each once. */
export const linesOf = (text: string): string[] => [...new Set(text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean))];

/* -- captcha -- */

type Mode = NonNullable<CaptchaConfig['mode']>;
export interface CaptchaValues { enabled: boolean; type: CaptchaConfig['type'] | ''; siteKey: string; secretKey: string; projectId: string; mode: Mode; domain: string }

const noCaptcha: CaptchaValues = { enabled: false, type: '', siteKey: '', secretKey: '', projectId: '', mode: 'invisible', domain: '' };

export const captchaValues = ({ captchaPolicy }: Pick<Experience, 'captchaPolicy'>, config: CaptchaConfig | undefined): CaptchaValues =>
  ({ ...noCaptcha, ...config, enabled: captchaPolicy.enabled ?? false });

export function configOf({ type, siteKey, secretKey, projectId, mode, domain }: CaptchaValues): CaptchaConfig | undefined {
  if (!type) return undefined;
  const keys = { type, siteKey: siteKey.trim(), secretKey: secretKey.trim() };
  return type === 'Turnstile' ? keys : { ...keys, projectId: projectId.trim(), mode, ...(domain ? { domain } : {}) };
}

export function captchaFaults(values: CaptchaValues): Faults<CaptchaValues> {
  if (!values.type) return values.enabled ? { type: later.security.captcha.needsService } : {};
  const needed = ['siteKey', 'secretKey', ...values.type === 'RecaptchaEnterprise' ? ['projectId'] : []] as (keyof CaptchaValues)[];
  return Object.fromEntries(needed.filter((name) => String(values[name]).trim() === '').map((name) => [name, t.common.required])) as Faults<CaptchaValues>;
}

/* -- passwords -- */

export const passwordDefaults = { least: 8, most: 256, kinds: 1, days: 90 } as const;

export interface PasswordValues { least: Typed; most: Typed; kinds: string; pwned: boolean; repetition: boolean; userInfo: boolean; words: string; expires: boolean; days: Typed }

export function passwordValues({ passwordPolicy: { length, characterTypes, rejects }, passwordExpiration }: Pick<Experience, 'passwordPolicy' | 'passwordExpiration'>): PasswordValues {
  return { least: length?.min ?? passwordDefaults.least, most: length?.max ?? passwordDefaults.most, kinds: String(characterTypes?.min ?? passwordDefaults.kinds),
    pwned: rejects?.pwned ?? true, repetition: rejects?.repetitionAndSequence ?? true, userInfo: rejects?.userInfo ?? true, words: (rejects?.words ?? []).join('\n'),
    expires: passwordExpiration.enabled ?? false, days: passwordExpiration.validPeriodDays ?? passwordDefaults.days };
}

const policyOf = ({ least, most, kinds, pwned, repetition, userInfo, words }: PasswordValues) => ({ length: { min: Number(least), max: Number(most) },
  characterTypes: { min: Number(kinds) }, rejects: { pwned, repetitionAndSequence: repetition, userInfo, words: linesOf(words) } });
const expirationOf = ({ expires, days }: PasswordValues) => expires ? { enabled: true, validPeriodDays: Number(days) } : { enabled: false };

/** Only what differs: saving the policy must not begin the days of the expiry anew. */
export const passwordBody = (values: PasswordValues, before: PasswordValues) => ({
  ...(same(policyOf(values), policyOf(before)) ? {} : { passwordPolicy: policyOf(values) }),
  ...(same(expirationOf(values), expirationOf(before)) ? {} : { passwordExpiration: expirationOf(values) }),
});

const longestPassword = 256, longestDays = 36_500;

export function passwordFaults(values: PasswordValues): Faults<PasswordValues> {
  const out = numberFaults(values, { least: [1, longestPassword], most: [1, longestPassword], ...(values.expires ? { days: [1, longestDays] as const } : {}) });
  if (!out.least && !out.most && Number(values.least) > Number(values.most)) out.least = later.security.password.lengthFault;
  return out;
}

/** Whoever's password has expired needs a way to a new one: a code, by something that can be sent. */
export const canReset = ({ forgotPasswordMethods }: Pick<Experience, 'forgotPasswordMethods'>, types: readonly string[]): boolean =>
  ([['EmailVerificationCode', 'Email'], ['PhoneVerificationCode', 'Sms']] as const)
    .some(([method, type]) => types.includes(type) && (forgotPasswordMethods === null || forgotPasswordMethods.includes(method)));

/* -- addresses -- */

export interface BlocklistValues { subaddressing: boolean; blocked: string; allowed: string }

export const blocklistValues = ({ emailBlocklistPolicy: it }: Pick<Experience, 'emailBlocklistPolicy'>): BlocklistValues =>
  ({ subaddressing: it.blockSubaddressing ?? false, blocked: (it.customBlocklist ?? []).join('\n'), allowed: (it.customAllowlist ?? []).join('\n') });

export const blocklistBody = ({ subaddressing, blocked, allowed }: BlocklistValues) => ({ emailBlocklistPolicy: {
  blockSubaddressing: subaddressing, customBlocklist: linesOf(blocked), customAllowlist: linesOf(allowed) } });

/** An address, or @ and a domain; a star stands for any run of characters. */
const isPattern = (entry: string) => /^[^\s,;<>"@]*@[^\s,;<>"@.][^\s,;<>"@]*$/.test(entry) && /@.*\./.test(entry) && !entry.endsWith('.');

export function blocklistFaults(values: BlocklistValues): Faults<BlocklistValues> {
  const out: Faults<BlocklistValues> = {};
  for (const name of ['blocked', 'allowed'] as const) {
    const bad = linesOf(values[name]).find((entry) => !isPattern(entry));
    if (bad !== undefined) out[name] = later.security.blocklist.entryFault(bad);
  }
  return out;
}

/* -- lockout and codes -- */

export interface GeneralValues { attempts: Typed; minutes: Typed; seconds: Typed; tries: Typed }

export const generalDefaults = { attempts: 100, minutes: 60, seconds: 600, tries: 10 } as const;
const limits = { attempts: [1, 1_000_000], minutes: [1, 525_600], seconds: [60, 3600], tries: [1, 100] } as const;

export const generalValues = ({ sentinelPolicy, verificationCodePolicy }: Pick<Experience, 'sentinelPolicy' | 'verificationCodePolicy'>): GeneralValues => ({
  attempts: sentinelPolicy.maxAttempts ?? generalDefaults.attempts, minutes: sentinelPolicy.lockoutDuration ?? generalDefaults.minutes,
  seconds: verificationCodePolicy.expirationDuration ?? generalDefaults.seconds, tries: verificationCodePolicy.maxRetryAttempts ?? generalDefaults.tries });

const lockoutOf = ({ attempts, minutes }: GeneralValues) => ({ maxAttempts: Number(attempts), lockoutDuration: Number(minutes) });
const codesOf = ({ seconds, tries }: GeneralValues) => ({ expirationDuration: Number(seconds), maxRetryAttempts: Number(tries) });

export const generalBody = (values: GeneralValues, before: GeneralValues) => ({
  ...(same(lockoutOf(values), lockoutOf(before)) ? {} : { sentinelPolicy: lockoutOf(values) }),
  ...(same(codesOf(values), codesOf(before)) ? {} : { verificationCodePolicy: codesOf(values) }),
});

export const generalFaults = (values: GeneralValues): Faults<GeneralValues> => numberFaults(values, limits);
