// Values to copy: ids, addresses, secrets.
import { ActionIcon, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy, IconEye, IconEyeOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { t } from '../locales/index.ts';

export function CopyButton({ value, label }: { value: string; label?: string }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1500);
    return () => clearTimeout(timer);
  }, [done]);
  const name = done ? t.common.copied : label ? `${t.common.copy}: ${label}` : t.common.copy;
  return <Tooltip label={done ? t.common.copied : t.common.copy} openDelay={0}>
    <ActionIcon size={24} className="copy" aria-label={name} onClick={(event) => {
      event.stopPropagation();
      void navigator.clipboard.writeText(value).then(() => setDone(true));
    }}>{done ? <IconCheck size={16} stroke={1.5} /> : <IconCopy size={16} stroke={1.5} />}</ActionIcon>
  </Tooltip>;
}

/** An id in a line of text. */
export function CopyId({ value, label }: { value: string; label?: string }) {
  return <span className="copy-id"><code>{value}</code><CopyButton value={value} {...(label ? { label } : {})} /></span>;
}

/** A labelled value that cannot be changed. */
export function CopyField({ label, value, help }: { label: string; value: string; help?: string }) {
  return <div className="copy-field">
    <span className="label">{label}</span>
    <div className="value"><code>{value}</code><CopyButton value={value} label={label} /></div>
    {help && <Text size="xs" c="dimmed">{help}</Text>}
  </div>;
}

/** A secret: hidden until somebody wants to see it. */
export function SecretField({ label, value, inRow = false }: { label?: string; value: string;
  /** In a row of a table: without frame, and the label is only for a screen reader. */
  inRow?: boolean }) {
  const [shown, setShown] = useState(false);
  return <div className={`copy-field${inRow ? ' in-row' : ''}`}>
    {label && !inRow && <span className="label">{label}</span>}
    <div className="value"><code>{shown ? value : '•'.repeat(inRow ? 12 : 24)}</code>
      <ActionIcon size={24} aria-label={`${shown ? t.common.hide : t.common.show}${label ? `: ${label}` : ''}`} aria-pressed={shown}
        onClick={() => setShown(!shown)}>{shown ? <IconEyeOff size={16} stroke={1.5} /> : <IconEye size={16} stroke={1.5} />}</ActionIcon>
      <CopyButton value={value} {...(label ? { label } : {})} /></div>
  </div>;
}
