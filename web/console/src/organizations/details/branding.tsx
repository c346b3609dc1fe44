import { Switch } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { brandBody, brandFaults, BrandFields, brandOf, brandPaths, lookOf } from '../../ui/brand-fields.tsx';
import { darkOf } from '../../ui/colors.ts';
import { Card } from '../../ui/details.tsx';
import { SaveForm } from '../../ui/save-form.tsx';
import { SignInPreview } from '../../ui/sign-in-preview.tsx';
import { FormSkeleton } from '../../ui/skeleton.tsx';
import { one, signInRules, update, type Organization } from '../api.ts';

type TenantColor = Organization['color'];

function valuesOf(it: Organization, tenant: TenantColor) {
  const { branding, color, customCss } = it, primaryColor = color.primaryColor ?? tenant.primaryColor ?? '#3b5bdb';
  return {
    on: Object.keys(branding).length > 0 || Object.keys(color).length > 0 || Boolean(customCss),
    ...brandOf(it, { primaryColor, darkPrimaryColor: color.darkPrimaryColor ?? (color.primaryColor ? undefined : tenant.darkPrimaryColor) ?? darkOf(primaryColor),
      isDarkModeEnabled: color.isDarkModeEnabled ?? tenant.isDarkModeEnabled ?? false }),
  };
}
type Values = ReturnType<typeof valuesOf>;

/** What is saved: the whole look, or nothing of it. */
export const bodyOf = (values: Values) => values.on ? brandBody(values) : { branding: {}, color: {}, customCss: '' };

export default function Branding() {
  const { id } = useParams({ strict: false }) as { id: string };
  const it = useThing(one(id)).data, tenant = useThing(signInRules()).data?.color, words = t.organizations.branding;
  if (!it || !tenant) return <FormSkeleton fields={4} />;
  return <SaveForm initial={valuesOf(it, tenant)} calls={(values) => [update(id, bodyOf(values))]} paths={brandPaths}
    check={(values) => values.on ? brandFaults(values) : {}}>
    {(form) => <>
      <Card title={words.title} text={words.text}><Switch label={words.on} description={words.onHelp} {...form.check('on')} /></Card>
      {form.values.on && <div className="side-by-side">
        <div><BrandFields form={form} /></div>
        <SignInPreview organizationId={id} look={lookOf(form.values)} />
      </div>}
    </>}
  </SaveForm>;
}
