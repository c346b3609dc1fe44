// What the screens of all pages are made of. The classes are those of docs/custom-css.md.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from './api.ts';
import { t } from './page.ts';

/** A link that the tenant or an application has set; only what a browser loads, never what it runs. */
export const SafeLink = ({ to, class: name, children }: { to: string; class?: string; children: ComponentChildren }) =>
  /^https?:\/\//i.test(to) ? <a class={name} href={to} target="_blank" rel="noopener noreferrer">{children}</a> : <>{children}</>;

export const Icon = ({ path }: { path: string }) => (
  <svg width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.5"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d={path} /></svg>);

/** An effect that moves the focus: before the change is painted, so that what is typed at once goes where it belongs. */
export const useFocusing = useLayoutEffect;

/** One thing that a button does: whether it runs, and what it was refused with. `step` runs it. */
export function useActionBy(step: (run: () => Promise<void>) => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const run = async (action: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await step(action);
    } catch (problem) {
      setError(problem instanceof ApiError ? problem : new ApiError(0, '', t('error.unknown')));
      if (!(problem instanceof ApiError)) console.error(problem);
    }
    setBusy(false);
  };
  return { busy, error, setError, run };
}

export type Action = ReturnType<typeof useActionBy>;

export function Button({ busy = false, kind = 'primary', type = 'button', children, onClick }:
  { busy?: boolean; kind?: 'primary' | 'secondary' | 'danger'; type?: 'button' | 'submit'; children: ComponentChildren;
    onClick?: () => void }) {
  const [late, setLate] = useState(false);	// a spinner that shows for a blink only disturbs
  useEffect(() => {
    if (!busy) { setLate(false); return; }
    const timer = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(timer);
  }, [busy]);
  return (
    <button type={type} class={`button button-${kind}`} aria-disabled={busy} aria-busy={busy}
      onClick={() => { if (!busy) onClick?.(); }}>
      {late && <span class="spinner" aria-hidden="true" />}{children}
    </button>
  );
}

/** A form whose first button does `onSubmit`; what went wrong stands above the button and is announced. */
export function Form({ action, onSubmit, submit, kind, children, message }:
  { action: Action; onSubmit: () => void; submit: string; kind?: 'primary' | 'danger'; children: ComponentChildren;
    message?: string | undefined }) {
  return (
    <form class="form" noValidate onSubmit={(event) => { event.preventDefault(); if (!action.busy) onSubmit(); }}>
      {children}
      <Alert text={message ?? action.error?.message} />
      <Button type="submit" kind={kind ?? 'primary'} busy={action.busy}>{submit}</Button>
    </form>
  );
}

/** Stands there from the beginning, so that screen readers tell when something is said. */
export const Alert = ({ text }: { text?: string | undefined }) =>
  <div role="alert" class={text ? 'alert' : 'hidden'}>{text}</div>;

export const Notice = ({ text }: { text: string }) => <p role="status" class="notice">{text}</p>;

export interface FieldProps {
  label: string; name: string; value: string; onValue: (value: string) => void; fault?: string | undefined;
  type?: 'text' | 'password' | 'email' | 'tel' | 'url' | 'date'; autocomplete?: string; inputMode?: 'text' | 'email' | 'tel' | 'numeric' | 'decimal' | 'url';
  autoFocus?: boolean; help?: string | null | undefined; optional?: boolean; placeholder?: string | undefined;
}

export function Field({ label, name, value, onValue, fault, type = 'text', autocomplete, inputMode, autoFocus = false,
  help, optional = false, placeholder }: FieldProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [shown, setShown] = useState(false);
  const isSecret = type === 'password';
  useFocusing(() => { if (autoFocus) input.current?.focus(); }, []);
  useFocusing(() => { if (fault) firstFault(input.current)?.focus(); }, [fault]);
  const described = [fault && `${id}-fault`, help && `${id}-help`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label class="label" for={id}>{label}{optional && <span class="hint"> ({t('description.optional')})</span>}</label>
      <span class={isSecret ? 'box' : undefined}>
        <input ref={input} id={id} class="input" name={name} type={(isSecret && shown ? 'text' : type) as 'text'} value={value}
          autocomplete={autocomplete ?? 'on'} autocapitalize="none" spellcheck={false} inputMode={inputMode ?? 'text'}
          placeholder={placeholder ?? ''} aria-invalid={Boolean(fault)} aria-describedby={described || undefined}
          onInput={(event) => onValue(event.currentTarget.value)} />
        {isSecret && <button type="button" class="reveal" aria-pressed={shown}
          aria-label={t(shown ? 'action.hide_password' : 'action.show_password')} onClick={() => setShown(!shown)}>
          <Icon path={shown ? closedEye : eye} /></button>}
      </span>
      {help && <p id={`${id}-help`} class="help">{help}</p>}
      {fault && <p id={`${id}-fault`} class="error" role="alert">{fault}</p>}
    </div>
  );
}

