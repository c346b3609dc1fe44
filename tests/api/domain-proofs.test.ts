// E-mail domains are proven by a record in the DNS, and may be the only ones that make people members (ours, beyond the
// contract: docs/differences.md). The DNS server is one of the test's own, which is spoken to in real packets.
import { expect, test } from 'vitest';
import { Browser, newApp } from './support/browser.ts';
import { Build, unique } from './support/build.ts';
import { dnsServer, type Zone } from './support/dns-server.ts';
import { ok, problem } from './support/expect.ts';
import { identityProvider } from './support/identity-provider.ts';
import { messageService } from './support/messages.ts';
import { newTenant } from './support/people.ts';
import { startServer } from './support/server.ts';
import { letDomainChecksBeDue } from './support/stored.ts';

const dns = await dnsServer();
const server = await startServer({ flags: ['--call-private-addresses', 'true', '--dns-server', dns.address] });
const { api } = server;
const build = new Build(api);
const service = await messageService();
ok(await api.post('/connectors', { connectorId: 'http-email', config: { endpoint: service.endpoint } }));
ok(await api.patch('/sign-in-exp', { singleSignOnEnabled: true, signUp: { identifiers: ['email'], password: false, verify: true },
  signIn: { methods: [{ identifier: 'email', password: false, verificationCode: true, isPasswordPrimary: false }] } }));

let made = 0;
const newDomain = () => `firm${++made}-${Date.now().toString(36)}.example`;
interface Proof { id: string; domain: string; recordName: string; recordValue: string }
const begin = async (domain = newDomain()): Promise<Proof> => ok(await api.post('/domain-proofs', { domain }), 201);
const check = async ({ id }: Proof) => ok(await api.post(`/domain-proofs/${id}/check`));
const publish = ({ recordName, recordValue }: Proof, more: Zone = {}) =>
  dns.zones.set(recordName, { texts: [[recordValue]], ...more });
const prove = async (domain = newDomain()): Promise<Proof> => {
  const proof = await begin(domain);
  publish(proof);
  expect(await check(proof)).toMatchObject({ status: 'Proven' });
  return proof;
};

test('a proof begins with the record to publish, is listed, and ends', async () => {
  const domain = newDomain(), proof = await begin(domain.toUpperCase());
  expect(proof).toEqual({ tenantId: 'default', id: expect.stringMatching(/^[0-9a-z]{21}$/), domain,
    recordName: `_guildhall-challenge.${domain}`, recordValue: expect.stringMatching(/^guildhall-domain-proof=[0-9a-zA-Z]{32}$/),
    status: 'Pending', lastResult: null, createdAt: expect.any(Number), provenAt: null, seenAt: null, checkedAt: null,
    nextCheckAt: expect.any(Number) });
  expect(ok(await api.get(`/domain-proofs/${proof.id}`))).toEqual(proof);
  expect(ok(await api.get('/domain-proofs'))).toContainEqual(proof);
  expect((await api.get('/domain-proofs?page=1&page_size=1')).headers['total-number']).toBeTruthy();
  problem(await api.post('/domain-proofs', { domain: `${domain}.` }), 422, 'entity.unique_integrity_violation');
  ok(await api.delete(`/domain-proofs/${proof.id}`), 204);
  for (const [method, path] of [['GET', ''], ['DELETE', ''], ['POST', '/check']] as const)
    problem(await api.request(method, `/domain-proofs/${proof.id}${path}`), 404, 'entity.not_exists_with_id');
  expect((await begin(domain)).recordValue).not.toBe(proof.recordValue);
});

test('a name beyond ASCII is proven as the DNS has it', async () => {
  const below = newDomain(), proof = await begin(`Bücher.${below}`);
  expect(proof).toMatchObject({ domain: `xn--bcher-kva.${below}`, recordName: `_guildhall-challenge.xn--bcher-kva.${below}` });
  publish(proof);
  expect(await check(proof)).toMatchObject({ status: 'Proven' });
});

test.each(['', 'localhost', '127.0.0.1', '[::1]', 'a b.example', '-a.example', 'a..example', 'x_y.example', 'user@firm.example',
  `${'a'.repeat(64)}.example`, `${'abcdefghi.'.repeat(23)}example`])('%j is no domain that can be proven', async (domain) => {
  problem(await api.post('/domain-proofs', { domain }), 400, 'guard.invalid_input');
});

test.each(['co.uk', 'github.io', 'gmail.com', 'GMX.de'])('nobody proves %s, where everybody has a name or an address', async (domain) => {
  const { data } = problem(await api.post('/domain-proofs', { domain }), 422, 'single_sign_on.forbidden_domains');
  expect(data).toEqual({ data: [domain.toLowerCase()] });
});

