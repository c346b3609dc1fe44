// What mails say, by language and kind.
import { expect, test } from 'vitest';
import { ok, problem } from './support/expect.ts';
import { newTenant } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const path = '/email-templates';
const one = (languageTag: string, templateType: string, details: object = {}) =>
  ({ languageTag, templateType, details: { subject: 'S', content: 'C', ...details } });
const put = async (...templates: object[]): Promise<any[]> => ok(await api.put(path, { templates }));
const pairs = async (query = ''): Promise<string[]> => ok(await api.get<any[]>(`${path}${query}`))
  .map(({ languageTag, templateType }) => `${languageTag} ${templateType}`);

test('a template is made, and replaced whole by the next of its language and kind', async () => {
  const [made] = await put(one('a', 'SignIn', { contentType: 'text/html', replyTo: 'R', sendFrom: 'F', other: 1 }));
  expect(made).toEqual({ tenantId: 'default', id: expect.stringMatching(/^[0-9a-z]{21}$/), languageTag: 'a',
    templateType: 'SignIn', createdAt: expect.any(Number),
    details: { subject: 'S', content: 'C', contentType: 'text/html', replyTo: 'R', sendFrom: 'F' } });
  const [again] = await put(one('a', 'SignIn', { subject: '' }));
  expect(again).toEqual({ ...made, details: { subject: '', content: 'C' } });
  expect(ok(await api.get(`${path}/${made.id}`))).toEqual(again);
  expect(await put(one('b', 'BindMfa', { subject: '1' }), one('b', 'BindMfa', { subject: '2' })))
    .toMatchObject([{ details: { subject: '1' } }, { details: { subject: '2' } }]);
  expect(ok(await api.get(`${path}?languageTag=b`))).toMatchObject([{ details: { subject: '2' } }]);
});

test('templates are listed by language and kind, and so they are filtered', async () => {
  await put(one('l2', 'SignIn'), one('l1', 'SignIn'), one('l1', 'Generic'));
  expect((await pairs()).filter((pair) => pair.startsWith('l'))).toEqual(['l1 Generic', 'l1 SignIn', 'l2 SignIn']);
  expect(await pairs('?languageTag=l1')).toEqual(['l1 Generic', 'l1 SignIn']);
  expect(await pairs('?templateType=Generic')).toEqual(['l1 Generic']);
  expect(await pairs('?languageTag=l2&templateType=SignIn')).toEqual(['l2 SignIn']);
  for (const query of ['?templateType=Other', '?languageTag='])
    problem(await api.get(path + query), 400, 'guard.invalid_input');
});

test('a change of details leaves what it does not name', async () => {
  const [{ id }] = await put(one('p', 'Generic', { replyTo: 'R' }));
  const patch = (body: object) => api.patch(`${path}/${id}/details`, body);
  const after = { subject: 'T', content: 'C', replyTo: 'R' };
  expect(ok(await patch({ subject: 'T' }))).toMatchObject({ id, details: after });
  for (const body of [{}, { other: 1 }]) expect(ok(await patch(body)).details).toEqual(after);
  for (const body of [{ subject: null }, { contentType: 'text/x' }, { content: 1 }])
    problem(await patch(body), 400, 'guard.invalid_input');
  expect(ok(await api.get(`${path}/${id}`)).details).toEqual(after);
});

test.each([
  [[]], [[one('a', 'Other')]], [[one('', 'SignIn')]], [[one('x'.repeat(17), 'SignIn')]],
  [[one('a', 'SignIn', { contentType: 'text/x' })]], [[{ languageTag: 'a', templateType: 'SignIn', details: {} }]],
  [undefined], [[one('ok', 'SignIn'), {}]],
])('no template is made of %j', async (templates) => {
  const before = await pairs();
  problem(await api.put(path, { templates }), 400, 'guard.invalid_input');
  expect(await pairs()).toEqual(before);
});

test('templates are deleted one by one, by language and by kind', async () => {
  const [{ id }] = await put(one('d1', 'SignIn'), one('d1', 'Register'), one('d1', 'Generic'), one('d2', 'Generic'));
  ok(await api.delete(`${path}/${id}`), 204);
  problem(await api.delete(`${path}/${id}`), 404, 'entity.not_exists_with_id');
  problem(await api.get(`${path}/${id}`), 404, 'entity.not_exists_with_id');
  problem(await api.patch(`${path}/${id}/details`, { subject: 'x' }), 404, 'entity.not_exists_with_id');
  problem(await api.delete(path), 422, 'connector.email_connector.bulk_deletion_no_filter');
  problem(await api.delete(`${path}?languageTag=`), 400, 'guard.invalid_input');
  expect(ok(await api.delete(`${path}?languageTag=d1&templateType=Generic`))).toEqual({ rowCount: 1 });
  expect(ok(await api.delete(`${path}?languageTag=d1`))).toEqual({ rowCount: 1 });
  expect(ok(await api.delete(`${path}?languageTag=d1`))).toEqual({ rowCount: 0 });
  expect(await pairs('?languageTag=d2')).toEqual(['d2 Generic']);
});

test('each tenant has its own', async () => {
  const other = await newTenant(server, 'other');
  await put(one('t', 'SignIn'));
  expect(ok(await other.api.get(path))).toEqual([]);
  ok(await other.api.put(path, { templates: [one('t', 'SignIn', { subject: 'theirs' })] }));
  expect(ok(await other.api.delete(`${path}?templateType=SignIn`))).toEqual({ rowCount: 1 });
  expect(await pairs('?languageTag=t')).toEqual(['t SignIn']);
});
