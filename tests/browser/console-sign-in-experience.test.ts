// Sign-in & account, and multi-factor auth, in the Console. What is saved is read back by another client.
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { ok } from '../api/support/expect.ts';
import { startServer } from '../api/support/server.ts';
import { byHand, enterConsole, expectGood, visit } from './administrator.ts';

const server = await startServer();
const { api } = server;

let page: Page;
beforeAll(async () => {
  ok(await api.patch('/configs/admin-console', { signInExperienceCustomized: true }));	// console-dashboard.test.ts has the first visit
  page = await enterConsole(server);
});
const { dialog, press, card, choose, confirm, save, refused, flip, openRow } = byHand(() => page);
const at = (tab: string) => visit(server, page, `/sign-in-experience/${tab}`);
const experience = async (): Promise<any> => ok(await api.get('/sign-in-exp'));
const preview = () => page.frameLocator('iframe[title="Preview"]');
const option = (group: string, name: string) => page.getByRole('radiogroup', { name: group }).getByLabel(name, { exact: true });

test('the look of the tenant is seen in the preview before it is saved, and saved as one call that is shown', async () => {
  await page.getByRole('link', { name: 'Sign-in & account' }).click();
  await page.waitForURL(/sign-in-experience\/branding$/);
  await preview().locator('button', { hasText: 'Sign in' }).first().waitFor();
  await page.getByRole('textbox', { name: 'Brand colour', exact: true }).fill('#b01217');
  await page.getByRole('textbox', { name: 'Logo', exact: true }).fill(`${server.base}/logo.png`);
  await page.getByRole('textbox', { name: 'Custom CSS' }).fill('.title { letter-spacing: 3px }');
  const accent = () => preview().locator('html').evaluate((root: any) => (globalThis as any).getComputedStyle(root).getPropertyValue('--brand-light').trim());
  await expect.poll(accent).toBe('#b01217');
  await preview().locator('.logo img').waitFor({ state: 'attached' });
  await flip('Dark pages for those whose system is dark');
  await press('Take it');
  await expectGood(page, 'signin-branding');
  await press('Show API call');
  expect(await dialog().textContent()).toContain('/api/sign-in-exp');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Content', exact: true }).click();
  await press('Stay', dialog());
  await save();
  expect(await experience()).toMatchObject({ color: { primaryColor: '#b01217', isDarkModeEnabled: true }, branding: { logoUrl: `${server.base}/logo.png` },
    customCss: '.title { letter-spacing: 3px }' });
});

test('an address that would run, and a colour that is none, are told at their fields and not sent', async () => {
  await at('branding');
  await page.getByRole('textbox', { name: 'Favicon', exact: true }).fill('javascript:alert(1)');
  await press('Save changes');
  await page.getByText('That is not a web address.').waitFor();
  await press('Discard');
  expect((await experience()).branding.favicon).toBe(undefined);
});

test('what registration asks for becomes a way to sign in, without connector this is told, and before and after are compared', async () => {
  await at('sign-up-and-sign-in');
  await card('Registration').getByRole('combobox', { name: 'People register with' }).selectOption({ label: 'E-mail' });
  await page.getByText('No e-mail connector is set up, so no code can be sent.').waitFor();
  await page.getByText('is always verified with a code').waitFor();
  await card('Registration').getByRole('button', { name: /: Add Username$/ }).click();
  await preview().getByLabel(/E-mail/).waitFor();
  await press('Save changes');
  await dialog().getByRole('region', { name: 'Before' }).getByText('Username: password').waitFor();
  await dialog().getByRole('region', { name: 'After' }).getByText('E-mail, with a password').waitFor();
  await expectGood(page, 'signin-compare');
  await press('Change it', dialog());
  await page.getByRole('alert').getByText(/connector/i).first().waitFor();
  expect((await experience()).signUp.identifiers).toEqual(['username']);

  ok(await api.post('/connectors', { connectorId: 'http-email', config: { endpoint: 'https://mail.example/send' } }));
  await at('sign-up-and-sign-in');
  await card('Registration').getByRole('combobox', { name: 'People register with' }).selectOption({ label: 'E-mail' });
  await card('Registration').getByRole('button', { name: /: Add Username$/ }).click();
  const list = card('Signing in');
  expect(await list.getByRole('button', { name: 'Remove E-mail' }).isDisabled()).toBe(true);
  await list.getByRole('button', { name: 'Move E-mail up' }).click();
  await list.getByRole('combobox', { name: 'E-mail: First asked for' }).selectOption('false');
  await expectGood(page, 'signin-methods');
  await press('Save changes');
  await dialog().getByRole('region', { name: 'After' }).getByText('E-mail: code, else password').waitFor();
  await press('Change it', dialog());
  await page.getByText('Unsaved changes').waitFor({ state: 'detached' });
  expect(await experience()).toMatchObject({
    signUp: { identifiers: ['email'], password: true, verify: true, secondaryIdentifiers: [{ identifier: 'username' }] },
    signIn: { methods: [{ identifier: 'email', password: true, verificationCode: true, isPasswordPrimary: false },
      { identifier: 'username', password: true, verificationCode: false }] } });
});

