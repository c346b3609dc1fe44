// Which e-mail addresses may not register.
import { Switch, Textarea } from '@mantine/core';
import { useThing } from '../api/query.ts';
import { later } from '../locales/later.ts';
import { Callout } from '../ui/callout.tsx';
import { Card } from '../ui/details.tsx';
import { SaveForm } from '../ui/save-form.tsx';
import { experience, update } from './api.ts';
import { blocklistBody, blocklistFaults, blocklistValues, linesOf } from './policies.ts';

const words = later.security.blocklist;
const area = { minRows: 4, maxRows: 24, spellCheck: false, className: 'code-area' } as const;

export default function Blocklist() {
  const it = useThing(experience()).data;
  if (!it) return null;	// the page above shows why
  return <SaveForm initial={blocklistValues(it)} calls={(values) => [update(blocklistBody(values))]} check={blocklistFaults}
    paths={{ subaddressing: 'emailBlocklistPolicy.blockSubaddressing', blocked: 'emailBlocklistPolicy.customBlocklist', allowed: 'emailBlocklistPolicy.customAllowlist' }}
    codes={{ 'sign_in_experiences.invalid_custom_email_blocklist_format': 'blocked' }}>
    {(form) => <>
      <Card title={words.title} text={words.text}>
        <Switch label={words.subaddressing} description={words.subaddressingHelp} {...form.check('subaddressing')} />
        <Textarea label={words.blocked} description={words.entryHelp} placeholder={'@example.com\n*@*.example.org'} {...area} {...form.field('blocked')} />
      </Card>
      <Card title={words.allowedTitle} text={words.allowedText}>
        <Textarea label={words.allowed} description={words.entryHelp} placeholder="@acme.example" {...area} {...form.field('allowed')} />
        {linesOf(form.values.allowed).length > 0 && <Callout kind="warning">{words.onlyThese}</Callout>}
      </Card>
    </>}
  </SaveForm>;
}
