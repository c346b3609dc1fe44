// The link in the mail of an invitation: the API mails it as it is, so the Console fills in what differs from one to the next.
import { Anchor, Text, TextInput } from '@mantine/core';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { page } from '../../page.ts';
import { addressFault } from '../../ui/image-field.tsx';
import { accountCenter } from '../api.ts';

const words = t.organizations.invitations;

/** Whom it is for. */
export interface Filling { organizationId: string; invitee: string }
export const placeholders = ['organizationId', 'invitee'] as const satisfies (keyof Filling)[];
const isKnown = (name: string): name is keyof Filling => (placeholders as readonly string[]).includes(name);

/** The link with {organizationId} and {invitee} filled in, as a part of an address. */
export const filledLink = (link: string, filling: Filling): string =>
  link.trim().replace(/\{(\w+)\}/g, (whole, name: string) => isKnown(name) ? encodeURIComponent(filling[name].trim()) : whole);

export function linkFault(link: string, filling: Filling): string | undefined {
  const unknown = link.match(/\{\w+\}/g)?.find((one) => !isKnown(one.slice(1, -1)));
  return unknown ? words.linkUnknown(unknown) : addressFault(filledLink(link, filling));
}

interface Field { name: string; value: string; error: string | undefined; onChange: (next: string) => void }

/** The product's own page of invitations, where people may open it. */
function useAccountPage(): string | undefined {
  const center = useThing(accountCenter()).data, shown = center?.fields.organizations;
  return center?.enabled && (shown === 'Edit' || shown === 'ReadOnly') ? `${page.apiEndpoint}/account/organizations` : undefined;
}

export function LinkField({ field: { onChange, ...field }, filling, first = false }: { field: Field; filling: Filling; first?: boolean }) {
  const account = useAccountPage(), filled = filledLink(field.value, filling);
  return <div>
    <TextInput label={words.link} description={words.linkHelp} placeholder="https://" inputMode="url" {...(first ? { 'data-autofocus': true } : {})}
      {...field} onChange={(event) => onChange(event.currentTarget.value)} />
    {account && field.value !== account && <Anchor component="button" type="button" size="xs" onClick={() => onChange(account)}>{words.accountPage}</Anchor>}
    {filled !== field.value.trim() && !field.error && <Text size="xs" c="dimmed" className="anywhere">{words.mailed} <bdi>{filled}</bdi></Text>}
  </div>;
}
