// An empty place teaches: a drawing, what this is for, one button, and the call that does the same.
import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Call } from '../api/call.ts';
import { ApiCall } from './api-call.tsx';
import { Drawing, type DrawingName } from './drawing.tsx';

export interface EmptyProps { drawing?: DrawingName; title?: string; text: string; action?: ReactNode; calls?: () => Call[] }

export function Empty({ drawing = 'list', title, text, action, calls }: EmptyProps) {
  return <div className="empty">
    <Drawing name={drawing} />
    {title && <Title order={2}>{title}</Title>}
    <Text c="dimmed" maw={440}>{text}</Text>
    {action}
    {calls && <ApiCall calls={calls} />}
  </div>;
}
