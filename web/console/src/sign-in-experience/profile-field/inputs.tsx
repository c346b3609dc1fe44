// The fields of the form of a profile field: what all types have, then what this type has.
import { ActionIcon, Button, Checkbox, Input, NativeSelect, NumberInput, Switch, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { t } from '../../locales/index.ts';
import type { Form } from '../../ui/form.ts';
import { hasLimits, hasPlaceholder, type Option, type Part, type Type, type Values } from './field.ts';

const words = t.experience.profile;

interface Props { form: Form<Values> }

function Options({ form: { values: { options }, set, faults } }: Props) {
  const put = (i: number, more: Partial<Option>) => set({ options: options.map((one, at) => at === i ? { ...one, ...more } : one) });
  return <Input.Wrapper label={words.options} labelElement="div" error={faults.options}>
    <div className="multi-text" role="group" aria-label={words.options}>
      {options.map((one, i) => <div key={i} className="multi-row">
        <TextInput className="grow" name={i === 0 ? 'options' : undefined} placeholder={words.value} aria-label={words.optionValue(i + 1)} value={one.value}
          onChange={(event) => put(i, { value: event.currentTarget.value })} />
        <TextInput className="grow" placeholder={words.label} aria-label={words.optionLabel(i + 1)} value={one.label}
          onChange={(event) => put(i, { label: event.currentTarget.value })} />
        {options.length > 1 && <ActionIcon aria-label={words.removeOption(i + 1)} onClick={() => set({ options: options.filter((_, at) => at !== i) })}>
          <IconTrash size={16} stroke={1.5} /></ActionIcon>}
      </div>)}
      <Button variant="subtle" size="compact-sm" type="button" leftSection={<IconPlus size={16} stroke={1.5} />}
        onClick={() => set({ options: [...options, { label: '', value: '' }] })}>{words.addOption}</Button>
    </div>
  </Input.Wrapper>;
}

const nameOf = (part: Part) => (words.partNames as Record<string, string>)[part.name] ?? part.name;

function Parts({ parts, change, error }: { parts: Part[]; change: (parts: Part[]) => void; error: string | undefined }) {
  const put = (i: number, more: Partial<Part>) => change(parts.map((one, at) => at === i ? { ...one, ...more } : one));
  return <Input.Wrapper label={words.parts} labelElement="div" error={error}>
    <ul className="rows" aria-label={words.parts}>{parts.map((one, i) => <li key={one.name}><div className="row">
      <Checkbox className="grow" label={nameOf(one)} aria-label={words.asked(nameOf(one))} checked={one.enabled}
        onChange={(event) => put(i, { enabled: event.currentTarget.checked, required: event.currentTarget.checked && one.required })} />
      <Checkbox label={words.required} aria-label={words.needed(nameOf(one))} checked={one.required} disabled={!one.enabled}
        onChange={(event) => put(i, { required: event.currentTarget.checked })} />
    </div></li>)}</ul>
  </Input.Wrapper>;
}

function ByType({ form }: Props) {
  const { values: { type, address, fullname }, set, faults } = form, isText = type === 'Text';
  return <>
    {hasPlaceholder(type) && <TextInput label={words.placeholder} maxLength={256} {...form.field('placeholder')} />}
    {hasLimits(type) && <div className="pair">
      <NumberInput label={isText ? words.least : words.leastValue} min={0} allowDecimal={false} allowNegative={false} {...form.field('least')} />
      <NumberInput label={isText ? words.most : words.mostValue} min={0} allowDecimal={false} allowNegative={false} {...form.field('most')} />
    </div>}
    {type === 'Regex' && <TextInput required label={words.pattern} description={words.patternHelp} maxLength={128} spellCheck={false} {...form.field('pattern')} />}
    {type === 'Select' && <Options form={form} />}
    {type === 'Checkbox' && <Switch label={words.ticked} {...form.check('ticked')} />}
    {type === 'Address' && <Parts parts={address} error={faults.address} change={(next) => set({ address: next })} />}
    {type === 'Fullname' && <Parts parts={fullname} error={faults.fullname} change={(next) => set({ fullname: next })} />}
  </>;
}

export function FieldInputs({ form, isNew }: Props & { isNew: boolean }) {
  const { values: { type }, set, faults } = form;
  return <>
    {isNew && <TextInput data-autofocus required label={words.name} description={words.nameHelp} maxLength={128} placeholder="company" spellCheck={false} {...form.field('name')} />}
    <TextInput label={words.label} description={words.labelHelp} {...(isNew ? {} : { 'data-autofocus': true })} {...form.field('label')} />
    <NativeSelect label={words.type} name="type" value={type} error={faults.type} onChange={(event) => set({ type: event.currentTarget.value as Type })}
      data={(Object.keys(words.types) as Type[]).map((value) => ({ value, label: words.types[value] }))} />
    {type !== 'Checkbox' && <>
      <Textarea label={t.common.description} {...form.field('description')} />
      <Switch label={words.required} description={words.requiredHelp} {...form.check('required')} />
    </>}
    <ByType form={form} />
  </>;
}
