// Phrases of the tenant's own, and what everyone is shown in which language.
import { expect, test } from 'vitest';
import { send } from './support/client.ts';
import { ok, problem } from './support/expect.ts';
import { newTenant } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const path = '/custom-phrases';
const tags = async (): Promise<string[]> => ok(await api.get<any[]>(path)).map(({ languageTag }) => languageTag);

interface Shown { language: string | undefined; username: string; action: string }
async function shown(query = '', headers: Record<string, string> = {}, base = {}): Promise<Shown> {
  const answer = await send('GET', `${server.base}/api/.well-known/phrases${query}`, { headers: { ...headers, ...base } });
  const { translation } = ok(answer);
  return { language: answer.headers['content-language'] as string | undefined, username: translation.input.username,
    action: translation.action.sign_in };
}

test('phrases are replaced whole and keep their id; what is empty is dropped', async () => {
  const made = ok(await api.put(`${path}/fr`, { input: { username: 'Mon nom' } }), 201);
  expect(made).toEqual({ tenantId: 'default', id: expect.stringMatching(/^[0-9a-z]{21}$/), languageTag: 'fr',
    translation: { input: { username: 'Mon nom' } } });
  const body = { input: { password: 'Mon mot', username: '' }, action: { sign_in: '' } };
  const after = { ...made, translation: { input: { password: 'Mon mot' } } };
  expect(ok(await api.put(`${path}/fr`, body), 201)).toEqual(after);
  expect(ok(await api.get(`${path}/fr`))).toEqual(after);
  expect(ok(await api.put(`${path}/de`, {}), 201).translation).toEqual({});
  expect(await tags()).toEqual(['de', 'fr']);
});

test('a tag is one row, in whatever letter case it is written', async () => {
  const { id } = ok(await api.put(`${path}/IT`, { input: { username: 'Nome' } }), 201);
  expect(ok(await api.get(`${path}/it`))).toMatchObject({ id, languageTag: 'it' });
  expect(ok(await api.put(`${path}/pt-br`, {}), 201).languageTag).toBe('pt-BR');
});

test.each<[string, unknown, number, string]>([
  ['fr', { input: { username: 1 } }, 400, 'guard.invalid_input'], ['fr', [], 400, 'guard.invalid_input'],
  ['fr', { input: { username: null } }, 400, 'guard.invalid_input'],
  ['fr', { input: { no_such_key: 'x' } }, 422, 'localization.invalid_translation_structure'],
  ['fr', { no_such_group: {} }, 422, 'localization.invalid_translation_structure'],
  ['fr', { input: 'x' }, 422, 'localization.invalid_translation_structure'],
  ['fr', { input: { username: { a: 'x' } } }, 422, 'localization.invalid_translation_structure'],
  ['nothing', {}, 400, 'guard.invalid_input'], ['xx-yy', {}, 400, 'guard.invalid_input'],
])('phrases in %s cannot be %j', async (tag, body, status, code) => {
  const before = ok(await api.get(path));
  problem(await api.put(`${path}/${tag}`, body as object), status, code);
  expect(ok(await api.get(path))).toEqual(before);
});

test('everyone is shown the language that fits best', async () => {
  ok(await api.put(`${path}/fr`, { input: { username: 'Nom' } }), 201);
  ok(await api.put(`${path}/af-ZA`, { input: { username: 'Naam' } }), 201);
  expect(await shown('?lng=fr')).toEqual({ language: 'fr', username: 'Nom', action: 'Se connecter' });
  expect(await shown('?lng=fr-CA')).toMatchObject({ language: 'fr' });
  expect(await shown('?lng=af-ZA')).toEqual({ language: 'af-ZA', username: 'Naam', action: 'Sign in' });
  expect(await shown('?lng=zh')).toMatchObject({ language: 'zh-CN', username: '用户名' });
  const asking = (accept: string) => ({ 'accept-language': accept });
  expect(await shown('', asking('tlh, de;q=0.5, af;q=0.9'))).toMatchObject({ language: 'af-ZA' });
  expect(await shown('?lng=tlh', asking('ja'))).toMatchObject({ language: 'ja' });
  expect(await shown('', asking('tlh'))).toMatchObject({ language: 'en', username: 'Username' });
  problem(await send('GET', `${server.base}/api/.well-known/phrases?lng=fr&lng=de`), 400, 'guard.invalid_input');
});

test('a tenant may do without detection and speak another language by default', async () => {
  ok(await api.patch('/sign-in-exp', { languageInfo: { autoDetect: false, fallbackLanguage: 'fr' } }));
  expect(await shown('', { 'accept-language': 'ja' })).toMatchObject({ language: 'fr' });
  expect(await shown('?lng=ja')).toMatchObject({ language: 'ja' });
  problem(await api.delete(`${path}/fr`), 409, 'localization.cannot_delete_default_language');
  problem(await api.patch('/sign-in-exp', { languageInfo: { autoDetect: true, fallbackLanguage: 'nl' } }), 400,
    'sign_in_experiences.unsupported_default_language');
  ok(await api.put(`${path}/nl`, {}), 201);
  ok(await api.patch('/sign-in-exp', { languageInfo: { autoDetect: true, fallbackLanguage: 'NL' } }));
  expect(await shown()).toMatchObject({ language: 'nl' });
  ok(await api.patch('/sign-in-exp', { languageInfo: { autoDetect: true, fallbackLanguage: 'en' } }));
});

test('the default language stays, whether or not it has phrases of the tenant', async () => {
  problem(await api.delete(`${path}/en`), 409, 'localization.cannot_delete_default_language');
  ok(await api.put(`${path}/en`, { input: { username: 'Login' } }), 201);
  problem(await api.delete(`${path}/en`), 409, 'localization.cannot_delete_default_language');
  expect(await shown('?lng=en')).toMatchObject({ username: 'Login' });
  ok(await api.delete(`${path}/fr`), 204);
  problem(await api.delete(`${path}/fr`), 404, 'entity.not_found');
  problem(await api.get(`${path}/fr`), 404, 'entity.not_found');
  for (const method of ['GET', 'DELETE'])
    problem(await api.request(method, `${path}/nothing`, {}), 400, 'guard.invalid_input');
});

test('each tenant has its own', async () => {
  const other = await newTenant(server, 'other');
  expect(ok(await other.api.get(path))).toEqual([]);
  ok(await other.api.put(`${path}/en`, { input: { username: 'Theirs' } }), 201);
  expect(await shown('?lng=en')).toMatchObject({ username: 'Login' });
});
