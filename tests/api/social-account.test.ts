// People link accounts that they have elsewhere to their own: sign-in.md section 11.
import { expect, test } from 'vitest';
import { Browser, newApp } from './support/browser.ts';
import { unique } from './support/build.ts';
import { ok, problem } from './support/expect.ts';
import { identityProvider } from './support/identity-provider.ts';
import { fields, newOwner, newThirdParty, Owner, tokensOf } from './support/owner.ts';
import { startServer } from './support/server.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
ok(await api.patch('/account-center', { enabled: true, fields: fields('Edit') }));
const app = await newApp(api);
const provider = await identityProvider();
const connect = async () => ok(await api.post('/connectors', { connectorId: 'oidc', metadata: { target: unique('idp') },
  config: { ...provider.client, issuer: provider.issuer } }));
const c: { id: string; target: string } = await connect();
const redirectUri = `${server.base}/account/callback/social/${c.id}`;

let people = 0;
const somebody = (): string => {
  const sub = `person-${++people}`;
  Object.assign(provider, { claims: { sub }, userinfo: { name: 'Ada', email: `${sub}@mail.example`, email_verified: true } });
  return sub;
};
async function begin(owner: Owner, connectorId = c.id) {
  const begun = ok(await owner.call('POST', '/verifications/social', { connectorId, state: 'of-page', redirectUri }), 201);
  return { begun, record: begun.verificationRecordId as string, connectorData: provider.answer(begun.authorizationUri) };
}
const check = (owner: Owner, verificationRecordId: string, connectorData: object) =>
  owner.call('POST', '/verifications/social/verify', { verificationRecordId, connectorData });
/** A proof that the account there is the owner's. */
async function proven(owner: Owner): Promise<string> {
  const { record, connectorData } = await begin(owner);
  expect(ok(await check(owner, record, connectorData))).toEqual({ verificationRecordId: record });
  return record;
}
const link = (owner: Owner, method: 'POST' | 'PUT', record: string, proof?: string) =>
  owner.call(method, '/my-account/identities', { newIdentifierVerificationRecordId: record }, proof ? { proof } : {});
const identities = async (owner: Owner) => ok(await owner.get()).identities;

test('an owner links an account, replaces it, and takes it away', async () => {
  const owner = await newOwner(server, app), proof = await owner.prove();
  const first = somebody(), { begun, record, connectorData } = await begin(owner);
  expect(begun).toEqual({ verificationRecordId: record, expiresAt: expect.any(String), authorizationUri: expect.stringContaining(provider.issuer) });
  ok(await check(owner, record, connectorData));
  ok(await link(owner, 'POST', record, proof), 204);
  expect(await identities(owner)).toMatchObject({ [c.target]: { userId: first, details: { name: 'Ada' } } });
  expect(ok(await owner.get()).name).toBe(null);
  const second = somebody();
  problem(await link(owner, 'POST', await proven(owner), proof), 422, 'user.social_account_exists_in_profile');
  ok(await link(owner, 'PUT', await proven(owner), proof), 204);
  expect((await identities(owner))[c.target].userId).toBe(second);
  ok(await owner.call('DELETE', `/my-account/identities/${c.target}`, undefined, { proof }), 204);
  expect(await identities(owner)).toEqual({});
});

test('an account of somebody else is not linked, and one that was left is free', async () => {
  const [owner, other] = [await newOwner(server, app), await newOwner(server, app)];
  somebody();
  ok(await link(owner, 'POST', await proven(owner), await owner.prove()), 204);
  for (const method of ['POST', 'PUT'] as const)
    problem(await link(other, method, await proven(other), await other.prove()), 422, 'user.identity_already_in_use');
  ok(await owner.call('DELETE', `/my-account/identities/${c.target}`, undefined, { proof: await owner.prove() }), 204);
  ok(await link(other, 'POST', await proven(other), await other.prove()), 204);
});

