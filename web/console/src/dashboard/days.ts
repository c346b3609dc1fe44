// Days as the API has them, of UTC, and how a curve of them is drawn. All of it is pure.
import { language } from '../locales/index.ts';

const dayMs = 86_400_000;

/** YYYY-MM-DD of a day that there is. */
export function isDay(text: string): boolean {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(at) && dayOf(at) === text;
}

export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Older keys should be rotated. */
export const isOld = (seconds: number, now: number): boolean => now - seconds * 1000 > 365 * dayMs;

const dated = (day: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(language, { timeZone: 'UTC', ...options }).format(Date.parse(`${day}T00:00:00Z`));
export const shortDay = (day: string): string => dated(day, { day: 'numeric', month: 'short' });
export const longDay = (day: string): string => dated(day, { dateStyle: 'long' });

/** Where the lines of a scale from 0 are, of which the last is at or above `most`: 0 5 10 15. At most five, of whole numbers. */
export function scaleOf(most: number): number[] {
  const rough = Math.max(1, most / 4), power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.ceil([1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough)!);
  return Array.from({ length: Math.max(1, Math.ceil(most / step)) + 1 }, (_, i) => i * step);
}
