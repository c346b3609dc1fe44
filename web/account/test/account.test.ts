// What the account page makes of answers, and its tokens, against a small fake of the server.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import english from '../../../src/tenant/phrases/en.json';

const kept = vi.hoisted(() => {
  const stored = new Map<string, string>();
  Object.assign(globalThis, { location: { pathname: '/account/security', search: '', origin: 'http://localhost', replaced: '',
    replace(address: string) { this.replaced = address; } },
  history: { replaceState() {} },
  sessionStorage: { getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => stored.set(name, value), removeItem: (name: string) => stored.delete(name) },
  document: { getElementById: () => ({ textContent: JSON.stringify({ language: 'en', phrases: {}, experience: {
    color: {}, branding: {}, mfa: { factors: ['Totp'], policy: 'NoPrompt' } }, profileFields: [],
  accountCenter: { enabled: true, deleteAccountUrl: null, fields: { name: 'Edit', email: 'ReadOnly' } } }) }) } });
  return stored;
});

const { page, t } = await import('../../shared/page.ts');
page.phrases = english;
const { labelOf } = await import('../../shared/profile-fields.tsx');
const { agentName } = await import('../../shared/agent.ts');
const { appsOf } = await import('../src/apps.tsx');
const { changesOf, valuesIn } = await import('../src/profile.tsx');
const { client, edits, shows } = await import('../src/client.ts');
const { readAccount, proof } = await import('../src/api.ts');

let calls: { path: string; headers: Record<string, string>; body: string }[];
let answers: Record<string, () => Response>;
const json = (value: unknown, status = 200) =>
  new Response(JSON.stringify(value), { status, headers: { 'Content-Type': 'application/json' } });
const idToken = `x.${Buffer.from('{"email":"ada@a.example"}').toString('base64url')}.x`;
const tokens = (more: object = {}) => kept.set('guildhall:account-center:tokens',
  JSON.stringify({ idToken, accessToken: 'a1', refreshToken: 'r1', expiresAt: Date.now() + 600_000, ...more }));

beforeEach(() => {
  calls = [];
  kept.clear();
  answers = { '/api/my-account': () => json({ id: 'u1' }) };
  vi.stubGlobal('fetch', async (path: string, { headers = {}, body = '' }: any = {}) => {
    calls.push({ path, headers, body: String(body) });
    return (answers[path.split('?')[0] as string] ?? (() => json({ code: 'none' }, 404)))();
  });
});
afterEach(() => { proof.clear(); vi.unstubAllGlobals(); });

test('what the tenant left out is off', () => {
  expect([shows('name'), edits('name'), shows('email'), edits('email'), shows('phone'), edits('phone')])
    .toEqual([true, true, true, false, false, false]);
});

test('a browser is named as people name it', () => {
  expect(agentName('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0'))
    .toBe('Edge · Windows');
  expect(agentName('Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0', '130')).toBe('Firefox 130 · Linux');
  expect(agentName('a program on Linux', '130')).toBe('Linux');
  expect(agentName('Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Mobile/15E148 Safari/604.1'))
    .toBe('Safari · iPhone');
  expect(agentName('Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0')).toBe('Firefox · Linux');
  expect([agentName('curl/8.0'), agentName(undefined)]).toEqual([undefined, undefined]);
});

test('a field is called as the tenant calls it, else by a word that everybody knows, else by its name', () => {
  expect([labelOf({ label: 'Town', name: 'locality' }), labelOf({ label: '', name: 'locality' }), labelOf({ name: 'team' })])
    .toEqual(['Town', 'City', 'team']);
});

test('a name that is read from right to left does not turn the sentence around it', () => {
  expect([t('account.leave_title', { name: 'Acme' }), t('account.leave_title', { name: 'آدا' })])
    .toEqual(['Leave Acme?', 'Leave \u2068آدا\u2069?']);
});

test('a server that does not answer is told, and nobody is sent away to sign in', async () => {
  tokens({ expiresAt: 0 });
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  location.replace('');
  await expect(readAccount()).rejects.toMatchObject({ status: 0, message: english.description.server_away });
  expect((location as any).replaced).toBe('');
});

