// What the server asks for after the first proof: a second factor, a new one, or a passkey (sign-in.md section 8). It says so by
// refusing; each refusal leads to a screen, which finds here what came with it.
import type { ApiError } from '../../shared/api.ts';
import type { Factor } from '../../shared/page.ts';
import { go } from './router.tsx';

export interface Asked {
  /** Of those that the person has, or those that can be set up. */
  factors: Factor[];
  /** Where codes go to: c***@x.example. */
  masked: Partial<Record<Factor, string>>;
  /** What says that the person does without; undefined: nobody may. */
  skip?: 'mfa-skipped' | 'mfa-suggestion-skipped' | undefined;
  /** A code is on its way by this factor, to this address where it is a new one. */
  sent?: { factor: Factor; verificationId: string; address?: string } | undefined;
}

const place = 'guildhall:asked';

export const asked = {
  read(): Asked | undefined {
    try { return JSON.parse(sessionStorage.getItem(place) ?? '') as Asked; } catch { return undefined; }
  },
  write(value: Asked): void { sessionStorage.setItem(place, JSON.stringify(value)); },
  clear(): void { sessionStorage.removeItem(place); },
};

interface Data {
  availableFactors?: Factor[]; maskedIdentifiers?: Asked['masked'] | null; skippable?: boolean;
  isWebAuthnUsedAsSignInPasskey?: boolean;
}

const read = ({ availableFactors, maskedIdentifiers }: Data): Asked =>
  ({ factors: availableFactors ?? [], masked: maskedIdentifiers ?? {} });

/** Codes for a rainy day come after another factor, by themselves. */
const toSetUp = (data: Data, skip: Asked['skip']): Asked => {
  const all = read(data);
  return { ...all, factors: all.factors.filter((one) => one !== 'BackupCode'), skip: data.skippable ? skip : undefined };
};

/** Of what is suggested, what the person does not have already; all, if that is what remains to be said. */
function toAdd(data: Data): Asked {
  const all = toSetUp(data, 'mfa-suggestion-skipped');
  const has = (one: Factor) => Boolean(all.masked[one]) || (one === 'WebAuthn' && data.isWebAuthnUsedAsSignInPasskey);
  const fresh = all.factors.filter((one) => !has(one));
  return fresh.length ? { ...all, factors: fresh } : all;
}

/** The screen of the only way there is, else the one that lets choose. */
const binding = ({ factors }: Asked) => factors.length === 1 ? `/mfa-binding/${factors[0]}` : '/mfa-binding';

const leads: Record<string, [(data: Data) => Asked, (next: Asked) => string]> = {
  'session.mfa.require_mfa_verification': [read, ({ factors }) => `/mfa-verification/${factors[0] ?? ''}`],
  'user.suggest_mfa': [read, () => '/mfa-onboarding'],
  'user.missing_mfa': [(data) => toSetUp(data, 'mfa-skipped'), binding],
  'session.mfa.suggest_additional_mfa': [toAdd, () => '/mfa-binding'],
  'session.mfa.backup_code_required': [read, () => '/mfa-binding/BackupCode'],
  'user.passkey_preferred': [read, () => '/create-passkey'],
};

/** Whether the refusal asks for one of these things; then its screen is shown. What was done is not gone back to. */
export function followAsked({ code, data }: ApiError): boolean {
  const lead = leads[code];
  if (!lead) return false;
  const next = lead[0](data ?? {});
  asked.write(next);
  go(lead[1](next), { replace: /^\/(mfa-|create-passkey)/.test(location.pathname) });
  return true;
}
