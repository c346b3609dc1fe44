import { Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { t } from '../../locales/index.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { base, putPhrases } from '../api.ts';
import { languageName, tagOf, useLanguages } from './languages.ts';

const words = t.experience.content;

function faultOf(text: string, there: readonly string[]): string | undefined {
  const tag = tagOf(text);
  if (!text.trim()) return t.common.required;
  return !tag ? words.tagFault : there.includes(tag) ? words.tagThere : undefined;
}

export default function AddLanguage() {
  const navigate = useNavigate(), there = useLanguages() ?? [], close = () => void navigate({ to: `${base}/content` });
  return <FormDialog title={words.add} button={words.add} initial={{ tag: '' }} close={close} paths={{ tag: 'languageTag' }}
    codes={{ 'guard.invalid_input': 'tag' }} check={({ tag }) => { const fault = faultOf(tag, there); return fault ? { tag: fault } : {}; }}
    calls={({ tag }) => [putPhrases(tagOf(tag) ?? tag, {})]}
    done={(answer: { languageTag: string }) => void navigate({ to: `${base}/content/languages/${answer.languageTag}` })}>
    {(form) => <>
      <TextInput data-autofocus required label={words.tag} description={words.tagHelp} maxLength={16} spellCheck={false} {...form.field('tag')} />
      <Text>{tagOf(form.values.tag) && form.values.tag.trim().length > 1 ? languageName(tagOf(form.values.tag) ?? '') : words.addText}</Text>
    </>}
  </FormDialog>;
}
