// The built program, started for a test or a test file on free ports with an empty store, and stopped after it.
import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, send, type Answer } from './client.ts';
import { ApiDocument, holdAnswers } from './document.ts';
import { atEnd, bound, newFolder } from './owned.ts';
import { newDatabase } from './postgres.ts';

const top = fileURLToPath(new URL('../../../', import.meta.url));
const program = process.env['GUILDHALL_BIN'] ?? 'build/guildhall';
/** The program under test. */
export const bin = isAbsolute(program) ? program : resolve(top, program);

export const engine: 'sqlite' | 'postgres' = process.env['GUILDHALL_ENGINE'] === 'postgres' ? 'postgres' : 'sqlite';

export interface App {
  id: string;
  secret: string;
  endpoint: string;
  resource: string;
}

export interface TokenAnswer {
  access_token: string;
  token_type: string;
  expires_in: number;
  scope: string;
}

export interface ServerOptions {
  /** More flags of `serve`. */
  flags?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** A PostgreSQL database that is there already; else a new one on that engine. */
  db?: string;
  /** Nobody reads standard error. */
  unread?: boolean;
  /** What serves, in place of the program under test; a path. Verbs are the program's own. */
  program?: string;
  /** In place of the general one, which does not know whose call it is where tests run at the same time. */
  atEnd?: typeof atEnd;
}

export interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

// Nothing of the caller's environment that the program would read as a setting.
const environment = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  TMPDIR: tmpdir(),
  LANG: 'C.UTF-8',
  ASAN_OPTIONS: 'detect_leaks=1:detect_stack_use_after_return=1',
  UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1',
  TSAN_OPTIONS: 'halt_on_error=0:second_deadlock_stack=1',
  ...more,
});

export class Server {
  /** Where it keeps everything: its data folder, and on PostgreSQL a database too. */
  readonly data: string;
  readonly db: string | undefined;
  base = '';
  admin = '';
  /** Where administrators work. */
  console = '';
  /** The link for the first administrator; '': there is one. */
  claim = '';
  /** The machine app whose token `api` uses. */
  app!: App;
  /** The Management API with a token; paths begin below /api. Stays usable over a restart. */
  readonly api = new Client(() => `${this.base}/api`, async () => ({ authorization: `Bearer ${await this.token()}` }));
  /** Standard error of the running process. */
  log = '';

  readonly #options: ServerOptions;
  #process: ChildProcess | undefined;
  #owned = false;
  #ended: Promise<number | string> = Promise.resolve(0);
  #token: { value: string; until: number } | undefined;

  constructor(data: string, options: ServerOptions) {
    this.data = data;
    this.db = options.db ?? (engine === 'postgres' ? newDatabase() : undefined);
    this.#options = options;
  }

