// Who may use the application: everybody, or only those that a rule names.
import { Button, Switch, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import type { Call } from '../../api/call.ts';
import { useChange, useThing } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { AddMany } from '../../ui/add-many.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { Card } from '../../ui/details.tsx';
import { Failure, Refused } from '../../ui/failure.tsx';
import { Picture } from '../../ui/picture.tsx';
import { ActionMenu } from '../../ui/row-menu.tsx';
import { FormSkeleton } from '../../ui/skeleton.tsx';
import { Tags } from '../../ui/tags.tsx';
import { displayName } from '../../users/name.ts';
import { access, allOrganizations, organization, organizationRoles, role, setAccess, update, user, userRoles, users, type Access, type Application } from '../api.ts';
import { useApplication } from '../details.tsx';

const words = t.applications.rules;
type Kind = keyof Access;
const kinds = Object.keys(words.kinds) as Kind[];

const union = (before: string[], more: string[]) => [...new Set([...before, ...more])];

/** The rules with more of them. */
function withMore(rules: Access, kind: Kind, ids: string[], roleIds: string[]): Access {
  if (kind !== 'organizationRoleRules') return { ...rules, [kind]: union(rules[kind], ids) };
  const others = rules.organizationRoleRules.filter(({ organizationId }) => !ids.includes(organizationId));
  const before = (id: string) => rules.organizationRoleRules.find(({ organizationId }) => organizationId === id)?.organizationRoleIds ?? [];
  return { ...rules, organizationRoleRules: [...others, ...ids.map((id) => ({ organizationId: id, organizationRoleIds: union(before(id), roleIds) }))] };
}

const without = (rules: Access, kind: Kind, id: string): Access => kind === 'organizationRoleRules'
  ? { ...rules, organizationRoleRules: rules.organizationRoleRules.filter(({ organizationId }) => organizationId !== id) }
  : { ...rules, [kind]: rules[kind].filter((one) => one !== id) };

const idsOf = (rules: Access, kind: Kind): string[] => kind === 'organizationRoleRules' ? rules.organizationRoleRules.map(({ organizationId }) => organizationId) : rules[kind];
const countOf = (rules: Access): number => kinds.reduce((sum, kind) => sum + idsOf(rules, kind).length, 0);

/** The API's rules hold ids alone; each row asks for its name. */
function Row({ id, one, nameOf, pictureOf, round = false, remove, children }: { id: string; one: Call<any>; nameOf: (thing: any) => string; pictureOf?: (thing: any) => string | null | undefined;
  round?: boolean; remove: (name: string) => void; children?: ReactNode }) {
  const { data, error } = useThing(one), name = data ? nameOf(data) : error?.status === 404 ? words.gone : id;
  return <li><div className="row">
    {pictureOf && <Picture name={name} src={data && pictureOf(data)} round={round} />}
    <span className="lines"><bdi className="name">{name}</bdi></span>{children}
    <ActionMenu label={t.common.moreOf(name)} actions={[{ label: t.common.remove, icon: IconTrash, danger: true, run: () => remove(name) }]} />
  </div></li>;
}

interface PartProps { kind: Kind; rules: Access; remove: (kind: Kind, id: string, name: string) => void }

function Rows({ kind, rules, remove }: PartProps) {
  const roles = useThing(kind === 'organizationRoleRules' ? organizationRoles() : undefined).data;
  const ids = idsOf(rules, kind);
  if (ids.length === 0) return <Text c="dimmed">{words.kinds[kind].empty}</Text>;
  const rolesOf = (id: string) => rules.organizationRoleRules.find((one) => one.organizationId === id)?.organizationRoleIds ?? [];
  return <ul className="rows">{ids.map((id) => {
    const own = { id, remove: (name: string) => remove(kind, id, name) };
    if (kind === 'userIds') return <Row key={id} {...own} one={user(id)} nameOf={displayName} pictureOf={({ avatar }) => avatar} round />;
    if (kind === 'userRoleIds') return <Row key={id} {...own} one={role(id)} nameOf={({ name }) => name} />;
    return <Row key={id} {...own} one={organization(id)} nameOf={({ name }) => name} pictureOf={({ branding }) => branding.logoUrl}>
      {kind === 'organizationRoleRules' && <Tags of={rolesOf(id).map((roleId) => ({ id: roleId, name: roles?.find((one) => one.id === roleId)?.name ?? roleId }))} />}
    </Row>;
  })}</ul>;
}

/** What can be chosen for each kind of rule. */
function AddRule({ app, kind, rules, close }: { app: Application; kind: Kind; rules: Access; close: () => void }) {
  const roles = useThing(kind === 'organizationRoleRules' ? organizationRoles() : undefined).data;
  const common = { title: words.kinds[kind].add, label: words.kinds[kind].add, search: words.search, nothing: words.nothing, close, button: (count: number) => words.addCount(count),
    calls: (ids: string[], given: string[]) => [setAccess(app.id, withMore(rules, kind, ids, given))] };
  if (kind === 'userIds') return <AddMany {...common} list={users} choice={(it) => ({ id: it.id, title: displayName(it), detail: it.primaryEmail ?? it.username, picture: it.avatar, round: true })} />;
  if (kind === 'userRoleIds') return <AddMany {...common} list={userRoles} choice={(it) => ({ id: it.id, title: it.name, detail: it.description })} />;
  const options = (roles ?? []).filter(({ type }) => type === 'User').map(({ id, name }) => ({ value: id, label: name }));
  return <AddMany {...common} list={allOrganizations} choice={(it) => ({ id: it.id, title: it.name, detail: it.id, picture: it.branding.logoUrl ?? null })}
    {...(kind === 'organizationRoleRules' ? { roles: { label: words.roles, description: words.rolesHelp, options } } : {})} />;
}

function Enable({ app, rules }: { app: Application; rules: Access }) {
  const on = app.appLevelAccessControlEnabled, isEmpty = countOf(rules) === 0;
  const change = useChange(), [wanted, setWanted] = useState<boolean>();	// shown at once, until the server says so or refuses
  useEffect(() => setWanted(undefined), [on, change.isError]);
  const set = (appLevelAccessControlEnabled: boolean) => { setWanted(appLevelAccessControlEnabled); change.mutate([update(app.id, { appLevelAccessControlEnabled })]); };
  return <Card title={words.card} text={words.text}>
    {change.error && <Refused error={change.error} />}
    <Switch label={words.enable} description={isEmpty && !on ? words.needed : words.enableHelp} checked={wanted ?? on} disabled={isEmpty && !on}
      onChange={(event) => set(event.currentTarget.checked)} />
  </Card>;
}

export default function ApplicationRules() {
  const app = useApplication().data, answer = useThing(app && access(app.id)), ask = useConfirm(), [adding, setAdding] = useState<Kind>();
  if (answer.error && !answer.data) return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  if (!app || !answer.data) return <FormSkeleton />;
  const rules = answer.data, isLast = app.appLevelAccessControlEnabled && countOf(rules) === 1;
  const remove = (kind: Kind, id: string, name: string) => ask({ title: words.remove, text: isLast ? words.nobodyLeft : words.removeText(name), button: words.remove,
    calls: () => [setAccess(app.id, without(rules, kind, id))] });
  return <>
    <Enable app={app} rules={rules} />
    {kinds.map((kind) => <Card key={kind} title={words.kinds[kind].title} wide
      action={<Button variant="default" leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => setAdding(kind)}>{words.kinds[kind].add}</Button>}>
      <Rows kind={kind} rules={rules} remove={remove} />
    </Card>)}
    {adding && <AddRule app={app} kind={adding} rules={rules} close={() => setAdding(undefined)} />}
  </>;
}
