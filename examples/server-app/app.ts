// A server app that signs people in with @logto/node: who they are, their organizations, and a token for one of them.
// It reads ENDPOINT, APP_ID and APP_SECRET, and BASE_URL, where browsers find it.
import LogtoClient, { UserScope, type Storage } from '@logto/node';
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

const { ENDPOINT: endpoint = 'http://localhost:3001', APP_ID: appId = '', APP_SECRET: appSecret = '',
  BASE_URL: baseUrl = 'http://localhost:3100' } = process.env;
if (!appId || !appSecret) throw new Error('APP_ID and APP_SECRET name an application of type Traditional');

const config = { endpoint, appId, appSecret, scopes: [UserScope.Email, UserScope.Organizations,
  UserScope.OrganizationRoles, ...(process.env['SCOPES'] ?? '').split(' ').filter(Boolean)] };

// What the package remembers of each browser. An app that runs for longer keeps it in its database, and forgets.
const sessions = new Map<string, Map<string, string>>();

/** The session of a browser that has one: its cookie holds 256 random bits, and no script reads it. */
const sessionOf = (request: IncomingMessage): Map<string, string> | undefined =>
  sessions.get(/(?:^|; )app_session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '');

function newSession(response: ServerResponse): Map<string, string> {
  const id = randomBytes(32).toString('base64url'), session = new Map<string, string>();
  const secure = baseUrl.startsWith('https:') ? '; Secure' : '';
  sessions.set(id, session);
  response.setHeader('Set-Cookie', `app_session=${id}; Path=/; HttpOnly; SameSite=Lax${secure}`);
  return session;
}

/** The package for one request: it reads and writes the session, and says where the browser goes. */
function clientFor(session: Map<string, string>, response: ServerResponse): LogtoClient {
  const storage: Storage<string> = {
    getItem: async (key) => session.get(key) ?? null,
    setItem: async (key, value) => { session.set(key, value); },
    removeItem: async (key) => { session.delete(key); },
  };
  return new LogtoClient(config, { storage, navigate: (url) => { response.writeHead(303, { Location: url }).end(); } });
}

const escape = (text: string): string => text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
const show = (value: unknown): string => `<pre>${escape(JSON.stringify(value, null, 2))}</pre>`;

function sendPage(response: ServerResponse, body: string, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'" });
  response.end(`<!doctype html><html lang="en"><title>Server app</title><h1>Server app</h1>${body}</html>`);
}

async function home(client: LogtoClient, response: ServerResponse): Promise<void> {
  const { isAuthenticated, claims } = await client.getContext();
  if (!isAuthenticated || !claims) {
    sendPage(response, '<p><a href="/sign-in">Sign in</a></p>');
    return;
  }
  const links = (claims.organizations ?? []).map((id) =>
    `<li><a href="/organization?id=${encodeURIComponent(id)}">${escape(id)}</a></li>`);
  sendPage(response, `<p>Signed in as ${escape(claims.username ?? claims.sub)}.</p>
    <h2>ID token</h2>${show(claims)}<h2>Organizations</h2><ul>${links.join('')}</ul>
    <p><a href="/sign-out">Sign out</a></p>`);
}

/** The token with which this app calls an API for the organization; only its claims are shown. */
async function organization(client: LogtoClient, response: ServerResponse, id: string): Promise<void> {
  sendPage(response, `<h2>Organization token</h2>${show(await client.getOrganizationTokenClaims(id))}
    <p><a href="/">Back</a></p>`);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', baseUrl);
  // each sign-in begins a session, so that nobody brings one that others know
  const session = url.pathname === '/sign-in' ? newSession(response) : sessionOf(request) ?? new Map();
  const client = clientFor(session, response);
  switch (request.method === 'GET' ? url.pathname : '') {
    case '/': return home(client, response);
    case '/sign-in': return client.signIn(`${baseUrl}/callback`);
    case '/callback':
      await client.handleSignInCallback(url.href);
      response.writeHead(303, { Location: '/' }).end();
      return;
    case '/organization': return organization(client, response, url.searchParams.get('id') ?? '');
    case '/sign-out': return client.signOut(baseUrl);
    default: return sendPage(response, '<p>There is no such page.</p>', 404);
  }
}

createServer((request, response) => {
  answer(request, response).catch((error: Error) => {
    console.error(error);
    if (!response.headersSent) sendPage(response, `<p>${escape(error.message)}</p><p><a href="/">Back</a></p>`, 502);
  });
}).listen(Number(new URL(baseUrl).port), 'localhost', () => console.log(`server app ${baseUrl}`));
