// A test sign-in: it opens the provider in a tab of its own, and shows what became of it here.
import { Anchor, Button, Group, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { send, type ApiError } from '../api/client.ts';
import { t } from '../locales/index.ts';
import { ApiCall } from '../ui/api-call.tsx';
import { Callout } from '../ui/callout.tsx';
import { CodeBlock } from '../ui/code-block.tsx';
import { Card } from '../ui/details.tsx';
import { Facts } from '../ui/facts.tsx';
import { Refused } from '../ui/failure.tsx';
import { isWebAddress } from '../ui/picture.tsx';
import { beginTest, test, type Connector, type Tried } from './api.ts';
import { isConfigured, textOf } from './config.ts';

const words = t.enterpriseSso.test;

function Person({ person }: { person: object }) {
  const of = (name: string) => textOf(person, name), email = of('email');
  return <>
    <Facts rows={[[words.account, <bdi>{of('id')}</bdi>], of('name') !== '' && [t.common.name, <bdi>{of('name')}</bdi>],
      [words.email, email ? <bdi>{email}</bdi> : of('unverifiedEmail') ? <><bdi>{of('unverifiedEmail')}</bdi> {words.notCounted}</> : words.noEmail]]} />
    {!email && <Callout kind="warning">{words.emailMissing}</Callout>}
  </>;
}

type Outcome = NonNullable<Tried['outcome']>;

const rolesOf = ({ isMember, roles }: NonNullable<Outcome['organizations']>[number]) =>
  [roles.map(({ name }) => name).join(', ') || words.noRoles, ...(isMember ? [words.member] : [])].join('; ');

/** Whom a sign-in would make of the person, and which organizations would admit them. */
function WouldBe({ outcome: { action, user, organizations, hasUnprovenDomain, error } }: { outcome: Outcome }) {
  if (error) return <Callout kind="warning" title={words.refused}>{error.message} <span lang="en">{error.detail}</span> <code>{error.code}</code></Callout>;
  return <>
    <Title order={3}>{words.outcome}</Title>
    <Text>{words.would[action as keyof typeof words.would]}</Text>
    <Facts rows={[user && [words.user, <Anchor component={Link} to={`/users/${user.id}`}>
      <bdi>{user.name ?? user.username ?? user.primaryEmail ?? user.id}</bdi></Anchor>],
    organizations && [words.organizations, organizations.length === 0 ? hasUnprovenDomain ? words.unproven : words.none
      : organizations.map((one) => <div key={one.id}><Anchor component={Link} to={`/organizations/${one.id}`}><bdi>{one.name}</bdi></Anchor> ({rolesOf(one)})</div>)]]} />
  </>;
}

function Result({ of }: { of: Tried }) {
  const { status, error, claims, userInfo, person, outcome } = of;
  const said = { ...(claims ? { claims } : {}), ...(userInfo ? { userInfo } : {}) };
  return <>
    <div role="status">
      {status === 'Succeeded' && <Callout title={words.worked}>{words.workedText}</Callout>}
      {status === 'Failed' && <Callout kind="warning" title={words.failed}><span lang="en">{error?.detail || error?.message}</span> <code>{error?.code}</code></Callout>}
    </div>
    {person && <Person person={person} />}
    {outcome && <WouldBe outcome={outcome} />}
    {Object.keys(said).length > 0 && <><Title order={3}>{words.said}</Title><CodeBlock label={words.said} text={JSON.stringify(said, null, 2)} /></>}
  </>;
}

export function Tester({ it }: { it: Connector }) {
  const [begun, setBegun] = useState<Tried>();
  const beginning = useMutation<Tried, ApiError, Window | null>({ mutationFn: () => send(beginTest(it.id)), onSuccess: (made, tab) => {
    setBegun(made);
    if (tab && made.authorizationUri && isWebAddress(made.authorizationUri)) tab.location.href = made.authorizationUri;
    else tab?.close();
  }, onError: (_, tab) => tab?.close() });
  const asked = useQuery<Tried, ApiError>({ queryKey: ['sso-test', it.id, begun?.id], queryFn: () => send(test(it.id, begun!.id)), enabled: begun?.status === 'Pending',
    refetchInterval: ({ state }) => state.data && state.data.status !== 'Pending' || state.error ? false : 1500 });
  const now = begun?.status === 'Pending' ? asked.data ?? begun : begun;
  // the tab opens in the click, since browsers let no later one
  const open = () => { const tab = window.open('about:blank', '_blank'); if (tab) tab.opener = null; beginning.mutate(tab); };
  return <Card title={words.title} text={words.text}>
    <Group gap="sm"><Button variant="default" type="button" disabled={!isConfigured(it)} loading={beginning.isPending} onClick={open}>{words.button}</Button>
      <ApiCall calls={() => [beginTest(it.id)]} /></Group>
    {beginning.error && <Refused error={beginning.error} />}
    {asked.error && <Callout kind="warning">{words.over}</Callout>}
    {now?.status === 'Pending' && !asked.error && <p role="status">{words.waiting} {now.authorizationUri ?? begun?.authorizationUri
      ? <Anchor href={begun?.authorizationUri ?? ''} target="_blank" rel="noreferrer">{words.openAgain}</Anchor> : null}</p>}
    {now && now.status !== 'Pending' && <Result of={now} />}
  </Card>;
}
