// Second factors of users, as an administrator sees, gives and takes them; what they open: organizations that ask for one.
import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Build, ids } from './support/build.ts';
import { type Answer } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { faults } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

interface User { id: string }
const at = (user: User, factor = ''): string => `/users/${user.id}/mfa-verifications${factor && `/${factor}`}`;
const add = (user: User, type: 'Totp' | 'BackupCode', more: object = {}): Promise<Answer> =>
  api.post(at(user), { type, ...more });
const list = async (user: User): Promise<any[]> => ok(await api.get(at(user)));
const types = async (user: User): Promise<string[]> => (await list(user)).map(({ type }) => type);

const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const codes = Array.from({ length: 10 }, (_, i) => `${i}`.repeat(9) + 'a');
const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const id = expect.stringMatching(/^[0-9a-z]{21}$/);

/** Width and rows of bits of a PNG as the server draws it; every chunk is looked at. */
function pixels(dataUrl: string): { side: number; rows: string[] } {
  const png = Buffer.from(dataUrl.slice('data:image/png;base64,'.length), 'base64');
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks: Record<string, Buffer> = {};
  for (let i = 8; i < png.length; i += 12 + png.readUInt32BE(i))
    chunks[png.toString('latin1', i + 4, i + 8)] = png.subarray(i + 8, i + 8 + png.readUInt32BE(i));
  expect(Object.keys(chunks)).toEqual(['IHDR', 'IDAT', 'IEND']);
  const side = chunks.IHDR!.readUInt32BE(0), line = 1 + Math.ceil(side / 8), bytes = inflateSync(chunks.IDAT!);
  expect([chunks.IHDR!.readUInt32BE(4), bytes.length]).toEqual([side, side * line]);
  const rows = Array.from({ length: side }, (_, y) => [...bytes.subarray(y * line + 1, (y + 1) * line)]
    .map((byte) => byte.toString(2).padStart(8, '0')).join('').slice(0, side));
  return { side, rows };
}

test('an app gets a secret and its picture, which are told once', async () => {
  const user = await build.user();
  expect(await list(user)).toEqual([]);
  const made = ok(await add(user, 'Totp'));
  expect(made).toEqual({ type: 'Totp', secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
    secretQrCode: expect.stringMatching(/^data:image\/png;base64,[\w+/]+=*$/) });
  const { side, rows } = pixels(made.secretQrCode);
  expect(rows.slice(0, 16).every((row) => /^1+$/.test(row)), 'a quiet zone of four modules').toBe(true);
  expect(rows[16]!.slice(16, 48), 'the corner that cameras look for').toBe(`${'0'.repeat(28)}1111`);
  expect(side % 4).toBe(0);
  const all = await list(user);
  expect(all).toEqual([{ id, type: 'Totp', createdAt: iso }]);
  expect(Math.abs(Date.parse(all[0].createdAt) - Date.now())).toBeLessThan(60_000);
  expect(ok(await add(await build.user(), 'Totp')).secret).not.toBe(made.secret);
});

test('a secret of the caller is taken as it is; a user has one', async () => {
  const user = await build.user();
  for (const good of [secret, 'JBSWY3DPEHPK3PXP', 'JBSWY3DPEHPK3PXPJBSWY3DP', 'JBSWY3DPEHPK3PXPJBSWY3A=',
    'JBSWY3DPEHPK3PXPJA======'])
    expect(ok(await add(await build.user(), 'Totp', { secret: good })).secret).toBe(good);
  ok(await add(user, 'Totp', { secret }));
  problem(await add(user, 'Totp'), 422, 'user.totp_already_in_use');
  problem(await add(user, 'Totp', { secret: 'x' }), 422, 'user.totp_already_in_use');
  expect(await types(user)).toEqual(['Totp']);
});

test.each(['', ' ', 'JBSWY3DP', secret.toLowerCase(), `${secret}AAAAAAAA`, 'JBSWY3DPEHPK3PXPA', '1'.repeat(32),
  'JBSWY3DPEHPK3PXP========', 'JBSWY3DPEHPK3P==', 'JBSWY3DPEHPK=PXP', `${secret.slice(0, 31)}ä`, '='.repeat(16)])(
  'the secret %j is refused, and nothing is stored', async (bad) => {
    const user = await build.user();
    problem(await add(user, 'Totp', { secret: bad }), 422, 'user.totp_secret_invalid');
    expect(await list(user)).toEqual([]);
  });

test('backup codes stand beside another factor, ten in a set', async () => {
  const user = await build.user();
  problem(await add(user, 'BackupCode'), 422, 'session.mfa.backup_code_can_not_be_alone');
  ok(await add(user, 'Totp'));
  const made = ok(await add(user, 'BackupCode'));
  expect(Object.keys(made).sort()).toEqual(['codes', 'type']);
  expect(new Set(made.codes).size).toBe(10);
  expect(made.codes.every((code: string) => /^[0-9a-f]{10}$/.test(code))).toBe(true);
  expect(await list(user)).toEqual([{ id, type: 'Totp', createdAt: iso },
    { id, type: 'BackupCode', createdAt: iso, remainCodes: 10 }]);
  problem(await add(user, 'BackupCode'), 422, 'user.backup_code_already_in_use');
  problem(await add(user, 'BackupCode', { codes }), 422, 'user.backup_code_already_in_use');
});

