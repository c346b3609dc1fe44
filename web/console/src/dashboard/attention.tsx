// What an administrator should do something about.
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useList, useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { missingConnectors, valuesOf } from '../sign-in-experience/identifiers.ts';
import { Callout } from '../ui/callout.tsx';
import { connectors, experience, signingKeys, strictCount } from './api.ts';
import { isOld } from './days.ts';

const words = t.dashboard.attention;
interface Matter { text: string; link: string; to: string }

/** Whoever signs in with a code gets none. */
function useUnsent(): Matter | false {
  const rules = useThing(experience()).data, sent = useThing(connectors()).data;
  const [missing] = rules && sent ? missingConnectors(valuesOf(rules), sent.map(({ type }) => type)) : [];
  return missing !== undefined && { text: words.connector(t.common.connectorNames[missing]), link: words.connectorLink, to: '/connectors' };
}

function useLockedOut(): Matter | false {
  const rules = useThing(experience()).data, without = rules?.mfa.factors.length === 0;
  const strict = useList(without ? strictCount() : undefined).data?.total ?? 0;
  return without && strict > 0 && { text: words.factor(strict), link: words.factorLink, to: '/mfa' };
}

function useOldKeys(): Matter | false {
  const current = useThing(signingKeys()).data?.find(({ status }) => status === 'Current');
  return current !== undefined && isOld(current.createdAt, Date.now()) && { text: words.keys, link: words.keysLink, to: '/signing-keys' };
}

export function Attention() {
  const matters = [useUnsent(), useLockedOut(), useOldKeys()].filter((one) => one !== false);
  return <div className="stacked matters">{matters.map(({ text, link, to }) => <Callout key={to} kind="warning">{text} <Anchor component={Link} to={to}>{link}</Anchor></Callout>)}</div>;
}
