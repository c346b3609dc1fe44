// A new connector: at the left what its service needs, at the right how one comes by it.
import { Button } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useThing } from '../api/query.ts';
import { useSubject } from '../frame/breadcrumb.tsx';
import { t } from '../locales/index.ts';
import { Callout } from '../ui/callout.tsx';
import { Card } from '../ui/details.tsx';
import { Failure } from '../ui/failure.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { SaveForm } from '../ui/save-form.tsx';
import { FormSkeleton } from '../ui/skeleton.tsx';
import { base, connectors, create, factory, type Connector, type Factory } from './api.ts';
import { configOf, faultsIn, fieldsOf, hasTexts, valuesOf, type Values } from './fields.ts';
import { Guide } from './guide.tsx';
import { ConfigFields } from './inputs.tsx';
import { describe, nameOf } from './names.ts';
import type { MessageType } from './passwordless.tsx';
import { newId, socialBody, socialFaults, socialRules, socialValues } from './social-fields.ts';
import { SocialFields } from './social-form.tsx';
import { firstTexts } from './texts.ts';
import { Trial } from './trial.tsx';

function SetUpForm({ it, there }: { it: Factory; there: Connector | undefined }) {
  const navigate = useNavigate(), words = t.connectors, items = it.formItems, type = it.type as MessageType;
  const config = (values: Values) => ({ ...configOf(items, values, {}), ...(hasTexts(items) ? { templates: firstTexts() } : {}) });
  return <SaveForm initial={valuesOf(fieldsOf(items), {})} fresh={words.send} check={(values) => faultsIn(items, values)} calls={(values) => [create({ connectorId: it.id, config: config(values) })]}
    saved={(answer) => void navigate({ to: `${base}/passwordless/${encodeURIComponent((answer as Connector).id)}`, ignoreBlocker: true })}>
    {(form) => <div className="side-by-side">
      <div>
        {there && <div className="above"><Callout kind="warning">{words.replaces(nameOf(there))}</Callout></div>}
        <Card title={words.configuration}><ConfigFields form={form} items={items} /></Card>
        <Trial type={type} factory={it.id} config={() => form.ready() ? config(form.values) : undefined} />
      </div>
      <Guide factory={it} />
    </div>}
  </SaveForm>;
}

function SetUpSocial({ it }: { it: Factory }) {
  const navigate = useNavigate(), [id] = useState(newId);
  return <SaveForm initial={socialValues(it)} fresh={t.connectors.send} check={(values) => socialFaults(it, values)} {...socialRules}
    calls={(values) => [create({ connectorId: it.id, id, ...socialBody(it, values) })]} saved={() => void navigate({ to: `${base}/social/${id}`, ignoreBlocker: true })}>
    {(form) => <div className="side-by-side"><div><SocialFields form={form} kind={it} id={id} isNew /></div><Guide factory={it} /></div>}
  </SaveForm>;
}

export default function SetUpConnector() {
  const { factory: id } = useParams({ strict: false }) as { factory: string };
  const thing = useThing(factory(id)), all = useThing(connectors()), it = thing.data, words = t.connectors;
  useSubject(it && words.setUpOf(nameOf(it)));
  const error = thing.error ?? all.error;
  if (error && !(it && all.data)) return <Failure error={error} retry={() => { void thing.refetch(); void all.refetch(); }} />;
  if (!it || !all.data) return <FormSkeleton fields={4} />;
  const isSocial = it.type === 'Social';
  return <>
    <PageHeader title={words.setUpOf(nameOf(it))} text={describe(it)}
      action={<Button component={Link} to={`${base}/${isSocial ? 'social' : 'passwordless'}`} variant="default">{t.common.cancel}</Button>} />
    {isSocial ? <SetUpSocial key={id} it={it} /> : <SetUpForm key={id} it={it} there={all.data.find((one) => one.type === it.type)} />}
  </>;
}
