// "The newest first" has no exceptions for a client that is quick: what it makes after an answer stands before it.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Build, ids } from './support/build.ts';
import { ok } from './support/expect.ts';
import { startServer } from './support/server.ts';

const { api } = await startServer();
const build = new Build(api);
const [resource, organization] = await Promise.all([build.resource(), build.organization()]);
const posted = (path: string, body: object) => async () => ok(await api.post(path, body), 201);

test.each<[string, () => Promise<any>]>([
  ['/organizations', build.organization],
  ['/users', build.user],
  ['/applications', build.machine],
  ['/resources', build.resource],
  [`/resources/${resource.id}/scopes`, () => build.resourceScope(resource.id)],
  ['/roles', build.tenantRole],
  ['/organization-invitations', () => build.invitation(organization.id)],
  ['/hooks', posted('/hooks', { event: 'User.Deleted', config: { url: 'https://a.example' } })],
  ['/one-time-tokens', posted('/one-time-tokens', { email: 'a@a.example' })],
])('what is made one after another in %s is listed the newest first, also within a millisecond', async (path, make) => {
  await sleep(100);	// the server may be ahead of the clock by what the list before was quick
  const made: any[] = [];
  while (made.length < 100) made.unshift(await make());
  const listed = ids(ok(await api.get(path, { query: { page: 1, page_size: 100 } })));
  expect(listed.filter((id) => made.some((one) => one.id === id))).toEqual(ids(made));
});
