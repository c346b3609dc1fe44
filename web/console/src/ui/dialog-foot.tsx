import type { ReactNode } from 'react';
import type { Call } from '../api/call.ts';
import { ApiCall } from './api-call.tsx';

/** The end of a dialog: left what it would send, right its buttons, which stay beside each other where both sides are too long for one line. */
export function DialogFoot({ calls, children }: { calls?: () => readonly Call[] | undefined; children: ReactNode }) {
  return <div className="dialog-foot">{calls && <ApiCall calls={calls} />}<div className="buttons">{children}</div></div>;
}
