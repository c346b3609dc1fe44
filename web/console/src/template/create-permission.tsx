import { TextInput, Textarea } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { t } from '../locales/index.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { filled, needed } from '../ui/form.ts';
import { base, createPermission, descriptionMost } from './api.ts';

export default function CreateOrganizationPermission() {
  const navigate = useNavigate(), close = () => void navigate({ to: `${base}/organization-permissions` });
  const words = t.template.permission;
  return <FormDialog title={words.create} button={words.create} initial={{ name: '', description: '' }} close={close} done={close}
    check={(values) => needed(values, 'name')} codes={{ 'entity.unique_integrity_violation': 'name' }}
    calls={(values) => [createPermission({ name: '', ...filled(values) })]}>
    {(form) => <>
      <TextInput data-autofocus required label={t.common.name} description={words.nameHelp} maxLength={128} placeholder="invite:member" {...form.field('name')} />
      <Textarea label={t.common.description} maxLength={descriptionMost} {...form.field('description')} />
    </>}
  </FormDialog>;
}
