import { Anchor, Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { Link, Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Description, PermissionCell } from '../../ui/permission.tsx';
import { one, permissions, removePermission, type Permission } from '../api.ts';

function ApiLink({ resource }: Permission) {
  return <Anchor component={Link} to={`/api-resources/${resource.id}`}><bdi>{resource.name}</bdi></Anchor>;
}

export default function RolePermissions() {
  const { id } = useParams({ strict: false }) as { id: string };
  const it = useThing(one(id)).data, ask = useConfirm(), navigate = useNavigate(), words = t.roles.permission;
  if (!it) return null;	// the page above shows why
  const begin = <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => void navigate({ to: `/roles/${id}/permissions/assign` })}>{words.assign}</Button>;
  const menu = (row: Permission) => [{ label: t.common.remove, icon: IconTrash, danger: true, run: () => ask({
    title: words.remove, text: words.removeText(row.name, it.name), button: words.remove, calls: () => [removePermission(id, row.id)] }) }];
  return <>
    <DataTable label={t.roles.permissions} list={(query) => permissions(id, query)} id={(row) => row.id} name={({ name }) => name} search={words.search}
      action={begin} menu={menu}
      columns={[
        { title: words.title, cell: (row) => <PermissionCell name={row.name} of={<ApiLink {...row} />} /> },
        { title: t.common.description, cell: ({ description }) => <Description text={description} />, wide: true },
        { title: words.api, cell: (row) => <ApiLink {...row} />, wide: true },
      ]}
      empty={<Empty drawing="key" text={words.empty} action={begin} />} />
    <Outlet />
  </>;
}
