import { Badge, Button } from '@mantine/core';
import { IconBan, IconPlus, IconTrash, IconUserCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useList } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { useMe } from '../session.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { DataTable, NameCell } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import type { Action } from '../ui/row-menu.tsx';
import { PageSkeleton } from '../ui/skeleton.tsx';
import { displayName, secondName } from '../users/name.ts';
import { AddAdministrator } from './add.tsx';
import { list, remove, roles, suspend, worksHere, type Administrator, type Role } from './api.ts';

/** What can be done to another one; nobody shuts themselves out. */
function useMenu() {
  const ask = useConfirm(), me = useMe().claims.sub;
  return (one: Administrator): Action[] => one.id === me ? [] : [
    one.isSuspended ? { label: t.administrators.reactivate, icon: IconUserCheck, run: () => ask({ title: t.administrators.reactivate,
      text: t.administrators.reactivateText, button: t.administrators.reactivate, destroys: false, calls: () => [suspend(one.id, false)] }) }
      : { label: t.administrators.suspend, icon: IconBan, run: () => ask({ title: t.administrators.suspend, text: t.administrators.suspendText,
        button: t.administrators.suspend, calls: () => [suspend(one.id, true)] }) },
    { label: t.administrators.remove, icon: IconTrash, danger: true, run: () => ask({ title: t.administrators.remove, text: t.administrators.removeText,
      button: t.administrators.remove, type: displayName(one), calls: () => [remove(one.id)] }) },
  ];
}

function Table({ role, all }: { role: Role; all: readonly Role[] }) {
  const [adds, setAdds] = useState(false), menu = useMenu(), me = useMe().claims.sub;
  const tagOf = (one: Administrator) => one.isSuspended ? <Badge variant="light" className="warning">{t.users.suspended}</Badge>
    : one.id === me ? <Badge variant="light">{t.administrators.you}</Badge> : undefined;
  const add = <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => setAdds(true)}>{t.administrators.add}</Button>;
  return <>
    <DataTable label={t.administrators.title} list={(query) => list(role.id, query)} id={({ id }) => id} name={displayName} search={t.administrators.search}
      action={add} menu={menu}
      columns={[
        { title: t.administrators.one, cell: (one) => <NameCell name={displayName(one)} detail={secondName(one)} picture={one.avatar} round size={28} tag={tagOf(one)} /> },
        { title: t.users.lastSignIn, cell: ({ lastSignInAt }) => <RelativeTime at={lastSignInAt} />, align: 'right', wide: true },
      ]}
      empty={<Empty drawing="people" text={t.administrators.text} action={add} />} />
    {adds && <AddAdministrator roles={all} close={() => setAdds(false)} />}
  </>;
}

export default function Administrators() {
  const { data, error, refetch } = useList(roles()), role = data?.rows.find(({ name }) => name === worksHere);
  return <>
    <PageHeader title={t.administrators.title} text={t.administrators.text} />
    {error?.status === 403 ? <Empty drawing="key" title={t.administrators.notAllowed} text={t.administrators.notAllowedText} />
      : error ? <Failure error={error} retry={() => void refetch()} /> : role ? <Table role={role} all={data?.rows ?? []} />
      : data ? <Failure error={new Error(worksHere)} /> : <PageSkeleton />}
  </>;
}
