// A message to oneself, with the settings as they stand in the form.
import { Button, Group, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type KeyboardEvent } from 'react';
import type { Call } from '../api/call.ts';
import { send, type ApiError } from '../api/client.ts';
import { t } from '../locales/index.ts';
import { later } from '../locales/later.ts';
import { ApiCall } from '../ui/api-call.tsx';
import { Callout } from '../ui/callout.tsx';
import { Card } from '../ui/details.tsx';
import { Refused } from '../ui/failure.tsx';
import { refusedText } from '../ui/form.ts';
import { trial } from './api.ts';
import type { Config } from './fields.ts';
import type { MessageType } from './passwordless.tsx';

/** The API wants numbers as they are dialled from everywhere, without signs. */
const recipientOf = (type: MessageType, to: string) => type === 'Email' ? { email: to.trim() } : { phone: to.replace(/[^\d]/g, '') };

function faultOf(type: MessageType, to: string): string | undefined {
  if (!to.trim()) return t.common.required;
  if (type === 'Email') return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(to.trim()) ? undefined : later.connectors.trial.addressFault;
  return /^\+?[\d\s()./-]{4,}$/.test(to.trim()) ? undefined : later.connectors.trial.numberFault;
}

interface Props { type: MessageType; factory: string;
  /** undefined: the form shows what is missing. */
  config: () => Config | undefined }

export function Trial({ type, factory, config }: Props) {
  const [to, setTo] = useState(''), [fault, setFault] = useState<string>(), words = later.connectors.trial;
  const sending = useMutation<unknown, ApiError, Call>({ mutationFn: send });
  const made = (): Call[] | undefined => {
    const wrong = faultOf(type, to), given = config();
    setFault(wrong);
    return wrong || !given ? undefined : [trial(factory, { ...recipientOf(type, to), config: given })];
  };
  const go = () => {
    const [one] = made() ?? [];
    if (one) sending.mutate(one);
    else sending.reset();
  };
  const press = (event: KeyboardEvent) => { if (event.key === 'Enter') { event.preventDefault(); go(); } };	// not the form around it
  return <Card title={words.title} text={words.text}>
    <TextInput type={type === 'Email' ? 'email' : 'tel'} label={words.to[type]} description={type === 'Sms' ? words.numberHelp : undefined} value={to} error={fault} onKeyDown={press}
      onChange={(event) => { setTo(event.currentTarget.value); setFault(undefined); sending.reset(); }} />
    {sending.isSuccess && <div role="status"><Callout>{words.sent(to.trim())}</Callout></div>}
    {sending.error && <Refused error={sending.error} message={sending.error.code === 'connector.general' ? words.refused : refusedText(sending.error)} />}
    <Group gap="sm"><Button variant="default" type="button" onClick={go} loading={sending.isPending}>{words.button}</Button><ApiCall calls={made} /></Group>
  </Card>;
}
