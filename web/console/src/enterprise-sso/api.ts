// The queries and changes of enterprise connectors: the only place that knows their addresses.
import { call, type AnswerOf, type Call, type SentBy } from '../api/call.ts';
import { t } from '../locales/index.ts';
import type { Finder } from '../routes.tsx';
import { part, type ListQuery } from '../ui/list-state.ts';

export type Connector = AnswerOf<'get', '/api/sso-connectors/{id}'>;
export type Provider = AnswerOf<'get', '/api/sso-connector-providers'>[number];
export type SigningKey = AnswerOf<'get', '/api/sso-connectors/{id}/signing-keys'>[number];
export type Initiated = AnswerOf<'get', '/api/sso-connectors/{id}/idp-initiated-auth-config'>;
export type Tried = AnswerOf<'get', '/api/sso-connectors/{id}/tests/{testId}'>;
export type Proof = AnswerOf<'get', '/api/domain-proofs'>[number];

export const base = '/enterprise-sso';

export const providers = () => call('get', '/api/sso-connector-providers');
/** Without what providers publish: a list waits for none of them. */
export const list = ({ page, page_size, keyword }: ListQuery) =>
  call('get', '/api/sso-connectors', { query: { q: keyword, page, page_size, providerConfig: 'false' } });
export const one = (id: string) => call('get', '/api/sso-connectors/{id}', { path: { id } });
export const create = (body: SentBy<'post', '/api/sso-connectors'>) => call('post', '/api/sso-connectors', { body });
export const update = (id: string, body: SentBy<'patch', '/api/sso-connectors/{id}'>) => call('patch', '/api/sso-connectors/{id}', { path: { id }, body });
export const remove = (id: string) => call('delete', '/api/sso-connectors/{id}', { path: { id } });
export const signInRules = () => call('get', '/api/sign-in-exp');

/* -- keys of SAML -- */

export const keys = (id: string) => call('get', '/api/sso-connectors/{id}/signing-keys', { path: { id } });
export const makeKey = (id: string, active: boolean) => call('post', '/api/sso-connectors/{id}/signing-keys', { path: { id }, body: { active } });
export const setKey = (id: string, keyId: string, active: boolean) =>
  call('patch', '/api/sso-connectors/{id}/signing-keys/{keyId}', { path: { id, keyId }, body: { active } });
export const removeKey = (id: string, keyId: string) => call('delete', '/api/sso-connectors/{id}/signing-keys/{keyId}', { path: { id, keyId } });

/* -- sign-ins that begin at the provider -- */

export const initiated = (id: string) => call('get', '/api/sso-connectors/{id}/idp-initiated-auth-config', { path: { id } });
export const setInitiated = (id: string, body: SentBy<'put', '/api/sso-connectors/{id}/idp-initiated-auth-config'>): Call =>
  call('put', '/api/sso-connectors/{id}/idp-initiated-auth-config', { path: { id }, body });
export const removeInitiated = (id: string): Call => call('delete', '/api/sso-connectors/{id}/idp-initiated-auth-config', { path: { id } });
export const applications = (word: string, types: string[]) =>
  call('get', '/api/applications', { query: { search: part(word), types, page: 1, page_size: 20 } });
export const application = (id: string) => call('get', '/api/applications/{id}', { path: { id } });

/* -- tests -- */

export const beginTest = (id: string) => call('post', '/api/sso-connectors/{id}/tests', { path: { id } });
export const test = (id: string, testId: string) => call('get', '/api/sso-connectors/{id}/tests/{testId}', { path: { id, testId } });

/* -- proofs of domains -- */

export const proofs = () => call('get', '/api/domain-proofs');
export const beginProof = (domain: string) => call('post', '/api/domain-proofs', { body: { domain } });
export const checkProof = (id: string) => call('post', '/api/domain-proofs/{id}/check', { path: { id } });
export const removeProof = (id: string) => call('delete', '/api/domain-proofs/{id}', { path: { id } });
export const provisioning = () => call('get', '/api/configs/provisioning');
export const setProvisioning = (onlyProvenDomains: boolean) => call('patch', '/api/configs/provisioning', { body: { onlyProvenDomains } });

export const finder: Finder<Connector> = {
  label: () => t.enterpriseSso.title,
  list: (keyword) => list({ keyword, page: 1, page_size: 6 }),
  found: ({ id, connectorName, name }) => ({ title: connectorName, detail: name, path: `${base}/${id}` }),
};
