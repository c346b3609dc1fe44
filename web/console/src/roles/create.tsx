import { Input, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useList } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { allWithScopes, choicesOf } from '../resources/api.ts';
import { TransferBox, type Choice } from '../ui/add-many.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { filled, needed, type Faults, type Form } from '../ui/form.ts';
import { RoleTypeField, type RoleType } from '../ui/permission.tsx';
import { create, holdersTab, type Role } from './api.ts';

interface Values { name: string; description: string; type: RoleType; scopeIds: Choice[] }

/** For `check`: a name that the server would hide from every list. */
export const faultOfName = (name: string): { name?: string } => name.trim().startsWith('#internal:') ? { name: t.roles.internal } : {};

const check = (values: Values): Faults<Values> => ({ ...needed(values, 'name', 'description'), ...faultOfName(values.name) });

const bodyOf = ({ name, description, type, scopeIds }: Values) => ({ name: name.trim(), description: description.trim(), type,
  ...filled({ scopeIds: scopeIds.length ? scopeIds.map(({ id }) => id) : undefined }) });

/** What the role carries from the start. Only machine apps can have permissions of the Management API. */
function Permissions({ form }: { form: Form<Values> }) {
  const words = t.roles.permission, machines = form.values.type === 'MachineToMachine';
  return <Input.Wrapper label={t.roles.permissions} description={machines ? t.roles.permissionsHelp : t.roles.permissionsHelpPeople} labelElement="div"
    error={form.faults.scopeIds}>
    <TransferBox label={t.roles.permissions} list={allWithScopes} choices={(rows) => choicesOf(rows, new Set(), machines)} search={words.choose}
      nothing={words.nothing} chosen={form.values.scopeIds} onChange={(scopeIds) => form.set({ scopeIds })} />
  </Input.Wrapper>;
}

export default function CreateRole() {
  const navigate = useNavigate(), resources = useList(allWithScopes()).data?.rows ?? [];
  const chooseType = (form: Form<Values>, type: RoleType) => {
    const allowed = new Set(choicesOf(resources, new Set(), type === 'MachineToMachine').map(({ id }) => id));
    form.set({ type, scopeIds: form.values.scopeIds.filter(({ id }) => allowed.has(id)) });
  };
  return <FormDialog title={t.roles.create} button={t.roles.create} size={880}
    initial={{ name: '', description: '', type: 'User' as RoleType, scopeIds: [] as Choice[] }} close={() => void navigate({ to: '/roles' })}
    done={({ id, type }: Role) => void navigate({ to: `/roles/${id}/${holdersTab(type)}/assign`, search: { created: '1' } as never })}
    check={check} codes={{ 'role.name_in_use': 'name' }} calls={(values) => [create(bodyOf(values))]}>
    {(form) => <>
      <TextInput data-autofocus required label={t.common.name} description={t.roles.nameHelp} maxLength={128} {...form.field('name')} />
      <TextInput required label={t.common.description} maxLength={128} {...form.field('description')} />
      <RoleTypeField value={form.values.type} error={form.faults.type} onChange={(type) => chooseType(form, type)} />
      <Permissions form={form} />
    </>}
  </FormDialog>;
}
