import { TextInput } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ApiError } from '../../api/client.ts';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { signInRules } from '../../organizations/api.ts';
import { Card } from '../../ui/details.tsx';
import { Failure } from '../../ui/failure.tsx';
import { filled, type Faults } from '../../ui/form.ts';
import { addressFault, ImageField } from '../../ui/image-field.tsx';
import { LookCards, lookBody, lookFaults, lookPaths, lookValues } from '../../ui/look.tsx';
import { SaveForm } from '../../ui/save-form.tsx';
import { FormSkeleton } from '../../ui/skeleton.tsx';
import { look, setLook, type Application, type LookOf } from '../api.ts';
import { useApplication } from '../details.tsx';

const words = t.applications.branding;
const none: Pick<LookOf, 'branding' | 'color' | 'customCss'> = { branding: {}, color: {}, customCss: null };

/** An application of ours: its sign-in page. */
function OwnLook({ app, it }: { app: Application; it: LookOf | undefined }) {
  const tenant = useThing(signInRules()).data?.color;
  if (!tenant) return <FormSkeleton fields={4} />;
  return <SaveForm initial={lookValues(it ?? none, tenant)} calls={(values) => [setLook(app.id, lookBody(values))]} paths={lookPaths} check={lookFaults}>
    {(form) => <LookCards form={form} title={words.card} text={words.text} help={words.help} of={{ applicationId: app.id }} />}
  </SaveForm>;
}

const consentValues = (it: LookOf | undefined) => ({ displayName: it?.displayName ?? '', logoUrl: it?.branding.logoUrl ?? '', darkLogoUrl: it?.branding.darkLogoUrl ?? '',
  termsOfUseUrl: it?.termsOfUseUrl ?? '', privacyPolicyUrl: it?.privacyPolicyUrl ?? '' });
type ConsentValues = ReturnType<typeof consentValues>;

const consentBody = (it: LookOf | undefined, { displayName, logoUrl, darkLogoUrl, termsOfUseUrl, privacyPolicyUrl }: ConsentValues) => {
  const { logoUrl: _, darkLogoUrl: __, ...others } = it?.branding ?? {};
  return { displayName: displayName.trim() || null, termsOfUseUrl: termsOfUseUrl.trim(), privacyPolicyUrl: privacyPolicyUrl.trim(),
    branding: { ...others, ...filled({ logoUrl, darkLogoUrl }) } };
};

const consentFaults = (values: ConsentValues): Faults<ConsentValues> =>
  Object.fromEntries((['logoUrl', 'darkLogoUrl', 'termsOfUseUrl', 'privacyPolicyUrl'] as const).map((name) => [name, addressFault(values[name].trim())])
    .filter(([, fault]) => fault));

/** An application of others: what people see before they agree. */
function ConsentLook({ app, it }: { app: Application; it: LookOf | undefined }) {
  return <SaveForm initial={consentValues(it)} calls={(values) => [setLook(app.id, consentBody(it, values))]} check={consentFaults}
    paths={{ logoUrl: 'branding.logoUrl', darkLogoUrl: 'branding.darkLogoUrl' }}>
    {(form) => <Card title={words.consent} text={words.consentText}>
      <TextInput label={words.displayName} description={words.displayNameHelp} maxLength={256} {...form.field('displayName')} />
      <ImageField label={words.logo} {...form.field('logoUrl')} />
      <ImageField label={words.darkLogo} dark {...form.field('darkLogoUrl')} />
      <TextInput label={words.terms} placeholder="https://" inputMode="url" {...form.field('termsOfUseUrl')} />
      <TextInput label={words.privacy} placeholder="https://" inputMode="url" {...form.field('privacyPolicyUrl')} />
    </Card>}
  </SaveForm>;
}

/** Where nothing was ever set, the API knows nothing: that is no fault. */
function stateOf(answer: UseQueryResult<LookOf, ApiError>): 'loading' | 'failed' | 'known' {
  if (answer.data) return 'known';
  if (answer.error) return answer.error.status === 404 ? 'known' : 'failed';
  return 'loading';
}

export default function ApplicationBranding() {
  const app = useApplication().data, answer = useThing(app && look(app.id)), state = stateOf(answer);
  if (state === 'failed') return <Failure error={answer.error!} retry={() => void answer.refetch()} />;
  if (!app || state === 'loading') return <FormSkeleton />;
  return app.isThirdParty ? <ConsentLook app={app} it={answer.data} /> : <OwnLook app={app} it={answer.data} />;
}
