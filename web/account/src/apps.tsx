// Applications that the person has signed in to, and that may act for them.
import { t } from '../../shared/page.ts';
import { endGrant, type Grant, readGrants } from './api.ts';
import { edits } from './client.ts';
import { AskForProof, useProven } from './proven.tsx';
import { day, Panel, Row, RowButton, Rows } from './ui.tsx';

const thisPage = 'account-center';

export interface App { id: string; name: string; since: number; grants: string[] }

/** One line for each application, however often it was let in; this page itself is none of them. */
export function appsOf(grants: Grant[]): App[] {
  const apps = new Map<string, App>();
  for (const { id, payload: { iat = 0 }, application } of grants) {
    if (!application || application.id === thisPage) continue;
    const known = apps.get(application.id);
    apps.set(application.id, { id: application.id, name: application.name,
      since: Math.min(known?.since ?? Infinity, iat * 1000), grants: [...known?.grants ?? [], id] });
  }
  return [...apps.values()].sort((a, b) => a.name.localeCompare(b.name));
}

export function Apps() {
  const { value, error, busy, load, change } = useProven(readGrants);
  if (!value) return <Panel title={t('account.apps_access')}><AskForProof hint={t('account.apps_hint')} {...{ busy, error, load }} /></Panel>;
  const apps = appsOf(value);
  const end = (app: App) => change(async () => { for (const id of app.grants) await endGrant(id); });
  return (
    <Panel title={t('account.apps_access')} hint={t(apps.length ? 'account.apps_explained' : 'account.no_apps')}>
      <div role="alert" class={error ? 'alert' : 'hidden'}>{error?.message}</div>
      <Rows>{apps.map((app) => (
        <Row key={app.id} label={app.name} value={t('account.since', { date: day(app.since) })}>
          {edits('session') && <RowButton label={t('account.revoke')} of={app.name} onClick={() => void end(app)} />}
        </Row>))}</Rows>
    </Panel>
  );
}