  /** The flags that lead every verb to this server's store. */
  get store(): string[] {
    return ['--data', this.data, ...(this.db ? ['--db', this.db] : [])];
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /**
   * Starts the process (again) and waits until it says where it listens. Ports change from start to start. It is stopped
   * when the test or the file is over in which it was started first, unless the caller did.
   */
  async start(): Promise<void> {
    const { flags = [], env, program = bin, unread } = this.#options;
    if (!this.#owned) (this.#options.atEnd ?? atEnd)(() => this.stop());
    this.#owned = true;
    const child = spawn(...bound(program, ['serve', '--port', '0', '--admin-port', '0', ...this.store, ...flags]), {
      env: environment(env), stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    this.log = '';
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
    });
    if (!unread) child.stderr.on('data', (chunk: Buffer) => { this.log += chunk.toString(); });

    let out = '';
    const ready = new Promise<'ready'>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        if (/^core \S+$/m.test(out) && /^admin \S+$/m.test(out) && out.endsWith('\n')) resolve('ready');
      });
    });
    const late = new AbortController();
    const limit = new Promise<string>((resolve) => {
      const timer = setTimeout(() => resolve('nothing within a minute'), 60_000);
      late.signal.addEventListener('abort', () => clearTimeout(timer));
    });
    const first = await Promise.race([ready, this.#ended, limit]);
    late.abort();
    if (first !== 'ready') {
      await this.kill();
      throw new Error(`${program} did not start (${first})\n${out}${this.log.slice(-4000)}`);
    }
    this.base = /^core (\S+)$/m.exec(out)?.[1] ?? '';
    this.admin = /^admin (\S+)$/m.exec(out)?.[1] ?? '';
    this.console = /^console (\S+)$/m.exec(out)?.[1] ?? '';
    this.claim = /^claim (\S+)$/m.exec(out)?.[1] ?? '';
    this.#token = undefined;	// its issuer has the port in it
    // an endpoint that only a proxy knows
    if (!/^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(this.base)) return;
    const { body, status } = await send('GET', `${this.base}/api/swagger.json`);
    if (status !== 200) throw new Error(`no API document: ${status}`);
    const document = new ApiDocument(body);
    for (const base of [this.base, this.admin]) holdAnswers(base, document);
  }

  /**
   * Asks it to stop, and is content with status 0 only: leaks and races that a sanitizer saw are another. What requests
   * held must have been given back.
   */
  async stop(seconds = 60): Promise<void> {
    const child = this.#process;
    if (!child) return;
    this.#process = undefined;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    const status = await this.#ended;
    clearTimeout(timer);
    const report = this.log.search(/^.*(runtime error:|Sanitizer:|still count as held)/m);
    const told = report < 0 ? this.log.slice(-8_000) : this.log.slice(report, report + 16_000);
    if (status !== 0) throw new Error(`the server ended with ${status}\n${told}`);
    if (report >= 0) throw new Error(told);
  }

  /** The end that no program can prepare for. */
  async kill(): Promise<void> {
    this.#process?.kill('SIGKILL');
    this.#process = undefined;
    await this.#ended;
  }

  /** Runs a verb of the program on this server's store. */
  verb(...args: string[]): Promise<Outcome> {
    return verb([...args, ...this.store]);
  }

  /** A new machine app of the `default` tenant that may call the Management API. */
  async newApp(name = 'tests', ...more: string[]): Promise<App> {
    const { status, stdout, stderr } =
      await this.verb('app', 'create', '--name', name, '--type', 'MachineToMachine', '--management-api', ...more);
    if (status !== 0) throw new Error(`app create: status ${status}\n${stderr}`);
    return JSON.parse(stdout) as App;
  }

  /** POST /oidc/token as a form, by default as the app of this server. */
  requestToken<T = TokenAnswer>(parameters: Record<string, string>,
    app: Pick<App, 'id' | 'secret'> = this.app): Promise<Answer<T>> {
    const basic = Buffer.from(`${encodeURIComponent(app.id)}:${encodeURIComponent(app.secret)}`).toString('base64');
    return send<T>('POST', `${this.base}/oidc/token`, {
      body: new URLSearchParams(parameters),
      headers: { authorization: `Basic ${basic}` },
    });
  }

  /** The Management API token of this server's app, remembered until shortly before it expires. */
  async token(): Promise<string> {
    if (this.#token && this.#token.until > Date.now()) return this.#token.value;
    const answer = await this.requestToken({ grant_type: 'client_credentials', resource: this.app.resource,
      scope: 'all' });
    if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${answer.text}`);
    this.#token = { value: answer.body.access_token, until: Date.now() + (answer.body.expires_in - 60) * 1000 };
    return this.#token.value;
  }
}

export interface VerbOptions {
  env?: Readonly<Record<string, string>>;
  input?: string;
  /** Where the shell leads standard output. */
  into?: string;
  /** Whom it runs as; else the caller. */
  uid?: number;
  gid?: number;
}

/** Runs the program to its end. */
export function verb(args: readonly string[], options: VerbOptions = {}): Promise<Outcome> {
  const { env, into, input, ...user } = options;
  const [file, ...words] = into ? ['sh', '-c', `exec "$0" "$@" >${into}`, bin, ...args] : [bin, ...args];
  return new Promise((resolve, reject) => {
    const child = execFile(...bound(file!, words), { env: environment(env), timeout: 60_000, maxBuffer: 64 * 1024 * 1024, ...user },
      (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number' && !error.signal) reject(error);
      else resolve({ status: child.exitCode, stdout, stderr });
    });
    child.stdin?.on('error', () => {});	// it need not read what we offer
    child.stdin?.end(input ?? '');
  });
}

/** A fresh server for the calling test, or for the calling file when it calls at its top: `const server = await startServer()`. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const server = new Server(join(newFolder('test'), 'data'), options);
  await server.start();
  server.app = await server.newApp();
  return server;
}
