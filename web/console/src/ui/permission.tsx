// What the pages of permissions and roles share: how a permission looks, how its description is changed, and for whom a role is.
import { Badge, Radio, Text, Textarea } from '@mantine/core';
import { IconRobot, IconUserShield } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Call } from '../api/call.ts';
import { t } from '../locales/index.ts';
import { described } from './built-in.ts';
import { CopyField } from './copy-field.tsx';
import { FormDialog } from './form-dialog.tsx';

export type RoleType = 'User' | 'MachineToMachine';

export function PermissionName({ name }: { name: string }) {
  return <Badge variant="default" className="permission" title={name}><bdi>{name}</bdi></Badge>;
}

/** A permission and whose it is, which on a narrow screen stands below it in place of a column. */
export function PermissionCell({ name, of }: { name: string; of: ReactNode }) {
  return <span className="lines"><PermissionName name={name} /><span className="detail narrow">{of}</span></span>;
}

/** A text or a dash. */
export function Description({ text }: { text: string | null | undefined }) {
  const shown = described(text);
  return shown ? <bdi title={shown}>{shown}</bdi> : <span className="none">{t.common.none}</span>;
}

export interface EditPermissionProps { title: string; help?: string; name: string; description: string | null; most: number;
  call: (description: string) => Call; close: () => void }

/** Its name stays: apps ask for it. */
export function EditPermission({ title, help, name, description, most, call, close }: EditPermissionProps) {
  return <FormDialog title={title} button={t.common.save} initial={{ description: description ?? '' }} close={close} done={close}
    calls={({ description: text }) => [call(text.trim())]}>
    {(form) => <>
      <CopyField label={t.common.name} value={name} />
      <Textarea data-autofocus label={t.common.description} maxLength={most} {...form.field('description')} />
      {help && <Text size="xs" c="dimmed">{help}</Text>}
    </>}
  </FormDialog>;
}

/** Chosen once: people and machine apps hold different roles. */
export function RoleTypeField({ value, onChange, error }: { value: RoleType; onChange: (type: RoleType) => void; error?: string | undefined }) {
  return <Radio.Group label={t.roles.type} description={t.roles.typeHelp} value={value} error={error} onChange={(next) => onChange(next as RoleType)}>
    <div className="radios">{(['User', 'MachineToMachine'] as const).map((one) => <Radio key={one} value={one} label={t.roles.types[one]} />)}</div>
  </Radio.Group>;
}

/** For whom a role is that there is already. */
export function RoleTypeFact({ type }: { type: RoleType }) {
  return <div><Text fw={500}>{t.roles.type}</Text><Text>{t.roles.types[type]}</Text><Text size="xs" c="dimmed">{t.roles.typeHelp}</Text></div>;
}

export function RoleIcon({ type, large = false }: { type: RoleType; large?: boolean }) {
  const Icon = type === 'User' ? IconUserShield : IconRobot;
  return <span className={`thing-icon${large ? ' large' : ''}`} aria-hidden><Icon size={large ? 24 : 16} stroke={1.5} /></span>;
}
