// The keys with which requests are signed and answers decrypted.
import { Badge, Button } from '@mantine/core';
import { IconDownload, IconKey, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useChange, useThing } from '../../api/query.ts';
import { language, t } from '../../locales/index.ts';
import { later } from '../../locales/later.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { Card } from '../../ui/details.tsx';
import { Refused } from '../../ui/failure.tsx';
import { Lines, type Line } from '../../ui/lines.tsx';
import { keys, makeKey, removeKey, setKey, type SigningKey } from '../api.ts';

const words = later.enterpriseSso.keys;

function download({ id, certificate }: SigningKey): void {
  const address = URL.createObjectURL(new Blob([certificate], { type: 'application/x-pem-file' })), link = document.createElement('a');
  link.href = address;
  link.download = `${id}.pem`;
  link.click();
  URL.revokeObjectURL(address);
}

export function KeysCard({ id }: { id: string }) {
  const { data, error, refetch } = useThing(keys(id)), change = useChange(), ask = useConfirm();
  const line = (key: SigningKey): Line => ({ id: key.id, name: key.id, icon: <IconKey size={20} stroke={1.5} />, title: <code>{key.fingerprints.sha256.formatted.slice(0, 23)}…</code>,
    detail: words.until(new Date(key.expiresAt).toLocaleDateString(language, { dateStyle: 'long' })),
    extra: <Badge variant={key.active ? 'light' : 'default'}>{key.active ? words.active : words.resting}</Badge>,
    actions: [{ label: words.download, icon: IconDownload, run: () => download(key) },
      key.active ? { label: words.deactivate, icon: IconPlayerPause, run: () => change.mutate([setKey(id, key.id, false)]) }
        : { label: words.activate, icon: IconPlayerPlay, run: () => change.mutate([setKey(id, key.id, true)]) },
      ...(key.active ? [] : [{ label: t.common.delete, icon: IconTrash, danger: true,
        run: () => ask({ title: words.delete, text: words.deleteText, button: words.delete, calls: () => [removeKey(id, key.id)] }) }])] });
  // the first one is active at once
  return <Card title={words.title} text={words.text} wide
    action={data && <Button variant="default" loading={change.isPending} onClick={() => change.mutate([makeKey(id, data.length === 0)])}>{words.make}</Button>}>
    {change.error && <Refused error={change.error} />}
    <Lines label={words.title} lines={data?.map(line)} error={error} retry={() => void refetch()} nothing={words.none} />
  </Card>;
}
