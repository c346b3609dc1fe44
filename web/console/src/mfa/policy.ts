// What the page asks for, and the members of the sign-in experience that say it.
import type { Experience } from '../sign-in-experience/api.ts';
import type { Faults } from '../ui/form.ts';

type Stored = Pick<Experience, 'mfa' | 'adaptiveMfa'>;
export type Factor = Experience['mfa']['factors'][number];
export type Policy = Experience['mfa']['policy'];
export type Require = 'optional' | 'adaptive' | 'mandatory';
export type Prompt = Exclude<Policy, 'UserControlled' | 'Mandatory'>;

export interface Values { factors: Factor[]; require: Require; prompt: Prompt; organizations: 'NoPrompt' | 'Mandatory' }

export const factors: readonly Factor[] = ['WebAuthn', 'Totp', 'PhoneVerificationCode', 'EmailVerificationCode', 'BackupCode'];

/** Which prompts go with it. */
export const promptsOf: Record<Require, readonly Prompt[]> = {
  optional: ['NoPrompt', 'PromptAtSignInAndSignUp', 'PromptOnlyAtSignIn'],
  adaptive: ['PromptAtSignInAndSignUpMandatory', 'PromptOnlyAtSignInMandatory'],
  mandatory: [],
};

const none = { factors: [], require: 'optional', prompt: 'PromptAtSignInAndSignUp', organizations: 'NoPrompt' } as const;

export function valuesOf({ mfa, adaptiveMfa }: Stored): Values {
  const require = adaptiveMfa.enabled ? 'adaptive' : mfa.policy === 'Mandatory' ? 'mandatory' : 'optional';
  const stored = mfa.policy === 'UserControlled' ? 'PromptAtSignInAndSignUp' : mfa.policy;	// its old name
  return { factors: mfa.factors, require, prompt: fitting(require, stored), organizations: mfa.organizationRequiredMfaPolicy ?? 'NoPrompt' };
}

function fitting(require: Require, prompt: Policy): Prompt {
  const offered = promptsOf[require];
  return offered.find((one) => one === prompt) ?? offered[0] ?? 'PromptAtSignInAndSignUp';
}

/** The same with another way; a prompt that does not go with it gives way. */
export const requiring = (values: Values, require: Require): Values => ({ ...values, require, prompt: fitting(require, values.prompt) });

/** The same with a factor on or off; without any the policy is as it was at first. */
export function withFactor(values: Values, factor: Factor, on: boolean): Values {
  const left = factors.filter((one) => one === factor ? on : values.factors.includes(one));
  return left.length ? { ...values, factors: left } : { ...none, factors: [] };
}

export const bodyOf = ({ factors: chosen, require, prompt, organizations }: Values): Stored => ({
  mfa: { factors: chosen, policy: require === 'mandatory' ? 'Mandatory' : prompt,
    ...(require === 'optional' ? { organizationRequiredMfaPolicy: organizations } : {}) },
  adaptiveMfa: { enabled: require === 'adaptive' },
});

/** What keeps a factor that sends codes from being switched on. */
export function hindrance(factor: Factor, { signIn }: Pick<Experience, 'signIn'>, connectorTypes: readonly string[]): 'usedToSignIn' | 'noConnector' | undefined {
  const [identifier, type] = factor === 'EmailVerificationCode' ? ['email', 'Email'] : factor === 'PhoneVerificationCode' ? ['phone', 'Sms'] : [];
  if (!identifier || !type) return undefined;
  if (signIn.methods.some((one) => one.identifier === identifier && one.verificationCode)) return 'usedToSignIn';
  return connectorTypes.includes(type) ? undefined : 'noConnector';
}

export function faultsOf({ factors: chosen }: Values, hinders: (factor: Factor) => ReturnType<typeof hindrance>,
  words: { needsConnector: string; backupAlone: string }): Faults<Values> {
  if (chosen.some((one) => hinders(one) === 'noConnector')) return { factors: words.needsConnector };
  return chosen.length === 1 && chosen[0] === 'BackupCode' ? { factors: words.backupAlone } : {};
}
