// How people register and sign in, in a few lines: for the comparison before something of it is changed.
import { t } from '../locales/index.ts';
import { partsOf, type Method, type Values } from './identifiers.ts';

const words = t.experience.methods, names = t.experience.identifiers;

export const primaryName = (primary: string): string =>
  partsOf(primary).map((one) => names[one]).reduce((all, one) => all ? t.experience.or(all, one) : one, '') || words.nothing;

function howOf({ password, verificationCode, isPasswordPrimary }: Method): string {
  if (password && verificationCode) return isPasswordPrimary ? words.passwordThenCode : words.codeThenPassword;
  return password ? words.password1 : words.code1;
}

export interface Summary { title: string; lines: string[] }

export function summaryOf(values: Values): Summary[] {
  const register = values.mode === 'SignIn' ? [words.closed]
    : [values.password ? words.withPassword(primaryName(values.primary)) : primaryName(values.primary), ...values.secondary.map((one) => words.then(names[one]))];
  const ways = values.methods.map((one) => words.way(names[one.identifier], howOf(one)));
  const signIn = values.mode === 'Register' ? [words.closed] : ways.length ? ways : [words.noneShort];
  return [{ title: words.register, lines: register }, { title: words.signInShort, lines: signIn }];
}
