import { t } from '../../locales/index.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useToast } from '../../ui/toast.tsx';
import { resend, type Invitation } from '../api.ts';
import { filledLink, LinkField, linkFault } from './invitation-link.tsx';

/** Sends the mail of an invitation again; the link is not kept anywhere, so it is asked for. */
export function Resend({ invitation, close }: { invitation: Invitation; close: () => void }) {
  const say = useToast(), words = t.organizations.invitations;
  return <FormDialog title={words.resendTo(invitation.invitee)} button={words.resend} initial={{ link: '' }} close={close}
    done={() => { close(); say(words.sent); }} calls={({ link }) => [resend(invitation.id, filledLink(link, invitation))]}
    check={({ link }): { link?: string } => { const fault = linkFault(link, invitation); return fault ? { link: fault } : {}; }}>
    {(form) => <LinkField first field={form.field('link')} filling={invitation} />}
  </FormDialog>;
}
