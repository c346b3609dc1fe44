// Own applications, and with the same table those of others. Where there is none, the library of guides stands in its place.
import { Badge, Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { t } from '../locales/index.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { CopyId } from '../ui/copy-field.tsx';
import { DataTable, NameCell } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { create, list, remove, type ListedApplication } from './api.ts';
import { isDevice, TypeIcon, typeName } from './kinds.tsx';
import { Library } from './library.tsx';

/** Asks, deletes, and does what comes then. */
export function useDelete(done?: () => void) {
  const ask = useConfirm();
  return ({ id, name, type }: ListedApplication) => ask({ title: t.applications.delete, button: t.applications.delete, type: name,
    text: type === 'MachineToMachine' ? t.applications.deleteMachineText : t.applications.deleteText, calls: () => [remove(id)], ...(done ? { done } : {}) });
}

function Tabs({ thirdParty }: { thirdParty: boolean }) {
  const tabs = [['/applications', t.applications.own, !thirdParty], ['/applications/third-party-applications', t.applications.thirdParty, thirdParty]] as const;
  return <nav className="tabs" aria-label={t.applications.title}>{tabs.map(([to, label, here]) => <Link key={to} to={to} activeOptions={{ exact: true }}
    aria-current={here ? 'page' : undefined}>{label}</Link>)}</nav>;
}

export function ApplicationList({ thirdParty }: { thirdParty: boolean }) {
  const navigate = useNavigate(), askDelete = useDelete();
  const begin = () => void navigate({ to: '/applications/create', search: (thirdParty ? { party: 'third' } : {}) as never });
  const button = (label: string) => <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={begin}>{label}</Button>;
  return <>
    <PageHeader title={t.applications.title} text={t.applications.text} />
    <Tabs thirdParty={thirdParty} />
    <DataTable label={thirdParty ? t.applications.thirdParty : t.applications.own} list={list(thirdParty)} id={({ id }) => id} name={({ name }) => name}
      open={({ id }) => `/applications/${id}`} search={t.applications.search} action={button(t.applications.create)}
      menu={(row) => [{ label: t.common.delete, icon: IconTrash, danger: true, run: () => askDelete(row) }]}
      columns={[
        { title: t.applications.one, cell: (row) => <NameCell name={row.name} detail={typeName(row.type)} icon={<TypeIcon type={row.type} device={isDevice(row)} />}
          tag={isDevice(row) && <Badge variant="light">{t.applications.deviceFlow}</Badge>} /> },
        { title: t.applications.id, cell: ({ id }) => <CopyId value={id} label={t.applications.id} />, wide: true },
        { title: t.common.created, cell: ({ createdAt }) => <RelativeTime at={createdAt} />, align: 'right', wide: true },
      ]}
      empty={thirdParty ? <Empty drawing="key" title={t.applications.createThirdParty} text={t.applications.emptyThirdParty} action={button(t.applications.createThirdParty)}
        calls={() => [create({ name: 'Partner', type: 'Traditional', isThirdParty: true })]} /> : <Library title={t.applications.createFirst} />} />
  </>;
}

export default function Applications() {
  return <ApplicationList thirdParty={false} />;
}
