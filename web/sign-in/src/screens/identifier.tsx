// The field that says who one is, for every screen that asks for it.
import { type Kind, t, type Key } from '../../../shared/page.ts';
import { Field } from '../ui.tsx';

const labels: Record<Kind, Key> = { username: 'input.username', email: 'input.email', phone: 'input.phone_number' };

/** "Username / E-mail": what may be typed. */
export const identifierLabel = (kinds: readonly Kind[]) => kinds.map((kind) => t(labels[kind])).join(' / ');

/** With `withPasskeys` the browser's list of names has the passkeys that there are too. */
export function IdentifierField({ kinds, value, onValue, fault, withPasskeys = false }:
  { kinds: readonly Kind[]; value: string; onValue: (value: string) => void; fault?: string | undefined;
    withPasskeys?: boolean }) {
  const only = kinds.length === 1 ? kinds[0] : undefined;
  return <Field label={identifierLabel(kinds)} name="identifier" value={value} onValue={onValue} fault={fault} autoFocus
    type={only === 'email' ? 'email' : only === 'phone' ? 'tel' : 'text'}
    inputMode={only === 'email' ? 'email' : only === 'phone' ? 'tel' : 'text'}
    autocomplete={`${only === 'email' ? 'email' : only === 'phone' ? 'tel' : 'username'}${withPasskeys ? ' webauthn' : ''}`} />;
}
