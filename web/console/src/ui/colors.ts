// Colours for the light and the dark look.
export const isColor = (text: string): boolean => /^#[\da-f]{6}$/i.test(text);

const channels = (color: string): number[] => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
const hex = (n: number): string => Math.round(n).toString(16).padStart(2, '0');

const part = (value: number): number => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;

/** WCAG 2.2: the relative luminance of #rrggbb. */
export function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = channels(color).map((one) => part(one / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const darkSurface = '#17191d', readable = 5;

/** The brand colour for a dark page: as it is where it can be read there, else mixed with white until it can. */
export function darkOf(color: string): string {
  for (let white = 0; white <= 1; white += 0.05) {
    const mixed = `#${channels(color).map((one) => hex(one + (255 - one) * white)).join('')}`;
    if ((luminance(mixed) + 0.05) / (luminance(darkSurface) + 0.05) >= readable) return mixed;
  }
  return '#ffffff';
}
