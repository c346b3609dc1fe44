// Calls to the server, of the page's own origin.
import { page, t } from './page.ts';

export class ApiError extends Error {
  readonly status: number;	// 0: no answer came
  readonly code: string;
  readonly data: any;

  constructor(status: number, code: string, message: string, data?: unknown) {
    super(message);
    this.status = status;
    this.code = code;
    this.data = data;
  }
}

/** Which application the page serves: the address says it first, then the document. */
export const appId = new URLSearchParams(location.search).get('app_id') ?? page?.appId;

/** The JSON of the answer, undefined for one without. `more`: further headers. Messages of errors come in the page's language. */
export async function call<T = any>(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<T> {
  const headers: Record<string, string> = { ...more };
  const isForm = body instanceof FormData;	// whose type the browser says itself
  if (appId) headers['Logto-App-Id'] = appId;
  if (body !== undefined && !isForm) headers['Content-Type'] = 'application/json';
  const mark = path.includes('?') ? '&' : '?';
  const answer = await fetch(`${path}${mark}locale=${encodeURIComponent(page.language)}`,
    { method, headers, ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }) })
    .catch(() => { throw new ApiError(0, 'away', t('description.server_away')); });
  const text = await answer.text();
  const isJson = answer.headers.get('Content-Type')?.startsWith('application/json') && text !== '';
  const value = isJson ? JSON.parse(text) : undefined;
  if (answer.ok) return value as T;
  if (answer.status >= 502) throw new ApiError(0, 'away', t('description.server_away'));
  throw new ApiError(answer.status, value?.code ?? '', value?.message ?? t('error.unknown'), value?.data);
}
