// Sign-ins at companies' own providers: `run sso [--engine sqlite|postgres]`. What they cost beside one with a password, and what
// 200 of them that wait for a dead provider cost others.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OpenIdCompany, SamlCompany, type Company, type Prepared } from './companies.ts';
import { byPassword, People } from './people.ts';
import { fullHost, openIdProvider, silentHost, type Host } from './providers.ts';
import * as t from './tools.ts';

const rounds = 3;
const waiting = 200;
const seconds = 1;
/** Of wrk: fewer than keep both processors busy without a pause, so that what is measured is not its own queue. */
const connections = 4;

/** The server, two tenants of it, and their companies. */
interface Scene {
  server: t.Guildhall;
  password: People;
  openId: OpenIdCompany;
  saml: SamlCompany;
  /** Of another tenant. */
  others: { openId: OpenIdCompany; saml: SamlCompany };
  /** Where its provider exchanges codes it does not answer. */
  silent: OpenIdCompany;
  /** There it takes no connection. */
  full: OpenIdCompany;
  end(): Promise<void>;
}

async function companiesOf(tenant: t.Tenant, ends: (() => void)[]): Promise<{ people: People; openId: OpenIdCompany; saml: SamlCompany }> {
  await tenant.patch('/api/sign-in-exp', { singleSignOnEnabled: true });
  const people = await new People(tenant).begin(), { provider, close } = await openIdProvider('ada@acme.example');
  ends.push(close, () => people.browser.close());
  return { people, openId: await OpenIdCompany.connect(people, 'acme.example', provider),
    saml: await SamlCompany.connect(people, 'firm.example') };
}

/** A company whose provider sends whoever has a code to a dead host. */
async function ailing(people: People, domain: string, host: Host, ends: (() => void)[]): Promise<OpenIdCompany> {
  const { provider, close } = await openIdProvider(`ada@${domain}`);
  ends.push(close, host.close);
  provider.discovery = { token_endpoint: `${host.address}/` };
  return OpenIdCompany.connect(people, domain, provider);
}

async function begin(engine: t.Engine): Promise<Scene> {
  const data = ['--data', join(t.folder, `sso-${engine}`)];
  const store = engine === 'postgres' ? [...data, '--db', t.newDatabase('guildhall_bench_sso')] : data;
  const server = await new t.Guildhall(store, ['--call-private-addresses', 'true'],
    'ignore').start();	// it tells of each of those who wait in vain
  const ends: (() => void)[] = [], own = await companiesOf(server, ends);
  const { openId, saml } = await companiesOf(await server.newTenant('other'), ends);
  return {
    server, password: own.people, openId: own.openId, saml: own.saml, others: { openId, saml },
    silent: await ailing(own.people, 'silent.example', await silentHost(), ends),
    full: await ailing(own.people, 'full.example', await fullHost(), ends),
    end: async () => { for (const end of ends) end(); await server.stop(); },
  };
}

// ---- what a sign-in costs

async function signIns({ password, openId, saml }: Scene): Promise<string[][]> {
  const rate = (once: () => Promise<unknown>) => () => t.often(once, 2 * seconds);
  const [words = [], ids = [], assertions = [], says = []] = await t.inTurn(rounds, rate(() => byPassword(password)),
    rate(() => openId.signIn()), rate(() => saml.signIn()), rate(() => saml.says('_none')));
  const row = (what: string, rates: number[]) => {
    const { ours, theirs, ratio } = t.paired(rates, words);
    return [what, `${ours.toFixed(0)}/s`, `${theirs.toFixed(0)}/s`, ratio.toFixed(2)];
  };
  return [row('Sign-in by OpenID Connect, its provider included', ids),
    row('Sign-in by SAML, its provider included', assertions),
    row('Responses that the SAML provider alone signs', says)];
}

// ---- what others wait for

/** What is measured while nobody waits, and while 200 do. */
type Asked = Record<string, () => Promise<t.Waits>>;

async function oneByOne(once: () => Promise<unknown>): Promise<t.Waits> {
  const took: number[] = [];
  for (const end = performance.now() + 1000 * seconds; performance.now() < end;) {
    const begun = performance.now();
    await once();
    took.push(performance.now() - begun);
  }
  const sorted = took.toSorted((a, b) => a - b);
  return { p50: t.median(took), p99: sorted[Math.ceil(sorted.length * 0.99) - 1]! };
}

/** Milliseconds of the processors that the server takes in a second in which nobody asks it for anything. */
async function idle(server: t.Guildhall): Promise<t.Waits> {
  const before = server.processorMs();
  await t.sleep(1000 * seconds);
  return { p50: (server.processorMs() - before) / seconds, p99: NaN };
}

async function requests({ server }: Scene): Promise<Asked> {
  const { body: { id } } = await server.post('/api/organizations', { name: 'Read' });
  const by = (request: t.Request) => () => t.waits(server.base, request, seconds, connections);
  return {
    'Processor time of the server in a second without requests': () => idle(server),
    'GET an organization by id': by({ path: `/api/organizations/${id}`, headers: server.headers }),
    'A token of client_credentials': by({ method: 'POST', path: '/oidc/token',
      headers: { authorization: server.basic, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: server.app.resource, scope: 'all' }).toString() }),
  };
}

/** 200 who wait, and how that begins. */
interface Wait {
  what: string;
  company: Company;
  /** Beside the requests. */
  asked: Asked;
  /** Before the first of them. */
  before?(): Promise<void>;
  /** Once they are sent, until they wait. */
  until?(): Promise<void>;
}

