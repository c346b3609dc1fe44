// One of many things, found by typing: the server searches.
import { Select } from '@mantine/core';
import { useState } from 'react';
import type { Call } from '../api/call.ts';
import { useList, useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { useSettled } from './settled.ts';

export interface RemoteSelectProps<T> {
  label: string;
  /** What stands there while nothing is chosen. */
  placeholder: string;
  /** The id of what is chosen; '': nothing. */
  value: string;
  onChange: (id: string) => void;
  /** A page of what the word finds. */
  list: (word: string) => Call<T[]>;
  /** The one of an id, for its name. */
  one: (id: string) => Call<T>;
  option: (row: T) => { value: string; label: string };
  width?: number;
}

export function RemoteSelect<T>({ label, placeholder, value, onChange, list, one, option, width = 180 }: RemoteSelectProps<T>) {
  const [word, setWord] = useState(''), [open, setOpen] = useState(false);
  const chosen = useThing(value ? one(value) : undefined).data;
  const named = value ? chosen ? option(chosen) : { value, label: value } : undefined;
  const asked = useSettled(word === named?.label ? '' : word.trim(), 200);
  const found = useList(open ? list(asked) : undefined).data?.rows.map(option) ?? [];
  const data = named && !found.some((row) => row.value === named.value) ? [named, ...found] : found;
  return <Select aria-label={label} placeholder={placeholder} w={width} data={data} value={value || null} onChange={(id) => onChange(id ?? '')}
    searchable clearable onSearchChange={setWord} onDropdownOpen={() => setOpen(true)} onDropdownClose={() => setOpen(false)}
    filter={({ options }) => options} nothingFoundMessage={t.common.table.nothing} clearButtonProps={{ 'aria-label': `${label}: ${t.common.clear}` }} />;
}
