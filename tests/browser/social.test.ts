// People sign in with accounts that they have elsewhere, in a real browser and at a real provider (npm's oidc-provider).
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { newPerson } from '../api/support/browser.ts';
import { ok } from '../api/support/expect.ts';
import { identityProvider, sign } from '../api/support/identity-provider.ts';
import { realProvider } from '../api/support/oidc-provider.ts';
import { fields } from '../api/support/owner.ts';
import { startServer } from '../api/support/server.ts';
import { expectAccessible, look, open } from './support.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const real = await realProvider(/\/callback\/(social\/)?[0-9a-z]{12}$/);
const as = (sub: string, email = `${sub}@mail.example`, verified = true) => {
  real.person = { sub, email, email_verified: verified, name: 'Ada' };
};

let forge: string;
beforeAll(async () => {
  forge = ok(await api.post('/connectors', { connectorId: 'oidc', config: { ...real.client, issuer: real.issuer },
    metadata: { target: 'forge', name: { en: 'Forge', de: 'Schmiede' } } })).id;
  for (const connectorId of ['google-universal', 'github-universal', 'apple-universal', 'azuread-universal'])
    ok(await api.post('/connectors', { connectorId }));
  ok(await api.patch('/sign-in-exp', { socialSignInConnectorTargets: ['google', 'github', 'apple', 'azuread', 'forge'],
    color: { primaryColor: '#3b5bdb', isDarkModeEnabled: true, darkPrimaryColor: '#7c93f0' }, socialSignIn: { skipRequiredIdentifiers: true },
    signIn: { methods: [{ identifier: 'username', password: true, verificationCode: false, isPasswordPrimary: true }] } }));
  ok(await api.patch('/account-center', { enabled: true, fields: fields('Edit') }));
});

async function begin(page: Page, query = ''): Promise<void> {
  await page.goto(`${server.base}/demo-app${query}`);
  await page.waitForURL(/\/(sign-in|register|direct)/);
}
const isSignedIn = (page: Page) => page.getByText('Claims of the ID token').waitFor();
const usersWith = async (sub: string) => ok(await api.get('/users?page_size=100')).filter(({ identities }: any) => identities.forge?.userId === sub);
const policy = async (change: object) => ok(await api.patch('/sign-in-exp', change));

test('somebody signs in with an account elsewhere, the first time and again', async () => {
  as('ada');
  for (let i = 0; i < 2; i++) {
    const page = await open(i ? { width: 390, dark: true } : {});
    await begin(page);
    await page.getByRole('button', { name: 'Continue with GitHub' }).waitFor();
    await expectAccessible(page);
    await look(page, `social-sign-in-${i}`);
    const mark = page.getByRole('button', { name: 'Continue with GitHub' }).locator('img');
    expect(await mark.evaluate((image: any) => decodeURIComponent(image.currentSrc))).toContain(i ? '#f0f1f3' : '#24292f');
    await page.getByRole('button', { name: 'Continue with Forge' }).click();
    await isSignedIn(page);
  }
  expect(await usersWith('ada')).toMatchObject([{ name: 'Ada', primaryEmail: 'ada@mail.example' }]);
});

test('who has an account with the address is asked, and links it or makes another one', async () => {
  const person = await newPerson(api, { primaryEmail: 'grace@mail.example' });
  as('grace');
  const page = await open();
  await begin(page, '?ui_locales=de');
  await page.getByRole('button', { name: 'Weiter mit Schmiede' }).click();
  await page.getByText('Sind Sie das?').waitFor();
  await page.getByText('grac****@mail.example').waitFor();
  await expectAccessible(page);
  await look(page, 'social-link');
  await page.reload();
  await page.getByRole('button', { name: 'Mit Schmiede verknüpfen' }).click();
  await page.waitForURL((url) => url.pathname === '/demo-app');
  await expect.poll(async () => (await usersWith('grace')).map(({ id }: any) => id)).toEqual([person.id]);

  as('grace-too', 'grace@mail.example');
  ok(await api.delete(`/users/${person.id}/identities/forge`));
  const other = await open({ width: 390 });
  await begin(other);
  await other.getByRole('button', { name: 'Continue with Forge' }).click();
  await look(other, 'social-link-small');
  await other.getByRole('button', { name: 'Create another account' }).click();
  await isSignedIn(other);
  expect(await usersWith('grace-too')).toMatchObject([{ primaryEmail: null }]);
});

