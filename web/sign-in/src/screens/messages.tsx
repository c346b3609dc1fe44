// Screens that only say something: waiting, failures, and where nothing can be done here.
import type { ApiError } from '../../../shared/api.ts';
import { t } from '../../../shared/page.ts';
import { go } from '../router.tsx';
import { Button, Screen } from '../ui.tsx';

export const Waiting = () => <Screen title={t('description.one_moment')} />;

/** What was refused, or that no answer came; trying again begins the page anew. */
export function Failed({ error }: { error: ApiError }) {
  return (
    <Screen title={t('error.unknown')} description={error.message}>
      {error.status === 0 && <div class="actions">
        <Button onClick={() => location.reload()}>{t('action.try_again')}</Button>
      </div>}
    </Screen>
  );
}

export const UnknownSession = () =>
  <Screen title={t('description.unknown_session')} description={t('description.unknown_session_hint')} />;

/** A new installation was opened without the link that makes its first administrator. */
export const ClaimAwaited = () =>
  <Screen title={t('description.claim_awaited')} description={t('description.claim_awaited_hint')} />;

export const Suspended = () => (
  <Screen title={t('error.account_suspended')} description={t('description.suspended_hint')}>
    <div class="actions">
      <Button kind="secondary" onClick={() => go('/sign-in', { replace: true })}>{t('action.back_to_sign_in')}</Button>
    </div>
  </Screen>
);

export const NotFound = () => <Screen title={t('error.not_found')} />;
