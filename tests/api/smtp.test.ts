// Mails by a mail server: what they look like, by which template, and what is refused.
import { expect, test } from 'vitest';
import { ok, problem } from './support/expect.ts';
import { mailServer } from './support/mail-server.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const mails = await mailServer();
const connectorId = 'simple-mail-transfer-protocol';
const config = { host: '127.0.0.1', port: mails.port, ignoreTLS: true, fromEmail: 'Acme <no-reply@acme.example>',
  templates: [{ usageType: 'Generic', subject: 'Code {{code}}', content: '<b>{{code}}</b>' }] };
const attempt = (more: object = {}, locale?: string) =>
  api.post(`/connectors/${connectorId}/test`, { email: 'ada@x.example', config: { ...config, ...more }, locale });
const template = (languageTag: string, subject: string) =>
  api.put('/email-templates', { templates: [{ languageTag, templateType: 'Generic',
    details: { subject, content: '{{code}}', contentType: 'text/plain', replyTo: 'help@acme.example' } }] });

test('a mail goes to its recipient with the texts of the connector', async () => {
  ok(await attempt(), 204);
  expect(mails.got.splice(0)).toMatchObject([{ from: 'no-reply@acme.example', to: ['ada@x.example'],
    headers: { subject: 'Code 000000', to: '<ada@x.example>', 'content-type': 'text/html; charset=utf-8' },
    content: '<b>000000</b>' }]);
});

test('the templates of the tenant come first: the language asked for, else the fallback language', async () => {
  ok(await template('fr', 'Votre code {{code}}'));
  ok(await template('en', 'Your code {{code}}'));
  for (const [locale, subject] of [['fr', 'Votre code 000000'], ['de', 'Your code 000000'], [undefined, 'Your code 000000']]) {
    ok(await attempt({}, locale), 204);
    expect(mails.got.splice(0)).toMatchObject([{ headers: { subject, 'reply-to': '<help@acme.example>' }, content: '000000' }]);
  }
  ok(await api.delete('/email-templates?templateType=Generic'));
});

test('without a text there is no mail', async () => {
  problem(await attempt({ templates: [] }), 400, 'connector.template_not_found');
  expect(mails.got.splice(0)).toEqual([]);
});

test('what the mail server says stays with the log', async () => {
  mails.refuseWith('550 secret reason');
  const answer = await attempt();
  problem(answer, 400, 'connector.general');
  expect(answer.text).not.toContain('secret');
  mails.refuseWith();
});

test('a configuration that does not fit is refused', async () => {
  for (const bad of [{ host: 'a:25' }, { port: 0 }, { port: 65536 }, { fromEmail: 'no address' },
    { fromEmail: 'a@b.example\r\nBcc: c@d.example' }, { replyTo: 'x' }, { auth: { user: 'u' } }, { templates: [{ usageType: 'x' }] }])
    problem(await attempt(bad), 400, 'connector.invalid_config');
});

test('unknown members of a configuration stay, at any depth', async () => {
  const sent = { ...config, auth: { type: 'login', user: 'u', pass: 'p' } };
  const { id } = ok(await api.post('/connectors', { connectorId, config: sent }));
  expect(ok(await api.get(`/connectors/${id}`)).config).toEqual(sent);
  ok(await api.delete(`/connectors/${id}`), 204);
});
