// Where a tenant wants a captcha: what is refused without one, and what the service is asked and has to say.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { Browser, newApp } from './support/browser.ts';
import { unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { newTenant } from './support/people.ts';
import { startServer } from './support/server.ts';

// The services of Cloudflare and Google in one.
interface Asked { path: string; headers: IncomingMessage['headers']; body: string }
const asked: Asked[] = [];
type Say = (response: ServerResponse, body: string) => void;
const json = (body: unknown): Say => (response) => { response.writeHead(200).end(JSON.stringify(body)); };
let say: Say = json({});
const service = createServer((request, response) => {
  let body = '';
  request.on('data', (piece) => { body += piece; });
  request.on('end', () => {
    asked.push({ path: request.url ?? '', headers: request.headers, body });
    say(response, body);
  });
});
await new Promise<void>((done) => { service.listen(0, '127.0.0.1', done); });
afterAll(() => { service.close(); service.closeAllConnections(); });
beforeEach(() => { asked.length = 0; });

const server = await startServer({ flags: ['--captcha-url', `http://127.0.0.1:${(service.address() as AddressInfo).port}`,
  '--call-seconds', '3'] });
const { api } = server;
const app = await newApp(api);
const turnstile = { type: 'Turnstile', siteKey: 'site', secretKey: 'a&secret' };
const recaptcha = { type: 'RecaptchaEnterprise', siteKey: 'site', secretKey: 'a-key', projectId: 'shop' };
const personOnly: Say = (response, body) => json({ success: new URLSearchParams(body).get('response') === 'person' })(response, body);
const assessed = (valid: boolean, score?: number) => json({ tokenProperties: { valid }, riskAnalysis: { score } });

/** The tenant asks for captchas of this service. */
async function want(config: object): Promise<void> {
  ok(await api.put('/captcha-provider', { config }));
  ok(await api.patch('/sign-in-exp', { captchaPolicy: { enabled: true },
    passwordPolicy: { rejects: { pwned: false } } }));
}

const visit = () => new Browser(() => server.base).visit(app);
const begin = (b: Browser, captchaToken?: string, interactionEvent = 'Register') =>
  b.page('PUT', '', { interactionEvent, captchaToken });
const choose = async (b: Browser): Promise<string> => ok(await b.page('POST', '/verification/new-password-identity',
  { identifier: { type: 'username', value: unique('name').replace(/\W/g, '_') }, password: 'Quiet-river_42!moss' }))
  .verificationId;
const state = async (b: Browser) => ok(await b.page('GET', '/interaction'));

test('without one nobody registers, signs in or is sent a code', async () => {
  await want(turnstile);
  const b = await visit();
  ok(await begin(b), 204);
  problem(await b.page('POST', '/identification', { verificationId: await choose(b) }), 422, 'session.captcha_required');
  problem(await b.page('POST', '/submit'), 422, 'session.captcha_required');
  problem(await b.page('POST', '/verification/verification-code',
    { identifier: { type: 'email', value: 'ada@a.example' }, interactionEvent: 'Register' }), 422, 'session.captcha_required');
  expect(asked).toEqual([]);
});

test('a person solves one and registers; the service is asked once, with the secret of the tenant', async () => {
  await want(turnstile);
  say = personOnly;
  const b = await visit();
  ok(await begin(b, 'person'), 204);
  expect((await state(b)).captcha).toEqual({ verified: true, skipped: false });
  ok(await b.page('POST', '/identification', { verificationId: await choose(b) }), 201);
  expect((await b.follow(ok(await b.page('POST', '/submit')).redirectTo)).get('code')).toMatch(/\S/);
  expect(asked.map(({ path }) => path)).toEqual(['/turnstile/v0/siteverify']);
  expect(Object.fromEntries(new URLSearchParams(asked[0]!.body)))
    .toEqual({ secret: 'a&secret', response: 'person', remoteip: expect.any(String) });
});

test('a token that the service does not know leaves what there was, and a new beginning has to solve another', async () => {
  await want(turnstile);
  say = personOnly;
  const b = await visit();
  ok(await begin(b, 'person'), 204);
  const before = await state(b);
  for (const token of ['program', '', 'x'.repeat(8192)])
    problem(await begin(b, token), 422, 'session.captcha_failed');
  expect(await state(b)).toEqual(before);
  problem(await begin(b, 'x'.repeat(8193)), 400, 'guard.invalid_input');
  ok(await begin(b), 204);
  expect((await state(b)).captcha).toEqual({ verified: false, skipped: false });
  const logged = ok(await api.get<any[]>('/logs?logKey=Interaction.Create.Captcha'));
  expect(new Set(logged.map(({ payload }) => payload.result))).toEqual(new Set(['Success', 'Error']));
  expect(JSON.stringify(logged)).not.toMatch(/a&secret|"person"/);
});

test.each<[string, Say]>([
  ['breaks', (response) => { response.writeHead(500).end('{"success":true}'); }],
  ['redirects', (response) => { response.writeHead(302, { location: '/yes' }).end(); }],
  ['says nothing of it', json({})], ['says it as a text', json({ success: 'true' })],
  ['speaks no JSON', (response) => { response.writeHead(200).end('yes'); }], ['says nothing', (response) => { response.end(); }],
  ['speaks for long', (response) => { response.writeHead(200).end(`{"success":true,"more":"${'x'.repeat(70_000)}"}`); }],
  ['hangs up', (response) => { response.destroy(); }], ['hangs', () => {}],
])('a service that %s lets nobody pass', async (_, answer) => {
  await want(turnstile);
  say = answer;
  const b = await visit();
  problem(await begin(b, 'person'), 422, 'session.captcha_failed');
  problem(await b.page('GET', '/interaction'), 404, 'session.interaction_not_found');
});

test('reCAPTCHA is asked for an assessment, and its score counts unless a box was checked', async () => {
  await want(recaptcha);
  const tries: readonly [object, Say, boolean][] = [
    [{}, assessed(true, 0.5), true], [{}, assessed(true, 0.49), false], [{}, assessed(true), false],
    [{}, assessed(false, 1), false], [{}, json({ success: true }), false],
    [{ mode: 'checkbox' }, assessed(true, 0.1), true], [{ mode: 'checkbox' }, assessed(false, 1), false],
  ];
  for (const [more, answer, passes] of tries) {
    await want({ ...recaptcha, ...more });
    say = answer;
    const b = await visit(), begun = await begin(b, 'token');
    if (passes) ok(begun, 204);
    else problem(begun, 422, 'session.captcha_failed');
  }
  expect(asked).toHaveLength(tries.length);
  expect(asked[0]).toMatchObject({ path: '/v1/projects/shop/assessments', headers: { 'x-goog-api-key': 'a-key' } });
  expect(JSON.parse(asked[0]!.body)).toEqual({ event: { token: 'token', siteKey: 'site', userIpAddress: expect.any(String) } });
});

test('a tenant without a service has no captcha to solve, and that of another is not asked', async () => {
  await want(turnstile);
  say = json({ success: true });
  const other = await newTenant(server, 'bare');
  const b = await new Browser(() => server.base, { host: other.host }).visit(await newApp(other.api));
  problem(await begin(b, 'person'), 422, 'session.captcha_failed');
  ok(await begin(b), 204);
  problem(await b.page('POST', '/submit'), 404, 'session.identifier_not_found');
  expect(asked).toEqual([]);
  ok(await api.delete('/captcha-provider'), 204);
  const c = await visit();
  ok(await begin(c), 204);
  ok(await c.page('POST', '/identification', { verificationId: await choose(c) }), 201);
});
