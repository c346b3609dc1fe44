// The account API: its calls by what they are for. The only place that knows their addresses.
import { ApiError, call } from '../../shared/api.ts';
import type { CreationOptions } from '../../shared/passkey.ts';
import { client } from './client.ts';

export interface Account {
  id: string; hasSecurityVerificationMethod: boolean;
  name?: string | null; avatar?: string | null; username?: string | null; primaryEmail?: string | null;
  primaryPhone?: string | null; hasPassword?: boolean; profile?: Record<string, unknown>;
  customData?: Record<string, unknown>; identities?: Record<string, { userId: string; details?: Record<string, any> }>;
}
export interface Factor { id: string; type: 'Totp' | 'WebAuthn' | 'BackupCode'; createdAt: string; lastUsedAt?: string;
  name?: string; agent?: string; remainCodes?: number }
export interface Session { payload: { uid: string; loginTs?: number; iat?: number }; isCurrent?: boolean; expiresAt: number;
  lastSubmission: { signInContext?: { ip?: string; userAgent?: string } } | null }
export interface Grant { id: string; payload: { iat?: number; clientId?: string }; application: { id: string; name: string } | null }
export interface Role { id: string; name: string }
export interface Organization { id: string; name: string; description: string | null; isMfaRequired: boolean;
  branding: { logoUrl?: string; darkLogoUrl?: string }; organizationRoles: Role[] }
export interface Invitation { id: string; organization: { id: string; name: string }; organizationRoles: Role[]; expiresAt: number }
export type Address = 'email' | 'phone';

/** A proof that the person is who they are; the dialog of proof.tsx gets one. */
export interface Proof { id: string; expiresAt: number }
let held: Proof | undefined;

export const proof = {
  get: () => held && held.expiresAt > Date.now() ? held : undefined,
  set(id: string, expiresAt: string): void { held = { id, expiresAt: new Date(expiresAt).getTime() - 10_000 }; },
  /** One of before the browser was elsewhere. */
  restore(before: Proof): void { held = before; },
  clear(): void { held = undefined; },
};

const signedOut = ['auth.unauthorized', 'auth.authorization_header_missing'];

async function own<T = any>(method: string, path: string, body?: unknown): Promise<T> {
  const token = await client.accessToken().catch(async (error: unknown): Promise<never> => {
    if (error instanceof ApiError) throw error;	// no answer came
    await client.signIn();
    return new Promise<never>(() => {});	// the browser is on its way
  });
  const now = proof.get();
  try {
    return await call<T>(method, `/api/${path}`, body,
      { Authorization: `Bearer ${token}`, ...(now ? { 'logto-verification-id': now.id } : {}) });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === 'verification_record.permission_denied') proof.clear();
    if (error.status === 401 && signedOut.includes(error.code)) await client.signIn();
    throw error;
  }
}

const my = <T = any>(method: string, path: string, body?: unknown) => own<T>(method, `my-account${path}`, body);

export const readAccount = () => my<Account>('GET', '');
export const changeAccount = (change: object) => my<Account>('PATCH', '', change);
export const changeProfile = (change: object) => my('PATCH', '/profile', change);
export const changePassword = (password: string) => my('POST', '/password', { password });
export const unlink = (target: string) => my('DELETE', `/identities/${encodeURIComponent(target)}`);

export const beginSocial = (connectorId: string, state: string, redirectUri: string) =>
  own<Begun & { authorizationUri: string }>('POST', 'verifications/social', { connectorId, state, redirectUri });
export const checkSocial = (verificationRecordId: string, connectorData: object) =>
  own('POST', 'verifications/social/verify', { verificationRecordId, connectorData });
export const linkSocial = (newIdentifierVerificationRecordId: string) => my('POST', '/identities', { newIdentifierVerificationRecordId });

export async function uploadAvatar(file: File): Promise<string> {
  const form = new FormData();
  form.append('file', file);
  return (await my<{ url: string }>('POST', '/user-assets/avatar', form)).url;
}

// -- proofs --

interface Begun { verificationRecordId: string; expiresAt: string }

export const provePassword = (password: string) => own<Begun>('POST', 'verifications/password', { password });
export const sendCode = (type: Address, value: string) =>
  own<Begun>('POST', 'verifications/verification-code', { identifier: { type, value } });
export const checkCode = (type: Address, value: string, verificationId: string, code: string) =>
  own('POST', 'verifications/verification-code/verify', { identifier: { type, value }, verificationId, code });

// -- addresses --

export const setAddress = (type: Address, value: string, newIdentifierVerificationRecordId: string) =>
  my('POST', `/primary-${type}`, { [type]: value, newIdentifierVerificationRecordId });
export const removeAddress = (type: Address) => my('DELETE', `/primary-${type}`);

// -- factors --

const factors = '/mfa-verifications';

export const readFactors = () => my<Factor[]>('GET', factors);
export const newSecret = async () => {
  const { secret } = await my<{ secret: string }>('POST', `${factors}/totp-secret/generate`);
  const { secretQrCode } = await my<{ secretQrCode: string }>('POST', `${factors}/totp-secret/qr-code`, { secret });
  return { secret, secretQrCode };
};
export const setAuthenticator = (secret: string, code: string, replaces: boolean) => replaces
  ? my('PUT', `${factors}/totp`, { secret, code }) : my('POST', factors, { type: 'Totp', secret, code });
export const newBackupCodes = async () => (await my<{ codes: string[] }>('POST', `${factors}/backup-codes/generate`)).codes;
export const keepBackupCodes = (codes: string[]) => my('POST', factors, { type: 'BackupCode', codes });
export const beginPasskey = () => own<Begun & { registrationOptions: CreationOptions }>('POST', 'verifications/web-authn/registration');
export const checkPasskey = (verificationRecordId: string, payload: object) =>
  own('POST', 'verifications/web-authn/registration/verify', { verificationRecordId, payload });
export const keepPasskey = (newIdentifierVerificationRecordId: string, name: string) =>
  my('POST', factors, { type: 'WebAuthn', newIdentifierVerificationRecordId, ...(name ? { name } : {}) });
export const renamePasskey = (id: string, name: string) => my('PATCH', `${factors}/${id}/name`, { name });
export const removeFactor = (id: string) => my('DELETE', `${factors}/${id}`);

export interface FactorSettings { skipMfaOnSignIn: boolean }
export const readFactorSettings = () => my<FactorSettings>('GET', '/mfa-settings');
export const changeFactorSettings = (settings: FactorSettings) => my<FactorSettings>('PATCH', '/mfa-settings', settings);

// -- where one is signed in --

export const readSessions = async () => (await my<{ sessions: Session[] }>('GET', '/sessions')).sessions;
/** With what applications got by it. */
export const endSession = (uid: string) => my('DELETE', `/sessions/${encodeURIComponent(uid)}?revokeGrantsTarget=all`);
export const readGrants = async () => (await my<{ grants: Grant[] }>('GET', '/grants')).grants;
export const endGrant = (id: string) => my('DELETE', `/grants/${encodeURIComponent(id)}`);

// -- organizations --

export const readOrganizations = () => my<Organization[]>('GET', '/organizations');
export const leaveOrganization = (id: string) => my('DELETE', `/organizations/${id}`);
export const readInvitations = () => my<Invitation[]>('GET', '/invitations');
export const acceptInvitation = (id: string) => my('PUT', `/invitations/${id}/status`, { status: 'Accepted' });
