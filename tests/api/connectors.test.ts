import { expect, test } from 'vitest';
import { ok, problem } from './support/expect.ts';
import { messageService } from './support/messages.ts';
import { startServer } from './support/server.ts';
import { stored } from './support/stored.ts';

const server = await startServer({ flags: ['--call-private-addresses', 'true'] });
const { api } = server;
const service = await messageService();
const config = (more: object = {}) => ({ endpoint: service.endpoint, ...more });
const make = async (body: object): Promise<any> => ok(await api.post('/connectors', body), 200);
const attempt = (factory: string, body: object) => api.post(`/connectors/${factory}/test`, body);

test('factories for mails and text messages are listed, and found one by one', async () => {
  const all = ok(await api.get('/connector-factories'));
  expect(all.map(({ id, type }: any) => [id, type]).filter(([, type]: string[]) => type !== 'Social')).toEqual([
    ['http-email', 'Email'], ['http-sms', 'Sms'], ['simple-mail-transfer-protocol', 'Email']]);
  for (const factory of all) expect(ok(await api.get(`/connector-factories/${factory.id}`))).toEqual(factory);
  problem(await api.get('/connector-factories/none'), 404, 'entity.not_found');
});

test('a connector is stored without what is empty, at any depth, and with what is unknown', async () => {
  const made = await make({ connectorId: 'http-email',
    config: config({ note: null, list: [{}, ''], group: { a: [], b: { c: '' } }, more: ['x', null, 0, false] }) });
  expect(made).toMatchObject({ connectorId: 'http-email', type: 'Email', target: 'http-email', isDemo: false });
  expect(made.config).toEqual(config({ more: ['x', 0, false] }));
  expect(ok(await api.get(`/connectors/${made.id}`))).toEqual(made);
});

test('a new connector replaces the one of its type, also under the same id', async () => {
  const first = await make({ connectorId: 'http-email', id: 'mine', config: config() });
  const again = await make({ connectorId: 'http-email', id: 'mine' });
  expect([first.config, again.config]).toEqual([config(), {}]);
  const other = await make({ connectorId: 'http-email' });
  problem(await api.get('/connectors/mine'), 404, 'entity.not_found');
  expect(ok(await api.get('/connectors')).map(({ id }: any) => id)).toEqual([other.id]);
});

test('an id that a connector of the other type has is refused, and nothing is lost', async () => {
  const mail = await make({ connectorId: 'http-email', config: config() });
  problem(await api.post('/connectors', { connectorId: 'http-sms', id: mail.id }), 422,
    'entity.unique_integrity_violation');
  expect(ok(await api.get(`/connectors/${mail.id}`))).toEqual(mail);
});

test('of many made at once exactly one is left', async () => {
  const made = await Promise.all(Array.from({ length: 12 }, () => make({ connectorId: 'http-sms', config: config() })));
  const left = ok(await api.get('/connectors?target=http-sms'));
  expect(left).toHaveLength(1);
  expect(made.map(({ id }) => id)).toContain(left[0].id);
  ok(await api.delete(`/connectors/${left[0].id}`), 204);
});

test('a configuration that does not fit is refused, and tells where', async () => {
  const { id } = await make({ connectorId: 'http-email', config: config() });
  for (const bad of [{}, { endpoint: '' }, { endpoint: 5 }, { endpoint: 'javascript:alert(1)' }, { endpoint: 'here' }])
    for (const answer of [await api.post('/connectors', { connectorId: 'http-email', config: bad }),
      await api.patch(`/connectors/${id}`, { config: bad }),
      await attempt('http-email', { email: 'a@x.example', config: bad })]) {
      problem(answer, 400, 'connector.invalid_config');
      expect(answer.body.data.issues).toMatchObject([{ path: ['endpoint'] }]);
    }
  expect(ok(await api.get(`/connectors/${id}`)).config).toEqual(config());
});

test('a patch replaces the configuration, and refuses what only social connectors have', async () => {
  const { id } = await make({ connectorId: 'http-email', config: config({ authorization: 'x' }) });
  expect(ok(await api.patch(`/connectors/${id}`, { config: config({ a: 1 }) })).config).toEqual(config({ a: 1 }));
  problem(await api.patch(`/connectors/${id}`, {}), 422, 'entity.invalid_input');
  problem(await api.patch(`/connectors/${id}`, { syncProfile: true }), 422, 'connector.invalid_type_for_syncing_profile');
  problem(await api.patch(`/connectors/${id}`, { enableTokenStorage: true }), 422, 'request.feature_not_supported');
  problem(await api.patch(`/connectors/${id}`, { metadata: { target: 'x' } }), 400,
    'connector.cannot_overwrite_metadata_for_non_standard_connector');
  problem(await api.patch('/connectors/none', { config: config() }), 404, 'entity.not_found');
});

