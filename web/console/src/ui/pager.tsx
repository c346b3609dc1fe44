import { ActionIcon } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconChevronsLeft, IconChevronsRight } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import { pageSize } from './list-state.ts';

/** Where one is in a list, and the pages around. */
export function Pager({ page, total, shown, go, capped = false }: { page: number; total: number; shown: number; go: (page: number) => void;
  /** There are more than the total, which nobody has counted. */
  capped?: boolean }) {
  const last = Math.max(1, Math.ceil(total / pageSize)), from = (page - 1) * pageSize;
  const arrows = [[t.common.table.first, IconChevronsLeft, 1], [t.common.table.previous, IconChevronLeft, page - 1],
    [t.common.table.next, IconChevronRight, page + 1], [t.common.table.last, IconChevronsRight, last]] as const;
  return <div className="pager">
    <span role="status">{last === 1 ? t.common.table.total(total) : (capped ? t.common.table.rangeOfMore : t.common.table.range)(from + 1, from + shown, total)}</span>
    {last > 1 && <span className="arrows">{arrows.map(([label, Icon, to]) => <ActionIcon key={label} aria-label={label}
      disabled={to < 1 || to > last || to === page} onClick={() => go(to)}><Icon size={16} stroke={1.5} /></ActionIcon>)}</span>}
  </div>;
}
