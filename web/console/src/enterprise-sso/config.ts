// What a connector is configured with, between the API and the forms.
import { t } from '../locales/index.ts';
import { later } from '../locales/later.ts';
import { addressFault } from '../ui/image-field.tsx';
import type { Connector } from './api.ts';

type Tree = { [key: string]: unknown };

export const textOf = (of: unknown, ...path: string[]): string => {
  const found = path.reduce<unknown>((at, name) => typeof at === 'object' && at !== null ? (at as Tree)[name] : undefined, of);
  return typeof found === 'string' ? found : '';
};
const isOn = (of: unknown, name: string): boolean => (of as Tree)[name] === true;

export const isSaml = ({ providerType }: Pick<Connector, 'providerType'>): boolean => providerType === 'saml';
export const isGoogle = ({ providerName }: Pick<Connector, 'providerName'>): boolean => providerName === 'GoogleWorkspace';
export const isConfigured = ({ config }: Pick<Connector, 'config'>): boolean => Object.keys(config).length > 0;

/* -- OIDC -- */

export const oidcValues = ({ config }: Connector) => ({ clientId: textOf(config, 'clientId'), clientSecret: textOf(config, 'clientSecret'), issuer: textOf(config, 'issuer'),
  scope: textOf(config, 'scope'), trustUnverifiedEmail: isOn(config, 'trustUnverifiedEmail'), offlineAccess: isOn(config, 'offlineAccess') });
export type OidcValues = ReturnType<typeof oidcValues>;

export function oidcConfig(it: Connector, { clientId, clientSecret, issuer, scope, trustUnverifiedEmail, offlineAccess }: OidcValues): Tree {
  return { clientId: clientId.trim(), clientSecret: clientSecret.trim(), ...(scope.trim() ? { scope: scope.trim() } : {}), trustUnverifiedEmail,
    ...(isGoogle(it) ? { offlineAccess } : { issuer: issuer.trim() }) };
}

export function oidcFaults(it: Connector, values: OidcValues): Partial<Record<keyof OidcValues, string>> {
  const needed = (['clientId', 'clientSecret', ...(isGoogle(it) ? [] : ['issuer'])] as (keyof OidcValues)[]).filter((name) => !String(values[name]).trim());
  const address = isGoogle(it) || !values.issuer.trim() ? undefined : addressFault(values.issuer.trim());
  return { ...(address ? { issuer: address } : {}), ...Object.fromEntries(needed.map((name) => [name, t.common.required])) };
}

/* -- SAML -- */

export const ways = ['url', 'xml', 'hand'] as const;
export type Way = typeof ways[number];
export const sha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', sha512 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512';

const wayOf = (config: Tree): Way => textOf(config, 'metadata') ? 'xml' : textOf(config, 'entityId') ? 'hand' : 'url';

export const samlValues = ({ config }: Connector) => ({ way: wayOf(config), metadataUrl: textOf(config, 'metadataUrl'), metadata: textOf(config, 'metadata'),
  entityId: textOf(config, 'entityId'), signInEndpoint: textOf(config, 'signInEndpoint'), x509Certificate: textOf(config, 'x509Certificate'),
  mapId: textOf(config, 'attributeMapping', 'id'), mapEmail: textOf(config, 'attributeMapping', 'email'), mapName: textOf(config, 'attributeMapping', 'name'),
  signAuthnRequest: isOn(config, 'signAuthnRequest'), algorithm: textOf(config, 'requestSignatureAlgorithm') || sha256, allowSha1: isOn(config, 'allowSha1') });
export type SamlValues = ReturnType<typeof samlValues>;

const fieldsOf: Record<Way, readonly (keyof SamlValues)[]> = { url: ['metadataUrl'], xml: ['metadata'], hand: ['entityId', 'signInEndpoint', 'x509Certificate'] };

export function samlConfig(values: SamlValues): Tree {
  const { mapId, mapEmail, mapName, signAuthnRequest, algorithm, allowSha1 } = values;
  const mapping = Object.fromEntries(Object.entries({ id: mapId.trim(), email: mapEmail.trim(), name: mapName.trim() }).filter(([, name]) => name));
  return { ...Object.fromEntries(fieldsOf[values.way].map((name) => [name, String(values[name]).trim()])),
    ...(Object.keys(mapping).length ? { attributeMapping: mapping } : {}),
    ...(signAuthnRequest ? { signAuthnRequest, requestSignatureAlgorithm: algorithm } : {}), ...(allowSha1 ? { allowSha1 } : {}) };
}

export function samlFaults(values: SamlValues): Partial<Record<keyof SamlValues, string>> {
  const faults: Partial<Record<keyof SamlValues, string>> = {};
  for (const name of fieldsOf[values.way]) {
    const text = String(values[name]).trim(), address = name === 'metadataUrl' || name === 'signInEndpoint' ? addressFault(text) : undefined;
    if (!text || address) faults[name] = address ?? t.common.required;
  }
  return faults;
}

/* -- domains -- */

/** Where anybody gets an address: the API refuses them. */
const publicDomains = new Set(`gmail.com yahoo.com hotmail.com outlook.com live.com icloud.com aol.com yandex.com mail.com protonmail.com yanex.com gmx.com
  mail.ru zoho.com qq.com 163.com 126.com sina.com sohu.com`.split(/\s+/));

export function domainFault(domains: readonly string[]): string | undefined {
  const words = later.enterpriseSso.experience;
  for (const [i, domain] of domains.entries()) {
    if (!/^[^\s.@/:]+(\.[^\s.@/:]+)+$/.test(domain)) return words.invalid(domain);
    if (publicDomains.has(domain.toLowerCase())) return words.public(domain);
    if (domains.findIndex((one) => one.toLowerCase() === domain.toLowerCase()) !== i) return words.twice(domain);
  }
  return undefined;
}
