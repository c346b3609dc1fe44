// What keeps a connector from being offered.
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { later } from '../locales/later.ts';
import { Callout } from '../ui/callout.tsx';
import { base, signInRules, type Connector } from './api.ts';
import { isConfigured } from './config.ts';

const words = later.enterpriseSso.notices;

export function SwitchedOff() {
  const rules = useThing(signInRules()).data;
  if (!rules || rules.singleSignOnEnabled) return null;
  return <Callout kind="warning">{words.off} <Anchor component={Link} to="/sign-in-experience/sign-up-and-sign-in">{words.offLink}</Anchor></Callout>;
}

export function Unused({ it }: { it: Connector }) {
  if (!isConfigured(it)) return <Callout kind="warning">{words.notConfigured}</Callout>;
  if (it.domains.length === 0) return <Callout kind="warning">{words.noDomain} <Anchor component={Link} to={`${base}/${it.id}/experience`}>{words.noDomainLink}</Anchor></Callout>;
  return null;
}
