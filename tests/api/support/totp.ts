// What an authenticator app shows (RFC 6238), computed apart from the server: SHA-1, six digits, thirty seconds.
import { createHmac } from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function bytesOf(base32: string): Buffer {
  const bits = [...base32.replace(/=+$/, '')].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g)?.map((byte) => parseInt(byte, 2)) ?? []);
}

/** The code of this moment, or of some steps later. */
export function totp(secret: string, steps = 0, now = Date.now()): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000) + steps));
  const hash = createHmac('sha1', bytesOf(secret)).update(counter).digest();
  const at = (hash.at(-1) as number) & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** A code that is not right now, nor a step before or after. */
export const wrongTotp = (secret: string): string => {
  const near = [-2, -1, 0, 1, 2].map((steps) => totp(secret, steps));
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !near.includes(code)) as string;
};

/** Waits, if need be, until the present step lasts for `seconds` more. */
export const steadyStep = (seconds = 10): Promise<void> => {
  const left = 30_000 - Date.now() % 30_000;
  return left > seconds * 1000 ? Promise.resolve() : new Promise((done) => setTimeout(done, left + 100));
};
