// A lifetime in seconds, as people say it: 14 days.
export const units = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
export type Unit = keyof typeof units;

/** In the largest unit of which it is a whole number. */
export function spoken(seconds: number): { n: number; unit: Unit } {
  const unit = (['days', 'hours', 'minutes'] as const).find((one) => seconds > 0 && seconds % units[one] === 0) ?? 'seconds';
  return { n: seconds / units[unit], unit };
}

/** undefined: that is none from `least` to `most` seconds. */
export function secondsOf(n: number | string, unit: Unit, least: number, most: number): number | undefined {
  const seconds = Number(n) * units[unit];
  return String(n).trim() !== '' && Number.isInteger(seconds) && seconds >= least && seconds <= most ? seconds : undefined;
}
