// A short list whose order counts: each row with buttons to move and remove it, below it what can be added.
import { ActionIcon, Button, Group } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { t } from '../locales/index.ts';

export interface OrderedRow { id: string; name: string; more?: ReactNode; stays?: string | undefined }

interface Props {
  label: string;
  rows: readonly OrderedRow[];
  move: (i: number, step: number) => void;
  remove: (i: number) => void;
  /** What is not in the list. */
  addable: readonly { id: string; name: string }[];
  add: (id: string) => void;
  nothing: string;
}

function Row({ row, first, last, move, remove }: { row: OrderedRow; first: boolean; last: boolean; move: (step: number) => void; remove: () => void }) {
  const words = t.common.list, icon = { size: 16, stroke: 1.5 };
  return <li><div className="row">
    <span className="name">{row.name}</span>
    <span className="grow">{row.more}</span>
    <ActionIcon aria-label={words.up(row.name)} disabled={first} onClick={() => move(-1)}><IconArrowUp {...icon} /></ActionIcon>
    <ActionIcon aria-label={words.down(row.name)} disabled={last} onClick={() => move(1)}><IconArrowDown {...icon} /></ActionIcon>
    <ActionIcon aria-label={words.removeOne(row.name)} disabled={Boolean(row.stays)} title={row.stays} onClick={remove}><IconTrash {...icon} /></ActionIcon>
  </div></li>;
}

export function Ordered({ label, rows, move, remove, addable, add, nothing }: Props) {
  return <div>
    {rows.length === 0 ? <p className="none">{nothing}</p> : <ul className="rows ordered" aria-label={label}>{rows.map((row, i) => <Row key={row.id} row={row}
      first={i === 0} last={i === rows.length - 1} move={(step) => move(i, step)} remove={() => remove(i)} />)}</ul>}
    {addable.length > 0 && <Group gap="sm" mt="sm">{addable.map(({ id, name }) => <Button key={id} variant="default" size="compact-sm" type="button"
      leftSection={<IconPlus size={16} stroke={1.5} />} aria-label={`${label}: ${t.common.list.addOne(name)}`} onClick={() => add(id)}>{name}</Button>)}</Group>}
  </div>;
}
