// What the settings of an application hold and what is sent of them; and which addresses a browser may be sent back to.
import { t } from '../locales/index.ts';
import { objectFault } from '../ui/json-editor.tsx';
import { asText } from '../ui/json.ts';
import { addressFault } from '../ui/image-field.tsx';
import { needed, type Faults } from '../ui/form.ts';
import { entered } from '../ui/multi-text.tsx';
import { isWebAddress } from '../ui/picture.tsx';
import type { Application, Patch } from './api.ts';
import { isMachine, isRedirected } from './kinds.tsx';

export const defaultDays = 14, mostDays = 180;

// Schemes that a browser would run or read from disk: the server refuses them too.
const refused = ['javascript:', 'data:', 'file:', 'about:', 'vbscript:', 'blob:', 'view-source:', 'filesystem:'];

const isWeb = (text: string) => /^https?:/i.test(text);

/** A star stands in the path, or in a host with a dot. */
function starsFit(text: string): boolean {
  const [, authority = '', path = ''] = /^https?:\/\/([^/?#]*)(\/[^?#]*)?/i.exec(text) ?? [];
  const elsewhere = text.replace(`${authority}${path}`, '');
  return !elsewhere.includes('*') && !authority.includes('@') && !authority.includes('[') && !/:.*\*/.test(authority)
    && (!authority.includes('*') || authority.includes('.'));
}

/** Why an address cannot be one to come back to; the server has the last word. */
export function redirectFault(text: string, stars: boolean): string | undefined {
  if (/\s/.test(text) || !/^[a-z][a-z0-9+.-]*:/i.test(text) || !URL.canParse(text.replaceAll('*', 'x'))) return t.applications.redirects.invalid;
  if (refused.includes(new URL(text.replaceAll('*', 'x')).protocol)) return t.applications.redirects.runs;
  if (!text.includes('*')) return undefined;
  if (!stars) return t.applications.redirects.noStars;
  return isWeb(text) && starsFit(text) ? undefined : t.applications.redirects.starPlace;
}

/** What is allowed and yet to be thought about. */
export function redirectWarnings(texts: readonly string[]): string[] {
  const all = entered(texts), web = all.filter(isWeb).length;
  return [...(all.some((one) => one.includes('*')) ? [t.applications.redirects.starWarning] : []),
    ...(web > 0 && web < all.length ? [t.applications.redirects.mixed] : [])];
}

export const originFault = (text: string): string | undefined =>
  isWebAddress(text) && new URL(text).origin === text.replace(/\/$/, '').toLowerCase() ? undefined : t.applications.cors.invalid;

export function valuesOf({ name, description, oidcClientMetadata: oidc, customClientMetadata: custom, customData }: Application) {
  return { name, description: description ?? '', redirectUris: oidc.redirectUris, postLogoutRedirectUris: oidc.postLogoutRedirectUris,
    corsAllowedOrigins: custom.corsAllowedOrigins ?? [], customData: asText(customData),
    alwaysIssueRefreshToken: custom.alwaysIssueRefreshToken ?? false, rotateRefreshToken: custom.rotateRefreshToken ?? true,
    refreshTokenTtlInDays: (custom.refreshTokenTtlInDays ?? defaultDays) as number | string,
    backchannelLogoutUri: oidc.backchannelLogoutUri ?? '', backchannelLogoutSessionRequired: oidc.backchannelLogoutSessionRequired ?? false,
    allowTokenExchange: custom.allowTokenExchange ?? false, maxAllowedGrants: (custom.maxAllowedGrants ?? '') as number | string };
}
export type Values = ReturnType<typeof valuesOf>;

/** Where the API names a field otherwise. */
export const paths: Partial<Record<keyof Values, string>> = {
  redirectUris: 'oidcClientMetadata.redirectUris', postLogoutRedirectUris: 'oidcClientMetadata.postLogoutRedirectUris',
  backchannelLogoutUri: 'oidcClientMetadata.backchannelLogoutUri', corsAllowedOrigins: 'customClientMetadata.corsAllowedOrigins',
  refreshTokenTtlInDays: 'customClientMetadata.refreshTokenTtlInDays', maxAllowedGrants: 'customClientMetadata.maxAllowedGrants',
};

const without = <T extends object, K extends keyof T>(from: T, ...names: K[]): Omit<T, K> =>
  Object.fromEntries(Object.entries(from).filter(([name]) => !names.includes(name as K))) as Omit<T, K>;

function oidcOf({ oidcClientMetadata }: Application, values: Values): Application['oidcClientMetadata'] {
  const uri = values.backchannelLogoutUri.trim();
  return { ...without(oidcClientMetadata, 'backchannelLogoutUri'), redirectUris: entered(values.redirectUris), postLogoutRedirectUris: entered(values.postLogoutRedirectUris),
    ...(uri ? { backchannelLogoutUri: uri } : {}), backchannelLogoutSessionRequired: values.backchannelLogoutSessionRequired };
}

function customOf({ customClientMetadata, ...app }: Application, values: Values): Application['customClientMetadata'] {
  const exchange = app.isThirdParty ? {} : { allowTokenExchange: values.allowTokenExchange };
  if (isMachine(app)) return { ...customClientMetadata, ...exchange };
  const limit = String(values.maxAllowedGrants).trim();
  return { ...without(customClientMetadata, 'maxAllowedGrants'), ...exchange, corsAllowedOrigins: entered(values.corsAllowedOrigins),
    alwaysIssueRefreshToken: values.alwaysIssueRefreshToken, rotateRefreshToken: values.rotateRefreshToken,
    refreshTokenTtlInDays: Number(values.refreshTokenTtlInDays), ...(limit ? { maxAllowedGrants: Number(limit) } : {}) };
}

/** The API replaces both objects of metadata whole: what is not of this page stays in them. */
export function bodyOf(app: Application, values: Values): Patch {
  return { name: values.name.trim(), description: values.description.trim(), customData: JSON.parse(values.customData) as Record<string, unknown>,
    ...(isMachine(app) ? {} : { oidcClientMetadata: oidcOf(app, values) }), customClientMetadata: customOf(app, values) };
}

const isWhole = (value: number | string, least: number, most: number) => Number.isInteger(Number(value)) && Number(value) >= least && Number(value) <= most;

function faultsOfAddresses(app: Application, values: Values): Faults<Values> {
  const stars = app.type !== 'Native', out: Faults<Values> = {};
  const first = (list: readonly string[], faultOf: (text: string) => string | undefined) => entered(list).map(faultOf).find(Boolean);
  const put = (name: keyof Values, fault: string | undefined) => { if (fault) out[name] = fault; };
  if (isRedirected(app)) {
    put('redirectUris', entered(values.redirectUris).length ? first(values.redirectUris, (one) => redirectFault(one, stars)) : t.applications.redirects.needed);
    put('corsAllowedOrigins', first(values.corsAllowedOrigins, originFault));
  }
  put('postLogoutRedirectUris', first(values.postLogoutRedirectUris, (one) => redirectFault(one, stars)));
  put('backchannelLogoutUri', addressFault(values.backchannelLogoutUri.trim()));
  if (!isWhole(values.refreshTokenTtlInDays, 1, mostDays)) out.refreshTokenTtlInDays = t.applications.refresh.daysFault;
  if (String(values.maxAllowedGrants).trim() && !isWhole(values.maxAllowedGrants, 1, Number.MAX_SAFE_INTEGER)) out.maxAllowedGrants = t.applications.limit.fault;
  return out;
}

/** Only what spares a round trip. */
export function faultsIn(app: Application, values: Values): Faults<Values> {
  const data = objectFault(values.customData);
  return { ...needed(values, 'name'), ...(data ? { customData: data } : {}), ...(isMachine(app) ? {} : faultsOfAddresses(app, values)) };
}
