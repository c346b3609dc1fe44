import { Badge, Button } from '@mantine/core';
import { IconPencil, IconPlus, IconUserMinus, IconUserShield } from '@tabler/icons-react';
import { Link, Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../../locales/index.ts';
import { calledBy } from '../../users/name.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { DataTable, NameCell } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { useListState } from '../../ui/list-state.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Tags } from '../../ui/tags.tsx';
import { addMembers, giveMembers, memberRoles, members, removeMember, type Member } from '../api.ts';
import { RoleFilter } from '../role-select.tsx';
import { EditRoles, type EditRolesProps } from './edit-roles.tsx';

const nameOf = (row: Member) => calledBy(row).title;

function MemberCell({ row }: { row: Member }) {
  const { title, detail } = calledBy(row);
  return <Link to={`/users/${row.id}`} className="row-link"><NameCell name={title} detail={detail} picture={row.avatar} round
    tag={row.isSuspended && <Badge variant="light" className="warning">{t.organizations.suspended}</Badge>} /></Link>;
}

export default function Members() {
  const { id } = useParams({ strict: false }) as { id: string };
  const navigate = useNavigate(), ask = useConfirm(), { filter, setFilter } = useListState();
  const [edited, setEdited] = useState<EditRolesProps>();
  const words = t.organizations.people, close = () => setEdited(undefined), roleId = filter('role');

  const remove = (rows: Member[], done?: () => void) => ask({ title: words.remove(rows.length), button: words.remove(rows.length),
    text: words.removeText(rows.length, rows.map(nameOf)[0] ?? ''), calls: () => rows.map((row) => removeMember(id, row.id)), ...(done ? { done } : {}) });
  const edit = (row: Member) => setEdited({ title: words.editRoles(nameOf(row)), button: t.common.save, type: 'User', has: row.organizationRoles, close,
    calls: (roles) => [memberRoles(id, row.id, roles)] });
  const give = (rows: Member[], clear: () => void) => setEdited({ title: words.give(rows.length), button: words.give(rows.length), type: 'User', has: [], close,
    needsOne: true, done: clear, calls: (roles) => [giveMembers(id, rows.map((row) => row.id), roles)] });
  const add = <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => void navigate({ to: `/organizations/${id}/members/add` })}>{words.add}</Button>;

  return <>
    <DataTable label={t.organizations.members} list={(query) => members(id, query, roleId)} id={(row) => row.id} name={nameOf} search={words.search} action={add}
      filters={<RoleFilter type="User" value={roleId} onChange={(role) => setFilter('role', role)} />} filtered={roleId !== ''}
      columns={[
        { title: words.one, cell: (row) => <MemberCell row={row} /> },
        { title: t.organizations.organizationRoles, cell: (row) => <Tags of={row.organizationRoles} />, wide: true },
        { title: words.lastSignIn, cell: (row) => <RelativeTime at={row.lastSignInAt} />, align: 'right', wide: true },
      ]}
      menu={(row) => [{ label: t.organizations.editRoles, icon: IconPencil, run: () => edit(row) },
        { label: words.remove(1), icon: IconUserMinus, danger: true, run: () => remove([row]) }]}
      bulk={[{ label: t.organizations.giveRoles, icon: IconUserShield, run: give }, { label: t.common.remove, icon: IconUserMinus, danger: true, run: remove }]}
      empty={<Empty drawing="people" title={words.empty} text={words.emptyText} action={add} calls={() => addMembers(id, ['USER_ID'], ['ROLE_ID'])} />} />
    {edited && <EditRoles {...edited} />}
    <Outlet />
  </>;
}
