// The roles of a member or machine app, or more roles for several of them.
import type { Call } from '../../api/call.ts';
import { t } from '../../locales/index.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import type { RoleType } from '../api.ts';
import { RolesField } from '../role-select.tsx';

export interface EditRolesProps { title: string; button: string; type: RoleType; has: readonly { id: string; name: string }[]; calls: (roles: string[]) => readonly Call[];
  close: () => void; done?: () => void;
  /** For several at once: without a role there is nothing to do. */
  needsOne?: boolean }

export function EditRoles({ title, button, type, has, calls, close, done, needsOne = false }: EditRolesProps) {
  return <FormDialog title={title} button={button} initial={{ roles: has.map(({ id }) => id) }} close={close} done={() => { close(); done?.(); }}
    check={({ roles }): { roles?: string } => needsOne && roles.length === 0 ? { roles: t.common.required } : {}} calls={({ roles }) => calls(roles)}>
    {(form) => <RolesField focus label={t.organizations.organizationRoles} type={type} known={has} name="roles" value={form.values.roles}
      onChange={(roles) => form.set({ roles })} error={form.faults.roles} />}
  </FormDialog>;
}
