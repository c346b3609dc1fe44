// Where the person is signed in. The list itself is told to nobody but the person: it asks for a proof first.
import { useEffect, useState } from 'preact/hooks';
import type { ApiError } from '../../shared/api.ts';
import { t } from '../../shared/page.ts';
import { Button } from '../../shared/ui.tsx';
import { useAccount } from './account.ts';
import { agentName } from './agent.ts';
import { endSession, proof, readSessions, type Session } from './api.ts';
import { edits } from './client.ts';
import { prove } from './proof.tsx';
import { Badge, moment, Panel, Row, RowButton, Rows, useAction } from './ui.tsx';

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
  return { value, error: action.error as ApiError | undefined, busy: action.busy, load, change };
}

export const AskForProof = ({ hint, busy, error, load }:
  { hint: string; busy: boolean; error: ApiError | undefined; load: () => Promise<void> }) => (
  <div class="ask">
    <p class="block-hint">{hint}</p>
    <div role="alert" class={error ? 'alert' : 'hidden'}>{error?.message}</div>
    <Button busy={busy} onClick={() => void load()}>{t('account.confirm')}</Button>
  </div>
);

const startOf = ({ payload: { loginTs, iat } }: Session) => (loginTs ?? iat ?? 0) * 1000;

export function Sessions() {
  const { value, error, busy, load, change } = useProven(readSessions);
  if (!value) return <Panel title={t('account.devices')}><AskForProof hint={t('account.sessions_hint')} {...{ busy, error, load }} /></Panel>;
  const sorted = [...value].sort((a, b) => Number(b.isCurrent ?? false) - Number(a.isCurrent ?? false) || startOf(b) - startOf(a));
  const others = sorted.filter((one) => !one.isCurrent);
  const endAll = async () => { for (const one of others) await endSession(one.payload.uid); };
  return (
    <Panel title={t('account.devices')} action={edits('session') && others.length > 1
      && <RowButton label={t('account.end_all')} of={t('account.devices')} danger onClick={() => void change(endAll)} />}>
      <div role="alert" class={error ? 'alert' : 'hidden'}>{error?.message}</div>
      <Rows>{sorted.map((one) => {
        const { ip, userAgent } = one.lastSubmission?.signInContext ?? {};
        const name = agentName(userAgent) ?? t('account.unknown_device');
        return (
          <Row key={one.payload.uid} label={<>{name} {one.isCurrent && <Badge kind="good">{t('account.this_device')}</Badge>}</>}
            value={t('account.signed_in_at', { date: moment(startOf(one)) })} note={ip}>
            {edits('session') && !one.isCurrent && <RowButton label={t('action.sign_out')} of={name}
              onClick={() => void change(() => endSession(one.payload.uid))} />}
          </Row>);
      })}</Rows>
      {others.length === 0 && <p class="block-hint">{t('account.no_other_session')}</p>}
    </Panel>
  );
}