test.each<[string, (proof: Proof) => Zone]>([
  ['alone', ({ recordValue }) => ({ texts: [[recordValue]] })],
  ['among others', ({ recordValue }) => ({ texts: [['v=spf1 -all'], ['guildhall-domain-proof=other'], [recordValue], ['x'.repeat(255)]] })],
  ['in several pieces', ({ recordValue }) => ({ texts: [[recordValue.slice(0, 10), '', recordValue.slice(10)]] })],
  ['in an answer that is too large for a datagram', ({ recordValue }) =>
    ({ truncated: true, texts: [...Array.from({ length: 20 }, () => ['y'.repeat(250)]), [recordValue]] })],
])('the record is found %s', async (_name, zone) => {
  const proof = await begin();
  dns.zones.set(proof.recordName, zone(proof));
  const found = await check(proof);
  expect(found).toMatchObject({ status: 'Proven', lastResult: 'Found', provenAt: found.checkedAt, seenAt: found.checkedAt });
  expect(found.nextCheckAt - found.checkedAt).toBe(86_400_000);
  expect(dns.asked.filter(({ name }) => name === proof.recordName)[0]).toMatchObject({ type: 16, over: 'udp' });
});

test('a record is found behind aliases, which the owner of the domain has set', async () => {
  const proof = await begin(), [one, two] = [`proofs.${newDomain()}`, `proofs.${newDomain()}`];
  dns.zones.set(proof.recordName, { alias: one });
  dns.zones.set(one, { alias: two });
  dns.zones.set(two, { texts: [[proof.recordValue]] });
  expect(await check(proof)).toMatchObject({ status: 'Proven' });
  dns.zones.delete(two);
  expect(await check(proof)).toMatchObject({ lastResult: 'Missing' });
});

test.each<[string, (proof: Proof) => Zone | undefined]>([
  ['there is no such name', () => undefined],
  ['the name has no text', () => ({ texts: [] })],
  ['the text is another one', () => ({ texts: [['guildhall-domain-proof=']] })],
  ['the text is only a part', ({ recordValue }) => ({ texts: [[recordValue.slice(0, -1)]] })],
  ['the text has more', ({ recordValue }) => ({ texts: [[recordValue, 'x'], [` ${recordValue}`]] })],
  ['the pieces are of different records', ({ recordValue }) => ({ texts: [[recordValue.slice(0, 9)], [recordValue.slice(9)]] })],
  ['a zero byte cuts the text', ({ recordValue }) => ({ texts: [[`${recordValue}\0x`]] })],
])('nothing is proven where %s', async (_name, zone) => {
  const proof = await begin(), said = zone(proof);
  if (said) dns.zones.set(proof.recordName, said);
  expect(await check(proof)).toMatchObject({ status: 'Pending', lastResult: 'Missing', provenAt: null, seenAt: null });
});

test.each<[string, (proof: Proof) => Zone]>([
  ['the DNS fails', () => ({ code: 2 })], ['the DNS refuses', () => ({ code: 5 })],
  ['nobody answers', () => ({ silent: true })],
  ['the answer is nonsense', () => ({ raw: (question) => Buffer.concat([question.subarray(0, 2), Buffer.from('nonsense')]) })],
  ['the answer is to another question', () => ({ raw: (question) =>
    Buffer.concat([Buffer.from([question[0]! ^ 1, question[1]!]), question.subarray(2)]) })],
  ['a text is cut off by the end of the answer', () => ({ raw: (question) => {
    const answer = Buffer.concat([question.subarray(0, 12), question.subarray(12, question.length - 11),
      Buffer.from([0xc0, 0x0c, 0, 16, 0, 1, 0, 0, 0, 0, 0, 200, 199, 65])]);
    answer.writeUInt16BE(0x8180, 2);
    answer.writeUInt16BE(1, 6);
    answer.writeUInt16BE(0, 10);
    return answer;
  } })],
  ['there are too many texts', ({ recordValue }) => ({ truncated: true,
    texts: [...Array.from({ length: 101 }, (_, i) => [`text ${i}`]), [recordValue]] })],
  ['the texts are too long', ({ recordValue }) => ({ truncated: true,
    texts: [...Array.from({ length: 80 }, () => ['z'.repeat(250)]), [recordValue]] })],
])('nothing is known where %s, and it is asked for in bounded time', async (_name, zone) => {
  const proof = await begin(), began = Date.now();
  dns.zones.set(proof.recordName, zone(proof));
  expect(await check(proof)).toMatchObject({ status: 'Pending', lastResult: 'NoAnswer' });
  expect(Date.now() - began).toBeLessThan(15_000);
}, 30_000);

