// The secret of an authenticator app as a QR code, for the account page.
import { expect, test } from 'vitest';
import { newApp } from './support/browser.ts';
import { ok, problem } from './support/expect.ts';
import { accountScopes, fields, newOwner } from './support/owner.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const app = await newApp(api);
const center = async (change: object) => ok(await api.patch('/account-center', change));
await center({ enabled: true, fields: fields('Edit') });
const secrets = '/my-account/mfa-verifications/totp-secret';

test('a secret is drawn as a picture', async () => {
  const owner = await newOwner(server, app);
  const { secretQrCode } = ok(await owner.call('POST', `${secrets}/qr-code`, { secret: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567' }));
  expect(secretQrCode).toMatch(/^data:image\/png;base64,/);
  const bytes = Buffer.from(secretQrCode.split(',')[1], 'base64');
  expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
});

test('what is no secret is refused, and so is who may not set one', async () => {
  const owner = await newOwner(server, app);
  const draw = (secret: unknown, who = owner) => who.call('POST', `${secrets}/qr-code`, { secret });
  for (const secret of ['x', 'abcdefghijklmnopqrstuvwxyz234567', 'A'.repeat(4096)]) problem(await draw(secret), 422, 'user.totp_secret_invalid');
  for (const secret of [undefined, 5, null]) problem(await draw(secret), 400, 'guard.invalid_input');
  problem(await draw('A'.repeat(32), await newOwner(server, app, {}, accountScopes.replace('identities ', ''))), 401, 'auth.unauthorized');
  await center({ fields: fields('Edit', { mfa: 'ReadOnly' }) });
  problem(await draw('A'.repeat(32)), 400, 'account_center.field_not_editable');
  await center({ fields: fields('Edit') });
});
