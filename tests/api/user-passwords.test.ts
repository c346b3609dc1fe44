import { createHash, pbkdf2Sync } from 'node:crypto';
import { expect, test } from 'vitest';
import { Build } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--password-memory', '8192'] });
const { api } = server;
const build = new Build(api);
const right = 'correct horse';

const verify = (id: string, password: string) => api.post(`/users/${id}/password/verify`, { password });
const stored = async (id: string) => ok(await api.get(`/users/${id}?includePasswordHash=true`));
const hex = (algorithm: string, text = right): string => createHash(algorithm).update(text).digest('hex');

test('a user without a password has none, and no password is right', async () => {
  const { id } = await build.user();
  expect(ok(await api.get(`/users/${id}/has-password`))).toEqual({ hasPassword: false });
  expect(await stored(id)).toMatchObject({ passwordDigest: null, passwordAlgorithm: null });
  problem(await verify(id, right), 422, 'session.invalid_credentials');
});

test('a password that was set is verified, and no other', async () => {
  const { id } = await build.user();
  expect(ok(await api.patch(`/users/${id}/password`, { password: 'pä ß 密码 🔑' })))
    .toMatchObject({ id, hasPassword: true });
  expect(ok(await api.get(`/users/${id}/has-password`))).toEqual({ hasPassword: true });
  const { status, text } = await verify(id, 'pä ß 密码 🔑');
  expect({ status, text }).toEqual({ status: 204, text: '' });
  for (const wrong of ['PÄ ß 密码 🔑', 'pä ß 密码 🔑 ', 'pa\u0308 ß 密码 🔑', 'x'])
    problem(await verify(id, wrong), 422, 'session.invalid_credentials');
  ok(await verify(id, 'pä ß 密码 🔑'), 204);		// wrong tries lock nothing

  ok(await api.patch(`/users/${id}/password`, { password: 'p' }));
  ok(await verify(id, 'p'), 204);
  problem(await verify(id, 'pä ß 密码 🔑'), 422, 'session.invalid_credentials');
});

test('a password may be given at creation, and an algorithm beside it counts for nothing', async () => {
  const user = await build.user({ password: right, passwordAlgorithm: 'MD5' });
  expect(user).toMatchObject({ hasPassword: true });
  expect(user).not.toHaveProperty('passwordDigest');
  ok(await verify(user.id, right), 204);
});

test('a suspended user is verified too', async () => {
  const { id } = await build.user({ password: right });
  ok(await api.patch(`/users/${id}/is-suspended`, { isSuspended: true }));
  ok(await verify(id, right), 204);
});

test('passwords are kept as Argon2id, salted, and shown to nobody who does not ask', async () => {
  const { id } = await build.user({ password: right });
  const first = await stored(id);
  expect(first).toMatchObject({ passwordAlgorithm: 'Argon2id',
    passwordDigest: expect.stringMatching(/^\$argon2id\$v=19\$m=8192,t=2,p=1\$/) });
  ok(await verify(id, right), 204);
  expect((await stored(id)).passwordDigest).toBe(first.passwordDigest);
  ok(await api.patch(`/users/${id}/password`, { password: right }));
  expect((await stored(id)).passwordDigest).not.toBe(first.passwordDigest);

  const row = (list: any[]) => list.find((user) => user.id === id);
  expect(row(ok(await api.get('/users?page_size=100&includePasswordHash=yes')))).toHaveProperty('passwordDigest');
  for (const path of ['/users?page_size=100', '/users?page_size=100&includePasswordHash=no'])
    expect(row(ok(await api.get(path)))).not.toHaveProperty('passwordDigest');
  expect(ok(await api.get(`/users/${id}`))).not.toHaveProperty('passwordDigest');
});

test.each([[{}], [{ password: '' }], [{ password: null }], [{ password: 5 }]])('%j is no password', async (body) => {
  const { id } = await build.user({ password: right });
  problem(await api.patch(`/users/${id}/password`, body), 400, 'guard.invalid_input');
  problem(await api.post(`/users/${id}/password/verify`, body), 400, 'guard.invalid_input');
  ok(await verify(id, right), 204);
});

