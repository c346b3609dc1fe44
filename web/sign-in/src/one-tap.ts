// Google's own prompt over the first screen, where the tenant has switched it on (signin/one_tap.h). What it gives goes the same way as
// the credential of an application's page (social.ts).
import { page } from '../../shared/page.ts';
import { newState } from './elsewhere.ts';
import { loadScript } from './script.ts';
import { proveByCredential } from './social.ts';

interface Service {
  initialize(options: object): void;
  prompt(): void;
  cancel(): void;
}
const theirs = globalThis as unknown as { google?: { accounts: { id: Service } } };

const csrf = 'g_csrf_token';

/** The server takes it from the browser that got it: a cookie, which is gone after a minute, says the same as the call. */
export async function signInByOneTap(id: string, credential: string): Promise<void> {
  const token = newState();
  document.cookie = `${csrf}=${token}; path=/; max-age=60; samesite=strict${location.protocol === 'https:' ? '; secure' : ''}`;
  await proveByCredential(id, { credential, [csrf]: token });
}

/** Shows the prompt; what is returned takes it away. A browser that does not get Google's script has the other ways to sign in. */
export function offerOneTap(take: (run: () => Promise<void>) => void): () => void {
  const { googleOneTap: config } = page.experience, nonce = page.oneTapNonce;
  if (!config || !nonce) return () => {};
  let isWanted = true;
  const show = async () => {
    await loadScript('https://accounts.google.com/gsi/client');
    const service = theirs.google?.accounts.id;
    if (!isWanted || !service) return;
    service.initialize({ client_id: config.clientId, nonce, context: 'signin', auto_select: config.autoSelect,
      itp_support: config.itpSupport, cancel_on_tap_outside: config.closeOnTapOutside ?? true, use_fedcm_for_prompt: true,
      callback: ({ credential }: { credential: string }) => take(() => signInByOneTap(config.connectorId, credential)) });
    service.prompt();
  };
  show().catch(() => undefined);
  return () => { isWanted = false; theirs.google?.accounts.id.cancel(); };
}
