import { Badge, Button, Tooltip } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { page } from '../../page.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { DataTable, NameCell } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Description } from '../../ui/permission.tsx';
import { giveRoles, roles, scopesOfRole, takeRole } from '../api.ts';
import { GiveRoles } from '../create.tsx';
import { useApplication } from '../details.tsx';

/** A role with permissions of the Management API is one to be careful with. */
function Managed({ roleId }: { roleId: string }) {
  const scopes = useThing(scopesOfRole(roleId)).data;
  if (!scopes?.some(({ resource }) => resource.indicator === page.resource)) return null;
  return <Tooltip label={t.applications.roles.managedHelp} multiline maw={280}><Badge variant="light">{t.applications.roles.managed}</Badge></Tooltip>;
}

export default function ApplicationRoles() {
  const app = useApplication().data, ask = useConfirm(), [adding, setAdding] = useState(false);
  if (!app) return null;	// the page above shows why
  const begin = <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => setAdding(true)}>{t.applications.roles.assign}</Button>;
  return <>
    <DataTable label={t.applications.roles.title} list={roles(app.id)} id={({ id }) => id} name={({ name }) => name} open={({ id }) => `/roles/${id}`}
      search={t.applications.roles.search} action={begin}
      menu={(row) => [{ label: t.common.remove, icon: IconTrash, danger: true, run: () => ask({ title: t.applications.roles.remove, button: t.applications.roles.remove,
        text: t.applications.roles.removeText(row.name, app.name), calls: () => [takeRole(app.id, row.id)] }) }]}
      columns={[
        { title: t.applications.roles.role, cell: (row) => <NameCell name={row.name} icon={<></>} tag={<Managed roleId={row.id} />} /> },
        { title: t.common.description, cell: ({ description }) => <Description text={description} />, wide: true },
      ]}
      empty={<div className="card"><Empty drawing="key" title={t.applications.roles.emptyTitle} text={t.applications.roles.empty} action={begin}
        calls={() => [giveRoles(app.id, ['ROLE_ID'])]} /></div>} />
    {adding && <GiveRoles id={app.id} close={() => setAdding(false)} />}
  </>;
}
