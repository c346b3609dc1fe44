// What must be refused, in tables: malformed requests, tokens, bodies and queries, with the answers that they get. The
// tests send each row; tests/soak sends all of them at once.
import { gzipSync } from 'node:zlib';

/** The code of what does not fit its description. */
export const input = 'guard.invalid_input';

export const line = 'GET /api/status HTTP/1.1\r\n';
export const get = `${line}Host: localhost\r\n`;
export const post = 'POST /api/organizations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

/** Name, bytes, status. */
export const framing: readonly [string, string | Uint8Array, number][] = [
  ['a plain request', `${get}\r\n`, 204],
  ['no Host', `${line}\r\n`, 400], ['two Hosts', `${get}Host: other\r\n\r\n`, 400],
  ['two equal Hosts', `${get}Host: localhost\r\n\r\n`, 400],
  ['a Host with a path', `${line}Host: a/b\r\n\r\n`, 400], ['a Host with a user', `${line}Host: a@b\r\n\r\n`, 400],
  ['a port beyond all', `${line}Host: a:99999\r\n\r\n`, 400],
  ['a Host longer than any', `${line}Host: ${'a.'.repeat(200)}b\r\n\r\n`, 400],
  ['an Origin longer than any', `${get}Origin: https://${'a.'.repeat(200)}b\r\n\r\n`, 400],
  ['a query of nothing but ampersands', `GET /api/status?${'&'.repeat(15_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 204],
  ['a query of 3,900 parameters', `GET /api/status?${'a=1&'.repeat(3_900)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 204],
  ['3,200 cookies', `${get}Cookie: ${'a=1; '.repeat(3_200)}b=2\r\n\r\n`, 204],
  ['2,700 headers', `${get}${'X: y\r\n'.repeat(2_700)}\r\n`, 204],
  ['an empty length', `${post}Content-Length:\r\n\r\n`, 400], ['a length with letters', `${post}Content-Length: 2abc\r\n\r\n{}`, 400],
  ['an endless chunk extension', `${post}Transfer-Encoding: chunked\r\n\r\n2;${'x'.repeat(40_000)}\r\n{}\r\n0\r\n\r\n`, 413],
  ['an empty Host', `${line}Host:\r\n\r\n`, 204],
  ['an absolute target', 'GET http://localhost/api/status HTTP/1.1\r\nHost: localhost\r\n\r\n', 204],
  ['a target that is neither', 'GET api/status HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
  ['two lengths', `${post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400],
  ['two equal lengths', `${post}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`, 400],
  ['a list of lengths', `${post}Content-Length: 2, 2\r\n\r\n{}`, 400],
  ['a negative length', `${post}Content-Length: -1\r\n\r\n`, 400],
  ['a length with a sign', `${post}Content-Length: +2\r\n\r\n{}`, 400],
  ['a length beyond 2^64', `${post}Content-Length: 99999999999999999999\r\n\r\n`, 413],
  ['a length and chunks', `${post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['an unknown transfer coding', `${post}Transfer-Encoding: gzip\r\n\r\n`, 400],
  ['a NUL in a header', `${get}X: a\0b\r\n\r\n`, 400],
  ['a NUL in the target', 'GET /api/\0status HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
  ['a bare line feed', 'GET /api/status HTTP/1.1\nHost: localhost\n\n', 400],
  ['a blank before the colon', `${get}X : y\r\n\r\n`, 400],
  ['a folded header', `${get}X: y\r\n z\r\n\r\n`, 400], ['a header without a name', `${get}: y\r\n\r\n`, 400],
  ['an unknown method', 'FOO /api/status HTTP/1.1\r\nHost: localhost\r\n\r\n', 400], ['a method in small letters', 'get /api/status HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
  ['bytes that are not ASCII in the target', Buffer.from('GET /api/st\xe4tus HTTP/1.1\r\nHost: localhost\r\n\r\n', 'latin1'), 400],
  ['a target of 20 KiB', `GET /api/status?${'x'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431], ['headers of 20 KiB', `${get}X: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ['chunks', `${post}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`, 401], ['a broken chunk', `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`, 400],
];

/** Bytes that are no request. */
export const notHttp: readonly string[] = [
  '\x16\x03\x01\x02\x00\x01\x00', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '\0'.repeat(100), '\r\n'.repeat(5_000), 'x'.repeat(100_000),
];

/** Name, Authorization, status, code. */
export const tokens: readonly [string, string | undefined, number, string][] = [
  ['nothing', undefined, 401, 'auth.authorization_header_missing'],
  ['an empty header', '', 401, 'auth.authorization_header_missing'],
  ['another scheme', 'Basic eDp5', 401, 'auth.authorization_token_type_not_supported'],
  ['a scheme in small letters', 'bearer x', 401, 'auth.authorization_token_type_not_supported'],
  ['no token', 'Bearer', 401, 'auth.unauthorized'], ['no JWT', 'Bearer x', 401, 'auth.unauthorized'],
  ['an empty JWT', 'Bearer a.b.c', 401, 'auth.unauthorized'],
  ['8,000 characters', `Bearer ${'x'.repeat(8_000)}`, 401, 'auth.unauthorized'],
];

const bytes = (text: string) => Buffer.from(text, 'latin1');

/** Bodies for POST /api/organizations: name, body, status, code, headers that differ. */
export const bodies: readonly [string, string | Uint8Array, number, string | undefined, Record<string, string>?][] = [
  ['a number', '1', 400, undefined], ['null', 'null', 400, undefined], ['a text', '"x"', 400, undefined], ['blanks', '  \n', 400, undefined],
  ['text after the end', '{"name":"n"} x', 400, undefined], ['single quotes', "{'name':'n'}", 400, undefined], ['a trailing comma', '{"name":"n",}', 400, undefined],
  ['a comment', '{/**/"name":"n"}', 400, undefined], ['NaN', '{"name":"n","createdAt":NaN}', 400, undefined], ['a raw control character', '{"name":"a\u0001b"}', 400, undefined],
  ['__proto__', '{"name":"n","__proto__":{}}', 400, undefined], ['__proto__ deep inside', '{"name":"n","customData":{"a":[{"__proto__":1}]}}', 400, undefined],
  ['__proto__ in disguise', '{"name":"n","customData":{"\\u005f_proto__":1}}', 400, undefined], ['a member twice', '{"name":"n","name":"m"}', 400, undefined],
  ['a member twice deep inside', '{"name":"n","customData":{"a":{"b":1,"b":1}}}', 400, undefined], ['a null character', '{"name":"a\\u0000b"}', 400, undefined],
  ['a null character in free data', '{"name":"n","customData":{"a\\u0000":1}}', 400, undefined], ['half a surrogate pair', '{"name":"\\ud800"}', 400, undefined],
  ['the wrong half first', '{"name":"n","customData":{"a":"\\udc00\\ud800"}}', 400, undefined], ['bytes that are not UTF-8', bytes('{"name":"\xff"}'), 400, undefined],
  ['an overlong encoding', bytes('{"name":"\xc0\xaf"}'), 400, undefined], ['an encoded surrogate', bytes('{"name":"\xed\xa0\x80"}'), 400, undefined],
  ['a number beyond all', '{"name":"n","customData":{"a":1e400}}', 400, undefined], ['1,100 levels', `{"name":"n","customData":${'{"a":'.repeat(1_100)}1${'}'.repeat(1_101)}`, 400, input],
  ['100,000 levels', `{"name":"n","customData":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`, 400, input],
  ['20,000 levels that do not end', '[{"a":'.repeat(20_000), 400, input],
  ['a coding that nobody has', '{"name":"n"}', 415, 'request.unsupported_content_encoding', { 'content-encoding': 'br' }],
  ['a gzip that is none', '{"name":"n"}', 400, 'request.corrupt_body', { 'content-encoding': 'gzip' }],
  ['half a gzip', gzipSync('{"name":"n"}').subarray(0, 20), 400, 'request.corrupt_body',
    { 'content-encoding': 'gzip' }],
  ['a media type that is not read', '{"name":"n"}', 400, input, { 'content-type': 'application/ld+json' }],
  ['text', '{"name":"n"}', 400, input, { 'content-type': 'text/json' }],
  ['a null character in a form', 'name=a%00b', 400, undefined,
    { 'content-type': 'application/x-www-form-urlencoded' }],
];

/** A body for POST /api/organizations of so many bytes. */
export const sized = (count: number): string => `{"name":"n","customCss":"${'x'.repeat(count - 27)}"}`;
/** The same as a form. */
export const sizedForm = (count: number): string => `name=n&customCss=${'x'.repeat(count - 17)}`;

const packed = { 'content-encoding': 'gzip' };
/** Bodies for POST /api/organizations that are too large: name, body, headers that differ. */
export const large: readonly [string, string | Uint8Array, Record<string, string>][] = [
  ['a byte more than a mebibyte', sized(1_048_577), {}],
  ['a byte more than a mebibyte, packed', gzipSync(sized(1_048_577)), packed],
  ['200 MB, packed', gzipSync(Buffer.alloc(200_000_000)), packed],
  ['a form of a byte more than 56 KiB', sizedForm(57_345), { 'content-type': 'application/x-www-form-urlencoded' }],
];

/** Path below /api, code. `{O}` is an organization, and so on. */
export const queries: readonly [string, string][] = [
  ['/organizations?q=a&q=b', input], ['/organizations?showFeatured=1&showFeatured=1', input],
  ['/organizations?q=a%00b', input], ['/organizations/{O}/users?q=a&q=b', input],
  ['/organizations/{O}/users?organizationRoleId=', input],
  ['/organizations/{O}/users?organizationRoleId=a&organizationRoleId=b', input],
  ['/organizations/{O}/users?q=%00', input],
  ['/organizations/{O}/applications?q=a&q=b', input], ['/organization-roles?q=a&q=b', input],
  ['/organization-roles?q=%00', input], ['/organization-scopes?q=a&q=b', input],
  ['/organization-invitations?invitee=a&invitee=b', input], ['/organization-invitations?organizationId=%00', input],
  ['/applications?types=x', input], ['/applications?isThirdParty=1', input],
  ['/roles?type=', input], ['/users?search=', 'request.invalid_input'], ['/users?search.x=1', 'request.invalid_input'],
  ['/users?mode=x&search=y', 'request.invalid_input'],
  ['/users?excludeRoleId=a&excludeOrganizationId=b', 'request.invalid_input'],
  ['/roles?joint=x&search=y', 'request.invalid_input'],
  ['/organizations/%00', input], ['/organizations/{O}/jit/email-domains?page=0', 'guard.invalid_pagination'],
  ['/organization-roles/%00/scopes', input],
  ['/organizations/{O}/users?page=0&q=a&q=b', 'guard.invalid_pagination'],
  ['/organizations/{O}/users/{U}/roles?page_size=101', 'guard.invalid_pagination'],
  ['/applications/{T}/users/{U}/consent-organizations?page=x', 'guard.invalid_pagination'],
  ['/organization-roles/{R}/resource-scopes?page=-1', 'guard.invalid_pagination'],
];

/** Queries that ask for no page. */
export const pages: readonly string[] = [
  'page=0', 'page=-1', 'page=x', 'page_size=101', 'page_size=0', 'page_size=1.5', 'page=0.5', 'page=Infinity',
  'page=1e30', 'page=NaN', 'page=1&page=2', 'page_size=1n',
];
