import { Button, Switch, Text, TextInput } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { Card } from '../../ui/details.tsx';
import { needed } from '../../ui/form.ts';
import { RoleTypeFact } from '../../ui/permission.tsx';
import { SaveForm } from '../../ui/save-form.tsx';
import { one, update, type Role } from '../api.ts';
import { faultOfName } from '../create.tsx';
import { deleteText, useDelete, useHolderCount } from '../details.tsx';

const valuesOf = ({ name, description, isDefault }: Role) => ({ name, description, isDefault });
type Values = ReturnType<typeof valuesOf>;

/** Without effect for machine apps, so not sent for them. */
const bodyOf = ({ type }: Role, { name, description, isDefault }: Values) =>
  ({ name: name.trim(), description: description.trim(), ...(type === 'User' ? { isDefault } : {}) });

function Danger({ it }: { it: Role }) {
  const holders = useHolderCount(it) ?? 0, askDelete = useDelete();
  return <Card title={t.roles.danger} danger>
    <div className="row"><Text className="grow">{deleteText(it, holders)}</Text>
      <Button variant="outline" color="danger" onClick={() => askDelete(it, holders)}>{t.roles.delete}</Button></div>
  </Card>;
}

export default function RoleGeneral() {
  const { id } = useParams({ strict: false }) as { id: string };
  const it = useThing(one(id)).data;
  if (!it) return null;	// the page above shows why
  return <>
    <SaveForm initial={valuesOf(it)} codes={{ 'role.name_in_use': 'name' }} calls={(values) => [update(id, bodyOf(it, values))]}
      check={(values) => ({ ...needed(values, 'name', 'description'), ...faultOfName(values.name) })}>
      {(form) => <Card title={t.roles.general}>
        <TextInput required label={t.common.name} description={t.roles.nameHelp} maxLength={128} {...form.field('name')} />
        <TextInput required label={t.common.description} maxLength={128} {...form.field('description')} />
        <RoleTypeFact type={it.type} />
        {it.type === 'User' && <Switch label={t.roles.isDefault} description={t.roles.isDefaultHelp} {...form.check('isDefault')} />}
      </Card>}
    </SaveForm>
    <Danger it={it} />
  </>;
}
