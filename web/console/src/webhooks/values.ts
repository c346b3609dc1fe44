// What stands in the forms of a webhook, and what of it is sent.
import { language, t } from '../locales/index.ts';
import { needed, type Faults } from '../ui/form.ts';
import { addressFault } from '../ui/image-field.tsx';
import type { Hook, HookEvent } from './api.ts';

export interface Header { name: string; value: string }
export interface HookValues { name: string; url: string; events: HookEvent[]; headers: Header[] }

/** The groups in the order in which they are shown; each name stands once. */
export const eventGroups = {
  user: ['User.Created', 'User.Deleted', 'User.Data.Updated', 'User.SuspensionStatus.Updated'],
  organization: ['Organization.Created', 'Organization.Deleted', 'Organization.Data.Updated', 'Organization.Membership.Updated'],
  role: ['Role.Created', 'Role.Deleted', 'Role.Data.Updated', 'Role.Scopes.Updated'],
  scope: ['Scope.Created', 'Scope.Deleted', 'Scope.Data.Updated'],
  organizationRole: ['OrganizationRole.Created', 'OrganizationRole.Deleted', 'OrganizationRole.Data.Updated', 'OrganizationRole.Scopes.Updated'],
  organizationScope: ['OrganizationScope.Created', 'OrganizationScope.Deleted', 'OrganizationScope.Data.Updated'],
  interaction: ['PostRegister', 'PostSignIn', 'PostResetPassword', 'PostSignInAdaptiveMfaTriggered'],
  exception: ['Identifier.Lockout', 'Message.RateLimited', 'Grant.LimitExceeded'],
} as const satisfies Record<string, readonly HookEvent[]>;

export type EventGroup = keyof typeof eventGroups;
export const groups = Object.keys(eventGroups) as EventGroup[];
export const allEvents: readonly HookEvent[] = groups.flatMap((group): readonly HookEvent[] => eventGroups[group]);

/** An event in words; one that we do not know by its name. */
export const eventTitle = (event: string): string =>
  Object.hasOwn(t.webhooks.eventNames, event) ? (t.webhooks.eventNames as Record<string, string>)[event]! : event;

/** Those of a webhook: one that was made long ago has a single one, which counts while the list is empty. */
export const eventsOf = ({ event, events }: Pick<Hook, 'event' | 'events'>): HookEvent[] => events.length || !event ? events : [event];

export const hookValues = (hook: Hook): HookValues => ({ name: hook.name, url: hook.config.url, events: eventsOf(hook),
  headers: Object.entries(hook.config.headers ?? {}).map(([name, value]) => ({ name, value })) });

const isEmpty = ({ name, value }: Header) => name.trim() === '' && value.trim() === '';

/** The whole of it, since the API replaces it whole: what no field shows stays as it is. */
export function configOf({ url, headers }: Pick<HookValues, 'url' | 'headers'>, before?: Hook['config']): Hook['config'] {
  const { headers: _, ...rest } = before ?? {}, filled = headers.filter((one) => !isEmpty(one));
  return { ...rest, url: url.trim(), ...(filled.length ? { headers: Object.fromEntries(filled.map(({ name, value }) => [name.trim(), value.trim()])) } : {}) };
}

/** Why a row is wrong: both parts are needed, and a name stands once, in whatever case. */
export function headerFault(headers: readonly Header[], i: number): string | undefined {
  const one = headers[i]!, name = one.name.trim().toLowerCase(), words = t.webhooks.headers;
  if (isEmpty(one)) return undefined;
  if (!name || !one.value.trim()) return words.both;
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) return words.wrongName;
  if (/[^\t\x20-\x7e\x80-\xff]/.test(one.value)) return words.wrongValue;
  return headers.findIndex((other) => other.name.trim().toLowerCase() === name) < i ? words.twice : undefined;
}

export function hookFaults(values: HookValues): Faults<HookValues> {
  const url = addressFault(values.url.trim()), headers = values.headers.map((_, i) => headerFault(values.headers, i)).find(Boolean);
  return { ...(url ? { url } : {}), ...needed(values, 'name', 'url'), ...(values.events.length ? {} : { events: t.webhooks.eventsFault }), ...(headers ? { headers } : {}) };
}

export const hookPaths = { url: 'config.url', headers: 'config.headers' } as const;
export const hookCodes = { 'hook.missing_events': 'events' } as const;

/** Of what was sent in a day; undefined: nothing was. */
export const successRate = ({ executionStats }: Pick<Hook, 'executionStats'>): number | undefined =>
  executionStats && executionStats.requestCount > 0 ? executionStats.successCount / executionStats.requestCount : undefined;

/** Rounded down: all but one of a thousand is not all of them. */
export const percent = (rate: number): string =>
  new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(Math.floor(rate * 1000) / 1000);
