// The queries and changes of connectors and of the texts of mails: the only place that knows their addresses.
import { call, type AnswerOf, type SentBy } from '../api/call.ts';
import type { ListQuery } from '../ui/list-state.ts';

export type Connector = AnswerOf<'get', '/api/connectors'>[number];
export type Factory = AnswerOf<'get', '/api/connector-factories'>[number];
export type Template = AnswerOf<'get', '/api/email-templates'>[number];
export type MailType = Template['templateType'];

export const base = '/connectors';

export const connectors = () => call('get', '/api/connectors');
export const connector = (id: string) => call('get', '/api/connectors/{id}', { path: { id } });
export const create = (body: SentBy<'post', '/api/connectors'>) => call('post', '/api/connectors', { body });
export const update = (id: string, body: SentBy<'patch', '/api/connectors/{id}'>) => call('patch', '/api/connectors/{id}', { path: { id }, body });
export const remove = (id: string) => call('delete', '/api/connectors/{id}', { path: { id } });

export const factories = () => call('get', '/api/connector-factories');
export const factory = (id: string) => call('get', '/api/connector-factories/{id}', { path: { id } });
export const trial = (factoryId: string, body: SentBy<'post', '/api/connectors/{factoryId}/test'>) =>
  call('post', '/api/connectors/{factoryId}/test', { path: { factoryId }, body });

/* -- texts of mails by language: the API gives them whole -- */

export const templates = (_?: ListQuery) => call('get', '/api/email-templates');
export const template = (id: string) => call('get', '/api/email-templates/{id}', { path: { id } });
export const putTemplate = (body: SentBy<'put', '/api/email-templates'>['templates'][number]) => call('put', '/api/email-templates', { body: { templates: [body] } });
export const removeTemplate = (id: string) => call('delete', '/api/email-templates/{id}', { path: { id } });
