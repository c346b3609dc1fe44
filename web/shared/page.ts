// What the server put into the document: what the first paint shows (signin/page.c).
import type english from '../../src/tenant/phrases/en.json';

export type Kind = 'username' | 'email' | 'phone';

export interface Method { identifier: Kind; password: boolean; verificationCode: boolean; isPasswordPrimary: boolean }

export interface ProfilePart {
  enabled: boolean; name: string; type: string; label?: string; required: boolean;
  config?: ProfileField['config'];
}

export interface ProfileField {
  name: string; type: string; label: string; description: string | null; required: boolean;
  config: {
    placeholder?: string; minLength?: number; maxLength?: number; minValue?: number; maxValue?: number;
    format?: string; customFormat?: string; defaultValue?: string;
    options?: { label?: string; value: string }[]; parts?: ProfilePart[];
  };
}

export type Factor = 'Totp' | 'WebAuthn' | 'BackupCode' | 'EmailVerificationCode' | 'PhoneVerificationCode';

export interface CaptchaConfig {
  type: 'Turnstile' | 'RecaptchaEnterprise'; siteKey: string; mode?: 'invisible' | 'checkbox'; domain?: string;
}

/** A sign-in of an organization. */
export interface SsoConnector { id: string; connectorName: string; logo: string; darkLogo: string }

/** A provider where people have accounts of their own. */
export interface SocialConnector { id: string; target: string; name: Record<string, string>; logo: string; logoDark: string | null }

export interface Branding { logoUrl?: string; darkLogoUrl?: string }

export interface Experience {
  branding: Branding;
  color: { isDarkModeEnabled: boolean };
  termsOfUseUrl: string | null; privacyPolicyUrl: string | null;
  agreeToTermsPolicy: 'Automatic' | 'ManualRegistrationOnly' | 'Manual';
  signIn: { methods: Method[] };
  signUp: { identifiers: Kind[]; password: boolean; verify: boolean };
  signInMode: 'SignIn' | 'Register' | 'SignInAndRegister';
  forgotPassword: { email: boolean; phone: boolean };
  customProfileFields: ProfileField[];
  passwordPolicy?: { length?: { min?: number }; characterTypes?: { min?: number } };
  supportEmail: string | null; supportWebsiteUrl: string | null;
  passkeySignIn: { enabled?: boolean; showPasskeyButton?: boolean; allowAutofill?: boolean };
  captchaConfig?: CaptchaConfig;
  hasSsoConnectors?: boolean;
  socialConnectors?: SocialConnector[];
  socialSignIn?: { automaticAccountLinking?: boolean };
  googleOneTap?: { autoSelect: boolean; itpSupport: boolean; closeOnTapOutside?: boolean; clientId: string; connectorId: string };
}

export interface Page {
  experience: Experience; phrases: typeof english; language: string; appId?: string; organizationId?: string;
  /** The languages that the application which led here asked for. */
  uiLocales?: string;
  /** There is no administrator of this installation yet; "link": the person came by the link that makes one. */
  claim?: 'link' | 'awaited';
  /** The origin of the Console, where the page is only looked at. */
  previewFrom?: string;
  /** Where Google One Tap may be asked for the sign-in under way. */
  oneTapNonce?: string;
}

export const page = JSON.parse(document.getElementById('page')?.textContent ?? 'null') as Page;

type Phrases = typeof english;
/** group.key of a text of the catalogue; one that is not there does not compile. */
export type Key = { [G in keyof Phrases & string]: `${G}.${keyof Phrases[G] & string}` }[keyof Phrases & string];

/** What the provider is called in the language of the page. */
export const socialName = ({ name, target }: SocialConnector) =>
  name[page.language] ?? name[page.language.split('-')[0] ?? ''] ?? name['en'] ?? Object.values(name)[0] ?? target;

const readsLeftward = /[\u0590-\u08ff\ufb1d-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A name as it stands within a text: one that is read from right to left does not turn what is around it. */
const within = (text: string) => readsLeftward.test(text) ? `\u2068${text}\u2069` : text;

/** The text of a key, with its {{names}} filled. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const [group = '', name = ''] = key.split('.');
  const text = (page.phrases as Record<string, Record<string, string>>)[group]?.[name] ?? key;
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => within(String(values[name] ?? whole)));
}
