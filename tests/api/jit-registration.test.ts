// Who registers with an address of a domain joins its organization, however the domain is written: names beyond ASCII, as
// the DNS has them, in any letter case, with the dot of the root.
import { expect, test } from 'vitest';
import { Browser, newApp } from './support/browser.ts';
import { unique } from './support/build.ts';
import { ok } from './support/expect.ts';
import { messageService } from './support/messages.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const service = await messageService();
ok(await api.post('/connectors', { connectorId: 'http-email', config: { endpoint: service.endpoint } }));
ok(await api.patch('/sign-in-exp', { signUp: { identifiers: ['email'], password: false, verify: true }, signIn: { methods: [
  { identifier: 'email', password: false, verificationCode: true, isPasswordPrimary: false }] } }));

/** Registers with a code to the address; whom the user is. */
async function register(value: string): Promise<{ id: string; primaryEmail: string }> {
  const app = await newApp(api), identifier = { type: 'email', value };
  const b = await (await new Browser(() => server.base).visit(app)).start('Register');
  const { verificationId } = ok(await b.page('POST', '/verification/verification-code',
    { identifier, interactionEvent: 'Register' }));
  const find = () => service.got.find(({ payload }) => payload.application?.id === app.id);
  await expect.poll(find, { timeout: 20_000 }).toBeTruthy();
  ok(await b.page('POST', '/verification/verification-code/verify', { identifier, verificationId, code: find()!.payload.code }));
  ok(await b.page('POST', '/identification', { verificationId }), 201);
  const { userId } = ok(await b.page('GET', '/interaction'));
  ok(await b.page('POST', '/submit'));
  return ok(await api.get(`/users/${userId}`));
}

/** A new organization of the domain, into which come those who register there with one of its roles. */
async function newFirm(emailDomain: string): Promise<{ id: string; role: string }> {
  const { id } = ok(await api.post('/organizations', { name: unique('Firm') }), 201);
  const { id: role } = ok(await api.post('/organization-roles', { name: unique('role') }), 201);
  ok(await api.post(`/organizations/${id}/jit/email-domains`, { emailDomain }), 201);
  ok(await api.post(`/organizations/${id}/jit/roles`, { organizationRoleIds: [role] }), 201);
  return { id, role };
}

const membersOf = async ({ id }: { id: string }): Promise<any[]> => ok(await api.get(`/organizations/${id}/users`));
/** Below a name that no other test has. */
const below = (name: string, here = unique('x').toLowerCase()) => [name.replace('*', here), here] as const;

test.each([
  ['bücher.*.example', 'bücher.*.example'], ['bücher.*.example', 'BÜCHER.*.Example'],
  ['bücher.*.example', 'xn--bcher-kva.*.example'], ['xn--bcher-kva.*.example', 'bücher.*.example'],
  ['XN--BCHER-KVA.*.example', 'Bücher.*.example.'], ['bücher.*.example.', 'xn--BCHER-kva.*.example'],
  ['bu\u0308cher.*.example', 'bücher.*.example'], ['straße.*.example', 'xn--strae-oqa.*.example'],
  ['公司。*。example', '公司.*.example'], ['acme.*.example', 'acme.*.example.'], ['acme.*.example.', 'ACME.*.example'],
])('the organization of %s gets who registers at %s', async (domain, typed) => {
  const [set, here] = below(domain), firm = await newFirm(set), [at] = below(typed, here);
  const user = await register(`ada@${at}`);
  expect((await membersOf(firm)).map(({ id, organizationRoles }) => [id, organizationRoles.map((one: any) => one.id)]))
    .toEqual([[user.id, [firm.role]]]);
});

test.each([
  'bucher.*.example', 'xbücher.*.example', 'x.bücher.*.example', 'bücher.*.example.evil.example', 'bücher.*.examplе',
  'xn--bcher-kvb.*.example', 'bücher.*.example.x', 'bücher@bücher.*.evil.example',
])('who registers at %s is no member of the organization of another domain', async (typed) => {
  const [set, here] = below('bücher.*.example'), firm = await newFirm(set), [at] = below(typed, here);
  const user = await register(`ada@${at}`);
  expect(await membersOf(firm)).toEqual([]);
  expect(ok(await api.get(`/users/${user.id}/organizations`))).toEqual([]);
});

test('an address on whose domain mail servers do not agree is of no organization', async () => {
  const [set, here] = below('bücher.*.example'), firm = await newFirm(set);
  for (const address of [`ada@bücher.${here}.example@evil.example`, `"ada@evil.example"@BÜCHER.${here}.example.`,
    `ada@evil.example,ada@bücher.${here}.example`, `"ada"@bücher.${here}.example`])
    await register(address);
  expect(await membersOf(firm)).toEqual([]);
});
