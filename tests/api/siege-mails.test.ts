// Attacks on mails: no field that reaches one makes a header, a recipient or markup of its own.
import { expect, test } from 'vitest';
import { Browser, newApp } from './support/browser.ts';
import { inAnHour, unique } from './support/build.ts';
import { ok } from './support/expect.ts';
import { mailServer } from './support/mail-server.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const mails = await mailServer();
const connectorId = 'simple-mail-transfer-protocol';
const kinds = ['SignIn', 'Register', 'ForgotPassword', 'OrganizationInvitation', 'Generic'];
const places = '{{application.name}} {{organization.name}} {{inviter.name}} {{link}} {{uiLocales}} {{locale}} {{code}}';
ok(await api.post('/connectors', { connectorId, config: { host: '127.0.0.1', port: mails.port, ignoreTLS: true,
  fromEmail: 'Acme <no-reply@acme.example>',
  templates: kinds.map((usageType) => ({ usageType, subject: `Hello ${places}`, content: `<p>${places}</p>` })) } }));
ok(await api.patch('/sign-in-exp', { signUp: { identifiers: ['email'], password: false, verify: true } }));

const ends = ['\r\n', '\n', '\r', '\r\n\r\n', '\u2028', '\u0085', '\v', '\f', '%0d%0a', '=0D=0A', '?=\r\n'];
const attack = (end: string): string =>
  `a${end}Bcc: evil@evil.example${end}To: evil@evil.example${end}${end}<script>alert(1)</script>{{code}}`;

/** The mail to this address has the headers that a mail has, once, and nobody else for recipient. */
async function expectClean(to: string): Promise<void> {
  await expect.poll(() => mails.got.filter((one) => one.to.includes(to)).length, { timeout: 20_000 }).toBe(1);
  const { from, to: recipients, headers, content } = mails.got.find((one) => one.to.includes(to))!;
  expect([from, recipients, headers['to']]).toEqual(['no-reply@acme.example', [to], `<${to}>`]);
  expect(Object.keys(headers).sort()).toEqual(['auto-submitted', 'content-transfer-encoding', 'content-type', 'date', 'from', 'message-id',
    'mime-version', 'reply-to', 'subject', 'to'].filter((name) => name !== 'reply-to' || headers['reply-to'] !== undefined));
  expect(headers['subject']).not.toMatch(/[\r\n]/);
  expect(content).not.toContain('<script>');
  expect(content).not.toMatch(/[\r\n]\.[\r\n]/);
}

test('the name of an application, and what its request says, stay text in the mail of a code', async () => {
  for (const end of ends) {
    const made = await api.post('/applications', { name: attack(end).slice(0, 128), type: 'SPA',
      oidcClientMetadata: { redirectUris: ['https://app.example/callback'], postLogoutRedirectUris: [] } });
    const app = made.status === 200 ? made.body : await newApp(api);
    const b = new Browser(() => server.base, { 'accept-language': 'fr' });
    await b.visit(app, { ui_locales: attack(end), login_hint: attack(end), state: attack(end), organization_id: attack(end) });
    await b.start('Register');
    const identifier = { type: 'email', value: `${unique('one')}@x.example` };
    ok(await b.page('POST', '/verification/verification-code', { identifier, interactionEvent: 'Register' }));
    await expectClean(identifier.value);
  }
});

test('the name of an organization and what an invitation brings stay text', async () => {
  for (const end of ends) {
    const made = await api.post('/organizations', { name: attack(end).slice(0, 128) });
    const organization = made.status === 201 ? made.body : ok(await api.post('/organizations', { name: 'Plain' }), 201);
    const inviter = ok(await api.post('/users', { username: unique('inviter').replace(/\W/g, '_'), name: attack(end).slice(0, 128) }));
    ok(await api.post(`/organizations/${organization.id}/users`, { userIds: [inviter.id] }), 201);
    const invitee = `${unique('guest')}@x.example`;
    ok(await api.post('/organization-invitations', { organizationId: organization.id, invitee, inviterId: inviter.id,
      expiresAt: inAnHour(), messagePayload: { link: attack(end), code: attack(end), locale: attack(end), inviter: { name: attack(end) } } }), 201);
    await expectClean(invitee);
  }
});

test('no address with more than an address in it gets a mail', async () => {
  const app = await newApp(api), before = mails.got.length;
  const b = await (await new Browser(() => server.base).visit(app)).start('Register');
  const organization = ok(await api.post('/organizations', { name: 'Plain' }), 201);
  for (const value of ['a@x.example\r\nBcc: evil@evil.example', 'a@x.example\n', 'a@x.example, evil@evil.example', 'a@x.example;evil@evil.example',
    'a@x.example>\r\nRCPT TO:<evil@evil.example', '<a@x.example>', 'a@firm.example@<evil@evil.example>', '"a\r\nb"@x.example', 'a@x.example evil@evil.example', 'a@x.example\0evil',
    'evil@evil.example%0a@x.example\r', 'a@[127.0.0.1]\r\n', '@x.example', 'a@', '\u2028a@x.example\u2028']) {
    for (const answer of [
      await b.page('POST', '/verification/verification-code', { identifier: { type: 'email', value }, interactionEvent: 'Register' }),
      await api.post('/organization-invitations', { organizationId: organization.id, invitee: value, expiresAt: inAnHour(), messagePayload: { link: 'x' } }),
      await api.post('/verification-codes', { email: value }), await api.post(`/connectors/${connectorId}/test`, { email: value, config: {} })])
      expect([value, answer.status >= 400 && answer.status < 500]).toEqual([value, true]);
  }
  expect(mails.got.slice(before)).toEqual([]);
});
