// What an account lacks: a username, an address, a password, or what the tenant wants to know.
import { useState } from 'preact/hooks';
import { type Kind, page, type ProfileField, type ProfilePart, t } from '../../../shared/page.ts';
import { complete, identifierFault, readIdentifier, sendCode } from '../flow.ts';
import { go } from '../router.tsx';
import { Check, Field, Form, Screen, useAction } from '../ui.tsx';
import { IdentifierField, identifierLabel } from './identifier.tsx';
import { NewPassword } from './register.tsx';

function Missing({ kinds }: { kinds: Kind[] }) {
  const [name, setName] = useState('');
  const [fault, setFault] = useState<string>();
  const action = useAction();
  const onSubmit = () => {
    const identifier = readIdentifier(name, kinds);
    const found = identifier.value === '' ? t('error.general_required', { name: identifierLabel(kinds) })
      : identifierFault(identifier);
    setFault(found);
    if (found) return;
    void action.run(async () => {
      if (identifier.type === 'username') { await complete({ type: 'username', value: identifier.value }); return; }
      await sendCode('Register', identifier);
      go('/continue/verification-code');
    });
  };
  const message = action.error?.code === 'user.username_already_in_use' ? t('error.username_in_use') : undefined;
  return (
    <Screen title={t('description.complete')}>
      <Form action={action} onSubmit={onSubmit} submit={t('action.continue')} message={message}>
        <IdentifierField kinds={kinds} value={name} onValue={setName} fault={fault} />
      </Form>
    </Screen>
  );
}

type Values = Record<string, string>;

/** The single inputs of a field: itself, or the parts of an address or a full name that are asked for. */
export const partsOf = (field: ProfileField): ProfilePart[] => field.config.parts
  ? field.config.parts.filter((part) => part.enabled).map((part) => ({ ...part, config: part.config ?? {} }))
  : [{ enabled: true, name: field.name, type: field.type, label: field.label, required: field.required, config: field.config }];

/** Why a value does not do; undefined: it does. */
export function partFault({ type, required, label, name, config = {} }: ProfilePart, value: string): string | undefined {
  if (type === 'Checkbox') return undefined;
  if (value === '') return required ? t('error.general_required', { name: label || name }) : undefined;
  const { minLength, maxLength, format } = config;
  if (minLength !== undefined && value.length < minLength) return t('password.too_short', { min: minLength });
  if (maxLength !== undefined && value.length > maxLength) return t('password.too_long', { max: maxLength });
  if (type === 'Number') return numberFault(config, Number(value));
  if (type === 'Url' && !/^https?:\/\/\S+$/i.test(value)) return t('error.invalid_url');
  if (type === 'Regex' && !fits(format, value)) return t('error.invalid_value');
  return undefined;
}

function numberFault({ minValue, maxValue }: NonNullable<ProfilePart['config']>, value: number): string | undefined {
  if (Number.isNaN(value)) return t('error.invalid_number');
  if (minValue !== undefined && value < minValue) return t('error.too_small', { min: minValue });
  if (maxValue !== undefined && value > maxValue) return t('error.too_large', { max: maxValue });
  return undefined;
}

function fits(format: string | undefined, value: string): boolean {
  try { return format === undefined || new RegExp(format).test(value); } catch { return true; }
}

/** What POST /profile takes: members by name, those of an address and a full name in their places. */
export function valuesOf(fields: ProfileField[], typed: Values): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const field of fields) {
    const filled = partsOf(field).filter((part) => (typed[`${field.name}.${part.name}`] ?? '') !== '');
    const entries = filled.map((part) => [part.name, convert(part, typed[`${field.name}.${part.name}`] as string)] as const);
    if (field.type === 'Address' && entries.length) out[field.name] = Object.fromEntries(entries);
    else for (const [name, value] of entries) out[name] = value;
  }
  return out;
}

const convert = ({ type }: ProfilePart, value: string) =>
  type === 'Number' ? Number(value) : type === 'Checkbox' ? value === 'true' : value;

function PartInput({ part, value, onValue, fault, help }:
  { part: ProfilePart; value: string; onValue: (value: string) => void; fault?: string | undefined; help?: string | null }) {
  const label = part.label || part.name;
  if (part.type === 'Checkbox')
    return <Check name={part.name} checked={value === 'true'} onChecked={(on) => onValue(String(on))}>{label}</Check>;
  if (part.type === 'Select') return (
    <label class="field"><span class="label">{label}{!part.required && <span class="hint"> ({t('description.optional')})</span>}</span>
      <select class="input" name={part.name} value={value} aria-invalid={Boolean(fault)}
        onChange={(event) => onValue(event.currentTarget.value)}>
        <option value="" />
        {part.config?.options?.map((one) => <option key={one.value} value={one.value}>{one.label ?? one.value}</option>)}
      </select>
      {fault && <span class="error" role="alert">{fault}</span>}
    </label>);
  return <Field label={label} name={part.name} value={value} onValue={onValue} fault={fault} help={help}
    optional={!part.required} type={part.type === 'Date' ? 'date' : part.type === 'Url' ? 'url' : 'text'}
    inputMode={part.type === 'Number' ? 'decimal' : part.type === 'Url' ? 'url' : 'text'} placeholder={part.config?.placeholder} />;
}

function ExtraProfile() {
  const fields = page.experience.customProfileFields;
  const [values, setValues] = useState<Values>(() => Object.fromEntries(fields.flatMap((field) => partsOf(field)
    .map((part) => [`${field.name}.${part.name}`, part.type === 'Checkbox' ? part.config?.defaultValue ?? 'false' : '']))));
  const [faults, setFaults] = useState<Values>({});
  const action = useAction();
  const onSubmit = () => {
    const found: Values = {};
    for (const field of fields) for (const part of partsOf(field)) {
      const key = `${field.name}.${part.name}`, fault = partFault(part, values[key] ?? '');
      if (fault) found[key] = fault;
    }
    setFaults(found);
    if (Object.keys(found).length === 0)
      void action.run(() => complete({ type: 'extraProfile', values: valuesOf(fields, values) }));
  };
  return (
    <Screen title={t('description.complete')}>
      <Form action={action} onSubmit={onSubmit} submit={t('action.continue')}>
        {fields.map((field) => partsOf(field).map((part) => {
          const key = `${field.name}.${part.name}`;
          return <PartInput key={key} part={part} value={values[key] ?? ''} fault={faults[key]}
            help={field.config.parts ? null : field.description} onValue={(value) => setValues({ ...values, [key]: value })} />;
        }))}
      </Form>
    </Screen>
  );
}

export function Continue({ method }: { method: string }) {
  switch (method) {
    case 'password':
      return <NewPassword title={t('description.complete')} submit={t('action.continue')}
        save={(value) => complete({ type: 'password', value })} />;
    case 'extra-profile': return <ExtraProfile />;
    case 'email': return <Missing kinds={['email']} />;
    case 'phone': return <Missing kinds={['phone']} />;
    case 'email-or-phone': return <Missing kinds={['email', 'phone']} />;
    default: return <Missing kinds={['username']} />;
  }
}
