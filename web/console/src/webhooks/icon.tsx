import { IconWebhook } from '@tabler/icons-react';

export function HookIcon({ large = false }: { large?: boolean }) {
  return <span className={`thing-icon${large ? ' large' : ''}`} aria-hidden><IconWebhook size={large ? 24 : 16} stroke={1.5} /></span>;
}
