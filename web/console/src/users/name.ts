// How people are called.
import { t } from '../locales/index.ts';

export interface Named { name: string | null; primaryEmail: string | null; primaryPhone: string | null; username: string | null }

const phoneOf = (digits: string | null) => digits && `+${digits}`;
const all = ({ name, primaryEmail, primaryPhone, username }: Named) => [name, primaryEmail, phoneOf(primaryPhone), username].filter(Boolean) as string[];

export const displayName = (user: Named): string => all(user)[0] ?? t.common.unnamed;

/** Another one of their names, to tell people with the same first one apart. */
export const secondName = (user: Named): string | undefined => all(user)[1];

/** Both; who has no second one is told apart by the id. */
export const calledBy = (user: Named & { id: string }): { title: string; detail: string } =>
  ({ title: displayName(user), detail: secondName(user) ?? user.id });
