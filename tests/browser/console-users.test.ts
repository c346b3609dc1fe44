// Users in the Console: found, added, changed, shut out and deleted; and the audit log. What was done is looked at by another client.
import { beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { Browser, goodPassword, newApp, newPerson } from '../api/support/browser.ts';
import { Build, unique } from '../api/support/build.ts';
import { Client, send } from '../api/support/client.ts';
import { ok } from '../api/support/expect.ts';
import { identityProvider } from '../api/support/identity-provider.ts';
import { newThirdParty, tokensOf } from '../api/support/owner.ts';
import { messageService } from '../api/support/messages.ts';
import { done, tokenFrom } from '../api/support/people.ts';
import { startServer } from '../api/support/server.ts';
import { byHand, enterConsole, expectGood, visit } from './administrator.ts';
import { expectFits, look } from './support.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const service = await messageService();
const { api } = server;
const build = new Build(api);
const at = (path: string) => visit(server, page, path);

let page: Page;
beforeAll(async () => { page = await enterConsole(server); });
const { main, dialog, gone, press, row, card, choose, confirm, save, refused, openRow } = byHand(() => page);
const user = async (id: string): Promise<any> => ok(await api.get(`/users/${id}`));
const knows = async (id: string, password: string) => (await api.post(`/users/${id}/password/verify`, { password })).status === 204;
const settings = (id: string) => at(`/users/${id}/settings`);

test('with nobody there the list says what users are and how to add one', async () => {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Users' }).click();
  await page.getByRole('heading', { name: 'Add your first user' }).waitFor();
  await expectGood(page, 'users-none');
});

test('somebody is added with a generated password, which is shown once and hidden at first', async () => {
  await at('/users/create');
  await press('Add user', dialog());
  await dialog().getByText('Give at least one of').waitFor();
  await dialog().getByLabel('E-mail address').fill('ada@');
  await dialog().getByLabel('Username').fill('1ada');
  await press('Add user', dialog());
  await dialog().getByText('That is not an e-mail address.').waitFor();
  await dialog().getByText('not beginning with a digit').waitFor();
  await expectGood(page, 'users-create');
  await dialog().getByLabel('Username').fill('');
  await dialog().getByLabel('E-mail address').fill(' ada@acme.example ');
  await dialog().getByText('The sign-in page asks for: Username.').waitFor();
  await dialog().getByLabel('Username').fill('ada');
  await dialog().getByText('The sign-in page asks for').waitFor({ state: 'detached' });
  await dialog().getByLabel('Phone number').fill('+49 (30) 901820');
  await dialog().getByRole('textbox', { name: 'Name', exact: true }).fill('Ada Lovelace');
  await press('Add user', dialog());
  await page.getByRole('heading', { name: 'User added' }).waitFor();
  await dialog().getByText('•'.repeat(24)).waitFor();
  await press('Show: Password', dialog());
  await expectGood(page, 'users-created');
  const password = await dialog().locator('code').last().innerText();
  await press('Open user', dialog());
  await page.waitForURL(/\/users\/\w{12}\/settings$/);
  const [made] = ok(await api.get('/users?search=ada@acme.example'));
  expect(made).toMatchObject({ primaryEmail: 'ada@acme.example', username: 'ada', primaryPhone: '4930901820', name: 'Ada Lovelace' });
  expect(page.url()).toContain(made.id);
  expect(await knows(made.id, password)).toBe(true);
});

test('a name that is taken is told at its field', async () => {
  const { username } = await newPerson(api);
  await at('/users/create');
  await dialog().getByLabel('Username').fill(username);
  await page.keyboard.press('Enter');
  await refused(dialog().getByLabel('Username'));
});

test('the list finds people by a part of any of their names, and keeps that in the address', async () => {
  const word = unique('needle'), found = await build.user({ primaryEmail: `x.${word}@a.example`, name: 'Needle Person' });
  await at('/users');
  await row('Ada Lovelace').getByText('ada@acme.example').waitFor();
  await main().getByLabel('Name, e-mail, phone or username').fill(word);
  await page.keyboard.press('Enter');
  await row('Ada Lovelace').waitFor({ state: 'detached' });
  await row('Needle Person').waitFor();
  expect(new URL(page.url()).searchParams.get('keyword')).toBe(word);
  await openRow('Needle Person');
  await page.waitForURL(new RegExp(`/users/${found.id}/settings$`));
  await page.goBack();
  await row('Needle Person').waitFor();
});

test('an advanced search is built of conditions, stands in the address by the names of the API, and is taken apart again', async () => {
  const mark = unique('adv'), asked: string[] = [];
  for (const n of [1, 2, 3]) await build.user({ name: `${mark} ${n}`, username: `${mark}_${n}` });
  page.on('request', (request) => { if (request.url().includes('/api/users?')) asked.push(request.url()); });
  await at('/users');
  await press('Advanced search');
  await dialog().getByRole('textbox', { name: 'Value' }).fill(mark);
  await press('Add a condition', dialog());
  const second = dialog().getByRole('group', { name: 'E-mail address' });
  await second.getByRole('combobox', { name: 'Field' }).or(second.getByRole('textbox', { name: 'Field' })).first().click();
  await page.getByRole('option', { name: 'Username', exact: true }).click();
  const third = dialog().getByRole('group', { name: 'Username' });
  await third.getByRole('combobox', { name: 'How' }).or(third.getByRole('textbox', { name: 'How' })).first().click();
  await page.getByRole('option', { name: 'is one of', exact: true }).click();
  await press('Search', dialog());
  await dialog().getByText('Say what to search for.').waitFor();
  for (const n of [1, 3]) { await third.getByLabel('Values').fill(`${mark}_${n}`); await page.keyboard.press('Enter'); }
  await expectGood(page, 'users-advanced');
  await confirm('Search');
  await row(`${mark} 2`).waitFor({ state: 'detached' });
  await row(`${mark} 1`).waitFor();
  await row(`${mark} 3`).waitFor();
  const address = new URL(page.url()).searchParams, sent = new URL(asked.at(-1)!).searchParams;
  expect(address.get('search.name')).toBe(`%${mark}%`);
  expect([sent.get('search.name'), sent.getAll('search.username'), sent.get('mode.username'), sent.get('joint')])
    .toEqual([`%${mark}%`, [`${mark}_1`, `${mark}_3`], 'exact', 'and']);
  await expectGood(page, 'users-searched');
  await page.reload();
  await row(`${mark} 1`).waitFor();
  await main().getByRole('button', { name: 'Remove the condition for Username' }).click();
  await row(`${mark} 2`).waitFor();
  expect(new URL(page.url()).searchParams.has('mode.username')).toBe(false);
});

test('a regular expression that is none is told with what the server says of it', async () => {
  await at('/users?search.name=%28&mode.name=posix');
  await page.getByText('That did not work').waitFor();
});

test('identifiers, name, picture and data are saved together, only what differs is sent, and a refusal stands at its field', async () => {
  const person = await newPerson(api, { name: 'Grace', customData: { team: 'navy' } }), other = await newPerson(api, { primaryEmail: `${unique('taken')}@a.example`.toLowerCase() });
  await settings(person.id);
  await main().getByLabel('E-mail address').fill(other['primaryEmail']);
  await main().getByLabel('Custom data').fill('[]');
  await press('Save changes');
  await page.getByText('It must be a JSON object').waitFor();
  await main().getByLabel('Custom data').fill('{ "team": "army" }');
  await press('Save changes');
  await refused(main().getByLabel('E-mail address'));
  await main().getByLabel('E-mail address').fill('grace@a.example');
  await main().getByRole('textbox', { name: 'Name', exact: true }).fill('Grace Hopper');
  await main().getByLabel('Profile data').fill('{ "nickname": "Amazing", "unknown": 1 }');
  await main().getByLabel('Picture').fill('javascript:alert(1)');
  await press('Save changes');
  await page.getByText('That is not a web address.').waitFor();
  await main().getByLabel('Picture').fill('');
  await press('Show API call');
  const call = await dialog().getByRole('region').innerText();
  expect([call.includes('grace@a.example'), call.includes('username')]).toEqual([true, false]);
  await page.keyboard.press('Escape');
  await gone();
  await save();
  expect(await user(person.id)).toMatchObject({ primaryEmail: 'grace@a.example', name: 'Grace Hopper', username: person.username,
    customData: { team: 'army' }, profile: { nickname: 'Amazing' } });
  expect((await user(person.id)).profile).not.toHaveProperty('unknown');
});

test('leaving with changes asks, and staying keeps them', async () => {
  const person = await newPerson(api, { name: 'Unsaved' });
  await settings(person.id);
  await main().getByRole('textbox', { name: 'Name', exact: true }).fill('Half');
  await main().getByRole('link', { name: /^Roles/ }).click();
  await dialog().getByText('would be lost').waitFor();
  await press('Stay', dialog());
  expect(await main().getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('Half');
  await press('Discard');
});

test('saving somebody without any way to sign in asks once more', async () => {
  const person = await newPerson(api, { name: 'Ghost' });
  await settings(person.id);
  await main().getByLabel('Username').fill('');
  await press('Save changes');
  await dialog().getByText('nobody can sign in to this account').waitFor();
  await press('Cancel', dialog());
  expect((await user(person.id)).username).toBe(person.username);
  await press('Save changes');
  await press('Save anyway', dialog());
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
  expect((await user(person.id)).username).toBeNull();
});

test('a password is generated anew and shown once; the old one is over', async () => {
  const person = await newPerson(api);
  await settings(person.id);
  await press('Reset password', card('Password'));
  await dialog().getByText('The present one ends at once.').waitFor();
  await press('Reset password', dialog());
  await press('Show: Password', dialog());
  const password = await dialog().locator('code').first().innerText();
  await confirm('Done');
  expect([await knows(person.id, password), await knows(person.id, goodPassword)]).toEqual([true, false]);
  const bare = await build.user();
  await settings(bare.id);
  await card('Password').getByText('There is no password.').waitFor();
  await press('Generate password', card('Password'));
  await press('Generate password', dialog());
  await press('Done', dialog());
  await card('Password').getByText('A password is set.').waitFor();
  expect(await user(bare.id)).toMatchObject({ hasPassword: true });
});

test('a password can be expired only where passwords expire', async () => {
  const person = await newPerson(api);
  await settings(person.id);
  await card('Password').getByRole('button', { name: 'Reset password' }).waitFor();
  expect(await page.getByRole('button', { name: 'Expire password' }).count()).toBe(0);
  // passwords expire only where people can choose a new one
  ok(await api.post('/connectors', { connectorId: 'http-email', config: { endpoint: service.endpoint } }));
  ok(await api.patch('/sign-in-exp', { forgotPasswordMethods: ['EmailVerificationCode'], passwordExpiration: { enabled: true, validPeriodDays: 90 } }));
  await settings(person.id);
  await press('Expire password', card('Password'));
  const answer = page.waitForResponse((one) => one.url().includes('/password/expiration'));
  await confirm('Expire password');
  expect((await answer).status()).toBe(200);
  ok(await api.patch('/sign-in-exp', { passwordExpiration: { enabled: false } }));
});

test('second factors are added, with what the person needs shown once, and removed; codes by mail are shown where they are on', async () => {
  ok(await api.patch('/sign-in-exp', { mfa: { factors: ['Totp', 'BackupCode', 'WebAuthn'], policy: 'NoPrompt' } }));
  const person = await newPerson(api), factors = card('Second factors and passkeys');
  const kinds = async () => ok(await api.get(`/users/${person.id}/mfa-verifications`)).map(({ type }: any) => type);
  await settings(person.id);
  await factors.getByText('They have not set up any.').waitFor();
  await press('Add a factor', factors);
  expect(await page.getByRole('menuitem', { name: 'Backup codes' }).isDisabled()).toBe(true);
  await page.getByRole('menuitem', { name: 'Authenticator app' }).click();
  await press('Add a factor', dialog());
  await dialog().getByRole('img', { name: 'Picture for the authenticator app' }).waitFor();
  await look(page, 'users-totp');
  await confirm('Done');
  await press('Add a factor', factors);
  await page.getByRole('menuitem', { name: 'Backup codes' }).click();
  await press('Add a factor', dialog());
  expect((await dialog().getByRole('region', { name: 'Backup codes' }).innerText()).trim().split(/\s+/)).toHaveLength(10);
  await press('Done', dialog());
  await factors.getByText('10 codes left').waitFor();
  expect(await kinds()).toEqual(['Totp', 'BackupCode']);
  await choose('Backup codes', 'Remove factor', factors);
  await confirm('Remove factor');
  await factors.getByText('10 codes left').waitFor({ state: 'detached' });
  expect(await kinds()).toEqual(['Totp']);
});

test('personal access tokens are created, shown, renamed and deleted', async () => {
  const person = await newPerson(api), tokens = card('Personal access tokens');
  const stored = async (): Promise<any[]> => ok(await api.get(`/users/${person.id}/personal-access-tokens`));
  await settings(person.id);
  for (const name of ['a/b%?', 'second']) {
    await press('Create token', tokens);
    await dialog().getByLabel('Name').fill(name);
    await press('Create token', dialog());
    await gone();
  }
  const [{ value, expiresAt }] = (await stored()).filter(({ name }) => name === 'a/b%?');
  expect(Math.round((expiresAt - Date.now()) / 86_400_000)).toBe(7);
  await press('Show: Value of a/b%?', tokens);
  await tokens.getByText(value).waitFor();
  await press('Create token', tokens);
  await dialog().getByLabel('Name').fill('second');
  await press('Create token', dialog());
  await refused(dialog().getByLabel('Name'));
  await press('Cancel', dialog());
  await choose('a/b%?', 'Rename', tokens);
  await dialog().getByLabel('Name').fill('renamed');
  await confirm('Rename');
  await choose('second', 'Delete token', tokens);
  await confirm('Delete token');
  expect((await stored()).map(({ name }) => name)).toEqual(['renamed']);
});

test('an account elsewhere is linked, looked at and unlinked', async () => {
  const person = await newPerson(api), connections = card('Connections');
  await settings(person.id);
  await press('Link an account', connections);
  await dialog().getByLabel('Provider').fill('google');
  await dialog().getByLabel('Identifier there').fill('g-123');
  await confirm('Link an account');
  expect((await user(person.id)).identities).toEqual({ google: { userId: 'g-123' } });
  await choose('google', 'Details', connections);
  await dialog().getByText('"userId": "g-123"').waitFor();
  await page.keyboard.press('Escape');
  await gone();
  await choose('google', 'Unlink account', connections);
  await confirm('Unlink account');
  await connections.getByText('No account elsewhere is linked.').waitFor();
  expect((await user(person.id)).identities).toEqual({});
});

test("the account at a company's provider is shown with its connector and what the provider tells, and is not unlinked", async () => {
  const provider = await identityProvider(), domain = `${unique('corp')}.example`, name = unique('Corp');
  ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: true }));
  const connector = ok(await api.post('/sso-connectors', { providerName: 'OIDC', connectorName: name, domains: [domain], config: { ...provider.client, issuer: provider.issuer } }));
  Object.assign(provider.userinfo, { email: `ada@${domain}`, email_verified: true });
  const browser = await (await new Browser(() => server.base).visit(await newApp(api))).start(), sso = `/verification/sso/${connector.id}`;
  const { authorizationUri, verificationId } = ok(await browser.page('POST', `${sso}/authorization-uri`, { state: 'state', redirectUri: `${server.base}/callback/${connector.id}` }));
  ok(await browser.page('POST', `${sso}/verify`, { verificationId, connectorData: provider.answer(authorizationUri) }));
  ok(await browser.page('PUT', '/interaction-event', { interactionEvent: 'Register' }), 204);
  ok(await browser.page('POST', '/identification', { verificationId }), 201);
  const [made] = ok(await api.get(`/users?search=ada@${domain}`)), connections = card('Connections');
  await settings(made.id);
  expect(await connections.getByRole('link', { name }).getAttribute('href')).toBe(`/console/enterprise-sso/${connector.id}`);
  await connections.getByText(`ada@${domain} · person-1 · ${provider.issuer}`).waitFor();
  await look(page, 'users-enterprise');
  await press(`More for ada@${domain}`, connections);
  expect(await page.getByRole('menuitem').allInnerTexts()).toEqual(['Details']);
  await page.getByRole('menuitem', { name: 'Details' }).click();
  await dialog().getByText(`"issuer": "${provider.issuer}"`).waitFor();
  await dialog().getByText('Such an account is not unlinked').waitFor();
  await page.keyboard.press('Escape');
  await gone();
});

