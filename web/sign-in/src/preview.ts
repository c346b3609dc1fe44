// In a frame of the Console, with `?preview`: the page around it says how the page looks before anything is saved. Only the Console's
// origin is heard (`previewFrom`), and nothing but the look, the texts and what is shown can be said so.
import { startLook } from '../../shared/look.tsx';
import { page, type Experience } from '../../shared/page.ts';

const kind = 'guildhall:preview';

/** What the Console sends: what differs from what is saved. What is not in it stays as it is. */
export interface Preview {
  type: typeof kind;
  experience?: Partial<Omit<Experience, 'color'>> & { color?: { primaryColor?: string; darkPrimaryColor?: string; isDarkModeEnabled?: boolean } };
  customCss?: string | null;
  /** Texts over those of the page, by group and key. */
  phrases?: Record<string, Record<string, string>>;
}

type Color = NonNullable<NonNullable<Preview['experience']>['color']>;

const isColor = (text: unknown): text is string => typeof text === 'string' && /^#[\da-f]{3}(?:[\da-f]{3})?$/i.test(text);

/** The accents and after them the tenant's own rules stand in one element, as make_look() of signin/page.c writes it. */
function wear({ primaryColor, darkPrimaryColor }: Color, customCss: string | null | undefined): void {
  const sheet = document.getElementById('look');
  if (!sheet) return;
  const text = sheet.textContent ?? '';
  const [whole = '', light = '', dark = ''] = /^:root\{--brand-light:([^;}]*);--brand-dark:([^;}]*)\}\n?/.exec(text) ?? [];
  sheet.textContent = `:root{--brand-light:${isColor(primaryColor) ? primaryColor : light};--brand-dark:${
    isColor(darkPrimaryColor) ? darkPrimaryColor : dark}}\n${customCss === undefined ? text.slice(whole.length) : customCss ?? ''}`;
}

function take({ experience = {}, customCss, phrases = {} }: Preview): void {
  const { color = {}, ...others } = experience, shown = page.experience;
  Object.assign(shown, others);
  if (color.isDarkModeEnabled !== undefined) shown.color = { isDarkModeEnabled: color.isDarkModeEnabled };
  const groups = page.phrases as Record<string, Record<string, string>>;
  for (const [group, texts] of Object.entries(phrases)) groups[group] = { ...groups[group], ...texts };
  document.documentElement.toggleAttribute('data-dark', shown.color.isDarkModeEnabled);
  wear(color, customCss);
  startLook();
}

/** Before the page is shown, whose first field would take the focus from the form around the frame. `draw`: shows the page anew. */
export function startPreview(draw: () => void): void {
  const from = page.previewFrom;
  if (!from || window.parent === window) return;
  document.body.inert = true;	// the frame's own comes too late in Chromium
  addEventListener('message', ({ source, origin, data }: MessageEvent<Preview>) => {
    if (origin !== from || source !== window.parent || data?.type !== kind) return;
    take(data);
    draw();
  });
  window.parent.postMessage({ type: `${kind}-ready` }, from);
}
