// The queries and changes of users: the only place that knows their addresses.
import { call, type AnswerOf, type SentBy } from '../api/call.ts';
import { t } from '../locales/index.ts';
import type { Finder } from '../routes.tsx';
import { capped, part, type ListQuery } from '../ui/list-state.ts';
import { displayName, secondName } from './name.ts';

export type User = AnswerOf<'get', '/api/users/{userId}'>;
export type ListedUser = AnswerOf<'get', '/api/users'>[number];
export type Role = AnswerOf<'get', '/api/users/{userId}/roles'>[number];
export type Factor = AnswerOf<'get', '/api/users/{userId}/mfa-verifications'>[number];
export type NewFactor = AnswerOf<'post', '/api/users/{userId}/mfa-verifications'>;
export type Token = AnswerOf<'get', '/api/users/{userId}/personal-access-tokens'>[number];
export type Session = AnswerOf<'get', '/api/users/{userId}/sessions'>['sessions'][number];
export type Grant = AnswerOf<'get', '/api/users/{userId}/grants'>['grants'][number];
export type Identities = AnswerOf<'get', '/api/users/{userId}/all-identities'>;

const of = (userId: string) => ({ path: { userId } });

/** `search`: parameters of an advanced search (search.ts). */
export const list = ({ page, page_size, keyword }: ListQuery, search: Record<string, string | string[]> = {}) =>
  call('get', '/api/users', { query: { ...(keyword ? { search: part(keyword) } : {}), ...search, ...capped, page, page_size } });
export const one = (userId: string) => call('get', '/api/users/{userId}', { path: { userId }, query: { includeSsoIdentities: 'true' } });
/** For its name alone, in lists of other things. */
export const named = (userId: string) => call('get', '/api/users/{userId}', of(userId));
export const create = (body: SentBy<'post', '/api/users'>) => call('post', '/api/users', { body });
export const update = (userId: string, body: SentBy<'patch', '/api/users/{userId}'>) => call('patch', '/api/users/{userId}', { path: { userId }, body });
export const remove = (userId: string) => call('delete', '/api/users/{userId}', of(userId));
export const suspend = (userId: string, isSuspended: boolean) =>
  call('patch', '/api/users/{userId}/is-suspended', { path: { userId }, body: { isSuspended } });

export const setPassword = (userId: string, password: string) => call('patch', '/api/users/{userId}/password', { path: { userId }, body: { password } });
export const expirePassword = (userId: string, isExpired: boolean) =>
  call('patch', '/api/users/{userId}/password/expiration', { path: { userId }, body: { isExpired } });

export const factors = (userId: string) => call('get', '/api/users/{userId}/mfa-verifications', of(userId));
export const addFactor = (userId: string, type: 'Totp' | 'BackupCode') =>
  call('post', '/api/users/{userId}/mfa-verifications', { path: { userId }, body: { type } });
export const removeFactor = (userId: string, verificationId: string) =>
  call('delete', '/api/users/{userId}/mfa-verifications/{verificationId}', { path: { userId, verificationId } });

export const tokens = (userId: string) => call('get', '/api/users/{userId}/personal-access-tokens', of(userId));
export const createToken = (userId: string, body: SentBy<'post', '/api/users/{userId}/personal-access-tokens'>) =>
  call('post', '/api/users/{userId}/personal-access-tokens', { path: { userId }, body });
export const renameToken = (userId: string, currentName: string, name: string) =>
  call('patch', '/api/users/{userId}/personal-access-tokens', { path: { userId }, body: { currentName, name } });
/** The form of the address without a name in it: names may hold anything. */
export const removeToken = (userId: string, name: string) =>
  call('post', '/api/users/{userId}/personal-access-tokens/delete', { path: { userId }, body: { name } });

export const identities = (userId: string) => call('get', '/api/users/{userId}/all-identities', { path: { userId } });
/** For their names. */
export const connectors = () => call('get', '/api/connectors');
export const ssoConnector = (id: string) => call('get', '/api/sso-connectors/{id}', { path: { id } });
export const removeIdentity = (userId: string, target: string) =>
  call('delete', '/api/users/{userId}/identities/{target}', { path: { userId, target } });
export const linkIdentity = (userId: string, target: string, body: SentBy<'put', '/api/users/{userId}/identities/{target}'>) =>
  call('put', '/api/users/{userId}/identities/{target}', { path: { userId, target }, body });

export const sessions = (userId: string) => call('get', '/api/users/{userId}/sessions', of(userId));
/** Also ends what our own applications were given in it. */
export const endSession = (userId: string, sessionId: string) =>
  call('delete', '/api/users/{userId}/sessions/{sessionId}', { path: { userId, sessionId }, query: { revokeGrantsTarget: 'firstParty' } });
export const grants = (userId: string) => call('get', '/api/users/{userId}/grants', { path: { userId }, query: { appType: 'thirdParty' } });
export const revokeGrant = (userId: string, grantId: string) => call('delete', '/api/users/{userId}/grants/{grantId}', { path: { userId, grantId } });

export const roles = (userId: string, { page, page_size, keyword }: ListQuery) =>
  call('get', '/api/users/{userId}/roles', { path: { userId }, query: { ...(keyword ? { search: part(keyword) } : {}), page, page_size } });
/** A page of one row: it is asked only for its total. */
export const roleCount = (userId: string) => call('get', '/api/users/{userId}/roles', { path: { userId }, query: { page: 1, page_size: 1 } });
export const rolesToGive = (userId: string, { page, page_size, keyword }: ListQuery) =>
  call('get', '/api/roles', { query: { type: 'User', excludeUserId: userId, ...(keyword ? { search: part(keyword) } : {}), page, page_size } });
export const giveRoles = (userId: string, roleIds: string[]) => call('post', '/api/users/{userId}/roles', { path: { userId }, body: { roleIds } });
export const takeRole = (userId: string, roleId: string) => call('delete', '/api/users/{userId}/roles/{roleId}', { path: { userId, roleId } });

/** `paginated` is an addition of ours, without which the API gives the list whole. */
export const organizations = (userId: string) => ({ page, page_size, keyword }: ListQuery) =>
  call('get', '/api/users/{userId}/organizations', { path: { userId }, query: { paginated: 'true', q: keyword, ...capped, page, page_size } });
export const organizationCount = (userId: string) =>
  call('get', '/api/users/{userId}/organizations', { path: { userId }, query: { paginated: 'true', page: 1, page_size: 1 } });

export const signInRules = () => call('get', '/api/sign-in-exp');
export const application = (id: string) => call('get', '/api/applications/{id}', { path: { id } });

export const finder: Finder<ListedUser> = {
  label: () => t.users.title,
  list: (word) => call('get', '/api/users', { query: { search: part(word), ...capped, page: 1, page_size: 6 } }),
  found: (user) => ({ title: displayName(user), detail: secondName(user) ?? user.id, picture: user.avatar, round: true, path: `/users/${user.id}` }),
};
