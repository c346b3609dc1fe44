// The fields that a factory asks for.
import { MultiSelect, NativeSelect, NumberInput, PasswordInput, Switch, Textarea, TextInput } from '@mantine/core';
import { t } from '../locales/index.ts';
import type { Form } from '../ui/form.ts';
import { JsonEditor } from '../ui/json-editor.tsx';
import { fieldsOf, type Field, type FormItem, type Values } from './fields.ts';

interface Props { form: Form<Values>; items: readonly FormItem[] }

function One({ form, field: { name, kind, label, help, required, options = [] } }: { form: Form<Values>; field: Field }) {
  const common = { label, required, ...(help ? { description: help } : {}) };
  const text = { ...form.field(name), value: String(form.values[name] ?? '') };
  switch (kind) {
    case 'switch': return <Switch label={label} description={help} {...form.check(name)} />;
    case 'number': return <NumberInput {...common} allowDecimal={false} allowNegative={false} {...text} onChange={(value) => form.set({ [name]: value === '' ? '' : Number(value) })} />;
    case 'select': return <NativeSelect {...common} name={name} value={text.value} error={text.error} data={options} onChange={(event) => form.set({ [name]: event.currentTarget.value })} />;
    case 'several': return <MultiSelect {...common} data={options} error={text.error} value={form.values[name] as string[]} onChange={(value) => form.set({ [name]: value })} />;
    case 'json': return <JsonEditor label={label} rows={3} optional={!required} {...(help ? { description: help } : {})} {...text} onChange={(value) => form.set({ [name]: value })} />;
    case 'lines': return <Textarea {...common} minRows={3} maxRows={12} spellCheck={false} className="code-area" {...text} />;
    case 'secret': return <PasswordInput {...common} autoComplete="new-password" {...text} {...(text.error ? { 'aria-invalid': true } : {})}
      visibilityToggleButtonProps={{ 'aria-label': `${t.common.show}: ${label}` }} />;
    default: return <TextInput {...common} spellCheck={false} autoComplete="off" {...text} />;
  }
}

/** Fields that belong side by side: the host and its port, the user and the password. */
const pairs: Record<string, string> = { host: 'port', 'auth.user': 'auth.pass' };

export function ConfigFields({ form, items }: Props) {
  const fields = fieldsOf(items), second = new Set(fields.flatMap(({ name }) => pairs[name] ?? []));
  return <>{fields.filter(({ name }) => !second.has(name)).map((field) => {
    const beside = fields.find(({ name }) => name === pairs[field.name]);
    return beside ? <div key={field.name} className="pair"><One form={form} field={field} /><One form={form} field={beside} /></div>
      : <One key={field.name} form={form} field={field} />;
  })}</>;
}
