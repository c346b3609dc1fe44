// A new application: first what it is written with, then its name.
import { Radio, Select, TextInput, Textarea } from '@mantine/core';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../locales/index.ts';
import { AddMany } from '../ui/add-many.tsx';
import { described } from '../ui/built-in.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { filled, needed, type Form } from '../ui/form.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { create, freeRoles, giveRoles, type Application } from './api.ts';
import { guideOf, type Guide } from './guides/guides.ts';
import { isMachine, offeredTypes, typeName, type Type } from './kinds.tsx';
import { Library, WithoutGuide } from './library.tsx';

interface Values { name: string; description: string; type: Type; flow: 'code' | 'device' }

function TypeFields({ form, thirdParty }: { form: Form<Values>; thirdParty: boolean }) {
  const { type } = form.values;
  return <>
    <Select required label={t.applications.type} description={t.applications.types[type].text} allowDeselect={false} {...form.field('type')}
      data={offeredTypes(thirdParty).map((value) => ({ value, label: typeName(value) }))} />
    {type === 'Native' && <Radio.Group label={t.applications.flow} description={t.applications.flowHelp} {...form.field('flow')} onChange={(flow) => form.set({ flow: flow as Values['flow'] })}>
      <div className="radios"><Radio value="code" label={t.applications.flowCode} /><Radio value="device" label={t.applications.flowDevice} /></div>
    </Radio.Group>}
  </>;
}

function CreateDialog({ guide, thirdParty, close, done }: { guide: Guide | undefined; thirdParty: boolean; close: () => void; done: (made: Application) => void }) {
  const initial: Values = { name: '', description: '', type: guide?.type ?? 'SPA', flow: guide?.device ? 'device' : 'code' };
  const bodyOf = ({ name, description, type, flow }: Values) => ({ name: name.trim(), type, ...filled({ description }), ...(thirdParty ? { isThirdParty: true } : {}),
    ...(type === 'Native' && flow === 'device' ? { customClientMetadata: { isDeviceFlow: true } } : {}) });
  const title = thirdParty ? t.applications.createThirdParty : t.applications.create;
  return <FormDialog title={guide ? t.applications.createWith(guide.name) : title} button={t.applications.create} initial={initial} close={close} done={done}
    check={(values) => needed(values, 'name')} calls={(values) => [create(bodyOf(values))]}>
    {(form) => <>
      {!guide && <TypeFields form={form} thirdParty={thirdParty} />}
      <TextInput data-autofocus required label={t.common.name} description={t.applications.nameHelp} maxLength={256} {...form.field('name')} />
      <Textarea label={t.common.description} maxLength={1024} {...form.field('description')} />
    </>}
  </FormDialog>;
}

/** A machine can do nothing without a role: whoever makes one is asked for them at once. */
export function GiveRoles({ id, close, skip }: { id: string; close: () => void; skip?: string }) {
  return <AddMany title={t.applications.roles.assign} label={t.applications.roles.assign} list={freeRoles(id)} search={t.applications.roles.search}
    choice={(role) => ({ id: role.id, title: role.name, detail: described(role.description) })} nothing={t.applications.roles.noneFree} close={close} {...(skip ? { skip } : {})}
    button={(count) => t.applications.roles.assignCount(count)} calls={(ids) => [giveRoles(id, ids)]} />;
}

export default function CreateApplication() {
  const navigate = useNavigate(), search = useLocation().search as { guide?: string; party?: string };
  const thirdParty = search.party === 'third', guide = guideOf(search.guide);
  const [made, setMade] = useState<Application>();
  const close = () => void navigate({ to: '/applications/create', search: (thirdParty ? { party: 'third' } : {}) as never });
  const open = ({ id }: Application) => void navigate({ to: `/applications/${id}/settings`, search: (guide ? { guide: guide.id } : {}) as never });
  return <>
    <PageHeader title={thirdParty ? t.applications.createThirdParty : t.applications.create} text={thirdParty ? t.applications.emptyThirdParty : t.applications.library.text}
      action={<WithoutGuide thirdParty={thirdParty} />} />
    <Library thirdParty={thirdParty} />
    {search.guide && !made && <CreateDialog key={search.guide} guide={guide} thirdParty={thirdParty} close={close} done={(it) => isMachine(it) ? setMade(it) : open(it)} />}
    {made && <GiveRoles id={made.id} close={() => open(made)} skip={t.applications.roles.skip} />}
  </>;
}
