import { useNavigate, useParams } from '@tanstack/react-router';
import { t } from '../../locales/index.ts';
import { AddMany } from '../../ui/add-many.tsx';
import { addMachines, strangeMachines } from '../api.ts';
import { RolesField } from '../role-select.tsx';

export default function AddMachines() {
  const { id } = useParams({ strict: false }) as { id: string };
  const navigate = useNavigate(), words = t.organizations.machineApps;
  return <AddMany title={words.add} label={t.organizations.tabs.machines} close={() => void navigate({ to: `/organizations/${id}/machine-to-machine` })}
    list={(query) => strangeMachines(id, query)} choice={({ id: appId, name, description }) => ({ id: appId, title: name, detail: description || appId })}
    search={words.search} nothing={words.nobody} button={words.addMany} calls={(ids, roles) => ids.length ? addMachines(id, ids, roles) : []}
    rolesField={(given, onChange) => <RolesField label={t.organizations.withRoles} type="MachineToMachine" value={given} onChange={onChange} />} />;
}
