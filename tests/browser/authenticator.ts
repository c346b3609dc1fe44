// What people have at hand besides a password: an authenticator app, by computation, and Chromium's virtual authenticator.
import { createHmac } from 'node:crypto';
import type { CDPSession, Page } from 'playwright-core';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function fromBase32(text: string): Buffer {
  const bits = [...text].map((one) => alphabet.indexOf(one).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g)?.map((byte) => parseInt(byte, 2)) ?? []);
}

/** The code of a secret (RFC 6238), `later` steps of 30 s from now. */
export function totp(secret: string, later = 0): string {
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const mac = createHmac('sha1', fromBase32(secret)).update(step).digest();
  const at = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** Until a step has some seconds left, so that codes of the steps around it stay what they are. */
export async function steadyStep(): Promise<void> {
  const left = 30_000 - Date.now() % 30_000;
  if (left < 10_000) await new Promise((done) => setTimeout(done, left));
}

export interface Authenticator {
  /** Whether the finger on the sensor is the right one. */
  verifies(does: boolean): Promise<void>;
  credentials(): Promise<{ credentialId: string; rpId?: string; isResidentCredential: boolean; signCount: number }[]>;
}

/** The one that the device of this page has, with a sensor. */
export async function addAuthenticator(page: Page): Promise<Authenticator> {
  const protocol: CDPSession = await page.context().newCDPSession(page);
  await protocol.send('WebAuthn.enable');
  const { authenticatorId } = await protocol.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2',
    transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
  return {
    verifies: async (does) => { await protocol.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: does }); },
    credentials: async () => (await protocol.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
  };
}
