// The guide of an application, in a panel beside its settings.
import { Button, Drawer, Select, Text, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useChange, useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { page } from '../../page.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Refused } from '../../ui/failure.tsx';
import { FormSkeleton } from '../../ui/skeleton.tsx';
import { secrets, update, type Application } from '../api.ts';
import { isDevice, kindOf } from '../kinds.tsx';
import { guideOf, guides, type Addresses, type Guide } from './guides.ts';

const withOne = (all: string[], one: string | undefined) => one === undefined || all.includes(one) ? all : [...all, one];

/** The addresses that the guide's code uses have to be known to the server. */
function AddressStep({ app, redirect, after }: Addresses & { app: Application }) {
  const change = useChange();
  const { redirectUris, postLogoutRedirectUris } = app.oidcClientMetadata;
  const isKnown = redirectUris.includes(redirect) && (after === undefined || postLogoutRedirectUris.includes(after));
  const add = () => change.mutate([update(app.id, { oidcClientMetadata: { ...app.oidcClientMetadata,
    redirectUris: withOne(redirectUris, redirect), postLogoutRedirectUris: withOne(postLogoutRedirectUris, after) } })]);
  return <li>
    <Title order={3}>{t.applications.guide.addresses}</Title>
    <Text c="dimmed">{t.applications.guide.addressesText}</Text>
    <CodeBlock text={[redirect, after].filter(Boolean).join('\n')} label={t.applications.guide.addresses} />
    {change.error && <Refused error={change.error} />}
    {isKnown ? <Text role="status" className="done"><IconCheck size={16} stroke={1.5} aria-hidden /> {t.applications.guide.known}</Text>
      : <Button variant="default" loading={change.isPending} onClick={add}>{t.applications.guide.addAddresses}</Button>}
  </li>;
}

function Steps({ app, guide }: { app: Application; guide: Guide }) {
  const hasSecrets = kindOf(app.type).hasSecrets;
  const answer = useThing(hasSecrets ? secrets(app.id) : undefined);
  if (hasSecrets && !answer.data && !answer.error) return <FormSkeleton />;
  const now = Date.now(), secret = answer.data?.find((one) => !one.expiresAt || one.expiresAt > now)?.value ?? app.secret ?? t.applications.guide.noSecret;
  return <ol className="guide-steps">
    {guide.addresses && <AddressStep app={app} {...guide.addresses} />}
    {guide.steps({ endpoint: page.apiEndpoint, appId: app.id, secret, resource: page.resource }).map((step, i) => <li key={i}>
      <Title order={3}>{t.applications.guide.steps[step.title].title}</Title>
      <Text c="dimmed">{t.applications.guide.steps[step.title].text}</Text>
      {step.file && <Text size="xs" ff="monospace" c="dimmed" mt="sm">{step.file}</Text>}
      <CodeBlock text={step.code} label={step.file ?? t.applications.guide.steps[step.title].title} />
    </li>)}
  </ol>;
}

/** Which guides fit an application: those of its type. */
export const guidesFor = (app: Application): Guide[] => guides.filter((one) => one.type === app.type && (one.device ?? false) === isDevice(app));

/** Open while the address says `?guide=react`. */
export function GuidePanel({ app }: { app: Application }) {
  const navigate = useNavigate(), { pathname, search } = useLocation() as unknown as { pathname: string; search: Record<string, string | undefined> };
  const fitting = guidesFor(app), asked = guideOf(search['guide']), guide = asked && fitting.includes(asked) ? asked : fitting[0];
  const show = (id: string | undefined) => void navigate({ to: pathname, search: { ...search, guide: id } as never, replace: true });
  return <Drawer opened={search['guide'] !== undefined && guide !== undefined} onClose={() => show(undefined)} position="right" size={640} title={t.applications.guide.title}
    closeButtonProps={{ 'aria-label': t.common.close }}>
    {guide && <div className="guide-panel">
      {fitting.length > 1 && <Select label={t.applications.guide.choose} allowDeselect={false} value={guide.id} onChange={(id) => show(id ?? undefined)}
        data={fitting.map(({ id, name, uses }) => ({ value: id, label: `${name} · ${uses}` }))} />}
      <Steps app={app} guide={guide} />
    </div>}
  </Drawer>;
}
