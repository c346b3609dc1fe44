import { Button } from '@mantine/core';
import { IconPencil, IconPlugConnectedX, IconPlus, IconRobot, IconUserShield } from '@tabler/icons-react';
import { Link, Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../../locales/index.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { CopyId } from '../../ui/copy-field.tsx';
import { DataTable, NameCell } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { useListState } from '../../ui/list-state.ts';
import { Tags } from '../../ui/tags.tsx';
import { addMachines, giveMachines, machineRoles, machines, removeMachine, type MachineApp } from '../api.ts';
import { RoleFilter } from '../role-select.tsx';
import { EditRoles, type EditRolesProps } from './edit-roles.tsx';

const icon = <span className="thing-icon" aria-hidden><IconRobot size={16} stroke={1.5} /></span>;

export default function Machines() {
  const { id } = useParams({ strict: false }) as { id: string };
  const navigate = useNavigate(), ask = useConfirm(), { filter, setFilter } = useListState(), roleId = filter('role'), [edited, setEdited] = useState<EditRolesProps>();
  const words = t.organizations.machineApps, close = () => setEdited(undefined);

  const remove = (rows: MachineApp[], done?: () => void) => ask({ title: words.remove(rows.length), button: words.remove(rows.length),
    text: words.removeText(rows.length, rows[0]?.name ?? ''), calls: () => rows.map((row) => removeMachine(id, row.id)), ...(done ? { done } : {}) });
  const edit = (row: MachineApp) => setEdited({ title: t.organizations.people.editRoles(row.name), button: t.common.save, type: 'MachineToMachine',
    has: row.organizationRoles, close, calls: (roles) => machineRoles(id, row.id, roles, row.organizationRoles.map((one) => one.id)) });
  const give = (rows: MachineApp[], clear: () => void) => setEdited({ title: words.give(rows.length), button: words.give(rows.length), type: 'MachineToMachine',
    has: [], close, needsOne: true, done: clear, calls: (roles) => [giveMachines(id, rows.map((row) => row.id), roles)] });
  const add = <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => void navigate({ to: `/organizations/${id}/machine-to-machine/add` })}>{words.add}</Button>;

  return <>
    <DataTable label={t.organizations.tabs.machines} list={(query) => machines(id, query, roleId)} id={(row) => row.id} name={({ name }) => name} search={words.search} action={add}
      filters={<RoleFilter type="MachineToMachine" value={roleId} onChange={(role) => setFilter('role', role)} />} filtered={roleId !== ''}
      columns={[
        { title: words.one, cell: ({ id: appId, name, description }) => <Link to={`/applications/${appId}`} className="row-link">
          <NameCell name={name} detail={description} icon={icon} /></Link> },
        { title: words.id, cell: (row) => <CopyId value={row.id} label={words.id} />, wide: true },
        { title: t.organizations.organizationRoles, cell: (row) => <Tags of={row.organizationRoles} />, wide: true },
      ]}
      menu={(row) => [{ label: t.organizations.editRoles, icon: IconPencil, run: () => edit(row) },
        { label: words.remove(1), icon: IconPlugConnectedX, danger: true, run: () => remove([row]) }]}
      bulk={[{ label: t.organizations.giveRoles, icon: IconUserShield, run: give }, { label: t.common.remove, icon: IconPlugConnectedX, danger: true, run: remove }]}
      empty={<Empty drawing="machine" title={words.empty} text={words.emptyText} action={add} calls={() => addMachines(id, ['APPLICATION_ID'], ['ROLE_ID'])} />} />
    {edited && <EditRoles {...edited} />}
    <Outlet />
  </>;
}
