import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** The top of a page: its title, one sentence, and at the right the one thing to do. */
export function PageHeader({ title, text, action }: { title: string; text?: ReactNode; action?: ReactNode }) {
  return <header className="page-header">
    <div><Title order={1}>{title}</Title>{text && <Text c="dimmed">{text}</Text>}</div>
    {action && <div className="actions">{action}</div>}
  </header>;
}
