import { useNavigate, useParams } from '@tanstack/react-router';
import { useList, useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { DetailLayout } from '../ui/details.tsx';
import { useUserMenu } from './actions.tsx';
import { one, organizationCount, roleCount } from './api.ts';
import { displayName } from './name.ts';

export default function UserDetails() {
  const { id } = useParams({ strict: false }) as { id: string };
  const thing = useThing(one(id)), menu = useUserMenu(), navigate = useNavigate();
  // the other calls wait: a user who is not there would be refused four times
  const known = thing.data !== undefined;
  const roles = useList(known ? roleCount(id) : undefined).data?.total, memberships = useList(known ? organizationCount(id) : undefined).data?.total;
  return <DetailLayout thing={thing} base={`/users/${id}`}
    head={(it) => ({ title: displayName(it), id: it.id, idLabel: t.users.id, picture: it.avatar, round: true, warning: it.isSuspended && t.users.suspended,
      actions: menu(it, memberships, () => void navigate({ to: '/users' })) })}
    tabs={[{ path: 'settings', label: t.users.tabs.settings }, { path: 'roles', label: t.users.tabs.roles, count: roles },
      { path: 'organizations', label: t.users.tabs.organizations, count: memberships }, { path: 'logs', label: t.users.tabs.logs }]} />;
}
