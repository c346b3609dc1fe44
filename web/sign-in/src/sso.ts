// Signing in at one's organization: which one an address belongs to, going there, and coming back (jit-and-sso.md section 4).
import { ApiError, call } from '../../shared/api.ts';
import type { Identifier } from '../../shared/identifier.ts';
import { page, type SsoConnector } from '../../shared/page.ts';
import { keeper, leaveFor, proveBack, registerBy } from './elsewhere.ts';
import { identify, mayRegister, submit } from './flow.ts';
import { go } from './router.tsx';

const api = '/api/experience';

export const hasOrganizations = () => page.experience.hasSsoConnectors ?? false;

const choices = keeper<SsoConnector[]>('guildhall:organizations');

/** Those that the person may choose from. */
export const chosen = (): SsoConnector[] => choices.read() ?? [];

/** Shows those of the ids that people may sign in by. False: there are none. */
async function offer(ids: string[]): Promise<boolean> {
  const unlessGone = (error: unknown) => { if (error instanceof ApiError && error.status === 404) return []; throw error; };
  const found = await Promise.all(ids.map((id) => call<SsoConnector>('GET', `${api}/sso-connectors/${encodeURIComponent(id)}`).catch(unlessGone)));
  choices.write(found.flat());
  if (chosen().length === 0) return false;
  go('/single-sign-on/connectors');
  return true;
}

export const organizationsOf = async (email: string): Promise<string[]> =>
  (await call('GET', `${api}/sso-connectors?email=${encodeURIComponent(email)}`)).connectorIds;

export const goTo = (id: string) => leaveFor('sso', id);

/** To the one that there is, or to the choice. */
export async function goToOneOf(ids: string[]): Promise<void> {
  const [only] = ids;
  if (only && ids.length === 1) { await goTo(only); return; }
  if (!await offer(ids)) go('/single-sign-on/connectors');	// where another address can be entered
}

/** Does what was asked for, unless people with this address sign in at their organization. */
export async function unlessOrganization({ type, value }: Identifier, run: () => Promise<void>): Promise<void> {
  const ids = type === 'email' && hasOrganizations() ? await organizationsOf(value) : [];
  await (ids.length ? goToOneOf(ids) : run());
}

/** The server refuses every other way for such an address. */
export const followOrganization = async (error: ApiError): Promise<boolean> =>
  error.code === 'session.sso_enabled' && offer((error.data?.ssoConnectors ?? []).map(({ id }: SsoConnector) => id));

export async function comeBack(id: string, search: string): Promise<void> {
  const { verificationId } = await proveBack(id, search, 'sso.refused');
  try {
    await identify(verificationId);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'user.sso_identity_not_exist' || !mayRegister()) throw error;
    await registerBy(verificationId);
  }
  await submit();
}
