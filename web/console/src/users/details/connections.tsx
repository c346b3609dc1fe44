// Accounts elsewhere: social ones, and those of enterprise SSO.
import { Button, Modal, TextInput } from '@mantine/core';
import { IconBuilding, IconCode, IconLinkOff, IconPlus, IconWorld } from '@tabler/icons-react';
import { useState } from 'react';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { Card } from '../../ui/details.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { needed } from '../../ui/form.ts';
import { Lines, type Line } from '../../ui/lines.tsx';
import { identities, linkIdentity, removeIdentity, type Identities, type User } from '../api.ts';

function Link({ it, close }: { it: User; close: () => void }) {
  return <FormDialog title={t.users.link} button={t.users.link} initial={{ target: '', userId: '' }} close={close} done={close} check={(values) => needed(values, 'target', 'userId')}
    codes={{ 'user.identity_already_in_use': 'userId' }} calls={({ target, userId }) => [linkIdentity(it.id, target.trim(), { userId: userId.trim() })]}>
    {(form) => <>
      <p className="none">{t.users.linkText}</p>
      <TextInput data-autofocus required label={t.users.target} description={t.users.targetHelp} maxLength={128} {...form.field('target')} />
      <TextInput required label={t.users.externalId} maxLength={256} {...form.field('userId')} />
    </>}
  </FormDialog>;
}

const text = (value: unknown): string | undefined => typeof value === 'string' && value !== '' ? value : undefined;

function linesOf({ socialIdentities, ssoIdentities }: Identities, show: (line: { name: string; of: unknown }) => void, drop: (target: string) => void): Line[] {
  const details = (name: string, of: unknown) => ({ label: t.users.manage, icon: IconCode, run: () => show({ name, of }) });
  return [...socialIdentities.map(({ target, identity }): Line => ({ id: target, name: target, icon: <IconWorld size={20} stroke={1.5} />, title: <bdi>{target}</bdi>,
    detail: <bdi>{[text(identity.details?.['email']) ?? text(identity.details?.['name']), identity.userId].filter(Boolean).join(' · ')}</bdi>,
    actions: [details(target, identity), { label: t.users.unlink, icon: IconLinkOff, danger: true, run: () => drop(target) }] })),
  ...ssoIdentities.map((one, i): Line => {
    const id = text(one['ssoConnectorId']) ?? String(i), identity = one['ssoIdentity'] as { identityId?: unknown; issuer?: unknown } | undefined;
    return { id: `sso ${id}`, name: id, icon: <IconBuilding size={20} stroke={1.5} />, title: <>{t.users.enterprise} <bdi>{text(identity?.issuer) ?? id}</bdi></>,
      detail: <bdi>{text(identity?.identityId)}</bdi>, actions: [details(id, one)] };
  })];
}

export function Connections({ it }: { it: User }) {
  const { data, error, refetch } = useThing(identities(it.id)), ask = useConfirm();
  const [links, setLinks] = useState(false), [shown, setShown] = useState<{ name: string; of: unknown }>();
  const drop = (target: string) => ask({ title: t.users.unlink, text: t.users.unlinkText(target), button: t.users.unlink, calls: () => [removeIdentity(it.id, target)] });
  return <Card title={t.users.connections} text={t.users.connectionsText} wide
    action={<Button variant="default" leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => setLinks(true)}>{t.users.link}</Button>}>
    <Lines label={t.users.connections} lines={data && linesOf(data, setShown, drop)} error={error} retry={() => void refetch()} nothing={t.users.connectionsNone} />
    {links && <Link it={it} close={() => setLinks(false)} />}
    {shown && <Modal opened onClose={() => setShown(undefined)} title={shown.name} size={640} closeButtonProps={{ 'aria-label': t.common.close }}>
      <CodeBlock label={t.users.manage} text={JSON.stringify(shown.of, null, 2)} /></Modal>}
  </Card>;
}
