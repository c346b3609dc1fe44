import { Anchor, Button } from '@mantine/core';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { Link, Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { describeScope, descriptionMost as apiDescriptionMost, isManagement } from '../../resources/api.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Description, EditPermission, PermissionCell } from '../../ui/permission.tsx';
import { base, describePermission, descriptionMost, role, takeAway, useCarried, type Carried } from '../api.ts';

function Kind({ resource }: Carried) {
  if (!resource) return <>{t.template.carried.own}</>;
  return <>{t.template.carried.api} · <Anchor component={Link} to={`/api-resources/${resource.id}`}><bdi>{resource.name}</bdi></Anchor></>;
}

function Edit({ it, close }: { it: Carried; close: () => void }) {
  return <EditPermission title={t.resources.permission.edit} help={t.template.carried.editText} name={it.name} description={it.description}
    most={it.resource ? apiDescriptionMost : descriptionMost} close={close}
    call={(text) => it.resource ? describeScope(it.resource.id, it.id, text) : describePermission(it.id, text)} />;
}

export default function RolePermissions() {
  const { id } = useParams({ strict: false }) as { id: string };
  const it = useThing(role(id)).data, fetched = useCarried(id), ask = useConfirm(), navigate = useNavigate(), words = t.template.carried;
  const [edited, setEdited] = useState<Carried>();
  if (!it) return null;	// the page above shows why
  const begin = <Button leftSection={<IconPlus size={16} stroke={1.5} />}
    onClick={() => void navigate({ to: `${base}/organization-roles/${id}/permissions/assign` })}>{words.assign}</Button>;
  const menu = (row: Carried) => [
    ...(row.resource && isManagement(row.resource) ? [] : [{ label: t.common.edit, icon: IconPencil, run: () => setEdited(row) }]),
    { label: t.common.remove, icon: IconTrash, danger: true, run: () => ask({ title: words.remove, text: words.removeText(row.name, it.name), button: words.remove,
      calls: () => [takeAway(id, row)] }) },
  ];
  return <>
    <DataTable label={t.template.role.permissions} fetched={fetched} whole={({ name }) => name} id={(row) => row.id} name={({ name }) => name}
      search={words.search} action={begin} menu={menu}
      columns={[
        { title: t.template.permission.title, cell: (row) => <PermissionCell name={row.name} of={<Kind {...row} />} /> },
        { title: t.common.description, cell: ({ description }) => <Description text={description} />, wide: true },
        { title: words.type, cell: (row) => <Kind {...row} />, wide: true },
      ]}
      empty={<Empty drawing="key" text={words.empty} action={begin} />} />
    {edited && <Edit it={edited} close={() => setEdited(undefined)} />}
    <Outlet />
  </>;
}
