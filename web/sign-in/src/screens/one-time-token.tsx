// A link that signs one in, and what to do when another account is signed in already.
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../../../shared/api.ts';
import { t } from '../../../shared/page.ts';
import { step, useOneTimeToken } from '../flow.ts';
import { go, query } from '../router.tsx';
import { Button, Screen } from '../ui.tsx';
import { Waiting } from './messages.tsx';

const failed = (text?: string) => (
  <Screen title={t('description.link_failed')} description={text ?? t('error.link_expired')}>
    <div class="actions">
      <Button kind="secondary" onClick={() => go('/sign-in', { replace: true, query: withoutToken() })}>
        {t('action.back_to_sign_in')}</Button>
    </div>
  </Screen>
);

function withoutToken(): string {
  const next = new URLSearchParams(location.search);
  for (const name of ['one_time_token', 'login_hint', 'errorMessage']) next.delete(name);
  return next.size ? `?${next}` : '';
}

/** Whether the address carries a link to use. */
export const hasToken = () => Boolean(query('one_time_token') && query('login_hint'));

export function OneTimeToken() {
  const [fault, setFault] = useState<string>();
  const email = query('login_hint'), token = query('one_time_token');
  useEffect(() => {
    if (!email || !token) return;
    step(() => useOneTimeToken(email, token)).catch((error: unknown) => setFault(
      error instanceof ApiError && !error.code.startsWith('one_time_token.') ? error.message : t('error.link_expired')));
  }, []);
  return !email || !token || fault || query('errorMessage') ? failed(fault) : <Waiting />;
}

export function SwitchAccount() {
  return (
    <Screen title={t('description.switch_account')}
      description={t('description.switch_account_hint', { target: query('login_hint') ?? '' })}>
      <div class="actions">
        <Button onClick={() => go('/one-time-token', { replace: true })}>{t('action.switch_account')}</Button>
        <Button kind="secondary" onClick={() => history.back()}>{t('action.stay')}</Button>
      </div>
    </Screen>
  );
}

export const OneTimeTokenError = () => failed();
