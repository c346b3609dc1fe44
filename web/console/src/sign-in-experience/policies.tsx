// The smaller cards of "Sign-up and sign-in": forgotten passwords, passkeys, usernames.
import { Anchor, Checkbox, Group, Input, NumberInput, Radio, Switch } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { Callout } from '../ui/callout.tsx';
import { Card } from '../ui/details.tsx';
import type { Form } from '../ui/form.ts';
import { sameButForCase } from './api.ts';
import type { Passwordless, Values } from './identifiers.ts';

const words = t.experience.methods;

interface Part { form: Form<Values> }

const resetMethods: readonly Passwordless[] = ['EmailVerificationCode', 'PhoneVerificationCode'];

export function ForgottenCard({ form: { values: { reset }, set, faults } }: Part) {
  const put = (one: Passwordless, on: boolean) => set({ reset: resetMethods.filter((each) => each === one ? on : reset?.includes(each)) });
  return <Card title={words.forgotten} text={words.forgottenText}>
    <Radio.Group aria-label={words.forgotten} value={reset ? 'chosen' : 'any'} error={faults.reset} onChange={(next) => set({ reset: next === 'any' ? null : [] })}>
      <div className="radios">{(['any', 'chosen'] as const).map((one) => <Radio key={one} value={one} label={words.reset[one]} />)}</div>
    </Radio.Group>
    {reset && <Group>{resetMethods.map((one) => <Checkbox key={one} label={words.resetBy[one]} checked={reset.includes(one)}
      onChange={(event) => put(one, event.currentTarget.checked)} />)}</Group>}
    {reset?.length === 0 && <Callout>{words.resetNone}</Callout>}
  </Card>;
}

export function PasskeyCard({ form }: Part) {
  return <Card title={words.passkey} text={words.passkeyText}>
    <Switch label={words.passkeyOn} {...form.check('passkey')} />
    {form.values.passkey && <>
      <Switch label={words.passkeyButton} {...form.check('passkeyButton')} />
      <Switch label={words.passkeyFill} {...form.check('passkeyFill')} />
    </>}
  </Card>;
}

export function SsoCard({ form }: Part) {
  return <Card title={words.sso} text={words.ssoText}>
    <Switch label={words.ssoOn} {...form.check('sso')} />
    {form.values.sso && <Anchor component={Link} to="/enterprise-sso">{words.ssoLink}</Anchor>}
  </Card>;
}

/** Before letter case is ignored: names that would be the same. */
function Collisions() {
  const found = useThing(sameButForCase()).data;
  if (!found || found.totalConflicts === 0) return null;
  const names = found.samples.map(({ usernameLower }) => usernameLower).join(', ');
  return <Callout kind="warning"><bdi>{words.collisions(found.totalConflicts, names)}</bdi></Callout>;
}

export function UsernameCard({ form, saved }: Part & { saved: Values }) {
  const { values: { allowed, caseSensitive }, set, faults } = form;
  return <Card title={words.usernames} text={words.usernamesText}>
    <Switch label={words.caseSensitive} description={words.caseSensitiveHelp} {...form.check('caseSensitive')} />
    {saved.caseSensitive && !caseSensitive && <Collisions />}
    <div className="pair">
      <NumberInput label={words.shortest} min={1} max={128} allowDecimal={false} {...form.field('minLength')} />
      <NumberInput label={words.longest} min={1} max={128} allowDecimal={false} {...form.field('maxLength')} />
    </div>
    <Input.Wrapper label={words.characters} labelElement="div" error={faults.allowed}>
      <Group mt={4} role="group" aria-label={words.characters}>{(Object.keys(words.allowed) as (keyof typeof words.allowed)[]).map((one) => <Checkbox key={one}
        label={words.allowed[one]} checked={allowed[one]} onChange={(event) => set({ allowed: { ...allowed, [one]: event.currentTarget.checked } })} />)}</Group>
    </Input.Wrapper>
  </Card>;
}
