import { Radio, TagsInput, TextInput } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { later } from '../../locales/later.ts';
import { Card } from '../../ui/details.tsx';
import { needed, type Faults, type Form } from '../../ui/form.ts';
import { addressFault, ImageField } from '../../ui/image-field.tsx';
import { isWebAddress, Picture } from '../../ui/picture.tsx';
import { SaveForm } from '../../ui/save-form.tsx';
import { one, update, type Connector } from '../api.ts';
import { domainFault } from '../config.ts';
import { Proofs } from './proofs.tsx';

const words = later.enterpriseSso.experience;

const valuesOf = ({ connectorName, domains, syncProfile, branding }: Connector) => ({ connectorName, domains, sync: syncProfile ? 'always' : 'once',
  displayName: branding.displayName ?? '', logo: branding.logo ?? '', darkLogo: branding.darkLogo ?? '' });
type Values = ReturnType<typeof valuesOf>;

const bodyOf = ({ connectorName, domains, sync, displayName, logo, darkLogo }: Values) => ({ connectorName: connectorName.trim(), domains, syncProfile: sync === 'always',
  branding: Object.fromEntries(Object.entries({ displayName: displayName.trim(), logo: logo.trim(), darkLogo: darkLogo.trim() }).filter(([, value]) => value)) });

function faultsOf(values: Values): Faults<Values> {
  const domains = values.domains.length === 0 ? t.common.required : domainFault(values.domains), logo = addressFault(values.logo.trim()), darkLogo = addressFault(values.darkLogo.trim());
  return { ...needed(values, 'connectorName'), ...(domains ? { domains } : {}), ...(logo ? { logo } : {}), ...(darkLogo ? { darkLogo } : {}) };
}

/** The button as it stands on the sign-in page. */
function ButtonPreview({ values, it }: { values: Values; it: Connector }) {
  const name = values.displayName.trim() || values.connectorName;
  return <section className="sso-preview" aria-label={t.common.preview.title}>{(['light', 'dark'] as const).map((look) => {
    const own = (look === 'dark' && values.darkLogo.trim()) || values.logo.trim(), usual = look === 'dark' ? it.providerLogoDark : it.providerLogo;
    return <div key={look} className={look}><span className="sso-button">
      {own && isWebAddress(own) ? <Picture name={name} src={own} size={20} /> : <img src={usual} alt="" width={20} height={20} />}
      <bdi>{words.goOn(name)}</bdi></span></div>;
  })}</section>;
}

function LookCard({ form, it }: { form: Form<Values>; it: Connector }) {
  return <Card title={words.look} text={words.lookText}>
    <TextInput label={words.displayName} description={words.displayNameHelp} maxLength={128} {...form.field('displayName')} />
    <ImageField label={words.logo} {...form.field('logo')} onChange={(logo) => form.set({ logo })} />
    <ImageField label={words.darkLogo} dark {...form.field('darkLogo')} onChange={(darkLogo) => form.set({ darkLogo })} />
    <ButtonPreview values={form.values} it={it} />
  </Card>;
}

export default function ConnectorExperience() {
  const { id } = useParams({ strict: false }) as { id: string }, it = useThing(one(id)).data;
  if (!it) return null;
  return <>
    <SaveForm initial={valuesOf(it)} check={faultsOf} paths={{ sync: 'syncProfile', displayName: 'branding.displayName', logo: 'branding.logo', darkLogo: 'branding.darkLogo' }}
      codes={{ 'single_sign_on.duplicate_connector_name': 'connectorName', 'single_sign_on.forbidden_domains': 'domains', 'single_sign_on.duplicated_domains': 'domains' }}
      calls={(values) => [update(id, bodyOf(values))]}>
      {(form) => <>
        <Card title={words.title}>
          <TextInput required label={later.enterpriseSso.name} description={later.enterpriseSso.nameHelp} maxLength={128} {...form.field('connectorName')} />
          <TagsInput required label={words.domains} description={words.domainsHelp} placeholder={form.values.domains.length ? '' : 'example.com'} value={form.values.domains}
            splitChars={[',', ' ', ';']} allowDuplicates onChange={(next) => form.set({ domains: next.map((one) => one.trim()) })} name="domains" clearable
            error={form.faults.domains ?? domainFault(form.values.domains)} clearButtonProps={{ 'aria-label': `${words.domains}: ${t.common.clear}` }} />
          <Radio.Group label={words.sync} value={form.values.sync} onChange={(sync) => form.set({ sync: sync as Values['sync'] })}>
            <div className="radios column-wise"><Radio value="once" label={words.syncOnce} /><Radio value="always" label={words.syncAlways} /></div>
          </Radio.Group>
        </Card>
        <LookCard form={form} it={it} />
      </>}
    </SaveForm>
    <Proofs domains={it.domains} />
  </>;
}
