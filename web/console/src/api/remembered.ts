// What the Console remembers of its own first steps, for all administrators.
import { call, type SentBy } from './call.ts';

export const remembered = () => call('get', '/api/configs/admin-console');
export const remember = (body: SentBy<'patch', '/api/configs/admin-console'>) => call('patch', '/api/configs/admin-console', { body });
