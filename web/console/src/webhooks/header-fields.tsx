import { ActionIcon, Button, Input, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import { headerFault, type Header } from './values.ts';

const words = t.webhooks.headers;
const limits = { name: 128, value: 1024 };

/** Names and values that go with each request. */
export function HeaderFields({ value, error, onChange }: { value: Header[]; error: string | undefined; onChange: (headers: Header[]) => void }) {
  const put = (i: number, change: Partial<Header>) => onChange(value.map((one, at) => at === i ? { ...one, ...change } : one));
  // what is typed now is not wrong yet: the other part comes next
  const faultOf = (i: number) => { const fault = headerFault(value, i); return fault === words.both && !error ? undefined : fault; };
  return <div role="group" aria-label={words.title} className="header-fields">
    {value.map((one, i) => <div key={i} className="header-row">
      <TextInput aria-label={words.name(i + 1)} name={i === 0 ? 'headers' : undefined} placeholder={words.nameHint} spellCheck={false} maxLength={limits.name} value={one.name}
        error={faultOf(i)} onChange={(event) => put(i, { name: event.currentTarget.value })} />
      <TextInput aria-label={words.value(i + 1)} placeholder={words.valueHint} spellCheck={false} autoComplete="off" maxLength={limits.value} value={one.value}
        error={faultOf(i) !== undefined} onChange={(event) => put(i, { value: event.currentTarget.value })} />
      <ActionIcon size={32} aria-label={words.remove(one.name || `${i + 1}`)} onClick={() => onChange(value.filter((_, at) => at !== i))}><IconTrash size={16} stroke={1.5} /></ActionIcon>
    </div>)}
    {error && !value.some((_, i) => headerFault(value, i)) && <Input.Error role="alert">{error}</Input.Error>}
    <Button variant="subtle" size="compact-sm" type="button" leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => onChange([...value, { name: '', value: '' }])}>
      {words.add}</Button>
  </div>;
}
