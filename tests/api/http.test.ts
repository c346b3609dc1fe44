// HTTP itself, the same for every route: finding it, bodies, pages, headers, and what is not HTTP at all.
import { brotliDecompressSync, deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Build, times, unique } from './support/build.ts';
import { send, sendBytes } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { framing, get, large, notHttp, pages, post, sized, sizedForm, tokens } from './support/malformed.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--header-seconds', '2', '--body-seconds', '2'] });
const { api } = server;
const build = new Build(api);
const url = (path: string) => `${server.base}${path}`;
const json = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
  api.post('/organizations', body, { headers: { 'content-type': 'application/json', ...headers } });

// ---- paths and methods

test.each([
  ['/api/Organizations', 200], ['/api/ORGANIZATIONS/', 200], ['/api/organizations/?page=1', 200],
  ['/API/organizations', 404], ['/api//organizations', 404], ['//api/organizations', 404],
  ['/api/%6frganizations', 404],
  ['/api/./organizations', 404], ['/api/organizations/x/../x', 404], ['/api/organizations//', 404], ['/api', 404],
  ['/api/', 404], ['/api/organizations;a', 404],
])('%s is answered %i', async (path, status) => {
  const answer = await send('POST', url(path), { headers: { authorization: 'x' } });
  const known = status === 200;
  expect(answer.status).toBe(known ? 401 : 404);	// a token is asked for on known paths alone
  if (!known) expect([answer.headers['content-type'], answer.text])
    .toEqual(['text/plain; charset=utf-8', 'Not Found']);
});

test('a parameter of a path is decoded once, and dots are an id like any other', async () => {
  for (const [raw, id] of [['a%2Fb', 'a/b'], ['a+b', 'a+b'], ['%2541', '%41'], ['..', '..'], ['%C3%BC', 'ü'],
    ['%zz', '%zz']] as const) {
    expect(problem(await api.get(`/organizations/${raw}`), 404, 'entity.not_exists_with_id').message)
      .toContain(`\`${id}\``);
  }
  problem(await api.get('/organizations/a%00b'), 400, 'guard.invalid_input');
});

test.each([
  ['/api/organizations', 'POST, HEAD, GET'], ['/api/organizations/x', 'HEAD, GET, PATCH, DELETE'],
  ['/api/organizations/x/users/roles', 'DELETE, POST'], ['/api/status', 'HEAD, GET'],
])('%s tells its methods, in 405, 501 and OPTIONS, without a token', async (path, allow) => {
  const words = (text: string | undefined) => text?.split(', ').sort();
  for (const [method, status, text] of [['PUT', 405, 'Method Not Allowed'], ['PROPFIND', 501, 'Not Implemented'],
    ['OPTIONS', 200, '']] as const) {
    const answer = await send(method, url(path));
    expect([answer.status, answer.text]).toEqual([status, text]);
    expect(words(answer.headers['allow'])).toEqual(words(allow));
    if (allow.includes('HEAD')) expect(answer.headers['allow']).toContain('HEAD, GET');
  }
});

test('outside of the API a path that nobody knows shows the sign-in page, and takes nothing', async () => {
  for (const path of ['/API/status', '//api/status', '/status', '/robots.txt', '/sign-in/a/b', '/social/register', '/consent']) {
    const { status, headers } = await send('GET', url(path));
    expect([path, status, headers['content-type']]).toEqual([path, 302, 'text/html; charset=utf-8']);
    expect(headers['location']).toBe(url('/unknown-session'));
    expect((await send('HEAD', url(path))).status).toBe(302);
    expect((await send('GET', url(`${path}?preview=true`))).text).toContain('<script');
  }
  expect((await send('GET', url('/social/landing/nowhere'))).status, 'a page that makes sense at any time').toBe(200);
  for (const path of ['/status', '/sign-in', '/'])
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const { status, text, headers } = await send(method, url(path));
      expect([status, text, headers['content-type']]).toEqual([404, 'Not Found', 'text/plain; charset=utf-8']);
    }
  expect((await send('GET', url('/assets/nothing.js'))).status).toBe(404);	// a script must not turn out a page
  expect((await send('GET', url('/.well-known/nothing'))).text).toBe('Not Found');
});

