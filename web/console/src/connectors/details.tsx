import { IconReplace, IconTrash } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { experience } from '../sign-in-experience/api.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { DetailLayout } from '../ui/details.tsx';
import type { Action } from '../ui/row-menu.tsx';
import { base, connector, factories, nameOf, remove, type Connector } from './api.ts';
import { hasTexts, type FormItem } from './fields.ts';
import { TypeIcon } from './icon.tsx';
import type { MessageType } from './passwordless.tsx';
import { isInUse, usesOf } from './usage.ts';

const words = t.connectors;

/** Asks, with what stops working, deletes and goes back to the list. */
export function useDelete() {
  const ask = useConfirm(), navigate = useNavigate(), rules = useThing(experience()).data;
  return ({ id, type }: Connector) => {
    const of = type as MessageType, uses = rules ? usesOf(of, rules) : [];
    ask({ title: words.delete, button: words.delete, calls: () => [remove(id)], done: () => void navigate({ to: `${base}/passwordless` }),
      text: isInUse(uses) ? <>{words.used}<ul>{uses.map((use) => <li key={use}>{words.uses[use][of]}</li>)}</ul></> : words.unused });
  };
}

export default function ConnectorDetails() {
  const { id } = useParams({ strict: false }) as { id: string }, navigate = useNavigate();
  const thing = useThing(connector(id)), kinds = useThing(factories()).data ?? [], askDelete = useDelete(), it = thing.data;
  const actions = (one: Connector): Action[] => [
    ...(kinds.filter(({ type }) => type === one.type).length > 1
      ? [{ label: words.change, icon: IconReplace, run: () => void navigate({ to: `${base}/passwordless/choose/${one.type}` }) }] : []),
    { label: t.common.delete, icon: IconTrash, danger: true, run: () => askDelete(one) },
  ];
  return <DetailLayout thing={thing} base={`${base}/passwordless/${encodeURIComponent(id)}`}
    head={(one) => ({ title: nameOf(one), id: one.id, idLabel: words.id, icon: <TypeIcon type={one.type} large />, tags: [words.types[one.type as MessageType]], actions: actions(one) })}
    tabs={[{ path: 'settings', label: words.settings }, ...(it && hasTexts(it.formItems as FormItem[]) ? [{ path: 'texts', label: words.messages }] : [])]} />;
}
