// What the pages do between their screens, against a small fake of the Experience API.
import { beforeEach, expect, test, vi } from 'vitest';
import english from '../../../src/tenant/phrases/en.json';
import { answerWith, calls, location, settled, startAnew } from './fake.ts';

const { t } = await import('../../shared/page.ts');
const flow = await import('../src/flow.ts');
const { identifierFault, readIdentifier } = await import('../../shared/identifier.ts');
const { passwordFaults } = await import('../../shared/password.ts');
const { textOn } = await import('../../shared/look.tsx');
const { partFault, partsOf, valuesOf } = await import('../../shared/profile-fields.tsx');
const { asksFor } = await import('../src/screens/consent.tsx');

beforeEach(startAnew);

test('a password is checked, the person identified, and the browser sent back', async () => {
  answerWith([204], [200, { verificationId: 'v' }], [204], [200, { redirectTo: 'https://a.example/oidc/auth/i' }]);
  await settled(flow.signInWithPassword({ type: 'username', value: 'ada' }, 'secret'));
  expect(calls).toEqual(['PUT  {"interactionEvent":"SignIn"}',
    'POST /verification/password {"identifier":{"type":"username","value":"ada"},"password":"secret"}',
    'POST /identification {"verificationId":"v"}', 'POST /submit']);
  expect(location.assigned).toBe('https://a.example/oidc/auth/i');
});

test('what an account lacks leads to the screen that asks for it, with the query kept', async () => {
  for (const [missing, path] of [['email', '/continue/email'], ['emailOrPhone', '/continue/email-or-phone'],
    ['extraProfile', '/continue/extra-profile'], ['password', '/continue/password']] as const) {
    answerWith([422, { code: 'user.missing_profile', message: 'm', data: { missingProfile: [missing, 'phone'] } }]);
    await flow.step(flow.submit);
    expect(location.pathname + location.search).toBe(`${path}?app_id=shop`);
  }
});

test('a suspended account and a sign-in that is over have screens of their own; other refusals are shown', async () => {
  for (const [status, code, path] of [[401, 'user.suspended', '/account-suspended'],
    [400, 'session.not_found', '/unknown-session'],
    [404, 'session.interaction_not_found', '/unknown-session']] as const) {
    answerWith([status, { code, message: 'm' }]);
    await flow.step(flow.submit);
    expect(location.pathname).toBe(path);
  }
  answerWith([422, { code: 'session.invalid_credentials', message: 'wrong' }]);
  await expect(flow.step(flow.submit)).rejects.toMatchObject({ code: 'session.invalid_credentials', message: 'wrong' });
});

test('a server that does not answer is told as that', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')));
  await expect(flow.begin('SignIn')).rejects.toMatchObject({ status: 0, message: english.description.server_away });
  answerWith([503, {}], [502, undefined]);
  await expect(flow.begin('SignIn')).rejects.toMatchObject({ status: 0 });
});

test('a code keeps what its screen needs, over a reload', async () => {
  answerWith([204], [200, { verificationId: 'code' }]);
  await flow.startWithCode('ForgotPassword', { type: 'email', value: 'ada@a.example' });
  expect(flow.pending.read()).toEqual({ purpose: 'ForgotPassword', verificationId: 'code',
    identifier: { type: 'email', value: 'ada@a.example' } });
  expect(location.pathname).toBe('/forgot-password/verification-code');
});

test('a link of somebody without an account registers them', async () => {
  answerWith([204], [200, { verificationId: 'l' }], [404, { code: 'user.user_not_exist', message: 'm' }], [204], [201],
    [200, { redirectTo: '/x' }]);
  await settled(flow.useOneTimeToken('ada@a.example', 'token'));
  expect(calls.slice(3)).toEqual(['PUT /interaction-event {"interactionEvent":"Register"}',
    'POST /identification {"verificationId":"l"}', 'POST /submit']);
});

test('what is added while registering identifies again, what is added while signing in does not', async () => {
  answerWith([204], [200, { interactionEvent: 'Register' }], [201], [200, { redirectTo: '/x' }]);
  await settled(flow.complete({ type: 'password', value: 'p' }));
  expect(calls.slice(2)).toEqual(['POST /identification {}', 'POST /submit']);
  answerWith([204], [200, { interactionEvent: 'SignIn', userId: 'u' }], [200, { redirectTo: '/x' }]);
  await settled(flow.complete({ type: 'password', value: 'p' }));
  expect(calls.slice(2)).toEqual(['POST /submit']);
});

