import { useNavigate, useParams } from '@tanstack/react-router';
import { useList, useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { allWithScopes, choicesOf } from '../../resources/api.ts';
import { AddMany } from '../../ui/add-many.tsx';
import { addPermissions, allPermissions, one } from '../api.ts';

export default function AssignPermissions() {
  const { id } = useParams({ strict: false }) as { id: string };
  const it = useThing(one(id)).data, has = useList(allPermissions(id)).data, navigate = useNavigate(), words = t.roles.permission;
  if (!it || !has) return null;
  const held = new Set(has.rows.map((row) => row.id));
  return <AddMany title={words.assign} label={t.roles.permissions} close={() => void navigate({ to: `/roles/${id}/permissions` })} search={words.choose} nothing={words.nothing}
    list={allWithScopes} choices={(rows) => choicesOf(rows, held, it.type === 'MachineToMachine')} button={words.assignMany}
    calls={(ids) => ids.length ? [addPermissions(id, ids)] : []} />;
}
