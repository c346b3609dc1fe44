// What a person takes along: a text to copy, and a file to download.
import { useEffect, useState } from 'preact/hooks';
import { t } from './page.ts';

/** Also without a clipboard, which browsers give to secure addresses only. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) { await navigator.clipboard.writeText(text); return; }
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}

export function CopyButton({ text, label = t('mfa.copy') }: { text: string; label?: string }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 2000);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <button type="button" class="button button-secondary" onClick={() => void copyText(text).then(() => setDone(true))}>
      <span aria-live="polite">{done ? t('mfa.copied') : label}</span></button>
  );
}

export function DownloadButton({ text, name, label = t('mfa.download') }: { text: string; name: string; label?: string }) {
  const save = () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  return <button type="button" class="button button-secondary" onClick={save}>{label}</button>;
}
