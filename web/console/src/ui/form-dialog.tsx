// A form in a dialog, to create or change one thing. Dialogs that create have an address: they are a child of the list's page.
// A click beside it closes nothing: what was typed would be lost, and a second press of the button that opened it would close it again.
import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../locales/index.ts';
import { DialogFoot } from './dialog-foot.tsx';
import { Refused } from './failure.tsx';
import { refusedText, useForm, type Form, type FormRules } from './form.ts';
import { useOnTop } from './on-top.ts';

export interface FormDialogProps<V extends object> extends FormRules<V> {
  title: string;
  initial: V;
  /** What the button says. */
  button: string;
  close: () => void;
  /** After it was done; `answer` is that of the first call. The dialog does not close by itself. */
  done: (answer: any, values: V) => void;
  size?: number;
  /** The first field carries `data-autofocus`. */
  children: (form: Form<V>) => ReactNode;
}

export function FormDialog<V extends object>({ title, initial, button, close, done, size = 480, children, ...rules }: FormDialogProps<V>) {
  const { form, element, submit, calls } = useForm(initial, rules, done), onTop = useOnTop();
  return <Modal opened onClose={close} closeOnEscape={onTop} closeOnClickOutside={false} title={title} size={size} closeButtonProps={{ 'aria-label': t.common.close }}>
    <form ref={element} noValidate className="fields" onSubmit={(event) => { event.preventDefault(); void submit(); }}>
      {form.refused && <Refused error={form.refused} message={refusedText(form.refused)} />}
      {children(form)}
      <DialogFoot calls={calls}>
        <Button variant="default" type="button" onClick={close}>{t.common.cancel}</Button>
        <Button type="submit" loading={form.sending}>{button}</Button>
      </DialogFoot>
    </form>
  </Modal>;
}
