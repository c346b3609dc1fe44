// Security, signing keys and sessions in the Console. What is saved is read back by another client, and then somebody tries it.
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { Browser, newApp, newPerson } from '../api/support/browser.ts';
import { unique } from '../api/support/build.ts';
import { send } from '../api/support/client.ts';
import { ok, problem } from '../api/support/expect.ts';
import { messageService } from '../api/support/messages.ts';
import { accessRole, apiWith, managementApi, newMachine } from '../api/support/people.ts';
import { startServer } from '../api/support/server.ts';
import { byHand, enterConsole, expectGood, expectWhole, visit } from './administrator.ts';
import { look, open } from './support.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const app = await newApp(api), machine = await newMachine(api, await accessRole(api));
const messages = await messageService();

let page: Page;
beforeAll(async () => { page = await enterConsole(server); });
const { dialog, flip, gone, press, save } = byHand(() => page);

const at = (tab: string) => visit(server, page, `/security/${tab}`);
const experience = async (): Promise<any> => ok(await api.get('/sign-in-exp'));
const field = (name: string) => page.getByLabel(new RegExp(`^${name}`)).and(page.locator('input, textarea'));	// a star follows what is needed
const visitor = () => new Browser(() => server.base).visit(app);
const choosePassword = async (password: string) => (await (await visitor()).start('Register'))
  .page('POST', '/verification/new-password-identity', { identifier: { type: 'username', value: unique('new').replace(/\W/g, '_') }, password });

test('after too many wrong passwords somebody is locked out of the sign-in page, until the Console unlocks them', async () => {
  const { username, password } = await newPerson(api);
  await page.getByRole('link', { name: 'Security' }).click();
  await page.waitForURL(/security\/captcha$/);
  await page.getByRole('link', { name: 'Lockout and codes' }).click();
  expect(await field('Attempts').inputValue()).toBe('100');
  await field('Attempts').fill('0');
  await field('Seconds that a code is good').fill('59');
  await press('Save changes');
  await page.getByText('A whole number from 1 to 1000000.').waitFor();
  await page.getByText('A whole number from 60 to 3600.').waitFor();
  await field('Attempts').fill('2');
  await field('Minutes locked').fill('7');
  await field('Seconds that a code is good').fill('600');
  await expectGood(page, 'security-general');
  await press('Show API call');
  expect(await dialog().textContent()).toMatch(/"maxAttempts": 2(?!.*verificationCodePolicy)/s);
  await page.keyboard.press('Escape');
  await save();
  expect(await experience()).toMatchObject({ sentinelPolicy: { maxAttempts: 2, lockoutDuration: 7 }, verificationCodePolicy: {} });

  const guest = await open({ width: 390 });
  await guest.goto(`${server.base}/demo-app`);
  const typed = guest.getByLabel('Password', { exact: true });
  const emptied = () => expect.poll(() => typed.inputValue()).toBe('');	// what was wrong goes
  const signIn = async (word: string) => {
    await guest.getByLabel('Username').fill(username);
    await typed.fill(word);
    await guest.getByRole('button', { name: 'Sign in', exact: true }).click();
  };
  await signIn('wrong');
  await emptied();
  await signIn('wrong again');
  await guest.getByText(/7 min/).waitFor();
  await emptied();
  await signIn(password);
  await emptied();
  await guest.getByText(/7 min/).waitFor();
  await look(guest, 'security-locked');

  await press('Unlock people');
  await dialog().getByRole('button', { name: 'Unlock people' }).click();
  await dialog().getByText('This is needed.').waitFor();
  await dialog().getByRole('combobox', { name: 'Who' }).fill(username);
  await page.keyboard.press('Enter');
  await expectGood(page, 'security-unlock');
  await dialog().getByRole('button', { name: 'Unlock people' }).click();
  await page.getByText('1 name unlocked').waitFor();
  await signIn(password);
  await guest.getByText('People signed in as').or(guest.getByRole('button', { name: /Sign out/ })).first().waitFor();
  await guest.context().close();
});

test('a code is good for as many tries as the page says', async () => {
  ok(await api.post('/connectors', { connectorId: 'http-sms', config: { endpoint: messages.endpoint } }));
  await at('general');
  await field('Tries for each code').fill('1');
  await save();
  expect((await experience()).verificationCodePolicy).toEqual({ expirationDuration: 600, maxRetryAttempts: 1 });
  ok(await api.post('/verification-codes', { phone: '4915112345' }), 204);
  const { payload: { code } } = messages.take()[0]!;
  const check = (verificationCode: string) => api.post('/verification-codes/verify', { phone: '4915112345', verificationCode });
  problem(await check(code === '000000' ? '000001' : '000000'), 400, 'verification_code.code_mismatch');
  problem(await check(code), 400, 'verification_code.exceed_max_try');
});

