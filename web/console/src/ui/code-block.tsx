import { CopyButton } from './copy-field.tsx';

/** Several lines to read and copy; `wraps`: lines may be longer than anybody's screen, as those of a machine are. */
export function CodeBlock({ text, label, wraps = false }: { text: string; label: string; wraps?: boolean }) {
  return <div className={`code-block${wraps ? ' wraps' : ''}`}><CopyButton value={text} /><pre tabIndex={0} role="region" aria-label={label}>{text}</pre></div>;
}
