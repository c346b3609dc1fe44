// Connectors in the Console: how messages are sent, what mails say, and with which services people sign in. What is saved is read back by another client.
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { ok } from '../api/support/expect.ts';
import { mailServer } from '../api/support/mail-server.ts';
import { messageService } from '../api/support/messages.ts';
import { startServer } from '../api/support/server.ts';
import { byHand, enterConsole, expectGood, expectWhole, visit } from './administrator.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const mails = await mailServer(), service = await messageService();

let page: Page;
beforeAll(async () => { page = await enterConsole(server); });

const at = (path: string) => visit(server, page, `/connectors/${path}`);
const { main, dialog, press, row, choose, confirm, save, refused, card, openRow } = byHand(() => page);
const field = (name: string) => main().getByRole('textbox', { name, exact: true });
const connectorOf = async (type: string): Promise<any> => ok(await api.get('/connectors')).find((one: any) => one.type === type);

test('with nothing set up both rows say so, and a warning elsewhere leads there', async () => {
  await visit(server, page, '/sign-in-experience/sign-up-and-sign-in');
  await card('Registration').getByRole('combobox', { name: 'People register with' }).selectOption({ label: 'E-mail' });
  await page.getByRole('link', { name: 'Set one up' }).first().click();
  await dialog().getByRole('button', { name: 'Leave' }).click();
  await page.waitForURL(/connectors\/passwordless$/);
  await page.getByRole('link', { name: 'Set up SMS' }).waitFor();
  await expectGood(page, 'connectors-none');
});

test('a mail server is set up with a guide beside it, tried before it is saved, and has texts at once', async () => {
  await page.getByRole('link', { name: 'Set up E-mail' }).click();
  await dialog().getByRole('link', { name: /^SMTP/ }).waitFor();
  await expectWhole(page, 'connectors-choose');
  await dialog().getByRole('link', { name: /^SMTP/ }).click();
  await page.getByRole('heading', { name: 'Set up SMTP' }).waitFor();
  await press('Set up connector');
  await page.getByText('This is needed.').first().waitFor();
  await field('Host').fill('127.0.0.1');
  await field('Port').fill(String(mails.port));
  await page.getByRole('combobox', { name: 'Encryption' }).selectOption('none');
  await field('Sender').fill('nobody');
  await press('Set up connector');
  await refused(field('Sender'));
  await field('Sender').fill('Acme <hello@acme.example>');
  await press('Send');
  await page.getByText('This is needed.').waitFor();
  await field('To this e-mail address').fill('ada@x.example');
  await page.keyboard.press('Enter');
  await page.getByText('Sent to ada@x.example.').waitFor();
  expect(mails.got).toMatchObject([{ to: ['ada@x.example'], headers: { subject: 'Your code is 000000' } }]);
  await expectGood(page, 'connectors-set-up');
  await press('Set up connector');
  await page.waitForURL(/passwordless\/\w+\/settings$/);
  expect(await connectorOf('Email')).toMatchObject({ connectorId: 'simple-mail-transfer-protocol',
    config: { host: '127.0.0.1', port: mails.port, ignoreTLS: true, fromEmail: 'Acme <hello@acme.example>' } });
  expect((await connectorOf('Email')).config.templates.map((one: any) => one.usageType)).toContain('OrganizationInvitation');
});

test('its settings are changed, with the user and the password of the server; a message that is refused is told beside the button', async () => {
  await field('User').fill('robot');
  await press('Save changes');
  await refused(field('Password'));
  await field('Password').fill(' secret ');
  await page.getByRole('combobox', { name: 'Encryption' }).selectOption('starttls');
  await press('Show API call', card('Unsaved changes'));
  await dialog().getByText('curl -X PATCH').waitFor();
  await press('Close', dialog());
  await field('To this e-mail address').fill('ada@x.example');
  await press('Send');
  await page.getByRole('alert').getByText('The message could not be sent.').waitFor();
  await expectGood(page, 'connector-settings');
  await save();
  const { config } = await connectorOf('Email');
  expect(config).toMatchObject({ secure: false, auth: { user: 'robot', pass: ' secret ' } });
  expect(config.ignoreTLS).toBe(undefined);
  expect(config.templates).toHaveLength(9);
});

