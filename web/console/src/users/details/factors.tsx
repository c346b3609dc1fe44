// Second factors and passkeys: those that are set up, and the codes that the tenant sends to what the user has.
import { Anchor, Button, Menu } from '@mantine/core';
import { IconDeviceMobile, IconFingerprint, IconMail, IconMessage, IconPlus, IconListNumbers, IconTrash } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { agentName } from '../../../../shared/agent.ts';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import type { Icon } from '../../routes.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { SecretField } from '../../ui/copy-field.tsx';
import { Card } from '../../ui/details.tsx';
import { Lines, type Line } from '../../ui/lines.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { addFactor, factors, removeFactor, signInRules, type Factor, type NewFactor, type User } from '../api.ts';
import { Revealed } from '../revealed.tsx';

type Kind = keyof typeof t.users.factorNames;
const icons: Record<Kind, Icon> = { Totp: IconDeviceMobile, WebAuthn: IconFingerprint, BackupCode: IconListNumbers, EmailVerificationCode: IconMail, PhoneVerificationCode: IconMessage };
const iconOf = (kind: Kind) => { const It = icons[kind]; return <It size={20} stroke={1.5} />; };
const at = (iso: string) => <RelativeTime at={Date.parse(iso)} />;

const nameOf = ({ type, name, agent }: Factor): string => type === 'WebAuthn' ? name ?? agentName(agent) ?? t.users.factorNames.WebAuthn : t.users.factorNames[type];

function detailOf({ type, createdAt, lastUsedAt, remainCodes }: Factor) {
  return <>{type === 'WebAuthn' && `${t.users.factorNames.WebAuthn} · `}{type === 'BackupCode' && `${t.users.codesLeft(remainCodes ?? 0)} · `}
    {t.users.since} {at(createdAt)}{lastUsedAt && <> · {t.users.lastUsed} {at(lastUsedAt)}</>}</>;
}

/** Others first, then codes by mail and SMS (they belong to the addresses and cannot be removed), backup codes last. */
function linesOf(set: Factor[], sent: { kind: Kind; to: string }[], drop: (factor: Factor) => void): Line[] {
  const line = (one: Factor): Line => ({ id: one.id, name: nameOf(one), title: <bdi>{nameOf(one)}</bdi>, detail: detailOf(one), icon: iconOf(one.type),
    actions: [{ label: t.users.removeFactor, icon: IconTrash, danger: true, run: () => drop(one) }] });
  return [...set.filter(({ type }) => type !== 'BackupCode').map(line),
    ...sent.map(({ kind, to }): Line => ({ id: kind, name: t.users.factorNames[kind], title: t.users.factorNames[kind], detail: <bdi>{to}</bdi>, icon: iconOf(kind) })),
    ...set.filter(({ type }) => type === 'BackupCode').map(line)];
}

function sentTo({ primaryEmail, primaryPhone }: User, on: readonly string[]): { kind: Kind; to: string }[] {
  return [...(primaryEmail && on.includes('EmailVerificationCode') ? [{ kind: 'EmailVerificationCode' as const, to: primaryEmail }] : []),
    ...(primaryPhone && on.includes('PhoneVerificationCode') ? [{ kind: 'PhoneVerificationCode' as const, to: `+${primaryPhone}` }] : [])];
}

function Made({ made, close }: { made: NewFactor; close: () => void }) {
  return <Revealed title={t.users.factorAdded} text={t.users.factorAddedText} close={close}>
    {made.secretQrCode?.startsWith('data:image/png;') && <img src={made.secretQrCode} alt={t.users.qr} width={200} height={200} className="qr" />}
    {made.secret && <SecretField label={t.users.secret} value={made.secret} />}
    {made.codes && <CodeBlock label={t.users.codes} text={made.codes.join('\n')} />}
  </Revealed>;
}

function AddFactor({ it, set, show }: { it: User; set: Factor[]; show: (made: NewFactor) => void }) {
  const ask = useConfirm(), has = (type: Factor['type']) => set.some((one) => one.type === type && one.remainCodes !== 0);
  const begin = (type: 'Totp' | 'BackupCode', title: string, text: string) => ask({ title, text, button: t.users.addFactor, destroys: false,
    calls: () => [addFactor(it.id, type)], done: (made) => show(made as NewFactor) });
  const alone = set.every(({ type }) => type === 'BackupCode');	// backup codes are none by themselves
  if (has('Totp') && has('BackupCode')) return null;
  return <Menu>
    <Menu.Target><Button variant="default" leftSection={<IconPlus size={16} stroke={1.5} />}>{t.users.addFactor}</Button></Menu.Target>
    <Menu.Dropdown>
      <Menu.Item leftSection={iconOf('Totp')} disabled={has('Totp')} onClick={() => begin('Totp', t.users.addTotp, t.users.addTotpText)}>{t.users.addTotp}</Menu.Item>
      <Menu.Item leftSection={iconOf('BackupCode')} disabled={alone || has('BackupCode')} onClick={() => begin('BackupCode', t.users.addBackup, t.users.addBackupText)}>
        {t.users.addBackup}</Menu.Item>
    </Menu.Dropdown>
  </Menu>;
}

export function Factors({ it }: { it: User }) {
  const { data, error, refetch } = useThing(factors(it.id)), rules = useThing(signInRules()).data, ask = useConfirm();
  const [made, setMade] = useState<NewFactor>();
  const on = rules?.mfa.factors ?? [];
  const drop = (one: Factor) => ask({ title: t.users.removeFactor, text: t.users.removeFactorText(nameOf(one)), button: t.users.removeFactor, calls: () => [removeFactor(it.id, one.id)] });
  return <Card title={t.users.factors} text={t.users.factorsText} wide action={data && <AddFactor it={it} set={data} show={setMade} />}>
    {rules && on.length === 0 && <p className="none">{t.users.factorsOff} <Anchor component={Link} to="/mfa">{t.users.factorsLink}</Anchor></p>}
    <Lines label={t.users.factors} lines={data && linesOf(data, sentTo(it, on), drop)} error={error} retry={() => void refetch()} nothing={t.users.factorsNone} />
    {made && <Made made={made} close={() => setMade(undefined)} />}
  </Card>;
}
