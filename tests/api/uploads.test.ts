// Pictures are uploaded and served, from the data folder and from a bucket.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { Browser, newApp } from './support/browser.ts';
import { bucketService } from './support/bucket.ts';
import { send, type Client } from './support/client.ts';
import { ok, problem, soon } from './support/expect.ts';
import { done, newTenant } from './support/people.ts';
import { startServer, type Server } from './support/server.ts';

const bucket = await bucketService();
const inFolder = await startServer({ flags: ['--uploads', 'data'] });
const inBucket = await startServer({ flags: bucket.flags, env: bucket.env });
const nowhere = await startServer();

const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(300, 7)]);
const svg = Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
const kinds: [string, string, Buffer][] = [
  ['image/png', 'png', png],
  ['image/jpeg', 'jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1])],
  ['image/gif', 'gif', Buffer.from('GIF89a...')],
  ['image/webp', 'webp', Buffer.from('RIFF....WEBPVP8 ')],
  ['image/bmp', 'bmp', Buffer.from('BM....')],
  ['image/tiff', 'tif', Buffer.from('II*\0....')],
  ['image/x-icon', 'ico', Buffer.from([0, 0, 1, 0, 1, 0])],
  ['image/svg+xml', 'svg', svg],
];

const path = '/user-assets';

/** A form with one part. */
function form(bytes: Buffer, type: string, part = 'name="file"; filename="../a b.png"') {
  const head = `--cut\r\ncontent-disposition: form-data; ${part}\r\ncontent-type: ${type}\r\n\r\n`;
  return { body: Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n--cut--\r\n')]),
    headers: { 'content-type': 'multipart/form-data; boundary=cut' } };
}

function upload(server: Server, to: string, bytes: Buffer, type: string, part?: string) {
  const { body, headers } = form(bytes, type, part);
  return server.api.post(to, body, { headers });
}

const urlOf = async (server: Server, bytes: Buffer, type: string): Promise<string> =>
  ok(await upload(server, path, bytes, type)).url;

for (const [where, server] of [['the data folder', inFolder], ['a bucket', inBucket]] as const) {
  test(`each kind of picture comes back from ${where} as it was sent, and never changes`, async () => {
    for (const [type, ending, bytes] of kinds) {
      const url = await urlOf(server, bytes, type);
      expect(url).toMatch(new RegExp(`^${server.base}/uploads/[0-9a-z]{21}\\.${ending}$`));
      const answer = await send('GET', url);
      ok(answer);
      expect(answer.bytes.equals(bytes)).toBe(true);
      expect(answer.headers['content-type']).toBe(type);
      expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
      const etag = answer.headers['etag'] ?? '';
      expect(etag).toMatch(/^"/);
      ok(await send('GET', url, { headers: { 'if-none-match': etag } }), 304);
    }
  });

  test(`no script of a picture in ${where} can run, and pages of others may show it`, async () => {
    const { headers } = await send('GET', await urlOf(server, svg, 'image/svg+xml'));
    expect(headers['content-security-policy']).toMatch(/^sandbox; default-src 'none';/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cross-origin-resource-policy']).toBe('cross-origin');
  });

  test(`a large picture goes to ${where} and back`, async () => {
    const large = Buffer.concat([png, Buffer.alloc(5 << 20, 9)]);
    const { bytes } = await send('GET', await urlOf(server, large, 'image/png'));
    expect(bytes.equals(large)).toBe(true);
  });

  test(`what was never uploaded to ${where} is not found`, async () => {
    for (const name of ['a'.repeat(21) + '.png', 'a'.repeat(21) + '.exe', 'a.png', '..%2f..%2fguildhall.db', '.part'])
      expect((await send('GET', `${server.base}/uploads/${name}`)).status).toBe(404);
  });
}

test('faults are told in their order, and nothing is kept', async () => {
  const before = bucket.objects.size;
  problem(await inBucket.api.post(path, {}), 400, 'guard.invalid_input');
  problem(await upload(inBucket, path, png, 'image/png', 'name="other"; filename="a"'), 400, 'guard.invalid_input');
  problem(await upload(inBucket, path, png, 'image/png', 'name="file"'), 400, 'guard.invalid_input');
  const huge = Buffer.alloc((20 << 20) + 1);
  problem(await upload(inBucket, path, huge, 'text/plain'), 400, 'guard.file_size_exceeded');
  problem(await upload(inBucket, path, png, 'text/html'), 400, 'guard.mime_type_not_allowed');
  problem(await upload(nowhere, path, Buffer.from('x'), 'image/png'), 400, 'storage.not_configured');
  expect(bucket.objects.size).toBe(before);
});

test('what is inside decides, whatever the caller calls it', async () => {
  for (const [bytes, type] of [
    [Buffer.from('<html><script>1</script></html>'), 'image/png'], [png, 'image/jpeg'], [Buffer.from(''), 'image/png'],
    [Buffer.from('<html><body><svg'.padStart(9000)), 'image/gif'], [Buffer.from('<svg>\0</svg>'), 'image/svg+xml'],
    [Buffer.from('GIF89a <svg></svg>'), 'image/svg+xml'], [Buffer.from('<html></html>'), 'image/svg+xml'],
  ] as const)
    problem(await upload(inFolder, path, bytes, type), 400, 'guard.mime_type_not_allowed');
});

test('pages of a tenant have no place anywhere', async () => {
  const pages = '/sign-in-exp/default/custom-ui-assets';
  problem(await upload(inFolder, pages, png, 'image/png'), 400, 'guard.mime_type_not_allowed');
  problem(await upload(inFolder, pages, Buffer.from('PK'), 'application/zip'), 400, 'storage.not_configured');
});

test('the status tells whether and what can be uploaded', async () => {
  expect(ok(await nowhere.api.get(`${path}/service-status`)))
    .toEqual({ status: 'not_configured', isExperienceAvatarUploadEnabled: true });
  const ready = ok(await inFolder.api.get(`${path}/service-status`));
  expect(ready).toMatchObject({ status: 'ready', maxUploadFileSize: 20 << 20, isExperienceAvatarUploadEnabled: true });
  expect(ready.allowUploadMimeTypes).toEqual(expect.arrayContaining(kinds.map(([type]) => type)));
});

test('files of the data folder are the server\'s own, whole, below their tenant', async () => {
  const url = await urlOf(inFolder, png, 'image/png');
  const folder = join(inFolder.data, 'uploads', 'default');
  expect(readFileSync(join(folder, url.slice(url.lastIndexOf('/') + 1))).equals(png)).toBe(true);
  expect(readdirSync(folder).filter((name) => !/^[0-9a-z]{21}\.[a-z]+$/.test(name))).toEqual([]);
});

test('a picture of one tenant is not found at another', async () => {
  const url = await urlOf(inFolder, png, 'image/png'), { host } = await newTenant(inFolder, 'other');
  expect((await send('GET', url)).status).toBe(200);
  expect((await send('GET', url, { headers: { host } })).status).toBe(404);
});

test('objects of the bucket lie below their tenant', async () => {
  const url = await urlOf(inBucket, png, 'image/png');
  expect([...bucket.objects.keys()]).toContain(`/pictures/default/${url.slice(url.lastIndexOf('/') + 1)}`);
});

test('a bucket that does not work is told as that, and not how', async () => {
  const url = await urlOf(inBucket, png, 'image/png');
  for (const status of [403, 404, 500]) {
    bucket.answerWith(status);
    const { message } = problem(await upload(inBucket, path, png, 'image/png'), 500, 'storage.upload_error');
    expect(message).not.toMatch(/127\.0\.0\.1|KEY/);
  }
  expect((await send('GET', url)).status).toBe(500);
  bucket.answerWith(0);
  ok(await send('GET', url));
});

test('who registers uploads a picture, by what is inside; nobody else does', async () => {
  const avatar = (b: Browser, bytes: Buffer) => b.request('POST', '/api/experience/user-assets/avatar', form(bytes, 'x/y'));
  const start = async (server: Server, event: string) =>
    (await new Browser(() => server.base).visit(await newApp(server.api))).start(event);
  const b = await start(inFolder, 'Register');
  const { url } = ok(await avatar(b, png));
  expect(url).toMatch(/\/uploads\/[0-9a-z]{21}\.png$/);
  expect((await send('GET', url)).bytes.equals(png)).toBe(true);
  for (const bytes of [svg, Buffer.from('II*\0....'), Buffer.from('<html>')])
    problem(await avatar(b, bytes), 400, 'guard.mime_type_not_allowed');
  problem(await avatar(await start(inFolder, 'SignIn'), png), 400, 'session.invalid_interaction_type');
  problem(await avatar(await start(inFolder, 'ForgotPassword'), png), 400, 'session.not_supported_for_forgot_password');
  problem(await avatar(new Browser(() => inFolder.base), png), 400, 'session.not_found');
  problem(await avatar(await start(nowhere, 'Register'), svg), 400, 'guard.mime_type_not_allowed');
  problem(await avatar(await start(nowhere, 'Register'), png), 400, 'storage.not_configured');
});

test('who registers uploads five pictures at most, also at once and after a new beginning', async () => {
  const b = await (await new Browser(() => inFolder.base).visit(await newApp(inFolder.api))).start('Register');
  const avatar = (bytes: Buffer) => b.request('POST', '/api/experience/user-assets/avatar', form(bytes, 'image/png'));
  for (let i = 0; i < 6; i++) problem(await avatar(svg), 400, 'guard.mime_type_not_allowed');
  const replies = await Promise.all(Array.from({ length: 8 }, () => avatar(png)));
  expect(replies.map((reply) => reply.status).sort()).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
  await b.start('Register');
  problem(await avatar(png), 429, 'request.too_many_uploads');
  problem(await avatar(svg), 400, 'guard.mime_type_not_allowed');
});

test('the files of a deleted tenant go with it, also when a new one has its id by the time', async () => {
  const server = await startServer({ flags: ['--uploads', 'data'] });
  const folder = join(server.data, 'uploads', 'acme');
  const add = async (api: Client) => {
    const { body, headers } = form(png, 'image/png');
    return ok(await api.post(path, body, { headers })).url.replace(/.*\//, '') as string;
  };
  await add((await newTenant(server, 'acme')).api);
  await done(server, 'tenant', 'delete', 'acme');
  await vi.waitFor(() => expect(existsSync(folder)).toBe(false), soon);

  const old = await add((await newTenant(server, 'acme')).api);
  await server.stop();
  await done(server, 'tenant', 'delete', 'acme');
  expect(await server.verb('tenant', 'create', 'acme', '--host', 'acme.example')).toMatchObject({ status: 0 });
  expect(readdirSync(folder)).toEqual([old]);
  await server.start();
  await vi.waitFor(() => expect(existsSync(folder)).toBe(false), soon);
  expect(readdirSync(join(server.data, 'uploads'))).toEqual([]);
});
