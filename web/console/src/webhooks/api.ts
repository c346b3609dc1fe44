// The queries and changes of webhooks: the only place that knows their addresses.
import { call, type AnswerOf, type SentBy } from '../api/call.ts';
import { t } from '../locales/index.ts';
import type { Finder } from '../routes.tsx';
import { capped, type ListQuery } from '../ui/list-state.ts';

export type Hook = AnswerOf<'get', '/api/hooks/{id}'>;
export type HookEvent = NonNullable<NonNullable<SentBy<'post', '/api/hooks'>['events']>[number]>;
export type Delivery = AnswerOf<'get', '/api/hooks/{id}/recent-logs'>[number];

export const base = '/webhooks';
const withStats = { includeExecutionStats: 'true' } as const;

export const list = ({ page, page_size }: Pick<ListQuery, 'page' | 'page_size'>) => call('get', '/api/hooks', { query: { ...withStats, page, page_size } });
export const one = (id: string) => call('get', '/api/hooks/{id}', { path: { id }, query: withStats });
export const create = (body: SentBy<'post', '/api/hooks'>) => call('post', '/api/hooks', { body });
export const update = (id: string, body: SentBy<'patch', '/api/hooks/{id}'>) => call('patch', '/api/hooks/{id}', { path: { id }, body });
export const renewKey = (id: string) => call('patch', '/api/hooks/{id}/signing-key', { path: { id } });
export const remove = (id: string) => call('delete', '/api/hooks/{id}', { path: { id } });
export const trial = (id: string, body: SentBy<'post', '/api/hooks/{id}/test'>) => call('post', '/api/hooks/{id}/test', { path: { id }, body });

/** What was sent in the last day; `event`: only of this kind. */
export const deliveries = (id: string, event: string, { page, page_size }: Pick<ListQuery, 'page' | 'page_size'>) =>
  call('get', '/api/hooks/{id}/recent-logs', { path: { id }, query: { ...capped, logKey: event && `TriggerHook.${event}`, page, page_size } });
export const delivery = (logId: string) => call('get', '/api/logs/{id}', { path: { id: logId } });

export const nameOf = ({ name }: { name: string }): string => name || t.common.unnamed;

export const finder: Finder<Hook> = {
  label: () => t.webhooks.title,
  list: () => call('get', '/api/hooks'),
  whole: true,
  found: (hook) => ({ title: nameOf(hook), detail: hook.config.url, path: `${base}/${hook.id}` }),
};
