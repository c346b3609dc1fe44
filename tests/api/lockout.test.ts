// Guessing a password: how many tries an identifier has, however they come.
import { expect, test } from 'vitest';
import { Browser, newApp, newPerson } from './support/browser.ts';
import { times } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--trust-proxy', 'true'] });
const { api } = server;
ok(await api.patch('/sign-in-exp', { sentinelPolicy: { maxAttempts: 5, lockoutDuration: 10 } }));
const app = await newApp(api);
const blocked = 'session.verification_blocked_too_many_attempts';

const start = async (address?: string): Promise<Browser> =>
  (await new Browser(() => server.base, address ? { 'x-forwarded-for': address } : {}).visit(app)).start();
const guess = (b: Browser, value: string, password: string) =>
  b.page('POST', '/verification/password', { identifier: { type: 'username', value }, password });
const lift = async (target: string) =>
  ok(await api.post('/sentinel-activities/delete', { targetType: 'User', targets: [target] }), 204);

test('of 64 guesses at once, the right one among them, few learn anything', async () => {
  const { username, password } = await newPerson(api);
  const browsers = await times(8, () => start());
  const answers = await Promise.all(Array.from({ length: 64 }, (_, i) =>
    guess(browsers[i % 8] as Browser, username, i === 63 ? password : `wrong ${i}`)));
  const told = answers.filter(({ body }) => body.code !== blocked);
  expect(told.length).toBeLessThanOrEqual(5);
  expect(told.filter(({ body }) => body.code === 'session.invalid_credentials')).toHaveLength(4);
  problem(await guess(await start(), username, password), 400, blocked);
  await lift(username);
  ok(await guess(await start(), username, password));
});

test('another address or another letter case gives no further guesses', async () => {
  const { username, password } = await newPerson(api);
  for (let i = 1; i < 5; i++)
    problem(await guess(await start(`192.0.2.${i}`), i % 2 ? username : username.toUpperCase(), 'wrong'), 422,
      'session.invalid_credentials');
  const { message } = problem(await guess(await start('192.0.2.9'), username, 'wrong'), 400, blocked);
  expect(message).toContain('10 min');
  problem(await guess(await start('198.51.100.1'), username, password), 400, blocked);
});

test('nobody learns from the lock who exists', async () => {
  const b = await start();
  for (let i = 1; i < 5; i++)
    problem(await guess(b, 'nobody_here', 'wrong'), 422, 'session.invalid_credentials');
  problem(await guess(b, 'nobody_here', 'wrong'), 400, blocked);
});

test('a blocked guess leaves no proof behind', async () => {
  const { username, password } = await newPerson(api);
  const b = await start();
  for (let i = 1; i <= 5; i++) await guess(b, username, 'wrong');
  problem(await guess(b, username, password), 400, blocked);
  expect(ok(await b.page('GET', '/interaction')).verificationRecords).toEqual([]);
});
