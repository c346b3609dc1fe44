// A logo or an avatar; where there is none, or it does not load, the first letter of the name.
import { useEffect, useState } from 'react';

/** The first letter as people see it: an emoji or an accented letter is one, a mark of direction is none. */
export function initialOf(name: string): string {
  const first = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(name.replace(/^[\s\p{C}]+/u, ''))[Symbol.iterator]().next().value;
  return first?.segment.toUpperCase() ?? '?';
}

/** Only addresses of the web are pictures: nothing that runs. */
export const isWebAddress = (text: string): boolean => {
  try {
    return ['http:', 'https:'].includes(new URL(text).protocol);
  } catch {
    return false;
  }
};

const tints = 6;
const tintOf = (name: string): number => [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997, 7) % tints;

export interface PictureProps { name: string; src?: string | null | undefined; size?: number; round?: boolean }

export function Picture({ name, src, size = 24, round = false }: PictureProps) {
  const [broken, setBroken] = useState(false);
  useEffect(() => setBroken(false), [src]);
  const style = { width: size, height: size, fontSize: Math.round(size * 0.46) };
  const shape = `picture${round ? ' round' : ''}`;
  if (src && !broken && isWebAddress(src))
    return <img className={shape} style={style} src={src} alt="" loading="lazy" referrerPolicy="no-referrer" onError={() => setBroken(true)} />;
  return <span className={`${shape} letter tint-${tintOf(name)}`} style={style} aria-hidden>{initialOf(name)}</span>;
}

/** The first few of many, one over the other. */
export function Pictures({ of, size = 24 }: { of: { id: string; name: string; src?: string | null }[]; size?: number }) {
  return <span className="pictures">{of.map((one) => <Picture key={one.id} name={one.name} src={one.src} size={size} round />)}</span>;
}
