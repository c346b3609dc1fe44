// Whether the tenant has proven by the DNS that the domains are its own.
import { Badge, Button, Group, Switch } from '@mantine/core';
import { useChange, useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { Card } from '../../ui/details.tsx';
import { CopyField } from '../../ui/copy-field.tsx';
import { Failure, Refused } from '../../ui/failure.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { beginProof, checkProof, proofs, provisioning, setProvisioning, type Proof } from '../api.ts';

const words = t.enterpriseSso.proofs;

function One({ domain, proof }: { domain: string; proof: Proof | undefined }) {
  const change = useChange();
  const isProven = proof?.status === 'Proven';
  return <section className="proof" aria-label={domain}>
    <Group justify="space-between" wrap="nowrap"><Group gap="sm"><strong className="anywhere"><bdi>{domain}</bdi></strong>
      <Badge variant={isProven ? 'light' : 'default'}>{proof ? words.status[proof.status] : words.none}</Badge></Group>
      {proof ? <Button variant="default" size="compact-sm" loading={change.isPending} onClick={() => change.mutate([checkProof(proof.id)])}>{words.check}</Button>
        : <Button variant="default" size="compact-sm" loading={change.isPending} onClick={() => change.mutate([beginProof(domain)])}>{words.begin}</Button>}</Group>
    {change.error && <Refused error={change.error} />}
    {proof && !isProven && <>
      <CopyField label={words.recordName} value={proof.recordName} /><CopyField label={words.recordValue} value={proof.recordValue} />
    </>}
    {proof?.checkedAt && <p className="none" role="status">{isProven ? words.found : proof.lastResult === 'NoAnswer' ? words.unreachable : words.notFound} <RelativeTime at={proof.checkedAt} /></p>}
  </section>;
}

export function Proofs({ domains }: { domains: readonly string[] }) {
  const all = useThing(proofs()), rules = useThing(provisioning()), change = useChange();
  if (domains.length === 0) return null;
  if (all.error && !all.data) return <Failure error={all.error} retry={() => void all.refetch()} />;
  return <Card title={words.title} text={words.text}>
    {all.data && domains.map((domain) => <One key={domain} domain={domain} proof={all.data.find((one) => one.domain === domain)} />)}
    {change.error && <Refused error={change.error} />}
    {rules.data && <Switch label={words.only} description={words.onlyHelp} checked={rules.data.onlyProvenDomains} disabled={change.isPending}
      onChange={(event) => change.mutate([setProvisioning(event.currentTarget.checked)])} />}
  </Card>;
}
