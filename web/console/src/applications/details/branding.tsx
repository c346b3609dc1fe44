import { ColorInput, Switch, TextInput, Textarea } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useThing } from '../../api/query.ts';
import type { ApiError } from '../../api/client.ts';
import { t } from '../../locales/index.ts';
import { Card } from '../../ui/details.tsx';
import { Failure } from '../../ui/failure.tsx';
import type { Faults, Form } from '../../ui/form.ts';
import { addressFault, ImageField } from '../../ui/image-field.tsx';
import { SaveForm } from '../../ui/save-form.tsx';
import { FormSkeleton } from '../../ui/skeleton.tsx';
import { look, setLook, type Application, type LookOf, type NewLook } from '../api.ts';
import { useApplication } from '../details.tsx';

const words = t.applications.branding;
const defaultColor = '#3b5bdb', defaultDark = '#7c93f0';

function valuesOf(it: LookOf | undefined) {
  const { color = {}, branding = {} } = it ?? {};
  return { own: Object.keys(color).length > 0 || Object.keys(branding).length > 0 || Boolean(it?.customCss),
    logo: branding.logoUrl ?? '', darkLogo: branding.darkLogoUrl ?? '', favicon: branding.favicon ?? '', darkFavicon: branding.darkFavicon ?? '',
    color: color.primaryColor ?? defaultColor, dark: color.isDarkModeEnabled ?? true, darkColor: color.darkPrimaryColor ?? defaultDark, css: it?.customCss ?? '',
    displayName: it?.displayName ?? '', terms: it?.termsOfUseUrl ?? '', privacy: it?.privacyPolicyUrl ?? '' };
}
type Values = ReturnType<typeof valuesOf>;

const paths: Partial<Record<keyof Values, string>> = { logo: 'branding.logoUrl', darkLogo: 'branding.darkLogoUrl', favicon: 'branding.favicon',
  darkFavicon: 'branding.darkFavicon', color: 'color.primaryColor', darkColor: 'color.darkPrimaryColor', css: 'customCss', terms: 'termsOfUseUrl', privacy: 'privacyPolicyUrl' };

const filledOf = <T extends Record<string, string>>(all: T): Partial<T> =>
  Object.fromEntries(Object.entries(all).map(([name, text]) => [name, text.trim()]).filter(([, text]) => text !== '')) as Partial<T>;

const picturesOf = ({ logo, darkLogo, favicon, darkFavicon }: Values) => filledOf({ logoUrl: logo, darkLogoUrl: darkLogo, favicon, darkFavicon });

/** Third-party applications have what the page of consent shows; others a look, or none. */
function bodyOf(app: Application, values: Values): NewLook {
  if (app.isThirdParty) return { displayName: values.displayName.trim() || null, branding: picturesOf(values),
    termsOfUseUrl: values.terms.trim(), privacyPolicyUrl: values.privacy.trim() };
  if (!values.own) return { branding: {}, color: {}, customCss: null };
  return { branding: picturesOf(values), customCss: values.css.trim() || null,
    color: { primaryColor: values.color, isDarkModeEnabled: values.dark, darkPrimaryColor: values.darkColor } };
}

function faultsIn(values: Values): Faults<Values> {
  const out: Faults<Values> = {};
  for (const name of ['logo', 'darkLogo', 'favicon', 'darkFavicon', 'terms', 'privacy'] as const) {
    const fault = addressFault(values[name].trim());
    if (fault) out[name] = fault;
  }
  for (const name of ['color', 'darkColor'] as const) if (!/^#[0-9a-f]{6}$/i.test(values[name])) out[name] = words.colorFault;
  return out;
}

type FormOf = { form: Form<Values> };

const Logos = ({ form }: FormOf) => <>
  <ImageField label={words.logo} {...form.field('logo')} />
  <ImageField label={words.darkLogo} dark {...form.field('darkLogo')} />
</>;

const ConsentCard = ({ form }: FormOf) => <Card title={words.consent} text={words.consentText}>
  <TextInput label={words.displayName} description={words.displayNameHelp} maxLength={256} {...form.field('displayName')} />
  <Logos form={form} />
  <TextInput label={words.terms} placeholder="https://" inputMode="url" {...form.field('terms')} />
  <TextInput label={words.privacy} placeholder="https://" inputMode="url" {...form.field('privacy')} />
</Card>;

const LookCards = ({ form }: FormOf) => <>
  <Card title={words.card} text={words.text}><Switch label={words.own} description={words.ownHelp} {...form.check('own')} /></Card>
  {form.values.own && <>
    <Card title={words.logos}>
      <Logos form={form} />
      <ImageField label={words.favicon} {...form.field('favicon')} />
      <ImageField label={words.darkFavicon} dark {...form.field('darkFavicon')} />
    </Card>
    <Card title={words.colors}>
      <ColorInput label={words.color} w={200} {...form.field('color')} />
      <Switch label={words.dark} description={words.darkHelp} {...form.check('dark')} />
      {form.values.dark && <ColorInput label={words.darkColor} w={200} {...form.field('darkColor')} />}
    </Card>
    <Card title={words.css} text={words.cssHelp}>
      <Textarea aria-label={words.css} minRows={6} styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }} {...form.field('css')} />
    </Card>
  </>}
</>;

/** Nothing was ever set for it: then the API knows nothing, which is no fault. */
function stateOf(answer: UseQueryResult<LookOf, ApiError>): 'loading' | 'failed' | 'known' {
  if (answer.data) return 'known';
  if (answer.error) return answer.error.status === 404 ? 'known' : 'failed';
  return 'loading';
}

export default function ApplicationBranding() {
  const app = useApplication().data, answer = useThing(app && look(app.id)), state = stateOf(answer);
  if (state === 'failed') return <Failure error={answer.error!} retry={() => void answer.refetch()} />;
  if (!app || state === 'loading') return <FormSkeleton />;
  return <SaveForm initial={valuesOf(answer.data)} paths={paths} check={faultsIn} calls={(values) => [setLook(app.id, bodyOf(app, values))]}>
    {(form) => app.isThirdParty ? <ConsentCard form={form} /> : <LookCards form={form} />}
  </SaveForm>;
}
