// What a password has to be, and what is wrong with one, in words.
import { page, t } from './page.ts';

/** What is asked of the form of every password, before one is typed; what the policy leaves open is that of sign-in.md section 9.2. */
export function passwordRules(): string {
  const { length, characterTypes } = page.experience.passwordPolicy ?? {}, kinds = characterTypes?.min ?? 1;
  return [t('password.too_short', { min: length?.min ?? 8 }), ...(kinds > 1 ? [t('password.character_types', { min: kinds })] : [])].join('. ');
}

/** The faults of a password that was refused, one sentence each. */
export function passwordFaults(data: { code: string; interpolation?: Record<string, number> }[]): string {
  const sentences = data.map(({ code, interpolation }) => {
    const name = code.replace('password_rejected.', '').replace(/^restricted.*/, 'restricted');
    return t(`password.${name as 'too_short'}`, interpolation);
  });
  return [...new Set(sentences)].join('. ');
}
