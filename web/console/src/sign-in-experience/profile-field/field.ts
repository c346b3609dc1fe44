// A profile field as the form has it and as the API does. All that is pure.
import type { SentBy } from '../../api/call.ts';
import { t } from '../../locales/index.ts';
import { needed, type Faults } from '../../ui/form.ts';
import type { ProfileField } from '../api.ts';

export type Type = ProfileField['type'];
export interface Option { label: string; value: string }
export interface Part { enabled: boolean; name: string; type: string; required: boolean; label?: string; description?: string; config?: Record<string, unknown> }

export interface Values {
  name: string; type: Type; label: string; description: string; required: boolean;
  placeholder: string; least: number | string; most: number | string; ticked: boolean; pattern: string; options: Option[];
  address: Part[]; fullname: Part[];
}

/** What the API's config may hold; what is stored may be older than our rules. */
interface Config { placeholder?: string; minLength?: number; maxLength?: number; minValue?: number; maxValue?: number; defaultValue?: string; format?: string;
  options?: { label?: string; value: string }[]; parts?: Part[] }

const parts = { Address: ['streetAddress', 'locality', 'region', 'postalCode', 'country', 'formatted'], Fullname: ['givenName', 'middleName', 'familyName'] } as const;

/** The stored parts first, in their order; then those that are not there. */
function partsFrom(type: keyof typeof parts, stored: Part[] = []): Part[] {
  const missing = parts[type].filter((name) => !stored.some((one) => one.name === name));
  const isNew = stored.length === 0;
  return [...stored, ...missing.map((name) => ({ enabled: isNew && name !== 'formatted' && name !== 'middleName', name, type: 'Text', required: false }))];
}

export function valuesOf(it?: ProfileField): Values {
  const config = (it?.config ?? {}) as Config;
  return {
    name: it?.name ?? '', type: it?.type ?? 'Text', label: it?.label ?? '', description: it?.description ?? '', required: it?.required ?? false,
    placeholder: config.placeholder ?? '', least: config.minLength ?? config.minValue ?? '', most: config.maxLength ?? config.maxValue ?? '',
    ticked: config.defaultValue === 'true', pattern: it?.type === 'Regex' ? config.format ?? '' : '',
    options: config.options?.map(({ label = '', value }) => ({ label, value })) ?? [{ label: '', value: '' }],
    address: partsFrom('Address', it?.type === 'Address' ? config.parts : []), fullname: partsFrom('Fullname', it?.type === 'Fullname' ? config.parts : []),
  };
}

const limits = (least: string, most: string, values: Values) => ({
  ...(values.least === '' ? {} : { [least]: Number(values.least) }), ...(values.most === '' ? {} : { [most]: Number(values.most) }) });

const chosenOptions = ({ options }: Values) => options.map(({ label, value }) => ({ label: label.trim(), value: value.trim() })).filter(({ value }) => value !== '');

function configOf(values: Values): Record<string, unknown> {
  const hint = values.placeholder.trim() ? { placeholder: values.placeholder.trim() } : {};
  switch (values.type) {
    case 'Text': return { ...hint, ...limits('minLength', 'maxLength', values) };
    case 'Number': return { ...hint, ...limits('minValue', 'maxValue', values) };
    case 'Date': return { ...hint, format: 'yyyy-MM-dd' };	// what our pages write
    case 'Checkbox': return { defaultValue: String(values.ticked) };
    case 'Select': return { ...hint, options: chosenOptions(values).map(({ label, value }) => label ? { label, value } : { value }) };
    case 'Url': return hint;
    case 'Regex': return { ...hint, format: values.pattern };
    case 'Address': return { parts: values.address };
    case 'Fullname': return { parts: values.fullname };
  }
}

export const bodyOf = (values: Values): SentBy<'put', '/api/custom-profile-fields/{name}'> => ({
  type: values.type, required: values.type !== 'Checkbox' && values.required, config: configOf(values),
  ...(values.label.trim() ? { label: values.label.trim() } : {}), ...(values.type === 'Checkbox' ? {} : { description: values.description.trim() }) });

export const hasPlaceholder = (type: Type): boolean => ['Text', 'Number', 'Select', 'Url', 'Regex'].includes(type);
export const hasLimits = (type: Type): boolean => type === 'Text' || type === 'Number';

function isPattern(text: string): boolean {
  try { return new RegExp(text).source !== ''; } catch { return false; }
}

function faultsByType(values: Values): Faults<Values> {
  const words = t.experience.profile, { type, least, most } = values, given = chosenOptions(values).map(({ value }) => value);
  const isLimit = (n: number | string) => n === '' || (Number.isInteger(Number(n)) && Number(n) >= 0);
  if (hasLimits(type)) {
    if (!isLimit(least)) return { least: words.noLimit };
    if (!isLimit(most)) return { most: words.noLimit };
    if (least !== '' && most !== '' && Number(least) > Number(most)) return { most: words.limits };
  }
  if (type === 'Regex') return values.pattern.trim() === '' ? { pattern: t.common.required } : isPattern(values.pattern) ? {} : { pattern: words.patternFault };
  if (type === 'Select' && given.length === 0) return { options: words.optionsFault };
  if (type === 'Select' && new Set(given).size < given.length) return { options: words.optionsTwice };
  if (type === 'Address' && !values.address.some(({ enabled }) => enabled)) return { address: words.partsFault };
  if (type === 'Fullname' && !values.fullname.some(({ enabled }) => enabled)) return { fullname: words.partsFault };
  return {};
}

export function faultsOf(values: Values, had?: ProfileField): Faults<Values> {
  const words = t.experience.profile, missing = had ? {} : needed(values, 'name');
  const name = had || missing.name || /^[A-Za-z0-9]+$/.test(values.name.trim()) ? {} : { name: words.nameFault };
  return { ...missing, ...name, ...(had?.label && !values.label.trim() ? { label: words.labelStays } : {}), ...faultsByType(values) };
}

/** Where the API names a field otherwise, and errors that belong to one. */
export const paths = { placeholder: 'config.placeholder', least: 'config.minLength', most: 'config.maxLength', pattern: 'config.format', options: 'config.options' };
export const codes = Object.fromEntries(([['name_exists', 'name'], ['invalid_name', 'name'], ['name_conflict_built_in_prop', 'name'],
  ['name_conflict_custom_data', 'name'], ['name_conflict_sign_in_identifier', 'name'], ['invalid_min_max_input', 'most'], ['invalid_options', 'options'],
  ['invalid_regex_format', 'pattern']] as const).map(([code, field]) => [`custom_profile_fields.${code}`, field])) as Record<string, keyof Values>;
