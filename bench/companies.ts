// Companies whose people sign in at a provider of their own: what the browser does, and what the provider answers.
import { inflateRawSync } from 'node:zlib';
import { send } from '../tests/api/support/client.ts';
import { pairIn, response, type Pair } from '../tests/api/support/saml-response.ts';
import type { Provider } from '../tests/api/support/provider.ts';
import type { Browser } from './browser.ts';
import { Connection, type Reply } from './connection.ts';
import type { People } from './people.ts';
import * as t from './tools.ts';

const verification = '/api/experience/verification/sso';
const state = 'state-of-the-page';

/** A request that waits to be sent, by a browser of its own. */
export interface Prepared {
  send(): Promise<Reply>;
  close(): void;
}

/** What the page sends when the browser is back from the provider. */
interface Answered {
  verificationId: string;
  connectorData: Record<string, string>;
}

/** Somebody on the way, on the page. */
interface Visit {
  browser: Browser;
  connection: Connection;
}

/** A company of a tenant, and one person of it. */
export abstract class Company {
  readonly people: People;
  readonly origin: string;
  id = '';

  protected constructor(people: People, origin: string) {
    this.people = people;
    this.origin = origin;
  }

  protected async connect(providerName: string, domain: string, config: object): Promise<this> {
    await this.people.server.post('/api/users', { primaryEmail: `ada@${domain}` });
    const { body } = await this.people.server.post('/api/sso-connectors',
      { providerName, connectorName: domain, domains: [domain], config });
    this.id = body.id;
    return this;
  }

  /** From the application to the page. */
  protected async visit(): Promise<Visit> {
    const { server } = this.people;
    const connection = new Connection(server.base, server.host), browser = this.people.newBrowser(connection);
    await browser.follow(this.people.authorization());
    await browser.start();
    return { browser, connection };
  }

  /** From the page to the provider: the address there. */
  protected async leave({ browser }: Visit): Promise<{ verificationId: string; address: URL }> {
    const { verificationId, authorizationUri } = await browser.json('POST', `${verification}/${this.id}/authorization-uri`,
      { state, redirectUri: `${this.origin}/callback/${this.id}` });
    return { verificationId, address: new URL(authorizationUri) };
  }

  /** To the provider and back. */
  protected abstract answered(visit: Visit): Promise<Answered>;
  /** Up to the request that needs the provider, or the helper, and not further. */
  abstract prepare(): Promise<Prepared>;

  protected async verify(visit: Visit, answered: Answered): Promise<Reply> {
    return visit.connection.request('POST', `${verification}/${this.id}/verify`,
      { 'content-type': 'application/json', cookie: visit.browser.cookie }, JSON.stringify(answered));
  }

  /** From the application, by the provider, and back to the application. */
  async signIn(): Promise<void> {
    const visit = await this.visit(), { browser } = visit;
    const answered = await this.answered(visit);
    const reply = await this.verify(visit, answered);
    if (reply.status !== 200) throw new Error(`verify: ${reply.status} ${reply.text}`);
    await browser.request('POST', '/api/experience/identification', { verificationId: answered.verificationId });
    const { redirectTo } = await browser.json('POST', '/api/experience/submit');
    const { code } = await browser.follow(redirectTo);
    if (!code) throw new Error('the application got no code');
    browser.close();
  }
}

/** Where browsers find the tenant. */
async function originOf({ server }: People): Promise<string> {
  const { body } = await send('GET', `${server.base}/oidc/.well-known/openid-configuration`, { headers: server.named });
  return new URL(body.issuer).origin;
}

export class OpenIdCompany extends Company {
  static async connect(people: People, domain: string, { issuer, client }: Provider): Promise<OpenIdCompany> {
    return new OpenIdCompany(people, await originOf(people)).connect('OIDC', domain, { ...client, issuer });
  }

  protected async answered(visit: Visit): Promise<Answered> {
    const { verificationId, address } = await this.leave(visit);
    return { verificationId, connectorData: { state, code: address.searchParams.get('nonce') ?? '' } };
  }

  async prepare(): Promise<Prepared> {
    const visit = await this.visit(), answered = await this.answered(visit);
    return { send: () => this.verify(visit, answered), close: () => visit.connection.close() };
  }
}

const claim = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';

export class SamlCompany extends Company {
  #pair!: Pair;
  #domain = '';

  static async connect(people: People, domain: string): Promise<SamlCompany> {
    const company = new SamlCompany(people, await originOf(people)), pair = pairIn(t.folder);
    [company.#pair, company.#domain] = [pair, domain];
    return company.connect('SAML', domain, { entityId: `urn:${domain}`, signInEndpoint: 'https://idp.example/sso',
      x509Certificate: pair.certificate, attributeMapping: { email: `${claim}/emailaddress`, name: `${claim}/name` } });
  }

  get #acs(): string {
    return `/api/authn/single-sign-on/saml/${this.id}`;
  }

  /** What the provider says to a request. */
  says(inResponseTo: string): Promise<string> {
    return response(this.#pair, { issuer: `urn:${this.#domain}`, audience: `${this.origin}/enterprise-sso/${this.id}`,
      acs: this.origin + this.#acs, inResponseTo, id: 'ada', email: `ada@${this.#domain}` });
  }

  /** The form that the provider lets the browser post, and how. */
  async #posted(visit: Visit): Promise<{ verificationId: string; post: () => Promise<Reply> }> {
    const { verificationId, address } = await this.leave(visit), query = address.searchParams;
    const request = inflateRawSync(Buffer.from(query.get('SAMLRequest') ?? '', 'base64')).toString();
    const xml = await this.says(/ID="([^"]+)"/.exec(request)?.[1] ?? '');
    const form = new URLSearchParams({ SAMLResponse: Buffer.from(xml).toString('base64'),
      RelayState: query.get('RelayState') ?? '' }).toString();
    return { verificationId, post: () => visit.connection.request('POST', this.#acs,
      { 'content-type': 'application/x-www-form-urlencoded' }, form) };
  }

  protected async answered(visit: Visit): Promise<Answered> {
    const { verificationId, post } = await this.#posted(visit), { status, headers, text } = await post();
    const location = headers.find(([name]) => name === 'location')?.[1];
    if (!location) throw new Error(`the answer of the provider: ${status} ${text}`);
    return { verificationId, connectorData: Object.fromEntries(new URL(location).searchParams) };
  }

  async prepare(): Promise<Prepared> {
    const visit = await this.visit(), { post } = await this.#posted(visit);
    return { send: post, close: () => visit.connection.close() };
  }
}
