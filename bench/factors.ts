// Second factors and passkeys: what it costs to verify one, against the library that does it and an answer.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Authenticator } from '../tests/api/support/authenticator.ts';
import { send, type Answer } from '../tests/api/support/client.ts';
import { totp } from '../tests/api/support/totp.ts';
import { Browser, password } from './browser.ts';
import { Connection } from './connection.ts';
import type { People, Report } from './people.ts';
import * as t from './tools.ts';

const verifications = '/api/experience/verification';
const owner = 'bench_owner';
const connections = 32;
/** Passkeys that are prepared for a second of measuring: more than are verified in one. */
const most = 7_000;

/** A request that a browser sends once it is prepared: its cookies, and the body. */
interface Prepared {
  cookie: string;
  body: string;
}

/** What `work` makes of each, over a few connections at once. */
async function overFew<T, R>(server: string, list: readonly T[],
  work: (one: T, over: Connection) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: connections }, async () => {
    const connection = new Connection(server);
    for (let i = next++; i < list.length; i = next++) results[i] = await work(list[i]!, connection);
    connection.close();
  }));
  return results;
}

/**
 * Each thread of wrk sends every second of the requests. When they are at an end it begins anew, or sends one that is
 * refused, which ends the measurement.
 */
function sending(path: string, requests: readonly Prepared[], anew: boolean): string {
  const file = join(t.folder, 'prepared');
  writeFileSync(file, requests.map(({ cookie, body }) => `${cookie}\t${body}\n`).join(''));
  return `local mine, n, count = {}, 0, 0
function setup(thread) thread:set("first", count) count = count + 1 end
function init(args)
  local i = 0
  for line in io.lines(${JSON.stringify(file)}) do
    i = i + 1
    if i % 2 == first then
      local cookie, body = line:match("^([^\\t]*)\\t(.*)$")
      mine[#mine + 1] = wrk.format("POST", ${JSON.stringify(path)},
        {["cookie"] = cookie, ["content-type"] = "application/json"}, body)
    end
  end
end
function request()
  n = ${anew ? 'n % #mine + 1' : 'n + 1'}
  return mine[n] or wrk.format("POST", ${JSON.stringify(path)})
end`;
}

const ask = ({ server }: People, path: string, { cookie, body }: Prepared): Promise<Answer> =>
  send('POST', server.base + path, { body, headers: { cookie } });

interface Verification {
  what: string;
  library: 'passkey' | 'totp';
  path: string;
  /** Whether the same request may come again. */
  anew: boolean;
  /** At most so many requests. */
  prepare(n: number): Promise<Prepared[]>;
}

/** Two rows: the library and the answer alone, and with a row that is durable, as what was proven has to be. */
async function verification(people: People, r: Report, of: Verification): Promise<void> {
  const { path, what } = of, n = most * r.seconds, [first] = await of.prepare(1);
  const answer = await ask(people, path, first!);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  const bare = await t.bareHttp(r.threads, answer), request = { path, headers: {} };
  const asked = async () => {
    const script = sending(path, await of.prepare(n), of.anew);
    return t.wrk(people.server.base, { ...request, script }, r.seconds);
  };
  const [ours = [], http = [], library = [], write = []] = await t.inTurn(r.rounds, asked,
    () => t.wrk(bare.base, request, r.seconds), () => t.bareLibrary(of.library, r.seconds),
    () => t.bareSqlite(r.seconds));
  await bare.stop();
  r.part(`${what} and bare libmicrohttpd`, t.paired(ours, http.map((rate, i) => t.together(rate, library[i]!))));
  r.part(`${what}, bare libmicrohttpd and one write of bare SQLite group commit`,
    t.paired(ours, http.map((rate, i) => t.together(rate, library[i]!, write[i]!))), '≥ 0.5');
}

/** Of a secret that is shown to somebody who has said who they are. */
interface Shown {
  cookie: string;
  verificationId: string;
  secret: string;
}

/**
 * The right code of a new secret, again and again: before it is bound it does not count as used, and no failure counts
 * towards a lockout. The code of the app in use is taken once in thirty seconds: to ask for the same work there would
 * have to be as many people as requests, each with a password to verify before.
 */
async function totps(people: People, r: Report): Promise<void> {
  const { base: server } = people.server;
  const all = await overFew(server, Array(64).fill(owner), async (name: string, over): Promise<Shown> => {
    const browser = new Browser(server, over);
    await browser.follow(people.authorization());
    await browser.identify(name);
    return { ...await browser.json('POST', `${verifications}/totp/secret`), cookie: browser.cookie };
  });
  await verification(people, r, { what: 'A code of an authenticator app verified, against bare liboath',
    library: 'totp', path: `${verifications}/totp/verify`, anew: true,
    prepare: async (n) => all.slice(0, n).map(({ cookie, verificationId, secret }) =>
      ({ cookie, body: JSON.stringify({ verificationId, code: totp(secret) }) })) });
}

/** Somebody with a passkey that does not count its uses, as those that are shared between devices. */
async function withPasskey(people: People): Promise<Authenticator> {
  const key = new Authenticator(people.server.base), browser = new Browser(people.server.base);
  await browser.follow(people.authorization());
  await browser.identify(owner);
  const { verificationId, registrationOptions } =
    await browser.json('POST', `${verifications}/web-authn/registration`);
  await browser.json('POST', `${verifications}/web-authn/registration/verify`,
    { verificationId, payload: key.create(registrationOptions) });
  await browser.request('POST', '/api/experience/profile/mfa', { type: 'WebAuthn', verificationId });
  await browser.request('POST', '/api/experience/submit');
  browser.close();
  return key;
}

/**
 * Sign-ins by passkey, each of an interaction of its own, since a challenge is good for one. What a browser does before
 * and the signature of the authenticator are prepared, and not measured.
 */
async function passkeys(people: People, r: Report): Promise<void> {
  const { base: server } = people.server, key = await withPasskey(people);
  const jars = await overFew(server, Array.from({ length: most * r.seconds }), async (_, over) => {
    const browser = new Browser(server, over);
    await browser.follow(people.authorization());
    await browser.start();
    return browser.cookies;
  });
  await verification(people, r, { what: 'A sign-in by passkey verified, against bare libfido2', library: 'passkey',
    path: `${verifications}/sign-in-passkey/authentication/verify`, anew: false,
    prepare: (n) => overFew(server, jars.slice(0, n), async (cookies, over) => {
      const browser = new Browser(server, over, cookies);
      const { authenticationOptions } =
        await browser.json('POST', '/api/experience/preflight/sign-in-passkey/authentication');
      const payload = key.get(authenticationOptions, { counter: 0 });
      return { cookie: browser.cookie, body: JSON.stringify({ payload }) };
    }) });
}

/** They come last: from here on the tenant offers factors. */
export async function factors(people: People, r: Report): Promise<void> {
  await people.server.post('/api/users', { username: owner, password });
  await people.server.patch('/api/sign-in-exp',
    { mfa: { factors: ['Totp', 'WebAuthn'], policy: 'NoPrompt' }, passkeySignIn: { enabled: true } });
  await totps(people, r);
  await passkeys(people, r);
}
