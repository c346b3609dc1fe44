import { useNavigate, useParams } from '@tanstack/react-router';
import { t } from '../../locales/index.ts';
import { calledBy } from '../../users/name.ts';
import { AddMany } from '../../ui/add-many.tsx';
import { addMembers, strangers } from '../api.ts';
import { RolesField } from '../role-select.tsx';

export default function AddMembers() {
  const { id } = useParams({ strict: false }) as { id: string };
  const navigate = useNavigate(), words = t.organizations.people;
  return <AddMany title={words.add} label={t.organizations.members} close={() => void navigate({ to: `/organizations/${id}/members` })}
    list={(query) => strangers(id, query)} choice={(row) => ({ id: row.id, ...calledBy(row), picture: row.avatar, round: true })}
    search={words.search} nothing={words.nobody} button={words.addMany} calls={(ids, roles) => ids.length ? addMembers(id, ids, roles) : []}
    rolesField={(given, onChange) => <RolesField label={t.organizations.withRoles} type="User" value={given} onChange={onChange} />} />;
}
