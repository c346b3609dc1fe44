// The guide of a connector, in a panel beside its settings: what to do at the provider, and what to copy there.
import { Button, Drawer } from '@mantine/core';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { t } from '../locales/index.ts';
import { later } from '../locales/later.ts';
import { CopyField } from '../ui/copy-field.tsx';
import type { Connector } from './api.ts';
import { isSaml, textOf } from './config.ts';
import { page } from '../page.ts';

const words = later.enterpriseSso.guide;

/** What the provider has to know of us. */
export function OurSide({ it }: { it: Connector }) {
  if (!isSaml(it)) return <CopyField label={words.redirectUri} value={`${page.apiEndpoint}/callback/${it.id}`} />;
  const of = (name: string) => textOf(it.providerConfig, 'serviceProvider', name);
  return <>
    <CopyField label={words.acs} value={of('assertionConsumerServiceUrl')} />
    <CopyField label={words.entityId} value={of('entityId')} help={words.entityIdHelp} />
  </>;
}

/** Open while the address says `?guide=open`. */
export function GuidePanel({ it }: { it: Connector }) {
  const navigate = useNavigate(), { pathname, search } = useLocation() as unknown as { pathname: string; search: Record<string, string | undefined> };
  const close = () => void navigate({ to: pathname, search: {} as never, replace: true });
  const steps = (words.steps as Record<string, string[]>)[it.providerName] ?? [];
  return <Drawer opened={search['guide'] !== undefined} onClose={close} position="right" size={560} title={words.of(it.name)} closeButtonProps={{ 'aria-label': t.common.close }}>
    <div className="guide-panel">
      <ol className="guide-steps">{steps.map((step, i) => <li key={step}>{step}{i === 0 && <div className="guide-values"><OurSide it={it} /></div>}</li>)}</ol>
      <Button variant="default" onClick={close}>{words.go}</Button>
    </div>
  </Drawer>;
}
