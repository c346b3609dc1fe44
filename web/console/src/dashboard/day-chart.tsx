// Users by days, as a curve or as bars.
import { t } from '../locales/index.ts';
import { Chart } from '../ui/chart.tsx';
import type { Day } from './api.ts';
import { longDay, scaleOf, shortDay } from './days.ts';
import { said } from './numbers.tsx';

/** What the picture says in a sentence: `curve` of the words has the day with the most, `noCurve` is for none at all. */
export interface Words { users: string; curve: (from: string, to: string, most: string, when: string) => string; noCurve: (from: string, to: string) => string }

export function DayChart({ kind, days, words }: { kind: 'curve' | 'bars'; days: readonly Day[]; words: Words }) {
  const most = days.reduce((top, one) => one.count > top.count ? one : top, days[0]!);
  const from = longDay(days[0]!.date), to = longDay(days.at(-1)!.date);
  return <Chart kind={kind} label={most.count ? words.curve(from, to, said(most.count), longDay(most.date)) : words.noCurve(from, to)} scale={scaleOf(most.count)}
    say={said} columns={[t.dashboard.day, words.users]} points={days.map(({ date, count }) => ({ name: longDay(date), short: shortDay(date), n: count }))} />;
}
