import { IconTrash } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useList, useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { DetailLayout } from '../ui/details.tsx';
import { machineCount, memberCount, one, remove, type Organization } from './api.ts';

/** Asks, deletes and goes back to the list. */
export function useDelete(members: number) {
  const ask = useConfirm(), navigate = useNavigate();
  return ({ id, name }: Organization) => ask({ title: t.organizations.delete, text: t.organizations.deleteText(members), button: t.organizations.delete,
    type: name, calls: () => [remove(id)], done: () => void navigate({ to: '/organizations' }) });
}

export default function OrganizationDetails() {
  const { id } = useParams({ strict: false }) as { id: string };
  const thing = useThing(one(id)), members = useList(memberCount(id)).data?.total, machines = useList(machineCount(id)).data?.total;
  const words = t.organizations.tabs;
  const askDelete = useDelete(members ?? 0);
  return <DetailLayout thing={thing} base={`/organizations/${id}`}
    head={(it) => ({ title: it.name, id: it.id, idLabel: t.organizations.id, picture: it.branding.logoUrl, tags: [it.isMfaRequired && t.organizations.requiresMfa],
      actions: [{ label: t.common.delete, icon: IconTrash, danger: true, run: () => askDelete(it) }] })}
    tabs={[{ path: 'settings', label: words.settings }, { path: 'members', label: words.members, count: members },
      { path: 'machine-to-machine', label: words.machines, count: machines }, { path: 'branding', label: words.branding },
      { path: 'invitations', label: words.invitations }]} />;
}
