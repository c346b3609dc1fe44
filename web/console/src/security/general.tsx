// How often somebody may guess, what unlocks them, and how long a code is good.
import { Button, TagsInput, Text } from '@mantine/core';
import { useState } from 'react';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { Card } from '../ui/details.tsx';
import type { Form } from '../ui/form.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { SaveForm } from '../ui/save-form.tsx';
import { useToast } from '../ui/toast.tsx';
import { WholeNumber } from '../ui/whole-number.tsx';
import { experience, unlock, update } from './api.ts';
import { generalBody, generalFaults, generalValues, type GeneralValues } from './policies.ts';

const words = t.security.general;

interface Part { form: Form<GeneralValues> }

function Lockout({ form }: Part) {
  return <Card title={words.lockout} text={words.lockoutText}>
    <div className="pair">
      <WholeNumber label={words.attempts} description={words.attemptsHelp} min={1} {...form.field('attempts')} />
      <WholeNumber label={words.minutes} description={words.minutesHelp} min={1} {...form.field('minutes')} />
    </div>
  </Card>;
}

function Codes({ form }: Part) {
  return <Card title={words.codes} text={words.codesText}>
    <div className="pair">
      <WholeNumber label={words.seconds} description={words.secondsHelp} min={60} max={3600} {...form.field('seconds')} />
      <WholeNumber label={words.tries} description={words.triesHelp} min={1} max={100} {...form.field('tries')} />
    </div>
  </Card>;
}

const most = 100;

function Unlock({ close }: { close: () => void }) {
  const say = useToast();
  return <FormDialog title={words.unlock} button={words.unlock} initial={{ targets: [] as string[] }} close={close}
    done={(_, { targets }) => { close(); say(words.unlocked(targets.length)); }}
    check={({ targets }) => targets.length ? {} : { targets: t.common.required }} calls={({ targets }) => [unlock(targets)]}>
    {(form) => <>
      <Text>{words.unlockText}</Text>
      <TagsInput data-autofocus required label={words.targets} description={words.targetsHelp} maxTags={most} splitChars={[',', ';']} acceptValueOnBlur {...form.field('targets')} />
    </>}
  </FormDialog>;
}

function UnlockCard() {
  const [asks, setAsks] = useState(false);
  return <Card title={words.locked} text={words.lockedText} action={<Button variant="default" onClick={() => setAsks(true)}>{words.unlock}</Button>}>
    {asks && <Unlock close={() => setAsks(false)} />}
  </Card>;
}

export default function General() {
  const it = useThing(experience()).data;
  if (!it) return null;	// the page above shows why
  return <>
    <SaveForm initial={generalValues(it)} calls={(values, before) => [update(generalBody(values, before))]} check={generalFaults}
      paths={{ attempts: 'sentinelPolicy.maxAttempts', minutes: 'sentinelPolicy.lockoutDuration', seconds: 'verificationCodePolicy.expirationDuration',
        tries: 'verificationCodePolicy.maxRetryAttempts' }}>
      {(form) => <><Lockout form={form} /><Codes form={form} /></>}
    </SaveForm>
    <UnlockCard />
  </>;
}
