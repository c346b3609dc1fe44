// The queries and changes of roles: the only place that knows their addresses.
import { call, type AnswerOf, type SentBy } from '../api/call.ts';
import { t } from '../locales/index.ts';
import type { Finder } from '../routes.tsx';
import { capped, part, type ListQuery } from '../ui/list-state.ts';

export type Role = AnswerOf<'get', '/api/roles/{id}'>;
export type ListedRole = AnswerOf<'get', '/api/roles'>[number];
export type Permission = AnswerOf<'get', '/api/roles/{id}/scopes'>[number];
export type User = AnswerOf<'get', '/api/roles/{id}/users'>[number];
export type Application = AnswerOf<'get', '/api/roles/{id}/applications'>[number];

const paged = ({ page, page_size, keyword }: ListQuery) => ({ search: part(keyword), page, page_size });
/** A page of one row: it is asked only for its total. */
const counted: ListQuery = { page: 1, page_size: 1, keyword: '' };

export const list = (query: ListQuery) => call('get', '/api/roles', { query: paged(query) });
export const one = (id: string) => call('get', '/api/roles/{id}', { path: { id } });
export const create = (body: SentBy<'post', '/api/roles'>) => call('post', '/api/roles', { body });
export const update = (id: string, body: SentBy<'patch', '/api/roles/{id}'>) => call('patch', '/api/roles/{id}', { path: { id }, body });
export const remove = (id: string) => call('delete', '/api/roles/{id}', { path: { id } });

export const permissions = (id: string, query: ListQuery) => call('get', '/api/roles/{id}/scopes', { path: { id }, query: paged(query) });
export const allPermissions = (id: string) => call('get', '/api/roles/{id}/scopes', { path: { id } });
export const permissionCount = (id: string) => permissions(id, counted);
export const addPermissions = (id: string, scopeIds: string[]) => call('post', '/api/roles/{id}/scopes', { path: { id }, body: { scopeIds } });
export const removePermission = (id: string, scopeId: string) => call('delete', '/api/roles/{id}/scopes/{scopeId}', { path: { id, scopeId } });

export const users = (id: string, query: ListQuery) => call('get', '/api/roles/{id}/users', { path: { id }, query: { ...paged(query), ...capped } });
export const userCount = (id: string) => users(id, counted);
export const usersWithout = (excludeRoleId: string, query: ListQuery) => call('get', '/api/users', { query: { ...paged(query), ...capped, excludeRoleId } });
export const addUsers = (id: string, userIds: string[]) => call('post', '/api/roles/{id}/users', { path: { id }, body: { userIds } });
export const removeUser = (id: string, userId: string) => call('delete', '/api/roles/{id}/users/{userId}', { path: { id, userId } });

export const applications = (id: string, query: ListQuery) => call('get', '/api/roles/{id}/applications', { path: { id }, query: paged(query) });
export const applicationCount = (id: string) => applications(id, counted);
export const applicationsWithout = (excludeRoleId: string, query: ListQuery) =>
  call('get', '/api/applications', { query: { ...paged(query), types: ['MachineToMachine'], excludeRoleId } });
export const addApplications = (id: string, applicationIds: string[]) => call('post', '/api/roles/{id}/applications', { path: { id }, body: { applicationIds } });
export const removeApplication = (id: string, applicationId: string) =>
  call('delete', '/api/roles/{id}/applications/{applicationId}', { path: { id, applicationId } });

/** The tab with those who hold a role: people and machine apps never hold the same. */
export const holdersTab = (type: Role['type']): string => type === 'User' ? 'users' : 'machine-to-machine-apps';

export const finder: Finder<ListedRole> = {
  label: () => t.roles.title,
  list: (word) => call('get', '/api/roles', { query: { search: part(word), page: 1, page_size: 6 } }),
  found: ({ id, name, type }) => ({ title: name, detail: t.roles.types[type], path: `/roles/${id}` }),
};
