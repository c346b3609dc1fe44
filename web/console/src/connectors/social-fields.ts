// What a social connector has beside its configuration: how people see it, and what is taken over from the service. All that is pure.
import { t } from '../locales/index.ts';
import { later } from '../locales/later.ts';
import type { Faults, FormRules } from '../ui/form.ts';
import { addressFault } from '../ui/image-field.tsx';
import type { Connector, Factory } from './api.ts';
import { configOf, faultsIn, fieldsOf, valuesOf, type Config, type FormItem, type Values } from './fields.ts';

/** Names of the form's values that no factory has. */
const own = { name: '$name', target: '$target', logo: '$logo', logoDark: '$logoDark', sync: '$syncProfile', tokens: '$enableTokenStorage' } as const;
export const socialNames = own;

interface Metadata { target?: string; name?: Record<string, string>; logo?: string; logoDark?: string }
type Kind = Pick<Factory, 'formItems'> & { isStandard?: boolean | undefined; isTokenStorageSupported?: boolean | undefined };

export const itemsOf = ({ formItems }: Kind): FormItem[] => formItems;

export function socialValues(kind: Kind, it?: Connector): Values {
  const metadata = (it?.metadata ?? {}) as Metadata;
  return { [own.name]: metadata.name?.['en'] ?? '', [own.target]: metadata.target ?? '', [own.logo]: metadata.logo ?? '', [own.logoDark]: metadata.logoDark ?? '',
    [own.sync]: it?.syncProfile ?? false, [own.tokens]: it?.enableTokenStorage ?? false, ...valuesOf(fieldsOf(itemsOf(kind)), (it?.config ?? {}) as Config) };
}

const text = (values: Values, name: string) => String(values[name] ?? '').trim();

/** A protocol has a target and a look of its own; an empty text takes one away. */
function metadataOf(values: Values, it?: Connector) {
  const names = { ...(it?.metadata as Metadata | undefined)?.name, en: text(values, own.name) };
  const looks = { logo: text(values, own.logo), logoDark: text(values, own.logoDark) };
  return { target: text(values, own.target), name: names, ...(it ? looks : Object.fromEntries(Object.entries(looks).filter(([, address]) => address !== ''))) };
}

export function socialBody(kind: Kind, values: Values, it?: Connector) {
  return { config: configOf(itemsOf(kind), values, (it?.config ?? {}) as Config), ...(kind.isStandard ? { metadata: metadataOf(values, it) } : {}), syncProfile: values[own.sync] === true,
    ...(kind.isTokenStorageSupported ? { enableTokenStorage: values[own.tokens] === true } : {}) };
}

export function socialFaults(kind: Kind, values: Values): Faults<Values> {
  const words = later.connectors.social, out = faultsIn(itemsOf(kind), values);
  if (!kind.isStandard) return out;
  if (!text(values, own.name)) out[own.name] = t.common.required;
  if (!/^[\w-]{1,128}$/.test(text(values, own.target))) out[own.target] = text(values, own.target) ? words.targetFault : t.common.required;
  for (const name of [own.logo, own.logoDark]) {
    const fault = addressFault(text(values, name));
    if (fault) out[name] = fault;
  }
  return out;
}

/** Where the API names them otherwise. */
export const socialRules: Pick<FormRules<Values>, 'paths' | 'codes'> = {
  paths: { [own.target]: 'metadata', [own.name]: 'metadata.name', [own.logo]: 'metadata.logo', [own.logoDark]: 'metadata.logoDark' },
  codes: { 'connector.multiple_target_with_same_platform': own.target, 'connector.should_specify_target': own.target, 'connector.can_not_modify_target': own.target },
};

const letters = '0123456789abcdefghijklmnopqrstuvwxyz';

/** The address of the callback has the id, and the service wants the address before there is a connector. */
export const newId = (): string => [...crypto.getRandomValues(new Uint8Array(24))].filter((n) => n < 252).slice(0, 12).map((n) => letters[n % 36]).join('');
