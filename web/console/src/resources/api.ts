// The queries and changes of API resources and their permissions: the only place that knows their addresses.
import { call, type AnswerOf, type SentBy } from '../api/call.ts';
import type { Choice } from '../ui/add-many.tsx';
import { described } from '../ui/built-in.ts';
import { part, type ListQuery } from '../ui/list-state.ts';

export type Resource = AnswerOf<'get', '/api/resources/{id}'>;
export type ResourceWithScopes = AnswerOf<'get', '/api/resources'>[number];
export type Scope = AnswerOf<'get', '/api/resources/{resourceId}/scopes'>[number];

/** The longest lifetime that the API takes: ten years. */
export const ttlMost = 315_360_000;
export const descriptionMost = 8192;

export const list = ({ page, page_size }: ListQuery) => call('get', '/api/resources', { query: { page, page_size } });
export const all = () => call('get', '/api/resources');
export const allWithScopes = () => call('get', '/api/resources', { query: { includeScopes: 'true' } });
export const one = (id: string) => call('get', '/api/resources/{id}', { path: { id } });
export const create = (body: SentBy<'post', '/api/resources'>) => call('post', '/api/resources', { body });
export const update = (id: string, body: SentBy<'patch', '/api/resources/{id}'>) => call('patch', '/api/resources/{id}', { path: { id }, body });
export const makeDefault = (id: string, isDefault: boolean) => call('patch', '/api/resources/{id}/is-default', { path: { id }, body: { isDefault } });
export const remove = (id: string) => call('delete', '/api/resources/{id}', { path: { id } });

export const scopes = (resourceId: string, { page, page_size, keyword }: ListQuery) =>
  call('get', '/api/resources/{resourceId}/scopes', { path: { resourceId }, query: { search: part(keyword), page, page_size } });
/** A page of one row: it is asked only for its total. */
export const scopeCount = (resourceId: string) => call('get', '/api/resources/{resourceId}/scopes', { path: { resourceId }, query: { page: 1, page_size: 1 } });
export const createScope = (resourceId: string, body: SentBy<'post', '/api/resources/{resourceId}/scopes'>) =>
  call('post', '/api/resources/{resourceId}/scopes', { path: { resourceId }, body });
export const describeScope = (resourceId: string, scopeId: string, description: string) =>
  call('patch', '/api/resources/{resourceId}/scopes/{scopeId}', { path: { resourceId, scopeId }, body: { description } });
export const removeScope = (resourceId: string, scopeId: string) =>
  call('delete', '/api/resources/{resourceId}/scopes/{scopeId}', { path: { resourceId, scopeId } });

/** The Management API of this tenant or another, as the server tells it (users-apps-resources 4.1). */
export const isManagement = ({ indicator }: { indicator: string }): boolean => /^https:\/\/[^./]+\.logto\.app\/api$/.test(indicator);

/** The audience of tokens: an absolute address (RFC 8707), and none that could run where somebody makes a link of it. */
export const isIndicator = (text: string): boolean => URL.canParse(text) && !/[\s#]/.test(text) && !/^(javascript|data|vbscript):/i.test(text);

/** The permissions of all APIs to choose from, each under its API. */
export const choicesOf = (resources: readonly ResourceWithScopes[], without: ReadonlySet<string>, management: boolean): Choice[] =>
  resources.filter((api) => management || !isManagement(api)).flatMap((api) => (api.scopes ?? [])
    .filter(({ id }) => !without.has(id)).map(({ id, name, description }) => ({ id, title: name, detail: described(description), group: api.name })));
