import { ApiError } from '../api/client.ts';
import { t } from '../locales/index.ts';

/** What an error says to a person. */
export function messageOf(error: Error): string {
  if (!(error instanceof ApiError) || error.status > 0) return error.message;
  return error.code === 'timeout' ? t.common.error.timeout : error.code === 'away' ? t.common.error.away : error.message;
}
