// The list of the audit log: of everything, or of one user or application (`of`).
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { ApplicationLink, UserLink } from '../users/links.tsx';
import { list, type LogEntry, type LogFilter } from './api.ts';
import { eventTitle } from './events.ts';
import { LogFilters, useLogFilter } from './filters.tsx';

/** A member of what was noted, where it is a text. */
export const noted = ({ payload }: LogEntry, member: string): string | undefined =>
  typeof payload[member] === 'string' ? payload[member] : undefined;

export function Outcome({ entry, words = false }: { entry: LogEntry; words?: boolean }) {
  const failed = noted(entry, 'result') === 'Error', Icon = failed ? IconCircleX : IconCircleCheck;
  const said = failed ? t.logs.failed : t.logs.succeeded;
  return <span className={`outcome ${failed ? 'bad' : 'good'}`}><Icon size={16} stroke={1.5} {...(words ? { 'aria-hidden': true } : { role: 'img', 'aria-label': said })} />
    {words && said}</span>;
}

function EventCell({ entry }: { entry: LogEntry }) {
  return <span className="name-cell"><Outcome entry={entry} /><span className="lines"><span className="name">{eventTitle(entry.key)}</span></span></span>;
}

/** Entries of one user have no column for it. */
export function LogTable({ of = {} }: { of?: Pick<LogFilter, 'userId' | 'applicationId'> }) {
  const { state, asked, narrowed, reload } = useLogFilter(of);
  const columns: (Column<LogEntry> | false)[] = [
    { title: t.logs.event, cell: (entry) => <EventCell entry={entry} /> },
    of.userId === undefined && { title: t.logs.user, cell: (entry) => <UserLink id={noted(entry, 'userId')} />, wide: true },
    of.applicationId === undefined && { title: t.logs.application, cell: (entry) => <ApplicationLink id={noted(entry, 'applicationId')} />, wide: true },
    { title: t.logs.time, cell: ({ createdAt }) => <RelativeTime at={createdAt} />, align: 'right' },
  ];
  const filters = <LogFilters of={of} state={state} reload={reload} />;
  return <DataTable label={t.logs.title} list={(query) => list(asked, query)} id={({ id }) => id} name={({ key }) => eventTitle(key)} open={({ id }) => `/audit-logs/${id}`}
    filters={filters} filtered={narrowed} columns={columns.filter((one) => one !== false)}
    empty={<section className="data-table" aria-label={t.logs.title}><div className="table-tools">{filters}</div>
      <Empty drawing="list" title={t.logs.emptyTitle} text={t.logs.empty} /></section>} />;
}
