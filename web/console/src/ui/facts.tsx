import type { ReactNode } from 'react';

/** What is known of a thing: names at the left, values at the right. */
export function Facts({ rows }: { rows: (readonly [name: string, value: ReactNode] | false | undefined)[] }) {
  return <dl className="facts">{rows.map((row) => row && <div key={row[0]}><dt>{row[0]}</dt><dd>{row[1]}</dd></div>)}</dl>;
}
