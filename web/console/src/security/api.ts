// The queries and changes of what keeps strangers out. The policies themselves are members of the sign-in experience.
import { call, type AnswerOf, type SentBy } from '../api/call.ts';

export { connectors, experience, update, type Experience } from '../sign-in-experience/api.ts';

export const base = '/security';

export type CaptchaConfig = AnswerOf<'get', '/api/captcha-provider'>['config'];

/** 404: there is none. */
export const provider = () => call('get', '/api/captcha-provider');
export const setProvider = (config: SentBy<'put', '/api/captcha-provider'>['config']) => call('put', '/api/captcha-provider', { body: { config } });
export const removeProvider = () => call('delete', '/api/captcha-provider');

/** Forgets failures, locks and messages that were counted against these. */
export const unlock = (targets: string[]) => call('post', '/api/sentinel-activities/delete', { body: { targetType: 'User', targets } });
