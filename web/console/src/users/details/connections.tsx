// Accounts elsewhere: social ones, and those of enterprise SSO.
import { Button, Modal, Text, TextInput } from '@mantine/core';
import { IconBuilding, IconCode, IconLinkOff, IconPlus, IconWorld } from '@tabler/icons-react';
import { useState } from 'react';
import type { AnswerOf } from '../../api/call.ts';
import { useThing } from '../../api/query.ts';
import { language, t } from '../../locales/index.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { Card } from '../../ui/details.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { needed } from '../../ui/form.ts';
import { Lines, type Line } from '../../ui/lines.tsx';
import { connectors, identities, linkIdentity, removeIdentity, type Identities, type User } from '../api.ts';
import { SsoConnectorLink } from '../links.tsx';

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

interface Shown { name: string; of: unknown; isEnterprise?: boolean }
type Connectors = AnswerOf<'get', '/api/connectors'>;

/** What the connector to the provider is called; without one, the provider's own name in the account. */
function providerName(target: string, connectors: Connectors): string {
  const name = connectors.find((one) => one.type === 'Social' && one.target === target)?.name;
  return text(name?.[language]) ?? text(name?.['en']) ?? target;
}

function linesOf({ socialIdentities, ssoIdentities }: Identities, connectors: Connectors, show: (line: Shown) => void, drop: (target: string) => void): Line[] {
  const details = (of: Shown) => ({ label: t.users.manage, icon: IconCode, run: () => show(of) });
  return [...socialIdentities.map(({ target, identity }): Line => ({ id: target, name: target, icon: <IconWorld size={20} stroke={1.5} />, title: <bdi>{providerName(target, connectors)}</bdi>,
    detail: <bdi>{[text(identity.details?.['email']) ?? text(identity.details?.['name']), identity.userId].filter(Boolean).join(' · ')}</bdi>,
    actions: [details({ name: target, of: identity }), { label: t.users.unlink, icon: IconLinkOff, danger: true, run: () => drop(target) }] })),
  ...ssoIdentities.map(({ ssoConnectorId, ssoIdentity: account }): Line => {
    const name = text(account.detail['email']) ?? account.identityId;
    return { id: account.id, name, icon: <IconBuilding size={20} stroke={1.5} />, title: <SsoConnectorLink id={ssoConnectorId} />,
      detail: <bdi>{[...new Set([name, account.identityId, account.issuer])].join(' · ')}</bdi>,
      extra: <span className="extra">{t.users.enterprise}</span>, actions: [details({ name, of: account, isEnterprise: true })] };
  })];
}

export function Connections({ it }: { it: User }) {
  const { data, error, refetch } = useThing(identities(it.id)), known = useThing(connectors()).data, ask = useConfirm();
  const [links, setLinks] = useState(false), [shown, setShown] = useState<Shown>();
  const drop = (target: string) => ask({ title: t.users.unlink, text: t.users.unlinkText(target), button: t.users.unlink, calls: () => [removeIdentity(it.id, target)] });
  return <Card title={t.users.connections} text={t.users.connectionsText} wide
    action={<Button variant="default" leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => setLinks(true)}>{t.users.link}</Button>}>
    <Lines label={t.users.connections} lines={data && linesOf(data, known ?? [], setShown, drop)} error={error} retry={() => void refetch()} nothing={t.users.connectionsNone} />
    {links && <Link it={it} close={() => setLinks(false)} />}
    {shown && <Modal opened onClose={() => setShown(undefined)} title={shown.name} size={640} closeButtonProps={{ 'aria-label': t.common.close }}>
      {shown.isEnterprise && <Text c="dimmed">{t.users.enterpriseText}</Text>}
      <CodeBlock label={t.users.manage} text={JSON.stringify(shown.of, null, 2)} /></Modal>}
  </Card>;
}
