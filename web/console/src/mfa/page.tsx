import { Anchor, Input, Radio, Switch } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { base, connectors, experience, update } from '../sign-in-experience/api.ts';
import { Callout } from '../ui/callout.tsx';
import { Card } from '../ui/details.tsx';
import { Failure } from '../ui/failure.tsx';
import type { Form } from '../ui/form.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { SaveForm } from '../ui/save-form.tsx';
import { FormSkeleton } from '../ui/skeleton.tsx';
import { bodyOf, factors, faultsOf, hindrance, promptsOf, requiring, valuesOf, withFactor, type Factor, type Prompt, type Require, type Values } from './policy.ts';

const words = t.mfa;

type Hinders = (factor: Factor) => ReturnType<typeof hindrance>;
interface Part { form: Form<Values> }

function Factors({ form, hinders }: Part & { hinders: Hinders }) {
  const { values, set, faults } = form;
  return <Card title={words.factors} text={words.factorsText}>
    {factors.map((one) => {
      const on = values.factors.includes(one), why = hinders(one);
      return <div key={one} className="stacked">
        <Switch label={words.factor[one]} checked={on} disabled={why === 'usedToSignIn' && !on}
          description={why === 'usedToSignIn' ? <>{words.usedToSignIn} <Anchor inherit component={Link} to={`${base}/sign-up-and-sign-in`}>{words.signInLink}</Anchor></>
            : words.help[one]}
          onChange={(event) => set(withFactor(values, one, event.currentTarget.checked))} />
        {why === 'noConnector' && on && <Callout kind="warning">{words.noConnector[one as keyof typeof words.noConnector]} <Anchor component={Link} to="/connectors">
          {words.connectorLink}</Anchor></Callout>}
      </div>;
    })}
    {faults.factors && <Input.Error role="alert">{faults.factors}</Input.Error>}
  </Card>;
}

function Prompts({ form: { values, set } }: Part) {
  const offered = promptsOf[values.require];
  return <>
    {offered.length > 0 && <Radio.Group label={words.prompt} value={values.prompt} onChange={(next) => set({ prompt: next as Prompt })}>
      <div className="radios column-wise">{offered.map((one) => <Radio key={one} value={one} label={words.prompts[one]} />)}</div>
    </Radio.Group>}
    {values.require === 'optional' && <Radio.Group label={words.organizations} description={words.organizationsHelp} value={values.organizations}
      onChange={(next) => set({ organizations: next as Values['organizations'] })}>
      <div className="radios column-wise">{(['NoPrompt', 'Mandatory'] as const).map((one) => <Radio key={one} value={one} label={words.organizationPrompts[one]} />)}</div>
    </Radio.Group>}
  </>;
}

function PolicyCard({ form }: Part) {
  const { values, set } = form;
  return <Card title={words.policy} text={words.policyText}>
    {values.factors.length === 0 ? <Callout>{words.noFactor}</Callout> : <>
      <Radio.Group label={words.require} value={values.require} onChange={(next) => set(requiring(values, next as Require))}>
        <div className="radios column-wise">{(Object.keys(words.requires) as Require[]).map((one) => <Radio key={one} value={one} label={words.requires[one]}
          description={words.requireHelp[one]} />)}</div>
      </Radio.Group>
      {values.require === 'adaptive' && <Callout>{words.adaptiveNote}</Callout>}
      <Prompts form={form} />
    </>}
  </Card>;
}

function MfaForm() {
  const it = useThing(experience()), sent = useThing(connectors());
  const error = it.error ?? sent.error;
  if (error && !(it.data && sent.data)) return <Failure error={error} retry={() => { void it.refetch(); void sent.refetch(); }} />;
  if (!it.data || !sent.data) return <FormSkeleton fields={5} />;
  const rules = it.data, types = sent.data.map(({ type }) => type);
  const hinders: Hinders = (factor) => hindrance(factor, rules, types);
  return <SaveForm initial={valuesOf(rules)} calls={(values) => [update(bodyOf(values))]} check={(values) => faultsOf(values, hinders, words)}
    paths={{ factors: 'mfa.factors', prompt: 'mfa.policy', organizations: 'mfa.organizationRequiredMfaPolicy' }}>
    {(form) => <><Factors form={form} hinders={hinders} /><PolicyCard form={form} /></>}
  </SaveForm>;
}

export default function Mfa() {
  return <><PageHeader title={words.title} text={words.text} /><MfaForm /></>;
}