test('sessions and third-party apps are listed and ended', async () => {
  const person = await newPerson(api), app = await newApp(api), third = await newThirdParty(api, ['profile']);
  const firefox = { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0' };
  await new Browser(() => server.base, firefox).signIn(app, person);
  await tokensOf(server.base, third, person, 'openid offline_access profile');
  const lists = async () => [ok(await api.get(`/users/${person.id}/sessions`)).sessions.length, ok(await api.get(`/users/${person.id}/grants?appType=thirdParty`)).grants.length];
  expect(await lists()).toEqual([2, 1]);
  await settings(person.id);
  const sessions = card('Sessions'), grants = card('Third-party apps');
  await sessions.getByText('Firefox · Windows', { exact: true }).waitFor();
  await choose('Firefox · Windows', 'Sign out', sessions);
  await confirm('Sign out');
  await sessions.getByText('Firefox · Windows', { exact: true }).waitFor({ state: 'detached' });
  expect(await lists()).toEqual([1, 1]);
  const { name } = ok(await api.get(`/applications/${third.id}`));
  await choose(name, 'Revoke access', grants);
  await confirm('Revoke access');
  await grants.getByText('They have allowed none.').waitFor();
  expect((await lists())[1]).toBe(0);
});

test('roles are assigned, several in one go, and removed; those of machines and those held are not offered', async () => {
  const person = await newPerson(api), held = await build.tenantRole(), two = [await build.tenantRole(), await build.tenantRole()];
  const machine = await build.tenantRole({ type: 'MachineToMachine' });
  ok(await api.post(`/users/${person.id}/roles`, { roleIds: [held.id] }), 201);
  const stored = async () => ok(await api.get(`/users/${person.id}/roles`)).map(({ name }: any) => name).sort();
  await at(`/users/${person.id}/roles`);
  await row(held.name).waitFor();
  await press('Assign roles');
  for (const { name } of two) await dialog().getByLabel(`Choose ${name}`).check();
  expect([await dialog().getByLabel(`Choose ${held.name}`).count(), await dialog().getByLabel(`Choose ${machine.name}`).count()]).toEqual([0, 0]);
  await look(page, 'users-assign-roles');
  await press('Assign 2 roles', dialog());
  await row(two[0].name).waitFor();
  expect(await stored()).toEqual([held, ...two].map(({ name }) => name).sort());
  await expectGood(page, 'users-roles');
  await choose(held.name, 'Remove role');
  await confirm('Remove role');
  await row(held.name).waitFor({ state: 'detached' });
  expect(await stored()).toEqual(two.map(({ name }) => name).sort());
});

test('the organizations of somebody are listed with their roles and lead there', async () => {
  const organization = await build.organization({ name: 'Acme <b>' }), role = await build.role({ name: unique('owner') }), member = await build.member(organization.id, role.id);
  await at(`/users/${member.id}/organizations`);
  await row('Acme <b>').getByText(role.name).waitFor();
  await expectGood(page, 'users-organizations');
  await main().getByLabel('Search by name or id').fill('zzz');
  await page.keyboard.press('Enter');
  await page.getByText('Nothing matches “zzz”.').waitFor();
  await at(`/users/${member.id}/organizations`);
  await openRow('Acme <b>');
  await page.waitForURL(new RegExp(`/organizations/${organization.id}`));
  const alone = await build.user();
  await at(`/users/${alone.id}/organizations`);
  await page.getByText('They belong to no organization.').waitFor();
});

test('somebody is suspended and let in again, from the page and several from the list', async () => {
  const mark = unique('many'), people = [];
  for (const n of [1, 2, 3]) people.push(await build.user({ name: `${mark} ${n}` }));
  await settings(people[0].id);
  await choose(`${mark} 1`, 'Suspend user');
  await confirm('Suspend user');
  await main().getByRole('banner').or(main().locator('header')).getByText('Suspended', { exact: true }).waitFor();
  expect(await user(people[0].id)).toMatchObject({ isSuspended: true });
  await press('Reactivate user', card('Danger zone'));
  await confirm('Reactivate user');
  expect(await user(people[0].id)).toMatchObject({ isSuspended: false });

  await at(`/users?keyword=${mark}`);
  for (const n of [1, 2]) await main().getByLabel(`Select ${mark} ${n}`).check();
  await press('Suspend user');
  await confirm('Suspend 2 users');
  await row(`${mark} 1`).getByText('Suspended').waitFor();
  expect(ok(await api.get(`/users?search=%25${mark}%25`)).map((one: any) => [one.name, one.isSuspended]).sort())
    .toEqual([[`${mark} 1`, true], [`${mark} 2`, true], [`${mark} 3`, false]]);
});

test('somebody is deleted after the name was typed, which says what is lost', async () => {
  const organization = await build.organization(), member = await build.member(organization.id);
  ok(await api.patch(`/users/${member.id}`, { name: 'Short Lived' }));
  await settings(member.id);
  await choose('Short Lived', 'Delete user');
  await dialog().getByText('its membership in 1 organization').waitFor();
  expect(await dialog().getByRole('button', { name: 'Delete user' }).isDisabled()).toBe(true);
  await dialog().getByLabel('Type Short Lived to confirm').fill('Short Lived');
  await press('Delete user', dialog());
  await page.waitForURL(/\/users$/);
  expect((await api.get(`/users/${member.id}`)).status).toBe(404);
  await page.goto(`${server.console}/users/${member.id}/settings`);
  await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
});

test('Ctrl-K finds people', async () => {
  const found = await build.user({ name: unique('Jumper') });
  await at('/users');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill(found.name);
  await page.getByRole('option', { name: found.name }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`/users/${found.id}`));
});

