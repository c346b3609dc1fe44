// How many people use the product: on a day, in the week and in the month that end with it, and the curve of the days.
import { Skeleton, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { Card } from '../ui/details.tsx';
import { Failure } from '../ui/failure.tsx';
import { useListState } from '../ui/list-state.ts';
import { useSettled } from '../ui/settled.ts';
import { active } from './api.ts';
import { DayChart } from './day-chart.tsx';
import { dayOf, isDay } from './days.ts';
import { changed, Stats } from './numbers.tsx';

const words = t.dashboard;

/** The last day stands in the address; while one is typed, nothing is asked. */
function useDate() {
  const { filter, setFilter } = useListState(), today = dayOf(Date.now());
  const date = isDay(filter('date')) ? filter('date') : '', [typed, setTyped] = useState(date || today), settled = useSettled(typed, 400);
  useEffect(() => setTyped(date || dayOf(Date.now())), [date]);
  useEffect(() => {
    if (isDay(settled) && settled >= '1970' && settled !== (date || today)) setFilter('date', settled === today ? '' : settled);
  }, [settled]);
  return { date, typed, setTyped, today };
}

export function Active() {
  const { date, typed, setTyped, today } = useDate(), it = useThing(active(date), { stays: true }), data = it.data;
  const picker = <TextInput type="date" aria-label={words.until} label={words.until} value={typed} max={today} className="date-field"
    onChange={(event) => setTyped(event.currentTarget.value)} />;
  return <Card title={words.active} text={words.activeText} action={picker} wide>
    {it.error && !data ? <Failure error={it.error} retry={() => void it.refetch()} /> : <>
      <Stats of={[changed(words.daily, data?.dau, words.before.day), changed(words.weekly, data?.wau, words.before.week), changed(words.monthly, data?.mau, words.before.month)]} />
      {data ? <DayChart kind="curve" days={data.dauCurve} words={words.activity} /> : <Skeleton height={240} />}
    </>}
  </Card>;
}
