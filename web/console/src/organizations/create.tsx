import { TextInput, Textarea } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { t } from '../locales/index.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { filled, needed } from '../ui/form.ts';
import { create, type Organization } from './api.ts';

export default function CreateOrganization() {
  const navigate = useNavigate();
  return <FormDialog title={t.organizations.create} button={t.organizations.create} initial={{ name: '', description: '' }}
    close={() => void navigate({ to: '/organizations' })} done={({ id }: Organization) => void navigate({ to: `/organizations/${id}` })}
    check={(values) => needed(values, 'name')} calls={(values) => [create({ name: '', ...filled(values) })]}>
    {(form) => <>
      <TextInput data-autofocus required label={t.common.name} description={t.organizations.nameHelp} maxLength={128} {...form.field('name')} />
      <Textarea label={t.common.description} description={t.organizations.descriptionHelp} maxLength={256} {...form.field('description')} />
    </>}
  </FormDialog>;
}
