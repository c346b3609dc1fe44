// Adding a user; then what to give to the person, once.
import { Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../locales/index.ts';
import { CopyField, SecretField } from '../ui/copy-field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { filled } from '../ui/form.ts';
import { create, type User } from './api.ts';
import { IdentifierFields } from './identifier-fields.tsx';
import { digits, identifierCodes, identifierFaults } from './identifiers.ts';
import { generatePassword } from './password.ts';

const nothing = { primaryEmail: '', primaryPhone: '', username: '', name: '' };
type Values = typeof nothing;

const faultsOf = (values: Values) => values.primaryEmail.trim() || values.primaryPhone.trim() || values.username.trim()
  ? identifierFaults(values) : { primaryEmail: t.users.oneNeeded };

function Added({ user, password, close }: { user: User; password: string; close: () => void }) {
  const navigate = useNavigate();
  return <Modal opened onClose={close} title={t.users.added} closeButtonProps={{ 'aria-label': t.common.close }}>
    <div className="fields">
      <Text>{t.users.addedText}</Text>
      {user.primaryEmail && <CopyField label={t.users.email} value={user.primaryEmail} />}
      {user.primaryPhone && <CopyField label={t.users.phone} value={`+${user.primaryPhone}`} />}
      {user.username && <CopyField label={t.users.username} value={user.username} />}
      <SecretField label={t.users.password} value={password} />
      <Group className="dialog-foot">
        <Button variant="default" onClick={close}>{t.users.done}</Button>
        <Button data-autofocus onClick={() => void navigate({ to: `/users/${user.id}` })}>{t.users.open}</Button>
      </Group>
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
    </>}
  </FormDialog>;
}