test('an account is linked without a question where the tenant says so, and never by an address that is not verified', async () => {
  await policy({ socialSignIn: { skipRequiredIdentifiers: true, automaticAccountLinking: true } });
  const [first, second] = [await newPerson(api, { primaryEmail: 'auto@mail.example' }), await newPerson(api, { primaryEmail: 'boss@mail.example' })];
  as('auto');
  const page = await open();
  await begin(page);
  await page.getByRole('button', { name: 'Continue with Forge' }).click();
  await isSignedIn(page);
  expect((await usersWith('auto')).map(({ id }: any) => id)).toEqual([first.id]);
  as('thief', 'boss@mail.example', false);
  const other = await open();
  await begin(other);
  await other.getByRole('button', { name: 'Continue with Forge' }).click();
  await isSignedIn(other);
  expect((await usersWith('thief')).map(({ id }: any) => id)).not.toContain(second.id);
  await policy({ socialSignIn: { skipRequiredIdentifiers: true } });
});

test('terms are agreed to before a new account is made, and what it lacks is asked for', async () => {
  await policy({ termsOfUseUrl: 'https://a.example/terms', agreeToTermsPolicy: 'ManualRegistrationOnly', socialSignIn: {} });
  as('newcomer');
  const page = await open();
  await begin(page);
  await page.getByRole('button', { name: 'Continue with Forge' }).click();
  await page.getByText('Create your account').waitFor();
  await look(page, 'social-terms');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByText('Agree to the terms to go on').waitFor();
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByLabel('Username').fill('newcomer');
  await page.getByRole('button', { name: 'Continue' }).click();
  await isSignedIn(page);
  expect(await usersWith('newcomer')).toMatchObject([{ username: 'newcomer' }]);
  await policy({ termsOfUseUrl: null, agreeToTermsPolicy: 'Automatic', socialSignIn: { skipRequiredIdentifiers: true } });
});

test('an answer that was not begun in this tab is not taken', async () => {
  const page = await open();
  await begin(page);
  for (const path of [`/callback/${forge}`, `/callback/social/${forge}`]) {
    await page.goto(`${server.base}${path}?code=stolen&state=of-somebody-else`);
    await page.getByText('This sign-in is not the one that was begun here').waitFor();
  }
});

test('an application that says where its people sign in sends them there at once', async () => {
  as('direct');
  const page = await open();
  await page.goto(`${server.base}/demo-app?direct_sign_in=social:forge`);
  await isSignedIn(page);
  expect(await usersWith('direct')).toHaveLength(1);
});

test('the address of a connector leads to its provider at once, and that of none to the sign-in page', async () => {
  as('landed');
  const page = await open();
  await begin(page);
  await page.goto(`${server.base}/social/landing/nowhere`);
  await page.getByRole('button', { name: 'Continue with Forge' }).waitFor();
  await page.goto(`${server.base}/social/landing/${forge}`);
  await isSignedIn(page);
  expect(await usersWith('landed')).toHaveLength(1);
});

