import { Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { t } from '../locales/index.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { DataTable, NameCell } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { RoleIcon } from '../ui/permission.tsx';
import { Tags } from '../ui/tags.tsx';
import { base, createRole, removeRole, roles, type ListedRole } from './api.ts';

const nameOf = ({ name }: ListedRole) => name;

export default function OrganizationRoles() {
  const navigate = useNavigate(), ask = useConfirm(), words = t.template.role;
  const begin = <Button leftSection={<IconPlus size={16} stroke={1.5} />}
    onClick={() => void navigate({ to: `${base}/organization-roles/create` })}>{words.create}</Button>;
  const menu = ({ id }: ListedRole) => [{ label: t.common.delete, icon: IconTrash, danger: true, run: () => ask({
    title: words.delete, text: words.deleteText, button: words.delete, calls: () => [removeRole(id)] }) }];
  return <>
    <DataTable label={t.template.tabs.roles} list={roles} id={({ id }) => id} name={nameOf} open={({ id }) => `${base}/organization-roles/${id}`}
      search={words.search} action={begin} menu={menu}
      columns={[
        { title: t.common.name, cell: ({ name, type }) => <NameCell name={name} icon={<RoleIcon type={type} />} /> },
        { title: t.roles.type, cell: ({ type }) => t.roles.types[type], wide: true },
        { title: t.template.role.permissions, cell: ({ scopes, resourceScopes }) => <Tags of={[...scopes, ...resourceScopes]} />, wide: true },
      ]}
      empty={<Empty drawing="people" title={words.createFirst} text={words.empty} action={begin}
        calls={() => [createRole({ name: 'admin', type: 'User' })]} />} />
    <Outlet />
  </>;
}
