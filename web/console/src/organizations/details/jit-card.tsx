// Who becomes a member without being added: people who sign in by an enterprise connector, or register with an e-mail address of a domain.
import { Anchor, MultiSelect, TagsInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { language, t } from '../../locales/index.ts';
import { Callout } from '../../ui/callout.tsx';
import { Card } from '../../ui/details.tsx';
import type { Form } from '../../ui/form.ts';
import { enterpriseConnectors } from '../api.ts';
import { isFreeMail } from '../free-mail.ts';
import { RolesField } from '../role-select.tsx';

export interface JitValues { domains: string[]; jitRoles: string[]; jitConnectors: string[] }

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

function ConnectorsField<V extends JitValues>({ form }: { form: Form<V> }) {
  const words = t.organizations.jit, all = useThing(enterpriseConnectors()).data, { jitConnectors } = form.values;
  if (!all) return null;
  if (all.length === 0) return <Callout>{words.noConnector} <Anchor component={Link} to="/enterprise-sso">{words.connectorLink}</Anchor></Callout>;
  return <MultiSelect label={words.connectors} description={words.connectorsHelp} data={all.map(({ id, connectorName }) => ({ value: id, label: connectorName }))} value={jitConnectors}
    onChange={(next) => form.set({ jitConnectors: next } as Partial<V>)} name="jitConnectors" error={form.faults.jitConnectors} searchable clearable hidePickedOptions maxDropdownHeight={240}
    nothingFoundMessage={t.common.table.nothing} clearButtonProps={{ 'aria-label': `${words.connectors}: ${t.common.clear}` }} />;
}

/** Those of its domains come in by the connector, so the domain makes nobody a member. */
function SsoDomains({ domains }: { domains: readonly string[] }) {
  const theirs = new Set(useThing(enterpriseConnectors()).data?.flatMap((one) => one.domains) ?? []), both = domains.filter((one) => theirs.has(one.toLowerCase()));
  return both.length > 0 && <Callout kind="warning">{t.organizations.jit.ssoDomains(new Intl.ListFormat(language).format(both))}</Callout>;
}

export function JitCard<V extends JitValues>({ form, known }: { form: Form<V>; known: readonly { id: string; name: string }[] }) {
  const words = t.organizations.jit, { domains, jitRoles } = form.values;
  return <Card title={words.title} text={words.text}>
    <ConnectorsField form={form} />
    <TagsInput label={words.domains} description={words.domainsHelp} placeholder={domains.length ? '' : words.placeholder} value={domains} splitChars={[',', ' ', ';']}
      onChange={(next) => form.set({ domains: next.map((one) => one.trim()) } as Partial<V>)} error={form.faults.domains ?? domainFault(form.values).domains}
      name="domains" clearable clearButtonProps={{ 'aria-label': `${words.domains}: ${t.common.clear}` }} />
    <FreeMail domains={domains} /><SsoDomains domains={domains} />
    <RolesField label={words.roles} description={words.rolesHelp} type="User" known={known} value={jitRoles} name="jitRoles"
      onChange={(next) => form.set({ jitRoles: next } as Partial<V>)} error={form.faults.jitRoles} />
  </Card>;
}