test('a link needs a proof of the owner, and the owner’s own finished proof of the account', async () => {
  const [owner, other] = [await newOwner(server, app), await newOwner(server, app)];
  somebody();
  const proof = await owner.prove(), { record, connectorData } = await begin(owner);
  problem(await link(owner, 'POST', record, proof), 400, 'verification_record.not_found');
  problem(await check(other, record, connectorData), 400, 'verification_record.not_found');
  ok(await check(owner, record, connectorData));
  problem(await check(owner, record, connectorData), 400, 'session.connector_validation_session_not_found');
  problem(await link(owner, 'POST', record), 401, 'verification_record.permission_denied');
  problem(await link(owner, 'POST', record, record), 401, 'verification_record.permission_denied');
  problem(await link(other, 'POST', record, await other.prove()), 400, 'verification_record.not_found');
  ok(await link(owner, 'POST', record, proof), 204);
  problem(await link(owner, 'PUT', record, proof), 400, 'verification_record.not_found');
});

test('an answer that was changed proves nothing, and is not tried again', async () => {
  const owner = await newOwner(server, app);
  somebody();
  const { record, connectorData } = await begin(owner);
  problem(await check(owner, record, { ...connectorData, state: 'another' }), 401, 'connector.authorization_failed');
  problem(await check(owner, record, connectorData), 400, 'session.connector_validation_session_not_found');
});

test('what cannot be begun is told', async () => {
  const owner = await newOwner(server, app);
  const start = (body: object) => owner.call('POST', '/verifications/social', { connectorId: c.id, state: 's', redirectUri, ...body });
  problem(await start({ connectorId: 'none' }), 404, 'entity.not_found');
  problem(await start({ state: '' }), 400, 'session.insufficient_info');
  problem(await start({ redirectUri: 'javascript:alert(1)' }), 400, 'guard.invalid_input');
  const mail = ok(await api.post('/connectors', { connectorId: 'http-email', config: { endpoint: 'https://m.example' } }));
  problem(await start({ connectorId: mail.id }), 400, 'connector.unexpected_type');
});

test('who may not change the account links nothing', async () => {
  somebody();
  const owner = await newOwner(server, app), proof = await owner.prove(), record = await proven(owner);
  for (const control of ['Off', 'ReadOnly'] as const) {
    ok(await api.patch('/account-center', { fields: fields('Edit', { social: control }) }));
    problem(await link(owner, 'POST', record, proof), 400, 'account_center.field_not_editable');
  }
  ok(await api.patch('/account-center', { fields: fields('Edit') }));
  const { access_token: token } = await tokensOf(server.base, app, owner.person, 'openid');
  problem(await link(new Owner(server.base, token, owner.person), 'POST', record, proof), 401, 'auth.unauthorized');
  const third = await newThirdParty(api, ['profile']);
  const foreign = await tokensOf(server.base, third, owner.person, 'openid profile');
  problem(await link(new Owner(server.base, foreign.access_token, owner.person), 'POST', record, proof), 403, 'auth.third_party_application_forbidden');
  expect(await identities(owner)).toEqual({});
});

test('who has linked an account signs in with it', async () => {
  const owner = await newOwner(server, app);
  somebody();
  ok(await link(owner, 'POST', await proven(owner), await owner.prove()), 204);
  const b = await (await new Browser(() => server.base).visit(app)).start();
  const { authorizationUri, verificationId } = ok(await b.page('POST', `/verification/social/${c.id}/authorization-uri`,
    { state: 's', redirectUri: `${server.base}/callback/${c.id}` }));
  ok(await b.page('POST', `/verification/social/${c.id}/verify`, { verificationId, connectorData: provider.answer(authorizationUri) }));
  ok(await b.page('POST', '/identification', { verificationId }), 204);
  expect((await b.follow(ok(await b.page('POST', '/submit')).redirectTo)).get('code')).toBeTruthy();
});
