// A browser small enough for a test without one, and a fake of the Experience API. To be imported before the pages.
import { expect, vi } from 'vitest';
import english from '../../../src/tenant/phrases/en.json';

const kept = new Map<string, string>();
const events = new EventTarget();
/** Where the page is, and where it has left to. */
export const location = { pathname: '/sign-in', search: '?app_id=shop', origin: 'http://localhost', assigned: '',
  assign(address: string) { this.assigned = address; } };
const move = (_state: unknown, _title: string, path: string) => {
  [location.pathname = '', location.search = ''] = [path.split('?')[0], path.includes('?') ? `?${path.split('?')[1]}` : ''];
};
Object.assign(globalThis, { location, history: { pushState: move, replaceState: move, back() {} },
  dispatchEvent: events.dispatchEvent.bind(events), addEventListener: events.addEventListener.bind(events),
  sessionStorage: { getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value), removeItem: (name: string) => kept.delete(name) },
  document: { getElementById: () => ({ textContent: (globalThis as any).pageText }) } });
(globalThis as any).pageText = JSON.stringify({ language: 'en', phrases: english, experience: {
  signInMode: 'SignInAndRegister', color: {}, branding: {}, signIn: { methods: [] } } });

/** What the pages have called: method, path and body. */
export let calls: string[] = [];

/** Answers in the order of the calls: a status, and a body. Without one left: 204. */
export function answerWith(...answers: [number, unknown?][]): void {
  calls = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    calls.push(`${init.method} ${path.replace('/api/experience', '').replace(/[?&]locale=en$/, '')} ${init.body ?? ''}`.trim());
    expect((init.headers as Record<string, string>)['Logto-App-Id']).toBe('shop');
    const [status, body] = answers.shift() ?? [204];
    return new Response(body === undefined ? null : JSON.stringify(body),
      { status, headers: { 'Content-Type': 'application/json; charset=utf-8' } });
  });
}

export function startAnew(): void {
  kept.clear();
  Object.assign(location, { assigned: '', pathname: '/sign-in' });
}

/** Until it has left the page, which never returns. */
export const settled = async (run: Promise<unknown>) => { await Promise.race([run, new Promise((done) => setTimeout(done, 20))]); };