test('each message has a text with a preview, in which nothing runs; without one the general text is sent', async () => {
  await page.getByRole('link', { name: 'Texts', exact: true }).click();
  await page.waitForURL(/passwordless\/\w+\/texts$/);
  const preview = card('Preview');
  await preview.getByText('000000', { exact: true }).waitFor();
  await page.getByRole('combobox', { name: 'Message' }).selectOption({ label: 'Invitation to an organization' });
  await field('Subject').fill('{{inviter.name}} asks you in \u202eمرحبا');
  await field('Text').fill('<style>b { color: rgb(1, 2, 3) } body { display: none } :host { position: fixed; inset: 0; z-index: 9999 }</style><script>document.title = "run"</script>'
    + '<img src="x" onerror="document.title = \'run\'"><p style="font-size: 31px" onclick="document.title = \'run\'">To <b>{{organization.name}}</b></p>'
    + '<a href="javascript:document.title = \'run\'">Join</a><iframe src="https://evil.example"></iframe><p style="position: fixed; inset: 0">over</p>');
  await preview.getByText('Ada Lovelace asks you in').waitFor();
  await preview.getByText('Join').evaluate((one: any) => one.click());
  const size = await preview.getByText('To Acme').evaluate((one: any) => (globalThis as any).getComputedStyle(one).fontSize);
  const color = await preview.getByText('Acme', { exact: true }).evaluate((one: any) => (globalThis as any).getComputedStyle(one).color);
  expect([size, color, await preview.locator('iframe, script').count()]).toEqual(['31px', 'rgb(1, 2, 3)', 0]);
  await field('Text').fill('Join ');
  await press('Insert link');
  await page.getByRole('radiogroup', { name: 'Format' }).getByText('Plain text').click();
  await preview.getByText('Join https://app.example.com/join').waitFor();
  await expectGood(page, 'connector-texts');
  await page.getByRole('combobox', { name: 'Message' }).selectOption({ label: 'Code to register' });
  await field('Subject').fill('');
  await page.getByRole('combobox', { name: 'Message' }).selectOption({ label: 'Code to sign in' });
  await press('Remove this text');
  await page.getByText('The general one is sent in its place.').waitFor();
  await press('Save changes');
  await page.getByText('“Code to register” needs a subject and a text.').waitFor();
  await page.getByRole('combobox', { name: 'Message' }).selectOption({ label: 'Code to register' });
  await field('Subject').fill('Hello');
  await save();
  const { config: { templates, host } } = await connectorOf('Email');
  expect(templates.find((one: any) => one.usageType === 'OrganizationInvitation')).toEqual({ usageType: 'OrganizationInvitation', contentType: 'text/plain',
    subject: '{{inviter.name}} asks you in \u202eمرحبا', content: 'Join {{link}}' });
  expect([templates.some((one: any) => one.usageType === 'SignIn'), host]).toEqual([false, '127.0.0.1']);
  expect(await page.title()).not.toBe('run');
});

test('a text by language is written, refused where it is there already, changed and deleted', async () => {
  await at('email-texts');
  await page.getByRole('heading', { name: 'Write mails in the languages of your users' }).waitFor();
  await expectWhole(page, 'connectors-texts-none');
  await press('Write a text');
  await dialog().getByLabel('Language').fill('no tag');
  await press('Write a text', dialog());
  await dialog().getByText('That is not the tag of a language.').waitFor();
  await dialog().getByLabel('Language').fill('de');
  await dialog().getByLabel('Message').selectOption({ label: 'Code to sign in' });
  await press('Write a text', dialog());
  await page.getByRole('heading', { name: 'Code to sign in, in German' }).waitFor();
  await field('Subject').fill('{{code}} ist dein Code');
  await field('Sender').fill('nobody');
  await press('Save changes');
  await page.getByText('That is no e-mail address, nor a name with one').waitFor();
  await field('Sender').fill('Acme <hallo@acme.example>');
  await card('Preview').getByText('000000 ist dein Code').waitFor();
  await expectGood(page, 'connectors-text');
  await save();
  expect(ok(await api.get('/email-templates'))).toMatchObject([{ languageTag: 'de', templateType: 'SignIn',
    details: { subject: '{{code}} ist dein Code', sendFrom: 'Acme <hallo@acme.example>', contentType: 'text/html' } }]);
  await at('email-texts/create');
  await dialog().getByLabel('Language').fill('DE');
  await dialog().getByLabel('Message').selectOption({ label: 'Code to sign in' });
  await page.keyboard.press('Enter');
  await press('Write a text', dialog());
  await dialog().getByText('There is a text for this message in this language already.').waitFor();
  await press('Cancel', dialog());
  await expectWhole(page, 'connectors-texts');
  await choose('Code to sign in (de)', 'Delete');
  await press('Delete text', dialog());
  await page.getByRole('heading', { name: 'Write mails in the languages of your users' }).waitFor();
  expect(ok(await api.get('/email-templates'))).toEqual([]);
});

