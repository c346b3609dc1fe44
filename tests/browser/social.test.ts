// People sign in with accounts that they have elsewhere, in a real browser and at a real provider (npm's oidc-provider).
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { newPerson } from '../api/support/browser.ts';
import { ok } from '../api/support/expect.ts';
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