test('a way to sign in without password and code is refused in the form', async () => {
  await at('sign-up-and-sign-in');
  await page.getByRole('checkbox', { name: 'Username: Password' }).uncheck();
  await press('Save changes');
  await page.getByText('Each way needs a password, a code or both.').waitFor();
  await press('Discard');
});

test('forgotten passwords, passkeys and usernames are saved without a comparison, and names that would be the same are listed', async () => {
  for (const username of ['Ada', 'ada']) ok(await api.post('/users', { username }));
  await at('sign-up-and-sign-in');
  await card('Forgotten passwords').getByLabel('A code by e-mail').check();
  await flip('Sign in with a passkey');
  await flip('A button for it on the sign-in page');
  await flip('Capital and small letters differ');
  await page.getByText('1 name differs only in letter case: ada.').waitFor();
  await page.getByRole('textbox', { name: 'Fewest characters' }).fill('4');
  await card('Usernames').getByLabel('Underscore').uncheck();
  await page.getByRole('textbox', { name: 'Where to go without a sign-in under way' }).fill('https://app.example/start');
  await press('Save changes');
  await refused(page.getByRole('switch', { name: 'Capital and small letters differ' }));
  await flip('Capital and small letters differ');
  await save();
  expect(await experience()).toMatchObject({ forgotPasswordMethods: ['EmailVerificationCode'], passkeySignIn: { enabled: true, showPasskeyButton: true },
    usernamePolicy: { caseSensitive: true, minLength: 4, allowedChars: { underscore: false, numbers: true } }, unknownSessionRedirectUrl: 'https://app.example/start' });
});

test('with no profile field the tab says what they are for; one is created with what its type has', async () => {
  await at('collect-user-profile');
  await page.getByRole('heading', { name: 'Ask people for more than a name and a password' }).waitFor();
  await expectGood(page, 'signin-profile-none');
  await page.getByRole('button', { name: 'Create profile field' }).dblclick();	// by somebody in haste
  await press('Create profile field', dialog());
  await dialog().getByText('This is needed.').waitFor();
  await dialog().getByLabel('Name', { exact: false }).first().fill('plan');
  await dialog().getByLabel('Label', { exact: true }).fill('Your plan');
  await dialog().getByLabel('Type').selectOption({ label: 'Choice' });
  await dialog().getByLabel('Value of choice 1').fill('free');
  await press('Add choice', dialog());
  await dialog().getByLabel('Value of choice 2').fill('pro');
  await dialog().getByLabel('Label of choice 2').fill('Pro');
  await expectGood(page, 'signin-profile-create');
  await confirm('Create profile field');
  expect(ok(await api.get('/custom-profile-fields/plan'))).toMatchObject({ type: 'Select', label: 'Your plan', required: false,
    config: { options: [{ value: 'free' }, { value: 'pro', label: 'Pro' }] } });
});

test('a name that is taken is told at its field; a full name has parts', async () => {
  await at('collect-user-profile/create');
  await dialog().getByLabel('Name', { exact: false }).first().fill('email');
  await page.keyboard.press('Enter');
  await dialog().locator('[name=name][aria-invalid=true]').waitFor();
  await dialog().getByLabel('Name', { exact: false }).first().fill('fullname');
  await dialog().getByLabel('Type').selectOption({ label: 'Full name' });
  await dialog().getByLabel('Family name is required').check();
  await confirm('Create profile field');
  const { config } = ok(await api.get('/custom-profile-fields/fullname')) as any;
  expect(config.parts.filter((one: any) => one.enabled).map(({ name, required }: any) => [name, required])).toEqual([['givenName', false], ['familyName', true]]);
});