test('passwords have to be as the page says; what is refused names a word of the tenant', async () => {
  await at('password-policy');
  expect(await page.getByRole('switch', { name: /^Passwords expire/ }).isDisabled()).toBe(true);
  await page.getByText('Nobody could get a new password').waitFor();
  await field('Fewest characters').fill('300');
  await press('Save changes');
  await page.getByText('A whole number from 1 to 256.').waitFor();
  await field('Fewest characters').fill('12');
  await field('Most characters').fill('10');
  await press('Save changes');
  await page.getByText('The fewest are more than the most.').waitFor();
  await field('Most characters').fill('64');
  await page.getByRole('combobox', { name: 'Kinds of characters' }).selectOption({ label: 'At least three kinds' });
  await flip('Repetitions and sequences');
  await field('Words of your own').fill(' Guildhall \n\nمرحبا<script>alert(1)</script>\nGuildhall');
  await expectGood(page, 'security-passwords');
  await save();
  expect((await experience()).passwordPolicy).toEqual({ length: { min: 12, max: 64 }, characterTypes: { min: 3 },
    rejects: { pwned: true, repetitionAndSequence: false, userInfo: true, words: ['Guildhall', 'مرحبا<script>alert(1)</script>'] } });
  const codes = async (password: string) => problem(await choosePassword(password), 422, 'password.rejected').data.map(({ code }: any) => code);
  expect(await codes('short-1')).toContain('password_rejected.too_short');
  expect(await codes('onlysmallletters')).toContain('password_rejected.character_types');
  expect(await codes('guildHALLguildHALL-1')).toContain('password_rejected.restricted.words');
  ok(await choosePassword('Quiet-river_42!moss'));
});

test('passwords expire once there is a way to a new one; switching it on asks who has an old one for a new one', async () => {
  ok(await api.patch('/sign-in-exp', { forgotPasswordMethods: ['PhoneVerificationCode'] }));
  const { id, username, password } = await newPerson(api);
  await at('password-policy');
  await flip('Passwords expire');
  await field('Days that a password is good').fill('0');
  await press('Save changes');
  await page.getByText('A whole number from 1 to 36500.').waitFor();
  await field('Days that a password is good').fill('30');
  await save();
  const { passwordExpiration, passwordPolicy } = await experience();
  expect(passwordExpiration).toEqual({ enabled: true, validPeriodDays: 30, enabledAt: expect.any(Number) });
  await field('Fewest characters').fill('11');
  await save();	// another part: the expiry stays as it is
  expect(await experience()).toMatchObject({ passwordExpiration, passwordPolicy: { ...passwordPolicy, length: { min: 11, max: 64 } } });
  ok(await api.patch(`/users/${id}/password/expiration`, { isExpired: true }));
  problem(await (await (await visitor()).start()).page('POST', '/verification/password', { identifier: { type: 'username', value: username }, password }), 422, 'password.expired');
  await flip('Passwords expire');
  await save();
  expect((await experience()).passwordExpiration).toEqual({ enabled: false });
});

test('addresses that are refused cannot register; where only some are allowed, no other can', async () => {
  ok(await api.post('/connectors', { connectorId: 'http-email', config: { endpoint: messages.endpoint } }));
  ok(await api.patch('/sign-in-exp', { signUp: { identifiers: ['email'], password: false, verify: true },
    signIn: { methods: [{ identifier: 'email', password: false, verificationCode: true, isPasswordPrimary: false }] } }));
  await at('blocklist');
  const refused = page.getByRole('textbox', { name: 'Refused addresses' }), allowed = page.getByRole('textbox', { name: 'Allowed addresses' });
  await refused.fill('@bad.example\nnot an address');
  await press('Save changes');
  await page.getByText('“not an address” is neither an address nor @ and a domain.').waitFor();
  await refused.fill('@bad.example\n  *spam@*.example \n@bad.example');
  await flip('Addresses with a plus');
  await expectGood(page, 'security-blocklist');
  await save();
  expect((await experience()).emailBlocklistPolicy).toMatchObject({ blockSubaddressing: true, customBlocklist: ['@bad.example', '*spam@*.example'], customAllowlist: [] });
  const ask = async (value: string) => (await (await visitor()).start('Register'))
    .page('POST', '/verification/verification-code', { identifier: { type: 'email', value }, interactionEvent: 'Register' });
  for (const address of ['ada@bad.example', 'morespam@good.example']) problem(await ask(address), 422, 'session.email_blocklist.email_not_allowed');
  problem(await ask('ada+1@good.example'), 422, 'session.email_blocklist.email_subaddressing_not_allowed');
  ok(await ask('ada@good.example'));

  await allowed.fill('@acme.example');
  await page.getByText('Only these can register.').waitFor();
  await save();
  problem(await ask('grace@good.example'), 422, 'session.email_blocklist.email_not_allowed');
  ok(await ask('grace@acme.example'));
});

