// In a frame of the Console, with `?preview`: the page around it says how the page looks before anything is saved. The document's policy
// (frame-ancestors) lets nobody else frame it, and nothing but the look and what is shown can be said so.
import { startLook } from '../../shared/look.tsx';
import { page, type Experience } from '../../shared/page.ts';
import { query } from './router.tsx';

const kind = 'guildhall:preview';

/** What the Console sends: what differs from what is saved. */
export interface Preview {
  type: typeof kind;
  experience?: Partial<Omit<Experience, 'color'>> & { color?: { primaryColor?: string; darkPrimaryColor?: string; isDarkModeEnabled?: boolean } };
  customCss?: string | null;
}

const isColor = (text: unknown): text is string => typeof text === 'string' && /^#[\da-f]{3}(?:[\da-f]{3})?$/i.test(text);

function wear({ experience = {}, customCss }: Preview): void {
  const root = document.documentElement, { color, ...others } = experience;
  Object.assign(page.experience, others);
  if (color) page.experience.color = { isDarkModeEnabled: color.isDarkModeEnabled ?? page.experience.color.isDarkModeEnabled };
  if (isColor(color?.primaryColor)) root.style.setProperty('--brand-light', color.primaryColor);
  if (isColor(color?.darkPrimaryColor)) root.style.setProperty('--brand-dark', color.darkPrimaryColor);
  root.toggleAttribute('data-dark', page.experience.color.isDarkModeEnabled);
  const sheet = document.querySelector('head > style');
  if (customCss !== undefined && sheet) sheet.textContent = customCss ?? '';
  startLook();
}

/** `draw`: shows the page anew. */
export function startPreview(draw: () => void): void {
  if (query('preview') === null || window.parent === window) return;
  addEventListener('message', ({ source, data }: MessageEvent<Preview>) => {
    if (source !== window.parent || data?.type !== kind) return;
    wear(data);
    draw();
  });
  window.parent.postMessage({ type: `${kind}-ready` }, '*');	// nothing secret; who frames it is the policy's to say
}
