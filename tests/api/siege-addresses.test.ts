// Attacks on addresses: near misses of what is registered, and pages that could be made to lead elsewhere.
import { expect, test } from 'vitest';
import { afterLogout, Browser, newApp, newPerson } from './support/browser.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const person = await newPerson(api);
const browser = (): Browser => new Browser(() => server.base);
const appFor = (redirectUris: string[], type = 'SPA', postLogoutRedirectUris: string[] = []) =>
  newApp(api, type, { oidcClientMetadata: { redirectUris, postLogoutRedirectUris } });

/** Where the browser would be sent, of an answer that is a redirect to another host. */
const led = (answer: { headers: Readonly<Record<string, string | undefined>> }): string | undefined => {
  const to = answer.headers.location;
  if (!to) return undefined;
  const url = new URL(to, server.base);
  return [server.base, server.admin].some((one) => new URL(one).origin === url.origin) ? undefined : url.origin;
};

const misses = (host: string, path: string): string[] => [
  // prefix, suffix
  `https://${host}${path}x`, `https://${host}${path}/`, `https://${host}/x${path}`, `https://${host}`,
  `https://x${host}${path}`, `https://${host}.evil.example${path}`, `https://evil.example/${host}${path}`,
  `https://evil.example/?u=https://${host}${path}`, `https://evil.example#https://${host}${path}`,
  // user information
  `https://${host}@evil.example${path}`, `https://evil@${host}${path}`, `https://${host}:x@evil.example${path}`,
  `https://@${host}${path}`, `https://evil.example\\@${host}${path}`, `https://evil.example%40${host}${path}`,
  // letter case, scheme, port
  `https://${host}${path.toUpperCase()}`, `http://${host}${path}`, `https://${host}:8443${path}`, `ftp://${host}${path}`,
  `${host}${path}`, `//${host}${path}`, `javascript://${host}${path}`, `data:text/html,${host}${path}`,
  // fragment, query
  `https://${host}${path}#`, `https://${host}${path}#x`, `https://${host}${path}?`, `https://${host}${path}?x=1`,
  // percent, dots, slashes, blanks, controls
  `https://${host}/%2563b`, `https://${host}${path}%00`, `https://${host}${path}%20`, `https://${host}${path}%2f..`,
  `https://${host}${path}/..%2f`, `https://${host}${path}/../x`, `https://${host}//${path}`, `https://${host}\\${path}`,
  ` https://${host}${path}`, `https://${host}${path} `, `https:/${host}${path}`, `https:${host}${path}`,
  `https://${host}${path}\t`, `ht\ntps://${host}${path}`, `https://${host.replace('.', '%2e')}.evil.example${path}`,
  `https://${host.replace('.', '\u3002')}.evil.example${path}`, `https://evil.example\u2100${host}${path}`,
  `https://${host.replace('.', '\uff0e')}\uff0fx${path}`, `https://[${host}]${path}`, '', '*', 'null',
];

test('no near miss of a redirect address passes, and none is followed', async () => {
  const app = await appFor(['https://app.example/cb', 'https://app.example/second']);
  for (const uri of misses('app.example', '/cb')) {
    const answer = await browser().authorize(app, { redirect_uri: uri });
    expect([uri, answer.status, answer.headers.location]).toEqual([uri, 400, undefined]);
  }
  expect((await browser().authorize(app, { redirect_uri: 'https://app.example/cb' })).status).toBe(303);
});

test('a star in a host is one label, and one in a path stays below its host', async () => {
  const app = await appFor(['https://*.app.example/cb', 'https://fixed.example/a/*/z']);
  const fits = ['https://x.app.example/cb', 'https://X-1.APP.example/cb', 'https://fixed.example/a/1/2/z',
    'https://fixed.example/a//z'];
  for (const uri of fits) expect([uri, (await browser().authorize(app, { redirect_uri: uri })).status]).toEqual([uri, 303]);
  for (const uri of ['https://app.example/cb', 'https://.app.example/cb', 'https://a.b.app.example/cb',
    'https://evil.example/.app.example/cb', 'https://evil.example?.app.example/cb', 'https://evil.example#.app.example/cb',
    'https://evil.example:443.app.example/cb', 'https://x@evil.example/.app.example/cb', 'https://x.app.example@evil.example/cb',
    'https://x.app.example.evil.example/cb', 'https://evil.example\\.app.example/cb', 'https://*.app.example/cb',
    'https://evil.example%2f.app.example/cb', 'https://evil.example\uff0f.app.example/cb', 'https://x.app.example/cb/../cb2',
    'https://x.app.example:444/cb', 'http://x.app.example/cb', 'https://fixed.example/a/../../b/z', 'https://fixed.example/a/1/z?x',
    'https://fixed.example/a/%2e%2e/%2e%2e/z', 'https://fixed.example/b/1/z', 'https://evil.example/a/1/z',
    'https://fixed.example/a/1/z#x']) {
    const answer = await browser().authorize(app, { redirect_uri: uri });
    expect([uri, answer.status, answer.headers.location]).toEqual([uri, 400, undefined]);
  }
});

