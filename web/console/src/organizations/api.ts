// The queries and changes of organizations: the only place that knows their addresses.
import { call, type AnswerOf, type SentBy } from '../api/call.ts';
import { t } from '../locales/index.ts';
import type { Finder } from '../routes.tsx';
import type { ListQuery } from '../ui/list-state.ts';

export type Organization = AnswerOf<'get', '/api/organizations/{id}'>;
export type ListedOrganization = AnswerOf<'get', '/api/organizations'>[number];

export const list = ({ page, page_size, keyword }: ListQuery) =>
  call('get', '/api/organizations', { query: { q: keyword, showFeatured: '1', page, page_size } });
export const one = (id: string) => call('get', '/api/organizations/{id}', { path: { id } });
export const create = (body: SentBy<'post', '/api/organizations'>) => call('post', '/api/organizations', { body });
export const update = (id: string, body: SentBy<'patch', '/api/organizations/{id}'>) => call('patch', '/api/organizations/{id}', { path: { id }, body });
export const remove = (id: string) => call('delete', '/api/organizations/{id}', { path: { id } });

/** A page of one row: it is asked only for its total. */
export const memberCount = (id: string) => call('get', '/api/organizations/{id}/users', { path: { id }, query: { page: 1, page_size: 1 } });

export const signInRules = () => call('get', '/api/sign-in-exp');

export const finder: Finder<Organization> = {
  label: t.organizations.title,
  list: (word) => call('get', '/api/organizations', { query: { q: word, page: 1, page_size: 6 } }),
  found: ({ id, name, branding }) => ({ title: name, detail: id, picture: branding.logoUrl ?? null, path: `/organizations/${id}` }),
};
