// Good, malformed and abandoned requests at once, for so many seconds, by a program that a sanitizer watches: it ends
// with status 0, no leak, no report, an empty account of memory, and no descriptor more than before.
import { readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, expect, test, vi } from 'vitest';
import { Build, times } from '../api/support/build.ts';
import { makeCertificate } from '../api/support/certificate.ts';
import { send } from '../api/support/client.ts';
import { newFolder } from '../api/support/owned.ts';
import { bin, engine, Server } from '../api/support/server.ts';
import { sleep } from '../faults/support.ts';
import { day } from './day.ts';
import { Dice } from './dice.ts';
import { Cut, hello, Line } from './line.ts';
import { malformed, sendMalformed } from './malformed.ts';
import { Elsewhere, Jam } from './scene.ts';
import { ends, isBare, rehearse, stages, type Scene, type Stage } from './stages.ts';

const seconds = Number(process.env['GUILDHALL_SOAK_SECONDS'] || 40);
const seed = Number(process.env['GUILDHALL_SOAK_SEED'] || Math.floor(Math.random() * 2 ** 31));
console.log(`soak on ${engine}: ${seconds} s, GUILDHALL_SOAK_SEED=${seed}`);

const clients = 64, days = 3;
const flags = ['--header-seconds', '6', '--body-seconds', '6', '--idle-seconds', '3', '--answer-seconds', '2',
  '--call-seconds', '3', '--call-private-addresses', '--memory', '96', '--queue', '64', '--db-connections', '4'];

const folder = newFolder('soak');
const certificate = { HTTPS_CERT_PATH: join(folder, 'certificate.pem'), HTTPS_KEY_PATH: join(folder, 'key.pem') };
makeCertificate(certificate.HTTPS_KEY_PATH, certificate.HTTPS_CERT_PATH);
const elsewhere = await Elsewhere.open();
/** How often each case was played, with its ends where it has several, and each answer that was as it should be. */
const counts = new Map<string, number>();
const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);

/** The same as lines: stages with a number for each end, the malformed requests together, the good ones by status. */
function table(): string {
  const often = (name: string) => counts.get(name) ?? 0;
  return [`stages: ${Object.keys(ends).join(', ')}`,
    ...stages(true).map(({ name }) =>
      `  ${name}: ${Object.keys(ends).map((end) => often(`${name}; ${end}`)).join(', ')}`),
    `malformed, ${malformed.length} kinds: ${malformed.reduce((sum, { name }) => sum + often(name), 0)}`,
    ...[...counts].filter(([name]) => name.startsWith('good')).map(([name, often]) => `${name}: ${often}`),
  ].join('\n');
}

afterAll(() => {
  elsewhere.close();
  console.log(table());
});

/** The descriptors of the process, by what they lead to. */
function descriptors(server: Server): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const fd of readdirSync(`/proc/${server.pid}/fd`)) {
    try {
      const kind = readlinkSync(`/proc/${server.pid}/fd/${fd}`).replace(/:\[\d+\]$/, '');
      counts[kind] = (counts[kind] ?? 0) + 1;
    } catch {			// closed meanwhile
    }
  }
  return counts;
}

/** The same, when connections that callers keep are closed. */
async function settled(server: Server): Promise<Record<string, number>> {
  let before = descriptors(server);
  for (let quiet = 0; quiet < 6; quiet++) {
    await sleep(500);
    const now = descriptors(server);
    if (!isDeepStrictEqual(now, before)) quiet = 0;
    before = now;
  }
  return before;
}

/** A server that has too much to do may say so to anybody. */
class Busy extends Error {}

/** What scenes of one life have in common, and what `{O}` in a path stands for. */
type Shared = Omit<Scene, 'dice' | 'token' | 'fresh' | 'jam'> & { ids: Record<string, string> };

/** One life of a server, from its start to its end. */
class Life {
  readonly server: Server;
  readonly jam: Jam;
  readonly #number: number;
  readonly #tls: boolean;
  readonly #shared: Shared;
  readonly #token: string;
  /** That the server gave out, and has not seen since. */
  readonly #tokens: string[] = [];
  readonly faults: string[] = [];

  private constructor(server: Server, number: number, tls: boolean, shared: Shared, token: string) {
    this.server = server;
    this.jam = new Jam(server);
    this.#number = number;
    this.#tls = tls;
    this.#shared = shared;
    this.#token = token;
  }

