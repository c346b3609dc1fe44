import { useParams } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { LookCards, lookBody, lookFaults, lookPaths, lookValues } from '../../ui/look.tsx';
import { SaveForm } from '../../ui/save-form.tsx';
import { FormSkeleton } from '../../ui/skeleton.tsx';
import { one, signInRules, update } from '../api.ts';

export default function Branding() {
  const { id } = useParams({ strict: false }) as { id: string };
  const it = useThing(one(id)).data, tenant = useThing(signInRules()).data?.color, words = t.organizations.branding;
  if (!it || !tenant) return <FormSkeleton fields={4} />;
  return <SaveForm initial={lookValues(it, tenant)} calls={(values) => [update(id, lookBody(values))]} paths={lookPaths} check={lookFaults}>
    {(form) => <LookCards form={form} title={words.title} text={words.text} help={words.onHelp} of={{ organizationId: id }} />}
  </SaveForm>;
}
