// A short list on a card: each with a title, a line below, and what can be done. For lists that the API gives whole.
import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ApiError } from '../api/client.ts';
import { t } from '../locales/index.ts';
import { Failure } from './failure.tsx';
import { ActionMenu, type Action } from './row-menu.tsx';

export interface Line {
  id: string;
  /** How it is called in the names of its buttons. */
  name: string;
  title: ReactNode;
  detail?: ReactNode;
  icon?: ReactNode;
  /** At the right. */
  extra?: ReactNode;
  actions?: Action[];
}

/** `lines` undefined: they are on their way, or `error` says why not. */
export function Lines({ label, lines, error, retry, nothing }: { label: string; lines: Line[] | undefined; error?: ApiError | null; retry?: () => void; nothing: string }) {
  if (!lines) return error ? <Failure error={error} {...(retry ? { retry } : {})} />
    : <div role="status" aria-label={t.common.loading}><Skeleton height={16} width="50%" /><Skeleton height={12} width="30%" mt="sm" /></div>;
  if (lines.length === 0) return <p className="none">{nothing}</p>;
  return <ul className="lines-list" aria-label={label}>{lines.map((one) => <li key={one.id}>
    {one.icon}
    <span className="lines"><span className="name">{one.title}</span>{one.detail && <span className="detail">{one.detail}</span>}</span>
    {one.extra}
    {one.actions && one.actions.length > 0 && <ActionMenu label={t.common.moreOf(one.name)} actions={one.actions} size={32} />}
  </li>)}</ul>;
}
