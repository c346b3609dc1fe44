// The focus never falls out of the page: it goes back to what opened a dialog when that closes, and to the content when what
// had it is gone (the row that was deleted, the bar with "Save"). Dialogs are unmounted as they close, so their library cannot.
import { useEffect } from 'react';

interface Opened { dialog: Element; opener: HTMLElement | null }

/** An entry of a menu is gone by the time that its dialog closes; the button of the menu stays. */
function openerOf(element: HTMLElement | null): HTMLElement | null {
  const menu = element?.closest('[role=menu]');
  return menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : element;
}

const isLost = () => document.activeElement === null || document.activeElement === document.body;

/** What is nearest: what opened the dialog, else what had the focus before and is there still, else the content. */
function giveBack(opener: HTMLElement | null, before: readonly HTMLElement[]): void {
  if (!isLost()) return;
  const content = document.getElementById('content');
  const next = opener?.isConnected ? opener : before.find((one) => one.isConnected && one.closest('#content, [role=dialog]'));
  (next ?? content)?.focus({ preventScroll: next === undefined });
  if (isLost()) content?.focus({ preventScroll: true });	// it is disabled by now
}

const remembered = 16;

function keepFocus(): () => void {
  let before: HTMLElement[] = [], open: Opened[] = [];	// the last one first
  const hear = ({ target }: FocusEvent) => {
    const now = target as HTMLElement, dialog = now.closest('[role=dialog]'), last = before[0] ?? null;
    if (dialog && !dialog.contains(last) && !open.some((one) => one.dialog === dialog)) open.push({ dialog, opener: openerOf(last) });
    before = [now, ...before.filter((one) => one !== now)].slice(0, remembered);
  };
  const look = () => {
    const [closed] = open.filter(({ dialog }) => !dialog.isConnected), last = before[0];	// of several the one below, whose opener is there still
    if (!closed && (!last || last.isConnected)) return;
    const opener = closed ? closed.opener : openerOf(last ?? null);
    open = open.filter(({ dialog }) => dialog.isConnected);
    before = before.filter((one) => one.isConnected);
    requestAnimationFrame(() => giveBack(opener, before));	// what comes in its place may want the focus itself
  };
  const watch = new MutationObserver(look);
  document.addEventListener('focusin', hear);
  watch.observe(document.body, { childList: true, subtree: true });
  return () => { document.removeEventListener('focusin', hear); watch.disconnect(); };
}

export const useKeptFocus = () => useEffect(keepFocus, []);