test('profile fields are moved, changed, chosen for registration and deleted', async () => {
  await at('collect-user-profile');
  await choose('fullname', 'Move up');
  await expect.poll(async () => ok(await api.get('/custom-profile-fields')).map((one: any) => one.name)).toEqual(['fullname', 'plan']);
  await openRow('Your plan');
  await page.waitForURL(/fields\/plan$/);
  await dialog().getByLabel('Label', { exact: true }).fill('Plan');
  await dialog().getByLabel('Description').fill('Can be changed later');
  await confirm('Save changes');
  expect(ok(await api.get('/custom-profile-fields/plan'))).toMatchObject({ label: 'Plan', description: 'Can be changed later', type: 'Select' });
  await page.getByLabel('Only these, in the order in which they are chosen').check();
  await page.getByLabel('Fields', { exact: true }).and(page.locator('input')).first().click();
  await page.getByRole('option', { name: 'fullname' }).click();
  await page.keyboard.press('Escape');
  await expectGood(page, 'signin-profile');
  await save();
  expect((await experience()).signUpProfileFields).toEqual([{ name: 'plan' }]);
  await choose('fullname', 'Delete');
  await confirm('Delete profile field');
  expect((await api.get('/custom-profile-fields/fullname')).status).toBe(404);
});

test('people may be let to manage their account, each part by itself; what is not on the page stays', async () => {
  ok(await api.patch('/account-center', { fields: { social: 'ReadOnly' } }));
  await at('account-center');
  await expectGood(page, 'signin-account-off');
  await flip('People manage their own account');
  await page.getByRole('radiogroup', { name: 'Username' }).getByText('Edit').click();
  await page.getByRole('radiogroup', { name: 'Organizations' }).getByText('Read').click();
  await page.getByRole('textbox', { name: 'Page to delete an account' }).fill('https://app.example/goodbye');
  await page.getByRole('textbox', { name: 'Other origins for passkeys 1' }).fill('https://app.example/path');
  await press('Save changes');
  await page.getByText('An origin looks like https://app.example.com').first().waitFor();
  await page.getByRole('textbox', { name: 'Other origins for passkeys 1' }).fill('https://app.example');
  await expectGood(page, 'signin-account');
  await save();
  expect(ok(await api.get('/account-center'))).toMatchObject({ enabled: true, fields: { username: 'Edit', organizations: 'ReadOnly', social: 'ReadOnly' },
    deleteAccountUrl: 'https://app.example/goodbye', webauthnRelatedOrigins: ['https://app.example'] });
  expect(await page.getByRole('link', { name: 'Open the account page' }).getAttribute('href')).toBe(`${server.base}/account`);
});

test('terms, support and languages are saved; an address that runs is refused', async () => {
  await at('content');
  await page.getByRole('textbox', { name: 'Terms of use' }).fill('javascript:alert(1)');
  await press('Save changes');
  await page.getByText('That is not a web address.').waitFor();
  await page.getByRole('textbox', { name: 'Terms of use' }).fill('https://app.example/terms');
  await page.getByLabel('A box to tick at registration', { exact: true }).check();
  await page.getByRole('textbox', { name: 'E-mail address' }).fill('help@app.example');
  await page.getByRole('combobox', { name: 'Default language' }).selectOption('de');
  await flip('Speak the language of the browser');
  await preview().locator('a', { hasText: 'Terms of use' }).first().waitFor();
  await expectGood(page, 'signin-content');
  await save();
  expect(await experience()).toMatchObject({ termsOfUseUrl: 'https://app.example/terms', agreeToTermsPolicy: 'ManualRegistrationOnly',
    supportEmail: 'help@app.example', languageInfo: { autoDetect: false, fallbackLanguage: 'de' } });
});

