import { Badge, Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { t } from '../locales/index.ts';
import { CopyId } from '../ui/copy-field.tsx';
import { DataTable, NameCell } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { create, list, type Resource } from './api.ts';
import { ResourceIcon } from './icon.tsx';

const tagOf = (row: Resource) => row.isDefault ? <Badge variant="light">{t.resources.isDefault}</Badge> : undefined;

export default function Resources() {
  const navigate = useNavigate();
  const begin = <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => void navigate({ to: '/api-resources/create' })}>{t.resources.create}</Button>;
  return <>
    <PageHeader title={t.resources.title} text={t.resources.text} />
    <DataTable label={t.resources.title} list={list} id={({ id }) => id} name={({ name }) => name} open={({ id }) => `/api-resources/${id}`}
      action={begin}
      columns={[
        { title: t.common.name, cell: (row) => <NameCell name={row.name} icon={<ResourceIcon of={row} />} tag={tagOf(row)} /> },
        { title: t.resources.indicator, cell: ({ indicator }) => <CopyId value={indicator} label={t.resources.indicator} />, wide: true },
      ]}
      empty={<Empty drawing="machine" title={t.resources.createFirst} text={t.resources.text} action={begin}
        calls={() => [create({ name: 'Invoices', indicator: 'https://api.example.com' })]} />} />
    <Outlet />
  </>;
}
