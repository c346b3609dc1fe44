// What the application is called by and where it finds the server; its secrets.
import { Badge, Button, Select, TextInput } from '@mantine/core';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '../../locales/index.ts';
import { page } from '../../page.ts';
import { Callout } from '../../ui/callout.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { CopyField, SecretField } from '../../ui/copy-field.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Card } from '../../ui/details.tsx';
import { Empty } from '../../ui/empty.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { needed } from '../../ui/form.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { createSecret, removeLegacySecret, removeSecret, renameSecret, secrets, type Application, type Secret } from '../api.ts';
import { isDevice, isMachine } from '../kinds.tsx';

const oidc = `${page.apiEndpoint}/oidc`;

export function Credentials({ app }: { app: Application }) {
  const [whole, setWhole] = useState(false), { endpoints } = t.applications;
  const more: [string, string][] = [[endpoints.issuer, oidc], [endpoints.jwks, `${oidc}/jwks`],
    ...(isMachine(app) ? [] : isDevice(app) ? [[endpoints.device, `${oidc}/device/auth`] as [string, string]] : [[endpoints.authorization, `${oidc}/auth`] as [string, string]]),
    [endpoints.token, `${oidc}/token`], ...(isMachine(app) ? [] : [[endpoints.userinfo, `${oidc}/me`], [endpoints.end, `${oidc}/session/end`]] as [string, string][])];
  return <Card title={endpoints.card}>
    <CopyField label={t.applications.id} value={app.id} help={endpoints.idHelp} />
    <CopyField label={endpoints.server} value={page.apiEndpoint} help={endpoints.serverHelp} />
    <CopyField label={endpoints.discovery} value={`${oidc}/.well-known/openid-configuration`} />
    {whole && more.map(([label, value]) => <CopyField key={label} label={label} value={value} />)}
    <Button variant="subtle" size="compact-sm" type="button" aria-expanded={whole} onClick={() => setWhole(!whole)}>{whole ? endpoints.less : endpoints.more}</Button>
  </Card>;
}

const day = 86_400_000;
const isOver = ({ expiresAt }: Secret) => expiresAt !== null && expiresAt <= Date.now();

function CreateSecret({ id, close }: { id: string; close: () => void }) {
  const { secret } = t.applications;
  const choices = [{ value: 'never', label: secret.never }, ...['7', '30', '180', '365'].map((value) => ({ value, label: secret.days(Number(value)) }))];
  return <FormDialog title={secret.create} button={secret.create} initial={{ name: '', expiresAt: 'never' }} close={close} done={close}
    check={(values) => needed(values, 'name')} codes={{ 'application.secret_name_exists': 'name' }}
    calls={({ name, expiresAt }) => [createSecret(id, { name: name.trim(), expiresAt: expiresAt === 'never' ? null : Date.now() + Number(expiresAt) * day })]}>
    {(form) => <>
      <TextInput data-autofocus required label={t.common.name} description={secret.nameHelp} maxLength={256} {...form.field('name')} />
      <Select label={secret.expires} data={choices} allowDeselect={false} {...form.field('expiresAt')} />
    </>}
  </FormDialog>;
}

function RenameSecret({ id, name: before, close }: { id: string; name: string; close: () => void }) {
  const { secret } = t.applications;
  return <FormDialog title={secret.rename} button={t.common.save} initial={{ name: before }} close={close} done={close} check={(values) => needed(values, 'name')}
    codes={{ 'application.secret_name_exists': 'name' }} calls={({ name }) => [renameSecret(id, before, name.trim())]}>
    {(form) => <TextInput data-autofocus required label={t.common.name} maxLength={256} {...form.field('name')} />}
  </FormDialog>;
}

/** A secret of before applications had several: it can only be taken away. */
function LegacySecret({ app, value }: { app: Application; value: string }) {
  const ask = useConfirm(), { secret } = t.applications;
  return <Callout kind="warning" title={secret.legacy}>
    {secret.legacyText}
    <div className="legacy-secret"><SecretField label={secret.legacy} value={value} inRow />
      <Button variant="outline" color="danger" size="compact-sm" onClick={() => ask({ title: secret.delete, text: secret.deleteText, button: secret.delete,
        calls: () => [removeLegacySecret(app.id)] })}>{secret.delete}</Button></div>
  </Callout>;
}

export function Secrets({ app }: { app: Application }) {
  const [open, setOpen] = useState<'create' | Secret>(), ask = useConfirm(), { secret } = t.applications;
  const begin = <Button variant="default" leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => setOpen('create')}>{secret.create}</Button>;
  const expiry = ({ expiresAt }: Secret) => expiresAt === null ? secret.never : <RelativeTime at={expiresAt} />;
  const menu = (row: Secret) => [
    ...(isOver(row) ? [] : [{ label: secret.rename, icon: IconPencil, run: () => setOpen(row) }]),
    { label: t.common.delete, icon: IconTrash, danger: true, run: () => ask({ title: secret.delete, text: secret.deleteText, button: secret.delete,
      calls: () => [removeSecret(app.id, row.name)] }) },
  ];
  return <section className="titled" aria-label={secret.card}>
    <div className="titled-head"><div className="grow"><h2>{secret.card}</h2><p>{secret.text}</p></div>{begin}</div>
    {app.secret && <LegacySecret app={app} value={app.secret} />}
    <DataTable label={secret.card} list={() => secrets(app.id)} whole={({ name }) => name} in="secret-" id={({ name }) => name} name={({ name }) => name} menu={menu}
      columns={[
        { title: t.common.name, cell: (row) => <span className="lines">
          <span className="tags"><bdi>{row.name}</bdi>{isOver(row) && <Badge variant="light" color="danger">{secret.over}</Badge>}</span>
          <span className="detail narrow">{secret.expires}: {expiry(row)}</span></span> },
        { title: secret.value, cell: (row) => <SecretField label={secret.of(row.name)} value={row.value} inRow /> },
        { title: secret.expires, cell: expiry, align: 'right', wide: true },
        { title: t.common.created, cell: ({ createdAt }) => <RelativeTime at={createdAt} />, align: 'right', wide: true },
      ]}
      empty={<div className="card"><Empty drawing="key" text={secret.empty} calls={() => [createSecret(app.id, { name: 'production' })]} /></div>} />
    {open === 'create' && <CreateSecret id={app.id} close={() => setOpen(undefined)} />}
    {open && open !== 'create' && <RenameSecret id={app.id} name={open.name} close={() => setOpen(undefined)} />}
  </section>;
}
