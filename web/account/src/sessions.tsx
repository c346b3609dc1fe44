// Where the person is signed in.
import { t } from '../../shared/page.ts';
import { agentName } from '../../shared/agent.ts';
import { endSession, readSessions, type Session } from './api.ts';
import { edits } from './client.ts';
import { AskForProof, useProven } from './proven.tsx';
import { Badge, moment, Panel, Row, RowButton, Rows } from './ui.tsx';

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
