// What the security and key pages make of the API's members, and back.
import { expect, test } from 'vitest';
import { blocklistFaults, canReset, captchaFaults, captchaValues, configOf, generalBody, generalFaults, generalValues, linesOf, passwordBody, passwordFaults,
  passwordValues } from '../src/security/policies.ts';
import { secondsOf, spoken } from '../src/signing-keys/lifetime.ts';

const passwords = passwordValues({ passwordPolicy: {}, passwordExpiration: {} });

test('what a tenant never set is shown as it acts', () => {
  expect(passwords).toMatchObject({ least: 8, most: 256, kinds: '1', pwned: true, repetition: true, userInfo: true, words: '', expires: false });
  expect(generalValues({ sentinelPolicy: {}, verificationCodePolicy: {} })).toEqual({ attempts: 100, minutes: 60, seconds: 600, tries: 10 });
  expect(captchaValues({ captchaPolicy: {} }, undefined)).toMatchObject({ enabled: false, type: '' });
});

test('only the part that somebody changed is sent', () => {
  expect(passwordBody(passwords, passwords)).toEqual({});
  expect(Object.keys(passwordBody({ ...passwords, least: 12 }, passwords))).toEqual(['passwordPolicy']);
  expect(passwordBody({ ...passwords, expires: true, days: '30' }, passwords)).toEqual({ passwordExpiration: { enabled: true, validPeriodDays: 30 } });
  const general = generalValues({ sentinelPolicy: {}, verificationCodePolicy: {} });
  expect(generalBody({ ...general, tries: 3 }, general)).toEqual({ verificationCodePolicy: { expirationDuration: 600, maxRetryAttempts: 3 } });
});

test('numbers that are none, or out of their limits, are told', () => {
  expect(Object.keys(generalFaults({ attempts: '', minutes: 1.5, seconds: 59, tries: 101 }))).toEqual(['attempts', 'minutes', 'seconds', 'tries']);
  expect(generalFaults({ attempts: 1, minutes: '525600', seconds: 60, tries: 100 })).toEqual({});
  expect(passwordFaults({ ...passwords, days: 0 })).toEqual({});	// they do not expire
  expect(Object.keys(passwordFaults({ ...passwords, least: 9, most: 8, expires: true, days: 0 }))).toEqual(['days', 'least']);
});

test('a captcha needs a service, and a service its keys; of the other service nothing is sent', () => {
  const none = captchaValues({ captchaPolicy: { enabled: true } }, undefined);
  expect(Object.keys(captchaFaults(none))).toEqual(['type']);
  expect(Object.keys(captchaFaults({ ...none, type: 'RecaptchaEnterprise', siteKey: ' ' }))).toEqual(['siteKey', 'secretKey', 'projectId']);
  expect(configOf({ ...none, type: 'Turnstile', siteKey: ' a ', secretKey: 'b', projectId: 'shop', domain: 'www.recaptcha.net' })).toEqual({ type: 'Turnstile', siteKey: 'a', secretKey: 'b' });
});

test('entries of a list are taken line by line, each once; what is no address is told', () => {
  expect(linesOf(' a@x.example\r\n\n@x.example\na@x.example ')).toEqual(['a@x.example', '@x.example']);
  for (const entry of ['a@x.example', '@x.example', '*@x.example', '@*.example', 'a*b@x.example']) expect(blocklistFaults({ subaddressing: false, blocked: entry, allowed: '' })).toEqual({});
  for (const entry of ['x.example', 'a@x', 'a@@x.example', 'a b@x.example', '@x.example.', 'a@.example', 'a,b@x.example', '<@x.example>'])
    expect(Object.keys(blocklistFaults({ subaddressing: false, blocked: '', allowed: `@x.example\n${entry}` })), entry).toEqual(['allowed']);
});

test('a forgotten password needs a code that is allowed and can be sent', () => {
  expect(canReset({ forgotPasswordMethods: null }, ['Sms'])).toBe(true);
  expect(canReset({ forgotPasswordMethods: ['EmailVerificationCode'] }, ['Sms'])).toBe(false);
  expect(canReset({ forgotPasswordMethods: [] }, ['Email', 'Sms'])).toBe(false);
});

test('a lifetime is said in the largest unit in which it is whole, and sent in seconds', () => {
  expect([1_209_600, 5400, 61, 7200].map(spoken)).toEqual([{ n: 14, unit: 'days' }, { n: 90, unit: 'minutes' }, { n: 61, unit: 'seconds' }, { n: 2, unit: 'hours' }]);
  expect(secondsOf('0.5', 'hours', 1, 86_400)).toBe(1800);
  for (const n of ['', 'x', 0, -1, 2]) expect(secondsOf(n, 'days', 1, 86_400)).toBe(undefined);
});
