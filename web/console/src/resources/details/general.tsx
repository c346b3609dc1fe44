import { Button, NumberInput, Switch, Text, TextInput } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import type { Call } from '../../api/call.ts';
import { useList, useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { Callout } from '../../ui/callout.tsx';
import { CopyField } from '../../ui/copy-field.tsx';
import { Card } from '../../ui/details.tsx';
import { needed, type Faults } from '../../ui/form.ts';
import { SaveForm } from '../../ui/save-form.tsx';
import { isManagement, makeDefault, one, scopeCount, ttlMost, update, type Resource } from '../api.ts';
import { useDelete } from '../details.tsx';

interface Values { name: string; accessTokenTtl: number | string; isDefault: boolean }

const valuesOf = ({ name, accessTokenTtl, isDefault }: Resource): Values => ({ name, accessTokenTtl, isDefault });

function check(values: Values): Faults<Values> {
  const ttl = Number(values.accessTokenTtl);
  return { ...needed(values, 'name'),
    ...(Number.isInteger(ttl) && ttl >= 1 && ttl <= ttlMost ? {} : { accessTokenTtl: t.resources.ttlWrong }) };
}

/** Whether it is the default has a call of its own; the Management API takes only that one. */
function callsOf(id: string, now: Values, before: Values): Call[] {
  const calls: Call[] = [], name = now.name.trim(), accessTokenTtl = Number(now.accessTokenTtl);
  if (name !== before.name || accessTokenTtl !== before.accessTokenTtl) calls.push(update(id, { name, accessTokenTtl }));
  if (now.isDefault !== before.isDefault) calls.push(makeDefault(id, now.isDefault));
  return calls;
}

function Danger({ it }: { it: Resource }) {
  const permissions = useList(scopeCount(it.id)).data?.total ?? 0, ask = useDelete(permissions);
  return <Card title={t.resources.danger} danger>
    <div className="row"><Text className="grow">{t.resources.deleteText(permissions)}</Text>
      <Button variant="outline" color="danger" onClick={() => ask(it)}>{t.resources.delete}</Button></div>
  </Card>;
}

export default function ResourceGeneral() {
  const { id } = useParams({ strict: false }) as { id: string };
  const it = useThing(one(id)).data;
  if (!it) return null;	// the page above shows why
  const fixed = isManagement(it);
  return <>
    {fixed && <div className="above"><Callout>{t.resources.managed}</Callout></div>}
    <SaveForm initial={valuesOf(it)} check={check} calls={(values, before) => callsOf(id, values, before)}>
      {(form) => <Card title={t.resources.general}>
        <TextInput required label={t.common.name} maxLength={256} disabled={fixed} {...form.field('name')} />
        <NumberInput required label={t.resources.ttl} description={t.resources.ttlHelp} min={1} max={ttlMost} clampBehavior="none" allowDecimal={false}
          allowNegative={false} hideControls disabled={fixed} {...form.field('accessTokenTtl')} />
        <Switch label={t.resources.defaultApi} description={t.resources.defaultApiHelp} {...form.check('isDefault')} />
      </Card>}
    </SaveForm>
    <Card title={t.resources.about}><CopyField label={t.resources.indicator} value={it.indicator} /><CopyField label={t.resources.id} value={it.id} /></Card>
    {!fixed && <Danger it={it} />}
  </>;
}
