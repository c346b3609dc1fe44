// The captcha services in the page: their scripts are fakes, which the policy of the page lets in as it would the real ones.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newPerson, type Person } from '../api/support/browser.ts';
import { ok } from '../api/support/expect.ts';
import { startServer } from '../api/support/server.ts';
import { expectAccessible, look, open } from './support.ts';

/** The side that the server asks: every token is good once. */
const seen: string[] = [];
const judge = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts).toString();
    const token = request.url?.startsWith('/turnstile') ? new URLSearchParams(body).get('response') : JSON.parse(body).event.token;
    const isGood = !seen.includes(token);
    seen.push(token);
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify({ success: isGood, tokenProperties: { valid: isGood }, riskAnalysis: { score: 0.9 } }));
  });
});
await new Promise<void>((ready) => judge.listen(0, '127.0.0.1', ready));
afterAll(() => { judge.close(); });

const server = await startServer({ flags: ['--call-private-addresses', 'true',
  '--captcha-url', `http://127.0.0.1:${(judge.address() as AddressInfo).port}`] });
const { api } = server;

let person: Person;
beforeAll(async () => { person = await newPerson(api); });

const turnstile = `globalThis.turnstile = { made: 0,
  render(place, options) { this.options = options; place.append(Object.assign(document.createElement('p'), { textContent: 'service' })); return 'w'; },
  reset() {}, execute() { this.options.callback('turnstile-' + ++this.made); } };`;
const recaptcha = `globalThis.grecaptcha = { enterprise: { made: 0, ticked: false,
  ready(then) { then(); }, execute(key, { action }) { return Promise.resolve(key + '-' + action + '-' + ++this.made); },
  render(place) { const box = document.createElement('button'); box.type = 'button'; box.textContent = 'I am not a robot';
    box.onclick = () => { this.ticked = true; }; place.append(box); return 0; },
  getResponse() { return this.ticked ? 'box-' + ++this.made : ''; }, reset() { this.ticked = false; } } };`;

async function begin(config: object, script: string): Promise<Page> {
  seen.length = 0;
  ok(await api.put('/captcha-provider', { config: { siteKey: 'site', secretKey: 'secret', ...config } }));
  ok(await api.patch('/sign-in-exp', { captchaPolicy: { enabled: true } }));
  const page = await open({ width: 390 });
  for (const host of ['https://challenges.cloudflare.com/**', 'https://www.google.com/**', 'https://www.recaptcha.net/**'])
    await page.route(host, (route) => script ? route.fulfill({ contentType: 'text/javascript', body: script }) : route.abort());
  await page.goto(`${server.base}/demo-app`);
  await page.getByLabel('Username').waitFor();
  return page;
}

async function signIn(page: Page, password = person.password): Promise<void> {
  await page.getByLabel('Username').fill(person.username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('Turnstile: each attempt has a token of its own', async () => {
  const page = await begin({ type: 'Turnstile' }, turnstile);
  await page.getByText('service').waitFor();
  await expectAccessible(page);
  await look(page, 'captcha');
  await signIn(page, 'wrong');
  await page.getByRole('alert').filter({ hasText: 'wrong' }).waitFor();
  await signIn(page);
  await page.getByText('Claims of the ID token').waitFor();
  expect(seen).toEqual(['turnstile-1', 'turnstile-2']);
});

test('reCAPTCHA without a box takes a score, also where google.com is not reached', async () => {
  const page = await begin({ type: 'RecaptchaEnterprise', projectId: 'p', domain: 'www.recaptcha.net' }, recaptcha);
  const asked = page.waitForRequest('https://www.recaptcha.net/**').catch(() => undefined);
  await page.reload();
  expect(new URL((await asked)?.url() ?? '').searchParams.get('render')).toBe('site');
  await signIn(page);
  await page.getByText('Claims of the ID token').waitFor();
  expect(seen).toEqual(['site-interaction-1']);
});

test('reCAPTCHA with a box: who has not ticked it is asked to', async () => {
  const page = await begin({ type: 'RecaptchaEnterprise', projectId: 'p', mode: 'checkbox' }, recaptcha);
  await signIn(page);
  await page.getByRole('alert').filter({ hasText: 'Tick the box' }).waitFor();
  expect(seen).toEqual([]);
  await page.getByRole('button', { name: 'I am not a robot' }).click();
  await signIn(page);
  await page.getByText('Claims of the ID token').waitFor();
});

test('a service that cannot be loaded is told, and nothing is sent', async () => {
  const page = await begin({ type: 'Turnstile' }, '');
  await signIn(page);
  await page.getByRole('alert').filter({ hasText: 'could not be loaded' }).waitFor();
  expect(seen).toEqual([]);
});

test('a tenant that does not ask lets nothing of the services in', async () => {
  await begin({ type: 'Turnstile' }, turnstile);
  ok(await api.patch('/sign-in-exp', { captchaPolicy: { enabled: false } }));
  const page = await open();
  const asked: string[] = [];
  page.on('request', (request) => { if (!request.url().startsWith(server.base)) asked.push(request.url()); });
  await page.goto(`${server.base}/demo-app`);
  await page.getByLabel('Username').waitFor();
  await signIn(page);
  await page.getByText('Claims of the ID token').waitFor();
  expect(asked).toEqual([]);
});
