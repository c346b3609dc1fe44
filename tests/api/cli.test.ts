import { randomBytes } from 'node:crypto';
import { access, chmod, chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unique } from './support/build.ts';
import { ok } from './support/expect.ts';
import { done } from './support/people.ts';
import { newFolder } from './support/owned.ts';
import { startServer, verb } from './support/server.ts';

const server = await startServer();
const { api } = server;
const scratch = newFolder('cli');

const verbs = ['serve', 'migrate', 'openapi', 'settings', 'version', 'tenant create', 'tenant list', 'tenant delete',
  'app create', 'app list', 'user create', 'key list', 'key rotate', 'cookie-key list', 'cookie-key rotate'];
const sentence = expect.stringMatching(/^guildhall: \S.*\n$/);

test.each(verbs)('%s explains itself', async (name) => {
  for (const flag of ['--help', '-h']) {
    const { status, stdout, stderr } = await verb([...name.split(' '), flag]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^usage: guildhall ${name}[ \n]`));
    const store = !['openapi', 'settings', 'version'].includes(name);
    for (const setting of ['--data', '--db', '--port', 'DB_URL']) expect(stdout.includes(setting)).toBe(store);
    expect(stdout.includes('--threads')).toBe(name === 'serve');
    expect(stdout.includes('--password-memory')).toBe(name === 'serve' || name === 'user create');
  }
});

test('without a verb all of them are named: as an answer when asked for, else as a fault', async () => {
  const asked = await verb(['--help']);
  expect(asked).toMatchObject({ status: 0, stderr: '' });
  for (const name of verbs) expect(asked.stdout).toContain(`guildhall ${name}`);
  for (const args of [[], ['nope'], ['app'], ['app', 'nope'], ['APP', 'list']])
    expect(await verb(args)).toEqual({ status: 2, stdout: '', stderr: asked.stdout });
});

test.each([
  ['app', 'create'], ['app', 'create', '--name'], ['app', 'create', '--name', ''],
  ['app', 'create', '--name', 'n', '--type', 'Robot'],
  ['app', 'create', '--name', 'n', '--nope'], ['app', 'create', '--name', 'n', 'word'], ['app', 'list', '--nope'],
  ['app', 'list', 'x'], ['tenant', 'create', '--host', 'h'],
  ['user', 'create', '--email', 'no address'], ['user', 'create', '--username', '1'],
  ['user', 'create', '--nope', 'x'],
  ['key', 'rotate', '--algorithm', 'HS256'], ['key', 'rotate', '--grace', 'soon'], ['key', 'rotate', '--grace', '-1'],
  ['app', 'list', '--port', '65536'], ['app', 'list', '--port', 'http'], ['version', 'x'],
  ['openapi', '--part', 'x'], ['openapi', '--part', ''], ['openapi', 'x'],
].map((args) => [args]))('wrong usage is status 2 and a sentence: %j', async (args) => {
  expect(await server.verb(...args)).toEqual({ status: 2, stdout: '', stderr: sentence });
});

test('the version is told as other programs tell it, too', async () => {
  const told = await verb(['version']);
  expect(told).toEqual({ status: 0, stdout: expect.stringMatching(/^guildhall \S+\n$/), stderr: '' });
  expect(await verb(['--version'])).toEqual(told);
  expect(await verb(['-h'])).toEqual(await verb(['--help']));
});

test.each([
  ['--endpoint', 'id.example.com'], ['--endpoint', 'https://h?x=1'], ['--admin-endpoint', 'ftp://x'],
  ['--endpoint', 'https://user:s3cret@h'], ['--endpoint', 'https://h h'], ['--log-level', 'loud'],
  ['--log-format', 'xml'], ['--signing-algorithm', 'HS256'], ['--db', 'mysql://x'], ['--db', 'g1'],
  ['--db', 'postgres://user:s3cret@word@127.0.0.1/x'], ['--db', 'postgres://user:s3/cret@127.0.0.1/x'],
  ['--tls-key', '/dev/null'], ['--tls-certificate', '/dev/null'], ['--seal-key', 's3cret'], ['--status-api-key', 's3cret'], ['--nope=s3cret', 'x'],
  ['--trust-proxy=maybe', 'x'], ['--listen', '127.0.0.1:3001'], ['--data', ''], ['--port', '3002'],
].map((flags) => [flags]))('what cannot be meant is refused before anything is made, and a secret is not shown: %j',
  async (flags) => {
  const data = join(scratch, 'not-made');
  for (const name of ['serve', 'migrate', 'app list']) {
    const refused = await verb([...name.split(' '), '--data', data, ...flags]);
    expect(refused).toEqual({ status: 2, stdout: '', stderr: sentence });
    expect(refused.stderr).not.toMatch(/s3/);
    await expect(access(data)).rejects.toThrow();
  }
});

test('an app is made with all that a client needs', async () => {
  const app = await done(server, 'app', 'create', '--name', 'Shop ü', '--management-api');
  expect(app).toEqual({ id: expect.stringMatching(/^[0-9a-z]{21}$/),
    secret: expect.stringMatching(/^[0-9a-zA-Z]{32}$/), endpoint: expect.stringMatching(/^http:\/\/localhost/),
    resource: 'https://default.logto.app/api' });
  expect(ok(await api.get(`/applications/${app.id}`))).toMatchObject({ name: 'Shop ü', type: 'MachineToMachine' });
  ok(await server.requestToken({ grant_type: 'client_credentials', resource: app.resource, scope: 'all' }, app));

  const spa = await done(server, 'app', 'create', '--name', 'spa', '--type=SPA');
  expect(Object.keys(spa)).toEqual(['id', 'endpoint', 'resource']);
  expect(ok(await api.get(`/applications/${spa.id}`))).toMatchObject({ type: 'SPA' });
  const list = await done(server, 'app', 'list');
  expect(list.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining([app.id, spa.id]));
  expect(list).toEqual(ok(await api.get('/applications')));
});

test('an app for people cannot be given the Management API, and is not made then', async () => {
  const name = unique('refused');
  expect(await server.verb('app', 'create', '--name', name, '--type', 'SPA', '--management-api'))
    .toEqual({ status: 1, stdout: '', stderr: sentence });
  expect(ok(await api.get('/applications', { query: { search: name } }))).toEqual([]);
});

test.each(['/dev/full', '&-'])('what cannot be printed is not made (standard output is %s)', async (into) => {
  const everything = async () => {
    const lists = ['app list', 'tenant list', 'key list', 'cookie-key list'];
    return [await Promise.all(lists.map((list) => done(server, ...list.split(' ')))), ok(await api.get('/users'))];
  };
  const before = await everything();
  const tenant = unique('unseen');
  for (const args of [['app', 'create', '--name', 'unseen', '--management-api'], ['user', 'create'],
    ['tenant', 'create', tenant, '--host', `${tenant}.example`], ['key', 'rotate'], ['cookie-key', 'rotate']])
    expect(await verb([...args, ...server.store], { into }))
      .toEqual({ status: 1, stdout: '', stderr: expect.stringMatching(/^guildhall: nothing was changed: .*\n$/) });
  expect(await everything()).toEqual(before);
  expect(await verb(['migrate', ...server.store], { into }))
    .toEqual({ status: 1, stdout: '', stderr: expect.stringMatching(/^guildhall: the database is up to date, but .*\n$/) });
  for (const args of [['version'], ['--version'], ['settings'], ['--help'], ['app', 'create', '--help']])
    expect(await verb(args, { into })).toEqual({ status: 1, stdout: '', stderr: sentence });
});

test('a user is made as the API makes one, with a password from standard input', async () => {
  const username = unique('person');
  const args = ['user', 'create', '--username', username, '--email', `${username}@a.example`, '--phone',
    '4915112345678', '--name', 'Ada Ü', '--password-stdin'];
  const { status, stdout, stderr } = await verb([...args, ...server.store], { input: 'pä ss\nsecond line\n' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const user = JSON.parse(stdout);
  expect(user).toMatchObject({ username, primaryEmail: `${username}@a.example`, primaryPhone: '4915112345678',
    name: 'Ada Ü', hasPassword: true });
  expect(ok(await api.get(`/users/${user.id}`))).toEqual(user);
  ok(await api.post(`/users/${user.id}/password/verify`, { password: 'pä ss' }), 204);

  expect(await done(server, 'user', 'create')).toMatchObject({ username: null, hasPassword: false });
  expect(await server.verb('user', 'create', '--username', username))
    .toEqual({ status: 1, stdout: '', stderr: sentence });
  expect(await verb([...args, ...server.store], { input: '' })).toEqual({ status: 2, stdout: '', stderr: sentence });
});

test('keys are listed and rotated', async () => {
  const [first, ...none] = await done(server, 'key', 'list');
  expect(none).toEqual([]);
  expect(first).toEqual({ id: expect.any(String), kid: expect.stringMatching(/^[\w-]{43}$/), algorithm: 'ES256',
    status: 'Current', createdAt: expect.any(Number) });
  const staged = await done(server, 'key', 'rotate', '--algorithm', 'EdDSA', '--grace', '3600');
  expect(staged).toMatchObject([first, { algorithm: 'EdDSA', status: 'Next', effectiveAt: expect.any(Number) }]);
  expect(await done(server, 'key', 'list')).toEqual(staged);
  expect(await server.verb('key', 'rotate')).toEqual({ status: 1, stdout: '', stderr: sentence });
});

test('verbs that work on a tenant take its name, and know when there is none', async () => {
  await done(server, 'tenant', 'create', 'other', '--host', 'other.example');
  expect(await done(server, 'app', 'list', '--tenant', 'other')).toEqual([]);
  expect(await done(server, 'app', 'create', '--name', 'n', '--tenant=other'))
    .toMatchObject({ resource: 'https://other.logto.app/api', endpoint: expect.stringContaining('//other.example') });
  for (const args of [['app', 'list'], ['app', 'create', '--name', 'n'], ['user', 'create'], ['key', 'list'],
    ['key', 'rotate']])
    expect(await server.verb(...args, '--tenant', 'nope'))
      .toEqual({ status: 1, stdout: '', stderr: expect.stringContaining('nope') });
});

test('a flag wins over the environment, and the environment over a file', async () => {
  const config = join(scratch, 'settings.ini');
  await writeFile(config, '# a comment\nendpoint = https://file.example\nadmin-endpoint=https://admin-file.example\n');
  const endpoint = async (flags: string[], env: Record<string, string>) => {
    const { stdout, stderr } = await verb(['app', 'create', '--name', 'n', ...server.store, ...flags], { env });
    expect(stderr).toBe('');
    return JSON.parse(stdout).endpoint;
  };
  const env = { ENDPOINT: 'https://environment.example', GUILDHALL_CONFIG: config };
  expect(await endpoint([], { GUILDHALL_CONFIG: config })).toBe('https://file.example');
  expect(await endpoint([], env)).toBe('https://environment.example');
  expect(await endpoint(['--endpoint', 'https://flag.example/'], env)).toBe('https://flag.example');
  expect(await endpoint(['--endpoint', 'HTTPS://Bücher.example.:443/sub/'], {}))
    .toBe('https://xn--bcher-kva.example/sub');
  await writeFile(config, 'nope = 1\n');
  expect(await verb(['app', 'list', ...server.store, '--config', config]))
    .toEqual({ status: 2, stdout: '', stderr: expect.stringContaining('nope') });
  expect(await verb(['app', 'list', ...server.store, '--config', join(scratch, 'nothing')]))
    .toEqual({ status: 2, stdout: '', stderr: expect.stringContaining('nothing') });
});

test('a folder or a database that cannot be written is told with its path', async () => {
  const folder = newFolder('read-only');
  const database = join(folder, 'guildhall.db');
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};	// root may write everywhere
  const refused = async (path: string) => {
    const { status, stdout, stderr } = await verb(['migrate', '--data', folder], user);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`${path}`);
    expect(stderr).toMatch(/Permission denied/);
    expect(stderr).not.toMatch(/PRAGMA/);
  };
  await writeFile(database, '', { mode: 0o444 });
  if (user.uid) for (const path of [folder, database]) await chown(path, user.uid, user.gid);
  await chmod(folder, 0o555);
  await refused(`${folder} cannot be used`);
  await chmod(folder, 0o700);
  await refused(database);
});

test('migrating what is up to date changes nothing', async () => {
  expect(await done(server, 'migrate')).toEqual({ migrated: true });
  ok(await api.get('/users'));
});

test('verbs work without a server, and what they made is there when it starts', async () => {
  await server.stop();
  const app = await done(server, 'app', 'create', '--name', 'offline');
  const user = await done(server, 'user', 'create', '--username', 'offline');
  await done(server, 'tenant', 'list');
  await server.start();
  expect(ok(await api.get(`/users/${user.id}`))).toEqual(user);
  ok(await server.requestToken({ grant_type: 'client_credentials', resource: app.resource }, app));
  const [organization, role] =
    [ok(await api.post('/organizations', { name: 'kept' }), 201),
      ok(await api.post('/roles', { name: 'kept', description: 'd' }))];
  ok(await api.post(`/users/${user.id}/roles`, { roleIds: [role.id] }), 201);
  await server.stop();
  await server.start();
  expect(ok(await api.get(`/organizations/${organization.id}`))).toEqual(organization);
  expect(ok(await api.get(`/users/${user.id}/roles`))).toEqual([role]);
  expect(ok(await api.get(`/applications/${app.id}/secrets`))).toMatchObject([{ value: app.secret }]);
});

test.each(['serve', 'app list'])('%s refuses a seal key that is not that of the store, and the right one still opens it', async (name) => {
  const other = randomBytes(32).toString('base64');
  const args = [...name.split(' '), '--port', '0', '--admin-port', '0', ...server.store];
  const refused = await verb(args, { env: { SEAL_KEY: other } });
  expect(refused).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/seal/i) });
  for (const bad of ['short', Buffer.alloc(31).toString('base64')]) {
    const { status, stdout, stderr } = await verb(args, { env: { SEAL_KEY: bad } });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/seal/i);
  }
  await done(server, 'app', 'list');
});

test.each<[string, string[]]>([
  ['a folder that cannot be made', ['--data', '/dev/null/data']],
  ['a database that does not answer',
    ['--data', join(scratch, 'd'), '--db', 'postgres://nobody@127.0.0.1:1/nothing?connect_timeout=2',
      '--db-wait-seconds', '0']],
  ['a port that is not ours', ['--data', join(scratch, 'e'), '--listen', '192.0.2.1']],
])('the server says in a sentence why it does not start: %s', async (_, flags) => {
  const { status, stdout, stderr } = await verb(['serve', '--port', '0', '--admin-port', '0', ...flags]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^guildhall: \S/m);
});