/** What became of them: so many, answered how, after how many seconds. */
type Fates = Map<string, number[]>;

async function fate({ send, close }: Prepared, fates: Fates): Promise<void> {
  const begun = performance.now(), { status, text } = await send();
  const code: unknown = text.startsWith('{') ? JSON.parse(text).code : undefined, how = `${status}${code ? ` ${code}` : ''}`;
  fates.set(how, [...fates.get(how) ?? [], (performance.now() - begun) / 1000]);
  close();
}

/** In the order of their ends. */
const told = (fates: Fates): string => [...fates].map(([how, after]) => {
  const [first, last] = [Math.min(...after), Math.max(...after)].map((s) => s.toFixed(1));
  return `${after.length} times ${how} after ${first === last ? first : `${first} to ${last}`} s`;
}).join(', ');

/** A few at a time: they are not what is measured. */
async function prepared(company: Company): Promise<Prepared[]> {
  const all: Prepared[] = [];
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let i = 0; i < waiting / 8; i++) all.push(await company.prepare());
  }));
  return all;
}

async function each(asked: Asked): Promise<t.Waits[]> {
  const found: t.Waits[] = [];
  for (const once of Object.values(asked)) found.push(await once());
  return found;
}

/** Measures while they wait; those whose wait is over before that is told. */
async function meanwhile({ what, company, asked, before, until }: Wait, fates: Fates): Promise<t.Waits[]> {
  const all = await prepared(company);
  await before?.();
  const ends = Promise.all(all.map((one) => fate(one, fates)));
  await until?.();
  await t.sleep(300);
  const found = await each(asked), early = told(fates);
  if (early) t.say(`${what}: while it was measured: ${early}`);
  await ends;
  return found;
}

/** A row for each thing that was asked: medians, and the median of the ratios of neighbours. The order changes by turns. */
async function costs(wait: Wait): Promise<string[][]> {
  const withThem: t.Waits[][] = [], without: t.Waits[][] = [];
  let fates: Fates = new Map();
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) without.push(await each(wait.asked));
    withThem.push(await meanwhile(wait, fates = new Map()));
    if (round % 2) without.push(await each(wait.asked));
    t.say(`${wait.what}: ${told(fates)}`);
  }
  const cells = (i: number, of: keyof t.Waits) => {
    const { ours, theirs, ratio } = t.paired(withThem.map((all) => all[i]![of]), without.map((all) => all[i]![of]));
    return Number.isNaN(ours) ? ['', '', ''] :
      [`${theirs.toFixed(2)} ms`, `${ours.toFixed(2)} ms`, Number.isFinite(ratio) ? ratio.toFixed(2) : ''];
  };
  return [[`**${wait.what}**: ${told(fates)}`, '', '', '', '', '', ''],
    ...Object.keys(wait.asked).map((name, i) => [name, ...cells(i, 'p50'), ...cells(i, 'p99')])];
}

// ---- the SAML helper

/** The helpers of the server that run, and whose child they are. */
function helpers({ pid }: t.Guildhall): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number));
  return children.filter((child) => /^guildhall-saml/.test(readFileSync(`/proc/${child}/comm`, 'utf8')));
}

/** Ends those there are, and stops the one that comes with the next question, so that this question is not answered. */
class Stopped {
  readonly #server: t.Guildhall;
  #ended = new Set<number>();

  constructor(server: t.Guildhall) {
    this.#server = server;
  }

  async end(): Promise<void> {
    this.#ended = new Set(helpers(this.#server));
    for (const pid of this.#ended) process.kill(pid, 'SIGKILL');
    await t.sleep(100);
  }

  async next(): Promise<void> {
    for (const end = performance.now() + 5_000; performance.now() < end; await new Promise(setImmediate)) {
      const pid = helpers(this.#server).find((one) => !this.#ended.has(one));
      if (!pid) continue;
      process.kill(pid, 'SIGSTOP');
      return;
    }
    throw new Error('no helper came');
  }
}

// ----

async function measure(engine: t.Engine): Promise<void> {
  const scene = await begin(engine), { server, openId, saml, others, silent, full } = scene;
  const rates = await signIns(scene), asked = await requests(scene), helper = new Stopped(server);
  const sign = (company: Company) => () => oneByOne(() => company.signIn());
  const openIds = { 'A sign-in at another provider of the tenant': sign(openId), 'A sign-in at a provider of another tenant': sign(others.openId) };
  const waits: Wait[] = [
    { what: `${waiting} wait for a provider that takes their connection and is silent`, company: silent, asked: { ...asked, ...openIds } },
    { what: `${waiting} wait for a provider that takes no connection`, company: full, asked: { ...asked, ...openIds } },
    { what: `${waiting} wait for the SAML helper, of which one process hangs`, company: saml,
      asked: { ...asked, 'A sign-in by OpenID Connect of the tenant': sign(openId), 'A sign-in by SAML of another tenant': sign(others.saml) },
      before: () => helper.end(), until: () => helper.next() },
  ];
  const rows: string[][] = [];
  for (const wait of waits) rows.push(...await costs(wait));
  t.table([[engine, 'ours', 'with a password', 'ratio'], ...rates]);
  t.table([[engine, 'p50 alone', 'p50 beside them', 'ratio', 'p99 alone', 'p99 beside them', 'ratio'], ...rows]);
  await scene.end();
}

export async function sso(args: readonly string[]): Promise<void> {
  for (const engine of t.enginesOf(args)) await measure(engine);
}
