// What can be done to a webhook beside its settings, from the list, the head of its page and its danger zone.
import { IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { t } from '../locales/index.ts';
import { useConfirm, type Question } from '../ui/confirm.tsx';
import type { Action } from '../ui/row-menu.tsx';
import { useToast } from '../ui/toast.tsx';
import { base, remove, update, type Hook } from './api.ts';

const words = t.webhooks;

const toDisable = ({ id }: Hook): Question => ({ title: words.state.disableTitle, text: words.state.disableText, button: words.state.disable, destroys: false,
  calls: () => [update(id, { enabled: false })] });
const toEnable = ({ id }: Hook): Question => ({ title: words.state.enableTitle, text: words.state.enableText, button: words.state.enable, destroys: false,
  calls: () => [update(id, { enabled: true })] });
const toDelete = ({ id }: Hook): Question => ({ title: words.delete, text: words.deleteText, button: words.delete, calls: () => [remove(id)] });

/** Each asks first. */
export function useHookActions() {
  const ask = useConfirm(), navigate = useNavigate(), say = useToast();
  return {
    turn: (hook: Hook) => ask(hook.enabled ? toDisable(hook) : { ...toEnable(hook), done: () => say(words.state.enabled) }),
    drop: (hook: Hook) => ask({ ...toDelete(hook), done: () => void navigate({ to: base }) }),
  };
}

export const actionsOf = (hook: Hook, { turn, drop }: ReturnType<typeof useHookActions>): Action[] => [
  hook.enabled ? { label: words.state.disable, icon: IconPlayerPause, run: () => turn(hook) } : { label: words.state.enable, icon: IconPlayerPlay, run: () => turn(hook) },
  { label: t.common.delete, icon: IconTrash, danger: true, run: () => drop(hook) },
];