test('a captcha is asked for once a service is there, and no longer when it is removed', async () => {
  await at('captcha');
  expect(await page.getByRole('switch', { name: /^Ask for a captcha/ }).isDisabled()).toBe(true);
  await expectGood(page, 'security-captcha-none');
  await page.getByRole('radio', { name: 'Google reCAPTCHA Enterprise' }).check();
  await field('Site key').fill('site');
  await press('Save changes');
  expect(await page.getByText('This is needed.').count()).toBe(2);	// the key and the project
  await field('API key').fill('a-key');
  await field('Project id').fill(' shop ');
  await page.getByRole('radio', { name: 'A box to tick' }).check();
  await page.getByRole('combobox', { name: 'Load it from' }).selectOption('www.recaptcha.net');
  await flip('Ask for a captcha');
  await page.getByText('The keys are not checked here.').waitFor();
  await expectGood(page, 'security-captcha');
  await save();
  expect(ok(await api.get('/captcha-provider')).config).toEqual({ type: 'RecaptchaEnterprise', siteKey: 'site', secretKey: 'a-key', projectId: 'shop', mode: 'checkbox', domain: 'www.recaptcha.net' });
  const person = await newPerson(api);
  problem(await (await (await visitor()).start()).page('POST', '/submit'), 422, 'session.captcha_required');

  await page.getByRole('radio', { name: 'Cloudflare Turnstile' }).check();
  await field('Secret key').fill('another');
  await save();
  expect(ok(await api.get('/captcha-provider')).config).toEqual({ type: 'Turnstile', siteKey: 'site', secretKey: 'another' });
  expect(ok(await send('GET', `${server.base}/api/.well-known/sign-in-exp`)).captchaConfig).toEqual({ type: 'Turnstile', siteKey: 'site' });

  await press('Remove the service');
  await dialog().getByRole('button', { name: 'Remove the service' }).click();
  await gone();
  await page.getByRole('button', { name: 'Remove the service' }).waitFor({ state: 'detached' });
  expect((await experience()).captchaPolicy).toEqual({ enabled: false });
  expect((await api.get('/captcha-provider')).status).toBe(404);
  expect(await page.getByRole('radio', { name: 'Cloudflare Turnstile' }).isChecked()).toBe(false);
  ok(await api.patch('/sign-in-exp', { signIn: { methods: [{ identifier: 'username', password: true, verificationCode: false, isPasswordPrimary: true }] },
    signUp: { identifiers: ['username'], password: true, verify: false } }));
  await new Browser(() => server.base).signIn(app, person);
});

test('sessions last as long as the page says, and ID tokens carry what is ticked', async () => {
  await page.getByRole('link', { name: 'Keys and sessions' }).click();
  expect([await field('Lifetime').inputValue(), await page.getByRole('combobox', { name: 'Unit' }).inputValue()]).toEqual(['14', 'days']);
  await field('Lifetime').fill('366');
  await press('Save changes');
  await page.getByText('A lifetime from one second to 365 days.').waitFor();
  await field('Lifetime').fill('2');
  await page.getByRole('combobox', { name: 'Unit' }).selectOption('hours');
  await page.getByRole('checkbox', { name: /^Custom data/ }).check();
  await expectGood(page, 'signing-keys');
  await save();
  expect(ok(await api.get('/configs/oidc/session'))).toEqual({ ttl: 7200 });
  expect(ok(await api.get('/configs/id-token')).enabledExtendedClaims.sort()).toEqual(['custom_data', 'organization_roles', 'organizations', 'roles']);
  const person = await newPerson(api, { customData: { plan: 'pro' } }), b = new Browser(() => server.base);
  const code = await b.signIn(app, person, { scope: 'openid custom_data' });
  const told = ok(await send('POST', `${server.base}/oidc/token`, { body: new URLSearchParams({ grant_type: 'authorization_code', code, client_id: app.id,
    redirect_uri: 'https://app.example/callback', code_verifier: b.pkce.verifier }) }));
  expect(JSON.parse(Buffer.from(told.id_token.split('.')[1], 'base64url').toString())).toMatchObject({ custom_data: { plan: 'pro' } });
  const [session] = ok(await api.get(`/users/${person.id}/sessions`)).sessions;
  expect(session.expiresAt - Date.now()).toBeLessThanOrEqual(7_200_000);
});

