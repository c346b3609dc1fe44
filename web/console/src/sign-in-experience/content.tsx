import { Badge, Button, NativeSelect, Radio, Switch, TextInput } from '@mantine/core';
import { IconPencil, IconPlus, IconRestore, IconTrash } from '@tabler/icons-react';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { Card } from '../ui/details.tsx';
import type { Faults, Form } from '../ui/form.ts';
import { addressFault } from '../ui/image-field.tsx';
import { Lines, type Line } from '../ui/lines.tsx';
import { SaveForm } from '../ui/save-form.tsx';
import { allPhrases, base, experience, putPhrases, removePhrases, update, type Experience } from './api.ts';
import { countOf, isBuiltIn, languageName, useLanguages } from './languages/languages.ts';
import { ExperiencePreview } from './preview.tsx';

const words = t.experience.content;

const valuesOf = (it: Experience) => ({ termsOfUseUrl: it.termsOfUseUrl ?? '', privacyPolicyUrl: it.privacyPolicyUrl ?? '', agreeToTermsPolicy: it.agreeToTermsPolicy,
  supportEmail: it.supportEmail ?? '', supportWebsiteUrl: it.supportWebsiteUrl ?? '', autoDetect: it.languageInfo.autoDetect, fallbackLanguage: it.languageInfo.fallbackLanguage });
type Values = ReturnType<typeof valuesOf>;

const bodyOf = ({ agreeToTermsPolicy, autoDetect, fallbackLanguage, ...texts }: Values) => ({ agreeToTermsPolicy, languageInfo: { autoDetect, fallbackLanguage },
  termsOfUseUrl: texts.termsOfUseUrl.trim() || null, privacyPolicyUrl: texts.privacyPolicyUrl.trim() || null,
  supportEmail: texts.supportEmail.trim() || null, supportWebsiteUrl: texts.supportWebsiteUrl.trim() || null });

function faultsOf(values: Values): Faults<Values> {
  const out: Faults<Values> = {};
  for (const name of ['termsOfUseUrl', 'privacyPolicyUrl', 'supportWebsiteUrl'] as const) {
    const fault = addressFault(values[name].trim());
    if (fault) out[name] = fault;
  }
  if (values.supportEmail.trim() && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(values.supportEmail.trim())) out.supportEmail = words.emailFault;
  return out;
}

interface Part { form: Form<Values> }

function Terms({ form }: Part) {
  return <Card title={words.terms} text={words.termsText}>
    <TextInput label={words.termsUrl} placeholder="https://" inputMode="url" maxLength={2048} {...form.field('termsOfUseUrl')} />
    <TextInput label={words.privacyUrl} placeholder="https://" inputMode="url" maxLength={2048} {...form.field('privacyPolicyUrl')} />
    <Radio.Group label={words.policy} value={form.values.agreeToTermsPolicy} onChange={(next) => form.set({ agreeToTermsPolicy: next as Values['agreeToTermsPolicy'] })}>
      <div className="radios column-wise">{(Object.keys(words.policies) as Values['agreeToTermsPolicy'][]).map((one) => <Radio key={one} value={one}
        label={words.policies[one]} />)}</div>
    </Radio.Group>
  </Card>;
}

function Support({ form }: Part) {
  return <Card title={words.support} text={words.supportText}>
    <TextInput label={words.supportEmail} inputMode="email" maxLength={2048} {...form.field('supportEmail')} />
    <TextInput label={words.supportUrl} placeholder="https://" inputMode="url" maxLength={2048} {...form.field('supportWebsiteUrl')} />
  </Card>;
}

function LanguageRules({ form }: Part) {
  const tags = useLanguages() ?? [form.values.fallbackLanguage];
  return <Card title={words.languages} text={words.languagesText}>
    <Switch label={words.detect} description={words.detectHelp} {...form.check('autoDetect')} />
    <NativeSelect label={words.fallback} name="fallbackLanguage" value={form.values.fallbackLanguage} error={form.faults.fallbackLanguage}
      data={tags.map((value) => ({ value, label: languageName(value) }))} onChange={(event) => form.set({ fallbackLanguage: event.currentTarget.value })} />
  </Card>;
}

/** One line for each language: what comes with the program can be reset, what is the tenant's own can go. */
function useLines(fallback: string): Line[] | undefined {
  const own = useThing(allPhrases()).data, tags = useLanguages(), ask = useConfirm(), navigate = useNavigate();
  return own && tags?.map((tag) => {
    const name = languageName(tag), count = countOf(own.find(({ languageTag }) => languageTag === tag)?.translation ?? {});
    const reset = { label: words.reset, icon: IconRestore, danger: true, run: () => ask({ title: words.reset, text: words.resetText(name), button: words.reset,
      calls: () => [putPhrases(tag, {})] }) };
    const gone = { label: words.delete, icon: IconTrash, danger: true, run: () => ask({ title: words.delete, text: words.deleteText(name), button: words.delete,
      calls: () => [removePhrases(tag)] }) };
    const to = `${base}/content/languages/${tag}`;
    return { id: tag, name, title: <Link className="line-link" to={to}>{name}</Link>, detail: `${tag} · ${words.own(count)}`, extra: tag === fallback && <Badge variant="light">{words.isDefault}</Badge>,
      actions: [{ label: words.editTexts(name), icon: IconPencil, run: () => void navigate({ to }) }, ...(isBuiltIn(tag) ? count ? [reset] : [] : tag === fallback ? [] : [gone])] };
  });
}

function Texts({ fallback }: { fallback: string }) {
  const own = useThing(allPhrases()), navigate = useNavigate();
  return <Card title={words.texts} wide action={<Button variant="default" leftSection={<IconPlus size={16} stroke={1.5} />}
    onClick={() => void navigate({ to: `${base}/content/add-language` })}>{words.add}</Button>}>
    <Lines label={words.texts} lines={useLines(fallback)} error={own.error} retry={() => void own.refetch()} nothing={t.common.table.nothing} />
  </Card>;
}

const shownOf = ({ termsOfUseUrl, privacyPolicyUrl, agreeToTermsPolicy, supportEmail, supportWebsiteUrl }: ReturnType<typeof bodyOf>) =>
  ({ termsOfUseUrl, privacyPolicyUrl, agreeToTermsPolicy, supportEmail, supportWebsiteUrl });

export default function Content() {
  const it = useThing(experience()).data;
  if (!it) return null;	// the page above shows why
  return <>
    <SaveForm initial={valuesOf(it)} calls={(values) => [update(bodyOf(values))]} check={faultsOf}
      paths={{ autoDetect: 'languageInfo.autoDetect', fallbackLanguage: 'languageInfo' }}
      codes={{ 'sign_in_experiences.unsupported_default_language': 'fallbackLanguage' }}>
      {(form) => <div className="side-by-side">
        <div><Terms form={form} /><Support form={form} /><LanguageRules form={form} /></div>
        <ExperiencePreview shown={shownOf(bodyOf(form.values))} first="/register" />
      </div>}
    </SaveForm>
    <Texts fallback={it.languageInfo.fallbackLanguage} />
    <Outlet />
  </>;
}
