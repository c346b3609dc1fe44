// Webhooks in the Console: made, tried, looked at and deleted. The receiver is real, and what was saved is read back by another client.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { Build, unique } from '../api/support/build.ts';
import { ok } from '../api/support/expect.ts';
import { newFolder } from '../api/support/owned.ts';
import { hookReceiver, type Delivery } from '../api/support/receiver.ts';
import { startServer } from '../api/support/server.ts';
import { byHand, enterConsole, expectGood, visit } from './administrator.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const build = new Build(api);

const receiver = await hookReceiver(), endpoint = receiver.url('/in');
const answers = (status: number, body: string) => receiver.answer('/in', (response) => { response.writeHead(status).end(body); });
const arrived = async (): Promise<Delivery> => (await receiver.take(1, '/in'))[0]!;

let page: Page, id: string;
const { main, dialog, gone, press, row, card, choose, confirm, save, refused, openRow } = byHand(() => page);
beforeAll(async () => {
  page = await enterConsole(server);
  page.on('dialog', (one) => { if (one.type() !== 'beforeunload') throw new Error(`a text ran: ${one.message()}`); void one.accept(); });
});
const at = (path = '') => visit(server, page, `/webhooks${path}`);
const hook = async (): Promise<any> => ok(await api.get(`/hooks/${id}`));
const noted = async (): Promise<any[]> => ok(await api.get(`/hooks/${id}/recent-logs`));

test('with none the page teaches; a webhook is made of a name, an address of the web and at least one event', async () => {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Webhooks' }).click();
  await page.getByRole('heading', { name: 'Tell your own server what happens here' }).waitFor();
  await card('How to verify the signature').getByText('createHmac').waitFor();
  await expectGood(page, 'webhooks-none');
  await press('Create webhook');
  await press('Create webhook', dialog());
  await dialog().getByText('Choose at least one event.').waitFor();
  await dialog().getByRole('textbox', { name: 'Name' }).fill(' Acme <b>bold</b> ');
  await dialog().getByRole('textbox', { name: 'Endpoint URL' }).fill('javascript:alert(1)');
  await dialog().getByRole('checkbox', { name: 'User created' }).check();
  await dialog().getByRole('checkbox', { name: 'Organizations', exact: true }).check();
  await press('Create webhook', dialog());
  await refused(dialog().getByRole('textbox', { name: 'Endpoint URL' }));
  await expectGood(page, 'webhooks-create');
  await dialog().getByRole('textbox', { name: 'Endpoint URL' }).fill(endpoint);
  await press('Create webhook', dialog());
  await page.waitForURL(/\/webhooks\/\w+\/settings$/);
  id = /webhooks\/(\w+)\//.exec(page.url())![1]!;
  expect(await hook()).toMatchObject({ name: 'Acme <b>bold</b>', enabled: true, config: { url: endpoint },
    events: ['User.Created', 'Organization.Created', 'Organization.Deleted', 'Organization.Data.Updated', 'Organization.Membership.Updated'] });
});

test('what was sent stands in the recent requests, with the answer; the code on the page tells that it is genuine', async () => {
  const code = await card('Signing key').getByRole('region', { name: 'How to verify the signature: Node.js' }).innerText();
  await press('Show: Signing key', card('Signing key'));
  const { signingKey } = await hook(), file = join(newFolder('webhooks'), 'verify.mjs');
  await card('Signing key').getByText(signingKey, { exact: true }).waitFor();
  answers(200, '{"thanks":"<b>you</b>"}');
  const { name } = await build.user({ name: '<img src=x onerror=alert(1)>' });
  const { headers, raw, body } = await arrived();
  expect(body).toMatchObject({ event: 'User.Created', hookId: id, data: { name } });
  await writeFile(file, code);
  process.env['SIGNING_KEY'] = signingKey;
  const { isGenuine } = await import(pathToFileURL(file).href);
  expect([isGenuine(raw, headers), isGenuine(Buffer.concat([raw, Buffer.from(' ')]), headers), isGenuine(raw, {})]).toEqual([true, false, false]);
  answers(503, 'Come back later, <script>alert(2)</script>');
  await build.organization();
  expect((await arrived()).body.event).toBe('Organization.Created');
  await expect.poll(async () => (await noted()).length).toBe(2);
  await page.getByRole('link', { name: 'Recent requests' }).click();
  await row('User created').getByText('200').waitFor();
  await row('Organization created').getByText('503').waitFor();
  await press('Load again');
  await page.getByText('50% succeeded in 24 h').waitFor();
  await expectGood(page, 'webhook-requests');
  await page.getByRole('combobox', { name: 'Event' }).or(page.getByRole('textbox', { name: 'Event' })).first().fill('Organization cr');
  await page.getByRole('option', { name: 'Organization created' }).click();
  await row('User created').waitFor({ state: 'detached' });
  expect(new URL(page.url()).searchParams.get('event')).toBe('Organization.Created');
  await openRow('Organization created');
  await card('What the endpoint answered').getByText('<script>alert(2)</script>').waitFor();
  await expectGood(page, 'webhook-request');
  await page.goBack();
  await page.getByText('1 in all').or(page.getByText('1–1 of 1')).first().waitFor();
  const [, first] = await noted();
  await at(`/${id}/recent-requests/${first.id}`);
  await card('What was sent').getByText('<img src=x onerror=alert(1)>').waitFor();
  await card('What the endpoint answered').getByText('<b>you</b>').waitFor();
});