/** Of several fields that were refused, the one to begin with. */
const firstFault = (input: HTMLInputElement | null) =>
  input?.form?.querySelector<HTMLElement>('.input[aria-invalid=true]') ?? input;

const eye = 'M2 12c2.5-4.5 6-7 10-7s7.5 2.5 10 7c-2.5 4.5-6 7-10 7s-7.5-2.5-10-7zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z';
const closedEye = 'M3 3l18 18M10.6 5.1A10 10 0 0 1 12 5c4 0 7.5 2.5 10 7a17 17 0 0 1-2.6 3.5M6.5 6.6A15 15 0 0 0 2 12c2.5 4.5 6 7 10 7a10 10 0 0 0 5-1.4M9.9 9.9a3 3 0 0 0 4.2 4.2';

export const Check = ({ checked, onChecked, name, children }:
  { checked: boolean; onChecked: (checked: boolean) => void; name: string; children: ComponentChildren }) => (
  <label class="check">
    <input type="checkbox" name={name} checked={checked}
      onChange={(event) => onChecked(event.currentTarget.checked)} />
    <span>{children}</span>
  </label>
);

const codeLength = 6;

/** Six boxes that behave like one field: typing goes on, a paste fills them, and a full code is sent by itself. */
export function CodeInput({ value, onValue, onFull, bad, autoFocus = true }:
  { value: string; onValue: (value: string) => void; onFull: (code: string) => void; bad: boolean; autoFocus?: boolean }) {
  const boxes = useRef<(HTMLInputElement | null)[]>([]);
  const takesFocus = useRef(autoFocus);
  useFocusing(() => {
    if (value === '' && takesFocus.current) boxes.current[0]?.focus();
    takesFocus.current = true;
  }, [value === '', bad]);
  const put = (at: number, typed: string) => {
    const digits = typed.replace(/\D/g, '');
    const next = (value.slice(0, at) + digits + (digits.length > 1 ? '' : value.slice(at + 1))).slice(0, codeLength);
    onValue(next);
    boxes.current[Math.min(at + digits.length, codeLength - 1)]?.focus();
    if (next.length === codeLength && digits) onFull(next);
  };
  const erase = (at: number) => {
    const from = value[at] ? at : at - 1;
    onValue(value.slice(0, Math.max(from, 0)));
    boxes.current[Math.max(from, 0)]?.focus();
  };
  return (
    <div class="code" role="group" aria-label={t('input.verification_code')} data-bad={bad}>
      {Array.from({ length: codeLength }, (_, at) => (
        <input key={at} class="digit" ref={(box) => { boxes.current[at] = box; }} inputMode="numeric" type="text"
          autocomplete={at === 0 ? 'one-time-code' : 'off'} value={value[at] ?? ''} aria-invalid={bad}
          aria-label={`${t('input.verification_code')} ${at + 1}/${codeLength}`}
          onFocus={(event) => event.currentTarget.select()}
          onInput={(event) => { const typed = event.currentTarget.value; event.currentTarget.value = value[at] ?? ''; put(at, typed); }}
          onPaste={(event) => { event.preventDefault(); put(at, event.clipboardData?.getData('text') ?? ''); }}
          onKeyDown={(event) => {
            if (event.key === 'Backspace') { event.preventDefault(); erase(at); }
            if (event.key === 'ArrowLeft') boxes.current[at - 1]?.focus();
            if (event.key === 'ArrowRight') boxes.current[at + 1]?.focus();
          }} />
      ))}
    </div>
  );
}