test('the audit log is filtered by event, user, application and time, and an entry tells everything', async () => {
  const person = await newPerson(api, { name: unique('Watched') }), app = await newApp(api, 'SPA', { name: unique('shop') });
  const { name: appName } = ok(await api.get(`/applications/${app.id}`));
  await tokensOf(server.base, app, person, 'openid offline_access profile');
  await at(`/audit-logs?user=${person.id}`);
  await row('Sign-in: person recognized').first().waitFor();
  await row('Token for an authorization code').getByRole('link', { name: appName }).waitFor();
  await expectGood(page, 'logs');
  await page.getByRole('combobox', { name: 'Event' }).or(page.getByRole('textbox', { name: 'Event' })).first().fill('authorization code');
  await page.getByRole('option', { name: 'Token for an authorization code' }).click();
  await row('Sign-in: person recognized').waitFor({ state: 'detached' });
  expect(new URL(page.url()).searchParams.get('event')).toBe('ExchangeTokenBy.AuthorizationCode');
  await openRow('Token for an authorization code');
  await page.getByRole('heading', { name: 'Token for an authorization code' }).waitFor();
  const [, id] = /audit-logs\/(\w{21})$/.exec(page.url()) ?? [];
  const entry = ok(await api.get(`/logs/${id}`));
  await main().getByText(entry.key, { exact: true }).waitFor();
  await main().getByRole('link', { name: person['name'] }).waitFor();
  await main().getByRole('region', { name: 'Everything that was noted' }).last().getByText(`"userId": "${person.id}"`).waitFor();
  await expectGood(page, 'log');
  await page.goBack();
  await main().getByRole('combobox', { name: 'Time' }).or(main().getByRole('textbox', { name: 'Time' })).first().click();
  await page.getByRole('option', { name: 'From … to …' }).click();
  await main().getByLabel('To').fill('2020-01-01T10:00');
  await page.getByText('Nothing matches').waitFor();
  await send('POST', `${server.base}/oidc/token`, { body: new URLSearchParams({ grant_type: 'refresh_token', client_id: app.id, refresh_token: 'x' }), headers: {
    'user-agent': 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Mobile Safari/537.36' } });
  const [refused] = ok(await api.get(`/logs?applicationId=${app.id}&page_size=1`));
  await at(`/audit-logs/${refused.id}`);
  await main().getByText('Chrome 149 · Android').waitFor();
  await main().getByText('invalid_grant: the refresh token is unknown').waitFor();
  await look(page, 'log-refused');
});

test('the log of a user has only their entries, and filters people by typing their names', async () => {
  const person = await newPerson(api, { name: unique('Logged') }), app = await newApp(api);
  await tokensOf(server.base, app, person, 'openid offline_access profile');
  await at(`/users/${person.id}/logs`);
  await row('Sign-in: person recognized').waitFor();
  expect(await page.getByRole('columnheader', { name: 'User' }).count()).toBe(0);
  await expectGood(page, 'users-logs');
  await at('/audit-logs');
  await page.getByRole('combobox', { name: 'User' }).or(page.getByRole('textbox', { name: 'User' })).first().fill(person['name']);
  await page.getByRole('option', { name: person['name'] }).click();
  await page.waitForURL((url) => url.searchParams.get('user') === person.id);
  const entries = ok(await api.get(`/logs?userId=${person.id}`)).length;
  await page.getByText(`${entries} in all`).waitFor();
});

test('hostile texts are only texts, and break no page', async () => {
  const hostile = '<img src=x onerror="window.hacked=1">', long = '𝔄'.repeat(64), rtl = 'שלום ‮evil‬ עולם';
  const people = [];
  for (const name of [hostile, long, rtl]) people.push(await build.user({ name, username: unique('h'), customData: { '</script>': '<script>window.hacked=1</script>' } }));
  ok(await api.post(`/users/${people[0].id}/personal-access-tokens`, { name: `${hostile}${'x'.repeat(120)}` }), 201);
  ok(await api.put(`/users/${people[0].id}/identities/${encodeURIComponent('evil<b>')}`, { userId: hostile, details: { email: hostile, avatar: 'javascript:alert(1)' } }), 201);
  await at('/users');
  await row(hostile).waitFor();
  await expectGood(page, 'users');
  await settings(people[0].id);
  await card('Sessions').getByText('They are not signed in anywhere.').waitFor();
  await expectGood(page, 'users-settings');
  for (const { id } of people) {
    await settings(id);
    await card('Sessions').getByText('They are not signed in anywhere.').waitFor();
    await expectFits(page);
    await look(page, `users-settings-${people.findIndex((one) => one.id === id)}`);
  }
  expect(await page.evaluate('window.hacked')).toBeUndefined();
});

test("the administrator's own profile is the account page of the administrators' tenant", async () => {
  await page.goto(`${server.console}/profile`);
  await page.waitForURL(`${server.admin}/account/profile`);
  await page.getByText('boss').first().waitFor();
  await look(page, 'own-profile');
});

/** The Management API of the tenant in which the administrators are, by its own machine. */
async function adminApi(): Promise<Client> {
  const proxy = (await done(server, 'app', 'list', '--tenant', 'admin')).find(({ id }: { id: string }) => id === 'm-admin');
  const { access_token: token } = ok(await tokenFrom(server.admin, proxy, { resource: 'https://admin.logto.app/api', scope: 'all' }));
  return new Client(() => `${server.admin}/api`, async () => ({ authorization: `Bearer ${token}` }));
}

test('an administrator adds another one, who gets a password and the roles, and removes them again', async () => {
  const own = await adminApi();
  const held = async (id: string) => ok(await own.get(`/users/${id}/roles`)).map(({ name }: any) => name).filter((name: string) => name.endsWith(':admin'));
  await at('/administrators');
  await row('boss').getByText('You', { exact: true }).waitFor();
  expect(await main().getByRole('button', { name: 'More for boss' }).count()).toBe(0);
  await press('Add administrator');
  await dialog().getByLabel('Username').fill('deputy');
  await press('Show API call', dialog());
  await page.getByText(`${server.admin}/api/users`).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText(`${server.admin}/api/users`).waitFor({ state: 'detached' });
  await press('Add administrator', dialog());
  await page.getByRole('heading', { name: 'Administrator added' }).waitFor();
  await press('Show: Password', dialog());
  const password = await dialog().locator('code').last().innerText();
  await press('Done', dialog());
  await row('deputy').waitFor();
  const [made] = ok(await own.get('/users?search=deputy'));
  expect(await held(made.id)).toEqual(['default:admin']);
  expect((await own.post(`/users/${made.id}/password/verify`, { password })).status).toBe(204);
  await expectGood(page, 'administrators');
  await choose('deputy', 'Remove administrator');
  await dialog().getByLabel('Type deputy to confirm').fill('deputy');
  await confirm('Remove administrator');
  await row('deputy').waitFor({ state: 'detached' });
  expect((await own.get(`/users/${made.id}`)).status).toBe(404);
});
