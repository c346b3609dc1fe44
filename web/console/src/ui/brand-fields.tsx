// The look of sign-in pages as fields: of the tenant, and of an organization over it.
import { Anchor, ColorInput, Switch, Text, Textarea } from '@mantine/core';
import { t } from '../locales/index.ts';
import { darkOf, isColor } from './colors.ts';
import { Card } from './details.tsx';
import type { Faults, Form } from './form.ts';
import { filled } from './form.ts';
import { addressFault, ImageField } from './image-field.tsx';
import type { Look } from './sign-in-preview.tsx';

export interface Brand { logoUrl: string; darkLogoUrl: string; favicon: string; darkFavicon: string; primaryColor: string; darkPrimaryColor: string;
  isDarkModeEnabled: boolean; customCss: string }

interface Stored { branding: { logoUrl?: string; darkLogoUrl?: string; favicon?: string; darkFavicon?: string }; customCss: string | null }

/** Where the API has these fields. */
export const brandPaths = { logoUrl: 'branding.logoUrl', darkLogoUrl: 'branding.darkLogoUrl', favicon: 'branding.favicon', darkFavicon: 'branding.darkFavicon',
  primaryColor: 'color.primaryColor', darkPrimaryColor: 'color.darkPrimaryColor' };

export const brandOf = ({ branding, customCss }: Stored, color: Pick<Brand, 'primaryColor' | 'darkPrimaryColor' | 'isDarkModeEnabled'>): Brand => ({
  logoUrl: branding.logoUrl ?? '', darkLogoUrl: branding.darkLogoUrl ?? '', favicon: branding.favicon ?? '', darkFavicon: branding.darkFavicon ?? '',
  ...color, customCss: customCss ?? '' });

/** What is sent. */
export const brandBody = ({ logoUrl, darkLogoUrl, favicon, darkFavicon, primaryColor, darkPrimaryColor, isDarkModeEnabled, customCss }: Brand) =>
  ({ branding: filled({ logoUrl, darkLogoUrl, favicon, darkFavicon }), color: { primaryColor, darkPrimaryColor, isDarkModeEnabled }, customCss });

/** What the preview shows. */
export const lookOf = ({ logoUrl, darkLogoUrl, primaryColor, darkPrimaryColor, isDarkModeEnabled, customCss }: Brand): Look =>
  ({ branding: filled({ logoUrl, darkLogoUrl }), color: { primaryColor, darkPrimaryColor, isDarkModeEnabled }, customCss });

export function brandFaults(values: Brand): Faults<Brand> {
  const found: [keyof Brand, string | undefined][] = (['logoUrl', 'darkLogoUrl', 'favicon', 'darkFavicon'] as const)
    .map((name) => [name, addressFault(values[name].trim())]);
  for (const name of ['primaryColor', 'darkPrimaryColor'] as const) found.push([name, isColor(values[name]) ? undefined : t.common.brand.noColor]);
  return Object.fromEntries(found.filter(([, fault]) => fault));
}

function Colors({ form }: { form: Form<Brand> }) {
  const words = t.common.brand, { primaryColor, darkPrimaryColor, isDarkModeEnabled } = form.values;
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

function Images({ form }: { form: Form<Brand> }) {
  const words = t.common.brand;
  return <Card title={words.images} text={words.imagesHelp}>
    <ImageField label={words.logo} {...form.field('logoUrl')} />
    <ImageField label={words.darkLogo} dark {...form.field('darkLogoUrl')} />
    <ImageField label={words.favicon} {...form.field('favicon')} />
    <ImageField label={words.darkFavicon} dark {...form.field('darkFavicon')} />
  </Card>;
}

/** The cards with these fields, in any form that has them. */
export function BrandFields<V extends Brand>({ form: given }: { form: Form<V> }) {
  const form = given as unknown as Form<Brand>, words = t.common.brand;	// it touches no other field
  return <>
    <Images form={form} /><Colors form={form} />
    <Card title={words.css}>
      <Textarea label={words.css} description={words.cssHelp} minRows={8} maxRows={24} spellCheck={false} className="code-area"
        {...form.field('customCss')} />
    </Card>
  </>;
}