test('a test says what the endpoint answered, with what stands in the form; headers are whole, and saved', async () => {
  await at(`/${id}/settings`);
  const trial = card('Test'), header = (n: number, part: 'Name' | 'Value') => main().getByRole('textbox', { name: `${part} of header ${n}` });
  await press('Send test', trial);
  await trial.getByText('The endpoint answered 503.').waitFor();
  await trial.getByText('Come back later, <script>').waitFor();
  expect((await arrived()).body.event).toBe('User.Created');
  answers(204, '');
  await press('Add a header');
  await header(1, 'Name').fill('X-From');
  await press('Send test', trial);
  await card('Custom headers').getByText('Both name and value are needed.').waitFor();
  await header(1, 'Value').fill('guildhall');
  await press('Add a header');
  await header(2, 'Name').fill('x-from');
  await header(2, 'Value').fill('another');
  await card('Custom headers').getByText('There is a header with this name already.').waitFor();
  await press('Remove the header x-from');
  await press('Send test', trial);
  await trial.getByText('The endpoint has taken it.').waitFor();
  expect(await arrived()).toMatchObject({ headers: { 'x-from': 'guildhall' }, body: { hookId: id } });
  expect((await hook()).config).toEqual({ url: endpoint });	// nothing is saved yet
  await page.getByRole('link', { name: 'Recent requests' }).click();
  await press('Stay', dialog());
  await press('Show API call', page.getByRole('region', { name: 'Unsaved changes' }));
  expect(await dialog().getByRole('region').textContent()).toContain('"X-From": "guildhall"');
  await press('Close', dialog());
  await gone();
  await main().getByRole('checkbox', { name: 'User deleted' }).check();
  await save();
  expect(await hook()).toMatchObject({ config: { url: endpoint, headers: { 'X-From': 'guildhall' } }, events: expect.arrayContaining(['User.Created', 'User.Deleted']) });
  expect(await noted()).toHaveLength(2);	// tests are not noted
  await main().getByRole('textbox', { name: 'Endpoint URL' }).fill('http://127.0.0.1:1/');
  await press('Send test', trial);
  await trial.getByText('The endpoint could not be reached.').waitFor();
  await press('Discard');
  await expectGood(page, 'webhook-settings');
});

test('the key is made anew after a question; disabled, a webhook gets nothing until it is switched on again', async () => {
  const before = (await hook()).signingKey;
  await press('Make a new key');
  await confirm('Make a new key');
  await expect.poll(async () => (await hook()).signingKey).not.toBe(before);
  await choose('Acme <b>bold</b>', 'Disable');
  await confirm('Disable');
  await page.getByText('Not in use').waitFor();
  expect((await hook()).enabled).toBe(false);
  await build.user();
  await at();
  await row('Acme <b>bold</b>').getByText('Not in use').waitFor();
  await choose('Acme <b>bold</b>', 'Switch on again');
  await confirm('Switch on again');
  await row('Acme <b>bold</b>').getByText('50%').waitFor();
  const { id: userId } = await build.user();
  expect((await arrived()).body.data.id).toBe(userId);	// the one before was not sent later
});

test('Ctrl-K finds a webhook by name and address; names that are code or turn round are text; one is deleted after a question', async () => {
  const names = ['"><script>alert(3)</script>', '\u202e\u0645\u0624\u0633\u0633\u0629', '\u{1d504}'.repeat(128)];
  for (const name of names) ok(await api.post('/hooks', { name, events: ['PostSignIn'], config: { url: `https://${unique('hook')}.example/${'x'.repeat(200)}` } }), 201);
  await at();
  await page.getByText(names[2]!, { exact: true }).waitFor();
  await expectGood(page, 'webhooks');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Jump to' }).fill(new URL(endpoint).host);
  await page.getByRole('option', { name: 'Acme' }).waitFor();
  expect(await page.getByRole('option').count()).toBe(1);
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`/webhooks/${id}/settings$`));
  await press('Delete webhook');
  await confirm('Delete webhook');
  await page.waitForURL(/\/webhooks$/);
  expect((await api.get(`/hooks/${id}`)).status).toBe(404);
  await row('Acme').waitFor({ state: 'detached' });
  await at(`/${id}/settings`).catch(() => {});
  await page.getByText('There is nothing here').waitFor();
});
