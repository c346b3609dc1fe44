import { Anchor, Input, NativeSelect, SegmentedControl, Switch, Text, TextInput, Textarea } from '@mantine/core';
import { useRef, useState } from 'react';
import { useThing } from '../../api/query.ts';
import { language, t } from '../../locales/index.ts';
import { Callout } from '../../ui/callout.tsx';
import { Card } from '../../ui/details.tsx';
import { Facts } from '../../ui/facts.tsx';
import type { Form } from '../../ui/form.ts';
import { SaveForm } from '../../ui/save-form.tsx';
import { keys, makeKey, update, type Connector } from '../api.ts';
import { samlConfig, samlFaults, samlValues, sha256, sha512, textOf, ways, type SamlValues, type Way } from '../config.ts';
import { OurSide } from '../guide.tsx';

const words = t.enterpriseSso.saml;
const mostBytes = 500 * 1024;

interface Part { form: Form<SamlValues> }

function XmlField({ form }: Part) {
  const input = useRef<HTMLInputElement>(null), [fault, setFault] = useState<string>();
  async function take(file: File | undefined): Promise<void> {
    if (!file) return;
    setFault(file.size > mostBytes ? words.tooLarge : undefined);
    if (file.size <= mostBytes) form.set({ metadata: await file.text() });
  }
  const { error, ...field } = form.field('metadata');
  return <div>
    <Textarea required label={words.metadata} minRows={4} maxRows={12} spellCheck={false} className="code-area" error={fault ?? error} {...field} />
    <Text size="xs"><Anchor component="button" type="button" size="xs" onClick={() => input.current?.click()}>{words.upload}</Anchor> {words.uploadHelp}</Text>
    <input ref={input} type="file" hidden accept=".xml,text/xml,application/xml,application/samlmetadata+xml" aria-label={words.upload}
      onChange={(event) => { void take(event.currentTarget.files?.[0]); event.currentTarget.value = ''; }} />
  </div>;
}

function ProviderCard({ form }: Part) {
  const { way } = form.values;
  return <Card title={words.title} text={words.text}>
    <Input.Wrapper label={words.way} labelElement="div"><div><SegmentedControl aria-label={words.way} value={way} onChange={(next) => form.set({ way: next as Way })}
      data={ways.map((value) => ({ value, label: words.ways[value] }))} /></div></Input.Wrapper>
    {way === 'url' && <TextInput required label={words.metadataUrl} placeholder="https://" inputMode="url" spellCheck={false} {...form.field('metadataUrl')} />}
    {way === 'xml' && <XmlField form={form} />}
    {way === 'hand' && <>
      <TextInput required label={words.signInEndpoint} placeholder="https://" inputMode="url" spellCheck={false} {...form.field('signInEndpoint')} />
      <TextInput required label={words.entityId} spellCheck={false} {...form.field('entityId')} />
      <Textarea required label={words.certificate} description={words.certificateHelp} minRows={4} maxRows={12} spellCheck={false} className="code-area" {...form.field('x509Certificate')} />
    </>}
  </Card>;
}

function MappingCard({ form, it }: Part & { it: Connector }) {
  const usual = (name: string) => textOf(it.providerConfig, 'defaultAttributeMapping', name);
  return <Card title={words.mapping} text={words.mappingText}>
    {([['mapId', 'id'], ['mapEmail', 'email'], ['mapName', 'name']] as const).map(([field, name]) =>
      <TextInput key={field} label={words.attributes[name]} placeholder={usual(name)} spellCheck={false} maxLength={256} {...form.field(field)} />)}
  </Card>;
}

function SecurityCard({ form }: Part) {
  return <Card title={words.security}>
    <Switch label={words.sign} description={words.signHelp} {...form.check('signAuthnRequest')} />
    {form.values.signAuthnRequest && <NativeSelect label={words.algorithm} value={form.values.algorithm} onChange={(event) => form.set({ algorithm: event.currentTarget.value })}
      data={[{ value: sha256, label: 'RSA-SHA256' }, { value: sha512, label: 'RSA-SHA512' }]} />}
    <Switch label={words.sha1} description={words.sha1Help} {...form.check('allowSha1')} />
    {form.values.allowSha1 && <Callout kind="warning">{words.sha1Warning}</Callout>}
  </Card>;
}

/** What the server has read of the provider. */
function Read({ it }: { it: Connector }) {
  const of = it.providerConfig?.['identityProvider'] as { certificateExpiresAt?: number; isCertificateValid?: boolean } | undefined;
  if (!of) return null;
  const expires = of.certificateExpiresAt ? new Date(of.certificateExpiresAt).toLocaleDateString(language, { dateStyle: 'long' }) : t.common.none;
  return <Card title={words.read} text={words.readText}>
    <Facts rows={[[words.entityId, <bdi>{textOf(of, 'entityId')}</bdi>], [words.signInEndpoint, <bdi>{textOf(of, 'signInEndpoint')}</bdi>], [words.expires, expires]]} />
    {of.isCertificateValid === false && <Callout kind="warning">{words.expired}</Callout>}
  </Card>;
}

/** Where it stands what could not be read. */
const fieldsRead: Record<Way, keyof SamlValues> = { url: 'metadataUrl', xml: 'metadata', hand: 'x509Certificate' };
const codesOf = ({ way }: SamlValues) => ({ 'connector.invalid_metadata': fieldsRead[way], 'connector.invalid_certificate': fieldsRead[way] });

export function SamlForm({ it }: { it: Connector }) {
  const there = useThing(keys(it.id)).data, isWithoutKey = there !== undefined && !there.some(({ active }) => active);
  const needsKey = ({ signAuthnRequest }: SamlValues) => signAuthnRequest && isWithoutKey;
  return <>
    <Card title={words.ours} text={words.oursText}><OurSide it={it} /></Card>
    <SaveForm initial={samlValues(it)} check={samlFaults} codes={codesOf}
      sure={(values) => needsKey(values) ? { title: words.needsKey, text: words.needsKeyText, button: words.makeKey } : undefined}
      calls={(values) => [...(needsKey(values) ? [makeKey(it.id, true)] : []), update(it.id, { config: samlConfig(values) })]}>
      {(form) => <><ProviderCard form={form} /><MappingCard form={form} it={it} /><SecurityCard form={form} /></>}
    </SaveForm>
    <Read it={it} />
  </>;
}
