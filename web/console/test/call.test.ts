// Calls as data: where they go, and how they are shown to people.
import { expect, test } from 'vitest';
import { addressOf, asCurl, asSdk, call } from '../src/api/call.ts';

const members = call('get', '/api/organizations/{id}/users', { path: { id: 'a/b' }, query: { q: 'x & y', page: 2, page_size: 20 } });

test('parts of a path and of a query are escaped, and what is empty is not sent', () => {
  expect(addressOf(members)).toBe('/api/organizations/a%2Fb/users?q=x+%26+y&page=2&page_size=20');
  expect(addressOf(call('get', '/api/organizations', { query: { q: '', page: 1 } }))).toBe('/api/organizations?page=1');
});

test('curl is quoted for a shell, whatever the name of an organization is', () => {
  const text = asCurl(call('post', '/api/organizations', { body: { name: "O'Hara $(reboot)" } }), 'https://id.example');
  expect(text).toContain("curl -X POST 'https://id.example/api/organizations'");
  expect(text).toContain(`"name": "O'\\''Hara $(reboot)"`);
});

test('the same by @logto/api has the address as the document writes it', () => {
  expect(asSdk(call('patch', '/api/organizations/{id}', { path: { id: 'x1' }, body: { name: 'A "b"' } })).replace(/\s+/g, ' '))
    .toBe(`await apiClient.PATCH('/api/organizations/{id}', { params: { path: { id: "x1" } }, body: { name: "A \\"b\\"" } });`);
  expect(asSdk(call('get', '/api/organizations'))).toBe("await apiClient.GET('/api/organizations');");
});
