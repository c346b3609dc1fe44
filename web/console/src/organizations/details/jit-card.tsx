// Who becomes a member without being added: people who sign in by an enterprise connector, or register with an e-mail address of a domain.
import { Anchor, TagsInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useList } from '../../api/query.ts';
import { language, t } from '../../locales/index.ts';
import { Callout } from '../../ui/callout.tsx';
import { Card } from '../../ui/details.tsx';
import type { Form } from '../../ui/form.ts';
import { RemoteMultiSelect, type Named } from '../../ui/remote-multi-select.tsx';
import { enterpriseConnectors, enterpriseConnectorsOf, type EnterpriseConnector } from '../api.ts';
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

const named = (rows: readonly EnterpriseConnector[]): Named[] => rows.map(({ id, connectorName }) => ({ id, name: connectorName }));

function ConnectorsField<V extends JitValues>({ form, known }: { form: Form<V>; known: readonly Named[] }) {
  const words = t.organizations.jit, first = useList(enterpriseConnectors('')).data;
  if (!first) return null;
  if (first.total === 0) return <Callout>{words.noConnector} <Anchor component={Link} to="/enterprise-sso">{words.connectorLink}</Anchor></Callout>;
  return <RemoteMultiSelect label={words.connectors} description={words.connectorsHelp} value={form.values.jitConnectors} known={known} list={enterpriseConnectors} named={named}
    onChange={(next) => form.set({ jitConnectors: next } as Partial<V>)} name="jitConnectors" error={form.faults.jitConnectors} nothing={() => t.common.table.nothing} />;
}

/** Those of its domains come in by the connector, so the domain makes nobody a member. */
function SsoDomains({ domains }: { domains: readonly string[] }) {
  const found = useList(domains.length > 0 ? enterpriseConnectorsOf(domains) : undefined).data?.rows ?? [];
  const theirs = new Set(found.flatMap((one) => one.domains)), both = domains.filter((one) => theirs.has(one.toLowerCase()));
  return both.length > 0 && <Callout kind="warning">{t.organizations.jit.ssoDomains(new Intl.ListFormat(language).format(both))}</Callout>;
}

/** `roles`, `connectors`: those that it has, with their names. */
export function JitCard<V extends JitValues>({ form, roles, connectors }: { form: Form<V>; roles: readonly Named[]; connectors: readonly EnterpriseConnector[] }) {
  const words = t.organizations.jit, { domains, jitRoles } = form.values;
  return <Card title={words.title} text={words.text}>
    <ConnectorsField form={form} known={named(connectors)} />
    <TagsInput label={words.domains} description={words.domainsHelp} placeholder={domains.length ? '' : words.placeholder} value={domains} splitChars={[',', ' ', ';']}
      onChange={(next) => form.set({ domains: next.map((one) => one.trim()) } as Partial<V>)} error={form.faults.domains ?? domainFault(form.values).domains}
      name="domains" clearable clearButtonProps={{ 'aria-label': `${words.domains}: ${t.common.clear}` }} />
    <FreeMail domains={domains} /><SsoDomains domains={domains} />
    <RolesField label={words.roles} description={words.rolesHelp} type="User" known={roles} value={jitRoles} name="jitRoles"
      onChange={(next) => form.set({ jitRoles: next } as Partial<V>)} error={form.faults.jitRoles} />
  </Card>;
}
