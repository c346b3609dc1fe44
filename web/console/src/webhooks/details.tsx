import { useParams } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { DetailLayout } from '../ui/details.tsx';
import { actionsOf, useHookActions } from './actions.tsx';
import { base, nameOf, one, type Hook } from './api.ts';
import { HookIcon } from './icon.tsx';
import { percent, successRate } from './values.ts';

const words = t.webhooks;

function tagsOf(hook: Hook): string[] {
  const rate = successRate(hook);
  if (!hook.enabled) return [words.notInUse];
  return [...rate === undefined ? [] : [words.succeeded(percent(rate))], words.requestCount(hook.executionStats?.requestCount ?? 0)];
}

export default function WebhookDetails() {
  const { id } = useParams({ strict: false }) as { id: string }, does = useHookActions();
  return <DetailLayout thing={useThing(one(id))} base={`${base}/${id}`}
    head={(hook) => ({ title: nameOf(hook), id: hook.id, idLabel: words.id, icon: <HookIcon large />, tags: tagsOf(hook), actions: actionsOf(hook, does) })}
    tabs={[{ path: 'settings', label: words.tabs.settings }, { path: 'recent-requests', label: words.tabs.requests }]} />;
}
