import { Badge, Button, Select } from '@mantine/core';
import { IconMail, IconPlus, IconTrash, IconX } from '@tabler/icons-react';
import { Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../../locales/index.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { DataTable, NameCell } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { useListState } from '../../ui/list-state.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import type { Action } from '../../ui/row-menu.tsx';
import { Tags } from '../../ui/tags.tsx';
import { forget, invitations, invite, revoke, type Invitation } from '../api.ts';
import { expiryAfter } from './invite.tsx';
import { Resend } from './resend.tsx';

const colours = { Pending: 'accent', Accepted: 'success', Expired: 'gray', Revoked: 'gray' } as const;

function StateFilter() {
  const { filter, setFilter } = useListState(), words = t.organizations.invitations;
  return <Select aria-label={words.state} placeholder={words.anyState} value={filter('state') || null} clearable w={160}
    data={Object.entries(words.status).map(([value, label]) => ({ value, label }))} onChange={(next) => setFilter('state', next ?? '')}
    clearButtonProps={{ 'aria-label': `${words.state}: ${t.common.clear}` }} />;
}

export default function Invitations() {
  const { id } = useParams({ strict: false }) as { id: string };
  const navigate = useNavigate(), ask = useConfirm(), words = t.organizations.invitations, state = useListState().filter('state');
  const [sent, setSent] = useState<Invitation>();
  const menu = (row: Invitation): Action[] => [
    ...row.status === 'Pending' ? [{ label: words.resend, icon: IconMail, run: () => setSent(row) },
      { label: words.revoke, icon: IconX, danger: true, run: () => ask({ title: words.revoke, button: words.revoke, text: words.revokeText(row.invitee), calls: () => [revoke(row.id)] }) }] : [],
    { label: t.common.delete, icon: IconTrash, danger: true, run: () => ask({ title: words.forget, button: words.forget, text: words.forgetText(row.invitee), calls: () => [forget(row.id)] }) },
  ];
  const add = <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => void navigate({ to: `/organizations/${id}/invitations/create` })}>{words.invite}</Button>;
  return <>
    <DataTable label={t.organizations.tabs.invitations} list={(query) => invitations(id, query, state)} filters={<StateFilter />} filtered={state !== ''}
      id={(row) => row.id} name={({ invitee }) => invitee} search={words.search} action={add} menu={menu}
      columns={[
        { title: words.invitee, cell: ({ invitee }) => <NameCell name={invitee} round /> },
        { title: words.state, cell: ({ status }) => <Badge variant="light" className={`state ${status.toLowerCase()}`} color={colours[status]}>{words.status[status]}</Badge> },
        { title: t.organizations.organizationRoles, cell: (row) => <Tags of={row.organizationRoles} />, wide: true },
        { title: words.expires, cell: ({ expiresAt }) => <RelativeTime at={expiresAt} />, align: 'right', wide: true },
        { title: t.common.created, cell: ({ createdAt }) => <RelativeTime at={createdAt} />, align: 'right', wide: true },
      ]}
      empty={<Empty drawing="mail" title={words.empty} text={words.emptyText} action={add}
        calls={() => [invite({ organizationId: id, invitee: 'ada@example.com', expiresAt: expiryAfter(7), messagePayload: { link: 'https://app.example.com/invitations' } })]} />} />
    {sent && <Resend invitation={sent} close={() => setSent(undefined)} />}
    <Outlet />
  </>;
}
