// A device without a keyboard shows a code; here it is entered and confirmed (oidc.md section 7.4).
import { useState } from 'preact/hooks';
import { t } from '../../../shared/page.ts';
import { query } from '../router.tsx';
import { Button, Field, Screen } from '../ui.tsx';

const secret = () => /(?:^|;\s*)_logto_device_flow_xsrf=([^;]*)/.exec(document.cookie)?.[1] ?? '';

/** Posts a form, as the provider wants it: the answer is another page. */
function post(fields: Record<string, string>): void {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = '/oidc/device';
  for (const [name, value] of Object.entries({ xsrf: secret(), ...fields })) {
    const input = document.createElement('input');
    Object.assign(input, { type: 'hidden', name, value });
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}

function faultOf(name: string | null): string | undefined {
  if (!name || name === 'NoCodeError') return undefined;
  if (name === 'SlowDown') return t('error.too_many_attempts');
  return t(['NotFoundError', 'ExpiredError', 'AlreadyUsedError'].includes(name) ? 'error.device_code' : 'error.unknown');
}

export function Device() {
  const [code, setCode] = useState(query('input_code') ?? '');
  const [empty, setEmpty] = useState(false);
  const shown = query('user_code');
  if (shown) return (
    <Screen title={t('description.device_confirm')}>
      <p class="user-code">{shown}</p>
      <div class="actions">
        <Button onClick={() => post({ user_code: shown, confirm: 'yes' })}>{t('action.connect')}</Button>
        <Button kind="secondary" onClick={() => post({ user_code: shown, abort: 'yes' })}>{t('action.cancel')}</Button>
      </div>
    </Screen>
  );
  if (query('error') === 'AbortedError') return (
    <Screen title={t('error.device_aborted')} description={t('description.device_done_hint')}>
      <div class="actions">
        <Button kind="secondary" onClick={() => location.assign('/device')}>{t('action.try_again')}</Button>
      </div>
    </Screen>
  );
  const fault = empty ? t('error.general_required', { name: t('input.user_code') }) : faultOf(query('error'));
  return (
    <Screen title={t('description.device_code')}>
      <form class="form" noValidate onSubmit={(event) => {
        event.preventDefault();
        setEmpty(code.trim() === '');
        if (code.trim()) post({ user_code: code });
      }}>
        <Field label={t('input.user_code')} name="user_code" value={code} onValue={setCode} fault={fault} autoFocus
          autocomplete="off" />
        <Button type="submit">{t('action.continue')}</Button>
      </form>
    </Screen>
  );
}

export const DeviceDone = () =>
  <Screen title={t('description.device_done')} description={t('description.device_done_hint')} />;
