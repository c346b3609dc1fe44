// The advanced search as a small builder, and what it says as chips beside the list.
import { ActionIcon, Button, Checkbox, Modal, Pill, SegmentedControl, Select, TagsInput, TextInput } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '../locales/index.ts';
import { DialogFoot } from '../ui/dialog-foot.tsx';
import type { useListState } from '../ui/list-state.ts';
import { fields, fromAddress, modes, needsCase, toAddress, type Condition, type Mode, type Search } from './search.ts';

type State = ReturnType<typeof useListState>;

const words = t.users.advanced;
const helpOf = (mode: Mode): string | undefined => (words.help as Partial<Record<Mode, string>>)[mode];
const isEmpty = ({ values }: Condition) => values.every((value) => value.trim() === '');

interface RowProps { it: Condition; free: readonly Condition['field'][]; asked: boolean; put: (next: Condition) => void; drop?: (() => void) | undefined; first: boolean }

function ConditionRow({ it, free, asked, put, drop, first }: RowProps) {
  const error = asked && isEmpty(it) ? words.emptyFault : undefined;
  return <div className="condition" role="group" aria-label={t.users.fields[it.field]}>
    <Select aria-label={words.field} data={fields.filter((one) => one === it.field || free.includes(one)).map((value) => ({ value, label: t.users.fields[value] }))}
      value={it.field} allowDeselect={false} onChange={(field) => put({ ...it, field: field as Condition['field'] })} />
    <Select aria-label={words.mode} data={modes.map((value) => ({ value, label: words.modes[value] }))} value={it.mode} allowDeselect={false}
      onChange={(mode) => put({ ...it, mode: mode as Mode, values: mode === 'exact' ? it.values.filter(Boolean) : it.values.slice(0, 1) })} />
    {it.mode === 'exact'
      ? <TagsInput aria-label={words.values} value={it.values} onChange={(values) => put({ ...it, values })} description={helpOf(it.mode)} error={error} maxTags={50} splitChars={[]} acceptValueOnBlur />
      : <TextInput aria-label={words.value} value={it.values[0] ?? ''} onChange={(event) => put({ ...it, values: [event.currentTarget.value] })}
        description={helpOf(it.mode)} error={error} {...(first ? { 'data-autofocus': true } : {})} />}
    <ActionIcon aria-label={words.removeOne(t.users.fields[it.field])} disabled={!drop} onClick={drop}><IconTrash size={16} stroke={1.5} /></ActionIcon>
  </div>;
}

const begun = (search: Search): Search => search.conditions.length ? search : { ...search, joint: 'and', conditions: [{ field: 'name', mode: 'contains', values: [''] }] };

function Builder({ search, apply, close }: { search: Search; apply: (search: Search) => void; close: () => void }) {
  const [it, set] = useState(() => begun(search)), [asked, setAsked] = useState(false);
  const { conditions } = it, free = fields.filter((field) => !conditions.some((one) => one.field === field)), forced = needsCase(it);
  const change = (next: Condition[]) => set({ ...it, conditions: next });
  const submit = () => { setAsked(true); if (!conditions.some(isEmpty)) apply(it); };
  return <Modal opened onClose={close} title={words.title} size={760} closeButtonProps={{ 'aria-label': t.common.close }}>
    <form noValidate className="fields wide" onSubmit={(event) => { event.preventDefault(); submit(); }}>
      {conditions.map((one, i) => <ConditionRow key={one.field} it={one} free={free} asked={asked} first={i === 0} put={(next) => change(conditions.map((now, at) => at === i ? next : now))}
        drop={conditions.length > 1 ? () => change(conditions.filter((_, at) => at !== i)) : undefined} />)}
      {free[0] && <Button variant="subtle" type="button" leftSection={<IconPlus size={16} stroke={1.5} />}
        onClick={() => change([...conditions, { field: free[0]!, mode: 'contains', values: [''] }])}>{words.add}</Button>}
      {conditions.length > 1 && <div><SegmentedControl aria-label={words.joint} value={it.joint} onChange={(joint) => set({ ...it, joint: joint as Search['joint'] })}
        data={[{ value: 'and', label: words.all }, { value: 'or', label: words.any }]} /></div>}
      <Checkbox label={words.caseSensitive} checked={it.isCaseSensitive || forced} disabled={forced} {...(forced ? { description: words.caseForced } : {})}
        onChange={(event) => set({ ...it, isCaseSensitive: event.currentTarget.checked })} />
      <DialogFoot>
        <Button variant="default" type="button" onClick={close}>{t.common.cancel}</Button>
        <Button type="submit">{words.apply}</Button>
      </DialogFoot>
    </form>
  </Modal>;
}

const sayOf = ({ field, mode, values }: Condition) => `${t.users.fields[field]} ${words.modes[mode]} ${values.map((value) => `“${value}”`).join(', ')}`;

/** Between the search box and the button of the list. */
export function AdvancedSearch({ state }: { state: State }) {
  const [open, setOpen] = useState(false);
  const search = fromAddress(state.filter), put = (next: Search) => state.setFilters(toAddress(next));
  const without = (field: string) => put({ ...search, conditions: search.conditions.filter((one) => one.field !== field) });
  return <>
    <Button variant="default" leftSection={<IconAdjustmentsHorizontal size={16} stroke={1.5} />} onClick={() => setOpen(true)}>{words.button}</Button>
    {search.conditions.length > 0 && <div className="chips">
      {search.conditions.length > 1 && <span className="none">{search.joint === 'and' ? words.joinAll : words.joinAny}</span>}
      {search.conditions.map((one) => <Pill key={one.field} size="md" withRemoveButton onRemove={() => without(one.field)}
        removeButtonProps={{ 'aria-label': words.removeOne(t.users.fields[one.field]), 'aria-hidden': false, tabIndex: 0 }}><bdi>{sayOf(one)}</bdi></Pill>)}
      {search.isCaseSensitive && <span className="none">{words.withCase}</span>}
      {search.conditions.length > 1 && <Button variant="subtle" size="compact-sm" onClick={() => put({ ...search, conditions: [] })}>{words.reset}</Button>}
    </div>}
    {open && <Builder search={search} close={() => setOpen(false)} apply={(next) => { setOpen(false); put(next); }} />}
  </>;
}
