// One text of a mail in one language, beside what people get.
import { TextInput, Title } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { useSubject } from '../../frame/breadcrumb.tsx';
import { t } from '../../locales/index.ts';
import { later } from '../../locales/later.ts';
import { languageName } from '../../sign-in-experience/languages/languages.ts';
import { Card } from '../../ui/details.tsx';
import { Failure } from '../../ui/failure.tsx';
import { filled, needed, type Faults } from '../../ui/form.ts';
import { ActionMenu } from '../../ui/row-menu.tsx';
import { SaveForm } from '../../ui/save-form.tsx';
import { FormSkeleton } from '../../ui/skeleton.tsx';
import { base, putTemplate, template, type Template } from '../api.ts';
import { TypeIcon } from '../icon.tsx';
import { MailPreview } from '../mail-preview.tsx';
import { TextFields } from '../text-fields.tsx';
import { typeName } from '../texts.ts';
import { useDeleteText } from './list.tsx';

const words = later.connectors.texts;

const valuesOf = ({ details }: Template) => ({ subject: details.subject, content: details.content, contentType: details.contentType ?? 'text/html' as const,
  sendFrom: details.sendFrom ?? '', replyTo: details.replyTo ?? '' });
type Values = ReturnType<typeof valuesOf>;

/** As the server reads one: an address, or a name with one in angle brackets. */
const isMailbox = (text: string) => /^([^<>]*<)?[^\s<>@,;:"\\()]+@[^\s<>@,;:"\\()]+>?$/.test(text) && text.includes('<') === text.endsWith('>');

function faultsOf(values: Values): Faults<Values> {
  const out: Faults<Values> = needed(values, 'subject', 'content');
  for (const name of ['sendFrom', 'replyTo'] as const) if (values[name].trim() && !isMailbox(values[name].trim())) out[name] = words.mailboxFault;
  return out;
}

const paths = Object.fromEntries(['subject', 'content', 'contentType', 'sendFrom', 'replyTo'].map((name) => [name, `templates.0.details.${name}`]));

function EditForm({ it }: { it: Template }) {
  const { languageTag, templateType } = it;
  return <SaveForm initial={valuesOf(it)} check={faultsOf} paths={paths}
    calls={({ subject, content, contentType, ...mailboxes }) => [putTemplate({ languageTag, templateType, details: { subject, content, contentType, ...filled(mailboxes) } })]}>
    {(form) => <div className="side-by-side">
      <div>
        <Card title={words.content} text={words.types[templateType].text}><TextFields type={templateType} text={form.values} faults={form.faults} change={form.set} /></Card>
        <Card title={words.envelope}>
          <TextInput label={words.from} description={words.fromHelp} {...form.field('sendFrom')} />
          <TextInput label={words.replyTo} {...form.field('replyTo')} />
        </Card>
      </div>
      <MailPreview type={templateType} text={form.values} />
    </div>}
  </SaveForm>;
}

export default function EditEmailText() {
  const { id } = useParams({ strict: false }) as { id: string }, thing = useThing(template(id)), it = thing.data;
  const navigate = useNavigate(), askDelete = useDeleteText(), title = it && words.titleOf(typeName(it.templateType), languageName(it.languageTag));
  useSubject(title);
  if (thing.error && !it) return <Failure error={thing.error} retry={() => void thing.refetch()} />;
  if (!it || !title) return <FormSkeleton fields={4} />;
  return <>
    <header className="detail-head"><TypeIcon type="Email" large /><div className="who"><Title order={1}><bdi>{title}</bdi></Title><div className="under"><code>{it.languageTag}</code></div></div>
      <ActionMenu label={t.common.moreOf(title)} size={32} actions={[{ label: t.common.delete, icon: IconTrash, danger: true,
        run: () => askDelete(it, () => void navigate({ to: `${base}/email-texts`, ignoreBlocker: true })) }]} /></header>
    <EditForm key={it.id} it={it} />
  </>;
}
