import { Anchor, SegmentedControl, Switch, TextInput, Textarea } from '@mantine/core';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { page } from '../page.ts';
import { Card } from '../ui/details.tsx';
import { Failure } from '../ui/failure.tsx';
import type { Faults, Form } from '../ui/form.ts';
import { addressFault } from '../ui/image-field.tsx';
import { entered, MultiTextField } from '../ui/multi-text.tsx';
import { SaveForm } from '../ui/save-form.tsx';
import { FormSkeleton } from '../ui/skeleton.tsx';
import { center, updateCenter, type Center } from './api.ts';
import { namedOf, NamedFields, namesOf } from './named-fields.tsx';

const words = t.experience.center;

const valuesOf = (it: Center) => ({ enabled: it.enabled, fields: it.fields, profileFields: namesOf(it.profileFields), deleteAccountUrl: it.deleteAccountUrl ?? '',
  webauthnRelatedOrigins: it.webauthnRelatedOrigins, customCss: it.customCss ?? '' });
type Values = ReturnType<typeof valuesOf>;
type Area = keyof typeof words.field;
type Level = keyof typeof words.levels;

const bodyOf = (values: Values) => ({ enabled: values.enabled, fields: values.fields, profileFields: namedOf(values.profileFields),
  deleteAccountUrl: values.deleteAccountUrl.trim() || null, webauthnRelatedOrigins: entered(values.webauthnRelatedOrigins), customCss: values.customCss.trim() || null });

/** An origin is an address without anything behind the host. */
function originFault(text: string): string | undefined {
  try { return new URL(text).origin === text ? undefined : words.originFault; } catch { return words.originFault; }
}

function faultsOf(values: Values): Faults<Values> {
  const address = addressFault(values.deleteAccountUrl.trim()), origin = entered(values.webauthnRelatedOrigins).map(originFault).find(Boolean);
  return { ...(address ? { deleteAccountUrl: address } : {}), ...(origin ? { webauthnRelatedOrigins: origin } : {}) };
}

function Controls({ form: { values: { fields }, set } }: { form: Form<Values> }) {
  const levels = Object.keys(words.levels) as Level[];
  return <Card title={words.fields} text={words.fieldsText}>
    <div className="controls">{(Object.keys(words.field) as Area[]).map((area) => <div key={area} style={{ display: 'contents' }}>
      <div><div id={`level-${area}`}>{words.field[area]}</div>{area === 'organizations' && <div className="detail none">{words.help.organizations}</div>}</div>
      <SegmentedControl aria-labelledby={`level-${area}`} value={fields[area] ?? 'Off'} onChange={(level) => set({ fields: { ...fields, [area]: level as Level } })}
        data={levels.map((value) => ({ value, label: words.levels[value] }))} />
    </div>)}</div>
  </Card>;
}

export default function AccountCenter() {
  const it = useThing(center());
  if (it.error && !it.data) return <Failure error={it.error} retry={() => void it.refetch()} />;
  if (!it.data) return <FormSkeleton fields={5} />;
  return <SaveForm initial={valuesOf(it.data)} calls={(values) => [updateCenter(bodyOf(values))]} check={faultsOf}>
    {(form) => <>
      <Card title={words.title}>
        <Switch label={words.on} description={words.onHelp} {...form.check('enabled')} />
        {it.data.enabled && <Anchor href={`${page.apiEndpoint}/account`} target="_blank" rel="noreferrer">{words.open}</Anchor>}
      </Card>
      {form.values.enabled && <>
        <Controls form={form} />
        <Card title={words.profileFields} text={words.profileFieldsText}>
          <NamedFields label={words.profileFields} all={t.experience.profile.allShown} value={form.values.profileFields} error={form.faults.profileFields}
            onChange={(profileFields) => form.set({ profileFields })} />
        </Card>
        <Card title={words.more}>
          <TextInput label={words.deleteUrl} description={words.deleteUrlHelp} placeholder="https://" inputMode="url" {...form.field('deleteAccountUrl')} />
          <MultiTextField label={words.origins} description={words.originsHelp} placeholder="https://app.example.com" check={originFault} {...form.field('webauthnRelatedOrigins')} />
          <Textarea label={words.css} description={words.cssHelp} minRows={6} maxRows={24} spellCheck={false} className="code-area" {...form.field('customCss')} />
        </Card>
      </>}
    </>}
  </SaveForm>;
}
