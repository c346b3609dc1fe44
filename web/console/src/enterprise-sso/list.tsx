import { Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { t } from '../locales/index.ts';
import { DataTable, NameCell } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Tags } from '../ui/tags.tsx';
import { base, create, list } from './api.ts';
import { useDelete } from './details.tsx';
import { Logo } from './logo.tsx';
import { SwitchedOff } from './notices.tsx';

export default function EnterpriseSso() {
  const navigate = useNavigate(), askDelete = useDelete(), words = t.enterpriseSso;
  const begin = (label: string) => <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => void navigate({ to: `${base}/create` })}>{label}</Button>;
  return <>
    <PageHeader title={words.title} text={words.text} />
    <div className="notices"><SwitchedOff /></div>
    <DataTable label={words.title} list={list} id={({ id }) => id} name={({ connectorName }) => connectorName} open={({ id }) => `${base}/${id}`} search={words.search} action={begin(words.create)}
      menu={(row) => [{ label: t.common.delete, icon: IconTrash, danger: true, run: () => askDelete(row) }]}
      columns={[
        { title: t.common.name, cell: (row) => <NameCell name={row.connectorName} icon={<Logo of={row} />} narrow={row.domains.join(', ')} /> },
        { title: words.type, cell: ({ name }) => name, wide: true },
        { title: words.domains, cell: ({ domains }) => <Tags of={domains.map((name) => ({ id: name, name }))} />, wide: true },
      ]}
      empty={<Empty drawing="key" title={words.createFirst} text={words.empty} action={begin(words.create)}
        calls={() => [create({ providerName: 'Okta', connectorName: 'Acme' })]} />} />
    <Outlet />
  </>;
}
