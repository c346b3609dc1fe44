// Every answer of every test is held against the API document that its server gives out, and every route that did what
// it is for is noted, so that every-route.test.ts can tell which never did.
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019, type ValidateFunction } from 'ajv/dist/2019.js';
import type { Answer } from './client.ts';

/** Names the folder in which the routes of a run are noted; set by the global setup (routes.ts). */
export const ROUTES_FOLDER = 'GUILDHALL_TEST_ROUTES';

/** What any route may answer, so no route describes it: not modified, a body refused unread, a busy server. */
const anywhere = new Set([304, 413, 415, 503]);

// `null` is an `enum` of its own to Ajv; formats say what is sent, not what comes.
const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true });

interface Operation {
  /** "GET /api/organizations/{id}" */
  key: string;
  segments: string[];
  responses: Record<string, { content?: { 'application/json'?: { schema: object } } }>;
}

const isParameter = (segment: string): boolean => segment.startsWith('{');

/** One schema without references, whose objects have no members but those described, unless they take any. */
function closed(document: any, schema: any, open = false): any {
  if (Array.isArray(schema)) return schema.map((one) => closed(document, one));
  if (!schema || typeof schema !== 'object') return schema;
  if (schema.$ref) return closed(document,
    schema.$ref.slice(2).split('/').reduce((at: any, name: string) => at[name], document), open);
  if (schema.anyOf) return { anyOf: closed(document, schema.anyOf) };
  if (schema.allOf) return { allOf: schema.allOf.map((one: any) => closed(document, one, true)),
    ...(open ? {} : { unevaluatedProperties: false }) };
  const copy = { ...schema };
  if (schema.items) copy.items = closed(document, schema.items);
  if (schema.properties) {
    copy.properties = Object.fromEntries(Object.entries(schema.properties).map(([name, one]) =>
      [name, closed(document, one)]));
    if (!open && schema.additionalProperties === undefined) copy.unevaluatedProperties = false;
  }
  return copy;
}

export class ApiDocument {
  readonly #document: any;
  readonly #operations: Operation[];
  readonly #checks = new Map<string, ValidateFunction>();

  constructor(document: any) {
    this.#document = document;
    this.#operations = Object.entries<any>(document.paths).flatMap(([path, item]) =>
      Object.entries<any>(item).map(([method, { responses }]) =>
      ({ key: `${method.toUpperCase()} ${path}`, segments: path.split('/'), responses })));
  }

  get keys(): string[] {
    return this.#operations.map(({ key }) => key);
  }

  /**
   * The route of a request: letter case counts in the first word, a word goes before a parameter, HEAD is the route of
   * GET.
   */
  find(method: string, path: string): Operation | undefined {
    const segments = path.replace(/\/$/, '').split('/');
    const fits = (word: string, i: number): boolean =>
      (isParameter(word) ? segments[i] !== ''
        : i < 2 ? word === segments[i] : word.toLowerCase() === segments[i]?.toLowerCase());
    return this.#operations
      .filter((one) => one.key.startsWith(`${method === 'HEAD' ? 'GET' : method} `) &&
      one.segments.length === segments.length && one.segments.every(fits))
      .sort((a, b) => a.segments.filter(isParameter).length - b.segments.filter(isParameter).length)[0];
  }

  #check(name: string, schema: object): ValidateFunction {
    const known = this.#checks.get(name);
    if (known) return known;
    const made = ajv.compile(closed(this.#document, schema));
    this.#checks.set(name, made);
    return made;
  }

  /** What of an answer the document does not say; '' when it says everything. */
  misfit(operation: Operation, method: string, answer: Answer): string {
    const described = operation.responses[answer.status];
    const schema = described?.content?.['application/json']?.schema;
    if (!described && !anywhere.has(answer.status)) return `status ${answer.status} is not described`;
    if (method === 'HEAD' || answer.headers['content-encoding'] || answer.status === 304) return '';
    if (answer.status >= 400) return this.#error(operation, answer);
    if (!schema) return ['', 'OK', 'Created'].includes(answer.text) ? '' : 'has a body that is not described';
    if (answer.body === undefined) return 'is not JSON';
    return faults(this.#check(`${answer.status} ${operation.key}`, schema), answer.body);
  }

  #error(operation: Operation, answer: Answer): string {
    if (answer.body === undefined) return answer.text === 'Not Found' ? '' : 'is an error without a body in JSON';
    const schema: any = operation.responses[answer.status]?.content?.['application/json']?.schema;
    if (schema?.anyOf) return faults(this.#check(`${answer.status} ${operation.key}`, schema), answer.body);
    return faults(this.#check('error', { $ref: '#/components/schemas/Error' }), answer.body);
  }
}

function faults(check: ValidateFunction, value: unknown): string {
  if (check(value)) return '';
  return (check.errors ?? []).map((one) => `${one.instancePath} ${one.message} ${JSON.stringify(one.params)}`)
    .join('; ');
}

const documents = new Map<string, ApiDocument>();
const called = new Set<string>();

/** From now on the answers of a server are held against its document. */
export function holdAnswers(base: string, document: ApiDocument): void {
  documents.set(base, document);
}

function note(key: string): void {
  const folder = process.env[ROUTES_FOLDER];
  if (!folder || called.has(key)) return;
  called.add(key);
  appendFileSync(join(folder, String(process.pid)), `${key}\n`);
}

/** Which routes have done what they are for, for any worker of this run so far. */
export function calledRoutes(): Set<string> {
  const folder = process.env[ROUTES_FOLDER];
  if (!folder) return new Set();
  return new Set(readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter(Boolean));
}

/**
 * Throws when an answer is not as the document of its server says. Other servers, paths and methods pass, and routes
 * of tests.
 */
export function holdAnswer(method: string, base: string, path: string, answer: Answer): void {
  if (path.startsWith('/api/test/')) return;
  const document = documents.get(base);
  const operation = document?.find(method, path.replace(/[?#].*$/s, ''));
  if (!document || !operation) return;
  if (answer.status < 400) note(operation.key);
  const fault = document.misfit(operation, method, answer);
  if (fault) throw new Error(`${method} ${path}: ${operation.key} answered ${answer.status}, not as the API document says: ${fault}\n${answer.text.slice(0, 1000)}`);
}
