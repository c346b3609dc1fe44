// Small drawings for empty places, in the colours of the look.
import type { ReactNode } from 'react';

const house = <><path d="M20 66V30l20-10v46M40 66V38h24v28" /><path d="M27 36h6M27 45h6M27 54h6M48 46h8M48 55h8" /><path d="M12 66h60" /></>;
const people = <><circle cx="34" cy="32" r="9" /><path d="M18 62c0-11 7-16 16-16s16 5 16 16" /><circle cx="58" cy="36" r="7" /><path d="M55 49c9-2 16 3 16 13" /></>;
const machine = <><rect x="18" y="24" width="48" height="32" rx="4" /><path d="M30 66h24M42 56v10M28 36l6 4-6 4M40 46h12" /></>;
const mail = <><rect x="16" y="26" width="52" height="36" rx="4" /><path d="M17 30l25 18 25-18" /></>;
const key = <><circle cx="30" cy="46" r="11" /><path d="M39 40l26-16M57 29l5 8M50 33l4 6" /></>;
const list = <><rect x="18" y="20" width="48" height="46" rx="4" /><path d="M28 33h28M28 43h28M28 53h18" /></>;
const nothing = <><circle cx="38" cy="38" r="17" /><path d="M51 51l15 15M32 38h12" /></>;
const broken = <><path d="M42 20l28 46H14z" /><path d="M42 38v12M42 57v1" /></>;

const drawings = { house, people, machine, mail, key, list, nothing, broken } satisfies Record<string, ReactNode>;
export type DrawingName = keyof typeof drawings;

export function Drawing({ name }: { name: DrawingName }) {
  return <svg className="drawing" viewBox="0 0 84 84" width="84" height="84" aria-hidden fill="none" stroke="currentColor" strokeWidth="1.5"
    strokeLinecap="round" strokeLinejoin="round"><circle cx="42" cy="42" r="41" className="ground" stroke="none" />{drawings[name]}</svg>;
}
