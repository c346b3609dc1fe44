// People sign in, register and let applications in, in a real browser.
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { goodPassword, newPerson, pkce, redirectUri, type Person } from '../api/support/browser.ts';
import { Build, unique } from '../api/support/build.ts';
import { ok } from '../api/support/expect.ts';
import { startServer } from '../api/support/server.ts';
import { expectAccessible, look, open } from './support.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);
const at = (path: string) => server.base + path;

let person: Person, organization: any;
beforeAll(async () => {
  person = await newPerson(api, { name: 'Ada Lovelace' });
  organization = await build.organization();
  ok(await api.post(`/organizations/${organization.id}/users`, { userIds: [person.id] }), 201);
});

/** Opens the Live Preview, which sends the browser to the sign-in page. */
async function begin(page: Page, query = ''): Promise<void> {
  await page.goto(at(`/demo-app${query}`));
  await page.waitForURL(/\/(sign-in|register)\?/);
}

async function signIn(page: Page, { username, password }: Pick<Person, 'username' | 'password'>): Promise<void> {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

const darkToo = { primaryColor: '#3b5bdb', isDarkModeEnabled: true, darkPrimaryColor: '#7c93f0' };
const isSignedIn = (page: Page) => page.getByText('Claims of the ID token').waitFor();

test('a device shows a code, and the claims once somebody has entered it', async () => {
  const device = await open();
  await device.goto(at('/device-demo-app'));
  const code = device.getByRole('link');
  await code.waitFor();
  await expectAccessible(device);
  await look(device, 'device-demo');
  const page = await open();
  await page.goto((await code.getAttribute('href')) as string);
  await page.getByRole('button', { name: 'Connect' }).click();
  await signIn(page, person);
  await page.getByText('Your device is connected').waitFor();
  await device.getByText('Claims of the ID token').waitFor();
  expect(await device.getByText(person.username).count()).toBeGreaterThan(0);
});

test('who has entered too many codes of no device is told to wait', async () => {
  const page = await open();
  await page.goto(at('/device'));
  await page.goto(at('/device?input_code=BBBB-BBBB&error=SlowDown'));
  await page.getByText('Too many attempts').waitFor();
});

test('who follows a link to an application that is gone reads a sentence', async () => {
  const page = await open();
  expect((await page.goto(at('/oidc/auth?client_id=gone')))?.status()).toBe(400);
  await page.getByRole('heading', { name: 'There is no such application here' }).waitFor();
  await page.getByText('invalid_client').waitFor();
  await expectAccessible(page);
  await look(page, 'no-such-application');
});

test('a person signs in, sees the claims and an organization token, and signs out', async () => {
  const page = await open();
  await begin(page);
  await expectAccessible(page);
  await look(page, 'sign-in');
  await signIn(page, person);
  await isSignedIn(page);
  expect(await page.getByText(person.username).count()).toBeGreaterThan(0);
  await page.getByRole('button', { name: organization.id }).click();
  await page.getByText(`urn:logto:organization:${organization.id}`).waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(/\/sign-in\?/);	// the preview asks anew, and nobody is signed in
  await page.getByLabel('Username').waitFor();
});

test('a wrong password is told, empties the password alone and is typed again', async () => {
  const page = await open();
  await begin(page);
  await signIn(page, { ...person, password: 'wrong' });
  await page.getByRole('alert').filter({ hasText: 'wrong' }).waitFor();
  expect(await page.getByLabel('Username').inputValue()).toBe(person.username);
  const password = page.getByLabel('Password', { exact: true });
  expect(await password.inputValue()).toBe('');
  expect(await password.evaluate((input: any) => input === input.ownerDocument.activeElement)).toBe(true);
  await expectAccessible(page);
  await look(page, 'wrong-password');
  await page.keyboard.type(person.password);
  await page.keyboard.press('Enter');
  await isSignedIn(page);
});

test('with the keyboard alone, on a narrow screen, in the dark and in German', async () => {
  ok(await api.patch('/sign-in-exp', { color: darkToo }));
  const page = await open({ width: 320, dark: true, language: 'de-DE' });
  await begin(page);
  await page.getByLabel('Benutzername').waitFor();
  expect(await page.evaluate('document.documentElement.lang')).toBe('de');
  await expectAccessible(page);
  await look(page, 'sign-in-narrow-dark');
  await page.keyboard.type(person.username);
  await page.keyboard.press('Tab');
  await page.keyboard.type(person.password);
  await page.keyboard.press('Enter');
  await page.getByText('Angaben des ID-Tokens').waitFor();
});

test('who was led to another screen at once goes back to the first one', async () => {
  const page = await open();
  await begin(page);
  await page.goto(at('/single-sign-on/email'));
  await page.getByRole('button', { name: 'Go back' }).click();
  await signIn(page, person);
  await page.getByText('Claims of the ID token').waitFor();
});

test('a person registers; a weak password says why, a name that is taken too', async () => {
  const page = await open({ width: 390 });
  await begin(page, '?first_screen=register');
  await page.getByLabel('Username').fill(person.username);
  await page.getByRole('button', { name: 'Continue' }).click();
  const fill = async (password: string, again = password) => {
    await page.getByLabel('New password').fill(password);
    await page.getByLabel('Confirm the password').fill(again);
    await page.getByRole('button', { name: 'Create account' }).click();
  };
  await page.getByText('At least 8 characters').waitFor();
  await fill('abc', 'abd');
  await page.getByText('The passwords differ').waitFor();
  await fill(goodPassword);
  await page.getByText('This username is taken').waitFor();
  await page.getByRole('button', { name: 'Go back' }).click();
  await page.getByLabel('Username').fill(unique('grace'));
  await page.getByRole('button', { name: 'Continue' }).click();
  await fill('abc');
  await page.getByText('At least 8 characters. Too easy to guess').waitFor();
  await fill('Grüne-Wiese_42');
  await page.getByText('Only letters from a to z, digits and symbols').waitFor();
  await expectAccessible(page);
  await look(page, 'weak-password');
  await fill(goodPassword);
  await isSignedIn(page);
});

const logo = 'data:image/svg+xml;base64,' + Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40">' +
  '<rect width="80" height="40" fill="#0b7285"/></svg>').toString('base64');

