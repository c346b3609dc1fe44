// The queries of the dashboard: the only place that knows their addresses.
import { call, type AnswerOf } from '../api/call.ts';
import { capped } from '../ui/list-state.ts';

export type Change = AnswerOf<'get', '/api/dashboard/users/new'>['today'];
export type Day = AnswerOf<'get', '/api/dashboard/users/active'>['dauCurve'][number];
export type Organization = AnswerOf<'get', '/api/organizations'>[number];

/** A page of one row: it is asked only for its total. */
const counted = { page: 1, page_size: 1 };

export const total = () => call('get', '/api/dashboard/users/total');
export const fresh = () => call('get', '/api/dashboard/users/new', { query: { includeCurve: 'true' } });
/** `date`: the last day, or '' for today. */
export const active = (date: string) => call('get', '/api/dashboard/users/active', { query: { date } });

export const newest = (n: number) => call('get', '/api/organizations', { query: { showFeatured: '1', page: 1, page_size: n } });
/** Of those that require a second factor; more than ten thousand nobody counts. */
export const strictCount = () => call('get', '/api/organizations', { query: { ...counted, isMfaRequired: 'true', ...capped } });
export const organizationCount = () => call('get', '/api/organizations', { query: counted });
/** Of the applications in which people sign in. */
export const applicationCount = () => call('get', '/api/applications', { query: { ...counted, types: ['Native', 'SPA', 'Traditional'] } });
export const connectors = () => call('get', '/api/connectors');
export const experience = () => call('get', '/api/sign-in-exp');
export const signingKeys = () => call('get', '/api/configs/oidc/private-keys');
