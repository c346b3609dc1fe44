// What is wrong with a password, in words.
import { t } from './page.ts';

/** The faults of a password that was refused, one sentence each. */
export function passwordFaults(data: { code: string; interpolation?: Record<string, number> }[]): string {
  const sentences = data.map(({ code, interpolation }) => {
    const name = code.replace('password_rejected.', '').replace(/^restricted.*|^unsupported.*/, 'restricted');
    return t(`password.${name as 'too_short'}`, interpolation);
  });
  return [...new Set(sentences)].join('. ');
}
