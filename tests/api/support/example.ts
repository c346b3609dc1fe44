// The apps of examples/, started by the command that the README has.
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ok } from './expect.ts';
import { atEnd, bound, freePort } from './owned.ts';
import type { startServer } from './server.ts';

const dev = fileURLToPath(new URL('../../../dev', import.meta.url));

/** Starts an example, which serves at `url`, and waits until it says so. It ends with what calls. */
export async function startExample(command: string, url: string, env: Record<string, string>,
  cwd?: string): Promise<void> {
  const child = spawn(...bound('bash', ['--norc', '-c', `exec env ${command.replace('./dev', dev)}`]), {
    env: { PATH: process.env['PATH'] ?? '', TMPDIR: tmpdir(), ...env, BASE_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'], ...(cwd ? { cwd } : {}),
  });
  const over = new Promise((end) => child.once('close', end));
  atEnd(() => {
    child.kill();
    return over;
  });
  await new Promise<void>((there, lost) => {
    let out = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out.includes(url)) there();
    });
    child.once('close', (status) => lost(new Error(`the example ended with ${status}\n${out}`)));
  });
}

/** Registers an application for the example `name` and starts it; answers where it is. It asks for the permissions `scopes`. */
export async function registerExample({ api, base }: Awaited<ReturnType<typeof startServer>>, name: string, type: string,
  scopes: string): Promise<string> {
  const url = `http://localhost:${await freePort()}`;
  const { id } = ok(await api.post('/applications', { name, type,
    oidcClientMetadata: { redirectUris: [`${url}/callback`], postLogoutRedirectUris: [url] } }));
  const [secret] = type === 'SPA' ? [] : ok(await api.get(`/applications/${id}/secrets`));
  await startExample(`./dev example ${name}`, url, { ENDPOINT: base, APP_ID: id, APP_SECRET: secret?.value ?? '', SCOPES: scopes });
  return url;
}
