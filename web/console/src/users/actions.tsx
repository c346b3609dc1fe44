// What can be done to a user as a whole, from the list and from the page.
import { IconBan, IconTrash, IconUserCheck } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import { useConfirm } from '../ui/confirm.tsx';
import type { Bulk } from '../ui/data-table.tsx';
import type { Action } from '../ui/row-menu.tsx';
import { remove, suspend, type ListedUser } from './api.ts';
import { displayName } from './name.ts';

/** `organizations`: in how many they are, where that is known; `removed`: after the deletion. */
export function useUserActions() {
  const ask = useConfirm();
  const suspension = (user: ListedUser) => user.isSuspended
    ? ask({ title: t.users.reactivate, text: t.users.reactivateText, button: t.users.reactivate, destroys: false, calls: () => [suspend(user.id, false)] })
    : ask({ title: t.users.suspend, text: t.users.suspendText, button: t.users.suspend, calls: () => [suspend(user.id, true)] });
  const deletion = (user: ListedUser, organizations: number | undefined, removed?: () => void) => ask({ title: t.users.delete,
    text: organizations === undefined ? t.users.deleteAnyText : t.users.deleteText(organizations),
    button: t.users.delete, type: displayName(user), calls: () => [remove(user.id)], ...(removed ? { done: removed } : {}) });
  return { suspension, deletion };
}

export function useUserMenu() {
  const { suspension, deletion } = useUserActions();
  return (user: ListedUser, organizations?: number, removed?: () => void): Action[] => [
    { label: user.isSuspended ? t.users.reactivate : t.users.suspend, icon: user.isSuspended ? IconUserCheck : IconBan, run: () => suspension(user) },
    { label: t.users.delete, icon: IconTrash, danger: true, run: () => deletion(user, organizations, removed) },
  ];
}

export function useUserBulk(): Bulk<ListedUser>[] {
  const ask = useConfirm();
  return [
    { label: t.users.suspend, icon: IconBan, run: (users, clear) => ask({ title: t.users.suspendMany(users.length), text: t.users.suspendText,
      button: t.users.suspendMany(users.length), calls: () => users.map(({ id }) => suspend(id, true)), done: clear }) },
    { label: t.users.delete, icon: IconTrash, danger: true, run: (users, clear) => ask({ title: t.users.deleteMany(users.length), text: t.users.deleteManyText,
      button: t.users.deleteMany(users.length), type: String(users.length), calls: () => users.map(({ id }) => remove(id)), done: clear }) },
  ];
}
