// What all pages share of their look: the readable colour on the accent, and the logo for light and dark.
import { type Branding, page } from './page.ts';

const channel = (value: number) => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;

/** WCAG 2.2: the relative luminance of #rgb or #rrggbb. */
export function luminance(color: string): number {
  const hex = /^#[\da-f]{3}$/i.test(color) ? color.replace(/[\da-f]/gi, '$&$&') : color;
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => channel(parseInt(hex.slice(at, at + 2), 16) / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Black or white, whichever is easier to read on the colour. */
export function textOn(color: string): '#000' | '#fff' {
  const light = luminance(color);
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 ? '#fff' : '#000';
}

/** Makes texts on the accent readable. */
export function startLook(): void {
  const root = document.documentElement, style = getComputedStyle(root);
  for (const name of ['light', 'dark'])
    root.style.setProperty(`--on-brand-${name}`, textOn(style.getPropertyValue(`--brand-${name}`).trim()));
}

/** An address as one of a srcset, where a blank would end it: those of data may have some. */
const source = (address: string) => address.replace(/\s/g, '%20');

/** The logo of the page, or of an application that is shown on it. */
export function Logo({ of: { logoUrl, darkLogoUrl } = page.experience.branding }: { of?: Branding | undefined }) {
  if (!logoUrl && !darkLogoUrl) return null;
  const dark = darkLogoUrl && page.experience.color.isDarkModeEnabled;
  return (
    <picture class="logo">
      {dark && <source srcset={source(darkLogoUrl)} media="(prefers-color-scheme: dark)" />}
      <img src={logoUrl ?? darkLogoUrl} alt="" height={48} />
    </picture>
  );
}

/** The small picture of a provider, beside its name. */
export function Mark({ logo, darkLogo }: { logo: string; darkLogo: string }) {
  return (
    <picture class="mark">
      {page.experience.color.isDarkModeEnabled && <source srcset={source(darkLogo)} media="(prefers-color-scheme: dark)" />}
      <img src={logo} alt="" width={20} height={20} />
    </picture>
  );
}
