import { Button, Text, TextInput, Textarea } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { Card } from '../../ui/details.tsx';
import { needed } from '../../ui/form.ts';
import { RoleTypeFact } from '../../ui/permission.tsx';
import { SaveForm } from '../../ui/save-form.tsx';
import { descriptionMost, role, updateRole, type Role } from '../api.ts';
import { useDelete } from '../details.tsx';

const valuesOf = ({ name, description }: Role) => ({ name, description: description ?? '' });

export default function OrganizationRoleGeneral() {
  const { id } = useParams({ strict: false }) as { id: string };
  const it = useThing(role(id)).data, askDelete = useDelete(), words = t.template.role;
  if (!it) return null;	// the page above shows why
  return <>
    <SaveForm initial={valuesOf(it)} check={(values) => needed(values, 'name')} codes={{ 'entity.unique_integrity_violation': 'name' }}
      calls={({ name, description }) => [updateRole(id, { name: name.trim(), description: description.trim() })]}>
      {(form) => <Card title={words.general}>
        <TextInput required label={t.common.name} description={words.nameHelp} maxLength={128} {...form.field('name')} />
        <Textarea label={t.common.description} maxLength={descriptionMost} {...form.field('description')} />
        <RoleTypeFact type={it.type} />
      </Card>}
    </SaveForm>
    <Card title={words.danger} danger>
      <div className="row"><Text className="grow">{words.deleteText}</Text>
        <Button variant="outline" color="danger" onClick={() => askDelete(id)}>{words.delete}</Button></div>
    </Card>
  </>;
}