test('on an unknown path OPTIONS is 404, a method that nobody routes 501', async () => {
  expect((await send('OPTIONS', url('/api/nope'))).status).toBe(404);
  const { status, headers } = await send('PROPFIND', url('/api/nope'));
  expect([status, headers['allow']]).toEqual([501, '']);
});

test('HEAD is GET without a body and without an entity tag', async () => {
  for (const path of ['/organizations', `/organizations/${(await build.organization()).id}`, '/organizations/nope']) {
    const [get, head] = [await api.get(path),
      await api.head(path, { headers: { 'accept-encoding': 'gzip', 'if-none-match': '*' } })];
    expect([head.status, head.text, head.headers['etag'], head.headers['content-encoding']])
      .toEqual([get.status, '', undefined, undefined]);
    expect(head.headers['content-length']).toBe(String(get.bytes.length));
    for (const name of ['content-type', 'total-number', 'link']) expect(head.headers[name]).toBe(get.headers[name]);
  }
});

test.each(tokens)('with %s for a token nothing is read, whatever else is wrong',
  async (_, authorization, status, code) => {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  problem(await send('GET', url('/api/organizations?page=0'), { headers }), status, code);
  problem(await send('POST', url('/api/organizations'), { headers, body: '{"broken' }), status, code);
});

