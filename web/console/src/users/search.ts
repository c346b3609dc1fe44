// The advanced search of the API: one condition for each field, joined by "and" or "or". In the address it has the names that
// the API has, so an address is its own documentation: ?search.name=%25ada%25&mode.name=like&joint=and
// Contract: http-conventions.md section 5.2.

export const fields = ['name', 'primaryEmail', 'primaryPhone', 'username', 'id'] as const;
export type Field = (typeof fields)[number];

/** The first three are the API's `like` with its signs set for the person. */
export const modes = ['contains', 'begins', 'ends', 'exact', 'like', 'similar_to', 'posix'] as const;
export type Mode = (typeof modes)[number];

/** Only `exact` takes several values. */
export interface Condition { field: Field; mode: Mode; values: string[] }
export interface Search { conditions: Condition[]; joint: 'and' | 'or'; isCaseSensitive: boolean }

const literal = (text: string) => text.replace(/[\\%_]/g, '\\$&');
const patterns: Partial<Record<Mode, (text: string) => string>> =
  { contains: (text) => `%${literal(text)}%`, begins: (text) => `${literal(text)}%`, ends: (text) => `%${literal(text)}` };

/** A pattern as a person would say it: %ada% is "contains ada", if nothing else in it is a sign. */
export function readPattern(pattern: string): { mode: Mode; value: string } {
  const [, before = '', inside = '', after = ''] = /^(%?)((?:[^\\%_]|\\[\\%_])+)(%?)$/s.exec(pattern) ?? [];
  if (!inside || !(before || after)) return { mode: 'like', value: pattern };
  return { mode: before && after ? 'contains' : before ? 'ends' : 'begins', value: inside.replace(/\\(.)/gs, '$1') };
}

const apiMode = (mode: Mode): string => mode in patterns ? 'like' : mode;
const valueOf = ({ mode, values }: Condition): string => (patterns[mode] ?? ((text: string) => text))(values[0] ?? '');

/** SIMILAR TO is refused without letter case. */
export const needsCase = ({ conditions }: Pick<Search, 'conditions'>): boolean => conditions.some(({ mode }) => mode === 'similar_to');

/** For the address; undefined takes away what stood there before. */
export function toAddress(search: Search): Record<string, string | undefined> {
  const { conditions, joint, isCaseSensitive } = search, out: Record<string, string | undefined> = {};
  for (const field of fields) out[`search.${field}`] = out[`mode.${field}`] = undefined;
  for (const one of conditions) {
    out[`search.${one.field}`] = one.mode === 'exact' ? one.values.join('\n') : valueOf(one);
    if (apiMode(one.mode) !== 'like') out[`mode.${one.field}`] = one.mode;
  }
  out['joint'] = conditions.length > 1 && joint === 'and' ? 'and' : undefined;
  out['isCaseSensitive'] = conditions.length > 0 && (isCaseSensitive || needsCase(search)) ? 'true' : undefined;
  return out;
}

function conditionOf(field: Field, text: string, mode: string): Condition {
  if (mode === 'exact') return { field, mode, values: text.split('\n').filter(Boolean) };
  if (mode === 'similar_to' || mode === 'posix') return { field, mode, values: [text] };
  const read = readPattern(text);
  return { field, mode: read.mode, values: [read.value] };
}

export function fromAddress(get: (name: string) => string): Search {
  const conditions = fields.filter((field) => get(`search.${field}`) !== '')
    .map((field) => conditionOf(field, get(`search.${field}`), get(`mode.${field}`)));
  return { conditions, joint: get('joint') === 'and' ? 'and' : 'or', isCaseSensitive: get('isCaseSensitive') === 'true' || needsCase({ conditions }) };
}

/** For the API; values of `exact` are a parameter each. */
export function toQuery(search: Search): Record<string, string | string[]> {
  const out: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(toAddress(search))) if (value !== undefined) out[name] = value;
  for (const one of search.conditions) if (one.mode === 'exact') out[`search.${one.field}`] = one.values;
  return out;
}