test('texts are found by their words and changed, with the preview saying them; reset takes them back', async () => {
  await at('content');
  await page.getByRole('link', { name: 'German' }).click();
  await page.waitForURL(/content\/languages\/de$/);
  await page.getByRole('textbox', { name: 'Search in all texts' }).fill('sign in');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Sign in', exact: true }).nth(1).fill('Rein <b>hier</b>');	// the title
  await preview().locator('h1', { hasText: 'Rein <b>hier</b>' }).waitFor();
  await expectGood(page, 'signin-texts');
  await save();
  expect(ok(await api.get('/custom-phrases/de'))).toMatchObject({ translation: { description: { sign_in: 'Rein <b>hier</b>' } } });
  await page.getByRole('link', { name: 'All languages' }).click();
  await page.getByText('de · 1 text of your own').waitFor();
  await page.getByRole('button', { name: 'More for German' }).click();
  await page.getByRole('menuitem', { name: 'Reset all texts' }).click();
  await press('Reset all texts', dialog());
  await page.getByText('de · As it comes').waitFor();
  expect(ok(await api.get('/custom-phrases/de'))).toMatchObject({ translation: {} });
});

test('a language is added, told where it is none, and deleted', async () => {
  await at('content/add-language');
  await dialog().getByLabel('Language tag').fill('not a tag');
  await page.keyboard.press('Enter');
  await dialog().getByText('That is not the tag of a language.').waitFor();
  await dialog().getByLabel('Language tag').fill('it');
  await dialog().getByText('Italian').waitFor();
  await press('Add language', dialog());
  await page.waitForURL(/content\/languages\/it$/);
  await page.getByRole('heading', { name: 'Texts in Italian' }).waitFor();
  ok(await api.get('/custom-phrases/it'));
  await at('content');
  await page.getByRole('button', { name: 'More for Italian' }).click();
  await page.getByRole('menuitem', { name: 'Delete language' }).click();
  await press('Delete language', dialog());
  await page.getByRole('link', { name: 'Italian' }).waitFor({ state: 'detached' });
  expect((await api.get('/custom-phrases/it')).status).toBe(404);
});

test('second factors are switched on with a policy; backup codes alone and a code that is used to sign in are not', async () => {
  await visit(server, page, '/mfa');
  await page.getByText('Switch on a factor first.').waitFor();
  await expectGood(page, 'mfa-none');
  expect(await page.getByRole('switch', { name: 'Code by e-mail' }).isDisabled()).toBe(true);
  await flip('Backup codes');
  await press('Save changes');
  await page.getByText('Backup codes stand in for another factor').waitFor();
  await flip('Code by SMS');
  await press('Save changes');
  await page.getByText('A code cannot be sent without a connector.').waitFor();
  await flip('Code by SMS');
  await flip('Authenticator app');
  await option('Asking people to set it up', 'At the next sign-in only; may be skipped').check();
  await option('Members of an organization', 'Must set it up at the next sign-in').check();
  await expectGood(page, 'mfa');
  await save();
  expect(await experience()).toMatchObject({ mfa: { factors: ['Totp', 'BackupCode'], policy: 'PromptOnlyAtSignIn', organizationRequiredMfaPolicy: 'Mandatory' },
    adaptiveMfa: { enabled: false } });

  await option('Second factor', 'When a sign-in looks risky').check();
  await save();
  expect(await experience()).toMatchObject({ mfa: { policy: 'PromptAtSignInAndSignUpMandatory' }, adaptiveMfa: { enabled: true } });
  await flip('Backup codes');
  await flip('Authenticator app');
  await page.getByText('Switch on a factor first.').waitFor();
  await save();
  expect(await experience()).toMatchObject({ mfa: { factors: [], policy: 'PromptAtSignInAndSignUp' }, adaptiveMfa: { enabled: false } });
});

test('names that are code or read from right to left stay texts', async () => {
  const label = '<img src=x onerror="document.title=\'run\'"> \u202eevil مرحبا';
  ok(await api.post('/custom-profile-fields', { name: 'hostile', type: 'Text', label, required: false }), 201);
  ok(await api.post('/custom-profile-fields', { name: 'x'.repeat(128), type: 'Text', label: '\u{1d504}'.repeat(128), required: false }), 201);
  await at('collect-user-profile');
  await page.getByText('<img src=x').first().waitFor();
  await expectGood(page, 'signin-profile-hostile');
  expect(await page.title()).not.toBe('run');
});
