// The services that people sign in with.
import { Badge, Button } from '@mantine/core';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { experience } from '../sign-in-experience/api.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { base, connectors, create, factories, type Connector } from './api.ts';
import { useDelete } from './deletion.tsx';
import { Logo } from './icon.tsx';
import { nameOf } from './names.ts';

const words = t.connectors.social;
const pathOf = ({ id }: Connector) => `${base}/social/${encodeURIComponent(id)}`;

export default function Social() {
  const all = useThing(connectors()), kinds = useThing(factories()).data ?? [], targets = useThing(experience()).data?.socialSignInConnectorTargets;
  const navigate = useNavigate(), askDelete = useDelete();
  const rows = all.data?.filter(({ type }) => type === 'Social');
  const kindOf = ({ connectorId }: Connector) => { const kind = kinds.find(({ id }) => id === connectorId); return kind ? nameOf(kind) : connectorId; };
  const begin = <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => void navigate({ to: `${base}/social/add` })}>{words.add}</Button>;
  return <>
    <DataTable label={t.connectors.tabs.social} whole={(one) => `${nameOf(one)} ${one.target} ${kindOf(one)}`} id={({ id }) => id} name={nameOf} open={pathOf} search={words.search} action={begin}
      fetched={{ data: rows && { rows, total: rows.length }, error: all.error, isFetching: all.isFetching, isPlaceholderData: false, refetch: all.refetch }}
      menu={(one) => [{ label: t.common.edit, icon: IconPencil, run: () => void navigate({ to: pathOf(one) }) }, { label: t.common.delete, icon: IconTrash, danger: true, run: () => askDelete(one) }]}
      columns={[
        { title: t.common.name, cell: (one) => <span className="name-cell"><Logo of={one} /><bdi className="name">{nameOf(one)}</bdi></span> },
        { title: words.kind, cell: kindOf, wide: true },
        { title: words.target, cell: ({ target }) => <code>{target}</code>, wide: true },
        { title: words.shown, cell: ({ target }) => targets && (targets.includes(target) ? <Badge variant="light" className="state">{words.isShown}</Badge> : <span className="none">{words.isNotShown}</span>) },
      ]}
      empty={<Empty drawing="people" title={words.addFirst} text={words.empty} action={begin}
        calls={() => [create({ connectorId: 'google-universal', config: { clientId: 'CLIENT_ID', clientSecret: 'CLIENT_SECRET' } })]} />} />
    <Outlet />
  </>;
}
