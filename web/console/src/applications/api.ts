// The queries and changes of applications: the only place that knows their addresses.
import { call, type AnswerOf, type SentBy } from '../api/call.ts';
import { t } from '../locales/index.ts';
import type { Finder } from '../routes.tsx';
import { capped, part, type ListQuery } from '../ui/list-state.ts';

export type Application = AnswerOf<'get', '/api/applications/{id}'>;
export type ListedApplication = AnswerOf<'get', '/api/applications'>[number];
export type Secret = AnswerOf<'get', '/api/applications/{id}/secrets'>[number];
export type Patch = SentBy<'patch', '/api/applications/{id}'>;
export type ConsentScopes = AnswerOf<'get', '/api/applications/{applicationId}/user-consent-scopes'>;
export type NewConsentScopes = SentBy<'post', '/api/applications/{applicationId}/user-consent-scopes'>;
export type UserScope = ConsentScopes['userScopes'][number];
export type Access = AnswerOf<'get', '/api/applications/{applicationId}/access-control'>;
export type LookOf = AnswerOf<'get', '/api/applications/{applicationId}/sign-in-experience'>;
export type NewLook = SentBy<'put', '/api/applications/{applicationId}/sign-in-experience'>;

export const list = (isThirdParty: boolean) => ({ page, page_size, keyword }: ListQuery) =>
  call('get', '/api/applications', { query: { isThirdParty, search: part(keyword), page, page_size } });
export const one = (id: string) => call('get', '/api/applications/{id}', { path: { id } });
export const create = (body: SentBy<'post', '/api/applications'>) => call('post', '/api/applications', { body });
export const update = (id: string, body: Patch) => call('patch', '/api/applications/{id}', { path: { id }, body });
export const remove = (id: string) => call('delete', '/api/applications/{id}', { path: { id } });

export const secrets = (id: string) => call('get', '/api/applications/{id}/secrets', { path: { id } });
export const createSecret = (id: string, body: SentBy<'post', '/api/applications/{id}/secrets'>) =>
  call('post', '/api/applications/{id}/secrets', { path: { id }, body });
export const renameSecret = (id: string, name: string, to: string) =>
  call('patch', '/api/applications/{id}/secrets/{name}', { path: { id, name }, body: { name: to } });
export const removeSecret = (id: string, name: string) => call('delete', '/api/applications/{id}/secrets/{name}', { path: { id, name } });
export const removeLegacySecret = (id: string) => call('delete', '/api/applications/{id}/legacy-secret', { path: { id } });

export const roles = (id: string) => ({ page, page_size, keyword }: ListQuery) =>
  call('get', '/api/applications/{applicationId}/roles', { path: { applicationId: id }, query: { search: part(keyword), page, page_size } });
/** Roles that the application has not yet. */
export const freeRoles = (id: string) => ({ page, page_size, keyword }: ListQuery) =>
  call('get', '/api/roles', { query: { type: 'MachineToMachine', excludeApplicationId: id, search: part(keyword), page, page_size } });
export const giveRoles = (id: string, roleIds: string[]) =>
  call('post', '/api/applications/{applicationId}/roles', { path: { applicationId: id }, body: { roleIds } });
export const takeRole = (id: string, roleId: string) =>
  call('delete', '/api/applications/{applicationId}/roles/{roleId}', { path: { applicationId: id, roleId } });
export const scopesOfRole = (id: string) => call('get', '/api/roles/{id}/scopes', { path: { id } });

/** `paginated` is an addition of ours, without which nothing is searched there. */
export const organizations = (id: string) => ({ page, page_size, keyword }: ListQuery) =>
  call('get', '/api/applications/{id}/organizations', { path: { id }, query: { paginated: 'true', q: keyword, ...capped, page, page_size } });

export const consentScopes = (id: string) => call('get', '/api/applications/{applicationId}/user-consent-scopes', { path: { applicationId: id } });
export const addConsentScopes = (id: string, body: NewConsentScopes) =>
  call('post', '/api/applications/{applicationId}/user-consent-scopes', { path: { applicationId: id }, body });
export type ScopeType = 'organization-scopes' | 'resource-scopes' | 'organization-resource-scopes' | 'user-scopes';
export const removeConsentScope = (id: string, scopeType: ScopeType, scopeId: string) =>
  call('delete', '/api/applications/{applicationId}/user-consent-scopes/{scopeType}/{scopeId}', { path: { applicationId: id, scopeType, scopeId } });
/** All of them: without a page the API gives the list whole. */
export const organizationScopes = () => call('get', '/api/organization-scopes');

export const look = (id: string) => call('get', '/api/applications/{applicationId}/sign-in-experience', { path: { applicationId: id } });
export const setLook = (id: string, body: NewLook) =>
  call('put', '/api/applications/{applicationId}/sign-in-experience', { path: { applicationId: id }, body });

export const access = (id: string) => call('get', '/api/applications/{applicationId}/access-control', { path: { applicationId: id } });
export const setAccess = (id: string, body: Access) =>
  call('put', '/api/applications/{applicationId}/access-control', { path: { applicationId: id }, body });
export const users = ({ page, page_size, keyword }: ListQuery) =>
  call('get', '/api/users', { query: { search: part(keyword), ...capped, page, page_size } });
export const user = (userId: string) => call('get', '/api/users/{userId}', { path: { userId } });
export const userRoles = ({ page, page_size, keyword }: ListQuery) =>
  call('get', '/api/roles', { query: { type: 'User', search: part(keyword), page, page_size } });
export const role = (id: string) => call('get', '/api/roles/{id}', { path: { id } });
export const allOrganizations = ({ page, page_size, keyword }: ListQuery) =>
  call('get', '/api/organizations', { query: { q: keyword, ...capped, page, page_size } });
export const organization = (id: string) => call('get', '/api/organizations/{id}', { path: { id } });
export const organizationRoles = () => call('get', '/api/organization-roles');

export const finder: Finder<ListedApplication> = {
  label: () => t.applications.title,
  list: (word) => call('get', '/api/applications', { query: { search: part(word), page: 1, page_size: 6 } }),
  found: ({ id, name }) => ({ title: name, detail: id, path: `/applications/${id}` }),
};
