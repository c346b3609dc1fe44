// Passkeys in the browser: what the server asks for and what an authenticator answers, in the JSON forms of WebAuthn level 3.
// A credential has the type "WebAuthn" there, as the contract has it.
import { ApiError } from './api.ts';
import { t } from './page.ts';

interface Descriptor { id: string; type: 'public-key'; transports?: AuthenticatorTransport[] }
export interface CreationOptions extends Omit<PublicKeyCredentialCreationOptions, 'challenge' | 'user' | 'excludeCredentials'> {
  challenge: string; user: { id: string; name: string; displayName: string }; excludeCredentials?: Descriptor[];
}
export interface RequestOptions extends Omit<PublicKeyCredentialRequestOptions, 'challenge' | 'allowCredentials'> {
  challenge: string; allowCredentials?: Descriptor[];
}

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const bytes = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(bytes, (one) => one.charCodeAt(0));
}

export function toBase64url(bytes: ArrayBuffer): string {
  const text = Array.from(new Uint8Array(bytes), (one) => String.fromCharCode(one)).join('');
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

const credentials = (list: Descriptor[] = []) => list.map((one) => ({ ...one, id: fromBase64url(one.id) }));

export const hasPasskeys = () => typeof PublicKeyCredential !== 'undefined' && Boolean(navigator.credentials);

/** Whether the list of a field can offer passkeys beside names. */
export async function offersPasskeys(): Promise<boolean> {
  return hasPasskeys() && await PublicKeyCredential.isConditionalMediationAvailable?.() === true;
}

/** What an authenticator did not do, as a refusal with words for it. */
const fault = (key: 'mfa.passkey_unsupported' | 'mfa.passkey_known' | 'mfa.passkey_failed') =>
  new ApiError(0, 'passkey', t(key));

/** A page cannot tell somebody who closes the dialog from somebody who lets it wait. */
async function ask(run: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!hasPasskeys()) throw fault('mfa.passkey_unsupported');
  const found = await run().catch((error: unknown) => {
    throw fault(error instanceof Error && error.name === 'InvalidStateError' ? 'mfa.passkey_known' : 'mfa.passkey_failed');
  });
  if (!found) throw fault('mfa.passkey_failed');
  return found as PublicKeyCredential;
}

const common = (found: PublicKeyCredential) => ({ id: found.id, rawId: toBase64url(found.rawId), type: 'WebAuthn',
  clientExtensionResults: found.getClientExtensionResults(),
  ...(found.authenticatorAttachment ? { authenticatorAttachment: found.authenticatorAttachment } : {}) });

/** A new passkey; what the server takes as `payload`. */
export async function createPasskey(options: CreationOptions) {
  const found = await ask(() => navigator.credentials.create({ publicKey: { ...options,
    challenge: fromBase64url(options.challenge), user: { ...options.user, id: fromBase64url(options.user.id) },
    excludeCredentials: credentials(options.excludeCredentials) } }));
  const answer = found.response as AuthenticatorAttestationResponse;
  return { ...common(found), response: { clientDataJSON: toBase64url(answer.clientDataJSON),
    attestationObject: toBase64url(answer.attestationObject), transports: answer.getTransports?.() ?? [] } };
}

/** Proves a passkey; what the server takes as `payload`. With `signal` the browser offers it in the list of a field. */
export async function usePasskey(options: RequestOptions, signal?: AbortSignal) {
  const found = await ask(() => navigator.credentials.get({ publicKey: { ...options,
    challenge: fromBase64url(options.challenge), allowCredentials: credentials(options.allowCredentials) },
  ...(signal ? { signal, mediation: 'conditional' as const } : {}) }));
  const answer = found.response as AuthenticatorAssertionResponse;
  return { ...common(found), response: { clientDataJSON: toBase64url(answer.clientDataJSON),
    authenticatorData: toBase64url(answer.authenticatorData), signature: toBase64url(answer.signature),
    ...(answer.userHandle ? { userHandle: toBase64url(answer.userHandle) } : {}) } };
}
