// Gives permissions of both kinds to a role. It opens by itself after a role was created.
import { Button, Modal, SegmentedControl, Text } from '@mantine/core';
import { useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useChange } from '../../api/query.ts';
import { t } from '../../locales/index.ts';
import { allWithScopes, choicesOf } from '../../resources/api.ts';
import { TransferBox, type Choice } from '../../ui/add-many.tsx';
import { DialogFoot } from '../../ui/dialog-foot.tsx';
import { Failure, Refused } from '../../ui/failure.tsx';
import { FormSkeleton } from '../../ui/skeleton.tsx';
import { allPermissions, assign, base, useCarried, type Permission } from '../api.ts';

interface BoxesProps { has: ReadonlySet<string>; own: Choice[]; api: Choice[]; setOwn: (chosen: Choice[]) => void; setApi: (chosen: Choice[]) => void }

/** One box at a time; what was chosen in the other stays chosen. */
function Boxes({ has, own, api, setOwn, setApi }: BoxesProps) {
  const [kind, setKind] = useState<string>(), words = t.template.carried;
  const offered = (rows: Permission[]) => rows.filter(({ id }) => !has.has(id)).map(({ id, name, description }) => ({ id, title: name, detail: description }));
  return <>
    <SegmentedControl value={kind ?? 'own'} onChange={setKind} aria-label={words.kinds}
      data={[{ value: 'own', label: words.ownTab(own.length) }, { value: 'api', label: words.apiTab(api.length) }]} />
    {kind !== 'api'
      ? <TransferBox key="own" first={kind === undefined} label={words.own} list={allPermissions} choices={offered} search={words.searchOwn} nothing={words.noOwn} chosen={own} onChange={setOwn} />
      : <TransferBox key="api" label={words.api} list={allWithScopes} choices={(rows) => choicesOf(rows, has, false)} search={words.searchApi}
        nothing={words.noApi} chosen={api} onChange={setApi} />}
  </>;
}

export default function AssignPermissions() {
  const { id } = useParams({ strict: false }) as { id: string }, created = (useLocation().search as { created?: string }).created !== undefined;
  const [own, setOwn] = useState<Choice[]>([]), [api, setApi] = useState<Choice[]>([]), [asked, setAsked] = useState(false);
  const navigate = useNavigate(), close = () => void navigate({ to: `${base}/organization-roles/${id}/permissions` });
  const carried = useCarried(id), change = useChange(close), words = t.template.carried, count = own.length + api.length;
  const calls = () => assign(id, own.map((one) => one.id), api.map((one) => one.id));
  return <Modal opened onClose={close} title={words.assign} size={880} closeButtonProps={{ 'aria-label': t.common.close }}>
    <form className="fields wide" onSubmit={(event) => { event.preventDefault(); setAsked(true); if (count) change.mutate(calls()); }}>
      {change.error && <Refused error={change.error} />}
      {carried.data ? <Boxes has={new Set(carried.data.rows.map((one) => one.id))} own={own} api={api} setOwn={setOwn} setApi={setApi} />
        : carried.error ? <Failure error={carried.error} retry={carried.refetch} /> : <FormSkeleton />}
      {asked && count === 0 && <Text c="danger" size="xs" role="alert">{t.common.transfer.choose}</Text>}
      <DialogFoot calls={calls}>
        <Button variant="default" type="button" onClick={close}>{created ? words.skip : t.common.cancel}</Button>
        <Button type="submit" loading={change.isPending} aria-disabled={count === 0}>{words.assignMany(count)}</Button>
      </DialogFoot>
    </form>
  </Modal>;
}
