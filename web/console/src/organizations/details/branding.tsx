import { Anchor, ColorInput, Switch, Text, Textarea } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { darkOf, isColor } from '../../ui/colors.ts';
import { Card } from '../../ui/details.tsx';
import type { Faults, Form } from '../../ui/form.ts';
import { filled } from '../../ui/form.ts';
import { addressFault, ImageField } from '../../ui/image-field.tsx';
import { SaveForm } from '../../ui/save-form.tsx';
import { SignInPreview } from '../../ui/sign-in-preview.tsx';
import { FormSkeleton } from '../../ui/skeleton.tsx';
import { one, signInRules, update, type Organization } from '../api.ts';

type TenantColor = Organization['color'];

function valuesOf({ branding, color, customCss }: Organization, tenant: TenantColor) {
  const primaryColor = color.primaryColor ?? tenant.primaryColor ?? '#3b5bdb';
  return {
    on: Object.keys(branding).length > 0 || Object.keys(color).length > 0 || Boolean(customCss),
    logoUrl: branding.logoUrl ?? '', darkLogoUrl: branding.darkLogoUrl ?? '', favicon: branding.favicon ?? '', darkFavicon: branding.darkFavicon ?? '',
    primaryColor, darkPrimaryColor: color.darkPrimaryColor ?? (color.primaryColor ? undefined : tenant.darkPrimaryColor) ?? darkOf(primaryColor),
    isDarkModeEnabled: color.isDarkModeEnabled ?? tenant.isDarkModeEnabled ?? false, customCss: customCss ?? '',
  };
}
type Values = ReturnType<typeof valuesOf>;

const paths = { logoUrl: 'branding.logoUrl', darkLogoUrl: 'branding.darkLogoUrl', favicon: 'branding.favicon', darkFavicon: 'branding.darkFavicon',
  primaryColor: 'color.primaryColor', darkPrimaryColor: 'color.darkPrimaryColor' };

/** What is saved: the whole look, or nothing of it. */
export function bodyOf({ on, logoUrl, darkLogoUrl, favicon, darkFavicon, primaryColor, darkPrimaryColor, isDarkModeEnabled, customCss }: Values) {
  return on ? { branding: filled({ logoUrl, darkLogoUrl, favicon, darkFavicon }), color: { primaryColor, darkPrimaryColor, isDarkModeEnabled }, customCss }
    : { branding: {}, color: {}, customCss: '' };
}

function faultsOf(values: Values): Faults<Values> {
  if (!values.on) return {};
  const found: [keyof Values, string | undefined][] = (['logoUrl', 'darkLogoUrl', 'favicon', 'darkFavicon'] as const)
    .map((name) => [name, addressFault(values[name].trim())]);
  for (const name of ['primaryColor', 'darkPrimaryColor'] as const) found.push([name, isColor(values[name]) ? undefined : t.organizations.branding.noColor]);
  return Object.fromEntries(found.filter(([, fault]) => fault));
}

function Colors({ form }: { form: Form<Values> }) {
  const words = t.organizations.branding, { primaryColor, darkPrimaryColor, isDarkModeEnabled } = form.values;
  const computed = isColor(primaryColor) ? darkOf(primaryColor) : darkPrimaryColor;
  return <Card title={words.colors}>
    <ColorInput label={words.primary} format="hex" eyeDropperButtonProps={{ 'aria-label': words.pick }} {...form.field('primaryColor')} />
    <Switch label={words.darkMode} description={words.darkModeHelp} {...form.check('isDarkModeEnabled')} />
    {isDarkModeEnabled && <div>
      <ColorInput label={words.darkPrimary} format="hex" eyeDropperButtonProps={{ 'aria-label': words.pick }} {...form.field('darkPrimaryColor')} />
      {computed !== darkPrimaryColor && <Text size="xs" c="dimmed" mt={4}>{words.computed(computed)} <Anchor component="button" type="button" size="xs"
        onClick={() => form.set({ darkPrimaryColor: computed })}>{words.recalculate}</Anchor></Text>}
    </div>}
  </Card>;
}

function Images({ form }: { form: Form<Values> }) {
  const words = t.organizations.branding;
  return <Card title={words.images} text={words.imagesHelp}>
    <ImageField label={words.logo} {...form.field('logoUrl')} />
    <ImageField label={words.darkLogo} dark {...form.field('darkLogoUrl')} />
    <ImageField label={words.favicon} {...form.field('favicon')} />
    <ImageField label={words.darkFavicon} dark {...form.field('darkFavicon')} />
  </Card>;
}

export default function Branding() {
  const { id } = useParams({ strict: false }) as { id: string };
  const it = useThing(one(id)).data, tenant = useThing(signInRules()).data?.color, words = t.organizations.branding;
  if (!it || !tenant) return <FormSkeleton fields={4} />;
  return <SaveForm initial={valuesOf(it, tenant)} calls={(values) => [update(id, bodyOf(values))]} paths={paths} check={faultsOf}>
    {(form) => <>
      <Card title={words.title} text={words.text}><Switch label={words.on} description={words.onHelp} {...form.check('on')} /></Card>
      {form.values.on && <div className="side-by-side">
        <div>
          <Images form={form} /><Colors form={form} />
          <Card title={words.css}>
            <Textarea label={words.css} description={words.cssHelp} minRows={8} maxRows={24} spellCheck={false} className="code-area" {...form.field('customCss')} />
          </Card>
        </div>
        <SignInPreview organizationId={id} look={{ branding: filled({ logoUrl: form.values.logoUrl, darkLogoUrl: form.values.darkLogoUrl }),
          color: form.values, customCss: form.values.customCss }} />
      </div>}
    </>}
  </SaveForm>;
}
