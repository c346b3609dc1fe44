import { IconReplace, IconTrash } from '@tabler/icons-react';
import { useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { DetailLayout } from '../ui/details.tsx';
import type { Action } from '../ui/row-menu.tsx';
import { base, connector, factories, type Connector } from './api.ts';
import { useDelete } from './deletion.tsx';
import { hasTexts } from './fields.ts';
import { Logo } from './icon.tsx';
import { nameOf } from './names.ts';
import type { MessageType } from './passwordless.tsx';

const words = t.connectors;

export default function ConnectorDetails() {
  const { id } = useParams({ strict: false }) as { id: string }, navigate = useNavigate(), isSocial = useLocation().pathname.startsWith(`${base}/social/`);
  const thing = useThing(connector(id)), kinds = useThing(factories()).data ?? [], askDelete = useDelete(), it = thing.data;
  const actions = (one: Connector): Action[] => [
    ...(one.type !== 'Social' && kinds.filter(({ type }) => type === one.type).length > 1
      ? [{ label: words.change, icon: IconReplace, run: () => void navigate({ to: `${base}/passwordless/choose/${one.type}` }) }] : []),
    { label: t.common.delete, icon: IconTrash, danger: true, run: () => askDelete(one) },
  ];
  return <DetailLayout thing={thing} base={`${base}/${isSocial ? 'social' : 'passwordless'}/${encodeURIComponent(id)}`}
    head={(one) => ({ title: nameOf(one), id: one.id, idLabel: words.id, icon: <Logo of={one} large />, tags: [words.types[one.type as MessageType | 'Social'], isSocial && one.target], actions: actions(one) })}
    tabs={[{ path: 'settings', label: words.settings }, ...(it && hasTexts(it.formItems) ? [{ path: 'texts', label: words.messages }] : [])]} />;
}
