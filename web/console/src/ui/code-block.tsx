import { CopyButton } from './copy-field.tsx';

/** Several lines to read and copy. */
export function CodeBlock({ text, label }: { text: string; label: string }) {
  return <div className="code-block"><CopyButton value={text} /><pre tabIndex={0} role="region" aria-label={label}>{text}</pre></div>;
}
