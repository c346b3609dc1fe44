// The identity provider of a test file, with which it ends.
import { afterAll } from 'vitest';
import { openProvider, type Provider } from './provider.ts';
export * from './provider.ts';

export async function identityProvider(): Promise<Provider> {
  const { provider, close } = await openProvider();
  afterAll(close);
  return provider;
}
