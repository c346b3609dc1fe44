// What takes too long ends, others are answered meanwhile, and the end of the process has a deadline too.
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import type { Answer } from '../api/support/client.ts';
import { send } from '../api/support/client.ts';
import { ok } from '../api/support/expect.ts';
import { engine, startServer, type Server } from '../api/support/server.ts';
import { lengthenDescriptions } from '../api/support/stored.ts';
import { Load, sleep, until } from './support.ts';

const hasty = await startServer({ flags: ['--step-seconds', '3', '--scan-seconds', '3'] });
const patient = await startServer({ flags: ['--scan-seconds', '50', '--shutdown-seconds', '6'] });
const stubborn = await startServer({
  flags: ['--shutdown-seconds', '1', '--password-memory', '262144', '--password-passes', '100'],
});

/**
 * Gives two applications of an organization a description of 1 MB, longer than the API takes: a store may hold what an
 * older program took. Gives the path of the organization.
 */
async function longDescriptions(server: Server): Promise<string> {
  const path = `/organizations/${ok(await server.api.post('/organizations', { name: 'Searched' }), 201).id}`;
  for (const name of ['first', 'second']) {
    const { id } = ok(await server.api.post('/applications', { name, type: 'MachineToMachine', description: 'long' }));
    ok(await server.api.post(`${path}/applications`, { applicationIds: [id] }), 201);
  }
  lengthenDescriptions(server);
  return path;
}

/** A search that does not end by itself: looks for [cd] behind each letter; asks whether the length is a prime number. */
const endless = {
  query: { 'search.description': engine === 'sqlite' ? 'a*[cd]' : '^(aa+)\\1+$', mode: 'posix' },
};

/** Makes the calls with others beside them. Gives their answers, and how many of the others were answered meanwhile. */
async function beside(server: Server, calls: readonly (() => Promise<Answer>)[]): Promise<[Answer[], number]> {
  let answered = 0;
  const load = new Load(4, async (caller) => {
    if (caller % 2)
      ok(await server.requestToken({ grant_type: 'client_credentials', resource: server.app.resource }));
    else
      expect((await send('GET', `${server.base}/api/status`)).status).toBe(204);
    answered++;
  });
  await until(load, () => answered > 8);
  const before = answered;
  const answers = await Promise.all(calls.map((call) => call()));
  const meanwhile = answered - before;
  await until(load, () => answered > before + 8);
  await load.stop();
  return [answers, meanwhile];
}

test('searches that do not end: four at once are 503 with the limit named, and others are served meanwhile', async () => {
  await longDescriptions(hasty);
  const search = () => hasty.api.get('/applications', endless);
  const [answers, meanwhile] = await beside(hasty, [search, search, search, search]);
  expect(meanwhile, 'others waited').toBeGreaterThan(8);
  for (const answer of answers) {
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
    expect(answer.body.message).toMatch(/scan-seconds: 3 s/);
  }
  expect(ok(await hasty.api.get('/applications', { query: { search: 'tests' } }))).toHaveLength(1);
});

test.each([
  ['plain', `${'a'.repeat(14_000)}b`],
  ['with a wildcard in it', `a_${'a'.repeat(14_000)}b`],
])('a word of 14 000 characters, %s, holds up nobody', async (_, q) => {
  const path = await longDescriptions(hasty);
  const [[answer]] = await beside(hasty, [() => hasty.api.get(`${path}/applications`, { query: { q } })]);
  if (answer?.status === 503)
    expect(answer.body.message).toMatch(/(step|scan)-seconds: 3 s/);
  else
    expect(ok(answer!)).toEqual([]);
});

test('SIGTERM gives up what does not end, with status 0, and what was acknowledged is there', async () => {
  await longDescriptions(patient);
  const { id } = ok(await patient.api.post('/organizations', { name: 'Acknowledged' }), 201);
  const search = patient.api.get('/applications', endless).catch(() => undefined);
  ok(await patient.api.get(`/organizations/${id}`));
  await patient.stop();		// throws unless the status is 0; by itself the search takes 50 seconds
  expect([503, undefined]).toContain((await search)?.status);
  await patient.start();
  expect(ok(await patient.api.get(`/organizations/${id}`)).name).toBe('Acknowledged');
});

test('SIGTERM gives up what computes and what waits to compute, with status 0', async () => {
  const { id } = ok(await patient.api.post('/organizations', { name: 'Acknowledged' }), 201);
  const rotations = Array.from({ length: Math.min(700, 30 * availableParallelism()) }, () =>	// a second each, or more
    patient.api.post('/configs/oidc/private-keys/rotate', { signingKeyAlgorithm: 'RSA' }).catch(() => undefined));
  await sleep(100);
  ok(await patient.api.get(`/organizations/${id}`));
  await patient.stop();		// throws unless the status is 0
  const statuses = new Set((await Promise.all(rotations)).map((answer) => answer?.status));
  for (const status of statuses) expect([200, 503, undefined]).toContain(status);
  expect(statuses).not.toEqual(new Set([200]));
  await patient.start();
  expect(ok(await patient.api.get(`/organizations/${id}`)).name).toBe('Acknowledged');
});

test('what cannot be given up does not keep the process: it says so, and what was acknowledged is there', async () => {
  const { id } = ok(await stubborn.api.post('/organizations', { name: 'Acknowledged' }), 201);
  const user = stubborn.api.post('/users', { username: 'slow', password: 'a password that takes long' })
    .catch(() => undefined);
  ok(await stubborn.api.get(`/organizations/${id}`));
  await expect(stubborn.stop()).rejects.toThrow(/ended with 1\n[^]*shutdown-seconds/);
  await user;
  await stubborn.start();
  expect(ok(await stubborn.api.get(`/organizations/${id}`)).name).toBe('Acknowledged');
});
