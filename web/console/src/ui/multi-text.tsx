// A list of addresses, domains or words: each in a field of its own.
import { ActionIcon, Button, Input, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { t } from '../locales/index.ts';

export interface MultiTextProps {
  label: string;
  description?: string;
  name?: string;
  value: string[];
  onChange: (values: string[]) => void;
  error?: string | undefined;
  placeholder?: string;
  required?: boolean;
  /** Why one of them is not right. */
  check?: (value: string) => string | undefined;
}

/** What is sent of the fields: without blanks around it, and without the empty ones. */
export const entered = (values: readonly string[]): string[] => values.map((one) => one.trim()).filter(Boolean);

export function MultiTextField({ label, description, name, value, onChange, error, placeholder, required = false, check }: MultiTextProps) {
  const shown = value.length ? value : [''];
  const put = (i: number, text: string) => onChange(shown.map((one, at) => at === i ? text : one));
  const faultOf = (one: string, i: number) => one.trim() === '' ? undefined
    : entered(shown).indexOf(one.trim()) !== entered(shown.slice(0, i + 1)).length - 1 ? t.common.list.duplicate : check?.(one.trim());
  const faults = shown.map(faultOf), first = Math.max(0, faults.findIndex(Boolean));	// where the focus goes when the list is refused
  return <Input.Wrapper label={label} description={description} error={faults.some(Boolean) ? undefined : error} required={required} labelElement="div">
    <div className="multi-text" role="group" aria-label={label}>
      {shown.map((one, i) => <div key={i} className={shown.length > 1 ? 'multi-row removable' : 'multi-row'}>
        <TextInput value={one} name={i === first ? name : undefined} placeholder={placeholder} error={faults[i]} aria-label={`${label} ${i + 1}`}
          onChange={(event) => put(i, event.currentTarget.value)} className="grow" />
        {shown.length > 1 && <ActionIcon aria-label={t.common.list.removeOne(one || `${i + 1}`)} onClick={() => onChange(shown.filter((_, at) => at !== i))}>
          <IconTrash size={16} stroke={1.5} /></ActionIcon>}
      </div>)}
      <Button variant="subtle" size="compact-sm" type="button" leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => onChange([...shown, ''])}>
        {t.common.list.add}</Button>
    </div>
  </Input.Wrapper>;
}