  static async begin(number: number, tls: boolean, more: string[],
    onEnd: (then: () => Promise<void>) => void): Promise<Life> {
    const data = await mkdtemp(join(folder, 'data-'));
    onEnd(() => rm(data, { recursive: true, force: true }));
    const server: Server = new Server(join(data, 'data'), {
      flags: [...flags, ...more], program: join(dirname(bin), 'tests/faults/call_server'), ...tls ? { env: certificate } : {},
      atEnd: () => onEnd(() => server.kill()),
    });
    await server.start();
    server.app = await server.newApp();
    const build = new Build(server.api);
    const [organization, role, third] = [await build.organization(), await build.role(), await build.thirdParty()];
    const user = await build.member(organization.id, role.id);
    for (let n = 0; n < 40; n += 8)
      await times(8, (k) =>
        build.organization({ name: `large ${n + k}`, customData: { x: `${n + k}`.padEnd(200_000, 'abcdefg') } }));
    const { id, secret, resource } = server.app;
    return new Life(server, number, tls, {
      host: new URL(server.base).host, basic: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`, resource,
      elsewhere, hello: await hello(), ids: { O: organization.id, U: user.id, R: role.id, T: third.id },
    }, await server.token());
  }

  #scene(dice: Dice): Scene {
    return { ...this.#shared, dice, token: this.#token, jam: this.jam,
      fresh: async () => this.#tokens.pop() ?? this.#newToken() };
  }

  async #newToken(): Promise<string> {
    const answer = await send('POST', `${this.server.base}/oidc/token`, {
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: this.#shared.resource, scope: 'all' }),
      headers: { authorization: this.#shared.basic }, alone: true,
    }).catch(() => undefined);	// too late
    return answer?.status === 200 ? answer.body.access_token : 'none';
  }

  #open(dice: Dice, bare = false): Promise<Line> {
    return Line.open({ port: Number(new URL(this.server.base).port), tls: this.#tls }, `127.0.0.${dice.between(1, 20)}`,
      bare);
  }

  /** Plays case `number`, which `seed` and the number of this life determine; again where it was late, with TLS. */
  async play(number: number, name: string, run: (dice: Dice) => Promise<void>): Promise<void> {
    for (let again = 0; ; again++) {
      try {
        await run(new Dice(seed, this.#number, number));
        count(name);
        return;
      } catch (error) {
        if (!this.#tls || !(error instanceof Cut) || again === 3) {
          this.faults.push(`case ${number}, ${name}: ${error}`);
          return;
        }
      }
    }
  }

  /** Each stage with each end, and each malformed request with one, in an order of this life's own. */
  deck(): [string, (dice: Dice) => Promise<void>][] {
    return new Dice(seed, this.#number).shuffle([
      ...stages(this.#tls).flatMap((stage) => Object.entries(ends).map(([end, leave]) =>
        [`${stage.name}; ${end}`, async (dice: Dice) => leave(await this.reach(stage, dice))] as const)),
      ...malformed.map((one) => [one.name, async (dice: Dice) => {
        const line = await this.#open(dice);
        try {
          await sendMalformed(line, this.#scene(dice), one,
            (path) => path.replace(/\{(\w+)\}/g, (_, thing) => this.#shared.ids[thing] ?? 'x'));
        } finally {
          await dice.pick([ends['reset'], ends['closed']])!(line);
        }
      }] as const),
    ].map(([name, run]): [string, (dice: Dice) => Promise<void>] => [name, run]));
  }

  /** A connection at this stage. */
  async reach(stage: Stage, dice: Dice): Promise<Line> {
    const line = await this.#open(dice, isBare(stage));
    try {
      await stage.reach(line, this.#scene(dice));
      return line;
    } catch (error) {
      line.close();
      throw error;
    }
  }

  /** What a caller gets who does nothing wrong: what he asks for, or a 503; where he is too late a 408, or nothing with TLS. */
  async #call(status: number, method: string, path: string, body?: unknown,
    headers: Record<string, string> = {}): Promise<any> {
    const late = this.#tls ? /answered 408|hang up|ECONNRESET|before secure TLS/ : /answered 408/;
    const answer = await send(method, this.server.base + path, { body, headers, alone: true }).catch((error: unknown) => {
      throw late.test(`${error}`) ? new Busy() : error;
    });
    if (answer.status === 503) throw new Busy();
    if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
    count(`good, answered ${status}`);
    return answer.body;
  }

  /** One day of a caller. */
  async day(word: string): Promise<void> {
    try {
      await day((...request) => this.#call(...request), this.server.app, word);
      count('good, whole days');
    } catch (error) {
      if (error instanceof Busy) count('good, but refused');
      else this.faults.push(`a day: ${error}`);
    }
  }

  /** Each kind of request once, some of them many at a time: connections, threads and libraries are there afterwards. */
  async warm(): Promise<void> {
    await times(8, (n) => this.day(`warm${n}`));
    const dice = new Dice(seed, this.#number, 2 ** 31 - 1);
    await rehearse(() => this.#open(dice), this.#scene(dice));
  }

  /** Plays the deck again and again, beside callers who do nothing wrong, until the time is over; once at least. */
  async load(until: number): Promise<void> {
    const cases = this.deck();
    let next = 0;
    const goes = () => (Date.now() < until || next < cases.length) && this.faults.length < 20;
    this.jam.begin();
    await Promise.all([
      times(clients, async () => {
        while (goes()) {
          const number = next++, [name, run] = cases[number % cases.length]!;
          await this.play(number, name, run);
        }
      }),
      times(days, async (caller) => {
        for (let n = 0; goes(); n++) await this.day(`day${caller}x${n}`);
      }),
    ]);
    await this.jam.end();
  }

  /**
   * Brings a connection to every stage, all of them together, and asks the server to end while they are there. The store
   * is held for so long then.
   */
  async endAmidAll(heldMs: number): Promise<void> {
    const dice = new Dice(seed, this.#number, 2 ** 31), all = stages(this.#tls), lines: Line[] = [];
    const reach = (which: readonly Stage[]) => Promise.race([sleep(1_000), Promise.allSettled(which.map(async (stage) => {
      lines.push(await this.reach(stage, new Dice(dice.between(0, 2 ** 30))));
    }))]);
    for (let n = 0; n < 2 * all.length; n++) this.#tokens.push(await this.#newToken());
    await reach(all.filter((stage) => !stage.held));
    const release = await this.jam.hold();
    await reach(all.filter((stage) => stage.held));
    const ended = this.server.stop();
    await Promise.race([sleep(heldMs), ended]);
    await Promise.all([release(), ended]);
    for (const line of lines) line.close();
  }

  /** What requests held when the server was asked to end. */
  get heldAtEnd(): number {
    return Number(/draining: requests under way hold (\d+) bytes/.exec(this.server.log)?.[1]);
  }
}

interface Ending {
  name: string;
  flags: string[];
  end: (life: Life, before: Record<string, number>) => Promise<void>;
}

const quiet: Ending = {
  name: 'ended when all is quiet', flags: [],
  end: async (life, before) => {
    await vi.waitFor(() => expect(descriptors(life.server)).toEqual(before), { timeout: 30_000, interval: 200 });
    await life.server.stop();
    expect(life.heldAtEnd).toBe(0);
  },
};

const amid: Ending = {
  name: 'ended amid all of it', flags: [],
  end: async (life) => {
    await life.endAmidAll(500);
    expect(life.heldAtEnd).toBeGreaterThan(0);
  },
};

// requests are waited for 8 s, and what they left on the lanes 2 s more
const givenUp: Ending = {
  name: 'ended while requests wait for longer than they are waited for', flags: ['--shutdown-seconds', '12'],
  end: async (life) => {
    await life.endAmidAll(8_800);
    expect(life.server.log).toMatch(/requests were answered 503: the server ends/);
  },
};

const endings = [quiet, amid, givenUp, quiet];
const lives = Math.max(4, Math.ceil(seconds / 60 / 2) * 4);
test.concurrent.for([...Array(lives).keys()].map((number) => {
  const tls = (number + (number >> 2)) % 2 === 1, ending = endings[number % endings.length]!;
  return [`life ${number + 1}, ${tls ? 'TLS' : 'plain'}, ${ending.name}`, number, tls, ending] as const;
}))('%s: nothing is left of it', async ([, number, tls, { flags: more, end }], { onTestFinished }) => {
  const until = Date.now() + seconds / lives * 2_000;		// two at a time
  const life = await Life.begin(number, tls, more, onTestFinished);
  await life.warm();
  const before = await settled(life.server);
  await life.load(until);
  expect(life.faults).toEqual([]);
  await end(life, before);
});
