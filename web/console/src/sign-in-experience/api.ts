// The queries and changes of how people sign in and what they see: the only place that knows their addresses.
import { call, type AnswerOf, type SentBy } from '../api/call.ts';
import type { ListQuery } from '../ui/list-state.ts';

export type Experience = AnswerOf<'get', '/api/sign-in-exp'>;
export type Center = AnswerOf<'get', '/api/account-center'>;
export type ProfileField = AnswerOf<'get', '/api/custom-profile-fields'>[number];
export type Connector = AnswerOf<'get', '/api/connectors'>[number];

export const base = '/sign-in-experience';

export const experience = () => call('get', '/api/sign-in-exp');
export const update = (body: SentBy<'patch', '/api/sign-in-exp'>) => call('patch', '/api/sign-in-exp', { body });
export const connectors = () => call('get', '/api/connectors');
export const sameButForCase = () => call('get', '/api/sign-in-exp/username-policy/case-sensitivity-conflicts', { query: { limit: 5 } });

export const center = () => call('get', '/api/account-center');
export const updateCenter = (body: SentBy<'patch', '/api/account-center'>) => call('patch', '/api/account-center', { body });

/* -- profile fields: the API gives them whole -- */

export const profileFields = (_?: ListQuery) => call('get', '/api/custom-profile-fields');
export const profileField = (name: string) => call('get', '/api/custom-profile-fields/{name}', { path: { name } });
export const createField = (body: SentBy<'post', '/api/custom-profile-fields'>) => call('post', '/api/custom-profile-fields', { body });
export const updateField = (name: string, body: SentBy<'put', '/api/custom-profile-fields/{name}'>) =>
  call('put', '/api/custom-profile-fields/{name}', { path: { name }, body });
export const removeField = (name: string) => call('delete', '/api/custom-profile-fields/{name}', { path: { name } });
export const orderFields = (names: readonly string[]) =>
  call('post', '/api/custom-profile-fields/properties/sie-order', { body: { order: names.map((name, i) => ({ name, sieOrder: i + 1 })) } });

/* -- languages and texts -- */

/** Texts by group and key. */
export type Phrases = Record<string, Record<string, string>>;

export const allPhrases = () => call('get', '/api/custom-phrases');
export const putPhrases = (languageTag: string, body: Phrases) => call('put', '/api/custom-phrases/{languageTag}', { path: { languageTag }, body });
export const removePhrases = (languageTag: string) => call('delete', '/api/custom-phrases/{languageTag}', { path: { languageTag } });
