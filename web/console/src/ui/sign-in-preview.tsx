// The sign-in page as people will see it, with what stands in a form and is not saved yet. It is the page itself, in a frame, to look at only:
// what it focuses must not take the focus from the form.
import { SegmentedControl } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { t } from '../locales/index.ts';
import { page } from '../page.ts';
import { isWebAddress } from './picture.tsx';
import { useWidth } from './width.ts';

export interface Look {
  branding: { logoUrl?: string | undefined; darkLogoUrl?: string | undefined };
  color: { primaryColor: string; darkPrimaryColor: string; isDarkModeEnabled: boolean };
  customCss: string;
}

const frameWidth = { desktop: 960, mobile: 390 } as const;
type Device = keyof typeof frameWidth;

export interface SignInPreviewProps {
  /** What of the sign-in experience is shown otherwise than it is saved. */
  look: Look;
  organizationId?: string;
  applicationId?: string;
  /** More of the experience (methods, agreement) for the same names. */
  experience?: Record<string, unknown>;
  /** The screen: /sign-in, /register … */
  path?: string;
  language?: string;
  /** Texts that stand there otherwise than they are saved, by group and key. */
  phrases?: Record<string, Record<string, string>>;
  /** Beside the other tools: which screen, which language. */
  tools?: ReactNode;
}

/** What is half typed is no address yet, and what is none of the web is never one. */
const webOnly = (branding: Look['branding']) => Object.fromEntries(Object.entries(branding).filter(([, address]) => address && isWebAddress(address)));

export function SignInPreview({ look: { branding, color, customCss }, organizationId, applicationId, experience = {}, path = '/sign-in', language,
  phrases, tools }: SignInPreviewProps) {
  const frame = useRef<HTMLIFrameElement>(null), [box, width] = useWidth<HTMLDivElement>();
  const [ready, setReady] = useState(0), [device, setDevice] = useState<Device>('mobile'), [theme, setTheme] = useState('light');
  const query = new URLSearchParams({ preview: '1', ...(organizationId ? { organization_id: organizationId } : {}),
    ...(applicationId ? { app_id: applicationId } : {}), ...(language ? { ui_locales: language } : {}) });
  const text = JSON.stringify({ type: 'guildhall:preview', experience: { ...experience, branding: webOnly(branding), color }, customCss, phrases });

  useEffect(() => {
    const hear = ({ source, data }: MessageEvent<{ type?: string }>) => {
      if (source === frame.current?.contentWindow && data?.type === 'guildhall:preview-ready') setReady((n) => n + 1);
    };
    window.addEventListener('message', hear);
    return () => window.removeEventListener('message', hear);
  }, []);
  useEffect(() => {
    if (ready) frame.current?.contentWindow?.postMessage(JSON.parse(text), page.apiEndpoint);
  }, [ready, text]);

  const scale = Math.min(1, width / frameWidth[device]), height = 620;
  return <section className="preview" aria-label={t.common.preview.title}>
    <div className="preview-tools">
      <strong>{t.common.preview.title}</strong><span className="grow" />
      {tools}
      <SegmentedControl value={device} onChange={(value) => setDevice(value as Device)} aria-label={t.common.preview.device}
        data={[{ value: 'mobile', label: t.common.preview.mobile }, { value: 'desktop', label: t.common.preview.desktop }]} />
      <SegmentedControl value={theme} onChange={setTheme} aria-label={t.frame.theme} disabled={!color.isDarkModeEnabled}
        data={[{ value: 'light', label: t.frame.light }, { value: 'dark', label: t.frame.dark }]} />
    </div>
    <div ref={box} className="preview-box" style={{ height }}>
      <iframe ref={frame} title={t.common.preview.title} inert src={`${page.apiEndpoint}${path}?${query}`}
        style={{ width: frameWidth[device], height: height / (scale || 1), transform: `scale(${scale || 1})`,
          colorScheme: color.isDarkModeEnabled && theme === 'dark' ? 'dark' : 'light' }} />
    </div>
  </section>;
}
