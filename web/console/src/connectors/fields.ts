// The form of a connector, made of what its factory asks for: the configuration as fields, and back. All that is pure.
import { t } from '../locales/index.ts';
import { later } from '../locales/later.ts';
import type { Faults } from '../ui/form.ts';
import { objectFault } from '../ui/json-editor.tsx';
import { asText } from '../ui/json.ts';
import type { Factory } from './api.ts';

/** What a factory tells of one member of its configuration. */
export type FormItem = Factory['formItems'][number];

export type Value = string | number | boolean | string[];
export type Values = Record<string, Value>;
export type Config = Record<string, unknown>;

export type Kind = 'text' | 'lines' | 'secret' | 'number' | 'switch' | 'select' | 'several' | 'json';

export interface Field { name: string; kind: Kind; label: string; help?: string | undefined; required: boolean;
  options?: { value: string; label: string }[];
  read: (config: Config) => unknown;
  /** What the configuration gets of the value. */
  write: (value: Value) => Config }

interface Known { label: string; help?: string }
const known = (name: string): Known | undefined => (later.connectors.fields as Record<string, Known>)[name];

/** What nobody should read over one's shoulder. */
const secrets = ['authorization', 'auth.pass', 'clientSecret'];

const kinds: Record<string, Kind> = { Text: 'text', MultilineText: 'lines', Number: 'number', Switch: 'switch', Select: 'select', MultiSelect: 'several', Json: 'json' };

function kindOf({ key, type }: FormItem): Kind {
  const kind = kinds[type] ?? 'text';
  return kind === 'text' && secrets.includes(key) ? 'secret' : kind;
}

/** Where nothing has to be chosen, nothing can be. */
const optionsOf = ({ selectItems = [], required }: FormItem, kind: Kind) =>
  [...(kind === 'select' && !required ? [{ value: '', label: t.common.none }] : []), ...selectItems.map(({ value, title }) => ({ value, label: title }))];

function plain(item: FormItem): Field {
  const kind = kindOf(item);
  return { name: item.key, kind, label: known(item.key)?.label ?? item.label, help: known(item.key)?.help,
    required: item.required && kind !== 'switch', options: optionsOf(item, kind),
    read: (config) => config[item.key],
    write: (value) => ({ [item.key]: kind === 'json' ? JSON.parse(String(value) || 'null') : value }) };
}

/** A member of a group: the user of `auth`. */
function member(group: string, name: string, kind: Kind): Field {
  const path = `${group}.${name}`;
  return { name: path, kind, label: known(path)?.label ?? path, help: known(path)?.help, required: false,
    read: (config) => (config[group] as Config | undefined)?.[name], write: (value) => ({ [group]: { [name]: value } }) };
}

/** Two switches that say one thing: how the connection to a mail server is kept secret. */
function encryption(): Field {
  const words = later.connectors.encryption;
  return { name: 'secure', kind: 'select', label: words.label, help: words.help, required: true,
    options: (['auto', 'tls', 'starttls', 'none'] as const).map((value) => ({ value, label: words.ways[value] })),
    read: ({ secure, ignoreTLS }) => ignoreTLS ? 'none' : secure === undefined ? 'auto' : secure ? 'tls' : 'starttls',
    write: (value): Config => value === 'none' ? { ignoreTLS: true } : value === 'auto' ? {} : { secure: value === 'tls' } };
}

/** Texts of mails have a tab of their own. */
export const hasTexts = (items: readonly FormItem[]): boolean => items.some(({ key }) => key === 'templates');

export function fieldsOf(items: readonly FormItem[]): Field[] {
  const keys = items.map(({ key }) => key), bothSwitches = keys.includes('secure') && keys.includes('ignoreTLS');
  return items.flatMap((item) => {
    if (item.key === 'templates' || (item.key === 'ignoreTLS' && bothSwitches)) return [];
    if (item.key === 'secure' && bothSwitches) return [encryption()];
    if (item.key === 'auth' && item.type === 'Json') return [member('auth', 'user', 'text'), member('auth', 'pass', 'secret')];
    return [plain(item)];
  });
}

function shown({ kind, options, read }: Field, config: Config): Value {
  const value = read(config);
  switch (kind) {
    case 'switch': return value === true;
    case 'several': return Array.isArray(value) ? value.map(String) : [];
    case 'number': return typeof value === 'number' ? value : '';
    case 'json': return value === undefined ? '' : asText(value);
    case 'select': return typeof value === 'string' ? value : options?.[0]?.value ?? '';
    default: return typeof value === 'string' ? value : '';
  }
}

export const valuesOf = (fields: readonly Field[], config: Config): Values => Object.fromEntries(fields.map((field) => [field.name, shown(field, config)]));

const isNothing = (value: unknown) => value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** What the form does not know stays as it is stored; what is empty is not there. */
export function configOf(items: readonly FormItem[], values: Values, stored: Config): Config {
  const out: Config = Object.fromEntries(Object.entries(stored).filter(([key]) => key === 'templates' || !items.some((item) => item.key === key)));
  for (const field of fieldsOf(items)) {
    const value = values[field.name] ?? '';
    for (const [key, part] of Object.entries(isNothing(value) ? {} : field.write(typeof value === 'string' && field.kind !== 'secret' ? value.trim() : value))) {
      if (isNothing(part)) continue;
      const there = out[key];
      out[key] = typeof there === 'object' && typeof part === 'object' && !Array.isArray(part) ? { ...there, ...part } : part;
    }
  }
  return out;
}

export function faultsIn(items: readonly FormItem[], values: Values): Faults<Values> {
  const out: Faults<Values> = {};
  for (const { name, kind, required } of fieldsOf(items)) {
    const value = values[name] ?? '', isEmpty = isNothing(typeof value === 'string' ? value.trim() : value);
    const fault = isEmpty ? required ? t.common.required : undefined : kind === 'json' ? objectFault(String(value)) : undefined;
    if (fault) out[name] = fault;
  }
  return out;
}