test('a token of which one bit was changed is refused', async () => {
  const [head, body, signature = ''] = (await server.token()).split('.');
  const flipped = `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  problem(await send('GET', url('/api/organizations'), { headers: { authorization: `Bearer ${flipped}` } }), 401,
    'auth.unauthorized');
});

// ---- bodies

test.each(['application/json', 'APPLICATION/JSON; charset=latin1', 'application/json-patch+json',
  'application/vnd.api+json', 'application/csp-report'])('a body of type %s is JSON', async (type) => {
  ok(await json('{"name":"n"}', { 'content-type': type }), 201);
});

test.each<[string, Uint8Array, string]>([
  ['gzip', gzipSync('{"name":"coded"}'), 'gzip'], ['deflate', deflateSync('{"name":"coded"}'), 'deflate'],
  ['no coding', Buffer.from('{"name":"coded"}'), 'identity'],
  ['a byte-order mark', Buffer.from('\ufeff{"name":"coded"}'), ''],
])('a body with %s is read', async (_, bytes, coding) => {
  expect(ok(await json(bytes, coding ? { 'content-encoding': coding } : {}), 201).name).toBe('coded');
});

test('a form is read with its brackets, and its values stay text', async () => {
  const form = new URLSearchParams([['name', 'formed'], ['color[primaryColor]', '#abc'], ['customData[a][b]', '1']]);
  expect(ok(await api.post('/organizations', form), 201))
    .toMatchObject({ name: 'formed', color: { primaryColor: '#abc' }, customData: { a: { b: '1' } } });
  problem(await api.post('/organizations', new URLSearchParams({ name: 'n', isMfaRequired: 'true' })), 400,
    'guard.invalid_input');
});

test('a body of one mebibyte passes, also when it was packed, and a form of 56 KiB', async () => {
  const most = 1_048_576;
  expect(sized(most)).toHaveLength(most);
  ok(await json(sized(most)), 201);
  ok(await json(gzipSync(sized(most)), { 'content-encoding': 'gzip' }), 201);
  ok(await json(sizedForm(57_344), { 'content-type': 'application/x-www-form-urlencoded' }), 201);
});

test.each(large)('%s is too large', async (_, body, headers) => {
  problem(await json(body, headers), 413, 'request.body_too_large');
});

test('nesting up to 900 levels passes and 1,001 does not', async () => {
  const nested = (n: number) => json(`{"name":"n","customData":{"a":${'['.repeat(n)}${']'.repeat(n)}}}`);
  ok(await nested(898), 201);
  expect(problem(await nested(1_000), 400, 'guard.invalid_input')).toMatchObject({ data: {} });
});

// ---- pages

test.each(['1e1', '0xa', '%2B10', '%2010%20', '010', '10.0'])('page_size=%s is ten', async (size) => {
  await times(11, () => build.organization());
  expect(ok(await api.get(`/organizations?page_size=${size}`))).toHaveLength(10);
});

test.each(pages)('?%s is no page', async (query) => {
  problem(await api.get(`/organizations?${query}`), 400, 'guard.invalid_pagination');
  problem(await api.get(`/organization-scopes?${query}`), 400, 'guard.invalid_pagination');
});

test('names of page parameters are exact, empty ones absent', async () => {
  for (const query of ['PAGE=0', 'page[]=0', 'page=', 'page=&page_size=', 'Page_Size=0']) {
    const answer = await api.get(`/organization-scopes?${query}`);
    expect([answer.status, answer.headers['total-number']]).toEqual([200, undefined]);
  }
});

test('links lead to the first, previous, last and next page, in lines of their own, with the query kept', async () => {
  const word = unique('Lï nk');
  await times(5, () => build.organization({ name: unique(word) }));
  const links = async (query: string) => {
    const { rawHeaders } = await api.get(`/Organizations/?${query}`);
    return rawHeaders.filter((_, i) => i % 2 && rawHeaders[i - 1] === 'Link');
  };
  const q = new URLSearchParams({ q: word }).toString();
  const link = (query: string, rel: string) => `<${server.base}/Organizations/?${query}>; rel="${rel}"`;
  expect(await links(`page=2&${q}&page_size=2&x=a&x=b`)).toEqual([[1, 'first'], [1, 'prev'], [3, 'last'], [3, 'next']]
    .map(([page, rel]) => link(`page=${page}&${q}&page_size=2&x=a%2Cb`, String(rel))));
  expect(await links(`${q}&page_size=2`))
    .toEqual([link(`${q}&page_size=2&page=1`, 'first'), link(`${q}&page_size=2&page=3`, 'last'),
    link(`${q}&page_size=2&page=2`, 'next')]);
  expect(await links(q)).toEqual([link(`${q}&page=1`, 'first'), link(`${q}&page=1`, 'last')]);
  expect(await links('q=nothing-at-all&page=9'))
    .toEqual([['1', 'first'], ['8', 'prev'], ['1', 'last']].map(([page, rel]) =>
    link(`q=nothing-at-all&page=${page}`, String(rel))));
});

test('a query of 3,000 characters has its links; of a longer one those to the next page come first', async () => {
  const links = async (size: number) => {
    const { headers } = await api.get(`/organizations?page=2&q=nothing-at-all&x=${'x'.repeat(size)}`);
    expect(headers['total-number']).toBe('0');
    return [...(headers['link'] ?? '').matchAll(/rel="(\w+)"/g)].map(([, rel]) => rel);
  };
  expect(await links(3_000)).toEqual(['first', 'prev', 'last']);
  expect(await links(6_000)).toEqual(['first', 'prev']);
  expect(await links(12_000)).toEqual(['prev']);
});

// ---- headers of answers

test('every answer carries the security headers and a request id of its own', async () => {
  const answers = [await api.get('/organizations'), await api.get('/organizations/nope'),
    await send('GET', url('/api/nope')), await send('GET', url('/oidc/nope')),
    await send('PUT', url('/api/status')), await send('GET', url('/api/status')), await json('{'),
    await send('GET', url('/api/organizations'))];
  for (const { headers } of answers) {
    expect(headers).toMatchObject({
      'strict-transport-security': 'max-age=15552000; includeSubDomains', 'x-content-type-options': 'nosniff',
      'x-download-options': 'noopen',
      'x-permitted-cross-domain-policies': 'none', 'x-xss-protection': '0',
      'referrer-policy': 'strict-origin-when-cross-origin',
      'origin-agent-cluster': '?1', 'x-frame-options': 'SAMEORIGIN', 'cross-origin-resource-policy': 'same-origin',
      'logto-core-request-id': expect.stringMatching(/^[\w-]{16}$/),
    });
    for (const name of ['x-powered-by', 'server', 'set-cookie', 'cache-control'])
      expect([name, headers[name]]).toEqual([name, undefined]);
    expect(headers['vary']).toMatch(/^Accept-Encoding/);
  }
  expect(new Set(answers.map(({ headers }) => headers['logto-core-request-id'])).size).toBe(answers.length);
});

test('an unchanged answer is told by its entity tag', async () => {
  const path = `/organizations/${(await build.organization()).id}`;
  const { etag = '' } = (await api.get(path)).headers;
  expect(etag).toMatch(/^"[0-9a-f]+-[A-Za-z0-9+/]{27}"$/);
  for (const value of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    const answer = await api.get(path, { headers: { 'if-none-match': value } });
    expect([answer.status, answer.text, answer.headers['content-type'], answer.headers['etag']])
      .toEqual([304, '', undefined, etag]);
  }
  const asked: [string, Record<string, string>][] =
    [[path, { 'if-none-match': '"x"' }], [path, { 'if-none-match': etag, 'cache-control': 'no-cache' }]];
  for (const [where, headers] of asked) expect((await api.get(where, { headers })).status).toBe(200);
  ok(await api.patch(path, { description: 'changed' }));
  expect((await api.get(path, { headers: { 'if-none-match': etag } })).status).toBe(200);
  const list = await api.get('/organizations');
  const same = await api.get('/organizations', { headers: { 'if-none-match': list.headers['etag'] ?? '' } });
  expect([same.status, same.headers['total-number'], same.headers['link']])
    .toEqual([304, list.headers['total-number'], list.headers['link']]);
  expect((await api.get('/organizations/nope')).headers['etag']).toBeUndefined();
});

test('an answer that says that nothing has changed tells the length of the one that it stands for', async () => {
  for (const coding of ['gzip', 'identity']) {
    const path = `/organizations/${(await build.organization({ customCss: 'x'.repeat(5_000) })).id}`;
    const whole = await api.get(path, { headers: { 'accept-encoding': coding } });
    const { status, headers } = await api.get(path,
      { headers: { 'accept-encoding': coding, 'if-none-match': whole.headers['etag'] ?? '' } });
    expect([status, headers['content-length'], headers['content-encoding'], headers['transfer-encoding']])
      .toEqual([304, String(whole.bytes.length), undefined, undefined]);
  }
});

test.each<[string, string | undefined]>([
  ['br', 'br'], ['gzip', 'gzip'], ['deflate', 'deflate'], ['deflate, gzip, br', 'br'], ['gzip, deflate', 'gzip'],
  ['*', 'gzip'],
  ['br;q=0.5, gzip;q=0.9', 'gzip'], ['identity', undefined], ['zstd', undefined], ['', undefined],
  ['identity;q=0', undefined], ['gzip;q=0', undefined], ['*;q=0', undefined],
])('Accept-Encoding: %s gives %s', async (accept, coding) => {
  const { id } = await build.organization({ customCss: 'x'.repeat(5_000) });
  const answer = await api.get(`/organizations/${id}`, { headers: { 'accept-encoding': accept } });
  expect([answer.status, answer.headers['content-encoding']]).toEqual([200, coding]);
  expect([answer.headers['transfer-encoding'], answer.headers['content-length'] === undefined]).toEqual(coding
    ? ['chunked', true] : [undefined, false]);
  const unpack = { br: brotliDecompressSync, gzip: gunzipSync, deflate: inflateSync }[coding ?? ''] ??
    ((bytes: Buffer) => bytes);
  expect(JSON.parse(unpack(answer.bytes).toString()).id).toBe(id);
  const small = await api.get(`/organizations/${(await build.organization()).id}`,
    { headers: { 'accept-encoding': accept } });
  expect(small.headers['content-encoding']).toBeUndefined();
});

// ---- other origins

test('only the admin pages may call from another origin; others are served without a word about it', async () => {
  for (const [origin, allowed] of [[server.admin, true], [server.base, false], ['https://evil.example', false],
    ['null', false], [server.admin.toUpperCase(), false]] as const) {
    for (const path of ['/organizations', '/organizations/nope']) {
      const { headers } = await api.get(path, { headers: { origin } });
      expect([headers['access-control-allow-origin'], headers['access-control-expose-headers']]).toEqual(allowed
        ? [origin, '*'] : [undefined, undefined]);
      expect(headers['access-control-allow-credentials']).toBeUndefined();
      expect(headers['vary']).toBe('Accept-Encoding, Origin');
    }
  }
});

test('a preflight from the admin pages is answered before the path is looked at; one from elsewhere is an OPTIONS',
  async () => {
  const preflight = (path: string, origin: string) => send('OPTIONS', url(path), {
    headers: { origin, 'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization,x-y' },
  });
  for (const path of ['/api/organizations', '/api/nope']) {
    const { status, headers } = await preflight(path, server.admin);
    expect([status, headers['access-control-allow-origin'], headers['access-control-allow-methods'],
      headers['access-control-allow-headers']])
      .toEqual([204, server.admin, 'GET,HEAD,PUT,POST,DELETE,PATCH', 'authorization,x-y']);
    expect(headers['access-control-expose-headers']).toBeUndefined();
  }
  const refused = await preflight('/api/organizations', 'https://evil.example');
  expect([refused.status, refused.headers['allow'], refused.headers['access-control-allow-methods']])
    .toEqual([200, 'POST, HEAD, GET', undefined]);
  expect((await preflight('/api/nope', 'https://evil.example')).status).toBe(404);
  const any = await preflight('/api/my-accountx', 'https://any.example');	// where whose page it is does not count
  expect([any.status, any.headers['access-control-allow-origin']]).toEqual([204, 'https://any.example']);
});

// ---- what is not HTTP

/** Of an answer as bytes; 0 when there was none. */
const status = (text: string) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0);
test.each(framing)('%s is answered as it must be', async (_, bytes, wanted) => {
  const text = await sendBytes(server.base, bytes);
  expect(status(text)).toBe(wanted);
  expect([...text.matchAll(/HTTP\/1/g)]).toHaveLength(1);
  if (wanted !== 401) expect(text).not.toMatch(/HTTP\/1\.1 401/);	// nothing of it was taken for another request
});

test('bytes that are not HTTP end the connection and nothing else', async () => {
  for (const bytes of notHttp) {
    expect([0, 400, 414, 431, 505]).toContain(status(await sendBytes(server.base, bytes, 200)));
  }
  expect((await send('GET', url('/api/status'))).status).toBe(204);
});

test('two requests in one packet get two answers, in order', async () => {
  const text = await sendBytes(server.base,
    `${get}\r\nGET /api/nope HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => code)).toEqual(['204', '404']);
});

test('headers and bodies that do not come to an end are given up', async () => {
  const begun = Date.now();
  const [head, body] = await Promise.all([sendBytes(server.base, get, 9_000),
    sendBytes(server.base, `${post}Content-Length: 10\r\n\r\n{`, 9_000)]);
  expect(status(head)).toBe(408);
  expect([0, 401, 408]).toContain(status(body));
  expect(Date.now() - begun).toBeLessThan(8_000);
});