test('somebody links an account on the account page, and takes it away', async () => {
  const person = await newPerson(api);
  as('linked');
  const page = await open();
  await page.goto(`${server.base}/account/security`);
  await page.getByLabel('Username').fill(person.username);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('Linked accounts').waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Add: Forge' }).click();
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('linked@mail.example').waitFor();
  expect(new URL(page.url()).pathname).toBe('/account/security');
  expect((await usersWith('linked')).map(({ id }: any) => id)).toEqual([person.id]);
  await look(page, 'social-account');
  await page.getByRole('button', { name: 'Remove: Forge' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('linked@mail.example').waitFor({ state: 'detached' });
  expect(await usersWith('linked')).toEqual([]);
});

// ---- Google One Tap: Google's script is a stand-in, which the policy of the page lets in as it would the real one

const google = await identityProvider();
const script = `globalThis.google = { accounts: { id: { initialize(options) { globalThis.oneTap = options; },
  prompt() { globalThis.oneTap.isShown = true; }, cancel() { globalThis.oneTap.isShown = false; } } } };`;
const setOneTap = async (oneTap: object) => {
  const [{ id }] = ok(await api.get('/connectors?target=google'));
  ok(await api.patch(`/connectors/${id}`, { config: { ...google.client, issuer: google.issuer, oneTap } }));
};
/** What Google's script does when the person taps: an ID token with these claims over the usual ones. */
async function tap(page: Page, claims: object = {}): Promise<void> {
  const nonce = await page.evaluate(() => (globalThis as any).oneTap.nonce), now = Math.floor(Date.now() / 1000);
  const credential = await sign({ iss: google.issuer, aud: 'guildhall', sub: 'tapper', email: 'tapper@mail.example', email_verified: true,
    name: 'Tapper', iat: now, exp: now + 3600, nonce, ...claims }, google.key);
  await page.evaluate((credential) => (globalThis as any).oneTap.callback({ credential }), credential);
}
/** The first screen, and what it asks of other hosts. */
async function first(script?: string, width = 1440): Promise<{ page: Page; asked: string[]; policy: string }> {
  const page = await open({ width }), asked: string[] = [];
  page.on('request', (request) => { if (!request.url().startsWith(server.base)) asked.push(request.url()); });
  await page.route('https://accounts.google.com/**', (route) =>
    script ? route.fulfill({ contentType: 'text/javascript', body: script }) : route.abort());
  const document = page.waitForResponse((answer) => new URL(answer.url()).pathname === '/sign-in');
  await begin(page);
  const policy = (await (await document).allHeaders())['content-security-policy'] ?? '';
  await page.getByLabel('Username').waitFor();
  return { page, asked, policy };
}
const oneTapOf = (page: Page) => page.evaluate(() => ({ ...(globalThis as any).oneTap, callback: undefined }));
const isOffered = (page: Page) => expect.poll(async () => (await oneTapOf(page)).isShown).toBe(true);

test('Google One Tap is shown on the first screen, and signs in who taps it', async () => {
  await setOneTap({ isEnabled: true, autoSelect: true, itpSupport: true, closeOnTapOutside: false });
  const { page, asked } = await first(script);
  await isOffered(page);
  expect(asked).toEqual(['https://accounts.google.com/gsi/client']);
  expect(await oneTapOf(page)).toMatchObject({ client_id: 'guildhall', auto_select: true, itp_support: true,
    cancel_on_tap_outside: false, nonce: expect.stringMatching(/^guildhall\.[\w-]{43}$/), isShown: true });
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL(/\/register/);
  expect((await oneTapOf(page)).isShown).toBe(false);
  await page.goBack();
  await expect.poll(async () => (await oneTapOf(page)).isShown).toBe(true);
  await tap(page);
  await isSignedIn(page);
  expect(ok(await api.get('/users?page_size=100')).filter(({ identities }: any) => identities.google?.userId === 'tapper'))
    .toMatchObject([{ primaryEmail: 'tapper@mail.example' }]);
});

test('a token of another audience, of another sign-in or of another page is refused with an error', async () => {
  const { page } = await first(script, 390), another = await first(script), verify = /\/verify\?/;
  await Promise.all([page, another.page].map(isOffered));
  const refused = async (claims: object, text: string) => {
    await Promise.all([page.waitForResponse(verify), tap(page, claims)]);
    await page.getByRole('alert').filter({ hasText: text }).waitFor();
  };
  await refused({ aud: 'another' }, 'could not be confirmed');
  await expectAccessible(page);
  await look(page, 'one-tap-refused');
  await refused({ nonce: (await oneTapOf(another.page)).nonce }, 'could not be confirmed');
  await page.route(verify, (route) => route.continue({ postData: (route.request().postData() ?? '').replace(/(g_csrf_token":")\w/, '$1x') }));
  await refused({}, 'Another page has sent');
  await page.unroute(verify);
  await tap(page);
  await isSignedIn(page);
});

test('the page is whole without Google’s script, and asks no other host where One Tap is off', async () => {
  const person = await newPerson(api), { page, asked } = await first();
  await expect.poll(() => asked).toHaveLength(1);
  await setOneTap({ isEnabled: false });
  const off = await first(script);
  expect(off.asked).toEqual([]);
  expect(off.policy).not.toContain('google');
  for (const one of [page, off.page]) {
    await one.getByLabel('Username').fill(person.username);
    await one.getByLabel('Password', { exact: true }).fill(person.password);
    await one.getByRole('button', { name: 'Sign in', exact: true }).click();
    await isSignedIn(one);
  }
});
