import { Badge, Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { t } from '../locales/index.ts';
import { DataTable, NameCell } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { useListState } from '../ui/list-state.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { useUserBulk, useUserMenu } from './actions.tsx';
import { AdvancedSearch } from './advanced.tsx';
import { create, list } from './api.ts';
import { ApplicationLink } from './links.tsx';
import { displayName, secondName } from './name.ts';
import { fromAddress, toQuery } from './search.ts';

export default function Users() {
  const navigate = useNavigate(), menu = useUserMenu(), bulk = useUserBulk(), state = useListState();
  const search = fromAddress(state.filter);
  const begin = (label: string) => <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => void navigate({ to: '/users/create' })}>{label}</Button>;
  return <>
    <PageHeader title={t.users.title} text={t.users.empty} />
    <DataTable label={t.users.title} list={(query) => list(query, toQuery(search))} id={({ id }) => id} name={displayName} open={({ id }) => `/users/${id}`}
      search={t.users.search} filters={<AdvancedSearch state={state} />} filtered={search.conditions.length > 0} action={begin(t.users.create)}
      menu={(user) => menu(user)} bulk={bulk}
      columns={[
        { title: t.users.user, cell: (user) => <NameCell name={displayName(user)} detail={secondName(user)} picture={user.avatar} round size={28}
          tag={user.isSuspended && <Badge variant="light" className="warning">{t.users.suspended}</Badge>} /> },
        { title: t.users.fromApplication, cell: ({ applicationId }) => <ApplicationLink id={applicationId} />, wide: true },
        { title: t.users.lastSignIn, cell: ({ lastSignInAt }) => <RelativeTime at={lastSignInAt} />, align: 'right', wide: true },
      ]}
      empty={<Empty drawing="people" title={t.users.createFirst} text={t.users.empty} action={begin(t.users.create)}
        calls={() => [create({ primaryEmail: 'ada@acme.example', name: 'Ada' })]} />} />
    <Outlet />
  </>;
}
