// The look of the tenant, and one of its own for an organization or an application over it: logos, colours and CSS, beside them the sign-in page as it
// will be.
import { Anchor, ColorInput, Switch, Text, Textarea } from '@mantine/core';
import { t } from '../locales/index.ts';
import { darkOf, isColor } from './colors.ts';
import { Card } from './details.tsx';
import type { Faults, Form } from './form.ts';
import { filled } from './form.ts';
import { addressFault, ImageField } from './image-field.tsx';
import { SignInPreview, type Look, type SignInPreviewProps } from './sign-in-preview.tsx';

interface Color { primaryColor?: string; darkPrimaryColor?: string; isDarkModeEnabled?: boolean }
/** As the API has it. */
export interface StoredLook { branding: { logoUrl?: string; darkLogoUrl?: string; favicon?: string; darkFavicon?: string }; color: Color; customCss: string | null }

/** `tenant`: the colours that it goes over. */
export function lookValues({ branding, color, customCss }: StoredLook, tenant: Color) {
  const primaryColor = color.primaryColor ?? tenant.primaryColor ?? '#3b5bdb';
  return {
    on: Object.keys(branding).length > 0 || Object.keys(color).length > 0 || Boolean(customCss),
    logoUrl: branding.logoUrl ?? '', darkLogoUrl: branding.darkLogoUrl ?? '', favicon: branding.favicon ?? '', darkFavicon: branding.darkFavicon ?? '',
    primaryColor, darkPrimaryColor: color.darkPrimaryColor ?? (color.primaryColor ? undefined : tenant.darkPrimaryColor) ?? darkOf(primaryColor),
    isDarkModeEnabled: color.isDarkModeEnabled ?? tenant.isDarkModeEnabled ?? false, customCss: customCss ?? '',
  };
}
export type LookValues = ReturnType<typeof lookValues>;

export const lookPaths = { logoUrl: 'branding.logoUrl', darkLogoUrl: 'branding.darkLogoUrl', favicon: 'branding.favicon', darkFavicon: 'branding.darkFavicon',
  primaryColor: 'color.primaryColor', darkPrimaryColor: 'color.darkPrimaryColor' };

/** What is saved: the whole look, or nothing of it. */
export function lookBody({ on, logoUrl, darkLogoUrl, favicon, darkFavicon, primaryColor, darkPrimaryColor, isDarkModeEnabled, customCss }: LookValues) {
  return on ? { branding: filled({ logoUrl, darkLogoUrl, favicon, darkFavicon }), color: { primaryColor, darkPrimaryColor, isDarkModeEnabled }, customCss }
    : { branding: {}, color: {}, customCss: '' };
}

export function lookFaults(values: LookValues): Faults<LookValues> {
  if (!values.on) return {};
  const found: [keyof LookValues, string | undefined][] = (['logoUrl', 'darkLogoUrl', 'favicon', 'darkFavicon'] as const)
    .map((name) => [name, addressFault(values[name].trim())]);
  for (const name of ['primaryColor', 'darkPrimaryColor'] as const) found.push([name, isColor(values[name]) ? undefined : t.organizations.branding.noColor]);
  return Object.fromEntries(found.filter(([, fault]) => fault));
}

export function ColorsCard({ form }: { form: Form<LookValues> }) {
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

function Images({ form }: { form: Form<LookValues> }) {
  const words = t.organizations.branding;
  return <Card title={words.images} text={words.imagesHelp}>
    <ImageField label={words.logo} {...form.field('logoUrl')} />
    <ImageField label={words.darkLogo} dark {...form.field('darkLogoUrl')} />
    <ImageField label={words.favicon} {...form.field('favicon')} />
    <ImageField label={words.darkFavicon} dark {...form.field('darkFavicon')} />
  </Card>;
}

/** What the preview shows. */
export const shownLook = ({ logoUrl, darkLogoUrl, customCss, ...color }: LookValues): Look => ({ branding: filled({ logoUrl, darkLogoUrl }), color, customCss });

/** The cards of logos, colours and CSS. */
export function LookFields({ form }: { form: Form<LookValues> }) {
  const words = t.organizations.branding;
  return <>
    <Images form={form} /><ColorsCard form={form} />
    <Card title={words.css}>
      <Textarea aria-label={words.css} description={words.cssHelp} minRows={8} maxRows={24} spellCheck={false} className="code-area" {...form.field('customCss')} />
    </Card>
  </>;
}

/** `of`: whose look it is, for the preview. */
export function LookCards({ form, title, text, help, of }: { form: Form<LookValues>; title: string; text: string; help: string; of: Pick<SignInPreviewProps, 'organizationId' | 'applicationId'> }) {
  const words = t.organizations.branding;
  return <>
    <Card title={title} text={text}><Switch label={words.on} description={help} {...form.check('on')} /></Card>
    {form.values.on && <div className="side-by-side"><div><LookFields form={form} /></div><SignInPreview {...of} look={shownLook(form.values)} /></div>}
  </>;
}
