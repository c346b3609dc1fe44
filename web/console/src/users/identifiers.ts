// What people sign in by, as forms check and send it. Contract: users-apps-resources.md sections 1.1 and 1.3.
import { t } from '../locales/index.ts';
import type { Faults } from '../ui/form.ts';

export interface Identifiers { primaryEmail: string; primaryPhone: string; username: string }

/** Only digits are stored. */
export const digits = (phone: string): string => phone.replace(/\D/g, '');

export const identifierFaults = ({ primaryEmail, primaryPhone, username }: Identifiers): Faults<Identifiers> => ({
  ...(primaryEmail.trim() && !/^\S+@\S+\.\S+$/.test(primaryEmail.trim()) ? { primaryEmail: t.users.emailFault } : {}),
  ...(primaryPhone.trim() && !/^(?=.*\d)[\d\s+()-]+$/.test(primaryPhone.trim()) ? { primaryPhone: t.users.phoneFault } : {}),
  ...(username.trim() && !/^[A-Za-z_]\w*$/.test(username.trim()) ? { username: t.users.usernameFault } : {}),
});

/** Refusals of the API that belong to a field. */
export const identifierCodes = {
  'user.username_already_in_use': 'username', 'user.email_already_in_use': 'primaryEmail', 'user.phone_already_in_use': 'primaryPhone',
  'user.invalid_phone': 'primaryPhone', 'user.invalid_email': 'primaryEmail',
} as const;
