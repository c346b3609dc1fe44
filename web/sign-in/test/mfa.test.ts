// Second factors between the screens: where each refusal leads, which calls prove or set one up, and what a passkey answers.
import { beforeEach, expect, test, vi } from 'vitest';
import english from '../../../src/tenant/phrases/en.json';
import { answerWith, calls, location, settled, startAnew } from './fake.ts';

const { asked } = await import('../src/asked.ts');
const flow = await import('../src/flow.ts');
const mfa = await import('../src/mfa.ts');
const { fromBase64url, toBase64url } = await import('../../shared/passkey.ts');

beforeEach(() => { startAnew(); vi.unstubAllGlobals(); });

const done: [number, unknown] = [200, { redirectTo: '/x' }];
const refusal = (status: number, code: string, data?: object): [number, unknown] => [status, { code, message: 'm', data }];

test.each([
  [403, 'session.mfa.require_mfa_verification', { availableFactors: ['WebAuthn', 'BackupCode'], maskedIdentifiers: {} },
    '/mfa-verification/WebAuthn', ['WebAuthn', 'BackupCode'], undefined],
  [422, 'user.suggest_mfa', undefined, '/mfa-onboarding', [], undefined],
  [422, 'user.missing_mfa', { availableFactors: ['Totp', 'BackupCode'] }, '/mfa-binding/Totp', ['Totp'], undefined],
  [422, 'user.missing_mfa', { availableFactors: ['Totp', 'WebAuthn'], skippable: true }, '/mfa-binding', ['Totp', 'WebAuthn'],
    'mfa-skipped'],
  [422, 'session.mfa.suggest_additional_mfa', { availableFactors: ['WebAuthn', 'Totp', 'EmailVerificationCode'], skippable: true,
    suggestion: true, maskedIdentifiers: { EmailVerificationCode: '****@x.example' } }, '/mfa-binding', ['WebAuthn', 'Totp'],
  'mfa-suggestion-skipped'],
  [422, 'session.mfa.suggest_additional_mfa', { availableFactors: ['WebAuthn', 'Totp'], skippable: true, suggestion: true,
    maskedIdentifiers: {}, isWebAuthnUsedAsSignInPasskey: true }, '/mfa-binding', ['Totp'], 'mfa-suggestion-skipped'],
  [422, 'session.mfa.backup_code_required', undefined, '/mfa-binding/BackupCode', [], undefined],
  [422, 'user.passkey_preferred', undefined, '/create-passkey', [], undefined],
] as const)('%i %s leads on', async (status, code, data, path, factors, skip) => {
  answerWith(refusal(status, code, data));
  await flow.step(flow.submit);
  expect(location.pathname + location.search).toBe(`${path}?app_id=shop`);
  expect(asked.read()?.factors).toEqual(factors);
  expect(asked.read()?.skip).toBe(skip);
});

test('what was asked for is forgotten with the end of the sign-in', async () => {
  asked.write({ factors: ['Totp'], masked: {} });
  answerWith(done);
  await settled(flow.submit());
  expect(asked.read()).toBeUndefined();
  expect(location.assigned).toBe('/x');
});

test('an app is set up by its proof, and asked for by another call', async () => {
  answerWith([200, { verificationId: 'n' }], [204], done);
  await settled(mfa.bindTotp('n', '123456'));
  expect(calls).toEqual(['POST /verification/totp/verify {"verificationId":"n","code":"123456"}',
    'POST /profile/mfa {"type":"Totp","verificationId":"n"}', 'POST /submit']);
  answerWith([200, { verificationId: 'v' }], done);
  await settled(mfa.proveTotp('123456'));
  expect(calls).toEqual(['POST /verification/totp/verify {"code":"123456"}', 'POST /submit']);
});

test('a factor that is set up may ask for the next', async () => {
  location.pathname = '/mfa-binding/Totp';
  answerWith([200, { verificationId: 'n' }], [204], refusal(422, 'session.mfa.backup_code_required'));
  await flow.step(() => mfa.bindTotp('n', '123456'));
  expect(location.pathname).toBe('/mfa-binding/BackupCode');
});

test('a code to an address is proven with the record that it was sent by', async () => {
  asked.write({ factors: ['Totp', 'PhoneVerificationCode'], masked: { PhoneVerificationCode: '****6789' } });
  answerWith([200, { verificationId: 's' }], [200, { verificationId: 's' }], done);
  await mfa.sendFactorCode('PhoneVerificationCode');
  expect(mfa.sentBy('EmailVerificationCode')).toBeUndefined();
  expect(asked.read()?.masked).toEqual({ PhoneVerificationCode: '****6789' });
  await settled(mfa.proveFactorCode('PhoneVerificationCode', '123456'));
  expect(calls).toEqual(['POST /verification/mfa-verification-code {"identifierType":"phone"}',
    'POST /verification/mfa-verification-code/verify {"identifierType":"phone","verificationId":"s","code":"123456"}', 'POST /submit']);
});

test('a new address becomes a factor once its code was typed', async () => {
  answerWith([200, { interactionEvent: 'Register' }], [200, { verificationId: 'a' }], [200, { verificationId: 'a' }], [204], done);
  await mfa.sendAddressCode('EmailVerificationCode', 'ada@x.example');
  await settled(mfa.bindAddress('EmailVerificationCode', '123456'));
  expect(calls.slice(1)).toEqual([
    'POST /verification/verification-code {"identifier":{"type":"email","value":"ada@x.example"},"interactionEvent":"Register"}',
    'POST /verification/verification-code/verify {"identifier":{"type":"email","value":"ada@x.example"},"verificationId":"a","code":"123456"}',
    'POST /profile/mfa {"type":"EmailVerificationCode","verificationId":"a"}', 'POST /submit']);
});

