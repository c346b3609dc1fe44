import { Button, Text, TextInput } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { SecretField } from '../../ui/copy-field.tsx';
import { Card } from '../../ui/details.tsx';
import { SaveForm } from '../../ui/save-form.tsx';
import { useToast } from '../../ui/toast.tsx';
import { useHookActions } from '../actions.tsx';
import { one, renewKey, update, type Hook } from '../api.ts';
import { EventFields } from '../event-fields.tsx';
import { HeaderFields } from '../header-fields.tsx';
import { configOf, hookCodes, hookFaults, hookPaths, hookValues } from '../values.ts';
import { Verify } from '../verify.tsx';
import { Trial } from './trial.tsx';

const words = t.webhooks;

function SigningKey({ it }: { it: Hook }) {
  const ask = useConfirm(), say = useToast();
  const renew = () => ask({ title: words.key.regenerate, text: words.key.regenerateText, button: words.key.regenerate, calls: () => [renewKey(it.id)],
    done: () => say(words.key.regenerated) });
  return <Card title={words.key.title} text={words.key.text} action={<Button variant="default" onClick={renew}>{words.key.regenerate}</Button>}>
    <SecretField label={words.key.label} value={it.signingKey} />
    <Text fw={500}>{words.key.verify}</Text>
    <Verify />
  </Card>;
}

function Danger({ it }: { it: Hook }) {
  const { turn, drop } = useHookActions();
  return <Card title={t.organizations.danger} danger>
    <div className="row"><Text className="grow">{it.enabled ? words.state.disableText : words.state.enableText}</Text>
      <Button variant="default" onClick={() => turn(it)}>{it.enabled ? words.state.disable : words.state.enable}</Button></div>
    <div className="row"><Text className="grow">{words.deleteText}</Text>
      <Button variant="outline" color="danger" onClick={() => drop(it)}>{words.delete}</Button></div>
  </Card>;
}

export default function WebhookSettings() {
  const { id } = useParams({ strict: false }) as { id: string }, it = useThing(one(id)).data;
  if (!it) return null;
  return <>
    <SaveForm initial={hookValues(it)} check={hookFaults} paths={hookPaths} codes={hookCodes}
      calls={(values) => [update(id, { name: values.name.trim(), events: values.events, config: configOf(values, it.config) })]}>
      {(form) => <>
        <Card title={words.settings} text={words.settingsText}>
          <TextInput required label={t.common.name} description={words.nameHelp} maxLength={256} {...form.field('name')} />
          <TextInput required label={words.url} description={words.urlHelp} placeholder="https://" inputMode="url" spellCheck={false} {...form.field('url')} />
          <EventFields value={form.values.events} error={form.faults.events} onChange={(events) => form.set({ events })} />
        </Card>
        <Card title={words.headers.title} text={words.headers.text}>
          <HeaderFields value={form.values.headers} error={form.faults.headers} onChange={(headers) => form.set({ headers })} />
        </Card>
        <Trial it={it} form={form} />
      </>}
    </SaveForm>
    <SigningKey it={it} />
    <Danger it={it} />
  </>;
}
