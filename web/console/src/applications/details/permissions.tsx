// What a third-party application may ask people for.
import { Button, Checkbox, Modal, SegmentedControl, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useChange, useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { allWithScopes, choicesOf } from '../../resources/api.ts';
import { TransferBox, type Choice } from '../../ui/add-many.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { Card } from '../../ui/details.tsx';
import { DialogFoot } from '../../ui/dialog-foot.tsx';
import { Failure, Refused } from '../../ui/failure.tsx';
import { FormSkeleton } from '../../ui/skeleton.tsx';
import { ActionMenu } from '../../ui/row-menu.tsx';
import { addConsentScopes, consentScopes, organizationScopes, removeConsentScope, type Application, type ConsentScopes, type NewConsentScopes,
  type ScopeType, type UserScope } from '../api.ts';
import { useApplication } from '../details.tsx';

const words = t.applications.permissions;
const scopeTypes = Object.keys(words.kinds) as ScopeType[];
const userScopes = Object.keys(words.userScopes) as UserScope[];

interface Given { id: string; name: string; description: string | null; group?: string }

const ofResources = (all: ConsentScopes['resourceScopes']): Given[] =>
  all.flatMap(({ resource, scopes }) => scopes.map((scope) => ({ ...scope, group: resource.name })));

const givenOf = (all: ConsentScopes): Record<ScopeType, Given[]> => ({
  'user-scopes': all.userScopes.map((name) => ({ id: name, name, description: words.userScopes[name] })),
  'resource-scopes': ofResources(all.resourceScopes),
  'organization-scopes': all.organizationScopes,
  'organization-resource-scopes': ofResources(all.organizationResourceScopes),
});

/** One group of permissions, those of an API below its name. */
function Rows({ app, type, given }: { app: Application; type: ScopeType; given: Given[] }) {
  const ask = useConfirm();
  if (given.length === 0) return <Text c="dimmed">{words.kinds[type].empty}</Text>;
  const remove = ({ id, name }: Given) => ask({ title: words.remove, text: words.removeText(name), button: words.remove, calls: () => [removeConsentScope(app.id, type, id)] });
  return <ul className="rows">{given.map((one, i) => <li key={one.id}>
    {one.group !== undefined && one.group !== given[i - 1]?.group && <div className="rows-group"><bdi>{one.group}</bdi></div>}
    <div className="row">
      <span className="lines"><bdi className="name">{one.name}</bdi>{one.description && <bdi className="detail">{one.description}</bdi>}</span>
      <ActionMenu label={t.common.moreOf(one.name)} actions={[{ label: t.common.remove, icon: IconTrash, danger: true, run: () => remove(one) }]} />
    </div></li>)}</ul>;
}

type Chosen = Record<ScopeType, Choice[]>;

/** What is sent of the choice: only kinds of which something was chosen. */
function bodyOf(chosen: Chosen): NewConsentScopes {
  const ids = (type: ScopeType) => chosen[type].map(({ id }) => id);
  return { ...(ids('user-scopes').length ? { userScopes: ids('user-scopes') as UserScope[] } : {}),
    ...(ids('resource-scopes').length ? { resourceScopes: ids('resource-scopes') } : {}),
    ...(ids('organization-scopes').length ? { organizationScopes: ids('organization-scopes') } : {}),
    ...(ids('organization-resource-scopes').length ? { organizationResourceScopes: ids('organization-resource-scopes') } : {}) };
}

interface PickProps { type: ScopeType; given: Given[]; chosen: Choice[]; onChange: (chosen: Choice[]) => void }

function PickUserScopes({ given, chosen, onChange }: PickProps) {
  const free = userScopes.filter((name) => !given.some(({ id }) => id === name));
  if (free.length === 0) return <Text c="dimmed">{words.nothing}</Text>;
  return <Checkbox.Group value={chosen.map(({ id }) => id)} onChange={(ids) => onChange(ids.map((id) => ({ id, title: id })))}>
    <div className="checks">{free.map((name) => <Checkbox key={name} value={name} label={words.userScopes[name]} description={name} />)}</div>
  </Checkbox.Group>;
}

function PickScopes({ type, given, chosen, onChange }: PickProps) {
  const isFree = ({ id }: { id: string }) => !given.some((one) => one.id === id);
  const common = { label: words.kinds[type].title, search: words.search, nothing: words.nothing, chosen, onChange };
  if (type === 'organization-scopes') {
    const choice = ({ id, name, description }: { id: string; name: string; description: string | null }): Choice => ({ id, title: name, detail: description });
    return <TransferBox {...common} list={organizationScopes} choices={(all) => all.filter(isFree).map(choice)} />;
  }
  return <TransferBox {...common} list={allWithScopes} choices={(rows) => choicesOf(rows, new Set(given.map(({ id }) => id)), false)} />;
}

function AddPermissions({ app, given, begin, close }: { app: Application; given: Record<ScopeType, Given[]>; begin: ScopeType; close: () => void }) {
  const [type, setType] = useState(begin), [asked, setAsked] = useState(false);
  const [chosen, setChosen] = useState<Chosen>({ 'user-scopes': [], 'resource-scopes': [], 'organization-scopes': [], 'organization-resource-scopes': [] });
  const change = useChange(close), count = Object.values(chosen).flat().length, calls = () => [addConsentScopes(app.id, bodyOf(chosen))];
  const Pick = type === 'user-scopes' ? PickUserScopes : PickScopes;
  return <Modal opened onClose={close} title={words.add} size={880} closeButtonProps={{ 'aria-label': t.common.close }}>
    <form className="fields wide" onSubmit={(event) => { event.preventDefault(); setAsked(true); if (count) change.mutate(calls()); }}>
      {change.error && <Refused error={change.error} />}
      <SegmentedControl value={type} onChange={(next) => setType(next as ScopeType)} aria-label={words.add} className="kinds"
        data={scopeTypes.map((value) => ({ value, label: chosen[value].length ? `${words.kinds[value].title} (${chosen[value].length})` : words.kinds[value].title }))} />
      <Text c="dimmed">{words.kinds[type].text}</Text>
      <Pick key={type} type={type} given={given[type]} chosen={chosen[type]} onChange={(next) => setChosen({ ...chosen, [type]: next })} />
      {asked && count === 0 && <Text c="danger" size="xs" role="alert">{t.common.transfer.choose}</Text>}
      <DialogFoot calls={calls}>
        <Button variant="default" type="button" onClick={close}>{t.common.cancel}</Button>
        <Button type="submit" loading={change.isPending} aria-disabled={count === 0}>{words.addCount(count)}</Button>
      </DialogFoot>
    </form>
  </Modal>;
}

export default function ApplicationPermissions() {
  const app = useApplication().data, answer = useThing(app && consentScopes(app.id)), [adding, setAdding] = useState<ScopeType>();
  if (answer.error && !answer.data) return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  if (!app || !answer.data) return <FormSkeleton />;
  const given = givenOf(answer.data);
  return <>
    {scopeTypes.map((type) => <Card key={type} title={words.kinds[type].title} text={words.kinds[type].text} wide
      action={<Button variant="default" leftSection={<IconPlus size={16} stroke={1.5} />} aria-label={`${words.add}: ${words.kinds[type].title}`}
        onClick={() => setAdding(type)}>{words.add}</Button>}>
      <Rows app={app} type={type} given={given[type]} />
    </Card>)}
    <Card title={words.fixed} text={words.fixedText} wide>
      <ul className="rows">{([['openid', words.openid], ['offline_access', words.offline]] as const).map(([name, text]) => <li key={name}><div className="row">
        <span className="lines"><span className="name">{name}</span><span className="detail">{text}</span></span></div></li>)}</ul>
    </Card>
    {adding && <AddPermissions app={app} given={given} begin={adding} close={() => setAdding(undefined)} />}
  </>;
}
