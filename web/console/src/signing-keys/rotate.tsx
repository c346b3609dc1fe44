// A new signing key: which kind, and from when it signs.
import { Radio } from '@mantine/core';
import { t } from '../locales/index.ts';
import { Callout } from '../ui/callout.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import type { Form } from '../ui/form.ts';
import { useToast } from '../ui/toast.tsx';
import { rotateSigningKey, type SigningKey } from './api.ts';
import { LifetimeField, type Lifetime } from './lifetime-field.tsx';
import { secondsOf } from './lifetime.ts';

const words = t.signingKeys.signing;

interface Values { algorithm: SigningKey['signingKeyAlgorithm']; when: 'now' | 'later'; grace: Lifetime }

const longestGrace = 31_536_000;	// a year
const graceOf = ({ when, grace: { n, unit } }: Values) => when === 'now' ? 0 : secondsOf(n, unit, 1, longestGrace);

/** What is lost is said with the choice that loses it. */
function Consequence({ keys, when }: { keys: readonly SigningKey[]; when: Values['when'] }) {
  const has = (status: SigningKey['status']) => keys.some((one) => one.status === status);
  return <>
    {has('Previous') && <Callout kind="warning">{when === 'now' ? words.losesPrevious : words.losesPreviousLater}</Callout>}
    {has('Next') && <Callout kind="warning">{words.replacesNext}</Callout>}
  </>;
}

function Fields({ form: { values, set, faults }, keys }: { form: Form<Values>; keys: readonly SigningKey[] }) {
  const waits = keys.some(({ status }) => status === 'Next');
  return <>
    <Radio.Group label={words.algorithm} value={values.algorithm} error={faults.algorithm} onChange={(next) => set({ algorithm: next as Values['algorithm'] })}>
      <div className="radios column-wise">{(['EC', 'RSA'] as const).map((one) => <Radio key={one} value={one} label={words.algorithms[one]} description={words.algorithmHelp[one]}
        {...(one === values.algorithm ? { 'data-autofocus': true } : {})} />)}</div>
    </Radio.Group>
    <Radio.Group label={words.when} value={values.when} onChange={(next) => set({ when: next as Values['when'] })}>
      <div className="radios column-wise">{(['now', 'later'] as const).map((one) => <Radio key={one} value={one} label={words.times[one]} disabled={one === 'now' && waits}
        description={one === 'now' && waits ? words.nowWaits : words.timeHelp[one]} />)}</div>
    </Radio.Group>
    {values.when === 'later' && <LifetimeField label={words.grace} name="grace" value={values.grace} error={faults.grace} onChange={(grace) => set({ grace })} />}
    <Consequence keys={keys} when={values.when} />
  </>;
}

export function RotateSigningKey({ keys, close }: { keys: readonly SigningKey[]; close: () => void }) {
  const say = useToast(), current = keys.find(({ status }) => status === 'Current'), waits = keys.some(({ status }) => status === 'Next');
  const initial: Values = { algorithm: current?.signingKeyAlgorithm ?? 'EC', when: waits ? 'later' : 'now', grace: { n: 1, unit: 'days' } };
  return <FormDialog title={words.rotate} button={words.rotate} initial={initial} close={close} done={() => { close(); say(words.rotated); }}
    check={(values) => graceOf(values) === undefined ? { grace: words.graceFault } : {}} paths={{ algorithm: 'signingKeyAlgorithm', grace: 'rotationGracePeriod' }}
    codes={{ 'oidc.invalid_request': 'grace' }}
    calls={(values) => [rotateSigningKey({ signingKeyAlgorithm: values.algorithm, rotationGracePeriod: graceOf(values) ?? 0 })]}>
    {(form) => <Fields form={form} keys={keys} />}
  </FormDialog>;
}
