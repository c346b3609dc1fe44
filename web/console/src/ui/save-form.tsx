// The form of a tab: a bar to save or discard at the bottom as soon as something differs, and a question before that is lost.
import { Button, Group, Modal, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { t } from '../locales/index.ts';
import { ApiCall } from './api-call.tsx';
import { Refused } from './failure.tsx';
import { refusedText, useForm, type Form, type FormRules } from './form.ts';
import { useToast } from './toast.tsx';

export interface SaveFormProps<V extends object> extends FormRules<V> {
  /** What the server says now. */
  initial: V;
  saved?: (answer: unknown, values: V) => void;
  children: (form: Form<V>) => ReactNode;
}

function LeaveGuard({ dirty }: { dirty: boolean }) {
  const { status, proceed, reset } = useBlocker({ shouldBlockFn: () => dirty, enableBeforeUnload: () => dirty, withResolver: true });
  if (status !== 'blocked') return null;
  return <Modal opened onClose={reset} title={t.common.leave.title} closeButtonProps={{ 'aria-label': t.common.close }}>
    <Text>{t.common.leave.text}</Text>
    <Group className="dialog-foot">
      <Button variant="default" onClick={proceed}>{t.common.leave.leave}</Button>
      <Button data-autofocus onClick={reset}>{t.common.leave.stay}</Button>
    </Group>
  </Modal>;
}

export function SaveForm<V extends object>({ initial, saved, children, ...rules }: SaveFormProps<V>) {
  const say = useToast();
  const { form, element, dirty, submit, discard, calls } = useForm(initial, rules, (answer, values) => {
    say(t.common.saved);
    saved?.(answer, values);
  });
  return <form ref={element} noValidate className="save-form" onSubmit={(event) => { event.preventDefault(); if (dirty) void submit(); }}>
    {form.refused && <Refused error={form.refused} message={refusedText(form.refused)} />}
    {children(form)}
    {dirty && <div className="save-bar" role="region" aria-label={t.common.unsaved}>
      <span className="grow">{t.common.unsaved}</span>
      <ApiCall calls={calls} />
      <Button variant="default" type="button" onClick={discard}>{t.common.discard}</Button>
      <Button type="submit" loading={form.sending}>{t.common.save}</Button>
    </div>}
    <LeaveGuard dirty={dirty} />
  </form>;
}
