import { Badge, Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { language, t } from '../locales/index.ts';
import { DataTable, NameCell } from '../ui/data-table.tsx';
import { Card } from '../ui/details.tsx';
import { Empty } from '../ui/empty.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Tags } from '../ui/tags.tsx';
import { actionsOf, useHookActions } from './actions.tsx';
import { base, create, list, nameOf, type Hook } from './api.ts';
import { HookIcon } from './icon.tsx';
import { eventsOf, eventTitle, percent, successRate } from './values.ts';
import { Verify } from './verify.tsx';

const words = t.webhooks;

function Rate({ hook }: { hook: Hook }) {
  const rate = successRate(hook);
  if (!hook.enabled) return <Badge variant="default" className="state">{words.notInUse}</Badge>;
  return rate === undefined ? <span className="none">{t.common.none}</span> : <span className={rate === 0 ? 'fails' : undefined}>{percent(rate)}</span>;
}

const example = () => create({ name: 'Acme', events: ['User.Created', 'Organization.Membership.Updated'], config: { url: 'https://example.com/webhook' } });

export default function Webhooks() {
  const navigate = useNavigate(), does = useHookActions();
  const begin = <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => void navigate({ to: `${base}/create` })}>{words.create}</Button>;
  return <>
    <PageHeader title={words.title} text={words.text} />
    <DataTable label={words.title} list={list} id={({ id }) => id} name={nameOf} open={({ id }) => `${base}/${id}`} action={begin} menu={(hook) => actionsOf(hook, does)}
      columns={[
        { title: t.common.name, cell: (hook) => <NameCell name={nameOf(hook)} detail={hook.config.url} icon={<HookIcon />} /> },
        { title: words.events, cell: (hook) => <Tags most={2} of={eventsOf(hook).map((id) => ({ id, name: eventTitle(id) }))} />, wide: true },
        { title: words.successRate, cell: (hook) => <Rate hook={hook} />, align: 'right' },
        { title: words.requests, cell: ({ executionStats }) => (executionStats?.requestCount ?? 0).toLocaleString(language), align: 'right', wide: true },
      ]}
      empty={<>
        <Empty drawing="machine" title={words.createFirst} text={words.empty} action={begin} calls={() => [example()]} />
        <Card title={words.key.verify} wide><Verify /></Card>
      </>} />
    <Outlet />
  </>;
}
