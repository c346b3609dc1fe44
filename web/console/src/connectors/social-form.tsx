// The fields of a social connector.
import { Switch, TextInput } from '@mantine/core';
import { t } from '../locales/index.ts';
import { later } from '../locales/later.ts';
import { page } from '../page.ts';
import { CopyField } from '../ui/copy-field.tsx';
import { Card } from '../ui/details.tsx';
import type { Form } from '../ui/form.ts';
import { ImageField } from '../ui/image-field.tsx';
import type { Factory } from './api.ts';
import type { Values } from './fields.ts';
import { ConfigFields } from './inputs.tsx';
import { itemsOf, socialNames as names } from './social-fields.ts';

const words = later.connectors.social;

function Look({ form, isNew }: { form: Form<Values>; isNew: boolean }) {
  const image = (name: string) => ({ ...form.field(name), value: String(form.values[name] ?? '') });
  return <Card title={words.look} text={words.lookText}>
    <TextInput required label={t.common.name} description={words.nameHelp} maxLength={128} {...image(names.name)} />
    {isNew ? <TextInput required label={words.target} description={words.targetHelp} maxLength={128} spellCheck={false} {...image(names.target)} />
      : <CopyField label={words.target} value={String(form.values[names.target])} help={words.targetStays} />}
    <ImageField label={words.logo} {...image(names.logo)} />
    <ImageField label={words.darkLogo} dark {...image(names.logoDark)} />
  </Card>;
}

export function SocialFields({ form, kind, id, isNew = false }: { form: Form<Values>; kind: Pick<Factory, 'formItems' | 'isStandard' | 'isTokenStorageSupported'>; id: string; isNew?: boolean }) {
  return <>
    <Card title={words.callback} text={words.callbackText}>
      <CopyField label={words.callbackSignIn} value={`${page.apiEndpoint}/callback/${id}`} />
      <CopyField label={words.callbackAccount} value={`${page.apiEndpoint}/account/callback/social/${id}`} help={words.callbackAccountHelp} />
    </Card>
    {kind.isStandard && <Look form={form} isNew={isNew} />}
    <Card title={later.connectors.configuration}><ConfigFields form={form} items={itemsOf(kind)} /></Card>
    <Card title={words.takenOver}>
      <Switch label={words.sync} description={words.syncHelp} {...form.check(names.sync)} />
      {kind.isTokenStorageSupported && <Switch label={words.tokens} description={words.tokensHelp} {...form.check(names.tokens)} />}
    </Card>
  </>;
}
