// A list: a description of its columns, how to fetch a page and what a row opens. It does paging, search, skeleton, empty state,
// errors, selection and keys; a new list is 40 lines.
import { Checkbox, Skeleton } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { Call } from '../api/call.ts';
import { useList, useWhole, type Fetched } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { BulkBar } from './bulk-bar.tsx';
import { Empty } from './empty.tsx';
import { Failure } from './failure.tsx';
import { useListState, type ListQuery } from './list-state.ts';
import { Pager } from './pager.tsx';
import { Picture } from './picture.tsx';
import { ActionMenu, type Action } from './row-menu.tsx';
import { SearchBox } from './search-box.tsx';

export interface Column<T> { title: string; cell: (row: T) => ReactNode; align?: 'right'; width?: number | string;
  /** Not shown below 768 px. */
  wide?: boolean }

export interface Bulk<T> { label: string; icon?: Action['icon']; danger?: boolean; run: (rows: T[], clear: () => void) => void }

export interface DataTableProps<T> {
  /** What the list is of, for a screen reader. */
  label: string;
  /** The call for a page; `keyword` is what was searched for, each API has its own parameter for it. */
  list?: (query: ListQuery) => Call<T[]>;
  /** In place of `list`, for rows that several calls answer: all of them, so `whole` stands beside it. */
  fetched?: Fetched<T>;
  id: (row: T) => string;
  columns: readonly Column<T>[];
  /** Where a row leads; undefined: nowhere. The first column becomes the link. */
  open?: (row: T) => string | undefined;
  /** How a row is called in the names of its buttons. */
  name: (row: T) => string;
  menu?: (row: T) => Action[];
  /** What can be done to several. Without it there are no check boxes. */
  bulk?: readonly Bulk<T>[];
  /** What the search box says; without it there is none. */
  search?: string;
  /** For lists that the API gives whole: the text of a row in which the browser searches. Pages are made here. */
  whole?: (row: T) => string;
  /** Right of the search: the one button. */
  action?: ReactNode;
  /** Between them: filters, by `useListState().filter()`. */
  filters?: ReactNode;
  /** Something is filtered: then an empty list is "nothing matches". */
  filtered?: boolean;
  empty: ReactNode;
  /** Tells two lists of one page apart in the address. */
  in?: string;
}

const rowHeight = 44;

const classOf = ({ align, wide }: Pick<Column<never>, 'align' | 'wide'>) => `${align ?? ''}${wide ? ' wide' : ''}`;

/** Rows that stand where those of the list will: the same columns on the same sides. */
function SkeletonRows<T>({ table: { columns, bulk, menu }, rows = 8 }: { table: DataTableProps<T>; rows?: number }) {
  return <>{Array.from({ length: rows }, (_, i) => <tr key={i} aria-hidden style={{ height: rowHeight }}>
    {bulk && <td className="tight"><Skeleton height={16} width={16} /></td>}
    {columns.map((column, c) => <td key={column.title} className={classOf(column)}>
      <Skeleton display="inline-block" height={12} width={c === 0 ? '60%' : column.align ? 56 : '40%'} /></td>)}
    {menu && <td className="tight" />}</tr>)}</>;
}

/** Up and down go from row to row, x chooses one. */
function moveBetweenRows(event: KeyboardEvent<HTMLTableSectionElement>): void {
  const at = event.target as HTMLElement, row = at.closest('tr');
  if (!row || at.matches('input[type=text], textarea')) return;
  const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling', j: 'nextElementSibling', k: 'previousElementSibling' }[event.key];
  if (step) {
    const next = row[step as 'nextElementSibling']?.querySelector<HTMLElement>('a, button');
    if (next) { event.preventDefault(); next.focus(); }
  } else if (event.key === 'x') row.querySelector<HTMLInputElement>('input[type=checkbox]')?.click();
}

function useRows<T>({ list, fetched, whole, in: name }: DataTableProps<T>) {
  const { state, setPage, search } = useListState(name);
  const call = fetched ? undefined : list?.(state), page = useList(whole ? undefined : call), entire = useWhole(whole ? call : undefined);
  const query: Fetched<T> = fetched ?? (whole ? entire : page), all = query.data;
  if (!whole || !all) return { state, setPage, search, query, rows: all?.rows, total: all?.total ?? 0 };
  const word = state.keyword.toLowerCase(), found = all.rows.filter((row) => whole(row).toLowerCase().includes(word));
  const from = (state.page - 1) * state.page_size;
  return { state, setPage, search, query, rows: found.slice(from, from + state.page_size), total: found.length };
}

function useSelection<T>(rows: readonly T[] | undefined, id: (row: T) => string) {
  const [chosen, setChosen] = useState<ReadonlyMap<string, T>>(new Map());
  const set = (row: T, on: boolean) => setChosen((now) => {
    const next = new Map(now);
    if (on) next.set(id(row), row);
    else next.delete(id(row));
    return next;
  });
  const onPage = (rows ?? []).filter((row) => chosen.has(id(row))).length;
  return { chosen, set, onPage, clear: () => setChosen(new Map()), setAll: (on: boolean) => (rows ?? []).forEach((row) => set(row, on)) };
}

