import { Input, Radio, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { later } from '../locales/later.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { needed, type Form } from '../ui/form.ts';
import { FormSkeleton } from '../ui/skeleton.tsx';
import { base, create, providers, type Connector, type Provider } from './api.ts';
import { Logo } from './logo.tsx';

const words = later.enterpriseSso;
/** Products first, then the protocols for all others. */
const order = ['Okta', 'AzureAdOidc', 'AzureAD', 'GoogleWorkspace', 'OIDC', 'SAML'];

interface Values { provider: string; connectorName: string }

function Choice({ of: { name, providerName, providerType, logo, logoDark } }: { of: Provider }) {
  return <Radio.Card value={providerName} className="guide-choice" aria-label={name}>
    <Logo of={{ name, providerLogo: logo, providerLogoDark: logoDark }} size={28} />
    <span className="lines"><span className="name">{name}</span><span className="detail">{providerType.toUpperCase()}</span></span>
  </Radio.Card>;
}

function Choices({ form }: { form: Form<Values> }) {
  const { data } = useThing(providers());
  if (!data) return <FormSkeleton fields={2} />;
  const sorted = [...data].sort((a, b) => order.indexOf(a.providerName) - order.indexOf(b.providerName));
  return <Radio.Group label={words.provider} name="provider" value={form.values.provider} onChange={(provider) => form.set({ provider })}>
    <div className="guide-choices two">{sorted.map((one) => <Choice key={one.providerName} of={one} />)}</div>
    {form.faults.provider && <Input.Error role="alert" mt="xs">{form.faults.provider}</Input.Error>}
  </Radio.Group>;
}

export default function CreateConnector() {
  const navigate = useNavigate();
  return <FormDialog title={words.create} button={words.create} size={640} initial={{ provider: '', connectorName: '' } as Values} close={() => void navigate({ to: base })}
    done={({ id }: Connector) => void navigate({ to: `${base}/${id}/connection`, search: { guide: 'open' } as never })}
    check={(values) => ({ ...needed(values, 'connectorName'), ...(values.provider ? {} : { provider: words.chooseProvider }) })}
    codes={{ 'single_sign_on.duplicate_connector_name': 'connectorName' }}
    calls={({ provider, connectorName }) => [create({ providerName: provider, connectorName: connectorName.trim() })]}>
    {(form) => <>
      <Choices form={form} />
      <TextInput data-autofocus required label={words.name} description={words.nameHelp} maxLength={128} {...form.field('connectorName')} />
    </>}
  </FormDialog>;
}
