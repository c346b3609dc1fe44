// The walk of README.md and its examples, run as they stand there: only the ports differ, so that it disturbs nobody.
import { execFile, spawn } from 'node:child_process';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { Browser } from './support/browser.ts';
import { startExample } from './support/example.ts';
import { atEnd, bound, freePort, newFolder } from './support/owned.ts';
import { newDatabase } from './support/postgres.ts';
import { engine } from './support/server.ts';

const top = fileURLToPath(new URL('../../', import.meta.url));
const program = process.env['GUILDHALL_BIN'] ?? 'build/guildhall';
const readme = await readFile(join(top, 'README.md'), 'utf8');
const walk = readme.slice(readme.indexOf('## A walk'), readme.indexOf('## People'));
const people = readme.slice(readme.indexOf('## People'), readme.indexOf('## More'));
const blocks = (language: string, text = walk): string[] =>
  [...text.matchAll(new RegExp('^```' + language + '\n(.*?)^```$', 'gms'))].map(([, code]) => code ?? '');

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
const [webPort, pagePort] = [await freePort(), await freePort()];
const webUrl = `http://localhost:${webPort}`, pageUrl = `http://localhost:${pagePort}`;
const here = (code: string): string => code.replaceAll('http://localhost:3001', base)
  .replaceAll('http://localhost:3100', webUrl).replaceAll('http://localhost:3200', pageUrl);
let found: Record<string, string> = {};

test('the walk has a server, three steps in a shell and one in JavaScript', () => {
  expect(serve).toBe('build/guildhall serve\n');
  expect(steps).toHaveLength(3);
  expect(blocks('js')).toHaveLength(1);
});

test('the steps of the walk end with the claims of an organization token', async () => {
  const names = ['id', 'secret', 'token', 'org', 'scope', 'role', 'person', 'web', 'spa', 'web_secret'];
  const [ask, prepare, claims] = steps;
  const [sign = ''] = blocks('sh', people);
  const script = `set -eu\n{\n${ask}${prepare}${sign}} >/dev/null\n{\n${claims}} >claims || true\nprintf '%s\\n' ${names.map((name) => `"$${name}"`).join(' ')}\n`;
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

/** Starts an example as the README says. */
const startHere = (command: string, url: string): Promise<void> =>
  startExample(here(command), url, { ...env, ...found }, folder);

/** A browser at the example: cookies of its own, redirects followed. */
function visitor(url: string) {
  const browser = new Browser(() => url);
  return async (path: string): Promise<string> => {
    let answer = await browser.get(path);
    const to = answer.headers.location;
    if (to?.startsWith('/')) answer = await browser.get(to);
    else if (to) return to;
    expect({ path, status: answer.status, text: answer.text }).toMatchObject({ path, status: 200 });
    return answer.text;
  };
}

test('the server app signs a person in, shows organizations and a token for one, and signs out', async () => {
  const [, start = ''] = blocks('sh', people);
  await startHere(start, webUrl);
  const app = visitor(webUrl), atIssuer = new Browser(() => base);
  expect(await app('/')).toContain('href="/sign-in"');
  const back = await atIssuer.open(await app('/sign-in'), { username: 'ada', password: 'Quiet-river_42!moss' },
    `${webUrl}/callback`);
  const page = await app(back.pathname + back.search);
  expect(page).toContain('Signed in as ada.');
  expect(page).toContain(`/organization?id=${found['org']}`);
  const token = await app(`/organization?id=${found['org']}`);
  expect(token).toContain(`urn:logto:organization:${found['org']}`);
  expect(token).toContain('read:reports');
  expect(await atIssuer.leave(await app('/sign-out'))).toBe(webUrl);
  expect(await app('/')).toContain('href="/sign-in"');
});

test('the single-page app is served with what it needs to know', async () => {
  const [, , start = ''] = blocks('sh', people);
  await startHere(start, pageUrl);
  const page = visitor(pageUrl);
  expect(await page('/callback?code=c&state=s')).toContain('src="/src/main.tsx"');
  const settings = await page('/@vite/env');	// which the page loads before its own script
  for (const known of [base, found['spa'] ?? '', 'read:reports']) expect(settings).toContain(known);
});
