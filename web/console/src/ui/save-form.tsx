// The form of a tab: a bar to save or discard at the bottom as soon as something differs, and a question before that is lost.
import { Button, Modal, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { t } from '../locales/index.ts';
import { ApiCall } from './api-call.tsx';
import { DialogFoot } from './dialog-foot.tsx';
import { Refused } from './failure.tsx';
import { refusedText, useForm, type Form, type FormRules } from './form.ts';
import { useToast } from './toast.tsx';

/** What is asked before saving, where it may not be meant. */
export interface Doubt { title: string; text: ReactNode; button: string }

export interface SaveFormProps<V extends object> extends FormRules<V> {
  /** What the server says now. */
  initial: V;
  saved?: (answer: unknown, values: V) => void;
  /** Asks before these are sent; undefined: there is nothing to ask. */
  sure?: (values: V) => Doubt | undefined;
  /** Of something that is not there yet: what the button says, which is always shown. */
  fresh?: string;
  children: (form: Form<V>) => ReactNode;
}

/** Asks before what is not saved is left. */
export function LeaveGuard({ dirty }: { dirty: boolean }) {
  const left = useRef(false);	// a bare address leads on to its first tab while this page is still going
  const { status, proceed, reset } = useBlocker({ shouldBlockFn: () => dirty && !left.current, enableBeforeUnload: () => dirty, withResolver: true });
  useEffect(() => { if (!dirty) left.current = false; }, [dirty]);
  if (status !== 'blocked') return null;
  return <Modal opened onClose={reset} title={t.common.leave.title} closeButtonProps={{ 'aria-label': t.common.close }}>
    <Text>{t.common.leave.text}</Text>
    <DialogFoot>
      <Button variant="default" onClick={() => { left.current = true; proceed(); }}>{t.common.leave.leave}</Button>
      <Button data-autofocus onClick={reset}>{t.common.leave.stay}</Button>
    </DialogFoot>
  </Modal>;
}

function Doubted({ doubt, go, close }: { doubt: Doubt; go: () => void; close: () => void }) {
  return <Modal opened onClose={close} title={doubt.title} closeButtonProps={{ 'aria-label': t.common.close }}>
    <Text component="div">{doubt.text}</Text>
    <DialogFoot>
      <Button variant="default" data-autofocus onClick={close}>{t.common.cancel}</Button>
      <Button onClick={() => { close(); go(); }}>{doubt.button}</Button>
    </DialogFoot>
  </Modal>;
}

export function SaveForm<V extends object>({ initial, saved, sure, fresh, children, ...rules }: SaveFormProps<V>) {
  const say = useToast(), [doubt, setDoubt] = useState<Doubt>();
  const { form, element, dirty, submit, discard, calls } = useForm(initial, rules, (answer, values) => {
    say(t.common.saved);
    saved?.(answer, values);
  });
  const save = () => {
    const asked = calls() && sure?.(form.values);	// not before the fields are right
    if (asked) setDoubt(asked);
    else void submit();
  };
  return <form ref={element} noValidate className="save-form" onSubmit={(event) => { event.preventDefault(); if (dirty || fresh) save(); }}>
    {form.refused && <Refused error={form.refused} message={refusedText(form.refused)} />}
    {children(form)}
    {(dirty || fresh) && <div className="save-bar" role="region" aria-label={fresh ?? t.common.unsaved}>
      <span className="grow">{!fresh && t.common.unsaved}</span>
      <ApiCall calls={calls} />
      {!fresh && <Button variant="default" type="button" onClick={discard}>{t.common.discard}</Button>}
      <Button type="submit" loading={form.sending}>{fresh ?? t.common.save}</Button>
    </div>}
    {doubt && <Doubted doubt={doubt} go={() => void submit()} close={() => setDoubt(undefined)} />}
    <LeaveGuard dirty={dirty} />
  </form>;
}
