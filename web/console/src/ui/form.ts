// What all forms do: hold what stands in the fields, send it as calls, and put what the API refused beside the field that it is about.
import { useMemo, useRef, useState, type ChangeEvent } from 'react';
import type { Call } from '../api/call.ts';
import { ApiError, type Issue } from '../api/client.ts';
import { change } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { messageOf } from './message.ts';

export type Faults<V> = Partial<Record<keyof V, string>>;

export interface FormRules<V> {
  /** What saving sends, in this order; the same that "Show API call" shows. */
  calls: (values: V, before: V) => readonly Call[];
  /** Only what spares a round trip, or what the API cannot see (text that is no JSON). */
  check?: (values: V) => Faults<V>;
  /** Where the API names a field otherwise: { logo: 'branding.logoUrl' }. */
  paths?: Partial<Record<keyof V, string>>;
  /** Errors that belong to a field: { 'role.name_in_use': 'name' }. A function where another value decides to which. */
  codes?: Record<string, keyof V> | ((values: V) => Record<string, keyof V>);
}

export interface Form<V> {
  values: V;
  set: (more: Partial<V>) => void;
  /** For fields with text or a value: <TextInput {...form.field('name')} />. */
  field: <K extends keyof V>(name: K) => { name: string; value: V[K]; error: string | undefined;
    onChange: (next: V[K] | null | ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => void };
  /** For a switch or check box. */
  check: <K extends keyof V>(name: K) => { name: string; checked: boolean; error: string | undefined; 'aria-invalid'?: true; onChange: (event: ChangeEvent<HTMLInputElement>) => void };
  faults: Faults<V>;
  /** What was refused and belongs to no field. */
  refused: ApiError | undefined;
  sending: boolean;
  /** Whether it could be sent; if not, the fields say why. */
  ready: () => boolean;
}

const isEvent = (next: unknown): next is ChangeEvent<HTMLInputElement> =>
  typeof next === 'object' && next !== null && 'currentTarget' in next && 'nativeEvent' in next;

/** An issue belongs to the field whose path its own begins with. */
export function fieldOf<V extends object>(issue: Issue, values: V, paths: FormRules<V>['paths'] = {}): keyof V | undefined {
  const at = `${issue.path.join('.')}.`;
  return (Object.keys(values) as (keyof V & string)[]).filter((name) => at.startsWith(`${paths[name] ?? name}.`))
    .sort((a, b) => (paths[b] ?? b).length - (paths[a] ?? a).length)[0];
}

/** The refusal as messages beside the fields; `rest`: it told something that belongs to none of them. */
export function faultsOf<V extends object>(error: ApiError, values: V, { paths, codes }: Pick<FormRules<V>, 'paths' | 'codes'>):
  { faults: Faults<V>; rest: boolean } {
  const faults: Faults<V> = {};
  const named = (typeof codes === 'function' ? codes(values) : codes)?.[error.code];
  if (named) faults[named] = error.message;
  let rest = !named && error.issues.length === 0;
  for (const issue of error.issues) {
    const field = fieldOf(issue, values, paths);
    if (field) faults[field] ??= issue.message;
    else rest = true;
  }
  return { faults, rest };
}

/** Fields of which something differs; the answer of the server may order members otherwise. */
export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The first field on the page that is wrong gets the focus. A list to choose from has its name on an input that is not shown, behind the one that is. */
function focusFault<V>(form: HTMLFormElement | null, faults: Faults<V>): void {
  const named = [...form?.querySelectorAll<HTMLInputElement>('[name]') ?? []].find(({ name }) => faults[name as keyof V]);
  const field = named?.type === 'hidden' ? named.previousElementSibling?.querySelector<HTMLElement>('input') : named;
  field?.focus();
  field?.closest('.mantine-InputWrapper-root')?.scrollIntoView({ block: 'nearest' });	// with what is said below it
}

export function useForm<V extends object>(initial: V, rules: FormRules<V>, done: (answer: unknown, values: V) => void) {
  const [values, setValues] = useState(initial), [base, setBase] = useState(initial);
  const [faults, setFaults] = useState<Faults<V>>({}), [refused, setRefused] = useState<ApiError>(), [sending, setSending] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  const busy = useRef(false);

  // what the server says now is taken over where nobody has changed anything
  const [heard, setHeard] = useState(initial);
  if (!same(heard, initial)) {
    setHeard(initial);
    setBase(initial);
    if (same(values, base)) setValues(initial);
  }

  const set = (more: Partial<V>) => {
    setValues((now) => ({ ...now, ...more }));
    setFaults((now) => Object.fromEntries(Object.entries(now).filter(([name]) => !(name in more))) as Faults<V>);
  };

  const show = (found: Faults<V>) => {
    setFaults(found);
    requestAnimationFrame(() => focusFault(element.current, found));
  };

  async function submit(): Promise<boolean> {
    if (busy.current) return false;
    if (!ready()) return false;
    busy.current = true;
    setSending(true);
    setFaults({});
    setRefused(undefined);
    try {
      const answer = await change(rules.calls(values, base));
      setBase(values);
      done(answer, values);
      return true;
    } catch (error) {
      const fault = error instanceof ApiError ? error : new ApiError(0, 'failed', (error as Error).message);
      const { faults: beside, rest } = faultsOf(fault, values, rules);
      show(beside);
      if (rest) setRefused(fault);
      return false;
    } finally {
      busy.current = false;
      setSending(false);
    }
  }

  const ready = (): boolean => {
    const found = rules.check?.(values) ?? {}, isRight = !Object.values(found).some(Boolean);
    if (!isRight) show(found);
    return isRight;
  };

  const form: Form<V> = {
    values, set, faults, refused, sending, ready,
    field: (name) => ({ name: String(name), value: values[name], error: faults[name],
      onChange: (next) => set({ [name]: isEvent(next) ? next.currentTarget.value : next } as Partial<V>) }),
    check: (name) => ({ name: String(name), checked: Boolean(values[name]), error: faults[name], ...(faults[name] ? { 'aria-invalid': true } : {}),
      onChange: (event) => set({ [name]: event.currentTarget.checked } as Partial<V>) }),
  };
  const dirty = useMemo(() => !same(values, base), [values, base]);
  const discard = () => { setValues(base); setFaults({}); setRefused(undefined); };
  /** For "Show API call"; where something cannot be sent, the fields say why instead. */
  const calls = () => ready() ? rules.calls(values, base) : undefined;
  return { form, element, dirty, submit, discard, calls };
}

/** What a refused form says above its fields. */
export const refusedText = (error: ApiError): string => error.issues.length ? error.issues.map((one) => one.message).join(' ') : messageOf(error);

/** Text of fields that the API wants without blanks around it, and absent where empty. */
export const filled = <V extends Record<string, unknown>>(values: V): { [K in keyof V]?: Exclude<V[K], '' | null | undefined> } =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value.trim() : value])
    .filter(([, value]) => value !== '' && value !== null && value !== undefined)) as never;

/** `check` of a form for fields that must not be empty. */
export const needed = <V extends object>(values: V, ...names: (keyof V)[]): Faults<V> =>
  Object.fromEntries(names.filter((name) => String(values[name] ?? '').trim() === '').map((name) => [name, t.common.required])) as Faults<V>;
