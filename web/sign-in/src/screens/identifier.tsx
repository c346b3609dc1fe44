// The field that says who one is, for every screen that asks for it.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { type Identifier, identifierFault, identifierLabel, readIdentifier } from '../../../shared/identifier.ts';
import type { Kind } from '../../../shared/page.ts';
import { Field } from '../ui.tsx';

/**
 * `signsIn`: an account that there is, so that password managers fill in the name of it, whatever its kind. With
 * `withPasskeys` the browser's list of names has the passkeys that there are too.
 */
export function IdentifierField({ kinds, value, onValue, fault, signsIn = false, withPasskeys = false }:
  { kinds: readonly Kind[]; value: string; onValue: (value: string) => void; fault?: string | undefined;
    signsIn?: boolean; withPasskeys?: boolean }) {
  const only = kinds.length === 1 ? kinds[0] : undefined;
  return <Field label={identifierLabel(kinds)} name="identifier" value={value} onValue={onValue} fault={fault} autoFocus
    type={only === 'email' ? 'email' : only === 'phone' ? 'tel' : 'text'}
    inputMode={only === 'email' ? 'email' : only === 'phone' ? 'tel' : 'text'}
    autocomplete={`${signsIn ? 'username' : only === 'email' ? 'email' : only === 'phone' ? 'tel' : 'username'}${withPasskeys ? ' webauthn' : ''}`} />;
}

/** The field of a screen that asks for nothing else. `read` gives what was typed, or shows what is wrong with it. */
export function useIdentifier(kinds: readonly Kind[], hint = '') {
  const [value, setValue] = useState(hint);
  const [fault, setFault] = useState<string>();
  const read = (): Identifier | undefined => {
    const identifier = readIdentifier(value, kinds), found = identifierFault(identifier, kinds);
    setFault(found);
    return found ? undefined : identifier;
  };
  const field: ComponentChildren = <IdentifierField kinds={kinds} value={value} onValue={setValue} fault={fault} />;
  return { read, field };
}
