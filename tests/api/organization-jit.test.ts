// What is stored for provisioning; the provisioning itself belongs to signing in.
import { expect, test } from 'vitest';
import { Build, expectPages, ids, sorted, sortedIds, times, unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

const jit = (id: string, what: string) => `/organizations/${id}/jit/${what}`;
const domains = async (id: string): Promise<string[]> =>
  sorted(ok(await api.get(jit(id, 'email-domains'))).map((one: any) => one.emailDomain));

test('a domain is stored as it was given, blanks and letter case included', async () => {
  const { id } = await build.organization();
  const given = ['a.example', 'A.example', ' a.example', 'no domain at all', 'ä', '%41', 'x'.repeat(128)];
  for (const emailDomain of given) {
    expect(ok(await api.post(jit(id, 'email-domains'), { emailDomain }), 201))
      .toEqual({ tenantId: 'default', organizationId: id, emailDomain });
  }
  expect(await domains(id)).toEqual(sorted(given));
  expect(ok(await api.get(jit(id, 'email-domains')))[0])
    .toEqual({ tenantId: 'default', organizationId: id, emailDomain: expect.any(String) });
});

test('the same domain serves several organizations, but one only once', async () => {
  const [a, b] = await times(2, () => build.organization());
  for (const { id } of [a, b]) ok(await api.post(jit(id, 'email-domains'), { emailDomain: 'both.example' }), 201);
  problem(await api.post(jit(a.id, 'email-domains'), { emailDomain: 'both.example' }), 422,
    'entity.unique_integrity_violation');
  expect(await domains(a.id)).toEqual(['both.example']);
});

test('thirty domains come whole and in pages', async () => {
  const { id } = await build.organization();
  const emailDomains = Array.from({ length: 30 }, (_, i) => `d${i}.example`);
  ok(await api.put(jit(id, 'email-domains'), { emailDomains }), 204);
  await expectPages(api, jit(id, 'email-domains'), 30);
  expect(ok(await api.get(jit(id, 'email-domains'), { query: { page: 2 } }))).toHaveLength(10);
});

test('replacing the domains leaves exactly those named, or all of them when one is faulty', async () => {
  const { id } = await build.organization();
  const put = (emailDomains: string[]) => api.put(jit(id, 'email-domains'), { emailDomains });
  ok(await put(['a.example', 'b.example']), 204);
  ok(await put(['b.example', 'c.example']), 204);
  problem(await put(['d.example', 'd.example']), 422, 'entity.unique_integrity_violation');
  problem(await put(['d.example', 'x'.repeat(129)]), 422, 'entity.value_too_long');
  problem(await put(['d.example', '']), 400, 'guard.invalid_input');
  problem(await put(['d.example', '😀'.repeat(65)]), 400, 'guard.invalid_input');
  expect(await domains(id)).toEqual(['b.example', 'c.example']);
  ok(await put([]), 204);
  expect(await domains(id)).toEqual([]);
});

test.each(['com', 'co.uk', 'github.io', 'Co.Uk.', ' co.uk ', 'рф', 'XN--P1AI', '公司.cn',
  'co。uk'])('%j is a public suffix and refused', async (emailDomain) => {
  const { id } = await build.organization();
  ok(await api.post(jit(id, 'email-domains'), { emailDomain: 'a.example' }), 201);
  for (const reply of [await api.post(jit(id, 'email-domains'), { emailDomain }),
    await api.put(jit(id, 'email-domains'), { emailDomains: ['b.example', emailDomain] })])
    problem(reply, 400, 'guard.invalid_input');
  expect(await domains(id)).toEqual(['a.example']);
});

test('what is below a public suffix, and one label that is none, is a domain', async () => {
  const { id } = await build.organization();
  const emailDomains = ['a.co.uk', 'a.github.io', 'localhost', 'a.рф', 'www.ck'];
  ok(await api.put(jit(id, 'email-domains'), { emailDomains }), 204);
  expect(await domains(id)).toEqual(sorted(emailDomains));
});

test('whoever sets a domain of a mail service for everybody is warned', async () => {
  const { id } = await build.organization();
  const warning = (names: string) => `299 - "anybody can get an address at ${names}, and becomes a member"`;
  const post = async (emailDomain: string) => {
    const reply = await api.post(jit(id, 'email-domains'), { emailDomain });
    expect(ok(reply, 201)).toEqual({ tenantId: 'default', organizationId: id, emailDomain });
    return reply.headers.warning;
  };
  const put = async (emailDomains: string[]) => {
    const reply = await api.put(jit(id, 'email-domains'), { emailDomains });
    ok(reply, 204);
    return reply.headers.warning;
  };
  expect(await post('Gmail.com')).toBe(warning('gmail.com'));
  expect(await post('acme.example')).toBeUndefined();
  expect(await post('sub.gmail.com')).toBeUndefined();
  expect(await put(['yahoo.co.uk', 'acme.example', 'QQ.com.'])).toBe(warning('yahoo.co.uk, qq.com'));
  expect(await put(Array.from({ length: 11 }, (_, i) => `${' '.repeat(i)}gmx.de`)))
    .toBe(warning(`${Array(8).fill('gmx.de').join(', ')} and 3 more`));
  expect(await put([])).toBeUndefined();
  problem(await api.post(jit('nope', 'email-domains'), { emailDomain: 'gmail.com' }), 422,
    'entity.relation_foreign_key_not_found');
  expect(server.log).toContain(`organization ${id} admits everybody who registers with an address at gmail.com`);
});

test('a domain has 128 characters at most', async () => {
  const { id } = await build.organization();
  problem(await api.post(jit(id, 'email-domains'), { emailDomain: 'x'.repeat(129) }), 422, 'entity.value_too_long');
  problem(await api.post(jit(id, 'email-domains'), { emailDomain: '😀'.repeat(65) }), 400, 'guard.invalid_input');
  expect(await domains(id)).toEqual([]);
});

test.each(['a.example', 'with space', 'sl/ash', 'per%cent', 'plus+', 'ü.example', '?q=1#x', '.',
  '..'])('the domain %j can be removed by its path, exactly and once', async (emailDomain) => {
  const { id } = await build.organization();
  ok(await api.post(jit(id, 'email-domains'), { emailDomain }), 201);
  const path = `${jit(id, 'email-domains')}/${encodeURIComponent(emailDomain)}`;
  problem(await api.delete(`${path}x`), 404, 'entity.not_found');
  ok(await api.delete(path), 204);
  problem(await api.delete(path), 404, 'entity.not_found');
  expect(await domains(id)).toEqual([]);
});

test('a domain is compared with its letter case on removal', async () => {
  const { id } = await build.organization();
  ok(await api.post(jit(id, 'email-domains'), { emailDomain: 'A.example' }), 201);
  problem(await api.delete(`${jit(id, 'email-domains')}/a.example`), 404, 'entity.not_found');
  problem(await api.delete(`${jit(id, 'email-domains')}/${'x'.repeat(200)}`), 404, 'entity.not_found');
  expect(await domains(id)).toEqual(['A.example']);
});

test('an unknown organization has no domains, takes none, and may be emptied', async () => {
  expect(ok(await api.get(jit('nope', 'email-domains')))).toEqual([]);
  problem(await api.post(jit('nope', 'email-domains'), { emailDomain: 'a.example' }), 422,
    'entity.relation_foreign_key_not_found');
  problem(await api.put(jit('nope', 'email-domains'), { emailDomains: ['a.example'] }), 422,
    'entity.relation_foreign_key_not_found');
  ok(await api.put(jit('nope', 'email-domains'), { emailDomains: [] }), 204);
  problem(await api.delete(`${jit('nope', 'email-domains')}/a.example`), 404, 'entity.not_found');
});

test('roles of either type can be provisioned; adding twice is no fault', async () => {
  const { id } = await build.organization();
  const roles = [await build.role({ description: 'd' }), await build.machineRole()];
  for (let i = 0; i < 2; i++) {
    const added = await api.post(jit(id, 'roles'), { organizationRoleIds: [...ids(roles), roles[0].id] });
    expect([added.status, added.text]).toEqual([201, 'Created']);
  }
  const byId = (a: any, b: any) => (a.id < b.id ? -1 : 1);
  expect(ok(await api.get(jit(id, 'roles'))).sort(byId)).toEqual(roles.sort(byId));
  ok(await api.delete(`${jit(id, 'roles')}/${roles[0].id}`), 204);
  problem(await api.delete(`${jit(id, 'roles')}/${roles[0].id}`), 404, 'entity.not_found');
  expect(ids(ok(await api.get(jit(id, 'roles'))))).toEqual([roles[1].id]);
});

test('replacing provisioned roles is exact, and a faulty list changes nothing', async () => {
  const { id } = await build.organization();
  const [a, b, c] = await times(3, () => build.role());
  const put = (...organizationRoleIds: string[]) => api.put(jit(id, 'roles'), { organizationRoleIds });
  ok(await put(a.id, b.id), 204);
  ok(await put(b.id, c.id), 204);
  problem(await put(a.id, a.id), 422, 'entity.unique_integrity_violation');
  problem(await put('nope', 'nope'), 422, 'entity.unique_integrity_violation');
  problem(await put(a.id, 'nope'), 422, 'entity.relation_foreign_key_not_found');
  problem(await put(a.id, 'x'.repeat(22)), 422, 'entity.value_too_long');
  problem(await api.post(jit(id, 'roles'), { organizationRoleIds: [a.id, 'nope'] }), 422,
    'entity.relation_foreign_key_not_found');
  expect(sortedIds(ok(await api.get(jit(id, 'roles'))))).toEqual(sortedIds([b, c]));
  ok(await put(), 204);
  expect(ok(await api.get(jit(id, 'roles')))).toEqual([]);
});

test('thirty provisioned roles come whole and in pages', async () => {
  const { id } = await build.organization();
  ok(await api.put(jit(id, 'roles'), { organizationRoleIds: ids(await times(30, () => build.role())) }), 204);
  await expectPages(api, jit(id, 'roles'), 30);
});

test.each([['roles', 'organizationRoleIds'],
  ['sso-connectors', 'ssoConnectorIds']])('the %s of an unknown organization are not there', async (what, member) => {
  problem(await api.get(jit('nope', what)), 404, 'entity.not_exists_with_id');
  problem(await api.post(jit('nope', what), { [member]: ['nope'] }), 422, 'entity.relation_foreign_key_not_found');
  ok(await api.put(jit('nope', what), { [member]: [] }), 204);
  problem(await api.delete(`${jit('nope', what)}/nope`), 404, 'entity.not_found');
});

test('unknown SSO connectors cannot be provisioned from', async () => {
  const { id } = await build.organization();
  expect(ok(await api.get(jit(id, 'sso-connectors')))).toEqual([]);
  for (const method of ['POST', 'PUT']) {
    problem(await api.request(method, jit(id, 'sso-connectors'), { body: { ssoConnectorIds: ['nope'] } }), 422,
      'entity.relation_foreign_key_not_found');
    problem(await api.request(method, jit(id, 'sso-connectors'), { body: { ssoConnectorIds: ['x'.repeat(129)] } }),
      422, 'entity.value_too_long');
  }
  problem(await api.put(jit(id, 'sso-connectors'), { ssoConnectorIds: ['nope', 'nope'] }), 422,
    'entity.unique_integrity_violation');
  problem(await api.delete(`${jit(id, 'sso-connectors')}/nope`), 404, 'entity.not_found');
  expect(ok(await api.get(jit(id, 'sso-connectors')))).toEqual([]);
});

test('a user made or changed by the Management API joins nothing', async () => {
  const { id } = await build.organization();
  const emailDomain = `${unique('jit')}.example`;
  ok(await api.post(jit(id, 'email-domains'), { emailDomain }), 201);
  const [a, b] = [await build.user({ primaryEmail: `a@${emailDomain}` }), await build.user()];
  ok(await api.patch(`/users/${b.id}`, { primaryEmail: `b@${emailDomain}` }));
  for (const user of [a, b]) expect(ok(await api.get(`/users/${user.id}/organizations`))).toEqual([]);
});
