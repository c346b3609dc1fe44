// What the pages of connectors make of the API's members, and back.
import { expect, test } from 'vitest';
import { configOf, faultsIn, fieldsOf, valuesOf, type FormItem } from '../src/connectors/fields.ts';
import { newId, socialBody, socialFaults, socialValues } from '../src/connectors/social-fields.ts';
import { filledIn, firstTexts, ownTexts } from '../src/connectors/texts.ts';
import { guides as de } from '../src/locales/de/connector-guides.ts';
import { guides as en } from '../src/locales/en/connector-guides.ts';
import { guides as es } from '../src/locales/es/connector-guides.ts';
import { guides as fr } from '../src/locales/fr/connector-guides.ts';
import { guides as ja } from '../src/locales/ja/connector-guides.ts';
import { isInUse, usesOf } from '../src/connectors/usage.ts';

const item = (key: string, type: string, required = false, more: Partial<FormItem> = {}): FormItem => ({ key, type, label: key, required, ...more });
const smtp = [item('host', 'Text', true), item('port', 'Number', true), item('secure', 'Switch'), item('ignoreTLS', 'Switch'), item('auth', 'Json'),
  item('fromEmail', 'Text', true), item('replyTo', 'Text'), item('templates', 'Json')];

test('a configuration becomes fields and is the same again; what no field knows stays, and what is empty is not there', () => {
  const stored = { host: 'mail.example', port: 587, auth: { user: 'a', pass: ' b ' }, fromEmail: 'a@x.example', templates: [{ usageType: 'Generic' }], other: [1] };
  const values = valuesOf(fieldsOf(smtp), stored);
  expect(values).toEqual({ host: 'mail.example', port: 587, secure: 'auto', 'auth.user': 'a', 'auth.pass': ' b ', fromEmail: 'a@x.example', replyTo: '' });
  expect(configOf(smtp, values, stored)).toEqual(stored);
  expect(configOf(smtp, { ...values, 'auth.user': '', 'auth.pass': '', host: ' h ' }, stored)).toEqual({ ...stored, host: 'h', auth: undefined });
});

test('two switches for encryption are one choice', () => {
  for (const [way, config] of [['auto', {}], ['tls', { secure: true }], ['starttls', { secure: false }], ['none', { ignoreTLS: true }]] as const) {
    expect(valuesOf(fieldsOf(smtp), config)['secure']).toBe(way);
    expect(configOf(smtp, { secure: way }, { secure: true, ignoreTLS: true })).toEqual(config);
  }
});

test('what is needed and what is no JSON object is told at its field; nothing has to be chosen where nothing is needed', () => {
  const items = [item('clientSecret', 'Text', true), item('customConfig', 'Json'), item('way', 'Select', false, { selectItems: [{ value: 'a', title: 'A' }] }), item('prompts', 'MultiSelect')];
  const values = valuesOf(fieldsOf(items), {});
  expect(values).toEqual({ clientSecret: '', customConfig: '', way: '', prompts: [] });
  expect(Object.keys(faultsIn(items, { ...values, customConfig: '[]' }))).toEqual(['clientSecret', 'customConfig']);
  expect(configOf(items, { ...values, clientSecret: 'x', customConfig: '{"a":"b"}', prompts: ['login'] }, {})).toEqual({ clientSecret: 'x', customConfig: { a: 'b' }, prompts: ['login'] });
  expect(fieldsOf(items).map(({ kind }) => kind)).toEqual(['secret', 'json', 'select', 'several']);
});

test('only a protocol has a target and a look, which an empty text takes away', () => {
  const kind = { formItems: [item('clientId', 'Text', true)], isStandard: true }, values = { ...socialValues(kind), clientId: 'c', $name: 'Acme', $target: 'acme' };
  expect(socialBody(kind, values)).toEqual({ config: { clientId: 'c' }, metadata: { target: 'acme', name: { en: 'Acme' } }, syncProfile: false });
  const it = { metadata: { target: 'acme', name: { en: 'A', de: 'B' }, logo: 'https://x.example/a.png' }, config: {}, syncProfile: true } as never;
  expect(socialBody(kind, { ...values, $logo: '' }, it).metadata).toEqual({ target: 'acme', name: { en: 'Acme', de: 'B' }, logo: '', logoDark: '' });
  expect(socialBody({ formItems: kind.formItems }, values)).toEqual({ config: { clientId: 'c' }, syncProfile: false });
  expect(Object.keys(socialFaults(kind, { ...values, $target: 'a b', $logo: 'javascript:alert(1)', $name: ' ' })).sort()).toEqual(['$logo', '$name', '$target']);
  expect(newId()).toMatch(/^[0-9a-z]{12}$/);
});

test('what is filled into a mail is text, and a place without a value is nothing', () => {
  expect(filledIn('{{ a.b }} {{c}} {{not this}}', { 'a.b': '<i>&' }, true)).toBe('&#60;i&#62;&#38;  {{not this}}');
  expect(filledIn('{{a}}', { a: '<i>' }, false)).toBe('<i>');
  expect(ownTexts({ templates: [null, 5, { usageType: 'X', subject: 's', content: 'c', contentType: 'odd' }] as never })).toEqual([{ usageType: 'X', subject: 's', content: 'c', contentType: 'text/html' }]);
  expect(firstTexts()).toHaveLength(9);
});

test('what needs a connector is found in the rules; that mails could invite is no use', () => {
  const rules = { signUp: { identifiers: ['email'], password: true, verify: true }, signIn: { methods: [{ identifier: 'phone', verificationCode: true, password: false, isPasswordPrimary: false }] },
    forgotPasswordMethods: ['EmailVerificationCode'], mfa: { factors: ['PhoneVerificationCode'], policy: 'NoPrompt' } } as unknown as Parameters<typeof usesOf>[1];
  expect(usesOf('Email', rules)).toEqual(['registration', 'forgotPassword', 'invitations']);
  expect(usesOf('Sms', rules)).toEqual(['signIn', 'mfa']);
  expect(isInUse(['invitations'])).toBe(false);
});

test.each(Object.entries({ de, es, fr, ja }))('the guides in %s have each step, in their own words', (_, guides) => {
  const steps = (of: typeof en) => Object.entries(of).flatMap(([id, one]) => one.steps.map((text, i) => [`${id} ${i}`, text] as const));
  expect(steps(guides).map(([id]) => id)).toEqual(steps(en).map(([id]) => id));
  expect(steps(guides).filter(([, text], i) => text === steps(en)[i]?.[1])).toEqual([]);
});