test('a native application on this computer may change its port and nothing else', async () => {
  const app = await appFor(['http://localhost/cb'], 'Native');
  expect((await browser().authorize(app, { redirect_uri: 'http://localhost:51234/cb' })).status).toBe(303);
  for (const uri of ['http://localhost:51234/x', 'http://127.0.0.1:51234/cb', 'http://[::1]/cb', 'https://localhost:1/cb',
    'http://localhost.evil.example:1/cb', 'http://localhost:1@evil.example/cb', 'http://localhost:99999/cb',
    'http://localhost:x/cb', 'http://localhost:80:80/cb'])
    expect([uri, (await browser().authorize(app, { redirect_uri: uri })).status]).toEqual([uri, 400]);
});

test('a browser is not sent anywhere after signing out but to what is registered for that', async () => {
  const app = await newApp(api);
  const { host, pathname } = new URL(afterLogout);
  for (const uri of [...misses(host, pathname).filter((one) => one !== ''), 'https://app.example/callback',
    'http://localhost:1/bye'])
    for (const method of ['GET', 'POST']) {
      const pairs = { client_id: app.id, post_logout_redirect_uri: uri };
      const answer = await browser().request(method, '/oidc/session/end',
        method === 'GET' ? { query: pairs } : { body: new URLSearchParams(pairs) });
      expect([uri, answer.status, answer.headers.location]).toEqual([uri, 400, undefined]);
    }
  // without an application there is nothing to compare with: the address is dropped
  const b = browser();
  const page = await b.get('/oidc/session/end', { query: { post_logout_redirect_uri: 'https://evil.example' } });
  expect(page.text).not.toContain('evil.example');
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)![1]!;
  const end = await b.request('POST', '/oidc/session/end/confirm', { body: new URLSearchParams({ xsrf, logout: 'yes',
    post_logout_redirect_uri: 'https://evil.example', redirect_uri: 'https://evil.example' }) });
  expect(led(end)).toBeUndefined();
});

test('no page of the server is made to lead to another host by what its address says', async () => {
  const evil = 'https://evil.example/x';
  const names = ['redirect', 'redirect_uri', 'redirectUri', 'redirectTo', 'redirect_url', 'return_to', 'returnTo', 'next', 'url', 'uri', 'continue',
    'post_logout_redirect_uri', 'client_uri', 'app_id', 'target', 'login_hint', 'show_success', 'fallback'];
  const b = await browser().visit(await newApp(api));
  for (const path of ['/', '/sign-in', '/register', '/forgot-password', '/consent', '/single-sign-on', '/switch-account', '/unknown-session', '/one-time-token',
    '/direct/social/x', '/direct/sso/x', '/identifier-sign-in', '/demo-app', '/account', '/console', '/oidc/session/end/success', '/oidc/auth/x', '/oidc/device',
    '//evil.example', '//evil.example/..', '/\\evil.example', '/%2f%2fevil.example', '/sign-in//evil.example', '/https://evil.example', '/%0d%0aLocation:%20https://evil.example'])
    for (const caller of [browser(), b]) {
      const answer = await caller.get(path + (path.includes('?') ? '&' : '?') +
        new URLSearchParams(names.map((name): [string, string] => [name, evil])));
      expect([path, led(answer)]).toEqual([path, undefined]);
      expect(answer.status).toBeLessThan(500);
      expect(answer.headers['refresh']).toBeUndefined();
    }
});

test('what an address says stands in no page as markup', async () => {
  const attack = '</script><script>alert(1)</script>"\'><img src=x onerror=alert(1)>';
  const b = await browser().visit(await newApp(api), { ui_locales: attack, login_hint: attack, organization_id: attack });
  const query = Object.fromEntries(['app_id', 'organization_id', 'ui_locales', 'login_hint', 'client_id', 'user_code', 'xsrf', 'email', 'token',
    'error', 'error_description', 'state'].map((name) => [name, attack]));
  for (const path of ['/sign-in', '/register', '/unknown-session', '/one-time-token', '/demo-app', '/oidc/session/end', '/oidc/session/end/success', '/oidc/device'])
    for (const caller of [browser(), b]) {
      const { text, headers } = await caller.get(path, { query });
      if (headers['content-type']?.startsWith('text/html')) expect([path, text.includes('<script>alert'), text.includes('<img src=x')]).toEqual([path, false, false]);
    }
});

test('where an interaction goes on is of no use in another browser', async () => {
  const app = await newApp(api);
  const b = await browser().visit(app);
  const to = new URL(await b.logIn(person));
  expect(to.origin).toBe(new URL(server.base).origin);
  const thief = browser();
  for (const answer of [await thief.get(to.pathname), await (await thief.visit(app)).get(to.pathname)]) {
    expect([answer.status, answer.headers.location]).toEqual([400, undefined]);
    expect(answer.headers['set-cookie'] ?? '').not.toContain('_session=');
  }
  expect((await b.follow(to.pathname)).get('code')).toBeTruthy();
  expect((await b.get(to.pathname)).status).toBe(400);
});
