import { Button, Modal, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../locales/index.ts';
import { DialogFoot } from '../ui/dialog-foot.tsx';

/** What is shown this once. Closing it takes a button: a click beside it would lose it. */
export function Revealed({ title, text, close, children }: { title: string; text: string; close: () => void; children: ReactNode }) {
  return <Modal opened onClose={close} title={title} closeOnClickOutside={false} closeButtonProps={{ 'aria-label': t.common.close }}>
    <div className="fields">
      <Text>{text}</Text>
      {children}
      <DialogFoot><Button data-autofocus onClick={close}>{t.users.done}</Button></DialogFoot>
    </div>
  </Modal>;
}
