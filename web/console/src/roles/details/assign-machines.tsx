import { useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { t } from '../../locales/index.ts';
import { AddMany } from '../../ui/add-many.tsx';
import { addApplications, applicationsWithout, holdersTab } from '../api.ts';

export default function AssignMachines() {
  const { id } = useParams({ strict: false }) as { id: string }, created = (useLocation().search as { created?: string }).created !== undefined;
  const navigate = useNavigate(), words = t.roles.holders, close = () => void navigate({ to: `/roles/${id}/${holdersTab('MachineToMachine')}` });
  return <AddMany title={words.assignApps} label={t.roles.tabs.machines} close={close} {...(created ? { skip: words.skip } : {})}
    list={(query) => applicationsWithout(id, query)} choice={(row) => ({ id: row.id, title: row.name, detail: row.description || row.id, picture: null })}
    search={words.searchApps} nothing={words.noApp} button={words.assignAppsMany} calls={(ids) => ids.length ? [addApplications(id, ids)] : []} />;
}
