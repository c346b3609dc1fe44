import { IconTrash } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useList, useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { DetailLayout } from '../ui/details.tsx';
import { RoleIcon } from '../ui/permission.tsx';
import { applicationCount, holdersTab, one, permissionCount, remove, userCount, type Role } from './api.ts';

/** How many people, or machine apps, hold the role; nothing until it is known. */
export function useHolderCount(it: Role | undefined): number | undefined {
  const users = useList(it?.type === 'User' ? userCount(it.id) : undefined).data?.total;
  const applications = useList(it?.type === 'MachineToMachine' ? applicationCount(it.id) : undefined).data?.total;
  return it?.type === 'User' ? users : applications;
}

export const deleteText = ({ type }: Role, holders: number): string => type === 'User' ? t.roles.deleteUsers(holders) : t.roles.deleteApps(holders);

/** Asks, deletes and goes back to the list. */
export function useDelete() {
  const ask = useConfirm(), navigate = useNavigate();
  return (it: Role, holders: number) => ask({ title: t.roles.delete, text: deleteText(it, holders), button: t.roles.delete, calls: () => [remove(it.id)],
    done: () => void navigate({ to: '/roles' }) });
}

export default function RoleDetails() {
  const { id } = useParams({ strict: false }) as { id: string };
  const thing = useThing(one(id)), it = thing.data, holders = useHolderCount(it), permissions = useList(permissionCount(id)).data?.total;
  const askDelete = useDelete(), machines = it?.type === 'MachineToMachine';
  return <DetailLayout thing={thing} base={`/roles/${id}`}
    head={(role) => ({ title: role.name, id: role.id, idLabel: t.roles.id, icon: <RoleIcon type={role.type} large />,
      tags: [t.roles.types[role.type], role.isDefault && role.type === 'User' && t.roles.isDefault],
      actions: [{ label: t.common.delete, icon: IconTrash, danger: true, run: () => askDelete(role, holders ?? 0) }] })}
    tabs={[{ path: 'permissions', label: t.roles.tabs.permissions, count: permissions },
      { path: holdersTab(machines ? 'MachineToMachine' : 'User'), label: machines ? t.roles.tabs.machines : t.roles.tabs.users, count: holders },
      { path: 'general', label: t.roles.tabs.general }]} />;
}