test('an application stands there once, with all its grants; this page does not', () => {
  const grant = (id: string, app: string | null, iat: number) =>
    ({ id, payload: { iat }, application: app ? { id: app, name: app.toUpperCase() } : null });
  expect(appsOf([grant('g1', 'shop', 20), grant('g2', 'account-center', 5), grant('g3', 'shop', 10), grant('g4', null, 1), grant('g5', 'books', 3)]))
    .toEqual([{ id: 'books', name: 'BOOKS', since: 3000, grants: ['g5'] }, { id: 'shop', name: 'SHOP', since: 10_000, grants: ['g1', 'g3'] }]);
});

test('fields go to the profile or the custom data, which keeps what the page does not know', () => {
  const field = (name: string, type: string, config: object = {}) =>
    ({ name, type, label: '', description: null, required: false, config }) as any;
  const part = (name: string) => ({ enabled: true, name, type: 'Text', required: false });
  const fields = [field('nickname', 'Text'), field('team', 'Text'), field('size', 'Number'), field('news', 'Checkbox'),
    field('address', 'Address', { parts: [part('locality'), part('country')] })];
  const account = { id: 'u1', hasSecurityVerificationMethod: true, profile: { nickname: 'A', address: { locality: 'Bath' } },
    customData: { team: 'red', hidden: 1 } };
  const values = valuesIn(account, fields);
  expect(values).toEqual({ 'nickname.nickname': 'A', 'team.team': 'red', 'size.size': '', 'news.news': '',
    'address.locality': 'Bath', 'address.country': '' });
  expect(changesOf(account, fields, { ...values, 'nickname.nickname': '', 'team.team': '', 'size.size': '5', 'news.news': 'true',
    'address.country': 'Wales' })).toEqual({ profile: { nickname: '', address: { locality: 'Bath', country: 'Wales' } },
    customData: { hidden: 1, size: 5, news: true } });
});

test('calls carry the token, and the proof while it lasts', async () => {
  tokens();
  await readAccount();
  proof.set('p1', new Date(Date.now() + 60_000).toISOString());
  await readAccount();
  proof.set('p2', new Date(Date.now() - 1).toISOString());
  await readAccount();
  expect(calls.map((one) => [one.headers['Authorization'], one.headers['logto-verification-id']]))
    .toEqual([['Bearer a1', undefined], ['Bearer a1', 'p1'], ['Bearer a1', undefined]]);
});

test('a proof that the server refuses is forgotten', async () => {
  tokens();
  proof.set('p1', new Date(Date.now() + 60_000).toISOString());
  answers['/api/my-account'] = () => json({ code: 'verification_record.permission_denied', message: 'no' }, 401);
  await expect(readAccount()).rejects.toMatchObject({ status: 401 });
  expect([proof.get(), (globalThis as any).location.replaced]).toEqual([undefined, '']);
});

test('a token that ends soon is renewed once for all calls that wait for it', async () => {
  tokens({ expiresAt: Date.now() + 1000 });
  answers['/oidc/token'] = () => json({ access_token: 'a2', refresh_token: 'r2', expires_in: 3600 });
  await Promise.all([readAccount(), readAccount()]);
  expect(calls.map((one) => one.path.split('?')[0])).toEqual(['/oidc/token', '/api/my-account', '/api/my-account']);
  expect(calls[0]?.body).toContain('refresh_token=r1');
  expect(calls[2]?.headers['Authorization']).toBe('Bearer a2');
  expect(client.claims()).toEqual({ email: 'ada@a.example' });
});

test('who is signed out is sent to sign in', async () => {
  tokens();
  answers['/api/my-account'] = () => json({ code: 'auth.unauthorized', message: 'no' }, 401);
  await expect(readAccount()).rejects.toMatchObject({ status: 401 });
  const { replaced } = (globalThis as any).location;
  expect(replaced).toMatch(/^\/oidc\/auth\?client_id=account-center&/);
  expect(JSON.parse(kept.get('guildhall:account-center:begun') ?? '').from).toBe('/account/security');
});
