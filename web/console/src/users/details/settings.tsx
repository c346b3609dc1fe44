// How somebody signs in, and what is known of them: the form, and below it what is changed by itself.
import { Button, Text, TextInput } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useList, useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { CopyField } from '../../ui/copy-field.tsx';
import { Card } from '../../ui/details.tsx';
import { Facts } from '../../ui/facts.tsx';
import { same, type Faults } from '../../ui/form.ts';
import { addressFault, ImageField } from '../../ui/image-field.tsx';
import { JsonEditor, objectFault } from '../../ui/json-editor.tsx';
import { asText } from '../../ui/json.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SaveForm } from '../../ui/save-form.tsx';
import { useUserActions } from '../actions.tsx';
import { one, organizationCount, update, type User } from '../api.ts';
import { IdentifierFields } from '../identifier-fields.tsx';
import { digits, identifierCodes, identifierFaults } from '../identifiers.ts';
import { ApplicationLink } from '../links.tsx';
import { Connections } from './connections.tsx';
import { Factors } from './factors.tsx';
import { Grants, Sessions } from './sessions.tsx';
import { Password } from './password.tsx';
import { Tokens } from './tokens.tsx';

const valuesOf = ({ name, avatar, primaryEmail, primaryPhone, username, customData, profile }: User) => ({ name: name ?? '', avatar: avatar ?? '',
  primaryEmail: primaryEmail ?? '', primaryPhone: primaryPhone ? `+${primaryPhone}` : '', username: username ?? '', customData: asText(customData), profile: asText(profile) });
type Values = ReturnType<typeof valuesOf>;

const bodyOf = ({ name, avatar, primaryEmail, primaryPhone, username, customData, profile }: Values) => ({ name: name.trim(), avatar: avatar.trim(),
  primaryEmail: primaryEmail.trim(), primaryPhone: digits(primaryPhone), username: username.trim(),
  customData: JSON.parse(customData) as Record<string, unknown>, profile: JSON.parse(profile) as User['profile'] });

/** Only what differs is sent: what an older installation stored may be none that is taken today. */
function changed(values: Values, before: Values): Partial<ReturnType<typeof bodyOf>> {
  const now = bodyOf(values), then = bodyOf(before);
  return Object.fromEntries(Object.entries(now).filter(([key, value]) => !same(value, then[key as keyof typeof then])));
}

function callsOf(id: string, values: Values, before: Values) {
  const body = changed(values, before);
  return Object.keys(body).length ? [update(id, body)] : [];
}

function faultsOf(values: Values): Faults<Values> {
  const avatar = addressFault(values.avatar.trim()), customData = objectFault(values.customData), profile = objectFault(values.profile);
  return { ...identifierFaults(values), ...(avatar ? { avatar } : {}), ...(customData ? { customData } : {}), ...(profile ? { profile } : {}) };
}

const isNameless = (it: User, { primaryEmail, primaryPhone, username }: Values) =>
  !primaryEmail.trim() && !digits(primaryPhone) && !username.trim() && Object.keys(it.identities).length === 0;

function Data({ it }: { it: User }) {
  return <SaveForm initial={valuesOf(it)} calls={(values, before) => callsOf(it.id, values, before)} check={faultsOf} codes={identifierCodes}
    sure={(values) => isNameless(it, values) ? { title: t.users.nameless, text: t.users.namelessText, button: t.users.saveAnyway } : undefined}>
    {(form) => <>
      <Card title={t.users.signIn} text={t.users.signInText}><IdentifierFields form={form} /></Card>
      <Card title={t.users.profile}>
        <TextInput label={t.users.name} maxLength={128} {...form.field('name')} />
        <ImageField label={t.users.avatar} {...form.field('avatar')} />
        <JsonEditor label={t.users.profileData} description={t.users.profileHelp} rows={4} {...form.field('profile')} />
        <JsonEditor label={t.common.customData} description={t.common.customDataHelp} rows={4} {...form.field('customData')} />
      </Card>
    </>}
  </SaveForm>;
}

function About({ it }: { it: User }) {
  return <Card title={t.users.about}>
    <CopyField label={t.users.id} value={it.id} />
    <Facts rows={[[t.common.created, <RelativeTime at={it.createdAt} />], [t.users.updated, <RelativeTime at={it.updatedAt} />],
      [t.users.lastSignIn, <RelativeTime at={it.lastSignInAt} />], [t.users.fromApplication, <ApplicationLink id={it.applicationId} />]]} />
  </Card>;
}

function Danger({ it }: { it: User }) {
  const memberships = useList(organizationCount(it.id)).data?.total, { suspension, deletion } = useUserActions(), navigate = useNavigate();
  return <Card title={t.users.danger} danger>
    <div className="row"><Text className="grow">{it.isSuspended ? t.users.reactivateText : t.users.suspendText}</Text>
      <Button variant="outline" color={it.isSuspended ? 'accent' : 'danger'} onClick={() => suspension(it)}>{it.isSuspended ? t.users.reactivate : t.users.suspend}</Button></div>
    <div className="row"><Text className="grow">{memberships === undefined ? t.users.deleteAnyText : t.users.deleteText(memberships)}</Text>
      <Button variant="outline" color="danger" onClick={() => deletion(it, memberships, () => void navigate({ to: '/users' }))}>{t.users.delete}</Button></div>
  </Card>;
}

export default function UserSettings() {
  const { id } = useParams({ strict: false }) as { id: string };
  const it = useThing(one(id)).data;
  if (!it) return null;	// the page above shows why
  return <>
    <Data it={it} />
    <Password it={it} />
    <Factors it={it} />
    <Tokens it={it} />
    <Connections it={it} />
    <Sessions it={it} />
    <Grants it={it} />
    <About it={it} />
    <Danger it={it} />
  </>;
}
