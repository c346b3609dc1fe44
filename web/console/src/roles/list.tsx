import { Badge, Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { language, t } from '../locales/index.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { DataTable, NameCell } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Description, RoleIcon } from '../ui/permission.tsx';
import { Pictures } from '../ui/picture.tsx';
import { create, list, remove, type ListedRole } from './api.ts';

/** Up to three of those who hold the role, and how many they are. */
function Holders({ type, usersCount, featuredUsers, applicationsCount, featuredApplications }: ListedRole) {
  const count = type === 'User' ? usersCount : applicationsCount;
  if (!count) return <span className="none">{t.common.none}</span>;
  const shown = type === 'User' ? featuredUsers.map(({ id, name, avatar }) => ({ id, name: name ?? '?', src: avatar }))
    : featuredApplications.map(({ id, name }) => ({ id, name }));
  return <span className="members-cell"><Pictures of={shown} /> {count.toLocaleString(language)}</span>;
}

const deleteText = ({ type, usersCount, applicationsCount }: ListedRole) =>
  type === 'User' ? t.roles.deleteUsers(usersCount) : t.roles.deleteApps(applicationsCount);

const tagOf = ({ isDefault, type }: ListedRole) => isDefault && type === 'User' ? <Badge variant="light">{t.roles.isDefault}</Badge> : undefined;

export default function Roles() {
  const navigate = useNavigate(), ask = useConfirm();
  const begin = <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => void navigate({ to: '/roles/create' })}>{t.roles.create}</Button>;
  const menu = (row: ListedRole) => [{ label: t.common.delete, icon: IconTrash, danger: true, run: () => ask({
    title: t.roles.delete, text: deleteText(row), button: t.roles.delete, calls: () => [remove(row.id)] }) }];
  return <>
    <PageHeader title={t.roles.title} text={t.roles.text} />
    <DataTable label={t.roles.title} list={list} id={({ id }) => id} name={({ name }) => name} open={({ id }) => `/roles/${id}`}
      search={t.roles.search} action={begin} menu={menu}
      columns={[
        { title: t.common.name, cell: (row) => <NameCell name={row.name} icon={<RoleIcon type={row.type} />} tag={tagOf(row)} /> },
        { title: t.roles.type, cell: ({ type }) => t.roles.types[type], wide: true },
        { title: t.common.description, cell: ({ description }) => <Description text={description} />, wide: true },
        { title: t.roles.assigned, cell: (row) => <Holders {...row} />, align: 'right' },
      ]}
      empty={<Empty drawing="key" title={t.roles.createFirst} text={t.roles.text} action={begin}
        calls={() => [create({ name: 'support', description: 'Helps customers', type: 'User' })]} />} />
    <Outlet />
  </>;
}