test('a DNS server that does not answer keeps nobody else waiting', async () => {
  const proof = await begin();
  dns.zones.set(proof.recordName, { silent: true });
  const waiting = check(proof), began = Date.now();
  for (let i = 0; i < 20; i++) ok(await api.get('/domain-proofs?page=1&page_size=1'));
  expect(Date.now() - began).toBeLessThan(3000);
  expect(await waiting).toMatchObject({ lastResult: 'NoAnswer' });
}, 30_000);

test('a record of one tenant proves nothing for another', async () => {
  const neighbour = await newTenant(server, 'neighbour'), proof = await prove();
  const theirs = ok(await neighbour.api.post('/domain-proofs', { domain: proof.domain }), 201);
  expect(theirs.recordName).toBe(proof.recordName);
  expect(ok(await neighbour.api.post(`/domain-proofs/${theirs.id}/check`))).toMatchObject({ status: 'Pending', lastResult: 'Missing' });
  dns.zones.set(proof.recordName, { texts: [[proof.recordValue], [theirs.recordValue]] });
  expect(ok(await neighbour.api.post(`/domain-proofs/${theirs.id}/check`))).toMatchObject({ status: 'Proven' });
  expect(await check(proof)).toMatchObject({ status: 'Proven' });
});

test('the worker looks by itself, and again', async () => {
  const proof = await begin();
  publish(proof);
  letDomainChecksBeDue(server, proof.id);
  await expect.poll(async () => ok(await api.get(`/domain-proofs/${proof.id}`)).status, { timeout: 30_000 }).toBe('Proven');
  dns.zones.delete(proof.recordName);
  letDomainChecksBeDue(server, proof.id);
  await expect.poll(async () => ok(await api.get(`/domain-proofs/${proof.id}`)).lastResult, { timeout: 30_000 }).toBe('Missing');
  const now = ok(await api.get(`/domain-proofs/${proof.id}`));
  expect(now.status).toBe('Proven');
  expect(now.nextCheckAt - now.checkedAt).toBe(15 * 60_000);
  letDomainChecksBeDue(server, proof.id, Date.now() - 3 * 86_400_000);
  await expect.poll(async () => ok(await api.get(`/domain-proofs/${proof.id}`)).status, { timeout: 30_000 }).toBe('Lapsed');
  const told = ok(await api.get('/logs?page_size=100')).filter(({ payload }: any) => payload.domain === proof.domain);
  expect(told.map(({ key }: any) => key)).toEqual(['DomainProof.Lapsed', 'DomainProof.Proven', 'DomainProof.Create']);
}, 100_000);

test('what becomes of a proof stands in the audit log, with who did it', async () => {
  const proof = await prove();
  ok(await api.delete(`/domain-proofs/${proof.id}`), 204);
  const told = ok(await api.get('/logs?page_size=100')).filter(({ payload }: any) => payload.domain === proof.domain);
  expect(told.map(({ key, payload }: any) => [key, payload.result, payload.applicationId])).toEqual(
    ['Delete', 'Proven', 'Create'].map((what) => [`DomainProof.${what}`, 'Success', server.app.id]));
});

// ---- what it is for

const only = (onlyProvenDomains: boolean) => api.patch('/configs/provisioning', { onlyProvenDomains });
const whileOnlyProven = async (act: () => Promise<void>) => {
  expect(ok(await only(true))).toEqual({ onlyProvenDomains: true });
  try { await act(); } finally { ok(await only(false)); }
};
const newFirm = async (domain: string) => {
  const firm = await build.organization(), role = await build.role();
  ok(await api.post(`/organizations/${firm.id}/jit/email-domains`, { emailDomain: domain }), 201);
  ok(await api.post(`/organizations/${firm.id}/jit/roles`, { organizationRoleIds: [role.id] }), 201);
  return firm;
};
const organizationsOf = async (userId: string): Promise<string[]> =>
  ok(await api.get(`/users/${userId}/organizations`)).map(({ id }: any) => id);

/** Registers with a code to the address; whom the user is. */
async function register(value: string): Promise<string> {
  const app = await newApp(api), identifier = { type: 'email', value };
  const b = await (await new Browser(() => server.base).visit(app)).start('Register');
  const { verificationId } = ok(await b.page('POST', '/verification/verification-code', { identifier, interactionEvent: 'Register' }));
  const find = () => service.got.find(({ payload }) => payload.application?.id === app.id);
  await expect.poll(find, { timeout: 20_000 }).toBeTruthy();
  ok(await b.page('POST', '/verification/verification-code/verify', { identifier, verificationId, code: find()!.payload.code }));
  ok(await b.page('POST', '/identification', { verificationId }), 201);
  const { userId } = ok(await b.page('GET', '/interaction'));
  ok(await b.page('POST', '/submit'));
  return userId;
}