interface RowProps<T> { row: T; table: DataTableProps<T>; selected: boolean; select: (on: boolean) => void }

function Row<T>({ row, table, selected, select }: RowProps<T>) {
  const navigate = useNavigate(), to = table.open?.(row), actions = table.menu?.(row) ?? [];
  const open = (event: React.MouseEvent) => {
    if (to === undefined || (event.target as HTMLElement).closest('a, button, input, label') || window.getSelection()?.toString()) return;
    void navigate({ to });
  };
  return <tr style={{ height: rowHeight }} onClick={open} className={to === undefined ? undefined : 'opens'} aria-selected={table.bulk ? selected : undefined}>
    {table.bulk && <td className="tight"><Checkbox checked={selected} aria-label={t.common.table.select(table.name(row))} onChange={(event) => select(event.currentTarget.checked)} /></td>}
    {table.columns.map((column, i) => <td key={column.title} className={classOf(column)}>
      {i === 0 && to !== undefined ? <Link to={to} className="row-link">{column.cell(row)}</Link> : column.cell(row)}</td>)}
    {table.menu && <td className="tight row-end">{actions.length > 0 && <ActionMenu label={t.common.moreOf(table.name(row))} actions={actions} />}</td>}
  </tr>;
}

export function DataTable<T>(table: DataTableProps<T>) {
  const { state, setPage, search, query, rows, total } = useRows(table);
  const { chosen, set, onPage, clear, setAll } = useSelection(rows, table.id);
  const body = useRef<HTMLTableSectionElement>(null);
  const isEmpty = rows?.length === 0, narrowed = state.keyword !== '' || table.filtered;
  // the last row of a page was removed
  useEffect(() => { if (isEmpty && total > 0 && state.page > 1) setPage(Math.ceil(total / state.page_size)); }, [isEmpty, total, state.page]);

  if (isEmpty && total === 0 && !narrowed && !query.isPlaceholderData) return <>{table.empty}</>;
  return <section className="data-table" aria-label={table.label}>
    {(table.search || table.action || table.filters) && <div className="table-tools">
      {table.search && <SearchBox value={state.keyword} label={table.search} search={search} />}
      {table.filters}<span className="grow" />{table.action}
    </div>}
    {chosen.size > 0 && table.bulk && <BulkBar rows={[...chosen.values()]} bulk={table.bulk} clear={clear} />}
    {query.error && !rows ? <Failure error={query.error} retry={() => void query.refetch()} />
      : isEmpty ? <Empty drawing="nothing" text={t.common.table.noMatch(state.keyword || '…')} />
      : <div className="table-scroll"><table aria-busy={query.isFetching} className={query.isPlaceholderData ? 'stale' : undefined}>
        <thead><tr>
          {table.bulk && <th className="tight"><Checkbox aria-label={t.common.table.selectAll} checked={onPage > 0 && onPage === rows?.length}
            indeterminate={onPage > 0 && onPage < (rows?.length ?? 0)} onChange={(event) => setAll(event.currentTarget.checked)} /></th>}
          {table.columns.map((one) => <th key={one.title} scope="col" className={classOf(one)} style={{ width: one.width }}>{one.title}</th>)}
          {table.menu && <th className="tight"><span className="hidden">{t.common.more}</span></th>}
        </tr></thead>
        <tbody ref={body} onKeyDown={moveBetweenRows}>{rows ? rows.map((row) => <Row key={table.id(row)} row={row} table={table}
          selected={chosen.has(table.id(row))} select={(on) => set(row, on)} />) : <SkeletonRows table={table} />}</tbody>
      </table></div>}
    {rows && !isEmpty && <Pager page={state.page} total={total} shown={rows.length} go={setPage} capped={query.data?.capped ?? false} />}
  </section>;
}

/** The first column of most lists: picture and name, and below a second line when there is one. */
export function NameCell({ name, detail, picture, round = false, icon, tag, narrow, size = detail ? 28 : 24 }: { name: string; detail?: string | null | undefined;
  picture?: string | null | undefined; round?: boolean; icon?: ReactNode; tag?: ReactNode;
  /** A second line where the screen is narrow, in place of a column that is not there. */
  narrow?: string;
  /** Of the picture; where only some rows have a second line, all should have one size. */
  size?: number }) {
  return <span className="name-cell">{icon ?? <Picture name={name} src={picture} size={size} round={round} />}
    <span className="lines"><bdi className="name">{name}</bdi>{detail && <bdi className="detail">{detail}</bdi>}{narrow && <bdi className="detail narrow">{narrow}</bdi>}</span>{tag}</span>;
}
