// The queries and changes of sessions, keys and ID tokens: the only place that knows their addresses.
import { call, type AnswerOf, type SentBy } from '../api/call.ts';

export type SigningKey = AnswerOf<'get', '/api/configs/oidc/private-keys'>[number];
export type CookieKey = AnswerOf<'get', '/api/configs/oidc/cookie-keys'>[number];
export type IdToken = AnswerOf<'get', '/api/configs/id-token'>;

export const session = () => call('get', '/api/configs/oidc/session');
export const updateSession = (ttl: number) => call('patch', '/api/configs/oidc/session', { body: { ttl } });

export const signingKeys = () => call('get', '/api/configs/oidc/private-keys');
export const rotateSigningKey = (body: SentBy<'post', '/api/configs/oidc/private-keys/rotate'>) => call('post', '/api/configs/oidc/private-keys/rotate', { body });
export const removeSigningKey = (keyId: string) => call('delete', '/api/configs/oidc/private-keys/{keyId}', { path: { keyId } });

export const cookieKeys = () => call('get', '/api/configs/oidc/cookie-keys');
export const rotateCookieKey = () => call('post', '/api/configs/oidc/cookie-keys/rotate', { body: {} });
export const removeCookieKey = (keyId: string) => call('delete', '/api/configs/oidc/cookie-keys/{keyId}', { path: { keyId } });

export const idToken = () => call('get', '/api/configs/id-token');
export const setIdToken = (body: SentBy<'put', '/api/configs/id-token'>) => call('put', '/api/configs/id-token', { body });