/** A rotation ends tokens in the end, so each look takes a new one. */
const keys = async (kind: string): Promise<any[]> => ok(await apiWith(server, ok(await server.requestToken({ grant_type: 'client_credentials', resource: managementApi, scope: 'all' },
  machine)).access_token).get(`/configs/oidc/${kind}`));
const statuses = async () => (await keys('private-keys')).map(({ status, signingKeyAlgorithm }) => `${status} ${signingKeyAlgorithm}`);

test('the cookie key is rotated, and of two either is deleted: who has a cookie by it signs in again', async () => {
  await visit(server, page, '/signing-keys');
  const b = new Browser(() => server.base), person = await newPerson(api);
  await b.signIn(app, person);
  const silent = async () => (await b.authorize(app, { prompt: 'none', scope: 'openid' })).headers.location ?? '';
  expect(await silent()).toContain('code=');
  const [old] = await keys('cookie-keys');
  await press('Rotate the cookie key');
  await dialog().getByText('Those that people have stay good').waitFor();
  await dialog().getByRole('button', { name: 'Rotate the cookie key' }).click();
  await gone();
  const [fresh, before] = await keys('cookie-keys');
  expect(before).toEqual(old);
  await press('Rotate the cookie key');
  await dialog().getByText('The previous one goes for good').waitFor();
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  await gone();
  expect(await keys('cookie-keys')).toEqual([fresh, old]);
  await press(`More for ${old.id}`);
  await page.getByRole('menuitem', { name: 'Delete the key' }).click();
  await dialog().getByRole('button', { name: 'Delete the key' }).click();
  await gone();
  expect(await keys('cookie-keys')).toEqual([fresh]);
  expect(await silent()).toContain('login_required');
});

test('the signing key is rotated at once or published first, and the previous one deleted; the Console stays signed in', async () => {
  await visit(server, page, '/signing-keys');
  await press('Rotate the signing key');
  await dialog().getByRole('radio', { name: 'RSA' }).check();
  await dialog().getByRole('button', { name: 'Show API call' }).click();
  await page.getByText('"signingKeyAlgorithm": "RSA"').waitFor();
  await page.keyboard.press('Escape');
  await dialog().getByRole('radio', { name: 'EC' }).check();	// the other kind takes seconds to make
  await dialog().getByRole('button', { name: 'Rotate the signing key' }).click();
  await gone();
  expect(await statuses()).toEqual(['Current EC', 'Previous EC']);

  await press('Rotate the signing key');
  await dialog().getByText('The previous key goes for good').waitFor();
  await dialog().getByRole('radio', { name: 'Later' }).check();
  await dialog().locator('[name=grace]').fill('0');
  await dialog().getByRole('button', { name: 'Rotate the signing key' }).click();
  await dialog().getByText('From one second to 365 days.').waitFor();
  await dialog().locator('[name=grace]').fill('3');
  await dialog().getByRole('combobox', { name: 'Unit' }).selectOption('hours');
  await expectGood(page, 'signing-keys-rotate');
  await dialog().getByRole('button', { name: 'Rotate the signing key' }).click();
  await gone();
  expect((await statuses()).sort()).toEqual(['Current EC', 'Next EC', 'Previous EC']);
  const next = (await keys('private-keys')).find(({ status }) => status === 'Next');
  expect(Math.abs(next.effectiveAt - Date.now() - 3 * 3_600_000)).toBeLessThan(60_000);
  await expectWhole(page, 'signing-keys-many');

  const previous = (await keys('private-keys')).find(({ status }) => status === 'Previous').id;
  await press(`More for ${previous}`);
  await page.getByRole('menuitem', { name: 'Delete the key' }).click();
  await dialog().getByText('What it has signed is not taken any more').waitFor();
  await dialog().getByRole('button', { name: 'Delete the key' }).click();
  await gone();
  expect((await statuses()).sort()).toEqual(['Current EC', 'Next EC']);
  await page.getByText(previous).waitFor({ state: 'detached' });
  await press('Rotate the signing key');
  expect(await dialog().getByRole('radio', { name: 'At once' }).isDisabled()).toBe(true);
  await dialog().getByText('The key that waits goes').waitFor();
  await page.keyboard.press('Escape');
  await gone();
}, 60_000);
