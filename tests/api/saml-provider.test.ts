// Responses of an identity provider of another make, read by the program that the server asks.
import { expect, test } from 'vitest';
import { around, encryptedAssertion, newPair, response, startHelper, type Said } from './support/saml.ts';

const [idp, stranger, ours] = [newPair(), newPair(), newPair()];
const helper = startHelper();
const said: Said = {
  issuer: 'urn:idp.example', audience: 'https://auth.example/enterprise-sso/c1',
  acs: 'https://auth.example/api/authn/single-sign-on/saml/c1', inResponseTo: '_q1', id: 'ada', email: 'ada@acme.example',
};

const question = (xml: string, more: object = {}): object => ({
  do: 'response', response: Buffer.from(xml).toString('base64'), now: Date.now(), skew: 60000,
  identityProvider: { entityId: said.issuer, certificates: [idp.certificate] },
  serviceProvider: { entityId: said.audience, assertionConsumerServiceUrl: said.acs }, requestId: '_q1',
  decryptionKeys: [ours.key], allowSha1: false, ...more,
});
const read = (xml: string, more: object = {}): Promise<any> => helper.ask(question(xml, more));
const refused = (code: string): object => ({ refusal: { code, message: expect.any(String) } });

test.each(['assertion', 'response', 'both'] as const)('the %s may be signed', async (signs) => {
  const { answer } = await read(await response(idp, { ...said, signs }));
  expect(answer).toMatchObject({ nameId: 'ada', sessionIndex: '_session', assertionId: expect.any(String) });
  expect(Object.values(answer.attributes)).toContainEqual(['ada@acme.example']);
});

test('SHA-1 is refused unless it is allowed', async () => {
  const xml = await response(idp, { ...said, digest: 'sha1' });
  expect(await read(xml)).toEqual(refused('algorithm'));
  expect(await read(xml, { allowSha1: true })).toHaveProperty('answer');
});

test.each(['http://www.w3.org/2009/xmlenc11#aes256-gcm', 'http://www.w3.org/2009/xmlenc11#aes128-gcm',
  'http://www.w3.org/2001/04/xmlenc#aes256-cbc', 'http://www.w3.org/2001/04/xmlenc#aes128-cbc'])(
  'an assertion encrypted with %s is read', async (cipher) => {
    const xml = around(await encryptedAssertion(idp, { ...said, encryptTo: ours.certificate, cipher }), said);
    expect((await read(xml)).answer).toMatchObject({ nameId: 'ada', attributes: { email: ['ada@acme.example'] } });
  });

test('what is encrypted to another key is refused', async () => {
  const xml = around(await encryptedAssertion(idp, { ...said, encryptTo: stranger.certificate }), said);
  expect(await read(xml)).toEqual(refused('encrypted'));
});

test('a signed response with an encrypted assertion is read', async () => {
  expect(await read(await response(idp, { ...said, signs: 'both', encryptTo: ours.certificate }))).toHaveProperty('answer');
});

test.each(['assertion', 'response'] as const)('a stranger who signs the %s is refused', async (signs) => {
  expect(await read(await response(stranger, { ...said, signs }))).toEqual(refused('signature'));
});

test('who signs nothing is refused', async () => {
  expect(await read(await response(idp, { ...said, signs: 'nothing' }))).toEqual(refused('unsigned'));
});

test('of several certificates of the provider any may fit', async () => {
  const identityProvider = { entityId: said.issuer, certificates: [stranger.certificate, idp.certificate] };
  expect(await read(await response(idp, said), { identityProvider })).toHaveProperty('answer');
});

test.each([
  ['audience', { audience: 'https://other.example' }], ['recipient', { acs: 'https://other.example' }],
  ['issuer', { issuer: 'urn:other' }], ['in_response_to', { inResponseTo: '_q2' }],
] as const)('another %s is refused', async (code, change) => {
  const xml = await response(idp, { ...said, ...change });
  expect(await read(xml)).toEqual(refused(code === 'recipient' ? 'destination' : code));
});

test('what has expired is refused', async () => {
  expect(await read(await response(idp, said), { now: Date.now() + 400000 })).toEqual(refused('time'));
});

test('a question that is longer than it may be ends the program without an answer', async () => {
  expect(await startHelper().raw(Buffer.from('ffffffff', 'hex'))).toHaveLength(0);
});

test('what is no JSON is refused, and the program goes on', async () => {
  const own = startHelper();
  expect(await own.ask([])).toEqual(refused('internal'));
  expect(await own.ask(question(await response(idp, said)))).toHaveProperty('answer');
});
