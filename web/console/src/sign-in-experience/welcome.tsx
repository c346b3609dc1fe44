// The first visit: colour, logo and how people sign in, in three steps, beside the page as it will be. It may be skipped, and is not shown again.
import { Anchor, Button, Radio } from '@mantine/core';
import { Link, Navigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { remember } from '../api/remembered.ts';
import { useChange, useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { ApiCall } from '../ui/api-call.tsx';
import { Callout } from '../ui/callout.tsx';
import { Card } from '../ui/details.tsx';
import { Failure, Refused } from '../ui/failure.tsx';
import { refusedText, useForm, type Form } from '../ui/form.ts';
import { ImageField } from '../ui/image-field.tsx';
import { ColorsCard, lookBody, lookFaults, lookPaths, lookValues, shownLook, type LookValues } from '../ui/look.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { LeaveGuard } from '../ui/save-form.tsx';
import { FormSkeleton } from '../ui/skeleton.tsx';
import { useToast } from '../ui/toast.tsx';
import { base, connectors, experience, update, type Experience } from './api.ts';
import { bodyOf, changesOf, valuesOf, type Values } from './identifiers.ts';
import { ExperiencePreview } from './preview.tsx';
import { neededBy, wayNames, wayOf, withWay, type Way } from './ways.ts';

const words = t.experience.welcome, steps = ['colors', 'logo', 'ways'] as const;
const faultsAt: readonly (keyof LookValues)[][] = [['primaryColor', 'darkPrimaryColor'], ['logoUrl', 'darkLogoUrl'], []];

function LogoCard({ form }: { form: Form<LookValues> }) {
  return <Card title={words.logo} text={words.logoText}>
    <ImageField label={t.organizations.branding.logo} {...form.field('logoUrl')} />
    {form.values.isDarkModeEnabled && <ImageField label={t.organizations.branding.darkLogo} dark {...form.field('darkLogoUrl')} />}
  </Card>;
}

function WaysCard({ way, choose, types }: { way: Way | undefined; choose: (way: Way) => void; types: readonly string[] }) {
  const lacks = (one: Way) => { const type = neededBy(one); return type !== undefined && !types.includes(type); };
  return <Card title={words.ways} text={words.waysText}>
    <Radio.Group aria-label={words.ways} value={way ?? ''} onChange={(next) => choose(next as Way)}>
      <div className="radios column-wise">{wayNames.map((one) => <Radio key={one} value={one} label={words.way[one].title}
        description={lacks(one) ? words.lacks(t.common.connectorNames[neededBy(one)!]) : words.way[one].text} disabled={lacks(one)} />)}</div>
    </Radio.Group>
    {wayNames.some(lacks) && <Callout>{words.lackText} <Anchor component={Link} to="/connectors">{t.experience.methods.connectorLink}</Anchor></Callout>}
    {way === undefined && <Callout>{words.ownWay}</Callout>}
  </Card>;
}

function Progress({ at }: { at: number }) {
  return <ol className="progress" aria-label={words.progress(at + 1, steps.length)}>{steps.map((one, i) => <li key={one}
    aria-current={i === at ? 'step' : undefined} className={i < at ? 'is-past' : ''}>{words.steps[one]}</li>)}</ol>;
}

/** What the preview shows of how people sign in. */
const shownOf = (values: Values) => {
  const { signInMode, signUp, signIn } = bodyOf(values);
  return { signInMode, signUp, signIn };
};

function Steps({ it, types }: { it: Experience; types: readonly string[] }) {
  const saved = valuesOf(it), say = useToast(), place = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0), [way, setWay] = useState(wayOf(saved)), [over, setOver] = useState(false);
  const people = way ? withWay(saved, way) : saved, noted = remember({ signInExperienceCustomized: true }), skip = useChange(() => setOver(true));
  const { form, element, dirty, submit, calls } = useForm<LookValues>({ ...lookValues(it, it.color), on: true }, { paths: lookPaths, check: lookFaults,
    calls: ({ customCss: _, ...look }) => {
      const { branding, color: { primaryColor = '', darkPrimaryColor = '', isDarkModeEnabled = false } } = lookBody({ ...look, customCss: '' });
      return [update({ branding, color: { primaryColor, darkPrimaryColor, isDarkModeEnabled }, ...changesOf(people, saved) }), noted];
    } }, () => { say(t.common.saved); setOver(true); });
  const mounted = useRef(false);
  useEffect(() => { if (mounted.current) place.current?.focus(); mounted.current = true; }, [at]);	// a screen reader reads the next step
  if (over) return <Navigate to={`${base}/branding`} replace />;
  const isLast = at === steps.length - 1, found = lookFaults(form.values), isWrong = faultsAt[at]!.some((name) => found[name]);
  return <>
    <PageHeader title={words.title} text={words.text} action={<Button variant="default" loading={skip.isPending} onClick={() => skip.mutate([noted])}>{words.skip}</Button>} />
    <form ref={element} noValidate onSubmit={(event) => { event.preventDefault(); if (isWrong) return; if (isLast) void submit(); else setAt(at + 1); }}>
      <div className="side-by-side"><div>
        <Progress at={at} />
        {form.refused && <Refused error={form.refused} message={refusedText(form.refused)} />}
        {skip.error && <Refused error={skip.error} />}
        <div ref={place} tabIndex={-1} className="step-place">
          {at === 0 ? <ColorsCard form={form} /> : at === 1 ? <LogoCard form={form} /> : <WaysCard way={way} choose={setWay} types={types} />}
        </div>
        <div className="wizard-foot">
          {isLast && <ApiCall calls={calls} />}<span className="grow" />
          {at > 0 && <Button variant="default" type="button" onClick={() => setAt(at - 1)}>{words.back}</Button>}
          <Button type="submit" disabled={isWrong} loading={form.sending}>{isLast ? words.finish : words.next}</Button>
        </div>
      </div><ExperiencePreview look={shownLook(form.values)} shown={shownOf(people)} /></div>
      <LeaveGuard dirty={(dirty || way !== wayOf(saved)) && !skip.isPending} />
    </form>
  </>;
}

export default function Welcome() {
  const it = useThing(experience()), sent = useThing(connectors()), error = it.error ?? sent.error;
  if (it.data && sent.data) return <Steps it={it.data} types={sent.data.map(({ type }) => type)} />;
  return <>
    <PageHeader title={words.title} text={words.text} />
    {error ? <Failure error={error} retry={() => { void it.refetch(); void sent.refetch(); }} /> : <FormSkeleton fields={4} />}
  </>;
}