test('only social connectors have an address to go to', async () => {
  const { id } = await make({ connectorId: 'http-email', config: config() });
  const ask = (of: string, state: string) =>
    api.post(`/connectors/${of}/authorization-uri`, { state, redirectUri: 'https://a.example' });
  problem(await ask(id, 'x'), 400, 'connector.unexpected_type');
  problem(await ask('none', ''), 400, 'session.insufficient_info');
  problem(await ask('none', 'x'), 404, 'entity.not_found');
});

test('a trial message reaches the service with what is configured', async () => {
  service.take();
  ok(await attempt('http-email', { email: 'a@x.example', config: config({ authorization: 'Key of mail' }), locale: 'fr' }),
    204);
  ok(await attempt('http-sms', { phone: '123456789', config: config() }), 204);
  expect(service.take()).toEqual([
    { method: 'POST', authorization: 'Key of mail', to: 'a@x.example', type: 'Generic', ip: expect.any(String),
      payload: { code: '000000', locale: 'fr' } },
    { method: 'POST', to: '123456789', type: 'Generic', ip: expect.any(String), payload: { code: '000000' } },
  ]);
});

test('a trial message that cannot be sent is refused without a word of the service', async () => {
  const secret = { authorization: 'Key that is secret' };
  for (const [status, endpoint] of [[500, service.endpoint], [302, service.endpoint],
    [200, 'http://127.0.0.1:9/none'], [200, 'ftp://127.0.0.1/in']] as const) {
    service.answerWith(status, '{"error":"word of the service, 000000"}');
    const answer = await attempt('http-email', { email: 'a@x.example', config: { ...secret, endpoint } });
    problem(answer, 400, 'connector.general');
    expect(answer.body.data).toBeUndefined();
    expect(answer.text).not.toMatch(/000000|Key that|word of/);
  }
  service.answerWith(200, '{}');
  expect(server.log).not.toMatch(/000000|Key that|word of/);
});

test.each(['x\r\nX-Evil: 1', 'x\nX-Evil: 1', 'x\rX-Evil: 1'])(
  'no header is smuggled in with the authorization %j', async (authorization) => {
  service.take();
  problem(await attempt('http-email', { email: 'a@x.example', config: config({ authorization }) }), 400,
    'connector.general');
  expect(service.take()).toEqual([]);
});

test('a trial message names one recipient, of the kind that the factory is for', async () => {
  problem(await attempt('http-email', { config: config() }), 400, 'guard.invalid_input');
  problem(await attempt('none', { email: 'a@x.example', config: config() }), 400, 'connector.not_found');
  problem(await attempt('http-email', { phone: '123456789', email: 'a@x.example', config: config() }), 400,
    'connector.unexpected_type');
  problem(await attempt('http-sms', { email: 'a@x.example', config: config() }), 400, 'connector.unexpected_type');
  problem(await attempt('http-email', { email: 'a@x.example\r\nBcc: b@x.example', config: config() }), 400,
    'guard.invalid_input');
});

test('the authorization of a connector stands nowhere in the database in clear', async () => {
  const authorization = 'Key-that-nobody-reads-at-rest';
  await make({ connectorId: 'http-email', config: config({ authorization }) });
  expect(stored(server).includes(authorization)).toBe(false);
});

test('a connector is gone once it is deleted', async () => {
  const { id } = await make({ connectorId: 'http-email', config: config() });
  ok(await api.delete(`/connectors/${id}`), 204);
  problem(await api.delete(`/connectors/${id}`), 404, 'entity.not_found');
  expect(ok(await api.get('/connectors'))).toEqual([]);
});

test('without the setting no message goes to a private address', async () => {
  const strict = await startServer();
  service.take();
  problem(await strict.api.post('/connectors/http-email/test', { email: 'a@x.example', config: config() }), 400,
    'connector.general');
  expect(service.take()).toEqual([]);
});
