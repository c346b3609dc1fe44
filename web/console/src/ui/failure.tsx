// What went wrong, where it belongs, with what the server's log calls the request.
import { Alert, Button, Code, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Component, type ReactNode } from 'react';
import { ApiError } from '../api/client.ts';
import { t } from '../locales/index.ts';
import { NoAccess } from '../session.tsx';
import { Drawing } from './drawing.tsx';
import { messageOf } from './message.ts';

export function RequestId({ error }: { error: Error }) {
  return error instanceof ApiError && error.requestId
    ? <Text size="xs" c="dimmed">{t.common.requestId} <Code>{error.requestId}</Code></Text> : null;
}

export function NotFound() {
  return <div className="empty"><Drawing name="nothing" /><Title order={1}>{t.common.error.notFound}</Title>
    <Text c="dimmed">{t.common.error.notFoundText}</Text>
    <Button component={Link} to="/" variant="default">{t.frame.pages.dashboard}</Button></div>;
}

/** Instead of what could not be loaded. */
export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  if (error instanceof ApiError && error.status === 404) return <NotFound />;
  if (error instanceof ApiError && error.status === 403) return <NoAccess />;
  return <div className="empty" role="alert">
    <Drawing name="broken" /><Title order={2}>{t.common.error.title}</Title><Text c="dimmed">{messageOf(error)}</Text>
    {retry && <Button variant="default" onClick={retry}>{t.common.retry}</Button>}
    <RequestId error={error} />
  </div>;
}

/** Above a form or in a dialog: what was refused and belongs to no field. */
export function Refused({ error, message }: { error: Error; message?: string }) {
  return <Alert role="alert" variant="light" color="danger" icon={<IconAlertTriangle size={20} stroke={1.5} />} className="refused">
    {message ?? messageOf(error)}<RequestId error={error} />
  </Alert>;
}

/** A page that throws takes no other page with it. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {};
  static getDerivedStateFromError(error: Error) { return { error }; }
  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <main className="middle" role="alert">
      <Title order={1}>{t.common.error.broken}</Title><Text c="dimmed">{t.common.error.brokenText}</Text>
      <Code block>{error.message}</Code><Button onClick={() => window.location.reload()}>{t.common.retry}</Button>
    </main>;
  }
}