test('a password cannot be made to expire where no policy is set', async () => {
  const { id } = await build.user();
  problem(await api.patch(`/users/${id}/password/expiration`, { isExpired: true }), 400,
    'sign_in_experiences.password_expiration_not_enabled');
  expect(ok(await api.patch(`/users/${id}/password/expiration`, { isExpired: false }))).toMatchObject({ id });
  problem(await api.patch(`/users/${id}/password/expiration`, {}), 400, 'guard.invalid_input');
});

const legacy = (...parts: unknown[]): string => JSON.stringify(parts);
const bcrypt = 'abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2';

test.each<[string, string, string?]>([
  ['MD5', hex('md5')],
  ['SHA1', hex('sha1')],
  ['SHA256', hex('sha256')],
  ['Argon2id', '$argon2id$v=19$m=1024,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$eHlkVAkiRBbH+0G8AoGdXUG5zRRs9QF5Ta9gjbMPzVc'],
  ['Argon2d', '$argon2d$v=19$m=1024,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$cyLsFaGeSn+KM52+7UzB81iMu/Cs61cKuj7gy8JXPIw'],
  // the text decides
  ['Argon2d', '$argon2i$v=19$m=1024,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$tc94zP9wL3U/kLc7NxdlOxtsR3uXXSx+QMMknSfgHgY'],
  ['Bcrypt', `$2a$05$${bcrypt}`],
  ['Bcrypt', `$2b$05$${bcrypt}`],
  ['Bcrypt', `$2y$05$${bcrypt}`],
  ['Legacy', legacy('md5', ['@'], hex('md5'))],
  ['Legacy', legacy('SHA512', ['salt', '@'], hex('sha512', `salt${right}`))],
  ['Legacy', legacy('sha3-256', ['@', '-', '@'], hex('sha3-256', `${right}-${right}`))],
  ['Legacy', legacy('pbkdf2', ['salt', '1000', '20', 'sha512', '@'],
    pbkdf2Sync(right, 'salt', 1000, 20, 'sha512').toString('hex'))],
  ['Legacy', legacy('pbkdf2Sync', ['hex:00ff', '10', '64', 'sha1', '@'],
    pbkdf2Sync(right, Buffer.from('00ff', 'hex'), 10, 64, 'sha1').toString('hex'))],
  ['Legacy', legacy('firebase-scrypt',
    ['42xEC+ixf3L2lw==', 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
      'Bw==', '8', '14', '@'],
    'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=='), 'user1password'],
])('a digest made elsewhere by %s (%s) lets the password in and is renewed then',
async (passwordAlgorithm, passwordDigest, password = right) => {
  const { id } = await build.user({ passwordAlgorithm, passwordDigest });
  expect(await stored(id)).toMatchObject({ hasPassword: true, passwordAlgorithm, passwordDigest });
  problem(await verify(id, `${password}x`), 422, 'session.invalid_credentials');
  expect(await stored(id)).toMatchObject({ passwordAlgorithm, passwordDigest });
  ok(await verify(id, password), 204);
  expect(await stored(id)).toMatchObject({ passwordAlgorithm: 'Argon2id',
    passwordDigest: expect.stringMatching(/^\$argon2id\$/) });
  ok(await verify(id, password), 204);
});

// bcrypt reads 72 bytes: whoever signs in with those must not make them the password.
test('a digest of which the password may be only the start is not renewed', async () => {
  const passwordDigest = '$2b$05$abcdefghijklmnopqrstuujf8SX2ahXLwp9w/B.Y5XdysS6yR576q';	// of 80 times x
  const { id } = await build.user({ passwordAlgorithm: 'Bcrypt', passwordDigest });
  for (const length of [72, 80, 72]) ok(await verify(id, 'x'.repeat(length)), 204);
  problem(await verify(id, 'x'.repeat(71)), 422, 'session.invalid_credentials');
  expect(await stored(id)).toMatchObject({ passwordAlgorithm: 'Bcrypt', passwordDigest });
});

test.each<[string, string]>([
  ['MD5', hex('md5').toUpperCase()],
  ['SHA1', createHash('sha1').update(right).digest('base64')],
  ['Bcrypt', 'no digest'],
  ['Argon2id', '$argon2id$no'],
  ['Legacy', legacy('pbkdf2', ['salt', '@'], 'x')],
  ['Legacy', legacy('firebase-scrypt', ['@'], 'x')],
])('a digest of %s that cannot be read (%s) is stored and verifies nothing',
async (passwordAlgorithm, passwordDigest) => {
  const { id } = await build.user({ passwordAlgorithm, passwordDigest });
  problem(await verify(id, right), 422, 'session.invalid_credentials');
});

