import { TextInput } from '@mantine/core';
import { t } from '../../locales/index.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { addressFault } from '../../ui/image-field.tsx';
import { useToast } from '../../ui/toast.tsx';
import { resend, type Invitation } from '../api.ts';

/** Sends the mail of an invitation again; the link is not kept anywhere, so it is asked for. */
export function Resend({ invitation, close }: { invitation: Invitation; close: () => void }) {
  const say = useToast(), words = t.organizations.invitations;
  return <FormDialog title={words.resendTo(invitation.invitee)} button={words.resend} initial={{ link: '' }} close={close}
    done={() => { close(); say(words.sent); }} calls={({ link }) => [resend(invitation.id, link.trim())]}
    check={({ link }): { link?: string } => { const link_ = addressFault(link.trim()); return link_ ? { link: link_ } : {}; }}>
    {(form) => <TextInput data-autofocus label={words.link} description={words.linkHelp} placeholder="https://" {...form.field('link')} />}
  </FormDialog>;
}
