// Which service tells people from programs, and whether it is asked.
import { Button, NativeSelect, PasswordInput, Radio, Switch, TextInput } from '@mantine/core';
import { useThing } from '../api/query.ts';
import { later } from '../locales/later.ts';
import { Callout } from '../ui/callout.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { Card } from '../ui/details.tsx';
import { Failure } from '../ui/failure.tsx';
import { same, type Form } from '../ui/form.ts';
import { SaveForm } from '../ui/save-form.tsx';
import { FormSkeleton } from '../ui/skeleton.tsx';
import { experience, provider, removeProvider, setProvider, update } from './api.ts';
import { captchaFaults, captchaValues, configOf, type CaptchaValues } from './policies.ts';

const words = later.security.captcha;
const domains = ['', 'www.recaptcha.net'] as const;

interface Part { form: Form<CaptchaValues> }

/** The service first: it has to be there before it is asked. */
function callsOf(values: CaptchaValues, before: CaptchaValues) {
  const config = configOf(values);
  return [...config && !same(config, configOf(before)) ? [setProvider(config)] : [],
    ...values.enabled === before.enabled ? [] : [update({ captchaPolicy: { enabled: values.enabled } })]];
}

function Recaptcha({ form }: Part) {
  const { domain, mode } = form.values;
  return <>
    <TextInput required label={words.project} description={words.projectHelp} autoComplete="off" {...form.field('projectId')} />
    <Radio.Group label={words.mode} value={mode} error={form.faults.mode} onChange={(next) => form.set({ mode: next as CaptchaValues['mode'] })}>
      <div className="radios column-wise">{(['invisible', 'checkbox'] as const).map((one) => <Radio key={one} value={one} label={words.modes[one]}
        description={words.modeHelp[one]} />)}</div>
    </Radio.Group>
    <NativeSelect label={words.domain} description={words.domainHelp} name="domain" error={form.faults.domain} value={domain.includes('recaptcha.net') ? domains[1] : domains[0]}
      data={domains.map((value) => ({ value, label: value || 'www.google.com' }))} onChange={(event) => form.set({ domain: event.currentTarget.value })} />
  </>;
}

function Service({ form, exists }: Part & { exists: boolean }) {
  const { values, set, faults } = form, ask = useConfirm();
  const remove = () => ask({ title: words.remove, text: words.removeText, button: words.remove, calls: () => [removeProvider()] });
  return <Card title={words.service} text={words.serviceText}
    {...(exists ? { action: <Button variant="default" onClick={remove}>{words.remove}</Button> } : {})}>
    <Radio.Group aria-label={words.service} value={values.type} error={faults.type} onChange={(next) => set({ type: next as CaptchaValues['type'] })}>
      <div className="radios column-wise">{(['Turnstile', 'RecaptchaEnterprise'] as const).map((one) => <Radio key={one} value={one} name="type" label={words.services[one]}
        description={words.serviceHelp[one]} />)}</div>
    </Radio.Group>
    {values.type && <>
      <TextInput required label={words.siteKey} description={words.siteKeyHelp} autoComplete="off" {...form.field('siteKey')} />
      <PasswordInput required label={words.secretKey[values.type]} description={words.secretKeyHelp} autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': words.showSecret }} {...form.field('secretKey')} />
      {values.type === 'RecaptchaEnterprise' && <Recaptcha form={form} />}
    </>}
  </Card>;
}

function Use({ form, before }: Part & { before: CaptchaValues }) {
  const { enabled, type } = form.values, begins = enabled && !same(form.values, before);
  return <Card title={words.use} text={words.useText}>
    <Switch label={words.on} description={type || enabled ? words.onHelp : words.onNeeds} disabled={!type && !enabled} {...form.check('enabled')} />
    {begins && <Callout kind="warning">{words.tryIt}</Callout>}
  </Card>;
}

export default function Captcha() {
  const rules = useThing(experience()).data, { data, error, refetch } = useThing(provider());
  const isNone = error?.status === 404;	// what was there before stays in memory
  if (error && !isNone && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (!rules || !data && !isNone) return <FormSkeleton fields={4} />;
  const initial = captchaValues(rules, isNone ? undefined : data?.config);
  return <SaveForm initial={initial} calls={callsOf} check={captchaFaults}
    paths={{ type: 'config.type', siteKey: 'config.siteKey', secretKey: 'config.secretKey', projectId: 'config', mode: 'config.mode', domain: 'config.domain', enabled: 'captchaPolicy' }}>
    {(form) => <><Service form={form} exists={!isNone} /><Use form={form} before={initial} /></>}
  </SaveForm>;
}