const idp = await identityProvider();
/** Registers by an enterprise connector with an address of this domain; the user, who joins the organization or not. */
async function registerBySso(domain: string, email: string | undefined, firm: { id: string }): Promise<string> {
  const connector = ok(await api.post('/sso-connectors', { providerName: 'OIDC', connectorName: unique('sso'), domains: [domain],
    config: { ...idp.client, issuer: idp.issuer } }));
  ok(await api.post(`/organizations/${firm.id}/jit/sso-connectors`, { ssoConnectorIds: [connector.id] }), 201);
  idp.reset();
  Object.assign(idp.claims, { sub: unique('person') });
  Object.assign(idp.userinfo, email ? { email, email_verified: true } : {});
  const b = await (await new Browser(() => server.base).visit(await newApp(api))).start();
  const at = `/verification/sso/${connector.id}`;
  const { authorizationUri, verificationId } = ok(await b.page('POST', `${at}/authorization-uri`,
    { state: 's', redirectUri: `${server.base}/callback/${connector.id}` }));
  ok(await b.page('POST', `${at}/verify`, { verificationId, connectorData: idp.answer(authorizationUri) }));
  ok(await b.page('PUT', '/interaction-event', { interactionEvent: 'Register' }), 204);
  ok(await b.page('POST', '/identification', { verificationId }), 201);
  const { userId } = ok(await b.page('GET', '/interaction'));
  ok(await b.page('POST', '/submit'));
  return userId;
}

test('a tenant that does not ask for proofs admits by every domain', async () => {
  expect(ok(await api.get('/configs/provisioning'))).toEqual({ onlyProvenDomains: false });
  const domain = newDomain(), firm = await newFirm(domain);
  expect(await organizationsOf(await register(`ada@${domain}`))).toEqual([firm.id]);
});

test('where only proven domains provision, an address of another one makes nobody a member', async () => {
  const [mine, theirs] = [newDomain(), newDomain()], [firm, other] = [await newFirm(mine), await newFirm(theirs)];
  await prove(mine);
  await begin(theirs);
  await whileOnlyProven(async () => {
    expect(await organizationsOf(await register(`ada@${mine.toUpperCase()}`))).toEqual([firm.id]);
    expect(await organizationsOf(await register(`ada@${theirs}`))).toEqual([]);
    expect(await organizationsOf(await register(`ada@sub.${mine}`))).toEqual([]);
  });
  expect(ok(await api.get(`/organizations/${other.id}/users`))).toEqual([]);
});

test('where only proven domains provision, a connector admits by the domain of the address alone', async () => {
  const [mine, theirs] = [newDomain(), newDomain()];
  await prove(mine);
  await whileOnlyProven(async () => {
    const firm = await build.organization();
    expect(await organizationsOf(await registerBySso(mine, `ada@${mine}`, firm))).toEqual([firm.id]);
    expect(await organizationsOf(await registerBySso(theirs, `ada@${theirs}`, firm))).toEqual([]);
    expect(await organizationsOf(await registerBySso(mine, undefined, firm))).toEqual([]);
    expect(await organizationsOf(await registerBySso(theirs, `eve@${mine}`, firm))).toEqual([]);
  });
});

test('a proof that was deleted provisions no more, and members stay', async () => {
  const domain = newDomain(), firm = await newFirm(domain), proof = await prove(domain);
  await whileOnlyProven(async () => {
    const first = await register(`ada@${domain}`);
    ok(await api.delete(`/domain-proofs/${proof.id}`), 204);
    expect(await organizationsOf(await register(`grace@${domain}`))).toEqual([]);
    expect(ok(await api.get(`/organizations/${firm.id}/users`)).map(({ id }: any) => id)).toEqual([first]);
  });
});

test('whom somebody has chosen becomes a member without any proof', async () => {
  const firm = await build.organization(), user = await build.user();
  await whileOnlyProven(async () => {
    ok(await api.post(`/organizations/${firm.id}/users`, { userIds: [user.id] }), 201);
    expect(await organizationsOf(user.id)).toEqual([firm.id]);
  });
});

test.each([{}, { onlyProvenDomains: 'yes' }, { onlyProvenDomains: null }])('the setting is true or false: %j', async (body) => {
  const answer = await api.patch('/configs/provisioning', body);
  if (Object.keys(body).length === 0) expect(ok(answer)).toEqual({ onlyProvenDomains: false });
  else problem(answer, 400, 'guard.invalid_input');
});
