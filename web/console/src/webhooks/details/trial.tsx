// A made-up event for the endpoint, with the settings as they stand in the form, and what it answered.
import { Button, Group, Select } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Call } from '../../api/call.ts';
import { send, type ApiError } from '../../api/client.ts';
import { t } from '../../locales/index.ts';
import { ApiCall } from '../../ui/api-call.tsx';
import { Callout } from '../../ui/callout.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Card } from '../../ui/details.tsx';
import { Refused } from '../../ui/failure.tsx';
import { refusedText, type Form } from '../../ui/form.ts';
import { trial, type Hook } from '../api.ts';
import { configOf, eventTitle, type HookValues } from '../values.ts';

const words = t.webhooks.trial;

/** What the endpoint answered, where it answered at all. */
function answerOf({ code, data }: ApiError): { status: number; body: string } | undefined {
  const { responseStatus, responseBody } = (data ?? {}) as { responseStatus?: unknown; responseBody?: unknown };
  return code === 'hook.endpoint_responded_with_error' && typeof responseStatus === 'number' ? { status: responseStatus, body: String(responseBody ?? '') } : undefined;
}

function Failed({ error }: { error: ApiError }) {
  const answer = answerOf(error);
  if (answer) return <>
    <Refused error={error} message={words.refused(answer.status)} />
    {answer.body && <CodeBlock wraps text={answer.body} label={words.answer} />}
  </>;
  return <Refused error={error} message={error.code === 'hook.send_test_payload_failed' ? words.failed : refusedText(error)} />;
}

export function Trial({ it, form }: { it: Hook; form: Form<HookValues> }) {
  const { events } = form.values, [chosen, setChosen] = useState<string | null>(null), event = events.find((one) => one === chosen) ?? events[0];
  const sending = useMutation<unknown, ApiError, Call>({ mutationFn: send });
  const made = (): Call[] | undefined => form.ready() && event ? [trial(it.id, { events: [event], config: configOf(form.values, it.config) })] : undefined;
  const go = () => {
    const [one] = made() ?? [];
    if (one) sending.mutate(one);
    else sending.reset();
  };
  return <Card title={words.title} text={words.text}>
    <Select label={words.event} data={events.map((value) => ({ value, label: eventTitle(value) }))} value={event ?? null} allowDeselect={false}
      onChange={(next) => { setChosen(next); sending.reset(); }} />
    {sending.isSuccess && <div role="status"><Callout>{words.worked}</Callout></div>}
    {sending.error && <Failed error={sending.error} />}
    <Group gap="sm"><Button variant="default" type="button" onClick={go} loading={sending.isPending}>{words.button}</Button><ApiCall calls={made} /></Group>
  </Card>;
}
