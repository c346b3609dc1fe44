import { Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { agentName } from '../../../shared/agent.ts';
import { useThing } from '../api/query.ts';
import { useSubject } from '../frame/breadcrumb.tsx';
import { t } from '../locales/index.ts';
import { CodeBlock } from '../ui/code-block.tsx';
import { CopyId } from '../ui/copy-field.tsx';
import { Card } from '../ui/details.tsx';
import { Facts } from '../ui/facts.tsx';
import { Failure } from '../ui/failure.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { exact, RelativeTime } from '../ui/relative-time.tsx';
import { PageSkeleton } from '../ui/skeleton.tsx';
import { ApplicationLink, UserLink } from '../users/links.tsx';
import { one, type LogEntry } from './api.ts';
import { eventTitle } from './events.ts';
import { noted, Outcome } from './table.tsx';

/** Of OAuth an error is noted as the text of an object. */
function readError(error: unknown): unknown {
  try { return typeof error === 'string' ? JSON.parse(error) : error; } catch { return error; }
}

/** The error as it was noted, what it is called first. */
function errorOf({ payload: { error } }: LogEntry): string | undefined {
  const read = readError(error);
  if (typeof read !== 'object' || read === null) return typeof error === 'string' ? error : undefined;
  const { code, message, error: name, error_description: description, error_detail: detail } = read as Record<string, unknown>;
  return [code, message, name, description, detail].filter((one) => typeof one === 'string').join(': ') || JSON.stringify(read);
}

/** Of the browser, not of the system: Windows 11 and macOS give themselves out for older ones. */
const versionOf = ({ payload: { userAgentParsed } }: LogEntry) => (userAgentParsed as { browser?: { major?: string } } | undefined)?.browser?.major;

function About({ entry }: { entry: LogEntry }) {
  const agent = noted(entry, 'userAgent'), error = errorOf(entry);
  return <Card title={t.logs.one}>
    <Facts rows={[
      [t.logs.result, <Outcome entry={entry} words />],
      error !== undefined && [t.logs.error, <Text component="span" className="anywhere">{error}</Text>],
      [t.logs.time, <>{exact(entry.createdAt)} <Text component="span" c="dimmed">(<RelativeTime at={entry.createdAt} />)</Text></>],
      [t.logs.user, <UserLink id={noted(entry, 'userId')} />],
      [t.logs.application, <ApplicationLink id={noted(entry, 'applicationId')} />],
      [t.logs.ip, noted(entry, 'ip') ?? t.common.none],
      [t.logs.agent, agentName(agent, versionOf(entry)) ?? t.common.none],
      agent !== undefined && [t.logs.userAgent, <Text component="span" c="dimmed" className="anywhere">{agent}</Text>],
      [t.logs.key, <code>{entry.key}</code>],
      [t.logs.id, <CopyId value={entry.id} label={t.logs.id} />],
    ]} />
  </Card>;
}

export default function AuditLogEntry() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { data: entry, error, refetch } = useThing(one(id));
  useSubject(entry && eventTitle(entry.key));
  if (error && !entry) return <Failure error={error} retry={() => void refetch()} />;
  if (!entry) return <PageSkeleton />;
  return <>
    <PageHeader title={eventTitle(entry.key)} />
    <About entry={entry} />
    <Card title={t.logs.raw} wide><CodeBlock text={JSON.stringify(entry.payload, null, 2)} label={t.logs.raw} /></Card>
  </>;
}
