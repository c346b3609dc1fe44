// A call of the API as data: it is sent (client.ts), remembered under its address (query.ts) and shown to people as the
// same call by curl and @logto/api. Its type comes from our own API document, so what the server does not know does not compile.
import type { paths } from './schema.d.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Every address that has this method. */
export type AddressWith<M extends Method> = { [A in keyof paths]: paths[A] extends { [K in M]: object } ? A : never }[keyof paths];

type Operation<M extends Method, A extends keyof paths> = paths[A] extends { [K in M]: infer O } ? O : never;
type Json<T> = T extends { content: { 'application/json': infer J } } ? J : never;
type Parameters<O, K extends string> = O extends { parameters: { [P in K]?: infer T } } ? Exclude<T, undefined> : never;
type BodyOf<O> = O extends { requestBody: infer B } ? Json<B> : O extends { requestBody?: infer B } ? Json<B> | undefined : undefined;
type Success<R> = { [S in keyof R & (200 | 201 | 202 | 204)]: [Json<R[S]>] extends [never] ? undefined : Json<R[S]> }[keyof R & (200 | 201 | 202 | 204)];

/** What a call answers. */
export type AnswerOf<M extends Method, A extends keyof paths> = Operation<M, A> extends { responses: infer R } ? Success<R> : never;

/** What a call sends. */
export type SentBy<M extends Method, A extends keyof paths> = BodyOf<Operation<M, A>>;

type PathPart<O> = [Parameters<O, 'path'>] extends [never] ? object : { path: { [K in keyof Parameters<O, 'path'>]: string } };
type BodyPart<O> = [BodyOf<O>] extends [never] ? object : undefined extends BodyOf<O> ? { body?: BodyOf<O> } : { body: BodyOf<O> };
type QueryPart<O> = [Parameters<O, 'query'>] extends [never] ? object : { query?: { [K in keyof Parameters<O, 'query'>]?: unknown } };
type Options<O> = PathPart<O> & BodyPart<O> & QueryPart<O>;
type Given<O> = object extends Options<O> ? [options?: Options<O>] : [options: Options<O>];

export interface Call<T = unknown> {
  readonly method: Method;
  /** As the API document writes it: /api/organizations/{id}. */
  readonly address: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  /** Whose API it is, where it is not the tenant that the Console manages: that of the administrators themselves. */
  readonly tenant?: 'admin';
  /** Only a type: what the call answers. */
  readonly answers?: T;
}

export function call<M extends Method, A extends AddressWith<M>>(method: M, address: A, ...[options]: Given<Operation<M, A>>): Call<AnswerOf<M, A>> {
  const { path = {}, query = {}, body } = (options ?? {}) as { path?: Record<string, string>; query?: Record<string, unknown>; body?: unknown };
  return { method, address, path, query, body };
}

/** The same call at the tenant in which the administrators have their accounts. */
export const atAdmins = <T>(one: Call<T>): Call<T> => ({ ...one, tenant: 'admin' });

/** What is sent of a query: everything but what is undefined or empty. */
export const queryOf = (one: Call): [string, string][] => Object.entries(one.query)
  .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((each): [string, unknown] => [name, each]))
  .filter(([, value]) => value !== undefined && value !== '').map(([name, value]) => [name, String(value)]);

/** Where a call goes, below the endpoint. */
export function addressOf(one: Call): string {
  const path = one.address.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(one.path[name] ?? ''));
  const query = new URLSearchParams(queryOf(one)).toString();
  return query ? `${path}?${query}` : path;
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const indented = (value: unknown) => JSON.stringify(value, null, 2);

/** The same by curl, for a shell. */
export function asCurl(one: Call, endpoint: string): string {
  const lines = [`curl ${one.method === 'get' ? '' : `-X ${one.method.toUpperCase()} `}${quoted(endpoint + addressOf(one))}`,
    '-H "Authorization: Bearer $TOKEN"'];
  if (one.body instanceof FormData) lines.push("-F 'file=@picture.png'");
  else if (one.body !== undefined) lines.push("-H 'Content-Type: application/json'", `-d ${quoted(indented(one.body))}`);
  return lines.join(' \\\n  ');
}

/** The same by the client of npm's @logto/api. */
export function asSdk(one: Call): string {
  const params = { ...(Object.keys(one.path).length ? { path: one.path } : {}),
    ...(queryOf(one).length ? { query: Object.fromEntries(queryOf(one)) } : {}) };
  const options = { ...(Object.keys(params).length ? { params } : {}), ...(one.body === undefined ? {} : { body: one.body }) };
  const more = Object.keys(options).length ? `, ${indented(options).replace(/"([A-Za-z_]\w*)":/g, '$1:')}` : '';
  return `await apiClient.${one.method.toUpperCase()}('${one.address}'${more});`;
}
