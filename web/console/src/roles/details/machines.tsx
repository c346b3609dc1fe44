import { Anchor, Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { Link, Navigate, Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { CopyId } from '../../ui/copy-field.tsx';
import { DataTable, NameCell } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { RoleIcon } from '../../ui/permission.tsx';
import { applications, holdersTab, one, removeApplication, type Application, type Role } from '../api.ts';

function Machines({ it }: { it: Role }) {
  const ask = useConfirm(), navigate = useNavigate(), words = t.roles.holders;
  const begin = <Button leftSection={<IconPlus size={16} stroke={1.5} />}
    onClick={() => void navigate({ to: `/roles/${it.id}/${holdersTab(it.type)}/assign` })}>{words.assignApps}</Button>;
  const askRemoval = (rows: Application[], text: string, done: () => void) => ask({ title: words.remove, text, button: words.remove,
    calls: () => rows.map((row) => removeApplication(it.id, row.id)), done });
  return <DataTable label={t.roles.tabs.machines} list={(query) => applications(it.id, query)} id={({ id }) => id} name={({ name }) => name} search={words.searchApps}
    action={begin}
    menu={(row) => [{ label: words.remove, icon: IconTrash, danger: true, run: () => askRemoval([row], words.removeApp(row.name, it.name), () => {}) }]}
    bulk={[{ label: words.remove, icon: IconTrash, danger: true, run: (rows, clear) => askRemoval(rows, words.removeApps(rows.length, it.name), clear) }]}
    columns={[
      { title: words.application, cell: ({ id, name }) => <Anchor component={Link} to={`/applications/${id}`} c="inherit" underline="hover">
        <NameCell name={name} icon={<RoleIcon type="MachineToMachine" />} /></Anchor> },
      { title: t.common.description, cell: ({ description }) => description || <span className="none">{t.common.none}</span>, wide: true },
      { title: t.common.id, cell: ({ id }) => <CopyId value={id} />, wide: true },
    ]}
    empty={<Empty drawing="machine" text={words.emptyApps} action={begin} />} />;
}

export default function RoleMachines() {
  const { id } = useParams({ strict: false }) as { id: string };
  const it = useThing(one(id)).data;
  if (!it) return null;	// the page above shows why
  if (it.type !== 'MachineToMachine') return <Navigate to={`/roles/${id}/${holdersTab(it.type)}`} replace />;
  return <><Machines it={it} /><Outlet /></>;
}
