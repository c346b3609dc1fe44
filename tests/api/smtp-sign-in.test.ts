// Mail servers that want to be signed in to, and encrypted connections to them.
import { expect, test } from 'vitest';
import { newCertificate } from './support/certificate.ts';
import { ok, problem } from './support/expect.ts';
import { mailServer, type MailServer } from './support/mail-server.ts';
import { startServer, type Server } from './support/server.ts';

const known = newCertificate(), strange = newCertificate();
const server = await startServer({ flags: ['--call-private-addresses', 'true', '--call-ca-file', known.file] });
const login = { user: 'post@acme.example', pass: 'Pass-wörd "of" 36 bytes\\' }, connectorId = 'simple-mail-transfer-protocol';
const auth = { user: login.user, pass: login.pass };

const config = ({ port }: MailServer, more: object = {}) => ({ host: 'localhost', port, fromEmail: 'no-reply@acme.example',
  templates: [{ usageType: 'Generic', subject: 'Code {{code}}', content: '{{code}}', contentType: 'text/plain' }], ...more });
const attempt = (to: MailServer, more: object = {}, by: Server = server) =>
  by.api.post(`/connectors/${connectorId}/test`, { email: 'ada@x.example', config: config(to, more) });

/** The mail has arrived, and the server saw this of the connection. */
async function arrives(to: MailServer, more: object, seen: object): Promise<void> {
  ok(await attempt(to, more), 204);
  expect(to.got.splice(0)).toEqual([{ from: 'no-reply@acme.example', to: ['ada@x.example'], content: '000000',
    headers: expect.objectContaining({ subject: 'Code 000000' }), ...seen }]);
}

/** The contract's error, and no mail; neither the answer nor the log tells the password. */
async function refuses(to: MailServer, more: object, by: Server = server): Promise<void> {
  const { log } = by, answer = await attempt(to, more, by);
  problem(answer, 400, 'connector.general');
  expect(to.got).toEqual([]);
  const said = answer.text + by.log.slice(log.length);
  for (const pass of [login.pass, 'guessed'])
    for (const one of [pass, Buffer.from(pass).toString('base64'), Buffer.from(`\0${login.user}\0${pass}`).toString('base64')])
      expect(said).not.toContain(one);
}

for (const method of ['PLAIN', 'LOGIN'] as const) {
  test(`a mail arrives after AUTH ${method}, and a wrong password sends none`, async () => {
    const bare = await mailServer({ login: { ...login, methods: [method], withoutTls: true } });
    await arrives(bare, { auth, ignoreTLS: true }, { login: `${login.user} by ${method}`, encrypted: false });
    await refuses(bare, { auth: { ...auth, pass: 'guessed' }, ignoreTLS: true });
    await refuses(bare, { auth: { ...auth, user: 'other' }, ignoreTLS: true });
    await refuses(bare, { ignoreTLS: true });	// the server wants to know who it is

    for (const first of [false, true]) {
      const encrypted = await mailServer({ tls: { ...known.tls, first }, login: { ...login, methods: [method] } });
      await arrives(encrypted, { auth, secure: first }, { login: `${login.user} by ${method}`, encrypted: true });
      await refuses(encrypted, { auth: { ...auth, pass: 'guessed' }, secure: first });
    }
  });
}

test('a mail arrives by STARTTLS, and by TLS from the first byte', async () => {
  for (const first of [false, true]) {
    const to = await mailServer({ tls: { ...known.tls, first } });
    await arrives(to, { secure: first }, { encrypted: true });
    await refuses(to, { secure: !first });
  }
});

test('a server that cannot encrypt gets nothing, unless the connector says that it need not', async () => {
  const to = await mailServer({ login: { ...login, withoutTls: true } });
  await refuses(to, { auth });
  await arrives(to, { auth, ignoreTLS: true }, { login: expect.any(String), encrypted: false });
});

test('a certificate that nobody vouches for, or that names another host, gets nothing', async () => {
  for (const first of [false, true]) {
    const to = await mailServer({ tls: { ...strange.tls, first }, login });
    await refuses(to, { auth, secure: first });
    const named = await mailServer({ tls: { ...known.tls, first }, login });
    await refuses(named, { auth, secure: first, host: '127.0.0.1' });
  }
});

test('without the setting no certificate of our own is trusted', async () => {
  const other = await startServer({ flags: ['--call-private-addresses', 'true'] });
  await refuses(await mailServer({ tls: { ...known.tls, first: true }, login }), { auth, secure: true }, other);
});

test('a code comes through the stored connector, signed in and encrypted', async () => {
  const to = await mailServer({ tls: known.tls, login });
  ok(await server.api.post('/connectors', { connectorId, config: config(to, { auth }) }));
  ok(await server.api.post('/verification-codes', { email: 'bob@x.example' }), 204);
  await expect.poll(() => to.got.length, { timeout: 10_000 }).toBe(1);
  expect(to.got).toMatchObject([{ to: ['bob@x.example'], login: `${login.user} by PLAIN`, encrypted: true }]);
});