test('another service takes the place of the mail server, after a warning; then texts by language are told to be unused', async () => {
  await at('passwordless');
  await openRow(/^E-mail/);
  await press('More for SMTP');
  await page.getByRole('menuitem', { name: 'Change connector' }).click();
  await dialog().getByText('takes the place of SMTP').waitFor();
  await dialog().getByRole('link', { name: /^HTTP email/ }).click();
  await page.getByText('takes the place of SMTP').waitFor();
  await field('Endpoint').fill('javascript:alert(1)');
  await press('Set up connector');
  await refused(field('Endpoint'));
  await field('Endpoint').fill(service.endpoint);
  await field('Authorization header').fill('Bearer x');
  await expectWhole(page, 'connectors-set-up-http');
  await press('Set up connector');
  await page.waitForURL(/passwordless\/\w+\/settings$/);
  expect(await connectorOf('Email')).toMatchObject({ connectorId: 'http-email', config: { endpoint: service.endpoint, authorization: 'Bearer x' } });
  expect(await page.getByRole('link', { name: 'Texts', exact: true }).count()).toBe(0);
  await at('email-texts');
  await page.getByText('its service writes the mails itself').waitFor();
});

test('text messages have one kind of service, which is set up at once and tried with a number', async () => {
  await at('passwordless');
  await page.getByRole('link', { name: 'Set up SMS' }).click();
  await page.getByRole('heading', { name: 'Set up HTTP SMS' }).waitFor();
  await field('Endpoint').fill(service.endpoint);
  await field('To this phone number').fill('12');
  await press('Send');
  await page.getByText('That is no phone number.').waitFor();
  await field('To this phone number').fill('+49 (30) 123-456');
  await press('Send');
  await page.getByText('Sent to +49 (30) 123-456.').waitFor();
  expect(service.take()).toMatchObject([{ to: '4930123456', type: 'Generic' }]);
  await press('Set up connector');
  await page.waitForURL(/settings$/);
  expect(await connectorOf('Sms')).toMatchObject({ connectorId: 'http-sms' });
  await at('passwordless');
  await page.getByText('HTTP SMS').waitFor();
  await expectWhole(page, 'connectors');
});

test('before a connector is deleted one reads what stops working, or that nothing does', async () => {
  ok(await api.patch('/sign-in-exp', { forgotPasswordMethods: [], mfa: { factors: ['PhoneVerificationCode'], policy: 'NoPrompt' } }));
  const remove = async (type: string) => {
    await at(`passwordless/${(await connectorOf(type)).id}/settings`);
    await press('Delete connector', card('Danger zone'));
  };
  await remove('Sms');
  await dialog().getByText('people whose second factor is a code by SMS cannot sign in').waitFor();
  await expectWhole(page, 'connector-delete');
  await press('Cancel', dialog());
  ok(await api.patch('/sign-in-exp', { mfa: { factors: [], policy: 'NoPrompt' } }));
  await remove('Sms');
  await dialog().getByText('Nothing in your settings needs it now.').waitFor();
  await confirm('Delete connector');
  await page.waitForURL(/connectors\/passwordless$/);
  expect(await connectorOf('Sms')).toBe(undefined);
});

