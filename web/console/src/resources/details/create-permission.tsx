import { TextInput, Textarea } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { t } from '../../locales/index.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { filled, needed, type Faults } from '../../ui/form.ts';
import { createScope, descriptionMost } from '../api.ts';

interface Values { name: string; description: string }

function check(values: Values): Faults<Values> {
  const missing = needed(values, 'name');
  return missing.name || !/\s/.test(values.name.trim()) ? missing : { name: t.resources.permission.blanks };
}

export default function CreatePermission() {
  const { id } = useParams({ strict: false }) as { id: string };
  const navigate = useNavigate(), close = () => void navigate({ to: `/api-resources/${id}/permissions` });
  const words = t.resources.permission;
  return <FormDialog title={words.create} button={words.create} initial={{ name: '', description: '' }} close={close} done={close} check={check}
    codes={{ 'scope.name_exists': 'name', 'scope.name_with_space': 'name' }} calls={(values) => [createScope(id, { name: '', ...filled({ ...values }) })]}>
    {(form) => <>
      <TextInput data-autofocus required label={words.name} description={words.nameHelp} maxLength={256} placeholder="read:invoices" {...form.field('name')} />
      <Textarea label={t.common.description} maxLength={descriptionMost} {...form.field('description')} />
    </>}
  </FormDialog>;
}
