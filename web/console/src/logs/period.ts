// The time that a list of entries is about.

export const periods = ['1h', '24h', '7d', '30d', 'range'] as const;
export type Period = (typeof periods)[number];
export const usual: Period = '7d';

export const periodOf = (text: string): Period => periods.find((one) => one === text) ?? usual;

const hour = 3_600_000;

/** When it begins: hours to the millisecond, days at the beginning of one. */
export function beginning(period: Period, now: number): number | undefined {
  if (period === 'range') return undefined;
  if (period === '1h' || period === '24h') return now - (period === '1h' ? 1 : 24) * hour;
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() - (period === '7d' ? 7 : 30));
  return day.getTime();
}

const two = (n: number) => String(n).padStart(2, '0');

/** Milliseconds as a field of the kind datetime-local shows them, in the administrator's own time. */
export function asLocal(ms: number | undefined): string {
  if (ms === undefined || Number.isNaN(new Date(ms).getTime())) return '';
  const at = new Date(ms);
  return `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The end of a list's address as milliseconds; what is none is left out. */
export const timeOf = (text: string): number | undefined => /^\d{1,15}$/.test(text) ? Number(text) : undefined;
