// What the list is narrowed to. It all lives in the address.
import { ActionIcon, Select, TextInput, Tooltip } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { t } from '../locales/index.ts';
import { useListState } from '../ui/list-state.ts';
import { RemoteSelect } from '../ui/remote-select.tsx';
import { list as listUsers, named } from '../users/api.ts';
import { displayName } from '../users/name.ts';
import { application, applications, type LogFilter } from './api.ts';
import { eventGroups, eventTitle } from './events.ts';
import { asLocal, beginning, periodOf, periods, timeOf, usual } from './period.ts';

type State = ReturnType<typeof useListState>;

/** What is asked for; the time stands still until another one is chosen or the list is asked for again. */
export function useLogFilter(of: LogFilter) {
  const state = useListState(), { filter } = state;
  const [now, setNow] = useState(() => Date.now());
  const period = periodOf(filter('period')), from = timeOf(filter('from')), to = timeOf(filter('to'));
  const asked = useMemo<LogFilter>(() => ({
    userId: filter('user'), applicationId: filter('application'), logKey: filter('event'),
    ...(period === 'range' ? { start_time: from, end_time: to } : { start_time: beginning(period, now) }), ...of,
  }), [filter('user'), filter('application'), filter('event'), period, from, to, now, of.userId, of.applicationId]);
  const narrowed = ['user', 'application', 'event', 'period'].some((key) => filter(key) !== '');
  return { state, asked, period, narrowed, reload: () => setNow(Date.now()) };
}

const eventOptions = () => eventGroups().map(({ group, keys }) => ({ group, items: keys.map((value) => ({ value, label: eventTitle(value) })) }));

function EventFilter({ state: { filter, setFilter } }: { state: State }) {
  const value = filter('event'), known = useMemo(eventOptions, []);
  const data = value && !known.some(({ items }) => items.some((one) => one.value === value))
    ? [{ group: value, items: [{ value, label: eventTitle(value) }] }, ...known] : known;
  return <Select aria-label={t.logs.event} placeholder={t.logs.allEvents} data={data} value={value || null} searchable clearable w={200} comboboxProps={{ width: 320, position: 'bottom-start' }}
    onChange={(key) => setFilter('event', key ?? '')} nothingFoundMessage={t.logs.nobodyFound} clearButtonProps={{ 'aria-label': `${t.logs.event}: ${t.common.clear}` }} />;
}

function Range({ state: { filter, setFilter } }: { state: State }) {
  const put = (key: string, text: string) => { const at = new Date(text).getTime(); setFilter(key, text && Number.isFinite(at) ? String(at) : ''); };
  return <>{(['from', 'to'] as const).map((key) => <TextInput key={key} type="datetime-local" aria-label={t.logs[key]} w={190}
    value={asLocal(timeOf(filter(key)))} onChange={(event) => put(key, event.currentTarget.value)} />)}</>;
}

export function LogFilters({ of, state, reload }: { of: LogFilter; state: State; reload: () => void }) {
  const { filter, setFilter } = state, period = periodOf(filter('period'));
  return <>
    <EventFilter state={state} />
    {of.userId === undefined && <RemoteSelect label={t.logs.user} placeholder={t.logs.allUsers} value={filter('user')} onChange={(id) => setFilter('user', id)}
      list={(keyword) => listUsers({ page: 1, page_size: 20, keyword })} one={named} option={(user) => ({ value: user.id, label: displayName(user) })} />}
    {of.applicationId === undefined && <RemoteSelect label={t.logs.application} placeholder={t.logs.allApplications} value={filter('application')}
      onChange={(id) => setFilter('application', id)} list={applications} one={application} option={({ id, name }) => ({ value: id, label: name })} />}
    <Select aria-label={t.logs.time} data={periods.map((value) => ({ value, label: t.logs.periods[value] }))} value={period} allowDeselect={false} w={150}
      onChange={(next) => setFilter('period', next === usual ? '' : next ?? '')} />
    {period === 'range' && <Range state={state} />}
    <Tooltip label={t.logs.reload}><ActionIcon aria-label={t.logs.reload} onClick={reload}><IconRefresh size={16} stroke={1.5} /></ActionIcon></Tooltip>
  </>;
}
