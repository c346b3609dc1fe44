import { PasswordInput, Switch, TextInput } from '@mantine/core';
import { t } from '../../locales/index.ts';
import { later } from '../../locales/later.ts';
import { Card } from '../../ui/details.tsx';
import { CopyField } from '../../ui/copy-field.tsx';
import { SaveForm } from '../../ui/save-form.tsx';
import { update, type Connector } from '../api.ts';
import { isGoogle, oidcConfig, oidcFaults, oidcValues, textOf } from '../config.ts';
import { OurSide } from '../guide.tsx';

const words = later.enterpriseSso.oidc;

/** What the provider publishes, as the server read it. */
function Discovered({ it }: { it: Connector }) {
  const shown = (['authorizationEndpoint', 'tokenEndpoint', 'userinfoEndpoint', 'jwksUri', 'issuer'] as const)
    .map((name) => [name, textOf(it.providerConfig, name)] as const).filter(([, value]) => value);
  if (shown.length === 0) return null;
  return <Card title={words.discovered} text={words.discoveredText}>{shown.map(([name, value]) => <CopyField key={name} label={words.endpoints[name]} value={value} />)}</Card>;
}

export function OidcForm({ it }: { it: Connector }) {
  return <>
    <Card title={words.ours} text={words.oursText}><OurSide it={it} /></Card>
    <SaveForm initial={oidcValues(it)} check={(values) => oidcFaults(it, values)} codes={isGoogle(it) ? {} : { 'connector.invalid_config': 'issuer' }}
      calls={(values) => [update(it.id, { config: oidcConfig(it, values) })]}>
      {(form) => <Card title={words.title} text={words.text}>
        <TextInput required label={words.clientId} autoComplete="off" spellCheck={false} {...form.field('clientId')} />
        <PasswordInput required label={words.clientSecret} autoComplete="new-password" visibilityToggleButtonProps={{ 'aria-label': `${t.common.show}: ${words.clientSecret}` }}
          {...form.field('clientSecret')} {...(form.faults.clientSecret ? { 'aria-invalid': true } : {})} />
        {!isGoogle(it) && <TextInput required label={words.issuer} description={words.issuerHelp} placeholder="https://" inputMode="url" spellCheck={false} {...form.field('issuer')} />}
        <TextInput label={words.scope} description={words.scopeHelp} spellCheck={false} {...form.field('scope')} />
        {isGoogle(it) ? <Switch label={words.offline} description={words.offlineHelp} {...form.check('offlineAccess')} />
          : <Switch label={words.trust} description={words.trustHelp} {...form.check('trustUnverifiedEmail')} />}
      </Card>}
    </SaveForm>
    <Discovered it={it} />
  </>;
}
