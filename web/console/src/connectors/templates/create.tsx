import { NativeSelect, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { later } from '../../locales/later.ts';
import { languageName, tagOf } from '../../sign-in-experience/languages/languages.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { base, putTemplate, templates, type MailType, type Template } from '../api.ts';
import { firstText, mailTypes, typeName } from '../texts.ts';

const words = later.connectors.texts;

interface Values { languageTag: string; templateType: MailType }

/** Setting a text that is there would write over it. */
function faultOf({ languageTag, templateType }: Values, there: readonly Template[]): string | undefined {
  const tag = tagOf(languageTag);
  if (!languageTag.trim()) return t.common.required;
  if (!tag) return t.experience.content.tagFault;
  return there.some((one) => one.languageTag === tag && one.templateType === templateType) ? words.there : undefined;
}

export default function CreateEmailText() {
  const navigate = useNavigate(), there = useThing(templates()).data, close = () => void navigate({ to: `${base}/email-texts` });
  if (!there) return null;	// what is there already decides what may be made; the list shows why it is not known
  const tag = (text: string) => tagOf(text) ?? text.trim();
  return <FormDialog title={words.create} button={words.create} initial={{ languageTag: '', templateType: 'Generic' } as Values} close={close}
    check={(values) => { const fault = faultOf(values, there); return fault ? { languageTag: fault } : {}; }} paths={{ languageTag: 'templates.0.languageTag', templateType: 'templates.0.templateType' }}
    calls={({ languageTag, templateType }) => [putTemplate({ languageTag: tag(languageTag), templateType, details: { ...firstText(templateType) } })]}
    done={([made]: Template[]) => void navigate({ to: `${base}/email-texts/${made!.id}` })}>
    {(form) => <>
      <TextInput data-autofocus required label={words.language} description={t.experience.content.tagHelp} maxLength={16} spellCheck={false} {...form.field('languageTag')} />
      {form.values.languageTag.trim().length > 1 && tagOf(form.values.languageTag) && <Text>{languageName(tag(form.values.languageTag))}</Text>}
      <NativeSelect label={words.type} name="templateType" value={form.values.templateType} error={form.faults.templateType} description={words.types[form.values.templateType].text}
        onChange={(event) => form.set({ templateType: event.currentTarget.value as MailType })} data={mailTypes.map((value) => ({ value, label: typeName(value) }))} />
    </>}
  </FormDialog>;
}
