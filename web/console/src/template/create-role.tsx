import { TextInput, Textarea } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { t } from '../locales/index.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { filled, needed } from '../ui/form.ts';
import { RoleTypeField, type RoleType } from '../ui/permission.tsx';
import { base, createRole, descriptionMost, type Role } from './api.ts';

/** The role is there; what it carries is asked for next, and may be left for later. */
export default function CreateOrganizationRole() {
  const navigate = useNavigate(), words = t.template.role;
  return <FormDialog title={words.create} button={words.create} initial={{ name: '', description: '', type: 'User' as RoleType }}
    close={() => void navigate({ to: `${base}/organization-roles` })} check={(values) => needed(values, 'name')}
    done={({ id }: Role) => void navigate({ to: `${base}/organization-roles/${id}/permissions/assign`, search: { created: '1' } as never })}
    codes={{ 'entity.unique_integrity_violation': 'name' }} calls={(values) => [createRole({ name: '', ...filled(values) })]}>
    {(form) => <>
      <TextInput data-autofocus required label={t.common.name} description={words.nameHelp} maxLength={128} {...form.field('name')} />
      <Textarea label={t.common.description} maxLength={descriptionMost} {...form.field('description')} />
      <RoleTypeField value={form.values.type} error={form.faults.type} onChange={(type) => form.set({ type })} />
    </>}
  </FormDialog>;
}
