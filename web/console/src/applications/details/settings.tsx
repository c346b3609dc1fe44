import { Button, NumberInput, Switch, Text, TextInput, Textarea } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { t } from '../../locales/index.ts';
import { Callout } from '../../ui/callout.tsx';
import { Card } from '../../ui/details.tsx';
import type { Form } from '../../ui/form.ts';
import { JsonEditor } from '../../ui/json-editor.tsx';
import { MultiTextField } from '../../ui/multi-text.tsx';
import { SaveForm } from '../../ui/save-form.tsx';
import { update, type Application } from '../api.ts';
import { useApplication } from '../details.tsx';
import { isDevice, isMachine, isRedirected, kindOf } from '../kinds.tsx';
import { useDelete } from '../list.tsx';
import { bodyOf, faultsIn, originFault, paths, redirectFault, redirectWarnings, valuesOf, type Values } from '../values.ts';
import { Credentials, Secrets } from './credentials.tsx';

interface CardProps { app: Application; form: Form<Values> }

function Addresses({ app, form }: CardProps) {
  const stars = app.type !== 'Native', { redirects } = t.applications;
  const check = (text: string) => redirectFault(text, stars);
  const warnings = redirectWarnings([...form.values.redirectUris, ...form.values.postLogoutRedirectUris]);
  return <Card title={redirects.card} text={redirects.text}>
    <MultiTextField required label={redirects.in} description={redirects.inHelp} placeholder="https://app.example/callback" check={check} {...form.field('redirectUris')} />
    <MultiTextField label={redirects.out} description={redirects.outHelp} placeholder="https://app.example/" check={check} {...form.field('postLogoutRedirectUris')} />
    {warnings.map((one) => <Callout key={one} kind="warning">{one}</Callout>)}
    <MultiTextField label={t.applications.cors.label} description={t.applications.cors.help} placeholder="https://app.example" check={originFault}
      {...form.field('corsAllowedOrigins')} />
  </Card>;
}

function RefreshTokens({ app, form }: CardProps) {
  const { refresh } = t.applications;
  return <Card title={refresh.card} text={refresh.text}>
    {(app.type === 'Traditional' || app.type === 'SPA') && <Switch label={refresh.always} description={refresh.alwaysHelp} {...form.check('alwaysIssueRefreshToken')} />}
    <Switch label={refresh.rotate} description={refresh.rotateHelp} {...form.check('rotateRefreshToken')} />
    <NumberInput label={refresh.days} description={refresh.daysHelp} w={160} allowDecimal={false} {...form.field('refreshTokenTtlInDays')} />
  </Card>;
}

function SigningOut({ form }: Pick<CardProps, 'form'>) {
  const { logout } = t.applications;
  return <Card title={logout.card} text={logout.text}>
    <TextInput label={logout.uri} placeholder="https://app.example/signed-out" inputMode="url" {...form.field('backchannelLogoutUri')} />
    <Switch label={logout.session} description={logout.sessionHelp} {...form.check('backchannelLogoutSessionRequired')} />
  </Card>;
}

function Exchange({ app, form }: CardProps) {
  const { exchange } = t.applications;
  return <Card title={exchange.card} text={exchange.text}>
    <Switch label={exchange.label} {...form.check('allowTokenExchange')} />
    {form.values.allowTokenExchange && !kindOf(app.type).hasSecrets && <Callout kind="warning">{exchange.warning}</Callout>}
  </Card>;
}

function DeviceLimit({ form }: Pick<CardProps, 'form'>) {
  const { limit } = t.applications;
  return <Card title={limit.card} text={limit.text}>
    <NumberInput label={limit.label} description={limit.help} w={160} allowDecimal={false} {...form.field('maxAllowedGrants')} />
  </Card>;
}

function Danger({ app }: { app: Application }) {
  const navigate = useNavigate();
  const askDelete = useDelete(() => void navigate({ to: app.isThirdParty ? '/applications/third-party-applications' : '/applications' }));
  return <Card title={t.applications.danger} danger>
    <div className="row"><Text className="grow">{isMachine(app) ? t.applications.deleteMachineText : t.applications.deleteText}</Text>
      <Button variant="outline" color="danger" onClick={() => askDelete(app)}>{t.applications.delete}</Button></div>
  </Card>;
}

export default function ApplicationSettings() {
  const app = useApplication().data;
  if (!app) return null;	// the page above shows why
  const machine = isMachine(app);
  return <>
    <Credentials app={app} />
    {kindOf(app.type).hasSecrets && <Secrets app={app} />}
    <SaveForm initial={valuesOf(app)} paths={paths} check={(values) => faultsIn(app, values)} calls={(values) => [update(app.id, bodyOf(app, values))]}>
      {(form) => <>
        <Card title={t.applications.general}>
          <TextInput required label={t.common.name} maxLength={256} {...form.field('name')} />
          <Textarea label={t.common.description} {...form.field('description')} />
          <JsonEditor label={t.common.customData} description={t.common.customDataHelp} rows={4} {...form.field('customData')} />
        </Card>
        {isRedirected(app) && <Addresses app={app} form={form} />}
        {isDevice(app) && <Callout>{t.applications.deviceNote}</Callout>}
        {!machine && <><RefreshTokens app={app} form={form} /><SigningOut form={form} /></>}
        {!app.isThirdParty && <Exchange app={app} form={form} />}
        {!machine && <DeviceLimit form={form} />}
      </>}
    </SaveForm>
    <Danger app={app} />
  </>;
}
