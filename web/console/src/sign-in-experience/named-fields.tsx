// Which profile fields are asked for or shown: all of them, or only those that are chosen, in that order.
import { MultiSelect, Radio } from '@mantine/core';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { profileFields } from './api.ts';

const words = t.experience.profile;

type Named = { name: string }[] | null;

export const namesOf = (list: Named): string[] | null => list && list.map(({ name }) => name);
export const namedOf = (names: string[] | null): Named => names && names.map((name) => ({ name }));

interface Props { label: string; all: string; value: string[] | null; onChange: (names: string[] | null) => void; error?: string | undefined }

export function NamedFields({ label, all, value, onChange, error }: Props) {
  const known = useThing(profileFields()).data ?? [];
  return <>
    <Radio.Group aria-label={label} value={value ? 'chosen' : 'all'} error={error} onChange={(next) => onChange(next === 'all' ? null : known.map(({ name }) => name))}>
      <div className="radios column-wise"><Radio value="all" label={all} /><Radio value="chosen" label={words.chosen} /></div>
    </Radio.Group>
    {value && <MultiSelect label={words.fields} value={value} onChange={onChange} searchable clearable nothingFoundMessage={words.none}
      clearButtonProps={{ 'aria-label': `${words.fields}: ${t.common.list.removeOne('')}` }}
      data={known.map(({ name, label: shown }) => ({ value: name, label: shown || name }))} />}
  </>;
}
