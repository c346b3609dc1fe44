// Before a connector is deleted: what stops working.
import { useNavigate } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { experience } from '../sign-in-experience/api.ts';
import { useConfirm } from '../ui/confirm.tsx';
import { base, remove, type Connector } from './api.ts';
import { nameOf } from './names.ts';
import type { MessageType } from './passwordless.tsx';
import { isInUse, usesOf } from './usage.ts';

/** Asks, deletes and goes back to the list. */
export function useDelete() {
  const ask = useConfirm(), navigate = useNavigate(), rules = useThing(experience()).data, words = t.connectors;
  const lost = (it: Connector) => {
    if (it.type === 'Social') return rules?.socialSignInConnectorTargets.includes(it.target) ? words.social.used(nameOf(it)) : words.social.unused(nameOf(it));
    const of = it.type as MessageType, uses = rules ? usesOf(of, rules) : [];
    return isInUse(uses) ? <>{words.used}<ul>{uses.map((use) => <li key={use}>{words.uses[use][of]}</li>)}</ul></> : words.unused;
  };
  return (it: Connector) => ask({ title: words.delete, button: words.delete, text: lost(it), calls: () => [remove(it.id)],
    done: () => void navigate({ to: `${base}/${it.type === 'Social' ? 'social' : 'passwordless'}`, ignoreBlocker: true }) });
}
