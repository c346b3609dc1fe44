import { TextInput } from '@mantine/core';
import { t } from '../locales/index.ts';
import type { Form } from '../ui/form.ts';
import type { Identifiers } from './identifiers.ts';

/** The three fields, in every form that has them. `autofocus`: the first one, in a dialog. */
export function IdentifierFields<V extends Identifiers>({ form, autofocus = false }: { form: Form<V>; autofocus?: boolean }) {
  const field = (name: keyof Identifiers) => form.field(name) as ReturnType<Form<Identifiers>['field']>;
  return <>
    <TextInput {...(autofocus ? { 'data-autofocus': true } : {})} type="email" inputMode="email" label={t.users.email} maxLength={128} autoComplete="off" {...field('primaryEmail')} />
    <TextInput type="tel" label={t.users.phone} description={t.users.phoneHelp} maxLength={64} autoComplete="off" {...field('primaryPhone')} />
    <TextInput label={t.users.username} maxLength={128} autoComplete="off" {...field('username')} />
  </>;
}
