// The queries and changes of the organization template: the only place that knows their addresses.
import { call, type AnswerOf, type Call, type SentBy } from '../api/call.ts';
import { useList, type Fetched } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { all as allResources } from '../resources/api.ts';
import type { Finder } from '../routes.tsx';
import { part, type ListQuery } from '../ui/list-state.ts';

export type Role = AnswerOf<'get', '/api/organization-roles/{id}'>;
export type ListedRole = AnswerOf<'get', '/api/organization-roles'>[number];
export type Permission = AnswerOf<'get', '/api/organization-scopes/{id}'>;
type ApiPermission = AnswerOf<'get', '/api/organization-roles/{id}/resource-scopes'>[number];

export const descriptionMost = 256;

export const roles = ({ page, page_size, keyword }: ListQuery) => call('get', '/api/organization-roles', { query: { q: part(keyword), page, page_size } });
export const role = (id: string) => call('get', '/api/organization-roles/{id}', { path: { id } });
export const createRole = (body: SentBy<'post', '/api/organization-roles'>) => call('post', '/api/organization-roles', { body });
export const updateRole = (id: string, body: SentBy<'patch', '/api/organization-roles/{id}'>) =>
  call('patch', '/api/organization-roles/{id}', { path: { id }, body });
export const removeRole = (id: string) => call('delete', '/api/organization-roles/{id}', { path: { id } });

export const permissions = ({ page, page_size, keyword }: ListQuery) =>
  call('get', '/api/organization-scopes', { query: { q: part(keyword), page, page_size } });
export const allPermissions = () => call('get', '/api/organization-scopes');
export const createPermission = (body: SentBy<'post', '/api/organization-scopes'>) => call('post', '/api/organization-scopes', { body });
export const describePermission = (id: string, description: string) => call('patch', '/api/organization-scopes/{id}', { path: { id }, body: { description } });
export const removePermission = (id: string) => call('delete', '/api/organization-scopes/{id}', { path: { id } });

/* -- what a role carries -- */

const ownOf = (id: string) => call('get', '/api/organization-roles/{id}/scopes', { path: { id } });
const apiOf = (id: string) => call('get', '/api/organization-roles/{id}/resource-scopes', { path: { id } });

/** Gives a role the chosen permissions; of a kind of which none was chosen nothing is sent. */
export const assign = (id: string, organizationScopeIds: string[], scopeIds: string[]): Call[] => [
  ...(organizationScopeIds.length ? [call('post', '/api/organization-roles/{id}/scopes', { path: { id }, body: { organizationScopeIds } })] : []),
  ...(scopeIds.length ? [call('post', '/api/organization-roles/{id}/resource-scopes', { path: { id }, body: { scopeIds } })] : []),
];

export const takeAway = (id: string, one: Carried): Call => one.resource
  ? call('delete', '/api/organization-roles/{id}/resource-scopes/{scopeId}', { path: { id, scopeId: one.id } })
  : call('delete', '/api/organization-roles/{id}/scopes/{organizationScopeId}', { path: { id, organizationScopeId: one.id } });

/** A permission that a role carries: of an API, or without one an organization permission. */
export interface Carried { id: string; name: string; description: string | null; resource?: { id: string; name: string; indicator: string } }

/** All that a role carries, first the permissions of APIs. */
export function useCarried(id: string): Fetched<Carried> {
  const own = useList<Permission>(ownOf(id)), api = useList<ApiPermission>(apiOf(id)), resources = useList(allResources());
  const asked = [own, api, resources], apis = new Map(resources.data?.rows.map((one) => [one.id, one]));
  const rows: Carried[] | undefined = own.data && api.data && resources.data && [
    ...api.data.rows.map(({ resourceId, ...one }) => ({ ...one, resource: apis.get(resourceId) ?? { id: resourceId, name: resourceId, indicator: '' } })),
    ...own.data.rows];
  return {
    data: rows && { rows, total: rows.length }, error: asked.find(({ error }) => error)?.error ?? null,
    isFetching: asked.some(({ isFetching }) => isFetching), isPlaceholderData: asked.some(({ isPlaceholderData }) => isPlaceholderData),
    refetch: () => asked.forEach((one) => void one.refetch()),
  };
}

export const finder: Finder<ListedRole> = {
  label: () => t.template.tabs.roles,
  list: (word) => call('get', '/api/organization-roles', { query: { q: part(word), page: 1, page_size: 6 } }),
  found: ({ id, name, type }) => ({ title: name, detail: t.roles.types[type], path: `${base}/organization-roles/${id}` }),
};

export const base = '/organization-template';