test.each<[string, object, number, string]>([
  ['both a password and a digest', { password: 'x', passwordDigest: 'y', passwordAlgorithm: 'MD5' }, 400,
    'user.password_and_digest'],
  ['a digest without its algorithm', { passwordDigest: 'y' }, 400, 'user.password_algorithm_required'],
  ['a legacy algorithm without a digest', { passwordAlgorithm: 'Legacy' }, 400, 'password.unsupported_encryption_method'],
  ['a legacy algorithm beside a password', { passwordAlgorithm: 'Legacy', password: 'x' }, 400, 'password.unsupported_encryption_method'],
  ['a legacy digest with an empty one', { passwordAlgorithm: 'Legacy', passwordDigest: '' }, 400, 'password.unsupported_encryption_method'],
  ['a legacy digest that is not JSON', { passwordAlgorithm: 'Legacy', passwordDigest: 'y' }, 400, 'password.invalid_legacy_password_format'],
  ['a legacy digest of two members', { passwordAlgorithm: 'Legacy', passwordDigest: legacy('md5', ['@']) }, 400, 'password.invalid_legacy_password_format'],
  ['a legacy digest without a place for the password', { passwordAlgorithm: 'Legacy', passwordDigest: legacy('md5', ['x'], 'y') }, 400, 'password.invalid_legacy_password_format'],
  ['a legacy digest with a number', { passwordAlgorithm: 'Legacy', passwordDigest: legacy('md5', ['@', 5], 'y') }, 400, 'password.invalid_legacy_password_format'],
  ['a legacy salt that is no hex', { passwordAlgorithm: 'Legacy', passwordDigest: legacy('pbkdf2', ['hex:0', '1', '1', 'md5', '@'], 'y') }, 400, 'password.invalid_legacy_password_format'],
  ['a digest that takes too long to verify', { passwordAlgorithm: 'Argon2id', passwordDigest: '$argon2id$v=19$m=262144,t=5,p=1$YSBzYWx0IG9mIDE2IGNocg$mCR2xj0A' }, 400, 'request.invalid_input'],
  ['a digest that takes more than all memory to verify', { passwordAlgorithm: 'Argon2id', passwordDigest: '$argon2id$v=19$m=4294967295,t=4294967295,p=1$MDEyMzQ1Njc4OWFiY2RlZg$eHlkVAkiRBbH+0G8AoGdXUG5zRRs9QF5Ta9gjbMPzVc' }, 400, 'request.invalid_input'],
  ['a legacy digest of very many rounds', { passwordAlgorithm: 'Legacy', passwordDigest: legacy('pbkdf2', ['salt', '2000000000', '20', 'sha512', '@'], 'x') }, 400, 'request.invalid_input'],
  ['a legacy digest that takes too long to verify', { passwordAlgorithm: 'Legacy', passwordDigest: legacy('pbkdf2', ['s', '1000000', '60', 'sha1', '@'], 'y') }, 400, 'request.invalid_input'],
  ['a legacy hash that nobody knows', { passwordAlgorithm: 'Legacy', passwordDigest: legacy('foo', ['@'], 'y') }, 400, 'password.unsupported_legacy_hash_algorithm'],
])('%s is refused', async (_, body, status, code) => {
  problem(await api.post('/users', body), status, code);
});

test('both forms of a password are told before a taken name, an unreadable legacy digest after it', async () => {
  const { username } = await build.user();
  problem(await api.post('/users', { username, password: 'x', passwordDigest: 'y', passwordAlgorithm: 'MD5' }), 400,
    'user.password_and_digest');
  problem(await api.post('/users', { username, passwordDigest: 'y' }), 400, 'user.password_algorithm_required');
  problem(await api.post('/users', { username, passwordDigest: 'y', passwordAlgorithm: 'Legacy' }), 422,
    'user.username_already_in_use');
  problem(await api.post('/users', { primaryPhone: '1', passwordDigest: 'y', passwordAlgorithm: 'Legacy' }), 400,
    'password.invalid_legacy_password_format');
});
