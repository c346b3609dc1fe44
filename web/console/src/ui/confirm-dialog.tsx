// The question of useConfirm().
import { Button, Modal, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../api/query.ts';
import { t } from '../locales/index.ts';
import type { Question } from './confirm.tsx';
import { DialogFoot } from './dialog-foot.tsx';
import { Refused } from './failure.tsx';
import { useOnTop } from './on-top.ts';

export default function Asked({ question, close }: { question: Question; close: () => void }) {
  const [typed, setTyped] = useState(''), onTop = useOnTop();
  const change = useChange((answer) => { close(); question.done?.(answer); });
  const ready = question.type === undefined || typed.trim() === question.type.trim();
  return <Modal opened onClose={close} closeOnEscape={onTop} title={question.title} closeButtonProps={{ 'aria-label': t.common.close }}>
    <form className="fields" onSubmit={(event) => { event.preventDefault(); if (ready) change.mutate(question.calls()); }}>
      {change.error && <Refused error={change.error} />}
      <Text component="div">{question.text}</Text>
      {question.type !== undefined && <TextInput data-autofocus label={t.common.confirm.typeName(question.type)} value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)} autoComplete="off" />}
      <DialogFoot calls={question.calls}>
        <Button variant="default" type="button" onClick={close} {...(question.type === undefined ? { 'data-autofocus': true } : {})}>{t.common.cancel}</Button>
        <Button type="submit" color={question.destroys === false ? 'accent' : 'danger'} disabled={!ready} loading={change.isPending}>{question.button}</Button>
      </DialogFoot>
    </form>
  </Modal>;
}
