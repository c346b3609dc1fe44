import { IconTrash } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { DetailLayout } from '../ui/details.tsx';
import { RoleIcon } from '../ui/permission.tsx';
import { base, removeRole, role, useCarried } from './api.ts';

/** Asks, deletes and goes back to the list. */
export function useDelete() {
  const ask = useConfirm(), navigate = useNavigate(), words = t.template.role;
  return (id: string) => ask({ title: words.delete, text: words.deleteText, button: words.delete, calls: () => [removeRole(id)],
    done: () => void navigate({ to: `${base}/organization-roles` }) });
}

export default function OrganizationRole() {
  const { id } = useParams({ strict: false }) as { id: string };
  const thing = useThing(role(id)), carried = useCarried(id).data?.total, askDelete = useDelete();
  return <DetailLayout thing={thing} base={`${base}/organization-roles/${id}`}
    head={(it) => ({ title: it.name, id: it.id, idLabel: t.template.role.id, icon: <RoleIcon type={it.type} large />, tags: [t.roles.types[it.type]],
      actions: [{ label: t.common.delete, icon: IconTrash, danger: true, run: () => askDelete(id) }] })}
    tabs={[{ path: 'permissions', label: t.template.role.permissions, count: carried }, { path: 'general', label: t.template.role.general }]} />;
}
