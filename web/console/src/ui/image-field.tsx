// A picture by its address, or dropped and uploaded where the server keeps uploads.
import { Anchor, Input, Loader, TextInput } from '@mantine/core';
import { useId, useRef, useState, type DragEvent } from 'react';
import { call, type Call } from '../api/call.ts';
import { send } from '../api/client.ts';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { messageOf } from './message.ts';
import { isWebAddress } from './picture.tsx';

const mostBytes = 500 * 1024;
const kinds = ['image/svg+xml', 'image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/x-icon', 'image/vnd.microsoft.icon'];

/** For `check` of a form. */
export const addressFault = (text: string): string | undefined => text === '' || isWebAddress(text) ? undefined : t.common.error.url;

function uploadOf(file: File): Call<{ url: string }> {
  const body = new FormData();
  body.set('file', file);
  return { ...call('get', '/api/user-assets/service-status'), method: 'post', address: '/api/user-assets', body } as unknown as Call<{ url: string }>;
}

export interface ImageFieldProps { label: string; description?: string; name?: string; value: string; onChange: (address: string) => void;
  error?: string | undefined; dark?: boolean }

export function ImageField({ label, description, name, value, onChange, error, dark = false }: ImageFieldProps) {
  const { data: service } = useThing(call('get', '/api/user-assets/service-status'));
  const [fault, setFault] = useState<string>(), [sending, setSending] = useState(false), [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null), id = useId();
  const takes = service?.status === 'ready';

  async function take(file: File | undefined): Promise<void> {
    if (!file) return;
    if (file.size > mostBytes) return setFault(t.common.image.tooLarge);
    if (!kinds.includes(file.type)) return setFault(t.common.image.wrongType);
    setFault(undefined);
    setSending(true);
    try { onChange((await send(uploadOf(file))).url); } catch (failed) { setFault(messageOf(failed as Error)); }
    setSending(false);
  }
  const drop = (event: DragEvent) => { event.preventDefault(); setOver(false); void take(event.dataTransfer.files[0]); };
  const drag = (event: DragEvent) => { event.preventDefault(); setOver(true); };

  return <Input.Wrapper id={id} label={label} description={description} error={fault ?? error}>
    <div className={`image-field${over ? ' over' : ''}`} {...(takes ? { onDrop: drop, onDragOver: drag, onDragLeave: () => setOver(false) } : {})}>
      <div className={`shown${dark ? ' dark' : ''}`}>{sending ? <Loader size="xs" aria-label={t.common.image.uploading} />
        : value && isWebAddress(value) && <img src={value} alt="" referrerPolicy="no-referrer" />}</div>
      <div className="grow">
        <TextInput id={id} name={name} value={value} onChange={(event) => { setFault(undefined); onChange(event.currentTarget.value); }}
          placeholder="https://" aria-invalid={Boolean(fault ?? error)} inputMode="url" />
        {takes && <span className="hint">{t.common.image.drop} <Anchor component="button" type="button" size="xs" aria-label={`${label}: ${t.common.image.choose}`}
          onClick={() => input.current?.click()}>{t.common.image.choose}</Anchor>{t.common.image.stop} {t.common.image.formats}</span>}
        {takes && <input ref={input} type="file" hidden accept={kinds.join(',')} aria-label={`${label}: ${t.common.image.choose}`}
          onChange={(event) => { void take(event.currentTarget.files?.[0]); event.currentTarget.value = ''; }} />}
      </div>
    </div>
  </Input.Wrapper>;
}
