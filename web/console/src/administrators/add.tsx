// Adding an administrator: the account, then its roles, which need its id.
import { Button, Modal, Switch, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { change } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { basePath, page } from '../page.ts';
import { CopyField, SecretField } from '../ui/copy-field.tsx';
import { DialogFoot } from '../ui/dialog-foot.tsx';
import { Refused } from '../ui/failure.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { filled } from '../ui/form.ts';
import { IdentifierFields } from '../users/identifier-fields.tsx';
import { digits, identifierCodes, identifierFaults } from '../users/identifiers.ts';
import { generatePassword } from '../users/password.ts';
import { create, give, overseesOthers, worksHere, type Role } from './api.ts';

const nothing = { primaryEmail: '', primaryPhone: '', username: '', name: '', oversees: false };
type Values = typeof nothing;
interface Made { username: string; password: string; error?: Error }

const bodyOf = ({ primaryEmail, primaryPhone, username, name }: Values, password: string) =>
  filled({ primaryEmail, primaryPhone: digits(primaryPhone), username, name, password });

function Added({ made, close }: { made: Made; close: () => void }) {
  return <Modal opened onClose={close} title={t.administrators.added} closeOnClickOutside={false} closeButtonProps={{ 'aria-label': t.common.close }}>
    <div className="fields">
      {made.error && <Refused error={made.error} />}
      <Text>{t.administrators.addedText}</Text>
      <CopyField label={t.administrators.address} value={`${page.adminEndpoint}${basePath}`} />
      <CopyField label={t.users.username} value={made.username} />
      <SecretField label={t.users.password} value={made.password} />
      <DialogFoot><Button data-autofocus onClick={close}>{t.users.done}</Button></DialogFoot>
    </div>
  </Modal>;
}

export function AddAdministrator({ roles, close }: { roles: readonly Role[]; close: () => void }) {
  const [password] = useState(generatePassword), [made, setMade] = useState<Made>();
  const given = (oversees: boolean) => roles.filter(({ name }) => name === worksHere || oversees && name === overseesOthers).map(({ id }) => id);
  const done = (user: { id: string }, values: Values) => void change([give(user.id, given(values.oversees))])
    .then(() => setMade({ username: values.username.trim(), password }), (error: Error) => setMade({ username: values.username.trim(), password, error }));
  if (made) return <Added made={made} close={close} />;
  return <FormDialog title={t.administrators.add} button={t.administrators.add} initial={nothing} close={close} done={done} codes={identifierCodes}
    check={(values) => ({ ...(values.username.trim() ? {} : { username: t.common.required }), ...identifierFaults(values) })}
    calls={(values) => [create(bodyOf(values, password))]}>
    {(form) => <>
      <IdentifierFields form={form} autofocus />
      <TextInput label={t.users.name} maxLength={128} autoComplete="off" {...form.field('name')} />
      <Switch label={t.administrators.oversees} description={t.administrators.overseesHelp} {...form.check('oversees')} />
      <Text size="xs" c="dimmed">{t.users.passwordComes}</Text>
    </>}
  </FormDialog>;
}
