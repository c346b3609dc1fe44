// What the sections of the account page are made of.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { ApiError } from '../../shared/api.ts';
import type { Address } from './api.ts';
import { shownIdentifier } from '../../shared/identifier.ts';
import { page, t } from '../../shared/page.ts';
import { Button, Form, Icon, useActionBy, useFocusing } from '../../shared/ui.tsx';

export const useAction = () => useActionBy((run) => run());

/** What a section reads: nothing yet, the value, or why there is none. */
export function useLoaded<T>(read: () => Promise<T>) {
  const [value, setValue] = useState<T>();
  const [error, setError] = useState<ApiError>();
  const load = async () => {
    try {
      setValue(await read());
      setError(undefined);
    } catch (problem) {
      setError(problem instanceof ApiError ? problem : new ApiError(0, '', t('error.unknown')));
    }
  };
  useEffect(() => { void load(); }, []);
  return { value, error, load };
}

/** A part of a section, with its heading. */
export function Panel({ title, hint, action, children }:
  { title: string; hint?: ComponentChildren; action?: ComponentChildren; children?: ComponentChildren }) {
  const id = useId();
  return (
    <section class="block" aria-labelledby={id}>
      <div class="block-head">
        <div class="block-text">
          <h2 class="block-title" id={id}>{title}</h2>
          {hint && <p class="block-hint">{hint}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}

export const Rows = ({ children }: { children: ComponentChildren }) => <ul class="rows">{children}</ul>;

/** One line: what it is, what it says, and what can be done with it. */
export const Row = ({ label, value, note, picture, children }: { label: ComponentChildren; value?: ComponentChildren;
  note?: ComponentChildren; picture?: ComponentChildren; children?: ComponentChildren }) => (
  <li class="row">
    <div class="row-main">
      {picture}
      <div class="row-text">
        <p class="row-label">{label}</p>
        {value && <p class="row-value">{value}</p>}
        {note && <p class="row-note">{note}</p>}
      </div>
    </div>
    {children && <div class="row-actions">{children}</div>}
  </li>
);

/** What a row offers. `of` completes the name for a screen reader: "Change" of the e-mail address. */
export const RowButton = ({ label, of, danger = false, onClick }:
  { label: string; of: string; danger?: boolean; onClick: () => void }) => (
  <button type="button" class={`small-button${danger ? ' small-button-danger' : ''}`} aria-label={`${label}: ${of}`}
    onClick={onClick}>{label}</button>
);

/** The picture of somebody or something; the first letter of the name where there is none, or it cannot be loaded. */
export function Avatar({ src, name, square = false }: { src?: string | null | undefined; name: string; square?: boolean }) {
  const [broken, setBroken] = useState<string>();
  const kind = square ? 'avatar avatar-square' : 'avatar', size = square ? 40 : 48;
  return src && src !== broken && /^https?:\/\/|^\/|^data:image\//i.test(src)
    ? <img class={kind} src={src} alt="" width={size} height={size} onError={() => setBroken(src)} />
    : <span class={kind} aria-hidden="true">{[...name.trim()][0]?.toUpperCase()}</span>;
}

export const Badge = ({ kind = 'plain', children }: { kind?: 'plain' | 'warning' | 'good'; children: ComponentChildren }) =>
  <span class={`badge badge-${kind}`}>{children}</span>;

/** Rows of the size of those that come. */
export const Loading = () => (
  <div role="status">
    <p class="hidden">{t('description.one_moment')}</p>
    <ul class="bones" aria-hidden="true"><li /><li /></ul>
  </div>
);

export const Failed = ({ error, again }: { error: ApiError; again: () => void }) => (
  <div class="failed">
    <p role="alert" class="alert">{error.message}</p>
    <button type="button" class="small-button" onClick={again}>{t('action.try_again')}</button>
  </div>
);

/** A window over the page; Escape closes it, and the focus goes back to where it was. */
export function Dialog({ title, description, onClose, children }:
  { title: string; description?: ComponentChildren; onClose: () => void; children: ComponentChildren }) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useFocusing(() => {
    const from = document.activeElement as HTMLElement | null, own = dialog.current;
    own?.showModal();
    own?.querySelector<HTMLElement>('input:not([type=hidden])')?.focus();
    return () => { own?.close(); from?.focus(); };	// what lies behind an open window takes no focus
  }, []);
  return (
    <dialog class="dialog" ref={dialog} aria-labelledby={id}
      onCancel={(event) => { event.preventDefault(); onClose(); }}>
      <div class="dialog-head">
        <h2 class="dialog-title" id={id}>{title}</h2>
        <button type="button" class="dialog-close" aria-label={t('account.close')} onClick={onClose}>
          <Icon path="M6 6l12 12M18 6L6 18" /></button>
      </div>
      {description && <p class="description">{description}</p>}
      {children}
    </dialog>
  );
}

/** Something that is taken away for good: what it is, and a button that does it. */
export function Confirmation({ title, text, button, run, onClose }:
  { title: string; text: string; button: string; run: () => Promise<void>; onClose: () => void }) {
  const action = useAction();
  return (
    <Dialog title={title} description={text} onClose={onClose}>
      <Form action={action} submit={button} kind="danger" onSubmit={() => void action.run(async () => { await run(); onClose(); })}>
        {null}
      </Form>
      <div class="actions"><Button kind="secondary" onClick={onClose}>{t('action.cancel')}</Button></div>
    </Dialog>
  );
}

/** What the window says that asks before something is removed. */
export const removal = (name: string) => ({ title: `${t('account.remove')}: ${name}`, button: t('account.remove') });

export const shownAddress = (type: Address, value: string) => shownIdentifier({ type, value });

const dates = new Intl.DateTimeFormat(page.language, { dateStyle: 'medium' });
const times = new Intl.DateTimeFormat(page.language, { dateStyle: 'medium', timeStyle: 'short' });

export const day = (at: number | string) => dates.format(new Date(at));
export const moment = (at: number | string) => times.format(new Date(at));
