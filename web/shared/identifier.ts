// What says who one is: a username, an e-mail address, a number.
import { type Key, type Kind, t } from './page.ts';

export interface Identifier { type: Kind; value: string }

const labels: Record<Kind, Key> = { username: 'input.username', email: 'input.email', phone: 'input.phone_number' };

/** "Username / E-mail": what may be typed. */
export const identifierLabel = (kinds: readonly Kind[]) => kinds.map((kind) => t(labels[kind])).join(' / ');

/** What was typed, read as one of the kinds that may be: an address has an @, a number has digits alone. */
export function readIdentifier(text: string, kinds: readonly Kind[]): Identifier {
  const value = text.trim();
  if (value.includes('@') && kinds.includes('email')) return { type: 'email', value };
  if (/^\+?[\d\s().-]+$/.test(value) && kinds.includes('phone')) return { type: 'phone', value: value.replace(/\D/g, '') };
  const type = kinds.includes('username') ? 'username' : kinds[0] ?? 'username';
  return { type, value: type === 'phone' ? value.replace(/[\s().+-]/g, '') : value };
}

/** As people write it: the number of a phone begins with its country. */
export const shownIdentifier = ({ type, value }: Identifier) => type === 'phone' ? `+${value.replace(/^\+/, '')}` : value;

/** Why it cannot be one of the kinds that were asked for, in words; undefined: it can. */
export function identifierFault({ type, value }: Identifier, kinds: readonly Kind[] = [type]): string | undefined {
  if (value === '') return t('error.general_required', { name: identifierLabel(kinds) });
  if (type === 'email' && !/^\S+@\S+\.\S+$/.test(value)) return t('error.invalid_email');
  if (type === 'phone' && !/^\d{5,}$/.test(value)) return t('error.invalid_phone');
  if (type === 'username' && !/^[A-Z_a-z]\w*$/.test(value)) return t('error.invalid_username');
  return undefined;
}
