// Second factors: people who have some, and how they come in by them.
import { Browser, newPerson, type Person } from './browser.ts';
import { type Answer, type Client } from './client.ts';
import { ok } from './expect.ts';
import { totp } from './totp.ts';

/** Gives the user an authenticator app; its secret. */
export const giveTotp = async (api: Client, { id }: { id: string }): Promise<string> =>
  ok(await api.post(`/users/${id}/mfa-verifications`, { type: 'Totp' })).secret;

/** Gives the user backup codes. */
export const giveBackupCodes = async (api: Client, { id }: { id: string }): Promise<string[]> =>
  ok(await api.post(`/users/${id}/mfa-verifications`, { type: 'BackupCode' })).codes;

/** A person with an authenticator app. */
export async function newOwner(api: Client): Promise<Person & { secret: string }> {
  const person = await newPerson(api);
  return { ...person, secret: await giveTotp(api, person) };
}

/** A browser in which the person has passed the first factor. */
export async function enter(b: Browser, person: Pick<Person, 'username' | 'password'>): Promise<Browser> {
  await b.start();
  ok(await b.page('POST', '/identification', { verificationId: await b.prove(person) }), 204);
  return b;
}

export const submit = (b: Browser): Promise<Answer> => b.page('POST', '/submit');
export const tryTotp = (b: Browser, code: string): Promise<Answer> =>
  b.page('POST', '/verification/totp/verify', { code });
export const tryBackupCode = (b: Browser, code: string): Promise<Answer> =>
  b.page('POST', '/verification/backup-code/verify', { code });
export const bind = (b: Browser, type: string, verificationId: string): Promise<Answer> =>
  b.page('POST', '/profile/mfa', { type, verificationId });

/** Asks for a secret and proves it. */
export async function proveTotp(b: Browser): Promise<{ secret: string; verificationId: string }> {
  const { secret, verificationId } = ok(await b.page('POST', '/verification/totp/secret'));
  ok(await b.page('POST', '/verification/totp/verify', { code: totp(secret), verificationId }));
  return { secret, verificationId };
}
