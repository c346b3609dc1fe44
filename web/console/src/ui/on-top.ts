// Dialogs over dialogs: Escape closes only the one on top.
import { useEffect, useId, useSyncExternalStore } from 'react';

let open: readonly string[] = [];
const listeners = new Set<() => void>();

function put(next: readonly string[]): void {
  open = next;
  for (const tell of listeners) tell();
}

function listen(tell: () => void): () => void {
  listeners.add(tell);
  return () => { listeners.delete(tell); };
}

/** For `closeOnEscape` of a dialog over which another one may open. */
export function useOnTop(): boolean {
  const id = useId();
  useEffect(() => {
    put([...open, id]);
    return () => put(open.filter((one) => one !== id));
  }, [id]);
  return useSyncExternalStore(listen, () => open.at(-1) === id);
}