test.each([[codes.slice(1)], [[...codes, codes[0]]], [[]], [[...codes.slice(1), '123']],
  [[...codes.slice(1), 'g'.repeat(10)]], [[...codes.slice(1), '']], [[...codes.slice(1), ` ${'1'.repeat(9)}`]]])(
  'the codes %j are refused, and nothing is stored', async (bad) => {
    const user = await build.user();
    ok(await add(user, 'Totp'));
    problem(await add(user, 'BackupCode', { codes: bad }), 422, 'user.wrong_backup_code_format');
    expect(await types(user)).toEqual(['Totp']);
  });

test('codes of the caller are taken in either letter case, equal ones too', async () => {
  const user = await build.user();
  ok(await add(user, 'Totp'));
  const mixed = [...codes.slice(2), 'ABCDEF0123', 'ABCDEF0123'];
  expect(ok(await add(user, 'BackupCode', { codes: mixed }))).toEqual({ type: 'BackupCode', codes: mixed });
  expect((await list(user))[1].remainCodes).toBe(10);
});

test.each([[{}, 'type'], [{ type: 'WebAuthn' }, 'type'], [{ type: 'EmailVerificationCode' }, 'type'], [{ type: 5 }, 'type'],
  [{ type: 'Totp', secret: 5 }, 'secret'], [{ type: 'Totp', secret: null }, 'secret'],
  [{ type: 'BackupCode', codes: 'x' }, 'codes'], [{ type: 'BackupCode', codes: [5] }, 'codes.0']])(
  '%j makes no factor', async (body, fault) => {
    const user = await build.user();
    expect(faults(problem(await api.post(at(user), body), 400, 'guard.invalid_input'))).toEqual([fault]);
    expect(await list(user)).toEqual([]);
  });

test('a factor is taken once; the others stay, codes too', async () => {
  const user = await build.user();
  ok(await add(user, 'Totp'));
  ok(await add(user, 'BackupCode'));
  const [app, set] = ids(await list(user)) as [string, string];
  ok(await api.delete(at(user, app)), 204);
  problem(await api.delete(at(user, app)), 404, 'entity.not_found');
  expect(await types(user)).toEqual(['BackupCode']);
  ok(await add(user, 'Totp'));
  expect(await types(user), 'oldest first').toEqual(['BackupCode', 'Totp']);
  ok(await api.delete(at(user, set)), 204);
  ok(await add(user, 'BackupCode'));
  problem(await api.delete(at(await build.user(), (await list(user))[0].id)), 404, 'entity.not_found');
});

test('an unknown user has no factors and gets none', async () => {
  const nobody = { id: 'nobody' };
  for (const answer of [await api.get(at(nobody)), await add(nobody, 'Totp'), await add(nobody, 'BackupCode'),
    await add(nobody, 'Totp', { secret: 'x' }), await api.delete(at(nobody, 'x'))])
    problem(answer, 404, 'entity.not_found');
});

test('factors end with their user', async () => {
  const user = await build.user();
  ok(await add(user, 'Totp'));
  ok(await api.delete(`/users/${user.id}`), 204);
  problem(await api.get(at(user)), 404, 'entity.not_found');
});

test('no other answer shows a factor, and no other call sets one', async () => {
  const user = await build.user(), organization = await build.organization();
  const made = ok(await add(user, 'Totp')), set = ok(await add(user, 'BackupCode'));
  ok(await api.post(`/organizations/${organization.id}/users`, { userIds: [user.id] }), 201);
  const other = await build.user();
  const patched = ok(await api.patch(`/users/${other.id}`, { name: 'n', mfaVerifications: [{ id: 'x', type: 'Totp' }] }));
  expect(patched).not.toHaveProperty('mfaVerifications');
  expect(await list(other)).toEqual([]);
  for (const path of [`/users/${user.id}`, `/users/${user.id}?includePasswordHash=true`, '/users', at(user),
    `/organizations/${organization.id}/users`, '/logs?page_size=100']) {
    const answer = await api.get(path);
    ok(answer);
    for (const hidden of [made.secret, ...set.codes]) expect(answer.text).not.toContain(hidden);
    if (!path.includes('mfa') && !path.includes('logs')) expect(answer.text).not.toMatch(/mfaVerifications|factors/);
  }
});

test('of many who give a user an app at once, one does', async () => {
  const user = await build.user();
  const answers = await Promise.all(Array.from({ length: 8 }, () => add(user, 'Totp')));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(422)]);
  expect(await types(user)).toEqual(['Totp']);
});

test('what comes and goes is told in the audit log, without a secret', async () => {
  const user = await build.user();
  const told = async (): Promise<any[]> => ok(await api.get<any[]>('/logs',
    { query: { userId: user.id, logKey: 'User.MfaVerifications.Update' } }));
  const made = ok(await add(user, 'Totp'));
  const [factor] = await list(user);
  const added = await told();
  expect(added.map(({ payload }) => payload)).toEqual([{ key: 'User.MfaVerifications.Update', result: 'Success',
    ip: expect.any(String), userId: user.id, applicationId: server.app.id,
    added: [{ id: factor.id, type: 'Totp' }], removed: [] }]);
  ok(await api.delete(at(user, factor.id)), 204);
  const [removed, ...earlier] = await told();
  expect(removed.payload).toMatchObject({ added: [], removed: [{ id: factor.id, type: 'Totp' }] });
  expect(earlier).toEqual(added);
  problem(await api.delete(at(user, factor.id)), 404, 'entity.not_found');
  expect(await told()).toHaveLength(2);
  expect(JSON.stringify(await told())).not.toContain(made.secret);
});