test.each([
  ['ada', ['username', 'email'], 'username', 'ada'], [' ada@a.example ', ['username', 'email'], 'email', 'ada@a.example'],
  ['+49 (30) 123-456', ['email', 'phone'], 'phone', '4930123456'], ['4930', ['username'], 'username', '4930'],
  ['ada', ['email'], 'email', 'ada'],
] as const)('%j among %j is a %s', (text, kinds, type, value) => {
  expect(readIdentifier(text, kinds)).toEqual({ type, value });
});

test('identifiers that cannot be are told before anything is sent', () => {
  for (const [type, bad, good] of [['email', 'ada', 'ada@a.example'], ['phone', '12', '4930123456'],
    ['username', '1ada', '_ada1']] as const) {
    expect(identifierFault({ type, value: bad })).toBeTruthy();
    expect(identifierFault({ type, value: good })).toBeUndefined();
  }
  expect(identifierFault({ type: 'username', value: '' }, ['username', 'email'])).toBe('Username / E-mail is required');
});

test('the faults of a password are sentences, each once', () => {
  expect(passwordFaults([{ code: 'password_rejected.too_short', interpolation: { min: 8 } },
    { code: 'password_rejected.restricted.sequence' }, { code: 'password_rejected.restricted.repetition' }]))
    .toBe('At least 8 characters. Too easy to guess');
});

test('a text has its names filled, and keeps those that it is not given', () => {
  expect(t('password.too_short', { min: 3 })).toBe('At least 3 characters');
  expect(t('description.enter_code')).toContain('{{target}}');
});

test('text on the accent is the one that is easier to read', () => {
  expect(['#000000', '#3b5bdb', '#fff', '#ffcc00'].map(textOn)).toEqual(['#fff', '#fff', '#000', '#000']);
});

const field = (name: string, type: string, more: object = {}, required = true) =>
  ({ name, type, label: name, description: null, required, config: more });

test('profile fields are checked by their kind', () => {
  const fault = (type: string, config: object, value: string, required = true) =>
    partFault({ enabled: true, name: 'x', type, required, config }, value);
  expect(fault('Text', {}, '')).toBeTruthy();
  expect(fault('Text', {}, '', false)).toBeUndefined();
  expect(fault('Text', { minLength: 3 }, 'ab')).toBe('At least 3 characters');
  expect(fault('Number', { minValue: 1, maxValue: 5 }, '6')).toBe('At most 5');
  expect(fault('Number', { minValue: 1, maxValue: 5 }, '0')).toBe('At least 1');
  expect(fault('Number', { minValue: 1, maxValue: 5 }, '5')).toBeUndefined();
  expect(fault('Number', {}, 'six')).toBe('This is not a number');
  expect(fault('Url', {}, 'javascript:alert(1)')).toBe('This is not a web address');
  expect(fault('Regex', { format: '^a+$' }, 'b')).toBe('This does not have the form that is asked for');
  expect(fault('Regex', { format: '^a+$' }, 'aaa')).toBeUndefined();
  expect(fault('Regex', { format: '(' }, 'x')).toBeUndefined();
});

test('profile fields become the members that the server takes', () => {
  const fields = [field('age', 'Number'), field('news', 'Checkbox'), field('address', 'Address',
    { parts: [{ enabled: true, name: 'locality', type: 'Text', required: false },
      { enabled: false, name: 'country', type: 'Text', required: false }] }),
  field('fullname', 'Fullname', { parts: [{ enabled: true, name: 'givenName', type: 'Text', required: true }] })];
  expect(partsOf(fields[2]!)).toHaveLength(1);
  expect(valuesOf(fields, { 'age.age': '5', 'news.news': 'true', 'address.locality': 'Paris', 'fullname.givenName': 'Ada' }))
    .toEqual({ age: 5, news: true, address: { locality: 'Paris' }, givenName: 'Ada' });
});

test('what an application asks for is told in words, each thing once, below the API that it is for', () => {
  const scopes = [{ resource: { id: 'r', name: 'API' }, scopes: [{ id: 's', name: 'read', description: 'Read things' },
    { id: 't', name: 'write', description: null }] }];
  expect(asksFor({ missingOIDCScope: ['profile', 'odd'], missingResourceScopes: scopes,
    organizations: [{ id: 'o', name: 'O', missingResourceScopes: [...scopes,
      { resource: { id: 'urn:logto:resource:organizations', name: 'urn:logto:resource:organizations' }, scopes: [{ id: 'u', name: 'invite', description: null }] }] }] }))
    .toEqual([[english.description.asks_for, [english.scope.profile, 'odd']], ['API', ['Read things', 'write']], [english.scope.organizations, ['invite']]]);
  expect(asksFor({ missingResourceScopes: [], organizations: [] })).toEqual([]);
});
