// Administrators are the users of the tenant `admin` that hold its roles; its Management API makes further ones.
import { atAdmins, call, type AnswerOf, type SentBy } from '../api/call.ts';
import { page } from '../page.ts';
import { part, type ListQuery } from '../ui/list-state.ts';

export type Administrator = AnswerOf<'get', '/api/roles/{id}/users'>[number];
export type Role = AnswerOf<'get', '/api/roles/{id}'>;

/** Whoever has the first works in the Console, with the second also on this page. */
export const worksHere = `${page.tenantId}:admin`;
export const overseesOthers = 'admin:admin';

export const roles = () => atAdmins(call('get', '/api/roles', { query: { type: 'User', search: '%:admin', page: 1, page_size: 100 } }));
export const list = (roleId: string, { page, page_size, keyword }: ListQuery) =>
  atAdmins(call('get', '/api/roles/{id}/users', { path: { id: roleId }, query: { ...(keyword ? { search: part(keyword) } : {}), page, page_size } }));
export const create = (body: SentBy<'post', '/api/users'>) => atAdmins(call('post', '/api/users', { body }));
export const give = (userId: string, roleIds: string[]) => atAdmins(call('post', '/api/users/{userId}/roles', { path: { userId }, body: { roleIds } }));
export const suspend = (userId: string, isSuspended: boolean) =>
  atAdmins(call('patch', '/api/users/{userId}/is-suspended', { path: { userId }, body: { isSuspended } }));
export const remove = (userId: string) => atAdmins(call('delete', '/api/users/{userId}', { path: { userId } }));
