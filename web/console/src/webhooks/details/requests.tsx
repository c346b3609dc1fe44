import { ActionIcon, Select, Text, Tooltip } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { memory } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { useListState } from '../../ui/list-state.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { base, deliveries } from '../api.ts';
import { eventOf, StatusTag } from '../deliveries.tsx';
import { eventGroups, eventTitle, groups } from '../values.ts';

const words = t.webhooks.recent;
const options = groups.map((group) => ({ group: t.webhooks.groups[group], items: eventGroups[group].map((value) => ({ value, label: eventTitle(value) })) }));

function Filters() {
  const { filter, setFilter } = useListState(), event = filter('event');
  return <>
    <Select aria-label={t.webhooks.trial.event} placeholder={t.logs.allEvents} data={options} value={event || null} searchable clearable w={260} nothingFoundMessage={t.logs.nobodyFound}
      onChange={(next) => setFilter('event', next ?? '')} clearButtonProps={{ 'aria-label': `${t.logs.event}: ${t.common.clear}` }} />
    <Tooltip label={t.logs.reload}><ActionIcon size={32} aria-label={t.logs.reload} onClick={() => void memory.invalidateQueries()}><IconRefresh size={16} stroke={1.5} /></ActionIcon></Tooltip>
  </>;
}

export default function RecentRequests() {
  const { id } = useParams({ strict: false }) as { id: string }, event = useListState().filter('event');
  return <>
    <Text c="dimmed" className="above">{words.text}</Text>
    <DataTable label={t.webhooks.tabs.requests} list={(query) => deliveries(id, event, query)} id={(one) => one.id} name={(one) => eventTitle(eventOf(one))}
      open={(one) => `${base}/${id}/recent-requests/${one.id}`} filters={<Filters />} filtered={event !== ''}
      columns={[
        { title: t.logs.event, cell: (one) => <span className="lines"><span className="name whole">{eventTitle(eventOf(one))}</span><code className="detail">{eventOf(one)}</code></span> },
        { title: words.status, cell: (one) => <StatusTag of={one} /> },
        { title: t.logs.time, cell: ({ createdAt }) => <RelativeTime at={createdAt} />, align: 'right' },
      ]}
      empty={<Empty drawing="list" title={words.empty} text={words.emptyText} action={<Filters />} />} />
  </>;
}
