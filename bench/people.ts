// People: what a browser and its application ask for, again and again. Each row against the bare cost of its parts.
import { createHash } from 'node:crypto';
import { send, type Answer } from '../tests/api/support/client.ts';
import { Browser, password, redirectUri, username } from './browser.ts';
import { Connection } from './connection.ts';
import { factors } from './factors.ts';
import * as t from './tools.ts';

const verifier = 'bench'.repeat(10);
const scope = 'openid offline_access profile urn:logto:scope:organizations';

/** The server with somebody who signs in to an application, and is a member of an organization. */
export class People {
  readonly server: t.Tenant;
  app = '';
  organization = '';
  readonly browser: Browser;

  constructor(server: t.Tenant) {
    this.server = server;
    this.browser = this.newBrowser();
  }

  /** One that knows nobody yet. */
  newBrowser(connection = new Connection(this.server.base, this.server.host)): Browser {
    return new Browser(this.server.base, connection);
  }

  async begin(): Promise<this> {
    const { body: app } = await this.server.post('/api/applications', { name: 'Bench', type: 'SPA',
      oidcClientMetadata: { redirectUris: [redirectUri], postLogoutRedirectUris: [] } });
    const { body: user } = await this.server.post('/api/users', { username, password });
    const { body: organization } = await this.server.post('/api/organizations', { name: 'Bench' });
    await this.server.post(`/api/organizations/${organization.id}/users`, { userIds: [user.id] });
    [this.app, this.organization] = [app.id, organization.id];
    await this.browser.follow(this.authorization({ prompt: 'consent' }));
    await this.tokens(await this.browser.signIn());
    return this;
  }

  authorization(more: Record<string, string> = {}): string {
    return `/oidc/auth?${new URLSearchParams({ client_id: this.app, redirect_uri: redirectUri, response_type: 'code',
      scope, code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256',
      resource: 'urn:logto:resource:organizations', ...more })}`;
  }

  form(fields: Record<string, string>): string {
    return new URLSearchParams({ client_id: this.app, ...fields }).toString();
  }

  codeForm(code: string): string {
    return this.form({ grant_type: 'authorization_code', redirect_uri: redirectUri, code_verifier: verifier, code });
  }

  async ask(path: string, form: string): Promise<Answer> {
    const answer = await send('POST', this.server.base + path, { body: new URLSearchParams(form),
      headers: this.server.named });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer;
  }

  async tokens(code: string): Promise<any> {
    return (await this.ask('/oidc/token', this.codeForm(code))).body;
  }

  /** Tokens of a new authorization of the person who is signed in. */
  async authorize(): Promise<any> {
    const { code } = await this.browser.follow(this.authorization({ prompt: 'consent' }));
    return this.tokens(code ?? '');
  }
}

const post = { 'content-type': 'application/x-www-form-urlencoded' };
const lua = (text: string) => JSON.stringify(text);

/** How many of the tokens of an answer are signed. */
const signatures = ({ body }: Answer): number =>
  [body.access_token, body.id_token].filter((token) => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token ?? '')).length;

/** Each answer brings the refresh token of a later request; each thread of wrk has its own. */
function refreshing(people: People, tokens: readonly string[]): string {
  return `local mine, count = {}, 0
function setup(thread) thread:set("first", count) count = count + 1 end
function init(args)
  local all = {${tokens.map(lua).join(',')}}
  for i = first + 1, #all, 2 do mine[#mine + 1] = all[i] end
end
function request()
  local token = table.remove(mine, 1) or "none"
  return wrk.format("POST", "/oidc/token", {["content-type"] = ${lua(post['content-type'])}},
    ${lua(people.form({ grant_type: 'refresh_token', organization_id: people.organization, refresh_token: '' }))} .. token)
end
function response(status, headers, body)
  local token = body:match('"refresh_token":"([^"]+)"')
  if token then mine[#mine + 1] = token end
end`;
}

/** A code that a redirect brings is exchanged by a later request. */
function rounds(people: People): string {
  return `local codes = {}
function request()
  local code = table.remove(codes, 1)
  if not code then return wrk.format("GET", ${lua(people.authorization())}, {["cookie"] = ${lua(people.browser.cookie)}}) end
  return wrk.format("POST", "/oidc/token", {["content-type"] = ${lua(post['content-type'])}}, ${lua(people.codeForm(''))} .. code)
end
function response(status, headers, body)
  for name, value in pairs(headers) do
    local code = name:lower() == "location" and value:match("[?&]code=([^&]+)")
    if code then codes[#codes + 1] = code end
  end
end`;
}

export interface Report {
  rounds: number;
  seconds: number;
  threads: number;
  part(what: string, pair: t.Pair, aim?: string): void;
  add(what: string, ours: string, theirs?: string, ratio?: number, aim?: string): void;
}

