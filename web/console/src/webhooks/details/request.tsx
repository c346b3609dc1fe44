// One request to the endpoint: what was sent, and what came back.
import { Anchor, Text } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { CopyId } from '../../ui/copy-field.tsx';
import { Card } from '../../ui/details.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Failure, NotFound } from '../../ui/failure.tsx';
import { exact, RelativeTime } from '../../ui/relative-time.tsx';
import { FormSkeleton } from '../../ui/skeleton.tsx';
import { base, delivery } from '../api.ts';
import { eventOf, responseOf, StatusTag } from '../deliveries.tsx';
import { eventTitle } from '../values.ts';

const words = t.webhooks.recent;

/** JSON with a line for each member; text as it is. */
const shown = (body: unknown): string => typeof body === 'string' ? body : JSON.stringify(body ?? null, null, 2);

export default function RecentRequest() {
  const { id, logId } = useParams({ strict: false }) as { id: string; logId: string };
  const { data: entry, error, refetch } = useThing(delivery(logId));
  if (error && !entry) return <Failure error={error} retry={() => void refetch()} />;
  if (!entry) return <FormSkeleton />;
  const { hookId, hookRequest, error: why } = entry.payload as { hookId?: unknown; hookRequest?: { body?: unknown }; error?: unknown }, answer = responseOf(entry);
  if (hookId !== id) return <NotFound />;
  return <>
    <Anchor component={Link} to={`${base}/${id}/recent-requests`} className="back-link"><IconArrowLeft size={16} stroke={1.5} aria-hidden /> {words.all}</Anchor>
    <Card title={eventTitle(eventOf(entry))} wide>
      <Facts rows={[
        [words.status, <StatusTag of={entry} />],
        why !== undefined && [t.logs.error, <Text component="span" className="anywhere">{shown(why)}</Text>],
        [t.logs.time, <>{exact(entry.createdAt)} <Text component="span" c="dimmed">(<RelativeTime at={entry.createdAt} />)</Text></>],
        [t.logs.event, <code>{eventOf(entry)}</code>],
        [t.logs.id, <CopyId value={entry.id} label={t.logs.id} />],
      ]} />
    </Card>
    <Card title={words.sent} wide><CodeBlock text={shown(hookRequest?.body)} label={words.sent} /></Card>
    {answer && <Card title={words.answer} wide><CodeBlock wraps text={shown(answer.body)} label={words.answer} /></Card>}
  </>;
}
