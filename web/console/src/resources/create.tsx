import { TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { t } from '../locales/index.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { needed, type Faults } from '../ui/form.ts';
import { create, isIndicator, type Resource } from './api.ts';

interface Values { name: string; indicator: string }

function check(values: Values): Faults<Values> {
  const missing = needed(values, 'name', 'indicator');
  return missing.indicator || isIndicator(values.indicator.trim()) ? missing : { ...missing, indicator: t.resources.indicatorWrong };
}

export default function CreateResource() {
  const navigate = useNavigate();
  return <FormDialog title={t.resources.create} button={t.resources.create} initial={{ name: '', indicator: '' }}
    close={() => void navigate({ to: '/api-resources' })} done={({ id }: Resource) => void navigate({ to: `/api-resources/${id}` })}
    check={check} codes={{ 'resource.resource_identifier_in_use': 'indicator' }}
    calls={({ name, indicator }) => [create({ name: name.trim(), indicator: indicator.trim() })]}>
    {(form) => <>
      <TextInput data-autofocus required label={t.common.name} description={t.resources.nameHelp} maxLength={256} {...form.field('name')} />
      <TextInput required label={t.resources.indicator} description={t.resources.indicatorHelp} maxLength={2048} placeholder="https://api.example.com"
        inputMode="url" {...form.field('indicator')} />
    </>}
  </FormDialog>;
}
