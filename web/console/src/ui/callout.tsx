import { Alert } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** Something to know beside what it is about. `warning`: something to do about it. */
export function Callout({ kind = 'note', title, children }: { kind?: 'note' | 'warning'; title?: string; children: ReactNode }) {
  const Icon = kind === 'warning' ? IconAlertTriangle : IconInfoCircle;
  return <Alert className={`callout ${kind}`} role={kind === 'warning' ? 'status' : 'note'} variant="light" title={title}
    icon={<Icon size={20} stroke={1.5} />}>{children}</Alert>;
}
