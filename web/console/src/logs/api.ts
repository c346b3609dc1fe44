// The queries of the audit log: the only place that knows their addresses.
import { call, type AnswerOf } from '../api/call.ts';
import type { ListQuery } from '../ui/list-state.ts';

export type LogEntry = AnswerOf<'get', '/api/logs/{id}'>;

/** What a list of entries is narrowed to; times are milliseconds since 1970. */
export interface LogFilter { userId?: string; applicationId?: string; logKey?: string; start_time?: number | undefined; end_time?: number | undefined }

export const list = (filter: LogFilter, { page, page_size }: ListQuery) =>
  call('get', '/api/logs', { query: { ...filter, enableCap: 'true', page, page_size } });
export const one = (id: string) => call('get', '/api/logs/{id}', { path: { id } });

export const application = (id: string) => call('get', '/api/applications/{id}', { path: { id } });
export const applications = (word: string) =>
  call('get', '/api/applications', { query: { ...(word ? { search: `%${word}%` } : {}), page: 1, page_size: 20 } });
