// The texts of the sign-in and account pages in one language, each beside what comes with the program.
import { Anchor, Input, NativeSelect, Text, Textarea } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useThing } from '../../api/query.ts';
import { useSubject } from '../../frame/breadcrumb.tsx';
import { t } from '../../locales/index.ts';
import { Failure } from '../../ui/failure.tsx';
import type { Form } from '../../ui/form.ts';
import { Card } from '../../ui/details.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { SaveForm } from '../../ui/save-form.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { FormSkeleton } from '../../ui/skeleton.tsx';
import { allPhrases, base, putPhrases, type Phrases } from '../api.ts';
import { ExperiencePreview } from '../preview.tsx';
import { languageName } from './languages.ts';
import { foundIn, lostNames, ownOf, treeOf, type Texts } from './tree.ts';

const words = t.experience.phrases;

/** What comes with the program, for the language and in English. */
function useBuiltIn(tag: string): { here: Phrases; english: Phrases } | undefined {
  const [texts, set] = useState<{ here: Phrases; english: Phrases }>();
  useEffect(() => { void import('./built-in.ts').then(({ builtIn }) => set({ here: builtIn(tag), english: builtIn('en') })); }, [tag]);
  return texts;
}

/** `action.sign_in` is "Sign in". */
function titleOf(path: string): string {
  const words = path.slice(path.indexOf('.') + 1).replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

interface RowProps { path: string; here: string; english: string; form: Form<{ texts: Texts }> }

function Row({ path, here, english, form: { values: { texts }, set } }: RowProps) {
  const value = texts[path] ?? '', lost = lostNames(english, value);
  return <Textarea label={titleOf(path)} description={here === english ? undefined : words.english(english)} placeholder={here}
    value={value} minRows={1} maxLength={2000} error={lost.length > 0 && words.missing(lost.join(', '))} dir="auto"
    onChange={(event) => set({ texts: { ...texts, [path]: event.currentTarget.value } })} />;
}

function Editor({ form, here, english }: { form: Form<{ texts: Texts }>; here: Phrases; english: Phrases }) {
  const [group, setGroup] = useState('action'), [word, setWord] = useState('');
  const found = foundIn(english, here, form.values.texts, group, word);
  return <Card title={word ? words.found(found.length) : words.groups[group] ?? group}>
    <SearchBox value={word} label={words.search} search={setWord} />
    {!word && <NativeSelect label={words.group} value={group} onChange={(event) => setGroup(event.currentTarget.value)}
      data={Object.keys(english).map((value) => ({ value, label: words.groups[value] ?? value }))} />}
    {found.length === 0 && <Text c="dimmed">{words.nothing}</Text>}
    {found.map(({ path, ...texts }) => <Row key={path} path={path} form={form} {...texts} />)}
    {form.faults.texts && <Input.Error>{form.faults.texts}</Input.Error>}
  </Card>;
}

export default function LanguageTexts() {
  const { tag } = useParams({ strict: false }) as { tag: string };
  const own = useThing(allPhrases()), texts = useBuiltIn(tag), name = languageName(tag);
  useSubject(name);
  if (own.error && !own.data) return <Failure error={own.error} retry={() => void own.refetch()} />;
  if (!own.data || !texts) return <FormSkeleton fields={6} />;
  const saved = ownOf((own.data.find(({ languageTag }) => languageTag === tag)?.translation ?? {}) as Phrases);
  return <>
    <PageHeader title={words.title(name)} text={words.text} action={<Anchor component={Link} to={`${base}/content`}>{words.back}</Anchor>} />
    <SaveForm key={tag} initial={{ texts: saved }} calls={(values) => [putPhrases(tag, treeOf(values.texts))]}>
      {(form) => <div className="side-by-side">
        <div><Editor form={form} here={texts.here} english={texts.english} /></div>
        <ExperiencePreview language={tag} phrases={treeOf({ ...ownOf(texts.english), ...ownOf(texts.here), ...filledOf(form.values.texts) })} />
      </div>}
    </SaveForm>
  </>;
}

const filledOf = (texts: Texts): Texts => Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim() !== ''));
