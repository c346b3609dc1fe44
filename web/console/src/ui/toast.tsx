// Short news that nobody must act on: "Saved". Errors do not belong here.
import { Button, CloseButton } from '@mantine/core';
import { createContext, useCallback, useContext, useRef, useState, type ReactNode } from 'react';
import { t } from '../locales/index.ts';

interface Toast { id: number; text: string; undo?: () => void }
type Say = (text: string, undo?: () => void) => void;

const ToastContext = createContext<Say>(() => {});
const shownMs = 4000, undoMs = 8000;

/** `say(t.common.saved)`, or with something that takes it back. */
export const useToast = (): Say => useContext(ToastContext);

export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]), last = useRef(0);
  const drop = (id: number) => setToasts((all) => all.filter((one) => one.id !== id));
  const say = useCallback<Say>((text, undo) => {
    const id = ++last.current;
    setToasts((all) => [...all.slice(-2), { id, text, ...(undo ? { undo } : {}) }]);
    setTimeout(() => drop(id), undo ? undoMs : shownMs);
  }, []);
  return <ToastContext value={say}>
    {children}
    <div className="toasts" role="status" aria-live="polite">{toasts.map((one) => <div key={one.id} className="toast">
      <span>{one.text}</span>
      {one.undo && <Button size="compact-sm" variant="subtle" onClick={() => { drop(one.id); one.undo?.(); }}>{t.common.undo}</Button>}
      <CloseButton size="sm" aria-label={t.common.close} onClick={() => drop(one.id)} />
    </div>)}</div>
  </ToastContext>;
}
