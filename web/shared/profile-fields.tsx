// The profile fields of a tenant: their inputs, what may stand there, and what is sent of it.
import { page, type ProfileField, type ProfilePart, t } from './page.ts';
import { Check, Field } from './ui.tsx';

/** What was typed, by field.part. */
export type Values = Record<string, string>;

/** The single inputs of a field: itself, or the parts of an address or a full name that are asked for. */
export const partsOf = (field: ProfileField): ProfilePart[] => field.config.parts
  ? field.config.parts.filter((part) => part.enabled).map((part) => ({ ...part, config: part.config ?? {} }))
  : [{ enabled: true, name: field.name, type: field.type, label: field.label, required: field.required, config: field.config }];

/** What the tenant calls it, else our own word for a field that everybody has. */
export const labelOf = ({ label, name }: { label?: string; name: string }) =>
  label || ((page.phrases.profile as Record<string, string>)[name] ?? name);

/** Why a value does not do; undefined: it does. */
export function partFault(part: ProfilePart, value: string): string | undefined {
  const { type, required, config = {} } = part;
  if (type === 'Checkbox') return undefined;
  if (value === '') return required ? t('error.general_required', { name: labelOf(part) }) : undefined;
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

/** The value as it is stored. */
export const convert = ({ type }: ProfilePart, value: string) =>
  type === 'Number' ? Number(value) : type === 'Checkbox' ? value === 'true' : value;

export function PartInput({ part, value, onValue, fault, help }:
  { part: ProfilePart; value: string; onValue: (value: string) => void; fault?: string | undefined; help?: string | null }) {
  const label = labelOf(part);
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
