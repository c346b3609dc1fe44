import { useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { t } from '../../locales/index.ts';
import { AddMany } from '../../ui/add-many.tsx';
import { calledBy } from '../../users/name.ts';
import { addUsers, usersWithout } from '../api.ts';

export default function AssignUsers() {
  const { id } = useParams({ strict: false }) as { id: string }, created = (useLocation().search as { created?: string }).created !== undefined;
  const navigate = useNavigate(), words = t.roles.holders;
  return <AddMany title={words.assignUsers} label={t.roles.tabs.users} close={() => void navigate({ to: `/roles/${id}/users` })} {...(created ? { skip: words.skip } : {})}
    list={(query) => usersWithout(id, query)} choice={(row) => ({ id: row.id, ...calledBy(row), picture: row.avatar, round: true })}
    search={words.searchUsers} nothing={words.nobody} button={words.assignUsersMany} calls={(ids) => ids.length ? [addUsers(id, ids)] : []} />;
}
