// Vitest's global setup: a folder in which the workers of a run note the routes that they call.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROUTES_FOLDER } from './document.ts';

export default async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-routes-'));
  process.env[ROUTES_FOLDER] = folder;
  return () => rm(folder, { recursive: true, force: true });
}
