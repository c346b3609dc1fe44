// How long ago, and on hover exactly when.
import { Tooltip } from '@mantine/core';
import { language, t } from '../locales/index.ts';

const steps: [Intl.RelativeTimeFormatUnit, number][] = [['year', 31_536_000], ['month', 2_592_000], ['week', 604_800], ['day', 86_400],
  ['hour', 3600], ['minute', 60], ['second', 1]];

export function relative(at: number, now = Date.now()): string {
  const seconds = Math.round((at - now) / 1000);
  const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(Math.trunc(seconds / size), unit);
}

export const exact = (at: number): string => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(at);

/** `at`: milliseconds since 1970, or nothing. */
export function RelativeTime({ at }: { at: number | null | undefined }) {
  if (!at) return <span className="none">{t.common.none}</span>;
  return <Tooltip label={exact(at)}><time dateTime={new Date(at).toISOString()}>{relative(at)}</time></Tooltip>;
}
