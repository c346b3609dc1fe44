// The organizations that the person belongs to, and those that invite them.
import { useState } from 'preact/hooks';
import { page, t } from '../../shared/page.ts';
import { Button } from '../../shared/ui.tsx';
import { useAccount } from './account.ts';
import { acceptInvitation, type Invitation, leaveOrganization, type Organization, readFactors, readInvitations,
  readOrganizations, type Role } from './api.ts';
import { edits, shows } from './client.ts';
import { prove } from './proof.tsx';
import { Avatar, Badge, Confirmation, day, Failed, Loading, Panel, Row, RowButton, Rows, useAction, useLoaded } from './ui.tsx';

const byNumber = new Intl.Collator(page.language, { numeric: true });
const rolesOf = (roles: Role[]) =>
  roles.map((role) => role.name).sort(byNumber.compare).join(', ') || t('account.no_roles');

function Invitations({ list, onDone }: { list: Invitation[]; onDone: () => Promise<void> }) {
  const action = useAction();
  const accept = (id: string) => void action.run(async () => { await acceptInvitation(id); await onDone(); });
  return (
    <Panel title={t('account.invitations')}>
      <div role="alert" class={action.error ? 'alert' : 'hidden'}>{action.error?.message}</div>
      <Rows>{list.map((one) => (
        <Row key={one.id} label={<bdi>{one.organization.name}</bdi>} value={rolesOf(one.organizationRoles)}
          note={t('account.expires', { date: day(one.expiresAt) })}>
          <span class="accept"><Button busy={action.busy} onClick={() => accept(one.id)}>{t('account.accept')}
            <span class="hidden">: {one.organization.name}</span></Button></span>
        </Row>))}</Rows>
    </Panel>
  );
}

/** What stands in the way of who has no factor where the organization wants one. */
const MfaBadge = ({ isMet }: { isMet: boolean }) => isMet
  ? <Badge kind="good">{t('account.mfa_required')}</Badge>
  : <Badge kind="warning">{t('account.mfa_required')}</Badge>;

export function Organizations() {
  const { account } = useAccount();
  const organizations = useLoaded(readOrganizations), invitations = useLoaded(readInvitations);
  const factors = useLoaded(async () => shows('mfa') ? await readFactors() : undefined);
  const [leaving, setLeaving] = useState<Organization>();
  const error = organizations.error ?? invitations.error;
  const again = async () => { await Promise.all([organizations.load(), invitations.load()]); };
  if (error) return <Panel title={t('account.memberships')}><Failed error={error} again={() => void again()} /></Panel>;
  if (!organizations.value || !invitations.value) return <Panel title={t('account.memberships')}><Loading /></Panel>;
  const lacksFactor = factors.value?.length === 0 && organizations.value.some((one) => one.isMfaRequired);
  const start = async (one: Organization) => { if (await prove(account)) setLeaving(one); };
  return (
    <>
      {invitations.value.length > 0 && <Invitations list={invitations.value} onDone={again} />}
      <Panel title={t('account.memberships')} hint={organizations.value.length === 0 ? t('account.no_organizations')
        : lacksFactor ? <a href="/account/security">{t('account.set_up_factor')}</a> : undefined}>
        <Rows>{organizations.value.map((one) => (
          <Row key={one.id} picture={<Avatar square src={one.branding.logoUrl} name={one.name} />} value={rolesOf(one.organizationRoles)} note={one.description ?? undefined}
            label={<><bdi>{one.name}</bdi> {one.isMfaRequired && <MfaBadge isMet={factors.value?.length !== 0} />}</>}>
            {edits('organizations') && <RowButton label={t('account.leave')} of={one.name} danger onClick={() => void start(one)} />}
          </Row>))}</Rows>
      </Panel>
      {leaving && <Confirmation title={t('account.leave_title', { name: leaving.name })} text={t('account.leave_hint')}
        button={t('account.leave')} onClose={() => setLeaving(undefined)}
        run={async () => { await leaveOrganization(leaving.id); await again(); }} />}
    </>
  );
}
