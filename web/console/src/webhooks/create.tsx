import { TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { t } from '../locales/index.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { base, create, type Hook } from './api.ts';
import { EventFields } from './event-fields.tsx';
import { configOf, hookCodes, hookFaults, hookPaths, type HookValues } from './values.ts';

const words = t.webhooks;

export default function CreateWebhook() {
  const navigate = useNavigate();
  return <FormDialog title={words.create} button={words.create} size={720} initial={{ name: '', url: '', events: [], headers: [] } as HookValues}
    close={() => void navigate({ to: base })} done={({ id }: Hook) => void navigate({ to: `${base}/${id}/settings` })}
    check={hookFaults} paths={hookPaths} codes={hookCodes}
    calls={(values) => [create({ name: values.name.trim(), events: values.events, config: configOf(values) })]}>
    {(form) => <>
      <TextInput data-autofocus required label={t.common.name} description={words.nameHelp} maxLength={256} {...form.field('name')} />
      <TextInput required label={words.url} description={words.urlHelp} placeholder="https://" inputMode="url" spellCheck={false} {...form.field('url')} />
      <EventFields value={form.values.events} error={form.faults.events} onChange={(events) => form.set({ events })} />
    </>}
  </FormDialog>;
}
