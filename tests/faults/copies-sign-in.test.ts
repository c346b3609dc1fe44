// Two copies on one PostgreSQL behind a balancer that gives each request to the other one: people sign in all the same,
// also while one is killed.
import * as oidc from 'openid-client';
import { describe, expect, test } from 'vitest';
import { afterLogout, Browser, newApp, newPerson, redirectUri } from '../api/support/browser.ts';
import { startBalancer, type Balancer } from '../api/support/proxy.ts';
import { engine, startServer, type Server } from '../api/support/server.ts';
import { freePort, Load, startCopy, until } from './support.ts';

const people = 8;

describe.runIf(engine === 'postgres')('two copies behind a balancer', async () => {
  let a: Server, b: Server, balancer: Balancer, app: { id: string };
  let ada: Awaited<ReturnType<typeof newPerson>>;

  if (engine === 'postgres') {
    const ports = [await freePort(), await freePort()] as const;
    balancer = await startBalancer(ports);
    const flags = (port: number): string[] => ['--port', String(port), '--endpoint', balancer.url,
      '--admin-endpoint', 'http://admin.example'];
    a = await startServer({ flags: flags(ports[0]) });
    b = await startCopy(a, { flags: flags(ports[1]) });
    app = await newApp(a.api);
    ada = await newPerson(a.api, { name: 'Ada' });
  }

  const configure = (): Promise<oidc.Configuration> => oidc.discovery(new URL(`${balancer.url}/oidc`), app.id,
    undefined, undefined, { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] });

  /** Opens the sign-in page; `finish` does the rest, to the tokens. */
  async function begin(config: oidc.Configuration) {
    const browser = new Browser(() => balancer.url);
    const pkceCodeVerifier = oidc.randomPKCECodeVerifier(), expectedState = oidc.randomState();
    const address = oidc.buildAuthorizationUrl(config, { redirect_uri: redirectUri, prompt: 'consent',
      scope: 'openid offline_access profile', code_challenge_method: 'S256', state: expectedState,
      code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier) });
    const { pathname, search } = new URL(address);
    const { status, headers, text } = await browser.get(pathname + search);
    expect({ status, location: headers.location }, text.slice(0, 200)).toEqual({ status: 303, location: expect.stringMatching(/^\/sign-in/) });
    return {
      browser,
      finish: async () => {
        const back = new URL(`${redirectUri}?${await browser.follow(await browser.logIn(ada))}`);
        return oidc.authorizationCodeGrant(config, back, { pkceCodeVerifier, expectedState });
      },
    };
  }
  const signIn = async (config: oidc.Configuration) => (await begin(config)).finish();
  const nameOf = async (config: oidc.Configuration, token: string): Promise<unknown> =>
    (await oidc.fetchUserInfo(config, token, ada.id)).name;

  test('each request of a sign-in goes to the other copy, from the page to the end of the session', async () => {
    const config = await configure(), before = [...balancer.served];
    const { browser, finish } = await begin(config);
    const tokens = await finish();
    expect(await nameOf(config, tokens.access_token)).toBe('Ada');
    const next = await oidc.refreshTokenGrant(config, tokens.refresh_token!);
    expect(next.claims()?.sub).toBe(ada.id);
    expect(await nameOf(config, next.access_token)).toBe('Ada');
    expect(await browser.leave(oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: afterLogout })))
      .toBe(afterLogout);
    for (const [i, served] of balancer.served.entries()) expect(served - before[i]!).toBeGreaterThan(3);
  });

  test('people go on signing in when one copy is killed, and nobody has to begin anew who has a page', async () => {
    const config = await configure();
    const open = await Promise.all(Array.from({ length: people }, () => begin(config)));
    const earlier = await Promise.all(Array.from({ length: people }, () => signIn(config)));
    let dying = false, killed = false, done = 0, cut = 0;
    const load = new Load(people, async () => {
      const late = killed;
      try {
        await signIn(config);
        if (late) done++;
      } catch (error) {
        if (late || !dying) throw error;
        cut++;	// its request was on the way to the copy that died
      }
    });
    try {
      const second = balancer.served[1]!;
      await until(load, () => balancer.served[1]! > second + 20);
      dying = true;
      await b.kill();
      killed = true;
      await until(load, () => done >= 3 * people);
    } finally {
      await load.stop();
    }
    expect(cut).toBeLessThanOrEqual(people);
    for (const { finish } of open) expect((await finish()).claims()?.sub).toBe(ada.id);
    for (const { access_token, refresh_token } of earlier) {
      expect(await nameOf(config, access_token)).toBe('Ada');
      expect((await oidc.refreshTokenGrant(config, refresh_token!)).claims()?.sub).toBe(ada.id);
    }
  });
});
