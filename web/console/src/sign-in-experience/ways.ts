// The usual ways to register and sign in, each with a name, for somebody who wants to choose one and go on.
import { bodyOf, settled, type Values } from './identifiers.ts';

const ways = {
  username: { primary: 'username', password: true },
  email: { primary: 'email', password: true },
  emailCode: { primary: 'email', password: false },
  phoneCode: { primary: 'phone', password: false },
} as const;
export type Way = keyof typeof ways;
export const wayNames = Object.keys(ways) as Way[];

/** The connector that it cannot do without. */
export const neededBy = (way: Way): 'Email' | 'Sms' | undefined => ({ username: undefined, email: 'Email', emailCode: 'Email', phoneCode: 'Sms' } as const)[way];

/** The form with this way and no other. */
export const withWay = (values: Values, way: Way): Values => settled({ ...values, ...ways[way], secondary: [], methods: [] });

const peopleOf = (values: Values) => { const { signUp, signIn } = bodyOf(values); return JSON.stringify({ signUp, signIn }); };

/** Which of them it is already, if it is one. */
export const wayOf = (values: Values): Way | undefined => wayNames.find((way) => peopleOf(withWay(values, way)) === peopleOf(values));
