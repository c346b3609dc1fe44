import { expect, test } from 'vitest';
import { unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { messageService } from './support/messages.ts';
import { startServer } from './support/server.ts';
import { letCodeGrowOlder } from './support/stored.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const service = await messageService();
const address = () => `${unique('mail')}@x.example`;
const ask = (body: object) => api.post('/verification-codes', body);
const check = (body: object) => api.post('/verification-codes/verify', body);
const wrong = (code: string) => (code === '000000' ? '111111' : '000000');

/** The code that was sent. */
async function sent(body: object): Promise<string> {
  ok(await ask(body), 204);
  return service.take().at(-1)?.payload.code;
}

test('without a connector no code is sent, and tries at it count', async () => {
  problem(await ask({ email: address() }), 501, 'connector.not_found');
  problem(await ask({ phone: '61412345678' }), 501, 'connector.not_found');
  for (const body of [{ email: `${'a'.repeat(119)}@x.example` }, { phone: '6'.repeat(33) }])
    problem(await ask(body), 422, 'entity.value_too_long');
  problem(await ask({ email: `${'a'.repeat(118)}@x.example` }), 501, 'connector.not_found');
  // what was tried against the code that nobody got
  const email = address();
  problem(await check({ email, verificationCode: 'x' }), 400, 'verification_code.not_found');
  expect(problem(await ask({ email }), 501, 'connector.not_found').message).toContain('Email');
  for (let i = 0; i < 10; i++)
    problem(await check({ email, verificationCode: 'x' }), 400, 'verification_code.code_mismatch');
  problem(await check({ email, verificationCode: 'x' }), 400, 'verification_code.exceed_max_try');
  for (const connectorId of ['http-email', 'http-sms'])
    ok(await api.post('/connectors', { connectorId, config: { endpoint: service.endpoint } }));
});

test('a code of six digits is sent, is good once, and for its own recipient as written', async () => {
  const [email, other] = [address(), address()];
  ok(await ask({ email }), 204);
  const message = service.take();
  expect(message).toEqual([{ method: 'POST', to: email, type: 'Generic', ip: expect.any(String),
    payload: { code: expect.stringMatching(/^\d{6}$/) } }]);
  const verificationCode = message[0]?.payload.code;
  problem(await check({ email: other, verificationCode }), 400, 'verification_code.not_found');
  problem(await check({ email: email.toUpperCase(), verificationCode }), 400, 'verification_code.not_found');
  problem(await check({ email, verificationCode: wrong(verificationCode) }), 400, 'verification_code.code_mismatch');
  ok(await check({ email, verificationCode }), 204);
  problem(await check({ email, verificationCode }), 400, 'verification_code.not_found');
});

test('a new code takes the place of the one before', async () => {
  const phone = '61412345678';
  const [first, second] = [await sent({ phone }), await sent({ phone })];
  if (first !== second)
    problem(await check({ phone, verificationCode: first }), 400, 'verification_code.code_mismatch');
  ok(await check({ phone, verificationCode: second }), 204);
});

test('a message that cannot be sent leaves the code before it good', async () => {
  const email = address();
  const verificationCode = await sent({ email });
  service.answerWith(500, `{"code":"${verificationCode}"}`);
  const refused = await ask({ email });
  problem(refused, 400, 'connector.general');
  expect(refused.body.data).toBeUndefined();
  service.answerWith(200, '{}');
  ok(await check({ email, verificationCode }), 204);
});

test('after ten wrong ones the right one is refused too, also when they come at once', async () => {
  const email = address();
  const verificationCode = await sent({ email });
  const answers = await Promise.all(Array.from({ length: 64 }, () =>
    check({ email, verificationCode: wrong(verificationCode) })));
  expect(answers.filter(({ body }) => body.code === 'verification_code.code_mismatch')).toHaveLength(10);
  problem(await check({ email, verificationCode }), 400, 'verification_code.exceed_max_try');
});

test('the tenant says how long a code is good and how often it may be tried', async () => {
  const set = async (verificationCodePolicy: object) => ok(await api.patch('/sign-in-exp', { verificationCodePolicy }));
  const email = address();
  await set({ maxRetryAttempts: 2, expirationDuration: 60 });
  const verificationCode = await sent({ email });
  for (let i = 0; i < 2; i++)
    problem(await check({ email, verificationCode: wrong(verificationCode) }), 400, 'verification_code.code_mismatch');
  problem(await check({ email, verificationCode }), 400, 'verification_code.exceed_max_try');
  letCodeGrowOlder(server, email, 50);
  problem(await check({ email, verificationCode }), 400, 'verification_code.exceed_max_try');
  letCodeGrowOlder(server, email, 10);
  problem(await check({ email, verificationCode }), 400, 'verification_code.expired');
  await set({});
});

test('of a code used many times at once one succeeds', async () => {
  const email = address();
  const verificationCode = await sent({ email });
  const answers = await Promise.all(Array.from({ length: 16 }, () => check({ email, verificationCode })));
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
});

test('ten messages go to a recipient in any letter case, also when they are asked for at once', async () => {
  const email = address();
  service.take();
  const answers = await Promise.all(Array.from({ length: 30 }, (_, i) =>
    ask({ email: i % 2 ? email : email.toUpperCase() })));
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(10);
  expect(service.take()).toHaveLength(10);
  problem(await ask({ email }), 429, 'request.message_rate_limited');
  ok(await ask({ email: address() }), 204);
  ok(await api.post('/sentinel-activities/delete', { targetType: 'User', targets: [email] }), 204);
  ok(await ask({ email }), 204);
});

test('messages that could not be sent do not count', async () => {
  const email = address();
  service.answerWith(500, '{}');
  for (let i = 0; i < 11; i += 1) problem(await ask({ email }), 400, 'connector.general');
  service.answerWith(200, '{}');
  ok(await ask({ email }), 204);
});

test('no code stands in the log', async () => {
  const email = address();
  const verificationCode = await sent({ email });
  problem(await check({ email, verificationCode: wrong(verificationCode) }), 400, 'verification_code.code_mismatch');
  expect(server.log).not.toContain(verificationCode);
});
