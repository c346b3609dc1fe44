// Questions before something is lost. With `type` the name has to be typed.
import { createContext, lazy, Suspense, useCallback, useContext, useState, type ReactNode } from 'react';
import type { Call } from '../api/call.ts';

const Asked = lazy(() => import('./confirm-dialog.tsx'));

export interface Question {
  title: string;
  text: ReactNode;
  /** What the button says: what will happen. */
  button: string;
  /** Sent in their order. */
  calls: () => readonly Call[];
  /** After it was done. */
  done?: (answer: unknown) => void;
  /** A name that has to be typed, for what cannot be undone. */
  type?: string;
  /** false: the button is not red. */
  destroys?: boolean;
}

const AskContext = createContext<(question: Question) => void>(() => {});

/** `const ask = useConfirm(); ask({ title, text, button, calls })` */
export const useConfirm = () => useContext(AskContext);

export function Questions({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question>();
  const close = useCallback(() => setQuestion(undefined), []);
  return <AskContext value={setQuestion}>{children}{question && <Suspense><Asked question={question} close={close} /></Suspense>}</AskContext>;
}
