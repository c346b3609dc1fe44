// Numbers with what they have changed by.
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { Skeleton } from '@mantine/core';
import { language, t } from '../locales/index.ts';
import type { Change } from './api.ts';

export const said = (n: number): string => n.toLocaleString(language);

export interface Stat { label: string; count: number | undefined;
  /** How many more or fewer, and against when. */
  change?: { delta: number; before: string } | undefined }

/** A row of them; `count` undefined: it is on its way. */
export function Stats({ of }: { of: readonly Stat[] }) {
  return <dl className="stats">{of.map(({ label, count, change }) => <div key={label}>
    <dt>{label}</dt>
    {count === undefined ? <dd><Skeleton height={32} width={72} /></dd> : <dd className="count">{said(count)}</dd>}
    {change && <dd className={`change${change.delta > 0 ? ' more' : ''}`}>
      {change.delta > 0 ? <IconArrowUp size={14} stroke={2} aria-hidden /> : change.delta < 0 && <IconArrowDown size={14} stroke={2} aria-hidden />}
      {change.delta === 0 ? t.dashboard.same(change.before) : t.dashboard.change(change.delta, change.before)}</dd>}
  </div>)}</dl>;
}

export const changed = (label: string, of: Change | undefined, before: string): Stat =>
  ({ label, count: of?.count, ...(of ? { change: { delta: of.delta, before } } : {}) });