test('the organization is there from the first paint: logo, colour and style sheet', async () => {
  const other = await build.organization({ branding: { logoUrl: logo },
    color: { primaryColor: '#0b7285', isDarkModeEnabled: false, darkPrimaryColor: '#66d9e8' },
    customCss: '.title { letter-spacing: 3px } </style><script>document.title = "taken over"</script>' });
  const page = await open();
  await begin(page, `?organization_id=${other.id}`);
  await page.getByLabel('Username').waitFor();
  expect(await page.locator('.logo img').getAttribute('src')).toBe(logo);
  const style = (selector: string, name: string) =>
    page.locator(selector).first().evaluate((e: any, property) =>
      e.ownerDocument.defaultView.getComputedStyle(e).getPropertyValue(property), name);
  expect(await style('.button', 'background-color')).toBe('rgb(11, 114, 133)');
  expect(await style('.title', 'letter-spacing')).toBe('3px');
  expect(await page.title()).toBe('Sign in to your account');
  await look(page, 'organization');
});

test('an application of others asks for consent, and the person chooses an organization', async () => {
  const app = ok(await api.post('/applications', { name: 'Planner', type: 'Traditional', isThirdParty: true,
    oidcClientMetadata: { redirectUris: [redirectUri], postLogoutRedirectUris: [] } }));
  ok(await api.post(`/applications/${app.id}/user-consent-scopes`, { userScopes: ['profile', 'email',
    'urn:logto:scope:organizations'] }), 201);
  ok(await api.put(`/applications/${app.id}/sign-in-experience`, { branding: { logoUrl: logo } }), 201);
  const page = await open({ width: 390 });
  await page.goto(at(`/oidc/auth?${new URLSearchParams({ client_id: app.id, redirect_uri: redirectUri, response_type: 'code',
    scope: 'openid profile email urn:logto:scope:organizations', state: 's', prompt: 'consent',
    code_challenge: pkce().challenge, code_challenge_method: 'S256' })}`));
  await signIn(page, person);
  await page.getByRole('heading', { name: 'Planner asks for access to your account' }).waitFor();
  await page.getByText('Your name, username and picture').waitFor();
  expect(await page.locator('.logo img').getAttribute('src')).toBe(logo);
  await expectAccessible(page);
  await look(page, 'consent');
  await page.getByLabel(organization.name).check();
  const back = page.waitForRequest((request) => request.url().startsWith(redirectUri));
  await page.getByRole('button', { name: 'Allow' }).click();
  expect(new URL((await back).url()).searchParams.get('code')).toBeTruthy();
  expect(ok(await api.get(`/applications/${app.id}/users/${person.id}/consent-organizations`)).organizations
    .map((one: any) => one.id)).toEqual([organization.id]);
});

