// Several of many things, found by typing: the server searches.
import { MultiSelect, type ComboboxItem, type OptionsFilter } from '@mantine/core';
import { useState } from 'react';
import type { Call } from '../api/call.ts';
import { useList } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { useSettled } from './settled.ts';

export interface Named { id: string; name: string }

/** Options of a field that searches: what the words so far have found, and what is known without. */
export function useMet(found: readonly Named[], known: readonly Named[] = []): { value: string; label: string }[] {
  const [met, setMet] = useState<ReadonlyMap<string, string>>(new Map());
  const seen = new Map([...known, ...found].map(({ id, name }) => [id, name]));	// the later name counts: it may have been changed
  if ([...seen].some(([id, name]) => met.get(id) !== name)) setMet(new Map([...met, ...seen]));
  return [...met].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label));
}

/** How the field of a form looks that holds the ids of several. */
export interface SeveralProps { label: string; description?: string | undefined; value: string[]; onChange: (ids: string[]) => void; name?: string | undefined;
  error?: string | undefined;
  /** Those that are chosen already, with their names. */
  known?: readonly Named[] | undefined;
  /** It has the focus when its dialog opens. */
  focus?: boolean }

interface RemoteMultiSelectProps<T> extends SeveralProps {
  /** A page of what the word finds. */
  list: (word: string) => Call<T[]>;
  /** Of what was found, what may be chosen, with its name. */
  named: (rows: readonly T[]) => Named[];
  /** What is said when the word finds nothing, '' when nothing is left to find. */
  nothing: (word: string) => string;
}

export function RemoteMultiSelect<T>({ list, named, nothing, known, focus = false, label, ...field }: RemoteMultiSelectProps<T>) {
  const [word, setWord] = useState('');
  const found = named(useList(list(useSettled(word.trim(), 200))).data?.rows ?? []), options = useMet(found, known);
  // the server may have found it by more than its name
  const fits: OptionsFilter = ({ options: all, search }) => (all as ComboboxItem[]).filter(({ value, label: text }) =>
    found.some(({ id }) => id === value) || text.toLowerCase().includes(search.trim().toLowerCase()));
  return <MultiSelect label={label} {...field} data={options} filter={fits} searchable clearable searchValue={word} onSearchChange={setWord} nothingFoundMessage={nothing(word)}
    maxDropdownHeight={240} hidePickedOptions clearButtonProps={{ 'aria-label': `${label}: ${t.common.clear}` }} {...(focus ? { 'data-autofocus': true } : {})} />;
}
