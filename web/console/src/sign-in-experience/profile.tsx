import { Button } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { useChange, useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Card } from '../ui/details.tsx';
import { Empty } from '../ui/empty.tsx';
import { Refused } from '../ui/failure.tsx';
import type { Action } from '../ui/row-menu.tsx';
import { SaveForm } from '../ui/save-form.tsx';
import { base, createField, experience, orderFields, profileFields, removeField, update, type ProfileField } from './api.ts';
import { moved } from './identifiers.ts';
import { namedOf, NamedFields, namesOf } from './named-fields.tsx';

const words = t.experience.profile, tab = `${base}/collect-user-profile`;

/** Which are asked for at registration. */
function Asked() {
  const it = useThing(experience()).data;
  if (!it) return null;
  return <SaveForm initial={{ fields: namesOf(it.signUpProfileFields) }} paths={{ fields: 'signUpProfileFields' }}
    calls={({ fields }) => [update({ signUpProfileFields: namedOf(fields) })]}>
    {(form) => <Card title={words.asks} text={words.asksText}>
      <NamedFields label={words.asks} all={words.all} value={form.values.fields} error={form.faults.fields} onChange={(fields) => form.set({ fields })} />
    </Card>}
  </SaveForm>;
}

function useMenu(rows: readonly ProfileField[]) {
  const navigate = useNavigate(), ask = useConfirm(), change = useChange();
  const menu = (row: ProfileField): Action[] => {
    const i = rows.findIndex(({ name }) => name === row.name);
    const move = (step: number) => change.mutate([orderFields(moved(rows, i, step).map(({ name }) => name))]);
    return [
      { label: t.common.edit, icon: IconPencil, run: () => void navigate({ to: `${tab}/fields/${row.name}` }) },
      ...(i > 0 ? [{ label: words.moveUp, icon: IconArrowUp, run: () => move(-1) }] : []),
      ...(i < rows.length - 1 ? [{ label: words.moveDown, icon: IconArrowDown, run: () => move(1) }] : []),
      { label: t.common.delete, icon: IconTrash, danger: true, run: () => ask({ title: words.delete, text: words.deleteText(row.label || row.name),
        button: words.delete, calls: () => [removeField(row.name)] }) },
    ];
  };
  return { menu, refused: change.error };
}

export default function CollectUserProfile() {
  const navigate = useNavigate(), rows = useThing(profileFields()).data ?? [], { menu, refused } = useMenu(rows);
  const begin = <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => void navigate({ to: `${tab}/create` })}>{words.create}</Button>;
  return <>
    {refused && <Refused error={refused} />}
    <DataTable label={words.title} list={profileFields} whole={({ name, label }) => `${name} ${label}`} id={({ name }) => name} name={({ name }) => name}
      open={({ name }) => `${tab}/fields/${name}`} action={begin} menu={menu}
      columns={[
        { title: words.label, cell: ({ label, name }) => <bdi>{label || name}</bdi> },
        { title: words.name, cell: ({ name }) => <code>{name}</code>, wide: true },
        { title: words.type, cell: ({ type }) => words.types[type], wide: true },
        { title: words.required, cell: ({ required }) => required ? words.yes : words.no },
      ]}
      empty={<Empty title={words.createFirst} text={words.empty} action={begin} calls={() => [createField({ name: 'company', type: 'Text', required: false })]} />} />
    {rows.length > 0 && <Asked />}
    <Outlet />
  </>;
}