test('a suspended person, and one without a sign-in under way, are told so', async () => {
  const suspended = await newPerson(api);
  const page = await open({ dark: true });
  await begin(page);
  ok(await api.patch(`/users/${suspended.id}/is-suspended`, { isSuspended: true }));
  await signIn(page, suspended);
  await page.getByRole('heading', { name: 'This account is suspended' }).waitFor();
  await expectAccessible(page);
  await look(page, 'suspended');
  const fresh = await open();
  await fresh.goto(at('/sign-in'));
  await fresh.getByRole('heading', { name: 'No sign-in is under way' }).waitFor();
  await expectAccessible(fresh);
  await look(fresh, 'unknown-session');
});

test('a server that does not answer is told, and the same button tries again', async () => {
  const page = await open();
  await begin(page);
  await page.route('**/api/experience**', (route) => route.abort());
  await signIn(page, person);
  await page.getByRole('alert').filter({ hasText: 'The server does not answer' }).waitFor();
  await page.unroute('**/api/experience**');
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await isSignedIn(page);
});

test('what only says something stands on a card with the logo, in the dark too', async () => {
  ok(await api.patch('/sign-in-exp', { branding: { logoUrl: logo }, color: darkToo }));
  const page = await open({ width: 390, dark: true });
  for (const [path, heading] of [['/oidc/session/end/success', 'You have successfully signed out.'], ['/account/no/page', 'This page does not exist']] as const) {
    await page.goto(at(path));
    await page.getByRole('heading', { name: heading }).waitFor();
    const style = (pseudo: string, property: string) => page.locator('main').evaluate((main: any, [of, name]) =>
      main.ownerDocument.defaultView.getComputedStyle(main, of).getPropertyValue(name), [pseudo, property] as const);
    expect(await style('', 'background-color')).toBe('rgb(23, 25, 29)');
    expect(await style('::before', 'background-image')).toContain(logo);
    await expectAccessible(page);
    await look(page, `plain${path.replaceAll('/', '-')}`);
  }
  ok(await api.patch('/sign-in-exp', { branding: {} }));
});

test('a browser that runs no scripts says so in the language of the person', async () => {
  const page = await open({ language: 'de-DE', runsScripts: false });
  await page.goto(at('/sign-in'));
  await page.locator('.card').filter({ hasText: 'Diese Seite braucht JavaScript' }).waitFor();
  await look(page, 'no-script');
});

test.each([['/sign-in?preview=1', 'Bei Ihrem Konto anmelden'], ['/register?preview=1', 'Ihr Konto erstellen'],
  ['/mfa-verification/Totp', 'Bestätigen Sie, dass Sie es sind'], ['/account/security', 'Ihr Konto'], ['/device', 'Geben Sie den Code ein'],
  ['/demo-app', 'Live-Vorschau']])('%s has its title before a script runs', async (path, title) => {
  const page = await open({ language: 'de-DE', runsScripts: false });
  await page.goto(at(path));
  expect(await page.title()).toContain(title);
});
