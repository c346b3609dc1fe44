import { Skeleton } from '@mantine/core';
import { useThing } from '../api/query.ts';
import { remembered } from '../api/remembered.ts';
import { t } from '../locales/index.ts';
import { Card } from '../ui/details.tsx';
import { Failure } from '../ui/failure.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Active } from './active.tsx';
import { fresh, total } from './api.ts';
import { Attention } from './attention.tsx';
import { DayChart } from './day-chart.tsx';
import { FirstSteps } from './first-steps.tsx';
import { Newest } from './newest.tsx';
import { changed, Stats } from './numbers.tsx';

const words = t.dashboard;

function Users() {
  const all = useThing(total()), added = useThing(fresh()), error = all.error ?? added.error;
  return <Card title={words.users} wide>
    {error ? <Failure error={error} retry={() => { void all.refetch(); void added.refetch(); }} /> : <>
      <Stats of={[{ label: words.total, count: all.data?.totalUserCount }, changed(words.today, added.data?.today, words.before.yesterday),
        changed(words.week, added.data?.last7Days, words.before.week)]} />
      {added.data ? <DayChart kind="bars" days={added.data.curve ?? []} words={words.newcomers} /> : <Skeleton height={160} />}
    </>}
  </Card>;
}

export default function Dashboard() {
  const known = useThing(remembered());
  if (known.error && !known.data) return <Failure error={known.error} retry={() => void known.refetch()} />;
  return <>
    <PageHeader title={words.title} text={words.text} />
    <Attention /><FirstSteps /><Users /><Active /><Newest />
  </>;
}