/** Refresh tokens are renewed by each use, so there are more of them than connections. */
async function refresh(people: People, r: Report): Promise<void> {
  const tokens: string[] = [];
  for (let i = 0; i < 160; i++) tokens.push((await people.authorize()).refresh_token);
  const sample = await people.ask('/oidc/token', people.form({ grant_type: 'refresh_token',
    organization_id: people.organization, refresh_token: tokens.pop()! }));
  const bare = await t.bareHttp(r.threads, sample, signatures(sample));
  let fresh: string[] = tokens;
  const ours = async (): Promise<number> => {
    const script = refreshing(people, fresh);
    const rate = await t.wrk(people.server.base, { path: '/oidc/token', headers: {}, script }, r.seconds);
    fresh = [];
    for (let i = 0; i < 160; i++) fresh.push((await people.authorize()).refresh_token);
    return rate;
  };
  r.part('Refresh grant with organization_id, against its signatures by bare libmicrohttpd and one write of bare SQLite group commit',
    await t.alternate(r.rounds, ours, async () =>
      t.together(await t.wrk(bare.base, { path: '/', headers: {} }, r.seconds), await t.bareSqlite(r.seconds))), '≥ 0.5');
  await bare.stop();
}

async function authorizationCode(people: People, r: Report): Promise<void> {
  const redirect = await send('GET', people.server.base + people.authorization(),
    { headers: { cookie: people.browser.cookie } });
  const code = new URL(redirect.headers['location']!).searchParams.get('code')!;
  const answer = await people.ask('/oidc/token', people.codeForm(code));
  const bareRedirect = await t.bareHttp(r.threads, redirect);
  const bareToken = await t.bareHttp(r.threads, answer, signatures(answer));
  const request = { path: '/', headers: {} };
  r.part('Authorization-code round (a code for who is signed in, then tokens), against its answers by bare libmicrohttpd, its signatures and two writes of bare SQLite group commit',
    await t.alternate(r.rounds,
      async () => await t.wrk(people.server.base, { ...request, script: rounds(people) }, r.seconds) / 2,
      async () => {
        const write = await t.bareSqlite(r.seconds);
        return t.together(await t.wrk(bareRedirect.base, request, r.seconds),
          await t.wrk(bareToken.base, request, r.seconds), write, write);
      }), '≥ 0.5');
  await bareRedirect.stop();
  await bareToken.stop();
}

/** A sign-in with a password, from the application and back. */
export async function byPassword(people: People): Promise<void> {
  const browser = people.newBrowser();
  await browser.follow(people.authorization());
  await browser.signIn();
  browser.close();
}

async function passwords(people: People, r: Report): Promise<void> {
  r.part('Sign-in with a password, from the application and back, against bare Argon2id',
    await t.alternate(r.rounds, () => t.often(() => byPassword(people), r.seconds), () => t.bareLibrary('argon2', r.seconds)), '≥ 0.95');
}

async function answers(people: People, r: Report): Promise<void> {
  const { code } = await people.browser.follow(people.authorization({ scope: 'openid profile', resource: '', prompt: 'consent' }));
  const token: string = (await people.tokens(code ?? '')).access_token;
  const bearer = { authorization: `Bearer ${token}` };
  const form = people.form({ token });
  const rows: [string, t.Request, Answer][] = [
    ['Userinfo', { path: '/oidc/me', headers: bearer }, await send('GET', `${people.server.base}/oidc/me`, { headers: bearer })],
    ['Introspection', { method: 'POST', path: '/oidc/token/introspection', headers: post, body: form },
      await people.ask('/oidc/token/introspection', form)],
  ];
  for (const [what, request, answer] of rows) {
    if (answer.status !== 200 || answer.body.active === false) throw new Error(`${what}: ${answer.status} ${answer.text}`);
    const bare = await t.bareHttp(r.threads, answer);
    r.part(`${what} of an opaque token, against bare libmicrohttpd`,
      await t.alternate(r.rounds, () => t.wrk(people.server.base, request, r.seconds),
        () => t.wrk(bare.base, request, r.seconds)), '≥ 0.5');
    await bare.stop();
  }
}

async function firstPaint(people: People, r: Report): Promise<void> {
  const path = '/sign-in?preview=1';
  const page = await send('GET', people.server.base + path);
  if (page.status !== 200) {
    t.say(`no row for the sign-in page: ${page.status} ${page.text}`);
    return;
  }
  const bare = await t.bareHttp(r.threads, page);
  const pair = await t.alternate(r.rounds, () => t.firstByte(people.server.base, path, r.seconds),
    () => t.firstByte(bare.base, path, r.seconds));
  r.add('First byte of the sign-in page, against bare libmicrohttpd', `${pair.ours.toFixed(2)} ms`,
    `${pair.theirs.toFixed(2)} ms`, 1 / pair.ratio, '≥ 0.5');
  await bare.stop();
}

/** All rows. */
export async function people(server: t.Guildhall, report: Report): Promise<void> {
  const all = await new People(server).begin();
  for (const measure of [refresh, authorizationCode, answers, passwords, firstPaint, factors])
    await measure(all, report);
}
