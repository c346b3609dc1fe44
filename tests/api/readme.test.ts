// The walk of README.md, run as it stands there: only the ports are others, so that it disturbs nobody.
import { execFile, spawn } from 'node:child_process';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { atEnd, bound, newFolder } from './support/owned.ts';
import { newDatabase } from './support/postgres.ts';
import { engine } from './support/server.ts';

const top = fileURLToPath(new URL('../../', import.meta.url));
const program = process.env['GUILDHALL_BIN'] ?? 'build/guildhall';
const readme = await readFile(join(top, 'README.md'), 'utf8');
const walk = readme.slice(readme.indexOf('## A walk'), readme.indexOf('## More'));
const blocks = (language: string): string[] =>
  [...walk.matchAll(new RegExp('^```' + language + '\n(.*?)^```$', 'gms'))].map(([, code]) => code ?? '');

const folder = newFolder('readme');
await mkdir(join(folder, 'build'));
await symlink(isAbsolute(program) ? program : resolve(top, program), join(folder, 'build/guildhall'));
const env = { PATH: process.env['PATH'] ?? '', PORT: '0', ADMIN_PORT: '0',
  ...(engine === 'postgres' ? { DB_URL: newDatabase() } : {}) };
const [serve = '', ...steps] = blocks('sh');
const server = spawn(...bound('bash', ['--norc', '-c', `exec ${serve}`]),
  { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] });
const ended = new Promise((end) => server.once('close', end));
atEnd(() => {
  server.kill();
  return ended;
});

const base = await new Promise<string>((found, lost) => {
  let out = '';
  server.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    const core = /^core (\S+)$/m.exec(out)?.[1];
    if (core && /^admin \S+$/m.test(out)) found(core);
  });
  server.once('close', (status) => lost(new Error(`"${serve.trim()}" ended with ${status}`)));
});

function run(file: string, args: string[], input: string, cwd: string,
  more: Record<string, string> = {}): Promise<string> {
  return new Promise((end, fail) => {
    const child = execFile(file, args, { cwd, env: { ...env, ...more }, timeout: 60_000 }, (error, stdout, stderr) => {
      if (error || stderr) fail(new Error(`${error?.message ?? ''}\n${stderr}`));
      else end(stdout);
    });
    child.stdin?.end(input);
  });
}
const here = (code: string): string => code.replaceAll('http://localhost:3001', base);
let found: Record<string, string> = {};

test('the walk has a server, three steps in a shell and one in JavaScript', () => {
  expect(serve).toBe('build/guildhall serve\n');
  expect(steps).toHaveLength(3);
  expect(blocks('js')).toHaveLength(1);
});

test('the steps of the walk end with the claims of an organization token', async () => {
  const names = ['id', 'secret', 'token', 'org', 'scope', 'role'];
  const [ask, prepare, claims] = steps;
  const script = `set -eu\n{\n${ask}${prepare}} >/dev/null\n{\n${claims}} >claims || true\nprintf '%s\\n' ${names.map((name) => `"$${name}"`).join(' ')}\n`;
  const values = (await run('bash', ['--norc', '-c', here(script)], '', folder)).split('\n');
  found = Object.fromEntries(names.map((name, i) => [name, values[i] ?? '']));
  expect(found).toMatchObject({ id: expect.stringMatching(/^[0-9a-z]{21}$/),
    org: expect.stringMatching(/^[0-9a-z]{12}$/), role: expect.stringMatching(/^[0-9a-z]{21}$/) });
  expect(JSON.parse(await readFile(join(folder, 'claims'), 'utf8'))).toMatchObject({
    iss: `${base}/oidc`, aud: `urn:logto:organization:${found['org']}`, scope: 'read:reports', sub: found['id'],
    client_id: found['id'],
  });
});

test('the token of the walk is one that jose verifies', async () => {
  const { payload } = await jwtVerify(found['token'] ?? '', createRemoteJWKSet(new URL(`${base}/oidc/jwks`)),
    { issuer: `${base}/oidc`, audience: 'https://default.logto.app/api' });
  expect(payload).toMatchObject({ sub: found['id'], scope: 'all' });
});

test('the JavaScript of the walk sees the organization', async () => {
  const before = 'const { clientId, clientSecret } = process.env;';
  const code = here(blocks('js')[0] ?? '').replace(/^await (apiClient\.GET\(.*\));$/m,
    'console.log(JSON.stringify((await $1).data));');
  expect(code).toContain('console.log');
  const out = await run(process.execPath, ['--input-type=module', '-'], `${before}\n${code}`, top,
    { clientId: found['id'] ?? '', clientSecret: found['secret'] ?? '' });
  expect(JSON.parse(out)).toMatchObject([{ id: found['org'], name: 'Acme' }]);
});
