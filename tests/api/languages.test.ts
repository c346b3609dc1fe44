// The language of `message`: what the caller asks for chooses it, and nothing else of the answer changes.
import { expect, test } from 'vitest';
import { oauthError, problem } from './support/expect.ts';
import { send } from './support/client.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;

/** What GET of an unknown organization says, by the languages that the caller names. */
async function said(accept: string | string[] | undefined, locale?: string | string[]): Promise<string> {
  const answer = await api.get('/organizations/unknown', {
    query: { locale }, headers: accept === undefined ? {} : { 'accept-language': accept },
  });
  expect(answer.headers['content-language']).toBeUndefined();
  return problem(answer, 404, 'entity.not_exists_with_id').message;
}

const [english, german, french, chinese] =
  [await said(undefined), await said('de'), await said('fr'), await said('zh-CN')];

test('six languages say the same thing differently, each about the thing that was asked for', async () => {
  const texts = await Promise.all(['en', 'de', 'fr', 'es', 'ja', 'zh-CN'].map((tag) => said(tag)));
  expect(new Set(texts).size).toBe(6);
  for (const text of texts) expect(text).toContain('`unknown`');
  for (const text of texts) expect(text).not.toMatch(/[{}]/);
});

test('without a wish the answer is in English, and with one that nobody can meet', async () => {
  for (const accept of ['en', '', '*', 'fr-CA', 'zh', 'DE', 'xx, yy;q=0.5', ';;;,'])
    expect(await said(accept), accept).toBe(english);
  expect(await said(undefined, ['', 'xx'])).toBe(english);
});

test('the language liked best is taken, the first of equals', async () => {
  expect(await said('de;q=0.8, fr;q=0.9')).toBe(french);
  expect(await said('de, fr')).toBe(german);
  expect(await said('en;q=0.5, de;q=0.6')).toBe(german);
  expect(await said(['en;q=0.2', 'de;q=0.3'])).toBe(german);
});

test('tags are compared whole, in any letter case when they have two parts', async () => {
  expect(await said('de-AT, fr;q=0.1')).toBe(french);
  expect(await said('en-US,en;q=0.1')).toBe(english);
  expect(await said('ZH-cn')).toBe(chinese);
});

test('a language that is wanted least of all is still wanted', async () => {
  expect(await said('de;q=0')).toBe(german);
});

test('the query goes before the header, its first known tag wins', async () => {
  expect(await said('de', 'fr')).toBe(french);
  expect(await said('de', ['xx', 'zh-cn', 'fr'])).toBe(chinese);
  expect(await said('de', 'xx')).toBe(german);
});

test('code, data and details are the same in every language', async () => {
  const [plain, translated] =
    [await api.post('/organizations', {}),
      await api.post('/organizations', {}, { headers: { 'accept-language': 'ja' } })];
  const { message, ...rest } = problem(plain, 400, 'guard.invalid_input');
  const { message: translatedMessage, ...translatedRest } = problem(translated, 400, 'guard.invalid_input');
  expect(translatedRest).toEqual(rest);
  expect(translatedMessage).not.toBe(message);
});

test('what a parser says of a body is English, and a refusal without a token is not', async () => {
  const headers = { 'accept-language': 'de' };
  const [broken, plain] = [await api.post('/organizations', '{', { headers }), await api.post('/organizations', '{')];
  expect(broken.body).toEqual(plain.body);
  const url = `${server.base}/api/organizations`;
  const [without, english] = [await send('GET', url, { headers }), await send('GET', url)];
  expect(problem(without, 401, 'auth.authorization_header_missing').message)
    .not.toBe(problem(english, 401, 'auth.authorization_header_missing').message);
});

test('an OAuth error has its message in the language, its description in English', async () => {
  const ask = (headers: Record<string, string>) =>
    send('POST', `${server.base}/oidc/token`, { body: new URLSearchParams({ grant_type: 'unknown' }), headers });
  const [plain, translated] = [await ask({}), await ask({ 'accept-language': 'es' })];
  oauthError(translated, plain.status, plain.body.error);
  const { message, ...rest } = plain.body;
  const { message: translatedMessage, ...translatedRest } = translated.body;
  expect(translatedRest).toEqual(rest);
  expect(translatedMessage).not.toBe(message);
});
