// Things that tests need before they begin, each with a name of its own. What a test is about it says itself.
import { expect } from 'vitest';
import type { Client } from './client.ts';
import { ok } from './expect.ts';

let counter = 0;

/** A name that no other thing of this file has; later ones sort behind earlier ones. */
export const unique = (prefix = 'n'): string => `${prefix}${(++counter).toString(36).padStart(4, '0')}`;

export const ids = (things: readonly { id: string }[]): string[] => things.map((thing) => thing.id);
export const names = (things: readonly { name: string }[]): string[] => things.map((thing) => thing.name);
export const sorted = (texts: readonly string[]): string[] => [...texts].sort();
export const sortedIds = (things: readonly { id: string }[]): string[] => sorted(ids(things));

/** As lists do: by the time of creation, within a millisecond by id, both descending. */
export const newestFirst = (things: readonly any[]): any[] =>
  [...things].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));

/** `make` for 0, 1, 2 … at once; the results in order. */
export const times = <T>(n: number, make: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: n }, (_, i) => make(i)));

export const inAnHour = (): number => Date.now() + 3_600_000;

/** Creates things through the Management API. */
export class Build {
  readonly #api: Client;

  constructor(api: Client) {
    this.#api = api;
  }

  async #made(path: string, body: object, status: number): Promise<any> {
    return ok(await this.#api.post(path, body), status);
  }

  organization = (more: object = {}): Promise<any> =>
    this.#made('/organizations', { name: unique('organization'), ...more }, 201);
  user = (more: object = {}): Promise<any> => this.#made('/users', { username: unique('user'), ...more }, 200);
  application = (type: string, more: object = {}): Promise<any> =>
    this.#made('/applications', { name: unique('app'), type, ...more }, 200);
  machine = (more: object = {}): Promise<any> => this.application('MachineToMachine', more);
  thirdParty = (): Promise<any> => this.application('Traditional', { isThirdParty: true });

  /** An organization role, of a scope or of a user; `type` says for whom. */
  role = (more: object = {}): Promise<any> =>
    this.#made('/organization-roles', { name: unique('role'), ...more }, 201);
  machineRole = (more: object = {}): Promise<any> => this.role({ type: 'MachineToMachine', ...more });
  scope = (more: object = {}): Promise<any> =>
    this.#made('/organization-scopes', { name: unique('scope'), ...more }, 201);
  resource = (more: object = {}): Promise<any> =>
    this.#made('/resources', { name: unique('resource'), indicator: `https://${unique('api')}.example`, ...more },
      201);
  resourceScope = (resourceId: string, more: object = {}): Promise<any> =>
    this.#made(`/resources/${resourceId}/scopes`, { name: unique('read:'), ...more }, 201);
  tenantRole = (more: object = {}): Promise<any> =>
    this.#made('/roles', { name: unique('tenant-role'), description: 'd', ...more }, 200);
  invitation = (organizationId: string, more: object = {}): Promise<any> =>
    this.#made('/organization-invitations',
      { organizationId, invitee: `${unique('guest')}@a.example`, expiresAt: inAnHour(), ...more }, 201);

  /** A new user in the organization, holding the roles. */
  member = async (organizationId: string, ...roleIds: string[]): Promise<any> => {
    const user = await this.user();
    ok(await this.#api.post(`/organizations/${organizationId}/users`, { userIds: [user.id] }), 201);
    await this.#made(`/organizations/${organizationId}/users/${user.id}/roles`, { organizationRoleIds: roleIds }, 201);
    return user;
  };

  /** A new machine in the organization, holding the roles. */
  machineMember = async (organizationId: string, ...roleIds: string[]): Promise<any> => {
    const machine = await this.machine();
    await this.#made(`/organizations/${organizationId}/applications`, { applicationIds: [machine.id] }, 201);
    if (roleIds.length) await this.#made(`/organizations/${organizationId}/applications/${machine.id}/roles`,
      { organizationRoleIds: roleIds }, 201);
    return machine;
  };
}

/** The list comes whole and without a total when no page is asked for, and in pages that fit together when one is. */
export async function expectPages(api: Client, path: string, total: number, list: (body: any) => any[] = (body) =>
  body): Promise<void> {
  const whole = await api.get(path);
  expect(list(ok(whole))).toHaveLength(total);
  expect(whole.headers['total-number']).toBeUndefined();
  await expectPagesOf(api, path, total, list);
}

/** Pages fit together, each tells the total, and one without parameters is the first 20. */
export async function expectPagesOf(api: Client, path: string, total: number, list: (body: any) => any[] = (body) =>
  body): Promise<void> {
  const [first, second] = await Promise.all([api.get(path, { query: { page: 1, page_size: 20 } }),
    api.get(path, { query: { page: 2, page_size: 10 } })]);
  expect(list(ok(first))).toHaveLength(Math.min(20, total));
  expect(list(ok(second))).toEqual(list(first.body).slice(10, 20));
  expect(first.headers['total-number']).toBe(String(total));
  expect(second.headers['total-number']).toBe(String(total));
}
