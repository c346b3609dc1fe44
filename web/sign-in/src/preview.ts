// The Console shows a page in a frame while its look is being changed, and tells it how it would be.
import { startLook } from '../../shared/look.tsx';
import { page, type Experience } from '../../shared/page.ts';

/** What the Console sends, as a message from the origin `previewFrom`; what is not in it stays as it is. */
export interface Preview {
  type: 'guildhall:preview';
  experience?: Partial<Omit<Experience, 'color'>> & {
    color?: { primaryColor?: string; isDarkModeEnabled?: boolean; darkPrimaryColor?: string }; customCss?: string | null;
  };
  phrases?: typeof page.phrases;
  language?: string;
}

const accent = (name: string, saved: string | undefined, color: string | undefined): string =>
  `--brand-${name}:${/^#[\da-f]{3,6}$/i.test(color ?? '') ? color : saved};`;

/** As make_look() of signin/page.c writes it. */
function takeLook({ color, customCss }: NonNullable<Preview['experience']>): void {
  const look = document.getElementById('look'), root = document.documentElement;
  if (!look) return;
  const [whole = '', light, dark] = /^:root\{--brand-light:([^;}]*);--brand-dark:([^;}]*)\}\n?/.exec(look.textContent ?? '') ?? [];
  const css = customCss === undefined ? (look.textContent ?? '').slice(whole.length) : customCss ?? '';
  look.textContent = `:root{${accent('light', light, color?.primaryColor)}${
    accent('dark', dark, color?.darkPrimaryColor).slice(0, -1)}}\n${css}`;
  if (color?.isDarkModeEnabled === true) root.dataset['dark'] = 'auto';
  if (color?.isDarkModeEnabled === false) delete root.dataset['dark'];
  startLook();
}

function take({ experience, phrases, language }: Preview): void {
  const { color, ...others } = experience ?? {};
  Object.assign(page.experience, others);
  Object.assign(page.experience.color, color);
  if (phrases) page.phrases = phrases;
  if (language) document.documentElement.lang = page.language = language;
  if (experience) takeLook(experience);
}

/** Follows what the Console says; `show` draws the page anew. */
export function followConsole(show: () => void): void {
  const from = page.previewFrom;
  if (!from || window.parent === window) return;
  window.addEventListener('message', ({ origin, source, data }: MessageEvent<Preview>) => {
    if (origin !== from || source !== window.parent || data?.type !== 'guildhall:preview') return;
    take(data);
    show();
  });
  window.parent.postMessage({ type: 'guildhall:preview-ready' }, from);
}
