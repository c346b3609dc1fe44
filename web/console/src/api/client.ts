// Sends calls: with the administrator's token, within 20 seconds, and makes what was refused an ApiError.
import { page } from '../page.ts';
import { addressOf, type Call } from './call.ts';

const limitMs = 20_000;

/** A fault at one place of what was sent. */
export interface Issue { code: string; path: (string | number)[]; message: string }

export class ApiError extends Error {
  /** 0: there was no answer. */
  readonly status: number;
  readonly code: string;
  readonly issues: Issue[];
  /** What the server's log calls this request. */
  readonly requestId: string | undefined;
  /** What else the refusal tells; each code has members of its own. */
  readonly data: unknown;

  constructor(status: number, code: string, message: string, issues: Issue[] = [], requestId?: string, data?: unknown) {
    super(message);
    this.status = status;
    this.code = code;
    this.issues = issues;
    this.requestId = requestId;
    this.data = data;
  }
}

/** Rows of a list, and how many there are in all; `capped`: there are more, which nobody has counted. */
export interface Rows<T> { rows: T[]; total: number; capped?: boolean }

let token: (resource: string) => Promise<string> = () => Promise.reject(new Error('nobody has signed in'));

/** Where tokens for the Management API of a tenant come from. */
export function tokensFrom(source: (resource: string) => Promise<string>): void { token = source; }

/** Which tenant a call is for, as npm's @logto/api names it. */
export const targetOf = ({ tenant }: Pick<Call, 'tenant'>): { tenantId: string; endpoint: string; resource: string } => tenant === 'admin'
  ? { tenantId: tenant, endpoint: page.adminEndpoint, resource: page.adminResource } : { tenantId: page.tenantId, endpoint: page.apiEndpoint, resource: page.resource };

async function refusal(answer: Response): Promise<ApiError> {
  const said = await answer.json().catch(() => ({})) as { code?: string; message?: string; data?: { issues?: Issue[] } };
  return new ApiError(answer.status, said.code ?? `http.${answer.status}`, said.message ?? `HTTP ${answer.status}`,
    said.data?.issues ?? [], answer.headers.get('logto-core-request-id') ?? undefined, said.data);
}

async function fetched(one: Call): Promise<Response> {
  const { endpoint, resource } = targetOf(one);
  const headers: Record<string, string> = { authorization: `Bearer ${await token(resource)}`, 'accept-language': document.documentElement.lang };
  const isForm = one.body instanceof FormData;
  if (one.body !== undefined && !isForm) headers['content-type'] = 'application/json';
  const body = one.body === undefined ? null : isForm ? one.body as FormData : JSON.stringify(one.body);
  const answer = await fetch(endpoint + addressOf(one), { method: one.method.toUpperCase(), headers, body,
    signal: AbortSignal.timeout(limitMs) })
    .catch((error: Error) => { throw new ApiError(0, error.name === 'TimeoutError' ? 'timeout' : 'away', error.message); });
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

/** Some changes answer a word, "Created", or nothing at all. */
async function jsonOf<T>(answer: Response): Promise<T> {
  const isJson = answer.headers.get('content-type')?.startsWith('application/json');
  return (isJson ? await answer.json() : undefined) as T;
}

/** Makes a call; what it answers. */
export async function send<T>(one: Call<T>): Promise<T> { return jsonOf<T>(await fetched(one)); }

/** Makes a call for a page of a list. A list of pages without its total is an error: nobody could page through it. */
export async function sendList<T>(one: Call<T[]>): Promise<Rows<T>> {
  const answer = await fetched(one);
  const rows = await jsonOf<T[]>(answer), total = answer.headers.get('total-number');
  if (total === null && one.query['page'] !== undefined) throw new ApiError(answer.status, 'no_total', 'The answer has no Total-Number.');
  const capped = answer.headers.get('total-number-is-capped') === 'true';
  return { rows, total: total === null ? rows.length : Number(total), ...(capped ? { capped } : {}) };
}
