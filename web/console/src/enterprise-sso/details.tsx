import { Button } from '@mantine/core';
import { IconBook, IconTrash } from '@tabler/icons-react';
import { useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { later } from '../locales/later.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { DetailLayout } from '../ui/details.tsx';
import { base, one, remove } from './api.ts';
import { isSaml } from './config.ts';
import { GuidePanel } from './guide.tsx';
import { Logo } from './logo.tsx';
import { SwitchedOff, Unused } from './notices.tsx';

const words = later.enterpriseSso;

/** Asks, deletes and goes back to the list. */
export function useDelete() {
  const ask = useConfirm(), navigate = useNavigate();
  return ({ id, connectorName }: { id: string; connectorName: string }) => ask({ title: words.delete, text: words.deleteText, button: words.delete, type: connectorName,
    calls: () => [remove(id)], done: () => void navigate({ to: base }) });
}

export default function ConnectorDetails() {
  const { id } = useParams({ strict: false }) as { id: string }, thing = useThing(one(id)), it = thing.data;
  const navigate = useNavigate(), { pathname } = useLocation(), askDelete = useDelete();
  return <>
    {it && <><div className="notices"><SwitchedOff /><Unused it={it} /></div><GuidePanel it={it} /></>}
    <DetailLayout thing={thing} base={`${base}/${id}`}
      head={(row) => ({ title: row.connectorName, id: row.id, idLabel: words.id, icon: <Logo of={row} size={48} />, tags: [row.name],
        button: <Button variant="default" leftSection={<IconBook size={16} stroke={1.5} />} onClick={() => void navigate({ to: pathname, search: { guide: 'open' } as never })}>{words.guide.title}</Button>,
        actions: [{ label: t.common.delete, icon: IconTrash, danger: true, run: () => askDelete(row) }] })}
      tabs={[{ path: 'connection', label: words.tabs.connection }, { path: 'experience', label: words.tabs.experience },
        ...(it && isSaml(it) ? [{ path: 'idp-initiated', label: words.tabs.initiated }] : [])]} />
  </>;
}
