// Where somebody is signed in, and which applications of others may act for them.
import { Button } from '@mantine/core';
import { IconApps, IconDeviceDesktop, IconDeviceMobile, IconLogout } from '@tabler/icons-react';
import { agentName } from '../../../../shared/agent.ts';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { Card } from '../../ui/details.tsx';
import { Lines, type Line } from '../../ui/lines.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { endSession, grants, revokeGrant, sessions, type Grant, type Session, type User } from '../api.ts';
import { ApplicationLink } from '../links.tsx';

const contextOf = ({ lastSubmission }: Session) => lastSubmission?.signInContext ?? {};
const nameOf = (one: Session) => agentName(contextOf(one).userAgent) ?? t.users.unknownAgent;

function lineOf(one: Session, end: () => void): Line {
  const { ip, userAgent } = contextOf(one), Icon = /Mobile|iPhone|Android/.test(userAgent ?? '') ? IconDeviceMobile : IconDeviceDesktop;
  return { id: one.payload.uid, name: nameOf(one), icon: <Icon size={20} stroke={1.5} />, title: nameOf(one),
    detail: <>{t.users.signedIn} <RelativeTime at={one.payload.loginTs * 1000} />{ip && ` · ${ip}`} · <code>{one.payload.uid}</code></>,
    extra: <span className="extra"><ApplicationLink id={one.clientId} /></span>,
    actions: [{ label: t.users.endSession, icon: IconLogout, danger: true, run: end }] };
}

export function Sessions({ it }: { it: User }) {
  const { data, error, refetch } = useThing(sessions(it.id)), ask = useConfirm(), all = data?.sessions;
  const end = (those: Session[], title: string, text: string) =>
    ask({ title, text, button: title, calls: () => those.map(({ payload }) => endSession(it.id, payload.uid)) });
  return <Card title={t.users.sessions} text={t.users.sessionsText} wide action={all && all.length > 1
    && <Button variant="default" onClick={() => end(all, t.users.endAll, t.users.endAllText)}>{t.users.endAll}</Button>}>
    <Lines label={t.users.sessions} error={error} retry={() => void refetch()} nothing={t.users.sessionsNone}
      lines={all?.map((one) => lineOf(one, () => end([one], t.users.endSession, t.users.endSessionText)))} />
  </Card>;
}

export function Grants({ it }: { it: User }) {
  const { data, error, refetch } = useThing(grants(it.id)), ask = useConfirm();
  const drop = ({ id, application }: Grant) => ask({ title: t.users.revoke, text: t.users.revokeText(application.name), button: t.users.revoke, calls: () => [revokeGrant(it.id, id)] });
  const line = (one: Grant): Line => ({ id: one.id, name: one.application.name, icon: <IconApps size={20} stroke={1.5} />, title: <ApplicationLink id={one.application.id} />,
    detail: <>{t.users.granted} <RelativeTime at={one.payload.iat * 1000} /> · <code>{one.application.id}</code></>,
    actions: [{ label: t.users.revoke, danger: true, run: () => drop(one) }] });
  return <Card title={t.users.grants} text={t.users.grantsText} wide>
    <Lines label={t.users.grants} lines={data?.grants.map(line)} error={error} retry={() => void refetch()} nothing={t.users.grantsNone} />
  </Card>;
}
