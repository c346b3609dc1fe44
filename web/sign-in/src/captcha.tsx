// The service that tells people from programs, where the tenant asks for one: its place in a form, and a token for each beginning.
import { useEffect, useRef } from 'preact/hooks';
import { ApiError } from '../../shared/api.ts';
import { type CaptchaConfig, page, t } from '../../shared/page.ts';
import { loadScript } from './script.ts';

type Ask = () => Promise<string>;

interface Turnstile {
  render(place: HTMLElement, options: object): string;
  reset(id: string): void;
  execute(place: HTMLElement): void;
}
interface Recaptcha {
  ready(then: () => void): void;
  render(place: HTMLElement, options: object): number;
  getResponse(id: number): string;
  reset(id: number): void;
  execute(siteKey: string, options: object): PromiseLike<string>;
}
const theirs = globalThis as unknown as { turnstile?: Turnstile; grecaptcha?: { enterprise: Recaptcha } };

const fault = (key: 'captcha.away' | 'captcha.needed') => new ApiError(0, 'captcha', t(key));

const load = (address: string) => loadScript(address).catch(() => { throw fault('captcha.away'); });

const isDark = () => page.experience.color.isDarkModeEnabled && matchMedia('(prefers-color-scheme: dark)').matches;

/** Shows itself only to those of whom it wants a click. */
async function turnstile(place: HTMLElement, { siteKey }: CaptchaConfig): Promise<Ask> {
  await load('https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit');
  const service = theirs.turnstile as Turnstile;
  let settle: { done: (token: string) => void; fail: (error: ApiError) => void } | undefined;
  const fail = () => { settle?.fail(fault('captcha.away')); return true; };
  const id = service.render(place, { sitekey: siteKey, execution: 'execute', appearance: 'interaction-only',
    language: page.language.toLowerCase(), theme: isDark() ? 'dark' : 'light', size: 'flexible',
    callback: (token: string) => settle?.done(token), 'error-callback': fail, 'timeout-callback': fail });
  return () => new Promise((done, fail) => {
    settle = { done, fail };
    service.reset(id);
    service.execute(place);
  });
}

/** A box to tick, or nothing to see: a score. */
async function recaptcha(place: HTMLElement, { siteKey, mode, domain }: CaptchaConfig): Promise<Ask> {
  const hasBox = mode === 'checkbox';
  const host = domain?.includes('recaptcha.net') ? 'www.recaptcha.net' : 'www.google.com';
  await load(`https://${host}/recaptcha/enterprise.js?${new URLSearchParams(
    { render: hasBox ? 'explicit' : siteKey, hl: page.language })}`);
  const service = (theirs.grecaptcha as { enterprise: Recaptcha }).enterprise;
  await new Promise<void>((done) => service.ready(done));
  if (!hasBox) return async () => service.execute(siteKey, { action: 'interaction' });
  const id = service.render(place, { sitekey: siteKey, theme: isDark() ? 'dark' : 'light' });
  return async () => {
    const token = service.getResponse(id);
    if (!token) throw fault('captcha.needed');
    service.reset(id);	// a token is good for one call
    return token;
  };
}

let widget: Promise<Ask> | undefined;	// of the form on the screen

/** A fresh token; undefined: the tenant does not ask for one. */
export async function captchaToken(): Promise<string | undefined> {
  if (!page.experience.captchaConfig) return undefined;
  if (!widget) throw fault('captcha.away');
  return (await widget)();
}

/** Where the service shows what it wants of a person; nothing for tenants that do not ask. */
export function Captcha() {
  const place = useRef<HTMLDivElement>(null);
  const config = page.experience.captchaConfig;
  useEffect(() => {
    if (!config || !place.current) return;
    const mine = (config.type === 'Turnstile' ? turnstile : recaptcha)(place.current, config);
    mine.catch(() => { if (widget === mine) widget = undefined; });	// told when a token is needed
    widget = mine;
    return () => { if (widget === mine) widget = undefined; };
  }, []);
  return config ? <div class="captcha" ref={place} /> : null;
}
