// HTTPS when a certificate is given.
import { existsSync, readFileSync, renameSync } from 'node:fs';
import https from 'node:https';
import { connect, type ConnectionOptions } from 'node:tls';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeCertificate as make } from './support/certificate.ts';
import { soon } from './support/expect.ts';
import { newFolder } from './support/owned.ts';
import { startServer, verb } from './support/server.ts';

const folder = newFolder('tls');
const key = join(folder, 'key.pem'), certificate = join(folder, 'certificate.pem');

const first = make(key, certificate);

const server = await startServer({ env: { HTTPS_CERT_PATH: certificate, HTTPS_KEY_PATH: key } });
const ca = readFileSync(certificate);

const request = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
  new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const sent = https.request(new URL(path, server.base), { method, headers, ca }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; }).on('end',
        () => resolve({ status: answer.statusCode, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });

test('the addresses and the issuer are of the scheme https', async () => {
  expect(server.base).toMatch(/^https:\/\/localhost:\d+$/);
  const { status, text } = await request('GET', '/oidc/.well-known/openid-configuration');
  expect(status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({ issuer: `${server.base}/oidc`,
    token_endpoint: `${server.base}/oidc/token` });
});

test('a token that was got over HTTPS opens the API over HTTPS', async () => {
  const basic = Buffer.from(`${server.app.id}:${server.app.secret}`).toString('base64');
  const form = new URLSearchParams({ grant_type: 'client_credentials', resource: server.app.resource,
    scope: 'all' }).toString();
  const token = await request('POST', '/oidc/token',
    { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' }, form);
  const { access_token } = JSON.parse(token.text) as { access_token: string };
  const made = await request('POST', '/api/organizations',
    { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' }, '{"name":"tls"}');
  expect(made.status).toBe(201);
  expect(JSON.parse(made.text)).toMatchObject({ name: 'tls' });
});

/** What a handshake with these options ends in: the fingerprint of the certificate that was shown, or "refused". */
const shake = (options: ConnectionOptions) => new Promise<string>((resolve) => {
  const socket = connect({ host: 'localhost', port: Number(new URL(server.base).port), ...options }, () => {
    resolve(socket.getPeerCertificate().fingerprint256);
    socket.destroy();
  });
  socket.on('error', () => resolve('refused'));
});

test.each<[string, ConnectionOptions]>([
  ['TLS 1.0', { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' }],
  ['TLS 1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' }],
  ['a cipher without authentication', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' }],
  ['a key exchange without forward secrecy', { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }],
])('%s is refused', async (_, options) => {
  expect(await shake({ ca, ...options })).toBe('refused');
});

test.each<[string, ConnectionOptions]>([
  ['TLS 1.2', { maxVersion: 'TLSv1.2' }], ['TLS 1.3', { minVersion: 'TLSv1.3' }],
  ['ChaCha20', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305' }],
  ['AES', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' }],
])('%s is spoken', async (_, options) => {
  expect(await shake({ ca, ...options })).toBe(first);
});

test('a renewed certificate is taken up on SIGHUP, and when its file changes', async () => {
  const shown = () => shake({ rejectUnauthorized: false });
  const second = make(key, certificate);
  process.kill(server.pid!, 'SIGHUP');
  await vi.waitFor(async () => expect(await shown()).toBe(second), soon);

  const [otherKey, other] = [join(folder, 'other-key.pem'), join(folder, 'other.pem')];
  const third = make(otherKey, other);
  renameSync(other, certificate);		// for two seconds without its key
  await vi.waitFor(() => expect(server.log).toMatch(/certificate of before stays: .*not that of the certificate/), soon);
  expect(await shown()).toBe(second);
  renameSync(otherKey, key);
  await vi.waitFor(async () => expect(await shown()).toBe(third), soon);
});

test('SIGHUP does not end a server without a certificate', async () => {
  const plain = await startServer();
  for (let n = 0; n < 3; n++) process.kill(plain.pid!, 'SIGHUP');
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect((await plain.api.get('/organizations')).status).toBe(200);
});

test('a certificate that cannot be used stops the start with a sentence, before anything is made', async () => {
  const [otherKey, other] = [join(folder, 'another-key.pem'), join(folder, 'another.pem')];
  make(otherKey, other);
  for (const [with_, said] of [[join(folder, 'nope.pem'), /nope\.pem/], ['/dev/null', /\/dev\/null/],
    [otherKey, /certificate cannot be read/], [other, /not that of the certificate/]] as const) {
    const data = join(folder, 'data');
    const { status, stdout, stderr } = await verb(['serve', '--port', '0', '--admin-port', '0', '--data', data,
      '--tls-certificate', with_, '--tls-key', key]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(said);
    expect(existsSync(data)).toBe(false);
  }
});
