// Adding many: left what can be chosen, right what is chosen, below which roles they get.
import { Button, Checkbox, CloseButton, Modal, MultiSelect, Skeleton, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Call } from '../api/call.ts';
import { useChange, useList } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { DialogFoot } from './dialog-foot.tsx';
import { Failure, Refused } from './failure.tsx';
import { pageSize, type ListQuery } from './list-state.ts';
import { Pager } from './pager.tsx';
import { Picture } from './picture.tsx';
import { SearchBox } from './search-box.tsx';
import { useOnTop } from './on-top.ts';

export interface Choice { id: string; title: string; detail?: string | null | undefined; picture?: string | null | undefined; round?: boolean;
  /** Choices with the same group stand under it: the permissions of an API resource. */
  group?: string }

interface TransferProps<T> {
  label: string;
  list: (query: ListQuery) => Call<T[]>;
  /** What a row is to choose from; `choices` in its place for lists that come whole. */
  choice?: (row: T) => Choice;
  search: string;
  /** What is said where there is nothing to choose. */
  nothing: string;
  chosen: readonly Choice[];
  onChange: (chosen: Choice[]) => void;
  /** The API gives the list whole: the browser searches. `choices` makes several of a row (an API with its permissions). */
  choices?: (rows: T[]) => Choice[];
  /** It is the first thing of its dialog. */
  first?: boolean;
}

function Offered({ offered, chosen, onChange }: { offered: Choice[]; chosen: readonly Choice[]; onChange: (chosen: Choice[]) => void }) {
  const toggle = (one: Choice, on: boolean) => onChange(on ? [...chosen, one] : chosen.filter(({ id }) => id !== one.id));
  return <ul>{offered.map((one, i) => <li key={one.id}>
    {one.group !== undefined && one.group !== offered[i - 1]?.group && <div className="transfer-group"><bdi>{one.group}</bdi></div>}
    <label className="transfer-row">
      <Checkbox checked={chosen.some(({ id }) => id === one.id)} aria-label={t.common.transfer.take(one.title)} onChange={(event) => toggle(one, event.currentTarget.checked)} />
      {one.picture !== undefined && <Picture name={one.title} src={one.picture} size={24} round={one.round ?? false} />}
      <span className="lines"><bdi className="name">{one.title}</bdi>{one.detail && <bdi className="detail">{one.detail}</bdi>}</span>
    </label></li>)}</ul>;
}

/** The two panes. */
export function TransferBox<T>({ label, list, choice, search, nothing, chosen, onChange, choices, first = false }: TransferProps<T>) {
  const [query, setQuery] = useState<ListQuery>({ page: 1, page_size: pageSize, keyword: '' });
  const { data, error, refetch } = useList(list(query));
  const has = (one: Choice) => `${one.title} ${one.detail ?? ''} ${one.group ?? ''}`.toLowerCase().includes(query.keyword.toLowerCase());
  const offered = data && (choices ? choices(data.rows).filter(has) : data.rows.flatMap((row) => choice?.(row) ?? []));
  return <div className="transfer" role="group" aria-label={label}>
    <div className="pane">
      <div className="pane-head"><SearchBox first={first} value={query.keyword} label={search} search={(keyword) => setQuery({ ...query, keyword, page: 1 })} /></div>
      <div className="pane-body">
        {error ? <Failure error={error} retry={() => void refetch()} />
          : !offered ? <div className="transfer-wait" role="status" aria-label={t.common.loading}>{Array.from({ length: 6 }, (_, i) => <Skeleton key={i} height={24} />)}</div>
          : offered.length === 0 ? <Text c="dimmed" p="md">{query.keyword ? t.common.table.noMatch(query.keyword) : nothing}</Text>
          : <Offered offered={offered} chosen={chosen} onChange={onChange} />}
      </div>
      {data && !choices && <Pager page={query.page} total={data.total} shown={data.rows.length} go={(page) => setQuery({ ...query, page })} />}
    </div>
    <div className="pane">
      <div className="pane-head"><strong role="status">{t.common.transfer.chosen(chosen.length)}</strong></div>
      <div className="pane-body">{chosen.length === 0 ? <Text c="dimmed" p="md">{t.common.transfer.nobody}</Text>
        : <ul>{chosen.map((one) => <li key={one.id} className="transfer-row">
          {one.picture !== undefined && <Picture name={one.title} src={one.picture} size={24} round={one.round ?? false} />}
          <span className="lines"><bdi className="name">{one.title}</bdi>{(one.group ?? one.detail) && <bdi className="detail">{one.group ?? one.detail}</bdi>}</span>
          <CloseButton size="sm" aria-label={t.common.transfer.drop(one.title)} onClick={() => onChange(chosen.filter(({ id }) => id !== one.id))} /></li>)}</ul>}</div>
    </div>
  </div>;
}

export interface AddManyProps<T> extends Omit<TransferProps<T>, 'chosen' | 'onChange'> {
  title: string;
  close: () => void;
  /** What the button says: what will happen. */
  button: (count: number, roles: number) => string;
  calls: (ids: string[], roles: string[]) => readonly Call[];
  done?: () => void;
  /** Roles that all of them get. */
  roles?: { label: string; description?: string; options: { value: string; label: string }[] };
  /** In place of `roles`: a field of one's own, for roles that are too many to have all. */
  rolesField?: (given: string[], onChange: (roles: string[]) => void) => ReactNode;
  /** Instead of "Cancel", where the thing itself is there already: "Skip". */
  skip?: string;
  children?: ReactNode;
}

export function AddMany<T>({ title, close, button, calls, done, roles, rolesField, skip, children, ...transfer }: AddManyProps<T>) {
  const [chosen, setChosen] = useState<Choice[]>([]), [given, setGiven] = useState<string[]>([]), [asked, setAsked] = useState(false), onTop = useOnTop();
  const change = useChange(() => { close(); done?.(); });
  const made = () => calls(chosen.map(({ id }) => id), given);
  const submit = () => { setAsked(true); if (chosen.length) change.mutate(made()); };
  return <Modal opened onClose={close} closeOnEscape={onTop} closeOnClickOutside={false} title={title} size={880} closeButtonProps={{ 'aria-label': t.common.close }}>
    <form className="fields wide" onSubmit={(event) => { event.preventDefault(); submit(); }}>
      {change.error && <Refused error={change.error} />}
      {children}
      <TransferBox first {...transfer} chosen={chosen} onChange={setChosen} />
      {asked && chosen.length === 0 && <Text c="danger" size="xs" role="alert">{t.common.transfer.choose}</Text>}
      {rolesField?.(given, setGiven)}
      {roles && <MultiSelect label={roles.label} description={roles.description} data={roles.options} value={given} onChange={setGiven} searchable clearable
        nothingFoundMessage={t.common.table.nothing} clearButtonProps={{ 'aria-label': t.common.clear }} />}
      <DialogFoot calls={made}>
        <Button variant="default" type="button" onClick={close}>{skip ?? t.common.cancel}</Button>
        <Button type="submit" loading={change.isPending}>{button(chosen.length, given.length)}</Button>
      </DialogFoot>
    </form>
  </Modal>;
}
