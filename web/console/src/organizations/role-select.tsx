// Roles of organizations, of the kind that fits: people and machine apps hold different ones.
import { Select } from '@mantine/core';
import { useState } from 'react';
import { useList, useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { RemoteMultiSelect, useMet, type SeveralProps } from '../ui/remote-multi-select.tsx';
import { useSettled } from '../ui/settled.ts';
import { role, roles, type RoleType } from './api.ts';

const ofType = (type: RoleType) => <R extends { type: RoleType }>(rows: readonly R[]) => rows.filter((one) => one.type === type);

export function RolesField({ type, ...field }: SeveralProps & { type: RoleType }) {
  const nothing = (word: string) => word ? t.organizations.noRoles : field.value.length ? t.organizations.noMoreRoles : t.organizations.noRolesYet;
  return <RemoteMultiSelect {...field} list={roles} named={ofType(type)} nothing={nothing} />;
}

/** Narrows a list to those with a role. */
export function RoleFilter({ type, value, onChange }: { type: RoleType; value: string; onChange: (id: string) => void }) {
  const [word, setWord] = useState('');
  const chosen = useThing(value ? role(value) : undefined).data;
  const asked = useSettled(chosen && word === chosen.name ? '' : word.trim(), 200);
  const options = useMet(ofType(type)(useList(roles(asked)).data?.rows ?? []), chosen ? [chosen] : []);
  return <Select aria-label={t.organizations.filterByRole} placeholder={t.organizations.anyRole} data={options} value={value || null} w={200} searchable clearable
    onChange={(id) => onChange(id ?? '')} onSearchChange={setWord} nothingFoundMessage={t.organizations.noRoles}
    clearButtonProps={{ 'aria-label': `${t.organizations.filterByRole}: ${t.common.clear}` }} />;
}
