// A browser: what a person does on the pages, over connections that cost little.
import { Connection, type Reply } from './connection.ts';

export const redirectUri = 'https://app.example/callback';
export const password = 'Quiet-river_42!moss';
export const username = 'bench_person';

const member = (reply: Reply, name: string): string | undefined => reply.headers.find(([other]) => other === name)?.[1];

/** A browser: it keeps cookies. */
export class Browser {
  readonly cookies: Map<string, string>;
  readonly #base: string;
  readonly #connection: Connection;

  /** On a connection of its own, or on one that browsers share who do one thing after the other. */
  constructor(base: string, connection = new Connection(base), cookies = new Map<string, string>()) {
    this.#base = base;
    this.#connection = connection;
    this.cookies = cookies;
  }

  close(): void {
    this.#connection.close();
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async request(method: string, path: string, body?: unknown): Promise<Reply> {
    const reply = await this.#connection.request(method, path, { ...this.cookies.size ? { cookie: this.cookie } : {},
      ...body ? { 'content-type': 'application/json' } : {} }, body ? JSON.stringify(body) : undefined);
    if (reply.status >= 400) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    for (const [header, text] of reply.headers) {
      if (header !== 'set-cookie') continue;
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(text) as unknown as [string, string, string];
      if (value) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
    return reply;
  }

  async json(method: string, path: string, body?: unknown): Promise<any> {
    return JSON.parse((await this.request(method, path, body)).text);
  }

  /** Follows redirects to the code of the application, or to a page that waits for the person. */
  async follow(path: string): Promise<{ code?: string; page?: string }> {
    for (let next: string | undefined = path, hops = 0; next && hops < 9; hops++) {
      if (next.startsWith(redirectUri)) return { code: new URL(next).searchParams.get('code') ?? '' };
      const { pathname, search }: URL = new URL(next, this.#base);
      if (/^\/(sign-in|register)$/.test(pathname)) return { page: pathname };
      next = member(await this.request('GET', pathname + search), 'location');
    }
    throw new Error('the authorization did not come to an end');
  }

  /** On the page: begins. */
  async start(): Promise<void> {
    await this.request('PUT', '/api/experience', { interactionEvent: 'SignIn' });
  }

  /** On the page: name and password. */
  async identify(name = username): Promise<void> {
    await this.start();
    const { verificationId } = await this.json('POST', '/api/experience/verification/password',
      { identifier: { type: 'username', value: name }, password });
    await this.request('POST', '/api/experience/identification', { verificationId });
  }

  /** On the page: name, password, and the way back to the application; its code. */
  async signIn(): Promise<string> {
    await this.identify();
    const { redirectTo } = await this.json('POST', '/api/experience/submit');
    return (await this.follow(redirectTo)).code ?? '';
  }
}
