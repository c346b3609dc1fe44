import { Button } from '@mantine/core';
import { t } from '../locales/index.ts';
import type { Bulk } from './data-table.tsx';

/** What can be done to all rows that are chosen, also to those on other pages. */
export function BulkBar<T>({ rows, bulk, clear }: { rows: T[]; bulk: readonly Bulk<T>[]; clear: () => void }) {
  return <div className="bulk-bar" role="region" aria-label={t.common.table.selected(rows.length)}>
    <strong role="status">{t.common.table.selected(rows.length)}</strong>
    {bulk.map((one) => <Button key={one.label} size="compact-sm" variant={one.danger ? 'outline' : 'default'} {...(one.danger ? { color: 'danger' } : {})}
      leftSection={one.icon && <one.icon size={16} stroke={1.5} />} onClick={() => one.run(rows, clear)}>{one.label}</Button>)}
    <Button size="compact-sm" variant="subtle" color="gray" onClick={clear}>{t.common.table.unselect}</Button>
  </div>;
}
