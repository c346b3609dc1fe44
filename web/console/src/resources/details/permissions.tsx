import { Button } from '@mantine/core';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { Callout } from '../../ui/callout.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Description, EditPermission, PermissionName } from '../../ui/permission.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { createScope, describeScope, descriptionMost, isManagement, one, removeScope, scopes, type Scope } from '../api.ts';

export default function ResourcePermissions() {
  const { id } = useParams({ strict: false }) as { id: string };
  const it = useThing(one(id)).data, ask = useConfirm(), navigate = useNavigate();
  const [edited, setEdited] = useState<Scope>();
  if (!it) return null;	// the page above shows why
  const fixed = isManagement(it), words = t.resources.permission;
  const begin = <Button leftSection={<IconPlus size={16} stroke={1.5} />}
    onClick={() => void navigate({ to: `/api-resources/${id}/permissions/create` })}>{words.create}</Button>;
  const menu = (row: Scope) => [
    { label: t.common.edit, icon: IconPencil, run: () => setEdited(row) },
    { label: t.common.delete, icon: IconTrash, danger: true, run: () => ask({ title: words.delete, text: words.deleteText(row.name), button: words.delete,
      calls: () => [removeScope(id, row.id)] }) },
  ];
  return <>
    {fixed && <div className="above"><Callout>{t.resources.managed}</Callout></div>}
    <DataTable label={words.title} list={(query) => scopes(id, query)} id={(row) => row.id} name={({ name }) => name} search={words.search}
      {...(fixed ? {} : { menu, action: begin })}
      columns={[
        { title: words.title, cell: ({ name }) => <PermissionName name={name} /> },
        { title: t.common.description, cell: ({ description }) => <Description text={description} />, wide: true },
        { title: t.common.created, cell: ({ createdAt }) => <RelativeTime at={createdAt} />, align: 'right', wide: true },
      ]}
      empty={<Empty drawing="key" title={words.createFirst} text={words.empty} action={begin} calls={() => [createScope(id, { name: 'read:invoices' })]} />} />
    {edited && <EditPermission title={words.edit} name={edited.name} description={edited.description} most={descriptionMost}
      call={(text) => describeScope(id, edited.id, text)} close={() => setEdited(undefined)} />}
    <Outlet />
  </>;
}
