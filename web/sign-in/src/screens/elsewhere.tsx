// What the screens of organizations and of other providers share.
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../../../shared/api.ts';
import { t } from '../../../shared/page.ts';
import { step } from '../flow.ts';
import { go, query } from '../router.tsx';
import { Button, Screen } from '../ui.tsx';
import { Waiting } from './messages.tsx';

/** Does it as soon as the screen is there. What does not work is told, with the way back to where people begin. */
export function useOnce(run: () => Promise<void>, title: string) {
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    step(run).catch((error: unknown) => setFault(error instanceof ApiError ? error.message : t('error.unknown')));
  }, []);
  const first = /^[\w-]+$/.exec(query('fallback') ?? '')?.[0] ?? 'sign-in';
  return fault ? (
    <Screen title={title} description={fault}>
      <div class="actions">
        <Button onClick={() => go(`/${first}`, { replace: true, query: '' })}>{t('action.back_to_sign_in')}</Button>
      </div>
    </Screen>) : <Waiting />;
}
