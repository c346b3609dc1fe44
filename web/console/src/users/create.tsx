// Adding a user; then what to give to the person, once.
import { Anchor, Button, Modal, Text, TextInput } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useThing } from '../api/query.ts';
import { language, t } from '../locales/index.ts';
import { experience } from '../sign-in-experience/api.ts';
import { Callout } from '../ui/callout.tsx';
import { CopyField, SecretField } from '../ui/copy-field.tsx';
import { DialogFoot } from '../ui/dialog-foot.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { filled } from '../ui/form.ts';
import { create, type User } from './api.ts';
import { IdentifierFields } from './identifier-fields.tsx';
import { digits, identifierCodes, identifierFaults, type Identifiers } from './identifiers.ts';
import { generatePassword } from './password.ts';

const nothing = { primaryEmail: '', primaryPhone: '', username: '', name: '' };
type Values = typeof nothing;

const faultsOf = (values: Values) => values.primaryEmail.trim() || values.primaryPhone.trim() || values.username.trim()
  ? identifierFaults(values) : { primaryEmail: t.users.oneNeeded };

/** The sign-in page of a new installation asks for a username: who has none is told before, and where to change it. */
function CannotSignIn({ of, children }: { of: Partial<Record<keyof Identifiers, string | null>>; children?: ReactNode }) {
  const rules = useThing(experience()).data;
  const has = { email: of.primaryEmail, phone: of.primaryPhone, username: of.username };
  if (!rules || rules.singleSignOnEnabled || rules.socialSignInConnectorTargets.length > 0) return null;
  const asked = [...new Set(rules.signIn.methods.map(({ identifier }) => identifier))];
  if (asked.length === 0 || asked.some((one) => has[one]?.trim()) || !Object.values(has).some((one) => one?.trim())) return null;
  const ways = new Intl.ListFormat(language, { type: 'disjunction' }).format(asked.map((one) => t.users[one]));
  return <Callout kind="warning">{t.users.cannotSignIn(ways)} {children}</Callout>;
}

function Added({ user, password, close }: { user: User; password: string; close: () => void }) {
  const navigate = useNavigate();
  return <Modal opened onClose={close} title={t.users.added} closeButtonProps={{ 'aria-label': t.common.close }}>
    <div className="fields">
      <Text>{t.users.addedText}</Text>
      {user.primaryEmail && <CopyField label={t.users.email} value={user.primaryEmail} />}
      {user.primaryPhone && <CopyField label={t.users.phone} value={`+${user.primaryPhone}`} />}
      {user.username && <CopyField label={t.users.username} value={user.username} />}
      <SecretField label={t.users.password} value={password} />
      <CannotSignIn of={user}><Anchor component={Link} to="/sign-in-experience/sign-up-and-sign-in">{t.users.changeAsked}</Anchor></CannotSignIn>
      <DialogFoot>
        <Button variant="default" onClick={close}>{t.users.done}</Button>
        <Button data-autofocus onClick={() => void navigate({ to: `/users/${user.id}` })}>{t.users.open}</Button>
      </DialogFoot>
    </div>
  </Modal>;
}

export default function CreateUser() {
  const navigate = useNavigate(), close = () => void navigate({ to: '/users' });
  const [password] = useState(generatePassword), [made, setMade] = useState<User>();
  if (made) return <Added user={made} password={password} close={close} />;
  return <FormDialog title={t.users.create} button={t.users.create} initial={nothing} close={close} done={setMade} check={faultsOf} codes={identifierCodes}
    calls={(values) => [create(filled({ ...values, primaryPhone: digits(values.primaryPhone), password }))]}>
    {(form) => <>
      <IdentifierFields form={form} autofocus />
      <TextInput label={t.users.name} maxLength={128} autoComplete="off" {...form.field('name')} />
      <Text size="xs" c="dimmed">{t.users.passwordComes}</Text>
      <CannotSignIn of={form.values} />
    </>}
  </FormDialog>;
}