test('a service that everybody knows is added once, with the addresses that it wants and a guide', async () => {
  await at('social');
  await page.getByRole('heading', { name: 'Let people sign in with an account that they have' }).waitFor();
  await expectWhole(page, 'connectors-social-none');
  await press('Add social connector');
  await dialog().getByRole('region', { name: 'Any other, by its protocol' }).waitFor();
  await expectWhole(page, 'connectors-social-add');
  await dialog().getByRole('link', { name: /^Google/ }).click();
  await page.getByRole('heading', { name: 'Set up Google' }).waitFor();
  const callback = await page.getByText(/\/callback\/[0-9a-z]{12}$/).first().textContent();
  await press('Set up connector');
  await page.getByText('This is needed.').first().waitFor();
  await field('Client id').fill('google-client');
  await field('Client secret').fill('google-secret');
  await page.getByLabel('Take over name and picture at every sign-in').check();
  await expectWhole(page, 'connectors-social-set-up');
  await press('Set up connector');
  await page.waitForURL(/social\/\w+\/settings$/);
  const made = ok(await api.get('/connectors?target=google'))[0];
  expect(made).toMatchObject({ connectorId: 'google-universal', syncProfile: true, config: { clientId: 'google-client', clientSecret: 'google-secret' } });
  expect(callback).toBe(`${server.base}/callback/${made.id}`);
  await at('social/add');
  await dialog().getByRole('link', { name: /^GitHub/ }).waitFor();
  expect(await dialog().getByRole('link', { name: /^Google/ }).count()).toBe(0);
});

test('a service by its protocol has a name, a target and a logo; a target that is taken is told at its field, and stays later', async () => {
  await dialog().getByRole('link', { name: /^OpenID Connect/ }).click();
  await page.getByRole('heading', { name: 'Set up OpenID Connect' }).waitFor();
  await field('Name').fill('Acme ID');
  await field('Target').fill('google');
  await field('Logo').fill('javascript:alert(1)');
  await field('Client id').fill('c');
  await field('Client secret').fill('s');
  await field('Issuer').fill('https://id.acme.example');
  await press('Set up connector');
  await page.getByText('That is not a web address.').waitFor();
  await field('Logo').fill(`${server.base}/logo.png`);
  await press('Set up connector');
  await refused(field('Target'));
  await field('Target').fill('acme');
  await expectGood(page, 'connectors-social-oidc');
  await press('Set up connector');
  await page.waitForURL(/social\/\w+\/settings$/);
  await field('Name').fill('<b>Acme</b> \u202eمرحبا');
  await page.getByLabel('More parameters of the sign-in').fill('{"hd": ');
  await page.getByText('Line 1:').first().waitFor();
  await page.getByLabel('More parameters of the sign-in').fill('{"hd": "acme.example"}');
  await expectWhole(page, 'connector-social');
  await save();
  expect(ok(await api.get('/connectors?target=acme'))).toMatchObject([{ name: { en: '<b>Acme</b> \u202eمرحبا' }, logo: `${server.base}/logo.png`,
    config: { issuer: 'https://id.acme.example', customConfig: { hd: 'acme.example' } } }]);
});

test('its button is put on the sign-in page, in an order, with rules for accounts; then the list says that it is shown', async () => {
  await page.getByRole('link', { name: 'Show it on the sign-in page' }).click();
  const social = card('Social sign-in');
  await press('Social sign-in: Add Google', social);
  await social.getByRole('button', { name: /Add <b>Acme/ }).click();
  await social.getByRole('button', { name: /^Move <b>Acme.* up$/ }).click();
  await social.getByRole('switch', { name: /^Link accounts without asking/ }).click();
  await social.getByRole('switch', { name: /^Ask for what is missing/ }).click();
  await page.frameLocator('iframe[title="Preview"]').getByRole('button', { name: /Google/ }).waitFor();
  await expectWhole(page, 'signin-social');
  await save();
  expect(ok(await api.get('/sign-in-exp'))).toMatchObject({ socialSignInConnectorTargets: ['acme', 'google'], socialSignIn: { automaticAccountLinking: true, skipRequiredIdentifiers: true } });
  await at('social');
  await row('Google').getByText('Shown', { exact: true }).waitFor();
  await expectGood(page, 'connectors-social');
});

test('before a social connector is deleted one reads who is locked out; its button goes with it', async () => {
  await choose('Google', 'Delete');
  await dialog().getByText('Nobody can sign in with Google any more').waitFor();
  await press('Delete connector', dialog());
  await row('Google').waitFor({ state: 'detached' });
  expect(ok(await api.get('/sign-in-exp')).socialSignInConnectorTargets).toEqual(['acme']);
  expect(ok(await api.get('/connectors?target=google'))).toEqual([]);
});
