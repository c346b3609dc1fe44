import { Anchor, Button, Switch, Text, TextInput, Textarea } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { useList, useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { Callout } from '../../ui/callout.tsx';
import { CopyField } from '../../ui/copy-field.tsx';
import { Card } from '../../ui/details.tsx';
import { Failure } from '../../ui/failure.tsx';
import { needed } from '../../ui/form.ts';
import { JsonEditor, objectFault } from '../../ui/json-editor.tsx';
import { asText } from '../../ui/json.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SaveForm } from '../../ui/save-form.tsx';
import { FormSkeleton } from '../../ui/skeleton.tsx';
import { jitConnectors, jitDomains, jitRoles, memberCount, one, setJitConnectors, setJitDomains, setJitRoles, signInRules, update, type EnterpriseConnector, type Organization } from '../api.ts';
import { useDelete } from '../details.tsx';
import { domainFault, JitCard } from './jit-card.tsx';

interface Jit { domains: { emailDomain: string }[]; roles: { id: string; name: string }[]; connectors: EnterpriseConnector[] }

const valuesOf = ({ name, description, customData, isMfaRequired }: Organization, { domains, roles, connectors }: Jit) =>
  ({ name, description: description ?? '', customData: asText(customData), isMfaRequired,
    domains: domains.map(({ emailDomain }) => emailDomain), jitRoles: roles.map(({ id }) => id),
    jitConnectors: connectors.map(({ id }) => id) });
type Values = ReturnType<typeof valuesOf>;

/** The organization first, then what stands beside it. */
export const callsOf = (id: string, values: Values) =>
  [update(id, bodyOf(values)), setJitDomains(id, values.domains), setJitRoles(id, values.jitRoles), setJitConnectors(id, values.jitConnectors)];

const bodyOf = ({ name, description, customData, isMfaRequired }: Values) =>
  ({ name: name.trim(), description: description.trim(), customData: JSON.parse(customData) as Record<string, unknown>, isMfaRequired });

function MissingFactor() {
  const rules = useThing(signInRules());
  if (!rules.data || rules.data.mfa.factors.length > 0) return null;
  return <Callout kind="warning">{t.organizations.mfaMissing} <Anchor component={Link} to="/mfa">{t.organizations.mfaLink}</Anchor></Callout>;
}

function About({ it }: { it: Organization }) {
  return <Card title={t.organizations.about}>
    <CopyField label={t.organizations.id} value={it.id} />
    <CopyField label={t.organizations.tenant} value={it.tenantId} />
    <div><Text fw={500}>{t.common.created}</Text><RelativeTime at={it.createdAt} /></div>
  </Card>;
}

function Danger({ it }: { it: Organization }) {
  const members = useList(memberCount(it.id)).data?.total ?? 0, ask = useDelete(members);
  return <Card title={t.organizations.danger} danger>
    <div className="row"><Text className="grow">{t.organizations.deleteText(members)}</Text>
      <Button variant="outline" color="danger" onClick={() => ask(it)}>{t.organizations.delete}</Button></div>
  </Card>;
}

export default function OrganizationSettings() {
  const { id } = useParams({ strict: false }) as { id: string };
  const it = useThing(one(id)).data, domains = useThing(jitDomains(id)), roles = useThing(jitRoles(id)), connectors = useThing(jitConnectors(id));
  const failed = domains.error ?? roles.error ?? connectors.error;
  if (failed) return <Failure error={failed} retry={() => { void domains.refetch(); void roles.refetch(); void connectors.refetch(); }} />;
  if (!it || !domains.data || !roles.data || !connectors.data) return <FormSkeleton fields={4} />;
  const jit = { domains: domains.data, roles: roles.data, connectors: connectors.data };
  return <>
    <SaveForm initial={valuesOf(it, jit)} calls={(values) => callsOf(id, values)} paths={{ domains: 'emailDomains', jitRoles: 'organizationRoleIds', jitConnectors: 'ssoConnectorIds' }}
      check={(values) => ({ ...needed(values, 'name'), ...faultOfData(values), ...domainFault(values) })}>
      {(form) => <>
        <Card title={t.organizations.general}>
          <TextInput required label={t.common.name} maxLength={128} {...form.field('name')} />
          <Textarea label={t.common.description} description={t.organizations.descriptionHelp} maxLength={256} {...form.field('description')} />
          <JsonEditor label={t.common.customData} description={t.common.customDataHelp} {...form.field('customData')} />
        </Card>
        <Card title={t.organizations.security}>
          <Switch label={t.organizations.mfa} description={t.organizations.mfaHelp} {...form.check('isMfaRequired')} />
          {form.values.isMfaRequired && <MissingFactor />}
        </Card>
        <JitCard form={form} roles={jit.roles} connectors={jit.connectors} />
      </>}
    </SaveForm>
    <About it={it} />
    <Danger it={it} />
  </>;
}

function faultOfData({ customData }: Values): { customData?: string } {
  const fault = objectFault(customData);
  return fault ? { customData: fault } : {};
}
