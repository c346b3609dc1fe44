import { Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { language, t } from '../locales/index.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { CopyId } from '../ui/copy-field.tsx';
import { DataTable, NameCell } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Pictures } from '../ui/picture.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { create, list, remove, type ListedOrganization } from './api.ts';

const featuredMost = 3;

function Members({ usersCount, featuredUsers }: ListedOrganization) {
  if (!usersCount) return <span className="none">{t.common.none}</span>;
  const shown = (featuredUsers ?? []).slice(0, featuredMost).map(({ id, name, avatar }) => ({ id, name: name ?? '?', src: avatar }));
  return <span className="members-cell"><Pictures of={shown} /><span>{usersCount.toLocaleString(language)}</span></span>;
}

export default function Organizations() {
  const navigate = useNavigate(), ask = useConfirm();
  const begin = (label: string) => <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => void navigate({ to: '/organizations/create' })}>{label}</Button>;
  const menu = (row: ListedOrganization) => [{ label: t.common.delete, icon: IconTrash, danger: true, run: () => ask({
    title: t.organizations.delete, text: t.organizations.deleteText(row.usersCount ?? 0), button: t.organizations.delete, type: row.name, calls: () => [remove(row.id)] }) }];
  return <>
    <PageHeader title={t.organizations.title} text={t.organizations.text} />
    <DataTable label={t.organizations.title} list={list} id={({ id }) => id} name={({ name }) => name} open={({ id }) => `/organizations/${id}`}
      search={t.organizations.search} action={begin(t.organizations.create)} menu={menu}
      columns={[
        { title: t.common.name, cell: ({ name, branding }) => <NameCell name={name} picture={branding.logoUrl} /> },
        { title: t.organizations.id, cell: ({ id }) => <CopyId value={id} label={t.organizations.id} />, wide: true },
        { title: t.organizations.members, cell: (row) => <Members {...row} />, align: 'right' },
        { title: t.common.created, cell: ({ createdAt }) => <RelativeTime at={createdAt} />, align: 'right', wide: true },
      ]}
      empty={<Empty drawing="house" title={t.organizations.createFirst} text={t.organizations.empty} action={begin(t.organizations.create)}
        calls={() => [create({ name: 'Acme' })]} />} />
    <Outlet />
  </>;
}
