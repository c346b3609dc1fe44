// What a new installation needs, until all of it is there or somebody has put it away.
import { Badge, Button, CloseButton } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { remember, remembered } from '../api/remembered.ts';
import { useChange, useList, useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { Card } from '../ui/details.tsx';
import { Refused } from '../ui/failure.tsx';
import { applicationCount, connectors, organizationCount, total } from './api.ts';

type Name = keyof typeof t.dashboard.steps;
const places: Record<Name, string> = { organization: '/organizations/create', user: '/users/create', application: '/applications/create',
  experience: '/sign-in-experience/welcome', connector: '/connectors' };
const names = Object.keys(places) as Name[];

/** Which steps are done; undefined: that is not known yet. */
function useDone(): Record<Name, boolean> | undefined {
  const organizations = useList(organizationCount()).data, users = useThing(total()).data, apps = useList(applicationCount()).data;
  const sent = useThing(connectors()).data, known = useThing(remembered()).data;
  if (!organizations || !users || !apps || !sent || !known) return undefined;
  return { organization: organizations.total > 0, user: users.totalUserCount > 0, application: apps.total > 0,
    experience: known.signInExperienceCustomized, connector: sent.some(({ type }) => type === 'Email') };
}

function Step({ name, done, isNext }: { name: Name; done: boolean; isNext: boolean }) {
  const words = t.dashboard.steps[name];
  return <li className={done ? 'is-done' : ''} aria-current={isNext ? 'step' : undefined}>
    <span className="mark" aria-hidden>{done && <IconCheck size={16} stroke={2} />}</span>
    <span className="lines"><span className="name">{words.title}{done && <span className="hidden"> ({t.dashboard.done})</span>}</span>
      <span className="detail">{words.text}</span></span>
    {!done && <Button component={Link} to={places[name]} variant={isNext ? 'filled' : 'default'}>{words.button}</Button>}
  </li>;
}

export function FirstSteps() {
  const done = useDone(), known = useThing(remembered()).data, put = useChange();
  if (!done || !known || known.firstStepsDismissed || names.every((name) => done[name])) return null;
  const next = names.find((name) => !done[name]), count = names.filter((name) => done[name]).length;
  const away = <span className="steps-away"><Badge variant="light">{t.dashboard.progress(count, names.length)}</Badge>
    <CloseButton aria-label={t.dashboard.dismiss} title={t.dashboard.dismiss} onClick={() => put.mutate([remember({ firstStepsDismissed: true })])} /></span>;
  return <Card title={t.dashboard.firstSteps} text={t.dashboard.firstStepsText} action={away} wide>
    {put.error && <Refused error={put.error} />}
    <ol className="steps">{names.map((name) => <Step key={name} name={name} done={done[name]} isNext={name === next} />)}</ol>
  </Card>;
}
