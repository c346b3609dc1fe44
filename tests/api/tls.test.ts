// HTTPS when a certificate is given.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import { connect } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startServer, verb } from './support/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'guildhall-tls-'));
const key = join(folder, 'key.pem'), certificate = join(folder, 'certificate.pem');
execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout',
  key, '-out', certificate,
  '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2'], { stdio: 'ignore' });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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

test('old versions of TLS are refused', async () => {
  const { port } = new URL(server.base);
  const outcome = await new Promise((resolve) => {
    const socket = connect({ host: 'localhost', port: Number(port), ca, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' },
      () => resolve('connected'));
    socket.on('error', () => resolve('refused'));
    socket.on('secureConnect', () => socket.destroy());
  });
  expect(outcome).toBe('refused');
});

test('a certificate that cannot be read stops the start with a sentence', async () => {
  const { status, stderr } =
    await verb(['serve', '--port', '0', '--admin-port', '0', '--data', join(folder, 'data'), '--tls-certificate',
      join(folder, 'nope.pem'), '--tls-key', key]);
  expect(status).toBe(1);
  expect(stderr).toMatch(/nope\.pem/);
});