test('wishes are said, and the sign-in goes on', async () => {
  for (const wish of ['mfa-enabled', 'mfa-skipped', 'mfa-suggestion-skipped', 'passkey-skipped'] as const) {
    answerWith([204], done);
    await settled(mfa.say(wish));
    expect(calls).toEqual([`POST /profile/mfa/${wish}`, 'POST /submit']);
  }
});

/* -- passkeys -- */

const bytes = (...list: number[]) => Uint8Array.from(list).buffer;

/** An authenticator of this browser; what it was asked. */
function authenticatorWith(answer: () => Promise<object | null>): { options?: any; signal?: AbortSignal; mediation?: string } {
  const got: { options?: any; signal?: AbortSignal; mediation?: string } = {};
  const take = async ({ publicKey, ...more }: any) => {
    Object.assign(got, { options: publicKey, ...more });
    return answer();
  };
  vi.stubGlobal('PublicKeyCredential', class {});
  vi.stubGlobal('navigator', { credentials: { create: take, get: take } });
  return got;
}

const assertion = { id: '-_8', rawId: bytes(251, 255), authenticatorAttachment: 'platform', getClientExtensionResults: () => ({}),
  response: { clientDataJSON: bytes(1), authenticatorData: bytes(2), signature: bytes(3), userHandle: bytes(4) } };

test('base64url has neither padding nor what an address would escape', () => {
  for (const list of [[], [0], [251, 255], [255, 255, 255], [1, 2, 3, 4]]) {
    const text = toBase64url(bytes(...list));
    expect(text).toMatch(/^[\w-]*$/);
    expect([...fromBase64url(text)]).toEqual(list);
  }
});

test('a passkey signs in by itself: its challenge is of before the beginning', async () => {
  const got = authenticatorWith(async () => assertion);
  answerWith([200, { authenticationOptions: { challenge: 'AQID', rpId: 'localhost' } }], [204], [200, { verificationId: 'p' }], [204],
    done);
  await settled(mfa.askForPasskey().then(mfa.signInWithPasskey));
  expect([...got.options.challenge]).toEqual([1, 2, 3]);
  expect(calls.map((one) => one.split(' ').slice(0, 2).join(' ').trim())).toEqual(['POST /preflight/sign-in-passkey/authentication', 'PUT',
    'POST /verification/sign-in-passkey/authentication/verify', 'POST /identification', 'POST /submit']);
  expect(JSON.parse(calls[2]!.split(' ')[2]!)).toEqual({ payload: { id: '-_8', rawId: '-_8', type: 'WebAuthn',
    authenticatorAttachment: 'platform', clientExtensionResults: {},
    response: { clientDataJSON: 'AQ', authenticatorData: 'Ag', signature: 'Aw', userHandle: 'BA' } } });
});

test('a passkey in the list of a field waits until it is chosen, or the page ends it', async () => {
  const got = authenticatorWith(async () => assertion), { signal } = new AbortController();
  answerWith([200, { authenticationOptions: { challenge: 'AQID' } }]);
  await mfa.askForPasskey(signal);
  expect(got.mediation).toBe('conditional');
  expect(got.signal).toBe(signal);
});

test('a new passkey becomes a factor; those that there are are left out by the authenticator', async () => {
  const got = authenticatorWith(async () => ({ ...assertion, authenticatorAttachment: null,
    response: { clientDataJSON: bytes(1), attestationObject: bytes(2), getTransports: () => ['internal'] } }));
  answerWith([200, { verificationId: 'r', registrationOptions: { challenge: 'AQID', user: { id: 'BA', name: 'ada' },
    excludeCredentials: [{ id: '-_8', type: 'public-key' }] } }], [200, { verificationId: 'r' }], [204], done);
  await settled(mfa.bindPasskey());
  expect([...got.options.user.id]).toEqual([4]);
  expect([...got.options.excludeCredentials[0].id]).toEqual([251, 255]);
  expect(JSON.parse(calls[1]!.split(' ')[2]!)).toEqual({ verificationId: 'r', payload: { id: '-_8', rawId: '-_8', type: 'WebAuthn',
    clientExtensionResults: {}, response: { clientDataJSON: 'AQ', attestationObject: 'Ag', transports: ['internal'] } } });
  expect(calls.slice(2)).toEqual(['POST /profile/mfa {"type":"WebAuthn","verificationId":"r"}', 'POST /submit']);
});

test.each([['NotAllowedError', english.mfa.passkey_failed], ['InvalidStateError', english.mfa.passkey_known]])(
  '%s of the authenticator is told in words, and nothing is proven', async (name, message) => {
    authenticatorWith(() => Promise.reject(new DOMException('m', name)));
    answerWith([200, { verificationId: 'r', authenticationOptions: { challenge: 'AQID' } }]);
    await expect(mfa.provePasskey()).rejects.toMatchObject({ message });
    expect(calls).toHaveLength(1);
  });

test('a browser without passkeys is told so', async () => {
  vi.stubGlobal('navigator', {});
  answerWith([200, { verificationId: 'r', authenticationOptions: { challenge: 'AQID' } }]);
  await expect(mfa.provePasskey()).rejects.toMatchObject({ message: english.mfa.passkey_unsupported });
});
