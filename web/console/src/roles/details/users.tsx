import { Anchor, Badge, Button } from '@mantine/core';
import { IconPlus, IconUserMinus } from '@tabler/icons-react';
import { Link, Navigate, Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { DataTable, NameCell } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { calledBy } from '../../users/name.ts';
import { holdersTab, one, removeUser, users, type Role, type User } from '../api.ts';

function People({ it }: { it: Role }) {
  const ask = useConfirm(), navigate = useNavigate(), words = t.roles.holders, nameOf = (row: User) => calledBy(row).title;
  const begin = <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => void navigate({ to: `/roles/${it.id}/users/assign` })}>{words.assignUsers}</Button>;
  const askRemoval = (rows: User[], text: string, done: () => void) => ask({ title: words.remove, text, button: words.remove,
    calls: () => rows.map((row) => removeUser(it.id, row.id)), done });
  return <DataTable label={t.roles.tabs.users} list={(query) => users(it.id, query)} id={({ id }) => id} name={nameOf} search={words.searchUsers} action={begin}
    menu={(row) => [{ label: words.remove, icon: IconUserMinus, danger: true, run: () => askRemoval([row], words.removeUser(nameOf(row), it.name), () => {}) }]}
    bulk={[{ label: words.remove, icon: IconUserMinus, danger: true, run: (rows, clear) => askRemoval(rows, words.removeUsers(rows.length, it.name), clear) }]}
    columns={[
      { title: words.user, cell: (row) => <Anchor component={Link} to={`/users/${row.id}`} c="inherit" underline="hover">
        <NameCell name={nameOf(row)} detail={calledBy(row).detail} picture={row.avatar} round tag={row.isSuspended ? <Badge variant="light" className="warning">{words.suspended}</Badge> : undefined} /></Anchor> },
      { title: words.lastSignIn, cell: ({ lastSignInAt }) => <RelativeTime at={lastSignInAt} />, align: 'right', wide: true },
    ]}
    empty={<Empty drawing="people" text={words.emptyUsers} action={begin} />} />;
}

export default function RoleUsers() {
  const { id } = useParams({ strict: false }) as { id: string };
  const it = useThing(one(id)).data;
  if (!it) return null;	// the page above shows why
  if (it.type !== 'User') return <Navigate to={`/roles/${id}/${holdersTab(it.type)}`} replace />;
  return <><People it={it} /><Outlet /></>;
}
