// Questions before something is lost. With `type` the name has to be typed.
import { Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { createContext, useCallback, useContext, useState, type ReactNode } from 'react';
import type { Call } from '../api/call.ts';
import { useChange } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { ApiCall } from './api-call.tsx';
import { Refused } from './failure.tsx';

export interface Question {
  title: string;
  text: ReactNode;
  /** What the button says: what will happen. */
  button: string;
  /** Sent in their order. */
  calls: () => readonly Call[];
  /** After it was done. */
  done?: (answer: unknown) => void;
  /** A name that has to be typed, for what cannot be undone. */
  type?: string;
  /** false: the button is not red. */
  destroys?: boolean;
}

const AskContext = createContext<(question: Question) => void>(() => {});

/** `const ask = useConfirm(); ask({ title, text, button, calls })` */
export const useConfirm = () => useContext(AskContext);

function Asked({ question, close }: { question: Question; close: () => void }) {
  const [typed, setTyped] = useState('');
  const change = useChange((answer) => { close(); question.done?.(answer); });
  const ready = question.type === undefined || typed.trim() === question.type.trim();
  return <Modal opened onClose={close} title={question.title} closeButtonProps={{ 'aria-label': t.common.close }}>
    <form className="fields" onSubmit={(event) => { event.preventDefault(); if (ready) change.mutate(question.calls()); }}>
      {change.error && <Refused error={change.error} />}
      <Text component="div">{question.text}</Text>
      {question.type !== undefined && <TextInput data-autofocus label={t.common.confirm.typeName(question.type)} value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)} autoComplete="off" />}
      <Group className="dialog-foot">
        <ApiCall calls={question.calls} />
        <Button variant="default" type="button" onClick={close} {...(question.type === undefined ? { 'data-autofocus': true } : {})}>{t.common.cancel}</Button>
        <Button type="submit" color={question.destroys === false ? 'accent' : 'danger'} disabled={!ready} loading={change.isPending}>{question.button}</Button>
      </Group>
    </form>
  </Modal>;
}

export function Questions({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question>();
  const close = useCallback(() => setQuestion(undefined), []);
  return <AskContext value={setQuestion}>{children}{question && <Asked question={question} close={close} />}</AskContext>;
}
