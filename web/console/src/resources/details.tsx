import { IconTrash } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useList, useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { DetailLayout } from '../ui/details.tsx';
import { isManagement, one, remove, scopeCount, type Resource } from './api.ts';
import { ResourceIcon } from './icon.tsx';

/** Asks, deletes and goes back to the list. */
export function useDelete(permissions: number) {
  const ask = useConfirm(), navigate = useNavigate();
  return ({ id, name }: Resource) => ask({ title: t.resources.delete, text: t.resources.deleteText(permissions), button: t.resources.delete, type: name,
    calls: () => [remove(id)], done: () => void navigate({ to: '/api-resources' }) });
}

export default function ResourceDetails() {
  const { id } = useParams({ strict: false }) as { id: string };
  const thing = useThing(one(id)), permissions = useList(scopeCount(id)).data?.total;
  const askDelete = useDelete(permissions ?? 0);
  return <DetailLayout thing={thing} base={`/api-resources/${id}`}
    head={(it) => ({ title: it.name, id: it.indicator, idLabel: t.resources.indicator, icon: <ResourceIcon of={it} large />,
      tags: [isManagement(it) && t.resources.builtIn, it.isDefault && t.resources.isDefault],
      actions: isManagement(it) ? [] : [{ label: t.common.delete, icon: IconTrash, danger: true, run: () => askDelete(it) }] })}
    tabs={[{ path: 'permissions', label: t.resources.tabs.permissions, count: permissions }, { path: 'general', label: t.resources.tabs.general }]} />;
}
