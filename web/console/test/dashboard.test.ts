// How the dashboard reads days and draws their numbers, and the ways to sign in that the first visit offers.
import { expect, test } from 'vitest';
import { isDay, isOld, scaleOf } from '../src/dashboard/days.ts';
import { valuesOf } from '../src/sign-in-experience/identifiers.ts';
import { wayNames, wayOf, withWay } from '../src/sign-in-experience/ways.ts';

test.each([['2026-02-28', true], ['2024-02-29', true], ['2026-02-29', false], ['2026-2-1', false], ['', false], ['today', false], ['2026-13-01', false]])(
  '%s is a day: %s', (text, is) => expect(isDay(text)).toBe(is));

test.each([[0, [0, 1]], [1, [0, 1]], [3, [0, 1, 2, 3]], [4, [0, 1, 2, 3, 4]], [7, [0, 2, 4, 6, 8]], [100, [0, 50, 100]], [1234, [0, 500, 1000, 1500]]])(
  'a curve up to %i has the lines %j', (most, lines) => expect(scaleOf(most)).toEqual(lines));

test('a scale has few lines of whole numbers and reaches over everything', () => {
  for (let n = 1; n < 3000; n++) {
    const lines = scaleOf(n);
    expect(lines.length).toBeLessThanOrEqual(5);
    expect(lines.at(-1)).toBeGreaterThanOrEqual(n);
    expect(lines.every(Number.isInteger)).toBe(true);
  }
});

test('a key is old after a year', () => {
  const made = 1_700_000_000, day = 86_400;
  expect([isOld(made, (made + 365 * day) * 1000), isOld(made, (made + 366 * day) * 1000)]).toEqual([false, true]);
});

test('each way to sign in is known again once it is saved, and none of them where somebody has another', () => {
  const saved = valuesOf({ signInMode: 'SignInAndRegister', signUp: { identifiers: ['username'], password: true, verify: false },
    signIn: { methods: [{ identifier: 'username', password: true, verificationCode: false, isPasswordPrimary: true }] }, forgotPasswordMethods: null,
    passkeySignIn: {}, singleSignOnEnabled: false, unknownSessionRedirectUrl: null, socialSignInConnectorTargets: [], socialSignIn: {},
    usernamePolicy: { caseSensitive: true, minLength: 1, maxLength: 128, allowedChars: { lowercase: true, uppercase: true, numbers: true, underscore: true } } });
  expect(wayOf(saved)).toBe('username');
  for (const way of wayNames) expect(wayOf(withWay(saved, way))).toBe(way);
  expect(wayOf({ ...saved, methods: [] })).toBe(undefined);
});
