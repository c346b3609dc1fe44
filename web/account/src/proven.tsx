// Lists that are told to nobody but the person: they ask for a proof first.
import { useEffect, useState } from 'preact/hooks';
import type { ApiError } from '../../shared/api.ts';
import { t } from '../../shared/page.ts';
import { Button } from '../../shared/ui.tsx';
import { useAccount } from './account.ts';
import { proof } from './api.ts';
import { prove } from './proof.tsx';
import { useAction } from './ui.tsx';

/** Reads what only a proof shows: at once where there is one, else when the person asks. */
export function useProven<T>(read: () => Promise<T>) {
  const { account } = useAccount();
  const [value, setValue] = useState<T>();
  const action = useAction();
  const load = () => action.run(async () => { if (await prove(account)) setValue(await read()); });
  /** Changes something, and reads again. */
  const change = (run: () => Promise<unknown>) => action.run(async () => {
    if (!await prove(account)) return;
    await run();
    setValue(await read());
  });
  useEffect(() => { if (proof.get()) void load(); }, []);
  return { value, error: action.error, busy: action.busy, load, change };
}

export const AskForProof = ({ hint, busy, error, load }:
  { hint: string; busy: boolean; error: ApiError | undefined; load: () => Promise<void> }) => (
  <div class="ask">
    <p class="block-hint">{hint}</p>
    <div role="alert" class={error ? 'alert' : 'hidden'}>{error?.message}</div>
    <Button busy={busy} onClick={() => void load()}>{t('account.confirm')}</Button>
  </div>
);
