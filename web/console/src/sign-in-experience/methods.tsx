import { Anchor, Checkbox, Input, NativeSelect, Radio, Switch, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { Callout } from '../ui/callout.tsx';
import { Card } from '../ui/details.tsx';
import { Failure } from '../ui/failure.tsx';
import type { Faults, Form } from '../ui/form.ts';
import { addressFault } from '../ui/image-field.tsx';
import { Ordered } from '../ui/ordered.tsx';
import { SaveForm, type Doubt } from '../ui/save-form.tsx';
import { FormSkeleton } from '../ui/skeleton.tsx';
import { connectors, experience, update } from './api.ts';
import { asked, bodyOf, changesOf, kinds, missingConnectors, moved, needsPassword, offered, settled, valuesOf, verifies, withMethod,
  type Kind, type Method, type Second, type Values } from './identifiers.ts';
import { ForgottenCard, PasskeyCard, SsoCard, UsernameCard } from './policies.tsx';
import { shownSocial, SocialCard } from './social.tsx';
import { ExperiencePreview } from './preview.tsx';
import { primaryName, summaryOf } from './summary.ts';

const words = t.experience.methods, names = t.experience.identifiers;

interface Part { form: Form<Values> }

const primaries = (saved: string) => [...new Set(['username', 'email', 'phone', 'email+phone', '', saved])]
  .map((value) => ({ value, label: primaryName(value) }));

function SignUpCard({ form: { values, set, faults }, saved }: Part & { saved: string }) {
  const change = (more: Partial<Values>) => set(settled({ ...values, ...more })), forced = needsPassword(values);
  return <Card title={words.signUp} text={words.signUpText}>
    <Radio.Group label={words.mode} value={values.mode} onChange={(next) => set({ mode: next as Values['mode'] })}>
      <div className="radios column-wise">{(Object.keys(words.modes) as Values['mode'][]).map((one) => <Radio key={one} value={one} label={words.modes[one]} />)}</div>
    </Radio.Group>
    <NativeSelect label={words.primary} name="primary" error={faults.primary} data={primaries(saved)} value={values.primary}
      onChange={(event) => change({ primary: event.currentTarget.value })} />
    {values.primary !== '' && <Input.Wrapper label={words.secondary} labelElement="div" error={faults.secondary}>
      <Ordered label={words.secondary} nothing={words.noSecondary} rows={values.secondary.map((id) => ({ id, name: names[id] }))}
        move={(i, step) => change({ secondary: moved(values.secondary, i, step) })}
        remove={(i) => change({ secondary: values.secondary.filter((_, at) => at !== i) })}
        addable={offered(values).map((id) => ({ id, name: names[id] }))} add={(id) => change({ secondary: [...values.secondary, id as Second] })} />
    </Input.Wrapper>}
    <Switch label={words.password} description={forced ? words.passwordNeeded : words.passwordHelp} checked={values.password} disabled={forced && values.password}
      onChange={(event) => change({ password: event.currentTarget.checked })} />
    {verifies(values) && <Callout>{words.verify}</Callout>}
  </Card>;
}

/** With one way alone that one is asked for first. */
function changed(method: Method, more: Partial<Method>): Method {
  const next = { ...method, ...more };
  return next.password === next.verificationCode ? next : { ...next, isPasswordPrimary: next.password };
}

function How({ method, change }: { method: Method; change: (more: Partial<Method>) => void }) {
  const { identifier, password, verificationCode, isPasswordPrimary } = method, of = (what: string) => `${names[identifier]}: ${what}`;
  return <span className="how">
    <Checkbox label={words.byPassword} aria-label={of(words.byPassword)} checked={password} onChange={(event) => change({ password: event.currentTarget.checked })} />
    {identifier !== 'username' && <Checkbox label={words.byCode} aria-label={of(words.byCode)} checked={verificationCode}
      onChange={(event) => change({ verificationCode: event.currentTarget.checked })} />}
    {password && verificationCode && <NativeSelect aria-label={of(words.first)} value={String(isPasswordPrimary)} size="xs"
      data={[{ value: 'true', label: `${words.first}: ${words.passwordFirst}` }, { value: 'false', label: `${words.first}: ${words.codeFirst}` }]}
      onChange={(event) => change({ isPasswordPrimary: event.currentTarget.value === 'true' })} />}
  </span>;
}

function SignInCard({ form: { values, set, faults } }: Part) {
  const { methods } = values, needed = asked(values);
  const change = (i: number, more: Partial<Method>) => set({ methods: methods.map((one, at) => at === i ? changed(one, more) : one) });
  return <Card title={words.signIn} text={words.signInText} wide>
    <Ordered label={words.signIn} nothing={words.noMethod}
      rows={methods.map((one, i) => ({ id: one.identifier, name: names[one.identifier], more: <How method={one} change={(more) => change(i, more)} />,
        stays: needed.includes(one.identifier) ? words.keeps(names[one.identifier]) : undefined }))}
      move={(i, step) => set({ methods: moved(methods, i, step) })} remove={(i) => set({ methods: methods.filter((_, at) => at !== i) })}
      addable={kinds.filter((kind) => !methods.some(({ identifier }) => identifier === kind)).map((id) => ({ id, name: names[id] }))}
      add={(id) => set(withMethod(values, id as Kind))} />
    {faults.methods && <Input.Error role="alert">{faults.methods}</Input.Error>}
  </Card>;
}

function MissingConnectors({ values, types }: { values: Values; types: string[] }) {
  const missing = missingConnectors(values, types).map((one) => t.common.connectorNames[one]);
  const [first, second] = missing;
  if (!first) return null;
  return <Callout kind="warning">{words.noConnector(second ? words.and(first, second) : first)} <Anchor component={Link} to="/connectors">{words.connectorLink}</Anchor></Callout>;
}

function faultsOf(values: Values): Faults<Values> {
  const out: Faults<Values> = {}, isLength = (n: number | string) => Number.isInteger(Number(n)) && Number(n) >= 1 && Number(n) <= 128;
  if (values.methods.some((one) => !one.password && !one.verificationCode)) out.methods = words.needsOne;
  else if (verifies(values) && !values.password && values.methods.some((one) => one.identifier !== 'username' && !one.verificationCode)) out.methods = words.needsCode;
  for (const name of ['minLength', 'maxLength'] as const) if (!isLength(values[name])) out[name] = words.numberFault;
  if (!out.minLength && !out.maxLength && Number(values.minLength) > Number(values.maxLength)) out.minLength = words.lengthFault;
  if (!Object.values(values.allowed).some(Boolean)) out.allowed = words.charactersFault;
  const address = addressFault(values.unknownSession.trim());
  if (address) out.unknownSession = address;
  return out;
}

function Side({ title, values }: { title: string; values: Values }) {
  return <section aria-label={title} className="compared"><h3>{title}</h3>{summaryOf(values).map((part) => <div key={part.title}><strong>{part.title}</strong>
    <ul>{part.lines.map((line) => <li key={line}>{line}</li>)}</ul></div>)}</section>;
}

/** Asked only where something of how people come in is another. */
function doubtOf(values: Values, before: Values): Doubt | undefined {
  const { signUp, signIn, signInMode } = changesOf(values, before);
  if (!signUp && !signIn && !signInMode) return undefined;
  return { title: words.sure, button: words.sureButton,
    text: <><p>{words.sureText}</p><div className="compare"><Side title={words.before} values={before} /><Side title={words.after} values={values} /></div></> };
}

const paths = { methods: 'signIn', primary: 'signUp', mode: 'signInMode', reset: 'forgotPasswordMethods', passkey: 'passkeySignIn',
  caseSensitive: 'usernamePolicy.caseSensitive', minLength: 'usernamePolicy.minLength', maxLength: 'usernamePolicy.maxLength', allowed: 'usernamePolicy',
  unknownSession: 'unknownSessionRedirectUrl', social: 'socialSignInConnectorTargets', asksMissing: 'socialSignIn', sso: 'singleSignOnEnabled' };
const codes = { 'sign_in_experiences.username_policy_case_conflicts_exist': 'caseSensitive', 'sign_in_experiences.at_least_one_authentication_factor': 'methods',
  'sign_in_experiences.code_sign_in_must_be_enabled': 'methods', 'sign_in_experiences.email_verification_code_cannot_be_used_for_sign_in': 'methods',
  'sign_in_experiences.phone_verification_code_cannot_be_used_for_sign_in': 'methods' } as const;

/** What the preview shows of it. */
const shownOf = (values: Values) => {
  const { signInMode, signUp, signIn, passkeySignIn } = bodyOf(values);
  return { signInMode, signUp, signIn, passkeySignIn };
};

export default function SignUpAndSignIn() {
  const it = useThing(experience()).data, sent = useThing(connectors());
  if (sent.error && !sent.data) return <Failure error={sent.error} retry={() => void sent.refetch()} />;
  if (!it || !sent.data) return <FormSkeleton fields={5} />;
  const initial = valuesOf(it), types = sent.data.map(({ type }) => type);
  return <SaveForm initial={initial} calls={(values, before) => [update(changesOf(values, before))]}
    check={faultsOf} paths={paths} codes={{ ...codes }} sure={(values) => doubtOf(values, initial)}>
    {(form) => <div className="side-by-side">
      <div>
        <MissingConnectors values={form.values} types={types} />
        <SignUpCard form={form} saved={initial.primary} /><SignInCard form={form} />
        <SocialCard form={form} connectors={sent.data} />
        <ForgottenCard form={form} /><PasskeyCard form={form} /><SsoCard form={form} /><UsernameCard form={form} saved={initial} />
        <Card title={words.advanced}>
          <TextInput label={words.unknownSession} description={words.unknownSessionHelp} placeholder="https://" inputMode="url" {...form.field('unknownSession')} />
        </Card>
      </div>
      <ExperiencePreview shown={{ ...shownOf(form.values), ...shownSocial(form.values.social, sent.data) }} />
    </div>}
  </SaveForm>;
}
