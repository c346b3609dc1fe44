// One number by days, as a curve or as bars. For those who do not see it there is a table of the same numbers behind it.
import { useState, type PointerEvent } from 'react';
import { t } from '../locales/index.ts';
import { useWidth } from './width.ts';

export interface Point { name: string; short: string; n: number }

interface Props {
  kind: 'curve' | 'bars';
  /** What the picture says in a sentence. */
  label: string;
  points: readonly Point[];
  /** Where the lines of the scale are, from 0. */
  scale: readonly number[];
  /** The number as it is read. */
  say: (n: number) => string;
  /** The two columns of the table. */
  columns: readonly [string, string];
}

const top = 12, foot = 28, right = 24, digit = 8, labelWidth = 96;

/** Every so many days have a label below, the last one always. */
const isLabelled = (i: number, all: number, width: number): boolean => (all - 1 - i) % Math.max(1, Math.ceil(all * labelWidth / Math.max(width, 1))) === 0;

function Table({ points, columns, say }: Pick<Props, 'points' | 'columns' | 'say'>) {
  return <details className="chart-table">
    <summary>{t.common.chart.table}</summary>
    <div className="chart-rows" tabIndex={0} role="region" aria-label={columns[1]}><table>
      <thead><tr><th scope="col">{columns[0]}</th><th scope="col">{columns[1]}</th></tr></thead>
      <tbody>{points.map((one) => <tr key={one.name}><th scope="row">{one.name}</th><td>{say(one.n)}</td></tr>)}</tbody>
    </table></div>
  </details>;
}

/** Where the numbers are on the picture. */
interface Plane { x: (i: number) => number; y: (n: number) => number; step: number }

function Curve({ points, x, y }: Plane & Pick<Props, 'points'>) {
  const line = points.map(({ n }, i) => `${i ? 'L' : 'M'}${x(i).toFixed(1)} ${y(n).toFixed(1)}`).join('');
  return <><path className="area" d={`${line}L${x(points.length - 1)} ${y(0)}L${x(0)} ${y(0)}Z`} /><path className="curve" d={line} /></>;
}

function Bars({ points, x, y, step }: Plane & Pick<Props, 'points'>) {
  const width = Math.max(1, Math.min(40, step * 0.6));
  return points.map(({ name, n }, i) => n > 0 && <rect key={name} className="bar-of" x={x(i) - width / 2} width={width} y={y(n)} height={y(0) - y(n)} rx={2} />);
}

export function Chart({ kind, label, points, scale, say, columns }: Props) {
  const [box, width] = useWidth<HTMLDivElement>(), [at, setAt] = useState<number>();
  const height = kind === 'curve' ? 240 : 160, left = 16 + digit * Math.max(...scale.map((n) => say(n).length)), most = scale.at(-1) ?? 1;
  const inset = kind === 'curve' ? 0 : 24, step = (width - left - right - 2 * inset) / Math.max(1, points.length - 1);
  const x = (i: number) => left + inset + i * step, y = (n: number) => top + (1 - n / most) * (height - top - foot);
  const nearest = (px: number) => Math.min(points.length - 1, Math.max(0, Math.round((px - left - inset) / step)));
  const move = ({ clientX, currentTarget }: PointerEvent) => setAt(nearest(clientX - currentTarget.getBoundingClientRect().left));
  /* the last day of a curve is at the very edge: half of its name would be cut off */
  const below = (i: number) => x(i) + labelWidth / 2 > width ? { x: width, textAnchor: 'end' as const } : { x: x(i), textAnchor: 'middle' as const };
  const shown = at === undefined ? undefined : points[at];
  return <>
    <div ref={box} className="chart" style={{ height }}>
      {width > 0 && <svg role="img" aria-label={label} width={width} height={height} onPointerMove={move} onPointerLeave={() => setAt(undefined)}>
        {scale.map((n) => <g key={n}><line className="grid" x1={left} x2={width - right} y1={y(n)} y2={y(n)} />
          <text x={left - 8} y={y(n) + 4} textAnchor="end">{say(n)}</text></g>)}
        {points.map((one, i) => isLabelled(i, points.length, width - left) && <text key={one.name} y={height - 8} {...below(i)}>{one.short}</text>)}
        {shown && <line className="at" x1={x(at!)} x2={x(at!)} y1={top} y2={y(0)} />}
        {kind === 'curve' ? <Curve points={points} x={x} y={y} step={step} /> : <Bars points={points} x={x} y={y} step={step} />}
        {shown && kind === 'curve' && <circle cx={x(at!)} cy={y(shown.n)} r={4} />}
      </svg>}
      {shown && <div className="chart-tip" aria-hidden style={x(at!) > width / 2 ? { right: width - x(at!) + 12 } : { left: x(at!) + 12 }}>
        <strong>{say(shown.n)}</strong> {shown.name}</div>}
    </div>
    <Table points={points} columns={columns} say={say} />
  </>;
}
