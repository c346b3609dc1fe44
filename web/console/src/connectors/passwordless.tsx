// How messages are sent: always a row for mails and one for text messages.
import { Button } from '@mantine/core';
import { Link, Outlet } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { DataTable } from '../ui/data-table.tsx';
import { base, connectors, factories, type Connector } from './api.ts';
import { TypeIcon } from './icon.tsx';
import { nameOf } from './names.ts';

const types = ['Email', 'Sms'] as const;
export type MessageType = typeof types[number];

interface Row { type: MessageType; connector: Connector | undefined }

/** Where a connector of this type is set up: where there is only one kind, nobody is asked which. */
export function useSetUpPath(type: MessageType): string {
  const kinds = useThing(factories()).data?.filter((one) => one.type === type);
  return kinds?.length === 1 ? `${base}/set-up/${kinds[0]!.id}` : `${base}/passwordless/choose/${type}`;
}

function SetUp({ type }: { type: MessageType }) {
  const to = useSetUpPath(type), words = t.connectors;
  return <Button component={Link} to={to} size="compact-sm" variant="default" aria-label={words.setUpOf(words.types[type])}>{words.setUp}</Button>;
}

export default function Passwordless() {
  const all = useThing(connectors()), words = t.connectors;
  const rows: Row[] | undefined = all.data && types.map((type) => ({ type, connector: all.data.find((one) => one.type === type) }));
  return <>
    <DataTable label={words.tabs.passwordless} whole={({ type }) => type} id={({ type }) => type} name={({ type }) => words.types[type]} empty={null}
      fetched={{ data: rows && { rows, total: rows.length }, error: all.error, isFetching: all.isFetching, isPlaceholderData: false, refetch: all.refetch }}
      open={({ connector }) => connector ? `${base}/passwordless/${encodeURIComponent(connector.id)}` : undefined}
      columns={[
        { title: words.kind, cell: ({ type }) => <span className="name-cell"><TypeIcon type={type} /><span className="lines"><span className="name">{words.types[type]}</span>
          <span className="detail whole">{words.typeText[type]}</span></span></span> },
        { title: words.service, cell: ({ type, connector }) => connector ? <bdi>{nameOf(connector)}</bdi> : <SetUp type={type} /> },
      ]} />
    <Outlet />
  </>;
}
