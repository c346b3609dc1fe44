// What the pages of applications decide by themselves: addresses to come back to, what is sent, and the guides.
import { expect, test } from 'vitest';
import type { Application } from '../src/applications/api.ts';
import { guides } from '../src/applications/guides/guides.ts';
import { bodyOf, faultsIn, originFault, redirectFault, redirectWarnings, valuesOf } from '../src/applications/values.ts';

const app = (more: Partial<Application> = {}): Application => ({ tenantId: 'default', id: 'a1', name: 'Shop', description: null, type: 'SPA',
  oidcClientMetadata: { redirectUris: ['https://a.example/cb'], postLogoutRedirectUris: [], logoUri: 'https://a.example/l.png' },
  customClientMetadata: { idTokenTtl: 60, maxAllowedGrants: 2 }, protectedAppMetadata: null, customData: {}, isThirdParty: false,
  appLevelAccessControlEnabled: false, createdAt: 1, ...more } as Application);

test.each(['https://a.example/cb', 'http://localhost:5173/', 'https://*.a.example/*', 'https://a.example/*?x=1', 'myapp://callback', 'io.example.app:/cb'])(
  'people may come back to %s', (text) => expect(redirectFault(text, true)).toBeUndefined());

test.each(['javascript:alert(1)', 'JavaScript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'about:blank', 'a.example/cb', '/cb', '', 'https://a b.example',
  'https://a.example/?x=*', 'https://a.example/#*', 'https://*/cb', 'https://u:p@*.a.example/', 'https://a.example:*/', 'myapp://*'])(
  'people may not come back to %s', (text) => expect(redirectFault(text, true)).toBeTruthy());

test('a native app may use no star', () => {
  expect(redirectFault('https://a.example/*', true)).toBeUndefined();
  expect(redirectFault('https://a.example/*', false)).toBeTruthy();
});

test('stars, and a mix of web addresses and own schemes, are something to think about', () => {
  expect(redirectWarnings(['https://a.example/', 'https://b.example/', ''])).toHaveLength(0);
  expect(redirectWarnings(['https://a.example/*'])).toHaveLength(1);
  expect(redirectWarnings(['https://a.example/*', 'myapp://cb'])).toHaveLength(2);
});

test('an origin has no path', () => {
  expect(['https://a.example', 'http://localhost:3000', 'https://a.example/'].map(originFault)).toEqual([undefined, undefined, undefined]);
  for (const text of ['https://a.example/x', 'a.example', 'javascript:1', '*']) expect(originFault(text)).toBeTruthy();
});

test('what is not of the page stays in both objects of metadata, which the API replaces whole; what is emptied leaves them', () => {
  const it = app(), body = bodyOf(it, { ...valuesOf(it), maxAllowedGrants: '', refreshTokenTtlInDays: '30', redirectUris: [' https://b.example/cb ', ''] });
  expect(body.oidcClientMetadata).toEqual({ redirectUris: ['https://b.example/cb'], postLogoutRedirectUris: [], logoUri: 'https://a.example/l.png', backchannelLogoutSessionRequired: false });
  expect(body.customClientMetadata).toEqual({ idTokenTtl: 60, allowTokenExchange: false, corsAllowedOrigins: [], alwaysIssueRefreshToken: false, rotateRefreshToken: true,
    refreshTokenTtlInDays: 30 });
});

test('a machine has no addresses, and a third-party application no exchange of tokens', () => {
  const machine = app({ type: 'MachineToMachine', customClientMetadata: {} }), other = app({ isThirdParty: true });
  expect(bodyOf(machine, valuesOf(machine))).toEqual({ name: 'Shop', description: '', customData: {}, customClientMetadata: { allowTokenExchange: false } });
  expect(bodyOf(other, valuesOf(other)).customClientMetadata).not.toHaveProperty('allowTokenExchange');
});

test('one address is needed where people sign in by the browser, none on a device', () => {
  const none = { redirectUris: [], postLogoutRedirectUris: [] }, spa = app({ oidcClientMetadata: none });
  const device = app({ type: 'Native', oidcClientMetadata: none, customClientMetadata: { isDeviceFlow: true } });
  expect(Object.keys(faultsIn(spa, valuesOf(spa)))).toEqual(['redirectUris']);
  expect(faultsIn(device, valuesOf(device))).toEqual({});
  expect(Object.keys(faultsIn(device, { ...valuesOf(device), refreshTokenTtlInDays: 0, maxAllowedGrants: 1.5, customData: '[]', name: ' ' })).sort())
    .toEqual(['customData', 'maxAllowedGrants', 'name', 'refreshTokenTtlInDays']);
});

test.each(guides.map((guide) => [guide.id, guide] as const))('the guide %s has the values of its application in it, and the addresses that it tells', (_, guide) => {
  const steps = guide.steps({ endpoint: 'https://id.example', appId: 'app-x1', secret: 'secret-x1', resource: 'https://api.example' });
  const text = steps.map(({ code }) => code).join('\n');
  expect(text).toContain('https://id.example');
  expect(text).toContain('app-x1');
  expect(text.includes('secret-x1')).toBe(guide.type === 'Traditional' || guide.type === 'MachineToMachine');
  if (guide.addresses && guide.id !== 'next' && guide.id !== 'express') expect(text).toContain(guide.addresses.redirect);
  expect(guides.filter(({ id }) => id === guide.id)).toHaveLength(1);
});
