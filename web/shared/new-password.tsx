// A new password, typed twice.
import { useState } from 'preact/hooks';
import { t } from './page.ts';
import { passwordFaults, passwordRules } from './password.ts';
import { type Action, Field } from './ui.tsx';

/**
 * The two fields of a form. `read` gives the password once both are alike, and shows what is wrong otherwise. `message`
 * of the form is what it says of the action: what the server finds wrong with the password stands at its field.
 */
export function useNewPassword(action: Action) {
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [faults, setFaults] = useState<{ password?: string; again?: string }>({});
  const refused = action.error?.code === 'password.rejected' ? passwordFaults(action.error.data ?? []) : undefined;
  const read = (): string | undefined => {
    const found = {
      ...(password === '' ? { password: t('error.general_required', { name: t('input.new_password') }) } : {}),
      ...(password !== again ? { again: t('error.passwords_differ') } : {}),
    };
    setFaults(found);
    return Object.keys(found).length === 0 ? password : undefined;
  };
  const fault = faults.password ?? refused;
  const fields = <>
    <Field label={t('input.new_password')} name="new-password" type="password" autocomplete="new-password" autoFocus
      value={password} onValue={setPassword} fault={fault} help={fault ? undefined : passwordRules()} />
    <Field label={t('input.confirm_password')} name="confirm-password" type="password" autocomplete="new-password"
      value={again} onValue={setAgain} fault={faults.again} />
  </>;
  return { read, fields, message: refused ? '' : undefined };
}
