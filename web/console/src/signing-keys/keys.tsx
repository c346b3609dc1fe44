// The keys that sign tokens, and those that sign cookies.
import { Badge, Button } from '@mantine/core';
import { IconCookie, IconKey, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { page } from '../page.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { CopyField, CopyId } from '../ui/copy-field.tsx';
import { Card } from '../ui/details.tsx';
import { Lines, type Line } from '../ui/lines.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { useToast } from '../ui/toast.tsx';
import { cookieKeys, removeCookieKey, removeSigningKey, rotateCookieKey, signingKeys, type CookieKey, type SigningKey } from './api.ts';
import { RotateSigningKey } from './rotate.tsx';

const words = t.signingKeys, icon = { size: 20, stroke: 1.5 };

/** Of keys the API tells the time in seconds. */
const made = (seconds: number) => <>{words.made} <RelativeTime at={seconds * 1000} /></>;

function signingLine({ id, status, signingKeyAlgorithm, createdAt, effectiveAt }: SigningKey, drop: () => void): Line {
  return { id, name: id, icon: <IconKey {...icon} />, title: <CopyId value={id} label={words.id} />,
    detail: <>{words.signing.algorithms[signingKeyAlgorithm]} · {made(createdAt)}{effectiveAt !== undefined && <> · {words.signing.signsFrom} <RelativeTime at={effectiveAt} /></>}</>,
    extra: <Badge variant={status === 'Current' ? 'light' : 'default'}>{words.signing.status[status]}</Badge>,
    actions: status === 'Previous' ? [{ label: words.delete, icon: IconTrash, danger: true, run: drop }] : [] };
}

export function SigningKeys() {
  const { data, error, refetch } = useThing(signingKeys()), ask = useConfirm(), [rotates, setRotates] = useState(false);
  const drop = (id: string) => ask({ title: words.delete, text: words.signing.deleteText, button: words.delete, calls: () => [removeSigningKey(id)] });
  return <Card title={words.signing.title} text={words.signing.text} wide
    action={data && <Button variant="default" onClick={() => setRotates(true)}>{words.signing.rotate}</Button>}>
    <Lines label={words.signing.title} lines={data?.map((one) => signingLine(one, () => drop(one.id)))} error={error} retry={() => void refetch()} nothing={t.common.table.nothing} />
    <CopyField label={words.signing.publicKeys} value={`${page.apiEndpoint}/oidc/jwks`} help={words.signing.publicKeysHelp} />
    {data && rotates && <RotateSigningKey keys={data} close={() => setRotates(false)} />}
  </Card>;
}

/** The newest signs; with one key alone there is none to delete. */
function cookieLine({ id, createdAt }: CookieKey, i: number, count: number, drop: () => void): Line {
  return { id, name: id, icon: <IconCookie {...icon} />, title: <CopyId value={id} label={words.id} />, detail: made(createdAt),
    extra: <Badge variant={i === 0 ? 'light' : 'default'}>{words.signing.status[i === 0 ? 'Current' : 'Previous']}</Badge>,
    actions: count > 1 ? [{ label: words.delete, icon: IconTrash, danger: true, run: drop }] : [] };
}

export function CookieKeys() {
  const { data, error, refetch } = useThing(cookieKeys()), ask = useConfirm(), say = useToast();
  const rotate = (count: number) => ask({ title: words.cookie.rotate, text: count > 1 ? words.cookie.rotateLoses : words.cookie.rotateText, button: words.cookie.rotate,
    destroys: count > 1, calls: () => [rotateCookieKey()], done: () => say(words.cookie.rotated) });
  const drop = (id: string) => ask({ title: words.delete, text: words.cookie.deleteText, button: words.delete, calls: () => [removeCookieKey(id)] });
  return <Card title={words.cookie.title} text={words.cookie.text} wide
    action={data && <Button variant="default" onClick={() => rotate(data.length)}>{words.cookie.rotate}</Button>}>
    <Lines label={words.cookie.title} lines={data?.map((one, i) => cookieLine(one, i, data.length, () => drop(one.id)))} error={error} retry={() => void refetch()}
      nothing={t.common.table.nothing} />
  </Card>;
}
