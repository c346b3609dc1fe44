// Personal access tokens.
import { Badge, Button, Select, TextInput } from '@mantine/core';
import { IconKey, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { SecretField } from '../../ui/copy-field.tsx';
import { Card } from '../../ui/details.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { needed } from '../../ui/form.ts';
import { Lines, type Line } from '../../ui/lines.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { createToken, removeToken, renameToken, tokens, type Token, type User } from '../api.ts';

const expiries = Object.keys(t.users.tokenExpiries) as (keyof typeof t.users.tokenExpiries)[];
const dayMs = 86_400_000;
const nameTaken = { 'user.personal_access_token_name_exists': 'name' } as const;

function CreateToken({ it, close }: { it: User; close: () => void }) {
  const [now] = useState(Date.now);
  return <FormDialog title={t.users.createToken} button={t.users.createToken} initial={{ name: '', expiry: '7' as string }} close={close} done={close} codes={nameTaken}
    check={(values) => needed(values, 'name')} paths={{ expiry: 'expiresAt' }}
    calls={({ name, expiry }) => [createToken(it.id, { name: name.trim(), expiresAt: expiry === 'never' ? null : now + Number(expiry) * dayMs })]}>
    {(form) => <>
      <TextInput data-autofocus required label={t.users.tokenName} maxLength={256} autoComplete="off" {...form.field('name')} />
      <Select label={t.users.tokenExpiry} allowDeselect={false} data={expiries.map((value) => ({ value, label: t.users.tokenExpiries[value] }))} {...form.field('expiry')} />
    </>}
  </FormDialog>;
}

function RenameToken({ it, token, close }: { it: User; token: Token; close: () => void }) {
  return <FormDialog title={t.users.renameToken} button={t.users.rename} initial={{ name: token.name }} close={close} done={close} codes={nameTaken}
    check={(values) => needed(values, 'name')} calls={({ name }) => [renameToken(it.id, token.name, name.trim())]}>
    {(form) => <TextInput data-autofocus required label={t.users.tokenName} maxLength={256} autoComplete="off" {...form.field('name')} />}
  </FormDialog>;
}

const isOver = ({ expiresAt }: Token) => expiresAt !== null && expiresAt <= Date.now();

function lineOf(token: Token, rename: () => void, drop: () => void): Line {
  const { name, value, createdAt, expiresAt } = token, over = isOver(token);
  return { id: name, name, icon: <IconKey size={20} stroke={1.5} />, title: <><bdi>{name}</bdi> {over && <Badge variant="light" className="warning">{t.users.ended}</Badge>}</>,
    detail: <>{t.common.created} <RelativeTime at={createdAt} /> · {expiresAt === null ? t.users.never : <>{over ? t.users.ended : t.users.expires} <RelativeTime at={expiresAt} /></>}</>,
    extra: <div className="token-value"><SecretField label={t.users.tokenValue(name)} value={value} inRow /></div>,
    actions: [{ label: t.users.rename, icon: IconPencil, run: rename }, { label: t.users.deleteToken, icon: IconTrash, danger: true, run: drop }] };
}

export function Tokens({ it }: { it: User }) {
  const { data, error, refetch } = useThing(tokens(it.id)), ask = useConfirm();
  const [creates, setCreates] = useState(false), [renames, setRenames] = useState<Token>();
  const drop = ({ name }: Token) => ask({ title: t.users.deleteToken, text: t.users.deleteTokenText(name), button: t.users.deleteToken, calls: () => [removeToken(it.id, name)] });
  return <Card title={t.users.tokens} text={t.users.tokensText} wide
    action={<Button variant="default" leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => setCreates(true)}>{t.users.createToken}</Button>}>
    <Lines label={t.users.tokens} lines={data?.map((one) => lineOf(one, () => setRenames(one), () => drop(one)))} error={error} retry={() => void refetch()} nothing={t.users.tokensNone} />
    {creates && <CreateToken it={it} close={() => setCreates(false)} />}
    {renames && <RenameToken it={it} token={renames} close={() => setRenames(undefined)} />}
  </Card>;
}
