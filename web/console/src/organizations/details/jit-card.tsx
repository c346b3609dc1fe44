// Who becomes a member without being added: people who register with an e-mail address of a domain. Enterprise connectors stand here too
// once there are any.
import { TagsInput } from '@mantine/core';
import { language, t } from '../../locales/index.ts';
import { Callout } from '../../ui/callout.tsx';
import { Card } from '../../ui/details.tsx';
import type { Form } from '../../ui/form.ts';
import { isFreeMail } from '../free-mail.ts';
import { RolesField } from '../role-select.tsx';

export interface JitValues { domains: string[]; jitRoles: string[] }

/** Text with a dot between, and no blank: what the contract calls a domain. The server knows more (public suffixes). */
export const isDomain = (text: string): boolean => /^[^\s.@]+(\.[^\s.@]+)+$/.test(text);

export function domainFault({ domains }: JitValues): { domains?: string } {
  const wrong = domains.find((one) => !isDomain(one));
  return wrong === undefined ? {} : { domains: t.organizations.jit.invalid(wrong) };
}

/** Whoever adds one may mean it; before and after it is saved it says what it means. */
function FreeMail({ domains }: { domains: readonly string[] }) {
  const free = domains.filter(isFreeMail);
  return free.length > 0 && <Callout kind="warning">{t.organizations.jit.freeMail(new Intl.ListFormat(language).format(free))}</Callout>;
}

export function JitCard<V extends JitValues>({ form, known }: { form: Form<V>; known: readonly { id: string; name: string }[] }) {
  const words = t.organizations.jit, { domains, jitRoles } = form.values;
  return <Card title={words.title} text={words.text}>
    <TagsInput label={words.domains} description={words.domainsHelp} placeholder={domains.length ? '' : words.placeholder} value={domains} splitChars={[',', ' ', ';']}
      onChange={(next) => form.set({ domains: next.map((one) => one.trim()) } as Partial<V>)} error={form.faults.domains ?? domainFault(form.values).domains}
      name="domains" clearable clearButtonProps={{ 'aria-label': `${words.domains}: ${t.common.clear}` }} />
    <FreeMail domains={domains} />
    <RolesField label={words.roles} description={words.rolesHelp} type="User" known={known} value={jitRoles} name="jitRoles"
      onChange={(next) => form.set({ jitRoles: next } as Partial<V>)} error={form.faults.jitRoles} />
  </Card>;
}
