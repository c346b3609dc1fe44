// What the pages of Sign-in & account and of multi-factor auth make of the API's members, and back.
import { expect, test } from 'vitest';
import { bodyOf as mfaBody, faultsOf, hindrance, requiring, valuesOf as mfaValues, withFactor } from '../src/mfa/policy.ts';
import { asked, bodyOf, changesOf, missingConnectors, moved, offered, settled, valuesOf } from '../src/sign-in-experience/identifiers.ts';
import { bodyOf as fieldBody, faultsOf as fieldFaults, valuesOf as fieldValues } from '../src/sign-in-experience/profile-field/field.ts';
import { foundIn, lostNames, treeOf } from '../src/sign-in-experience/languages/tree.ts';

const method = (identifier: 'username' | 'email' | 'phone', password = true, verificationCode = false) =>
  ({ identifier, password, verificationCode, isPasswordPrimary: password });
const stored = { signInMode: 'SignInAndRegister' as const, signUp: { identifiers: ['username' as const], password: true, verify: false }, signIn: { methods: [method('username')] },
  forgotPasswordMethods: null, passkeySignIn: {}, singleSignOnEnabled: false, unknownSessionRedirectUrl: null, socialSignInConnectorTargets: [], socialSignIn: {},
  usernamePolicy: { caseSensitive: true, minLength: 1, maxLength: 128, allowedChars: { lowercase: true, uppercase: true, numbers: true, underscore: true } } };

test('nothing is sent of what nobody changed', () => {
  const values = valuesOf(stored);
  expect(changesOf(values, values)).toEqual({});
  expect(changesOf({ ...values, passkey: true }, values)).toEqual({ passkeySignIn: { enabled: true, showPasskeyButton: false, allowAutofill: false } });
});

test('what registration asks for becomes a way to sign in, is verified and is asked for once', () => {
  const values = settled({ ...valuesOf(stored), primary: 'email+phone', secondary: ['phone', 'username'] });
  expect(asked(values)).toEqual(['email', 'phone', 'username']);
  expect(offered(values)).toEqual([]);
  expect(bodyOf(values)).toMatchObject({ signUp: { identifiers: ['email', 'phone'], verify: true, secondaryIdentifiers: [{ identifier: 'username' }] },
    signIn: { methods: [{ identifier: 'username' }, { identifier: 'email', verificationCode: true }, { identifier: 'phone', verificationCode: true }] } });
  expect(missingConnectors(values, ['Email'])).toEqual(['Sms']);
});

test('somebody with a username alone has a password, and without a first identifier there is no second', () => {
  expect(settled({ ...valuesOf(stored), password: false }).password).toBe(true);
  expect(settled({ ...valuesOf(stored), primary: '', secondary: ['email'] }).secondary).toEqual([]);
});

test('one of a list is moved', () => {
  expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b']);
});

test('a policy is read with its old name, and a prompt that does not go with the way gives way', () => {
  const values = mfaValues({ mfa: { factors: ['Totp'], policy: 'UserControlled' }, adaptiveMfa: {} });
  expect(values).toMatchObject({ require: 'optional', prompt: 'PromptAtSignInAndSignUp' });
  expect(mfaBody(requiring(values, 'adaptive'))).toEqual({ mfa: { factors: ['Totp'], policy: 'PromptAtSignInAndSignUpMandatory' }, adaptiveMfa: { enabled: true } });
  expect(mfaBody(requiring(values, 'mandatory')).mfa.policy).toBe('Mandatory');
  expect(mfaBody(withFactor(requiring(values, 'adaptive'), 'Totp', false))).toMatchObject({ mfa: { factors: [], policy: 'PromptAtSignInAndSignUp' }, adaptiveMfa: { enabled: false } });
});

test('a code that people sign in with, or that cannot be sent, is no second factor', () => {
  const rules = { signIn: { methods: [method('email', true, true)] } };
  expect(hindrance('EmailVerificationCode', rules, ['Email'])).toBe('usedToSignIn');
  expect(hindrance('PhoneVerificationCode', rules, ['Email'])).toBe('noConnector');
  expect(hindrance('Totp', rules, [])).toBe(undefined);
  const words = { needsConnector: 'connector', backupAlone: 'alone' };
  const values = mfaValues({ mfa: { factors: ['BackupCode'], policy: 'NoPrompt' }, adaptiveMfa: {} });
  expect(faultsOf(values, () => undefined, words)).toEqual({ factors: 'alone' });
  expect(faultsOf({ ...values, factors: ['PhoneVerificationCode', 'Totp'] }, (one) => hindrance(one, rules, []), words)).toEqual({ factors: 'connector' });
});

test('a profile field is sent with what its type has and nothing else', () => {
  const values = { ...fieldValues(), name: 'size', least: 2, most: 9, ticked: true, options: [{ label: '', value: ' a ' }, { label: '', value: '' }] };
  expect(fieldBody({ ...values, type: 'Number' }).config).toEqual({ minValue: 2, maxValue: 9 });
  expect(fieldBody({ ...values, type: 'Select' }).config).toEqual({ options: [{ value: 'a' }] });
  expect(fieldBody({ ...values, type: 'Checkbox', required: true })).toEqual({ type: 'Checkbox', required: false, config: { defaultValue: 'true' } });
  expect(Object.keys(fieldFaults({ ...values, most: 1 }))).toEqual(['most']);
  expect(Object.keys(fieldFaults({ ...values, type: 'Regex', pattern: '(' }))).toEqual(['pattern']);
  expect(Object.keys(fieldFaults({ ...values, name: 'a b' }))).toEqual(['name']);
});

test('texts that are empty are not sent, words are found in any of the languages, and a name that is left out is told', () => {
  expect(treeOf({ 'action.sign_in': 'In', 'action.back': ' ' })).toEqual({ action: { sign_in: 'In' } });
  expect(foundIn({ action: { sign_in: 'Sign in', back: 'Back' } }, { action: { sign_in: 'Anmelden' } }, {}, 'input', 'anmelden').map(({ path }) => path)).toEqual(['action.sign_in']);
  expect(lostNames('Sent to {{target}}', 'Gesendet')).toEqual(['{{target}}']);
  expect(lostNames('Sent to {{target}}', '')).toEqual([]);
});
