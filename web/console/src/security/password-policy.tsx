// What a new password has to be like, and how long it is good.
import { Anchor, NativeSelect, Switch, Textarea } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { base as experienceBase } from '../sign-in-experience/api.ts';
import { Callout } from '../ui/callout.tsx';
import { Card } from '../ui/details.tsx';
import { Failure } from '../ui/failure.tsx';
import type { Form } from '../ui/form.ts';
import { SaveForm } from '../ui/save-form.tsx';
import { FormSkeleton } from '../ui/skeleton.tsx';
import { WholeNumber } from '../ui/whole-number.tsx';
import { connectors, experience, update } from './api.ts';
import { canReset, passwordBody, passwordFaults, passwordValues, type PasswordValues } from './policies.ts';

const words = t.security.password;

interface Part { form: Form<PasswordValues> }

function Shape({ form }: Part) {
  return <Card title={words.shape} text={words.shapeText}>
    <div className="pair">
      <WholeNumber label={words.least} min={1} max={256} {...form.field('least')} />
      <WholeNumber label={words.most} min={1} max={256} {...form.field('most')} onChange={(most) => form.set({ most, least: form.values.least })} />
    </div>
    <NativeSelect label={words.kinds} description={words.kindsHelp} name="kinds" value={form.values.kinds} error={form.faults.kinds}
      onChange={(event) => form.set({ kinds: event.currentTarget.value })} data={(['1', '2', '3', '4'] as const).map((value) => ({ value, label: words.kindsOf[value] }))} />
  </Card>;
}

function Rejected({ form }: Part) {
  return <Card title={words.rejected} text={words.rejectedText}>
    <Switch label={words.pwned} description={words.pwnedHelp} {...form.check('pwned')} />
    <Switch label={words.repetition} description={words.repetitionHelp} {...form.check('repetition')} />
    <Switch label={words.userInfo} description={words.userInfoHelp} {...form.check('userInfo')} />
    <Textarea label={words.words} description={words.wordsHelp} minRows={3} maxRows={16} spellCheck={false} className="code-area" {...form.field('words')} />
  </Card>;
}

function Expiry({ form, resets }: Part & { resets: boolean }) {
  const { expires } = form.values;
  return <Card title={words.expiry} text={words.expiryText}>
    <Switch label={words.expires} description={words.expiresHelp} disabled={!resets && !expires} {...form.check('expires')} />
    {!resets && <Callout kind={expires ? 'warning' : 'note'}>{words.noReset} <Anchor component={Link} to={`${experienceBase}/sign-up-and-sign-in`}>{words.resetLink}</Anchor></Callout>}
    {expires && <WholeNumber label={words.days} min={1} {...form.field('days')} />}
  </Card>;
}

const paths = { least: 'passwordPolicy.length', most: 'passwordPolicy.length.max', kinds: 'passwordPolicy.characterTypes', pwned: 'passwordPolicy.rejects.pwned',
  repetition: 'passwordPolicy.rejects.repetitionAndSequence', userInfo: 'passwordPolicy.rejects.userInfo', words: 'passwordPolicy.rejects.words',
  expires: 'passwordExpiration', days: 'passwordExpiration.validPeriodDays' };

export default function PasswordPolicy() {
  const it = useThing(experience()).data, sent = useThing(connectors());
  if (sent.error && !sent.data) return <Failure error={sent.error} retry={() => void sent.refetch()} />;
  if (!it || !sent.data) return <FormSkeleton fields={5} />;
  const resets = canReset(it, sent.data.map(({ type }) => type));
  return <SaveForm initial={passwordValues(it)} calls={(values, before) => [update(passwordBody(values, before))]} check={passwordFaults} paths={paths}
    codes={{ 'sign_in_experiences.password_expiration_requires_forgot_password': 'expires' }}>
    {(form) => <><Shape form={form} /><Rejected form={form} /><Expiry form={form} resets={resets} /></>}
  </SaveForm>;
}
