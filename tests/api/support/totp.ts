// What an authenticator app shows (RFC 6238), as otplib computes it: SHA-1, six digits, thirty seconds.
import { generateSync } from 'otplib';

/** The code of this moment, or of some steps later. */
export const totp = (secret: string, steps = 0, now = Date.now()): string =>
  generateSync({ secret, epoch: Math.floor(now / 1000) + 30 * steps });

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
