import { Anchor, Select, Switch, TextInput } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { Callout } from '../../ui/callout.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { needed } from '../../ui/form.ts';
import { connectors, invite } from '../api.ts';
import { RolesField } from '../role-select.tsx';
import { filledLink, LinkField, linkFault } from './invitation-link.tsx';

const dayMs = 86_400_000;
const days = [1, 3, 7, 14, 30];

export const expiryAfter = (n: number): number => Date.now() + n * dayMs;

interface Values { invitee: string; roles: string[]; days: string; mails: boolean; link: string }

const bodyOf = (organizationId: string, { invitee, roles, days: valid, mails, link }: Values) => ({ organizationId, invitee: invitee.trim(),
  expiresAt: expiryAfter(Number(valid)), ...(roles.length ? { organizationRoleIds: roles } : {}), messagePayload: mails ? link.trim() ? { link: filledLink(link, { organizationId, invitee }) } : {} : false });

function faultsOf(organizationId: string, values: Values): { invitee?: string; link?: string } {
  const link = values.mails ? linkFault(values.link, { organizationId, invitee: values.invitee }) : undefined;
  return { ...needed(values, 'invitee'), ...(link ? { link } : {}) };
}

export default function Invite() {
  const { id } = useParams({ strict: false }) as { id: string };
  const navigate = useNavigate(), words = t.organizations.invitations, close = () => void navigate({ to: `/organizations/${id}/invitations` });
  const all = useThing(connectors()).data, mails = all?.some((one) => one.type === 'Email');
  if (!all) return null;	// whether a mail can be sent decides how the form begins
  const initial: Values = { invitee: '', roles: [], days: '7', mails: Boolean(mails), link: '' };
  return <FormDialog title={words.invite} button={words.invite} initial={initial} close={close} done={close} check={(values) => faultsOf(id, values)}
    calls={(values) => [invite(bodyOf(id, values))]} codes={{ 'entity.unique_integrity_violation': 'invitee' }}>
    {(form) => <>
      <TextInput data-autofocus required type="email" label={words.invitee} placeholder="ada@example.com" {...form.field('invitee')} />
      <RolesField label={t.organizations.withRoles} type="User" value={form.values.roles} onChange={(roles) => form.set({ roles })} error={form.faults.roles} />
      <Select label={words.valid} data={days.map((n) => ({ value: String(n), label: words.days(n) }))} allowDeselect={false} {...form.field('days')}
        onChange={(value) => form.set({ days: value ?? '7' })} />
      <Switch label={words.mail} description={words.mailHelp} disabled={!mails} {...form.check('mails')} />
      {!mails && <Callout>{words.noConnector} <Anchor component={Link} to="/connectors">{words.connectorLink}</Anchor></Callout>}
      {form.values.mails && <LinkField field={form.field('link')} filling={{ organizationId: id, invitee: form.values.invitee }} />}
    </>}
  </FormDialog>;
}
