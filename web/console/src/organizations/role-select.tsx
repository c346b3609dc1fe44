// Roles of organizations, of the kind that fits: people and machine apps hold different ones.
import { MultiSelect, Select } from '@mantine/core';
import { useState } from 'react';
import { useList, useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { useSettled } from '../ui/settled.ts';
import { role, roles, type RoleType } from './api.ts';

interface Named { id: string; name: string }

/** Roles that the word finds, and those that are chosen already. */
function useOptions(type: RoleType, word: string, known: readonly Named[] = []) {
  const [met, setMet] = useState<ReadonlyMap<string, string>>(new Map());
  const rows = useList(roles(useSettled(word.trim(), 200))).data?.rows.filter((one) => one.type === type) ?? [];
  const seen = new Map([...known, ...rows].map(({ id, name }) => [id, name]));	// the later name counts: it may have been changed
  if ([...seen].some(([id, name]) => met.get(id) !== name)) setMet(new Map([...met, ...seen]));
  return [...met].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label));
}

export interface RolesProps { label: string; description?: string; type: RoleType; value: string[]; onChange: (ids: string[]) => void; name?: string;
  error?: string | undefined; known?: readonly Named[]; focus?: boolean }

export function RolesField({ label, description, type, value, onChange, name, error, known, focus = false }: RolesProps) {
  const [word, setWord] = useState('');
  const options = useOptions(type, word, known);
  const nothing = word ? t.organizations.noRoles : value.length ? t.organizations.noMoreRoles : t.organizations.noRolesYet;
  return <MultiSelect label={label} description={description} data={options} value={value} onChange={onChange} name={name} error={error} searchable clearable
    searchValue={word} onSearchChange={setWord} nothingFoundMessage={nothing} maxDropdownHeight={240} hidePickedOptions
    clearButtonProps={{ 'aria-label': `${label}: ${t.common.clear}` }} {...(focus ? { 'data-autofocus': true } : {})} />;
}

/** Narrows a list to those with a role. */
export function RoleFilter({ type, value, onChange }: { type: RoleType; value: string; onChange: (id: string) => void }) {
  const [word, setWord] = useState('');
  const chosen = useThing(value ? role(value) : undefined).data;
  const options = useOptions(type, chosen && word === chosen.name ? '' : word, chosen ? [chosen] : []);
  return <Select aria-label={t.organizations.filterByRole} placeholder={t.organizations.anyRole} data={options} value={value || null} w={200} searchable clearable
    onChange={(id) => onChange(id ?? '')} onSearchChange={setWord} nothingFoundMessage={t.organizations.noRoles}
    clearButtonProps={{ 'aria-label': `${t.organizations.filterByRole}: ${t.common.clear}` }} />;
}
