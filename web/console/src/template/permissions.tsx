import { Button } from '@mantine/core';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../locales/index.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { Description, EditPermission, PermissionName } from '../ui/permission.tsx';
import { base, createPermission, describePermission, descriptionMost, permissions, removePermission, type Permission } from './api.ts';

export default function OrganizationPermissions() {
  const navigate = useNavigate(), ask = useConfirm(), words = t.template.permission;
  const [edited, setEdited] = useState<Permission>();
  const begin = <Button leftSection={<IconPlus size={16} stroke={1.5} />}
    onClick={() => void navigate({ to: `${base}/organization-permissions/create` })}>{words.create}</Button>;
  const menu = (row: Permission) => [
    { label: t.common.edit, icon: IconPencil, run: () => setEdited(row) },
    { label: t.common.delete, icon: IconTrash, danger: true, run: () => ask({ title: words.delete, text: words.deleteText(row.name), button: words.delete,
      calls: () => [removePermission(row.id)] }) },
  ];
  return <>
    <DataTable label={t.template.tabs.permissions} list={permissions} id={({ id }) => id} name={({ name }) => name} search={words.search} action={begin} menu={menu}
      columns={[
        { title: words.title, cell: ({ name }) => <PermissionName name={name} /> },
        { title: t.common.description, cell: ({ description }) => <Description text={description} />, wide: true },
      ]}
      empty={<Empty drawing="key" title={words.createFirst} text={words.empty} action={begin} calls={() => [createPermission({ name: 'invite:member' })]} />} />
    {edited && <EditPermission title={words.edit} name={edited.name} description={edited.description} most={descriptionMost}
      call={(text) => describePermission(edited.id, text)} close={() => setEdited(undefined)} />}
    <Outlet />
  </>;
}
