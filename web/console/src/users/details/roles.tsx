import { Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../../locales/index.ts';
import { AddMany } from '../../ui/add-many.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { DataTable, NameCell } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Description, RoleIcon } from '../../ui/permission.tsx';
import { giveRoles, roles, rolesToGive, takeRole, type Role } from '../api.ts';

export default function UserRoles() {
  const { id } = useParams({ strict: false }) as { id: string };
  const ask = useConfirm(), [adds, setAdds] = useState(false);
  const assign = <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => setAdds(true)}>{t.users.assignRoles}</Button>;
  const drop = (rows: Role[], title: string, text: string, done?: () => void) =>
    ask({ title, text, button: title, calls: () => rows.map((row) => takeRole(id, row.id)), ...(done ? { done } : {}) });
  return <>
    <DataTable label={t.users.tabs.roles} list={(query) => roles(id, query)} id={(row) => row.id} name={({ name }) => name} open={(row) => `/roles/${row.id}`}
      search={t.users.rolesSearch} action={assign}
      columns={[{ title: t.users.role, cell: ({ name }) => <NameCell name={name} icon={<RoleIcon type="User" />} /> }, { title: t.common.description, cell: ({ description }) => <Description text={description} />, wide: true }]}
      menu={(row) => [{ label: t.users.removeRole, icon: IconTrash, danger: true, run: () => drop([row], t.users.removeRole, t.users.removeRoleText(row.name)) }]}
      bulk={[{ label: t.common.remove, icon: IconTrash, danger: true, run: (rows, clear) => drop(rows, t.users.removeRoles(rows.length), t.users.removeRolesText, clear) }]}
      empty={<Empty drawing="key" text={t.users.rolesEmpty} action={assign} calls={() => [giveRoles(id, ['ROLE_ID'])]} />} />
    {adds && <AddMany title={t.users.assignRoles} label={t.users.assignRoles} close={() => setAdds(false)} button={t.users.assignButton} calls={(ids) => [giveRoles(id, ids)]}
      list={(query) => rolesToGive(id, query)} search={t.users.rolesSearch} nothing={t.users.rolesNothing}
      choice={(row) => ({ id: row.id, title: row.name, detail: row.description })} />}
  </>;
}
