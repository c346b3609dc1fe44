// The queries and changes of organizations: the only place that knows their addresses.
import { call, type AnswerOf, type Call, type SentBy } from '../api/call.ts';
import { t } from '../locales/index.ts';
import type { Finder } from '../routes.tsx';
import { capped, part, type ListQuery } from '../ui/list-state.ts';

export type Organization = AnswerOf<'get', '/api/organizations/{id}'>;
export type ListedOrganization = AnswerOf<'get', '/api/organizations'>[number];

const counted: ListQuery = { page: 1, page_size: 1, keyword: '' };

export const list = ({ page, page_size, keyword }: ListQuery) =>
  call('get', '/api/organizations', { query: { q: keyword, showFeatured: '1', ...capped, page, page_size } });
export const one = (id: string) => call('get', '/api/organizations/{id}', { path: { id } });
export const create = (body: SentBy<'post', '/api/organizations'>) => call('post', '/api/organizations', { body });
export const update = (id: string, body: SentBy<'patch', '/api/organizations/{id}'>) => call('patch', '/api/organizations/{id}', { path: { id }, body });
export const remove = (id: string) => call('delete', '/api/organizations/{id}', { path: { id } });

/** A page of one row: it is asked only for its total. */
export const memberCount = (id: string) => members(id, counted);

export const signInRules = () => call('get', '/api/sign-in-exp');

export const finder: Finder<Organization> = {
  label: () => t.organizations.title,
  list: (word) => call('get', '/api/organizations', { query: { q: word, ...capped, page: 1, page_size: 6 } }),
  found: ({ id, name, branding }) => ({ title: name, detail: id, picture: branding.logoUrl ?? null, path: `/organizations/${id}` }),
};

/* -- members and machine apps -- */

export type Member = AnswerOf<'get', '/api/organizations/{id}/users'>[number];
export type MachineApp = AnswerOf<'get', '/api/organizations/{id}/applications'>[number];
export type RoleType = 'User' | 'MachineToMachine';

export const members = (id: string, { page, page_size, keyword }: ListQuery, organizationRoleId?: string) =>
  call('get', '/api/organizations/{id}/users', { path: { id }, query: { q: keyword, organizationRoleId, ...capped, page, page_size } });
export const memberRoles = (id: string, userId: string, organizationRoleIds: string[]) =>
  call('put', '/api/organizations/{id}/users/{userId}/roles', { path: { id, userId }, body: { organizationRoleIds } });
export const giveMembers = (id: string, userIds: string[], organizationRoleIds: string[]) =>
  call('post', '/api/organizations/{id}/users/roles', { path: { id }, body: { userIds, organizationRoleIds } });
export const addMembers = (id: string, userIds: string[], roles: string[]): Call[] =>
  [call('post', '/api/organizations/{id}/users', { path: { id }, body: { userIds } }), ...roles.length ? [giveMembers(id, userIds, roles)] : []];
export const removeMember = (id: string, userId: string) => call('delete', '/api/organizations/{id}/users/{userId}', { path: { id, userId } });
export const strangers = (excludeOrganizationId: string, { page, page_size, keyword }: ListQuery) =>
  call('get', '/api/users', { query: { search: part(keyword), excludeOrganizationId, ...capped, page, page_size } });

export const machines = (id: string, { page, page_size, keyword }: ListQuery, roleId?: string) =>
  call('get', '/api/organizations/{id}/applications', { path: { id }, query: { q: keyword, page, page_size, roleId } });
export const machineCount = (id: string) => machines(id, counted);
/** An empty list is refused for machine apps: then each role is taken by itself. */
export const machineRoles = (id: string, applicationId: string, organizationRoleIds: string[], before: readonly string[]): Call[] =>
  organizationRoleIds.length
    ? [call('put', '/api/organizations/{id}/applications/{applicationId}/roles', { path: { id, applicationId }, body: { organizationRoleIds } })]
    : before.map((organizationRoleId) => call('delete', '/api/organizations/{id}/applications/{applicationId}/roles/{organizationRoleId}',
      { path: { id, applicationId, organizationRoleId } }));
