// The texts that the connector itself has: for each occasion one, or the general one.
import { Anchor, Button, Group, NativeSelect } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { later } from '../../locales/later.ts';
import { Callout } from '../../ui/callout.tsx';
import { Card } from '../../ui/details.tsx';
import type { Faults, Form } from '../../ui/form.ts';
import { SaveForm } from '../../ui/save-form.tsx';
import { base, connector, update } from '../api.ts';
import type { Config } from '../fields.ts';
import { MailPreview } from '../mail-preview.tsx';
import { TextFields } from '../text-fields.tsx';
import { firstText, mailTypes, ownTexts, typeName, type OwnText } from '../texts.ts';

interface Values { templates: OwnText[] }

const words = later.connectors.texts;
const isEmpty = (text: string) => text.trim() === '';

/** The first text that lacks something is named, since another one may be on the page. */
function faultsOf({ templates }: Values): Faults<Values> {
  const bad = templates.find(({ subject, content }) => isEmpty(subject) || isEmpty(content));
  return bad ? { templates: words.incomplete(typeName(bad.usageType)) } : {};
}

const emptyFaults = ({ subject, content }: OwnText) => ({ ...(isEmpty(subject) ? { subject: t.common.required } : {}), ...(isEmpty(content) ? { content: t.common.required } : {}) });

function Editor({ form: { values: { templates }, set, faults } }: { form: Form<Values> }) {
  const [type, setType] = useState<string>(mailTypes[0]), own = templates.find(({ usageType }) => usageType === type);
  const all = [...mailTypes, ...templates.map(({ usageType }) => usageType).filter((one) => !(mailTypes as readonly string[]).includes(one))];
  const change = (more: Partial<OwnText>) => set({ templates: templates.map((one) => one.usageType === type ? { ...one, ...more } : one) });
  const general = templates.find(({ usageType }) => usageType === 'Generic');
  return <div className="side-by-side">
    <Card title={words.own} text={<>{words.ownText} <Anchor component={Link} to={`${base}/email-texts`}>{words.list}</Anchor></>}>
      <NativeSelect label={words.which} value={type} error={faults.templates} name="templates" onChange={(event) => setType(event.currentTarget.value)}
        data={all.map((value) => ({ value, label: templates.some(({ usageType }) => usageType === value) ? typeName(value) : words.withoutOwn(typeName(value)) }))} />
      {own ? <>
        <TextFields type={type} text={own} faults={faults.templates ? emptyFaults(own) : {}} change={change} />
        <Button variant="subtle" color="gray" type="button" leftSection={<IconTrash size={16} stroke={1.5} />} onClick={() => set({ templates: templates.filter((one) => one !== own) })}>{words.drop}</Button>
      </> : <>
        <Callout>{words.none(typeName(type))} {general ? words.fallsBack : words.notSent}</Callout>
        <Group><Button variant="default" type="button" leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => set({ templates: [...templates, { usageType: type, ...firstText(type) }] })}>{words.write}</Button></Group>
      </>}
    </Card>
    {(own ?? general) && <MailPreview type={type} text={(own ?? general)!} />}
  </div>;
}

export default function ConnectorTexts() {
  const { id } = useParams({ strict: false }) as { id: string }, it = useThing(connector(id)).data;
  if (!it) return null;	// the page above shows why
  const stored = it.config as Config;
  return <SaveForm initial={{ templates: ownTexts(stored) }} check={faultsOf} calls={({ templates }) => [update(id, { config: { ...stored, templates } })]}>
    {(form) => <Editor form={form} />}
  </SaveForm>;
}
