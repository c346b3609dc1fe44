// Sign-ins that begin at the provider: somebody clicks on a tile of its portal.
import { Input, Radio, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ApiError, send } from '../../api/client.ts';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { later } from '../../locales/later.ts';
import { Callout } from '../../ui/callout.tsx';
import { Card } from '../../ui/details.tsx';
import { Failure } from '../../ui/failure.tsx';
import { addressFault } from '../../ui/image-field.tsx';
import type { Faults, Form } from '../../ui/form.ts';
import { RemoteSelect } from '../../ui/remote-select.tsx';
import { SaveForm } from '../../ui/save-form.tsx';
import { FormSkeleton } from '../../ui/skeleton.tsx';
import { application, applications, initiated, one, removeInitiated, setInitiated, type Initiated } from '../api.ts';
import { isSaml, textOf } from '../config.ts';

const words = later.enterpriseSso.initiated;

const valuesOf = (it: Initiated | undefined) => ({ on: it !== undefined, way: it?.autoSendAuthorizationRequest === false ? 'client' : 'server', applicationId: it?.defaultApplicationId ?? '',
  redirectUri: it?.redirectUri ?? '', scope: textOf(it?.authParameters, 'scope'), callback: it?.clientIdpInitiatedAuthCallbackUri ?? '' });
type Values = ReturnType<typeof valuesOf>;

const callsOf = (id: string, { on, way, applicationId, redirectUri, scope, callback }: Values) => !on ? [removeInitiated(id)]
  : [setInitiated(id, way === 'server' ? { autoSendAuthorizationRequest: true, defaultApplicationId: applicationId, ...(redirectUri.trim() ? { redirectUri: redirectUri.trim() } : {}),
    ...(scope.trim() ? { authParameters: { scope: scope.trim() } } : {}) }
    : { autoSendAuthorizationRequest: false, defaultApplicationId: applicationId, clientIdpInitiatedAuthCallbackUri: callback.trim() })];

function faultsOf({ on, way, applicationId, callback }: Values): Faults<Values> {
  if (!on) return {};
  const address = way === 'client' ? addressFault(callback.trim()) ?? (callback.trim() ? undefined : t.common.required) : undefined;
  return { ...(applicationId ? {} : { applicationId: t.common.required }), ...(address ? { callback: address } : {}) };
}

function Fields({ form }: { form: Form<Values> }) {
  const { way, applicationId } = form.values;
  return <>
    <Callout kind="warning">{words.risk}</Callout>
    <Radio.Group label={words.way} value={way} onChange={(next) => form.set({ way: next as Values['way'] })}>
      <div className="radios column-wise"><Radio value="server" label={words.byServer} /><Radio value="client" label={words.byClient} /></div>
    </Radio.Group>
    <Input.Wrapper label={words.application} description={words.applicationHelp} error={form.faults.applicationId} required labelElement="div">
      <div><RemoteSelect label={words.application} placeholder={t.common.choose} value={applicationId} width={320} onChange={(id) => form.set({ applicationId: id })} one={application}
        list={(word) => applications(word, way === 'server' ? ['Traditional'] : ['Traditional', 'SPA'])} option={({ id, name }) => ({ value: id, label: name })} /></div>
    </Input.Wrapper>
    {way === 'server' ? <>
      <TextInput label={words.redirectUri} description={words.redirectUriHelp} placeholder="https://" inputMode="url" spellCheck={false} {...form.field('redirectUri')} />
      <TextInput label={words.scope} description={words.scopeHelp} spellCheck={false} {...form.field('scope')} />
    </> : <TextInput required label={words.callback} description={words.callbackHelp} placeholder="https://" inputMode="url" spellCheck={false} {...form.field('callback')} />}
  </>;
}

/** null: nothing is set, which the API tells by 404. */
const useInitiated = (id: string) => useQuery<Initiated | null, ApiError>({ queryKey: ['idp-initiated', id], queryFn: async () => {
  try {
    return await send(initiated(id));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
} });

export default function IdpInitiated() {
  const { id } = useParams({ strict: false }) as { id: string }, it = useThing(one(id)).data, { data, error, refetch } = useInitiated(id);
  if (it && !isSaml(it)) return <Callout>{words.onlySaml}</Callout>;
  if (error && data === undefined) return <Failure error={error} retry={() => void refetch()} />;
  if (!it || data === undefined) return <FormSkeleton />;
  return <SaveForm initial={valuesOf(data ?? undefined)} check={faultsOf} calls={(values) => callsOf(id, values)}
    paths={{ applicationId: 'defaultApplicationId', callback: 'clientIdpInitiatedAuthCallbackUri', scope: 'authParameters' }}
    codes={{ 'single_sign_on.idp_initiated_authentication_invalid_application_type': 'applicationId',
      'single_sign_on.idp_initiated_authentication_redirect_uri_not_registered': 'redirectUri' }}>
    {(form) => <Card title={words.title} text={words.text}>
      <Switch label={words.on} {...form.check('on')} />
      {form.values.on && <Fields form={form} />}
    </Card>}
  </SaveForm>;
}