export const giveMachines = (id: string, applicationIds: string[], organizationRoleIds: string[]) =>
  call('post', '/api/organizations/{id}/applications/roles', { path: { id }, body: { applicationIds, organizationRoleIds } });
export const addMachines = (id: string, applicationIds: string[], roles: string[]): Call[] =>
  [call('post', '/api/organizations/{id}/applications', { path: { id }, body: { applicationIds } }), ...roles.length ? [giveMachines(id, applicationIds, roles)] : []];
export const removeMachine = (id: string, applicationId: string) =>
  call('delete', '/api/organizations/{id}/applications/{applicationId}', { path: { id, applicationId } });
export const strangeMachines = (excludeOrganizationId: string, { page, page_size, keyword }: ListQuery) =>
  call('get', '/api/applications', { query: { search: part(keyword), types: ['MachineToMachine'], excludeOrganizationId, page, page_size } });

const mostRows = 100;

/** As many as the API gives at once; with more, a search finds the others. */
export const roles = (word: string) => call('get', '/api/organization-roles', { query: { q: part(word), page: 1, page_size: mostRows } });
export const role = (id: string) => call('get', '/api/organization-roles/{id}', { path: { id } });

/* -- just in time -- */

export const jitDomains = (id: string) => call('get', '/api/organizations/{id}/jit/email-domains', { path: { id } });
export const jitRoles = (id: string) => call('get', '/api/organizations/{id}/jit/roles', { path: { id } });
export const jitConnectors = (id: string) => call('get', '/api/organizations/{id}/jit/sso-connectors', { path: { id } });
const connectorsBy = (query: { q: string } | { domain: readonly string[] }, page_size: number) =>
  call('get', '/api/sso-connectors', { query: { ...query, page: 1, page_size, providerConfig: 'false' } });
export const enterpriseConnectors = (q: string) => connectorsBy({ q }, 20);
export const enterpriseConnectorsOf = (domain: readonly string[]) => connectorsBy({ domain }, 100);
export type EnterpriseConnector = Pick<AnswerOf<'get', '/api/sso-connectors'>[number], 'id' | 'connectorName' | 'domains'>;
export const setJitConnectors = (id: string, ssoConnectorIds: string[]) =>
  call('put', '/api/organizations/{id}/jit/sso-connectors', { path: { id }, body: { ssoConnectorIds } });
export const setJitDomains = (id: string, emailDomains: string[]) =>
  call('put', '/api/organizations/{id}/jit/email-domains', { path: { id }, body: { emailDomains } });
export const setJitRoles = (id: string, organizationRoleIds: string[]) =>
  call('put', '/api/organizations/{id}/jit/roles', { path: { id }, body: { organizationRoleIds } });

/* -- invitations -- */

export type Invitation = AnswerOf<'get', '/api/organization-invitations'>[number];

export const invitations = (organizationId: string, { page, page_size, keyword }: ListQuery, status: string) =>
  call('get', '/api/organization-invitations', { query: { organizationId, paginated: 'true', q: keyword, status, ...capped, page, page_size } });
export const invite = (body: SentBy<'post', '/api/organization-invitations'>) => call('post', '/api/organization-invitations', { body });
export const resend = (id: string, link: string) => call('post', '/api/organization-invitations/{id}/message', { path: { id }, body: link ? { link } : {} });
export const revoke = (id: string) => call('put', '/api/organization-invitations/{id}/status', { path: { id }, body: { status: 'Revoked' } });
export const forget = (id: string) => call('delete', '/api/organization-invitations/{id}', { path: { id } });
export const accountCenter = () => call('get', '/api/account-center');
export const connectors = () => call('get', '/api/connectors');
